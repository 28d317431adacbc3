"""What Google's answers mean, without asking anybody."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.core.errors import AnswerLost, BadPayload
from loopdesk.core.items import Answer, Entry, Item, Kind
from loopdesk.providers.calendar_window import Window
from loopdesk.providers.google import convert_calendar, convert_mail, wire, wire_calendar
from loopdesk.providers.google.query import gmail_query

ANN = "ann@lumen.example"
ME = frozenset({ANN})


def coded(text: str, charset: str = "utf-8") -> str:
    return base64.urlsafe_b64encode(text.encode(charset)).decode().rstrip("=")


def part(kind: str, text: str = "", *parts: dict[str, Any], **headers: str) -> dict[str, Any]:
    lines = {"Content-Type": kind, **{name.replace("_", "-"): v for name, v in headers.items()}}
    return {
        "partId": str(len(text)),
        "mimeType": kind.partition(";")[0],
        "headers": [{"name": name, "value": value} for name, value in lines.items()],
        "body": {"size": len(text), **({"data": coded(text)} if text else {})},
        "parts": list(parts),
    }


def mail(payload: dict[str, Any], *labels: str, key: str = "m1", at: int = 0, **more: Any) -> Any:
    message = {
        "id": key,
        "threadId": "t1",
        "internalDate": str(1_764_000_000_000 + at),
        "labelIds": list(labels),
        "payload": payload,
        **more,
    }
    decoded = wire.decode(msgspec.json.encode(message), wire.Message)
    return convert_mail.mail(decoded, ME, full=True)


def entry(payload: dict[str, Any], *labels: str) -> Entry:
    found: Entry = mail(payload, *labels).entry
    return found


def thread(*mails: Any) -> Item:
    return convert_mail.item(wire.Thread("t1", "77"), mails, ME, ANN)


def plain(sender: str, **headers: str) -> dict[str, Any]:
    return part("text/plain", "Hello", From=sender, **headers)


# --- mails ----------------------------------------------------------------------------------------


def test_text_is_the_plain_form_where_there_is_one_and_html_is_kept_as_it_came() -> None:
    both = entry(
        part(
            "multipart/alternative",
            "",
            part("text/plain; charset=utf-8", "Grüße"),
            part("text/html; charset=utf-8", "<p>Grüße</p><script>x</script>"),
        )
    )
    assert both.text == "Grüße"
    assert both.html == "<p>Grüße</p><script>x</script>"
    only = entry(part("text/html", "<p>One</p><p>Two</p>"))
    assert (only.text or "").split() == ["One", "Two"]


def test_files_are_named_and_mails_inside_mails_stay_files() -> None:
    inner = part("message/rfc822", "", part("text/plain", "Not ours"))
    file = part("application/pdf", "%PDF", Content_Disposition='attachment; filename="a b.pdf"')
    picture = part("image/png", "PNG", Content_ID="<logo>", Content_Disposition="inline")
    found = entry(part("multipart/mixed", "", part("text/plain", "Ours"), inner, file, picture))
    assert found.text == "Ours"
    assert [(each.type, each.inline) for each in found.attachments] == [
        ("message/rfc822", False),
        ("application/pdf", False),
        ("image/png", False),  # nothing shows it among the words
    ]
    assert found.attachments[1].name == "a b.pdf"


def test_a_bomb_of_nested_parts_ends() -> None:
    payload = part("text/plain", "Deep")
    for _ in range(300):
        payload = part("multipart/mixed", "", payload)
    assert "Deep" not in (entry(payload).text or "")


def test_headers_are_decoded_and_those_of_later_use_are_kept() -> None:
    found = mail(
        plain(
            "=?utf-8?q?J=C3=BCrg?= <JUERG@Far.Example>",
            Subject="=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
            To=f"Ann <{ANN}>, bo@lumen.example",
            Reply_To="list@far.example",
            Message_Id="<a@x>",
            List_Unsubscribe="<https://far.example/u>",
            X_Other="no",
        ),
        "INBOX",
        "UNREAD",
        snippet="Tom &amp; Ann &#39;said&#39;",
    )
    assert (found.entry.author.name, found.entry.author.address) == ("Jürg", "juerg@far.example")
    assert found.subject == "Grüße"
    assert found.snippet == "Tom & Ann 'said'"
    assert [who.address for who in found.entry.to] == [ANN, "bo@lumen.example"]
    assert [who.address for who in found.entry.reply_to] == ["list@far.example"]
    assert found.entry.header("message-id") == "<a@x>"
    assert found.entry.header("list-unsubscribe")
    assert not found.entry.header("x-other")
    assert (found.entry.unread, found.entry.mine) == (True, False)


def test_without_a_body_nothing_is_said_about_it() -> None:
    message = wire.Message("m1", "t1", "1764000000000", payload=wire.MessagePart())
    found = convert_mail.mail(message, ME, full=False).entry
    assert (found.text, found.html) == (None, None)


@pytest.mark.parametrize("time", ["", "x", "9" * 40, "1e5"])
def test_a_time_that_is_none_is_told(time: str) -> None:
    with pytest.raises(BadPayload):
        convert_mail.mail(wire.Message("m1", "t1", time), ME, full=True)


@given(st.text())
def test_any_data_is_decoded_to_something(data: str) -> None:
    convert_mail.part_bytes(data)


# --- threads --------------------------------------------------------------------------------------


def test_a_thread_names_the_others_newest_author_first() -> None:
    item = thread(
        mail(plain("Bo <bo@x.test>", Subject="Plan"), "INBOX", key="1"),
        mail(plain("Cy <cy@x.test>", Subject="Re: Plan"), "INBOX", "UNREAD", key="2", at=1000),
        mail(plain("Bo B. <bo@x.test>", Subject="Re: Plan"), "INBOX", key="3", at=2000),
        mail(plain(f"Ann <{ANN}>", Subject="Re: Plan"), "SENT", "STARRED", key="4", at=3000),
    )
    assert [who.address for who in item.people] == ["bo@x.test", "cy@x.test"]
    assert (item.title, item.kind, item.version) == ("Plan", Kind.MESSAGE, "77")
    assert (item.unread, item.starred, item.in_pane) == (True, True, True)
    assert item.at == datetime(2025, 11, 24, 16, 0, 3, tzinfo=UTC)
    assert item.places == {"INBOX", "UNREAD", "SENT", "STARRED"}
    assert set(item.actions) == {
        "reply", "reply-all", "forward", "draft", "archive", "trash", "read", "unstar", "move",
        "label", "spam",
    }  # fmt: skip


def test_what_was_written_to_nobody_yet_answering_names_those_written_to() -> None:
    sent = mail(plain(f"Ann <{ANN}>", To=f"cy@x.test, {ANN}", Cc="di@x.test"), "SENT")
    assert [who.address for who in thread(sent).people] == ["cy@x.test", "di@x.test"]
    alone = mail(plain(f"Ann <{ANN}>", To=ANN), "SENT", "INBOX")
    assert [who.address for who in thread(alone).people] == [ANN]


def test_a_draft_or_a_binned_mail_does_not_speak_for_its_thread() -> None:
    item = thread(
        mail(plain("bo@x.test"), "INBOX", key="1", snippet="first"),
        mail(plain("cy@x.test"), "TRASH", "UNREAD", key="2", at=1000, snippet="binned"),
        mail(plain(f"Ann <{ANN}>"), "DRAFT", key="3", at=2000, snippet="draft"),
    )
    assert (item.snippet, item.unread) == ("first", False)
    assert "trash" in item.actions
    binned = thread(mail(plain("bo@x.test"), "TRASH", "INBOX"))
    assert (binned.in_pane, "restore" in binned.actions, "archive" in binned.actions) == (
        False,
        True,
        False,
    )
    draft = thread(mail(plain(f"Ann <{ANN}>"), "DRAFT"))
    assert "reply" not in draft.actions


# --- events ---------------------------------------------------------------------------------------


def meeting(**fields: Any) -> tuple[Item, Entry]:
    usual: dict[str, Any] = {
        "id": "e1",
        "summary": "Standup",
        "start": {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": "Europe/Zurich"},
        "end": {"dateTime": "2026-11-24T10:30:00+01:00"},
    }
    event = wire.decode(msgspec.json.encode(usual | fields), wire_calendar.Event)
    return convert_calendar.item(event, ANN, "owner")


def test_a_whole_day_is_a_date_and_never_shifted() -> None:
    item, _ = meeting(start={"date": "2026-12-01"}, end={"date": "2026-12-02"})
    assert item.meeting is not None
    assert (item.on, item.at) == (date(2026, 12, 1), None)
    assert (item.meeting.start_on, item.meeting.end_on) == (date(2026, 12, 1), date(2026, 12, 2))


@pytest.mark.parametrize(
    "fields",
    [
        {"start": None},
        {"end": {}},
        {"start": {"dateTime": "soon"}},
        {"start": {"date": "2026-13-01"}, "end": {"date": "2026-13-02"}},
        {"start": {"date": "2026-12-01"}},
    ],
)
def test_times_that_are_none_are_told(fields: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        meeting(**fields)


VIDEO = {"entryPointType": "video", "uri": "https://meet.google.com/a"}
PHONE = {"entryPointType": "phone", "uri": "tel:+41"}


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"conferenceData": {"entryPoints": [PHONE, VIDEO]}}, VIDEO["uri"]),
        ({"hangoutLink": "https://meet.google.com/b"}, "https://meet.google.com/b"),
        ({"location": "https://acme.zoom.us/j/12?pwd=x"}, "https://acme.zoom.us/j/12?pwd=x"),
        ({"description": '<a href="https://meet.jit.si/x">in</a>'}, "https://meet.jit.si/x"),
        ({"description": "https://evil.example/meet.google.com/"}, ""),
        ({"hangoutLink": "javascript:alert(1)"}, ""),
    ],
)
def test_the_way_in(fields: dict[str, Any], url: str) -> None:
    item, _ = meeting(**fields)
    assert item.meeting is not None
    assert item.meeting.join_url == url


def test_only_an_invited_guest_answers() -> None:
    guest = {"email": ANN, "self": True, "responseStatus": "tentative"}
    room = {"email": "room@x.test", "resource": True}
    other = {"email": "bo@x.test", "organizer": True, "responseStatus": "accepted"}
    item, _ = meeting(organizer={"email": "bo@x.test"}, attendees=[guest, other, room])
    assert item.meeting is not None
    assert (item.meeting.answer, bool(item.actions)) == (Answer.TENTATIVE, True)
    assert len(item.meeting.attendees) == 2
    own, _ = meeting(
        organizer={"email": ANN, "self": True}, attendees=[guest | {"organizer": True}, other]
    )
    assert own.actions == ("edit", "reschedule", "cancel")
    alone, _ = meeting()
    assert alone.meeting is not None
    assert (alone.meeting.answer, alone.actions) == (Answer.NONE, ())
    assert not meeting(attendees=[guest | {"responseStatus": "declined"}])[0].in_pane


def test_the_description_is_the_meetings_entry() -> None:
    item, found = meeting(
        description="<b>Bring</b> cake",
        created="2026-11-01T08:00:00Z",
        attachments=[{"title": "Agenda", "fileUrl": "https://drive.google.com/1"}],
    )
    assert (found.text or "").split("\n\n") == ["Bring cake", "Agenda https://drive.google.com/1"]
    assert found.html == "<b>Bring</b> cake"
    assert found.at == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert found.item == item.key == f"{ANN}/e1"
    assert meeting()[1].text == ""


def test_keys_of_calendar_and_event_part_again() -> None:
    key = convert_calendar.event_key("a/b#c@group.v.calendar.google.com", "e_20261124T090000Z")
    assert convert_calendar.split_key(key) == (
        "a/b#c@group.v.calendar.google.com",
        "e_20261124T090000Z",
    )


# --- the rest -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "gmails"),
    [
        ("from:bo -to:cy budget", "from:bo -to:cy budget"),
        ('"next week" is:unread has:attachment', '"next week" is:unread has:attachment'),
        ("after:2026-11-01 -before:2026-11-24", "after:2026/11/01 -before:2026/11/24"),
        ("kind:message in:inbox", "in:inbox"),
        ("kind:mails -kind:task pay", "pay"),
        ("kind:task pay", None),
        ("-kind:message", None),
        ("is:new has:attachments", "is:unread has:attachment"),
        ("-is:snoozed pay", "pay"),
        ("is:pinned", None),
        ("re:offer rfc822msgid:x", '"re:offer" "rfc822msgid:x"'),
        ('from:"Bo Berg"', 'from:"Bo Berg"'),
        ("", ""),
    ],
)
def test_our_search_language_as_gmails(ours: str, gmails: str | None) -> None:
    assert gmail_query(ours) == gmails


def test_an_answer_of_another_shape_is_named_by_its_path_alone() -> None:
    with pytest.raises(BadPayload) as caught:
        wire.decode(b'{"id":"secret","threadId":["secret"],"internalDate":"1"}', wire.Message)
    assert caught.value.where == "Message.threadId"
    with pytest.raises(AnswerLost):
        wire.decode(b'{"id":"secr', wire.Message)


# --- whatever comes -------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
MESSAGE: Any = {
    "id": "m1",
    "threadId": "t1",
    "internalDate": "1764000000000",
    "labelIds": ["INBOX", "UNREAD"],
    "snippet": "Hello",
    "payload": {
        **part("multipart/mixed", "", part("text/html", "<p>Hi</p>"), part("image/png", "PNG")),
        "headers": [
            {"name": "From", "value": "Bo <bo@x.test>"},
            {"name": "Content-Type", "value": "multipart/mixed; boundary=x"},
            {"name": "References", "value": "<a@x> <b@x>"},
        ],
    },
}
EVENT: Any = {
    "id": "e1",
    "status": "confirmed",
    "summary": "Standup",
    "description": "<b>x</b>",
    "created": "2026-11-01T08:00:00Z",
    "start": {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-11-24T10:30:00+01:00"},
    "organizer": {"email": "bo@x.test"},
    "attendees": [{"email": ANN, "self": True, "responseStatus": "accepted"}],
    "conferenceData": {"entryPoints": [VIDEO]},
    "attachments": [{"title": "Agenda", "fileUrl": "https://x.test"}],
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(inner, (*path, step))
    return found


def bent(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """Return a copy of a JSON value with something else at one place."""
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = bent(value[path[0]], path[1:], other)
    return copy


@given(st.sampled_from(places(MESSAGE)), JSON)
def test_a_message_with_anything_anywhere_is_read_or_refused(path: Any, other: Any) -> None:
    raw = msgspec.Raw(msgspec.json.encode(bent(MESSAGE, path, other)))
    with suppress(BadPayload):
        found = convert_mail.mail(wire.decode_one(raw, wire.Message), ME, full=True)
        thread(found)
        assert found.entry.text is not None


@given(st.sampled_from(places(EVENT)), JSON)
def test_an_event_with_anything_anywhere_is_read_or_refused(path: Any, other: Any) -> None:
    raw = msgspec.Raw(msgspec.json.encode(bent(EVENT, path, other)))
    with suppress(BadPayload):
        item, found = convert_calendar.item(wire.decode_one(raw, wire_calendar.Event), ANN, "owner")
        assert item.meeting is not None
        assert (item.at is None) is (item.on is not None)
        assert Window(date(2026, 11, 24)).holds(item.meeting) in (True, False)
        assert found.at.tzinfo is not None


def test_a_snippet_that_begins_with_a_quote_is_made_of_the_words_that_are_new() -> None:
    said = part("text/plain", "Sofia wrote:\n> Is it done?\n\nYes, it is.")
    found = mail(said, snippet="Sofia wrote: &gt; Is it done? Yes, it is.")
    assert found.snippet == "Yes, it is."
