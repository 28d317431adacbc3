from __future__ import annotations

import pytest

from loopdesk.providers.microsoft.links import reference

_SITE = "https://harbour.sharepoint.com/sites/Launch"


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (
            (
                "https://teams.microsoft.com/l/chat/19%3Aabc%40thread.v2/0?tenantId=t",
                "https://teams.microsoft.com/l/message/19:abc@thread.v2/1764000000000?ctx=chat",
            ),
            "microsoft/message/19:abc@thread.v2",
        ),
        (
            (
                "https://outlook.office365.com/owa/?itemid=AAkA%2Bx%2F1%3D&exvsurl=1"
                "&path=/calendar/item",
                "https://outlook.office.com/calendar/item/AAkA%2Bx%2F1%3D",
            ),
            "microsoft/meeting/AAkA_x-1=",
        ),
        (
            (
                "https://outlook.office365.com/owa/?ItemID=AAkAy%3D&viewmodel=ReadMessageItem",
                "https://outlook.live.com/mail/0/inbox/id/AAkAy%3D",
            ),
            "microsoft/message/AAkAy=",
        ),
        (
            (
                f"{_SITE}/Shared%20Documents/Plan.docx?web=1",
                "https://harbour.sharepoint.com/:w:/r/sites/Launch/Shared%20Documents/Plan.docx",
            ),
            "microsoft/file/harbour.sharepoint.com/sites/launch/shared%20documents/plan.docx",
        ),
        (
            (
                f"{_SITE}/_layouts/15/Doc.aspx?sourcedoc=%7BAB-12%7D&file=Plan.docx",
                "https://harbour.sharepoint.com/:w:/r/sites/Launch/_layouts/15/Doc.aspx"
                "?sourcedoc=%7Bab-12%7D",
            ),
            "microsoft/file/ab-12",
        ),
        (("https://onedrive.live.com/redir?resid=ab12!7&authkey=x",), "microsoft/file/AB12!7"),
        (("https://to-do.office.com/tasks/id/AQMk1/details",), "microsoft/task/AQMk1"),
    ],
)
def test_links_to_one_thing_are_one(links: tuple[str, ...], found: str) -> None:
    assert {reference(link) for link in links} == {found}


@pytest.mark.parametrize(
    "link",
    [
        "https://outlook.office.com/mail/",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting",
        "https://harbour.sharepoint.com/",
        "https://[broken",
        "https://example.com/tasks/1",
    ],
)
def test_other_pages_lead_to_nothing(link: str) -> None:
    assert reference(link) is None
