"""The person's own calendar: zones of its own making, series, answers, and what is broken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopdesk.sandbox import own_events
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.model import Calendar, Json

NOW = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)
_ZONE = """\
BEGIN:VTIMEZONE
TZID:House clock
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""


def write(tmp_path: Path, *events: str, head: str = "") -> Path:
    path = tmp_path / "own.ics"
    blocks = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{head}{blocks}END:VCALENDAR\n"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    return path


def read(path: Path) -> tuple[dict[str, Json], list[tuple[str, str]]]:
    (calendar,), skipped = own_events.calendars(path, "ann@x.test", NOW)
    events = {event["summary"]: event for event in calendar.events}
    return events, [(one.where, one.reason) for one in skipped]


def shown(calendar: Calendar) -> list[Json]:
    """Return the meetings that the service makes of a calendar, each series unrolled."""
    store = CalendarStore(calendar, NOW)
    return [stored.body for stored in store.singles(*store.span(NOW))]


def test_a_series_in_a_zone_of_the_files_own_making(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
UID:series@x
DTSTART;TZID=House clock:20261124T090000
DTEND;TZID=House clock:20261124T093000
RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270301T090000Z
EXDATE;TZID=House clock:20261201T090000
SUMMARY:Standup
        """,
        """
UID:series@x
RECURRENCE-ID;TZID=House clock:20261208T090000
DTSTART;TZID=House clock:20261208T100000
DURATION:PT45M
SUMMARY:Standup, late
        """,
        """
UID:other@x
RECURRENCE-ID:20261208T080000Z
DTSTART:20261208T080000Z
DTEND:20261208T090000Z
SUMMARY:Without its series
        """,
        head="X-WR-CALNAME:Work\nX-WR-TIMEZONE:Europe/Oslo\n" + _ZONE,
    )

    events, skipped = read(path)

    assert skipped == []
    series, late = events["Standup"], events["Standup, late"]
    assert series["start"] == {"dateTime": "2026-11-24T09:00:00+01:00", "timeZone": "Europe/Oslo"}
    assert series["recurrence"] == [
        "RRULE:FREQ=WEEKLY;UNTIL=20270301T090000Z;BYDAY=TU",
        "EXDATE:20261201T080000Z",
    ]
    assert late["recurringEventId"] == series["id"]
    assert late["id"] == f"{series['id']}_20261208T080000Z"
    assert late["end"]["dateTime"] == "2026-12-08T10:45:00+01:00"
    assert "recurringEventId" not in events["Without its series"]
    ((calendar,), _) = own_events.calendars(path, "ann@x.test", NOW)
    days = [event["start"]["dateTime"][:10] for event in shown(calendar)]
    assert "2026-11-24" in days
    assert "2026-12-01" not in days
    assert days.count("2026-12-08") == 2  # the late one, and the one without its series


def test_invitations_keep_who_answered_what(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
UID:review@x
DTSTART;TZID=W. Europe Standard Time:20261124T090000
DTEND;TZID=W. Europe Standard Time:20261124T100000
SUMMARY:Review
DESCRIPTION:First line\\nsecond line
LOCATION:Room Fjord
ORGANIZER;CN=Bo Berg:mailto:bo@x.test
ATTENDEE;CN=Bo Berg;PARTSTAT=ACCEPTED:mailto:bo@x.test
ATTENDEE;CN=ann@x.test;PARTSTAT=NEEDS-ACTION;X-NUM-GUESTS=0:mailto:a
 nn@x.test
ATTENDEE;PARTSTAT=TENTATIVE;ROLE=OPT-PARTICIPANT;X-RESPONSE-COMMENT="On the tr
 ain":MAILTO:Cy@x.test
ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:invalid:nomail
X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij
        """,
        """
UID:review@x
SEQUENCE:2
DTSTART;VALUE=DATE:20261224
STATUS:CANCELLED
SUMMARY:Review
        """,
    )

    (calendar,), _ = own_events.calendars(path, "ann@x.test", NOW)

    assert own_events.owner(path) in {"bo@x.test", "ann@x.test", "cy@x.test"}
    (event,) = calendar.events  # the later one in place of the earlier one
    assert event["status"] == "cancelled"
    assert event["start"] == {"date": "2026-12-24"}
    assert event["end"] == {"date": "2026-12-25"}

    earlier = path.read_bytes().replace(b"SEQUENCE:2\r\n", b"").replace(b"UID:review", b"UID:q", 1)
    path.write_bytes(earlier)
    event = next(
        e for e in own_events.calendars(path, "ann@x.test", NOW)[0][0].events if "attendees" in e
    )
    assert event["start"] == {"dateTime": "2026-11-24T09:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert event["description"] == "First line\nsecond line"
    assert event["organizer"] == {"email": "bo@x.test", "displayName": "Bo Berg"}
    assert event["attendees"] == [
        {
            "email": "bo@x.test",
            "displayName": "Bo Berg",
            "responseStatus": "accepted",
            "organizer": True,
        },
        {"email": "ann@x.test", "responseStatus": "needsAction"},
        {
            "email": "cy@x.test",
            "responseStatus": "tentative",
            "optional": True,
            "comment": "On the train",
        },
    ]
    assert event["hangoutLink"] == "https://meet.google.com/abc-defg-hij"
    assert event["conferenceData"]["entryPoints"][0]["uri"] == event["hangoutLink"]


def test_a_broken_event_stops_no_other(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "UID:a\nSUMMARY:x",
        "UID:b\nDTSTART:nonsense\nSUMMARY:x",
        "UID:c\nDTSTART:20261124T090000Z\nDTEND:20261124T080000Z\nSUMMARY:x",
        "UID:d\nDTSTART:20261124T090000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:x",
        "UID:e\nDTSTART:20261124T090000Z\nDTEND;VALUE=DATE:20261124\nSUMMARY:x",
        "UID:f\nDTSTART:20261124T090000Z\nRRULE:BYDAY=MO\nSUMMARY:x",
        "UID:g\nDTSTART:20261124T090000Z\nRRULE:FREQ=DAILY;INTERVAL=0\nSUMMARY:x",
        "UID:h\nDTSTART:20261124T090000\nSUMMARY:Whole",
    )
    text = path.read_bytes().replace(
        b"BEGIN:VEVENT\r\nUID:a", b"BEGIN:VEVENT\r\nUID:z\r\nBEGIN:VEVENT\r\nUID:a"
    )
    path.write_bytes(text)

    events, skipped = read(path)

    assert skipped == [
        ("event 1", "cut short"),
        ("event 2", "no start"),
        ("event 3", "unreadable"),
        ("event 4", "ends before it starts"),
        ("event 5", "repeats more often than daily"),
        ("event 6", "a day at one end and a time at the other"),
        ("event 7", "repeats by a rule that cannot be read"),
        ("event 8", "repeats by a rule that cannot be read"),
    ]
    # A time without a zone is in the zone of whoever looks, and a meeting without an end has none.
    assert events["Whole"]["start"] == events["Whole"]["end"]
    assert events["Whole"]["start"] == {"dateTime": "2026-11-24T09:00:00+00:00", "timeZone": "UTC"}


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_no_bytes_stop_the_reading(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    series = "UID:a\nDTSTART;TZID=House clock:20261124T090000\nRRULE:FREQ=WEEKLY\nSUMMARY:Series"
    other = "UID:b\nDTSTART:20261124T090000Z\nSUMMARY:Other"
    path = write(folder, series, other, head=_ZONE)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, whole.index(b"BEGIN:VEVENT\r\nUID:b")))
    noise = data.draw(st.binary(max_size=30) | st.sampled_from([b":", b";", b"\r\n", b"99999999"]))
    path.write_bytes(whole[:at] + noise + whole[at + data.draw(st.integers(0, 12)) :])

    calendars, _ = own_events.calendars(path, "ann@x.test", NOW)

    shown(calendars[0])


def test_a_file_that_is_no_calendar(tmp_path: Path) -> None:
    path = tmp_path / "notes.ics"
    path.write_bytes(b"\xff\xfe\x00nothing of the kind")
    (calendar,), skipped = own_events.calendars(path, "ann@x.test", NOW)
    assert calendar.events == []
    assert [one.where for one in skipped] == ["notes.ics"]
    assert own_events.owner(path) == ""
