"""What items and entries refer to, and whose word it takes to hide a mail."""

from __future__ import annotations

import base64
from html import escape

import pytest

from loopdesk import app
from loopdesk.core.items import (
    Chat,
    Entry,
    Form,
    Item,
    Kind,
    Meeting,
    ServiceKey,
    Untrusted,
)
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
    assert _read(_mail(LINK, html, authentication_results=PASSES)).tells == {f"google/file/{DOC}"}


BO = Handle("Bo", "bo@x.test")


def test_what_the_service_itself_takes_for_an_announcement_is_one() -> None:
    about = {"x_loopdesk_ical_uid": "uid@x.test"}
    assert _read(_mail(LINK, author=BO, **about)).tells == frozenset()
    assert _read(_mail(LINK, author=BO, **about, x_loopdesk_told="1")).tells == {"ical/uid@x.test"}


def test_who_organizes_a_meeting_asks_to_it_and_nobody_else_in_their_name() -> None:
    asks = {"x_loopdesk_ical_uid": "uid@x.test", "x_loopdesk_asks": "1"}
    passes = "mx.google.com; dmarc=pass header.from=x.test"
    invited = _mail(LINK, author=BO, **asks, authentication_results=passes)
    assert _read(invited).tells == {"ical/uid@x.test"}
    for results in ("", passes.replace("pass", "fail"), passes.replace("x.test", "y.test")):
        forged = _mail(LINK, author=BO, **asks, authentication_results=results)
        assert _read(forged).tells == frozenset()


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
    assert _read(entry).tells == frozenset()


CARD, OTHER_CARD = "https://trello.com/c/pR00f2Rl", "https://trello.com/c/aaaaaaaa"


@pytest.mark.parametrize("mailbox", [("google", "mx.google.com"), ("microsoft", "outlook.com")])
@pytest.mark.parametrize(
    ("service", "sender", "link", "page"),
    [
        ("google", "drive-shares-noreply@google.com", f"{LINK}?usp=sharing_eil", LINK),
        (
            "microsoft",
            "no-reply@sharepointonline.com",
            "https://x.sharepoint.com/:w:/r/a/_layouts/15/Doc.aspx?sourcedoc=%7BA1-B2%7D&e=1",
            "https://x.sharepoint.com/a/_layouts/15/Doc.aspx?sourcedoc=%7BA1-B2%7D&file=b.docx",
        ),
        (
            "slack",
            "notification@slack.com",
            "https://x.slack.com/archives/C0GEN/p1764000000000100",
            "",
        ),
        (
            "asana",
            "no-reply@asana.com",
            "https://app.asana.com/1/12/project/34/task/56/comment/78?focus=true",
            "https://app.asana.com/0/0/56",
        ),
        ("trello", "do-not-reply@trello.com", f"{CARD}/12-proof#comment-1", CARD),
        (
            "dropbox",
            "no-reply@em-s.dropbox.com",
            "https://www.dropbox.com/scl/fi/abc1/a%20b.pdf?rlkey=x&dl=0",
            "https://www.dropbox.com/scl/fi/abc1/a%20b.pdf?dl=0",
        ),
    ],
)
def test_what_each_service_announces_is_known_by_sender_and_link(
    mailbox: tuple[str, str], service: str, sender: str, link: str, page: str
) -> None:
    own, receiver = mailbox
    chat = Chat(Form.CHANNEL, "C0GEN") if service == "slack" else None
    kind = Kind.MESSAGE if chat else Kind.TASK
    item = Item(ServiceKey("C0GEN"), kind, Untrusted("It"), url=page, chat=chat)
    (this,) = app.refer(service).item(item)
    refer = app.refer(own)
    domain = sender.partition("@")[2]

    def tells(author: str, results: str, text: str = link) -> frozenset[str]:
        results = f"{receiver}; {results}"
        html = f'<a href="{escape(text)}">Open</a>'
        return refer.entry(
            _mail(text, html, Handle("", author), authentication_results=results)
        ).tells

    passes = f"dkim=pass header.i=@{domain}"
    assert tells(sender, passes) == {this}
    assert tells(sender, f"dkim=fail header.i=@{domain}") == frozenset()
    assert tells(sender, "dkim=pass header.i=@evil.test") == frozenset()
    assert tells("bo@x.test", "dmarc=pass header.from=x.test") == frozenset()  # who answers
    # Nobody speaks of what another service holds, whatever somebody wrote in a comment.
    elsewhere = LINK if service == "trello" else CARD
    assert tells(sender, passes, f"{elsewhere} {elsewhere} {elsewhere} {link}") == {this}
    assert tells(sender, passes, elsewhere) == frozenset()


def test_a_digest_tells_of_all_that_it_leads_to() -> None:
    results = "mx.google.com; dkim=pass header.i=@trello.com"
    trello = Handle("Trello", "do-not-reply@trello.com")
    digest = _mail(f"{CARD} {OTHER_CARD}", author=trello, authentication_results=results)
    assert _read(digest).tells == {"trello/task/pR00f2Rl", "trello/task/aaaaaaaa"}


def test_in_a_conversation_nothing_is_announced() -> None:
    asana = Handle("Asana", "no-reply@asana.com")
    said = _mail("https://app.asana.com/0/0/56", author=asana, authentication_results=PASSES)
    assert app.refer("slack").entry(said) == Mentions(frozenset({"asana/task/56"}))
