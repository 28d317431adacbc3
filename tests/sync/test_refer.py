"""What items and entries refer to, and whose word it takes to hide a mail."""

from __future__ import annotations

import base64

import pytest

from loopdesk import app
from loopdesk.core.items import Entry, Item, Kind, Meeting, ServiceKey, Untrusted
from loopdesk.core.people import Handle
from loopdesk.providers.google.links import reference
from loopdesk.store.refs import Mentions
from tests.store.made import NOW

DOC = "1Nw-review-agenda-7hQe"
EID = base64.urlsafe_b64encode(b"review_20260302T090000Z ann@x.test").decode().rstrip("=")
PASSES = (
    "mx.google.com; dkim=pass header.i=@docs.google.com; dmarc=pass header.from=docs.google.com"
)
COMMENTS = Handle("Jonas (Google Docs)", "comments-noreply@docs.google.com")


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        (f"https://docs.google.com/document/d/{DOC}/edit?disco=AAAB", f"google/file/{DOC}"),
        (f"https://docs.google.com/spreadsheets/u/1/d/{DOC}", f"google/file/{DOC}"),
        (f"https://drive.google.com/file/d/{DOC}/view?usp=sharing).", f"google/file/{DOC}"),
        (f"https://drive.google.com/open?id={DOC}", f"google/file/{DOC}"),
        (f"https://drive.google.com/drive/u/0/folders/{DOC}", f"google/file/{DOC}"),
        (
            f"https://www.google.com/calendar/event?eid={EID}",
            "google/meeting/review_20260302T090000Z",
        ),
        (
            f"https://calendar.google.com/calendar/u/0/r/eventedit/{EID}",
            "google/meeting/review_20260302T090000Z",
        ),
        (
            "https://mail.google.com/mail/u/0/#inbox/18c2f0a1b2c3d4e5",
            "google/message/18c2f0a1b2c3d4e5",
        ),
        (
            "https://mail.google.com/mail/?authuser=a%40x.test#all/18c2f0a1b2c3d4e5",
            "google/message/18c2f0a1b2c3d4e5",
        ),
        ("https://docs.google.com/document/", None),
        ("https://www.google.com/search?q=calendar", None),
        ("https://www.google.com/calendar/event?eid=%%%", None),
        ("https://[docs.google.com/document/d/1234567", None),
    ],
)
def test_all_links_to_one_thing_are_one_reference(link: str, meant: str | None) -> None:
    assert reference(link) == meant


def _mail(text: str = "", html: str = "", author: Handle = COMMENTS, **headers: str) -> Entry:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Entry(
        ServiceKey("m"),
        ServiceKey("t"),
        author,
        NOW,
        Untrusted(text),
        html=html or None,
        headers=tuple(named.items()),
    )


def _read(entry: Entry) -> Mentions:
    return app.refer("google").entry(entry)


def test_an_entry_mentions_what_its_text_html_and_headers_lead_to() -> None:
    entry = _mail(
        f"See https://docs.google.com/document/d/{DOC}/edit, and https://example.org/d/x.",
        '<a href="https://drive.google.com/open?id=another-file&amp;x=1">here</a>',
        x_loopdesk_file="a-third-file",
        x_loopdesk_ical_uid="uid@x.test",
    )
    assert _read(entry) == Mentions(
        frozenset(
            {
                f"google/file/{DOC}",
                "google/file/another-file",
                "google/file/a-third-file",
                "ical/uid@x.test",
            }
        )
    )


def test_what_an_item_is() -> None:
    url = f"https://www.google.com/calendar/event?eid={EID}"
    meeting = Item(
        ServiceKey("ann@x.test/review"),
        Kind.MEETING,
        Untrusted("Review"),
        url=url,
        meeting=Meeting(NOW, NOW, ical_uid="uid@x.test"),
    )
    assert app.refer("google").item(meeting) == {
        "ical/uid@x.test",
        "google/meeting/review_20260302T090000Z",
    }


LINK = f"https://docs.google.com/document/d/{DOC}/edit"


def test_a_service_announces_what_its_mail_leads_to_most_often() -> None:
    html = f'<a href="{LINK}?disco=1">Open</a> {LINK.replace(DOC, "mentioned-in-it")}'
    assert _read(_mail(LINK, html, authentication_results=PASSES)).tells == f"google/file/{DOC}"


BO = Handle("Bo", "bo@x.test")


def test_what_the_service_itself_takes_for_an_announcement_is_one() -> None:
    about = {"x_loopdesk_ical_uid": "uid@x.test"}
    assert _read(_mail(LINK, author=BO, **about)).tells == ""
    assert _read(_mail(LINK, author=BO, **about, x_loopdesk_told="1")).tells == "ical/uid@x.test"


CALENDAR = "Google Calendar <calendar-notification@google.com>"


@pytest.mark.parametrize(
    ("author", "headers", "believed"),
    [
        (COMMENTS, {"authentication_results": PASSES}, True),
        (
            COMMENTS,
            {"authentication_results": "mx.google.com; dkim=pass (2048) header.i=@google.com"},
            True,
        ),
        (COMMENTS, {}, False),
        (
            COMMENTS,
            {"authentication_results": "mx.google.com; dkim=fail header.i=@google.com"},
            False,
        ),
        (
            COMMENTS,
            {"authentication_results": "mx.google.com; dkim=pass header.i=@evil.test"},
            False,
        ),
        (COMMENTS, {"authentication_results": "mx.google.com; dkim=pass header.i=@le.com"}, False),
        (COMMENTS, {"authentication_results": PASSES.replace("mx.google", "mx.evil")}, False),
        (
            COMMENTS,
            {"authentication_results": "evil; x=(mx.google.com; dkim=pass header.i=@google.com)"},
            False,
        ),
        (
            Handle("Docs", "comments-noreply@docs.google.com.evil.test"),
            {"authentication_results": PASSES},
            False,
        ),
        # In the organizer's name, by the calendar.
        (
            BO,
            {
                "sender": CALENDAR,
                "authentication_results": "mx.google.com; dmarc=pass header.from=x.test",
            },
            True,
        ),
        (
            BO,
            {
                "sender": CALENDAR,
                "authentication_results": "mx.google.com; dmarc=pass header.from=y.test",
            },
            False,
        ),
        (BO, {"authentication_results": "mx.google.com; dmarc=pass header.from=x.test"}, False),
    ],
)
def test_only_who_is_vouched_for_announces(
    author: Handle, headers: dict[str, str], believed: bool
) -> None:
    assert bool(_read(_mail(LINK, author=author, **headers)).tells) is believed


def test_of_several_verdicts_only_the_receivers_own_counts() -> None:
    forged = _mail(LINK, authentication_results="mx.google.com; dkim=fail header.i=@google.com")
    headers = (*forged.headers, ("authentication-results", PASSES))
    entry = Entry(forged.key, forged.item, COMMENTS, NOW, forged.text, headers=headers)
    assert _read(entry).tells == ""
