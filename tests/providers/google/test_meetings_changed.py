"""Meetings changed, moved and called off at Google."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from loopdesk.core.errors import Conflict, Rejected, ServiceDown
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.model import Calendar
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.providers.google.diary import (
    MINE,
    NOON,
    OWN,
    RULE,
    YES,
    ZURICH,
    act,
    do,
    own,
    pulled,
    put,
    sent,
)
from tests.providers.google.mailbox import ANN, BO, TEAM

# --- changing -------------------------------------------------------------------------------------


def test_an_edit_changes_what_it_names_and_keeps_the_answers(
    google: Bench, calendar: CalendarStore
) -> None:
    put(google, calendar, own("fresh", description="<b>Old</b>", location="Here"))
    action = act(google, "edit", "fresh", subject="New", text="Old", to=(BO, "Dee <dee@x.example>"))
    assert google.adapter.find(action, MemorySteps()) is None
    google.adapter.perform(action, MemorySteps())
    body = calendar.find("fresh").body
    # The same words leave the formatting as it is.
    assert (body["summary"], body["description"], body["location"]) == ("New", "<b>Old</b>", "Here")
    assert body["attendees"][:2] == [MINE, YES]
    assert body["attendees"][2]["email"] == "dee@x.example"
    assert google.adapter.find(action, MemorySteps()) is not None
    patches = len(sent(google, "PATCH"))
    google.adapter.perform(action, MemorySteps())
    assert len(sent(google, "PATCH")) == patches  # nobody gets a second mail of it


def test_an_edit_takes_guests_and_words_away(google: Bench, calendar: CalendarStore) -> None:
    put(google, calendar, own("fresh", location="Here", description="Words"))
    do(google, "edit", "fresh", cleared=("location", "to", "text"), call=True, reminders=())
    body = calendar.find("fresh").body
    assert body["attendees"] == [MINE]
    assert not body.get("location")
    assert not body.get("description")
    assert body["conferenceData"]["createRequest"]["requestId"]
    assert body["reminders"] == {"useDefault": False, "overrides": []}
    do(google, "edit", "fresh", cleared=("reminders",))
    assert calendar.find("fresh").body["reminders"]["useDefault"]


def test_what_a_guest_says_at_the_same_moment_is_not_lost(
    google: Bench, calendar: CalendarStore
) -> None:
    put(google, calendar, own("fresh"))
    google.sandbox.set_faults("412@PATCH/events*2")
    do(google, "edit", "fresh", to=(BO, "dee@x.example"))
    assert len(calendar.find("fresh").body["attendees"]) == 3
    google.sandbox.set_faults("412@PATCH/events")
    with pytest.raises(Conflict):
        do(google, "edit", "fresh", subject="Never")


def test_one_occurrence_or_the_whole_series_is_edited(
    google: Bench, calendar: CalendarStore
) -> None:
    put(google, calendar, own("tea", NOON, recurrence=[f"RRULE:{RULE}"]))
    one = "tea_20261202T110000Z"
    do(google, "edit", one, subject="Cake")
    do(google, "edit", one, series="tea", location="Kitchen")
    assert calendar.find(one).body["summary"] == "Cake"
    assert "Cake" not in str(calendar.find("tea").body)
    assert calendar.find("tea_20261207T110000Z").body["location"] == "Kitchen"


def test_a_meeting_goes_to_another_calendar(google: Bench, calendar: CalendarStore) -> None:
    entry = {"id": "plan@group.example", "summary": "Plan", "accessRole": "owner"}
    google.sandbox.google.account(ANN).calendars.append(
        CalendarStore(Calendar(entry), google.clock.now())
    )
    put(google, calendar, own("fresh", attendees=[]))
    action = act(google, "edit", "fresh", subject="Moved", place=entry["id"])
    receipt = google.adapter.perform(action, MemorySteps())
    assert receipt is not None
    assert receipt.facts["key"] == f"{entry['id']}/fresh"
    assert receipt.streams == (f"events:{entry['id']}", OWN)
    assert google.adapter.find(action, MemorySteps()) == receipt
    assert calendar.find("fresh").is_cancelled
    put(google, calendar, own("other"))
    with pytest.raises(Rejected):
        do(google, "edit", "other", place=TEAM)


def test_others_meetings_are_not_changed(google: Bench) -> None:
    with pytest.raises(Rejected, match="forbiddenForNonOrganizer"):
        do(google, "edit", "own0", subject="Mine now")


# --- moving in time -------------------------------------------------------------------------------


def test_a_meeting_moves_and_keeps_its_own_zone(google: Bench, calendar: CalendarStore) -> None:
    tokyo = {"dateTime": "2026-11-28T08:00:00+09:00", "timeZone": "Asia/Tokyo"}
    ends = {"dateTime": "2026-11-28T08:45:00+09:00", "timeZone": "Asia/Tokyo"}
    put(google, calendar, own("fresh", start=tokyo, end=ends))
    action = act(google, "reschedule", "fresh", at=NOON)
    assert google.adapter.find(action, MemorySteps()) is None
    google.adapter.perform(action, MemorySteps())
    body = calendar.find("fresh").body
    assert body["start"] == {"dateTime": "2026-11-27T20:00:00+09:00", "timeZone": "Asia/Tokyo"}
    assert body["end"]["dateTime"] == "2026-11-27T20:45:00+09:00"  # as long as before
    assert google.adapter.find(action, MemorySteps()) is not None
    # Another way of writing the same moment is no change.
    google.wire.passed.clear()
    do(
        google,
        "reschedule",
        "fresh",
        at=NOON.astimezone(ZURICH),
        until=NOON + timedelta(minutes=45),
    )
    assert sent(google, "PATCH") == []


def test_hours_become_days_and_days_hours(google: Bench, calendar: CalendarStore) -> None:
    put(google, calendar, own("fresh"))
    do(google, "reschedule", "fresh", on=date(2026, 12, 1))
    body = calendar.find("fresh").body
    assert (body["start"], body["end"]) == ({"date": "2026-12-01"}, {"date": "2026-12-02"})
    do(google, "reschedule", "fresh", at=NOON, until=NOON + timedelta(hours=1))
    assert calendar.find("fresh").body["start"] == {
        "dateTime": "2026-11-27T12:00:00+01:00",
        "timeZone": "Europe/Zurich",
    }


def test_one_occurrence_moves_alone(google: Bench, mirror: Mirror, calendar: CalendarStore) -> None:
    put(google, calendar, own("tea", NOON, recurrence=[f"RRULE:{RULE}"]))
    pulled(mirror)
    do(google, "reschedule", "tea_20261202T110000Z", at=datetime(2026, 12, 2, 15, tzinfo=UTC))
    (moved,) = pulled(mirror)
    assert (moved.key, moved.at) == (
        f"{ANN}/tea_20261202T110000Z",
        datetime(2026, 12, 2, 15, tzinfo=UTC),
    )


def test_a_series_moves_by_the_clock_on_the_wall(google: Bench, calendar: CalendarStore) -> None:
    # It began in summer: nine in Zurich was seven in Greenwich.
    summer = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    until = "UNTIL=20261230T080000Z"
    start = {"dateTime": summer.astimezone(ZURICH).isoformat(), "timeZone": "Europe/Zurich"}
    put(
        google,
        calendar,
        own("tea", summer, start=start, recurrence=[f"RRULE:{RULE};{until}"]),
    )
    one = "tea_20261202T080000Z"
    at = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    action, steps = act(google, "reschedule", one, series="tea", at=at), MemorySteps()
    assert google.adapter.find(action, steps) is None
    google.sandbox.set_faults("500-after@PATCH/events*1")
    with pytest.raises(ServiceDown):
        google.adapter.perform(action, steps)
    google.restart()
    # The occurrence that it was counted from has gone, and still it is found, not moved again.
    found = google.adapter.find(action, steps)
    assert found is not None
    assert google.adapter.perform(action, steps) == found
    body = calendar.find("tea").body
    assert body["start"]["dateTime"] == "2026-07-01T10:30:00+02:00"
    assert body["end"]["dateTime"] == "2026-07-01T11:00:00+02:00"
    assert body["recurrence"] == [f"RRULE:{RULE};UNTIL=20261230T093000Z"]
    assert found.facts["key"] == f"{ANN}/tea_20261202T093000Z"
    assert not calendar.find("tea_20261202T093000Z").is_cancelled


@pytest.mark.parametrize(
    ("rule", "moved"),
    [
        ("FREQ=WEEKLY;BYDAY=WE,SU", "FREQ=WEEKLY;BYDAY=FR,TU"),
        ("FREQ=DAILY;COUNT=9", "FREQ=DAILY;COUNT=9"),
        ("FREQ=WEEKLY;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=20270103"),
        ("FREQ=MONTHLY;BYDAY=1WE", ""),
        ("FREQ=MONTHLY;BYMONTHDAY=2", ""),
    ],
)
def test_a_series_moves_to_other_days_where_its_rule_goes_along(
    google: Bench, calendar: CalendarStore, rule: str, moved: str
) -> None:
    start, end = {"date": "2026-12-02"}, {"date": "2026-12-03"}
    put(google, calendar, own("days", start=start, end=end, recurrence=[f"RRULE:{rule}"]))
    action = act(google, "reschedule", "days_20261202", series="days", on=date(2026, 12, 4))
    if not moved:
        with pytest.raises(Rejected, match="ruleNamesDays"):
            google.adapter.perform(action, MemorySteps())
        return
    receipt = google.adapter.perform(action, MemorySteps())
    assert receipt is not None
    assert receipt.facts["key"] == f"{ANN}/days_20261204"
    body = calendar.find("days").body
    assert (body["start"], body["recurrence"]) == ({"date": "2026-12-04"}, [f"RRULE:{moved}"])


# --- calling off ----------------------------------------------------------------------------------


def test_a_meeting_is_called_off_with_a_note(
    google: Bench, mirror: Mirror, calendar: CalendarStore
) -> None:
    put(google, calendar, own("fresh", description="Words"))
    pulled(mirror)
    action = act(google, "cancel", "fresh", text="The boat is late.")
    assert google.adapter.find(action, MemorySteps()) is None
    google.adapter.perform(action, MemorySteps())
    assert google.adapter.find(action, MemorySteps()) is not None
    google.adapter.perform(action, MemorySteps())
    kept = calendar.find("fresh")
    assert kept.is_cancelled
    assert kept.body["description"] == "The boat is late.\n\nWords"
    what = [notice["what"] for notice in google.sandbox.state()["google"]["notices"]]
    assert what == ["cancelled"]
    assert f"{ANN}/fresh" in mirror.step(mirror.streams[OWN]).gone


def test_one_occurrence_or_the_whole_series_is_called_off(
    google: Bench, calendar: CalendarStore
) -> None:
    put(google, calendar, own("tea", NOON, recurrence=[f"RRULE:{RULE}"]))
    do(google, "cancel", "tea_20261202T110000Z")
    assert calendar.find("tea_20261202T110000Z").is_cancelled
    assert not calendar.find("tea").is_cancelled
    do(google, "cancel", "tea_20261207T110000Z", series="tea")
    assert calendar.find("tea").is_cancelled


@pytest.mark.parametrize(
    ("name", "given"), [("accept", {"text": "Late"}), ("edit", {"to": (BO,)}), ("accept", {})]
)
def test_guests_that_google_did_not_name_are_not_left_out(
    google: Bench, calendar: CalendarStore, name: str, given: dict[str, Any]
) -> None:
    key = "own0" if name == "accept" else "fresh"
    put(google, calendar, own("fresh"))
    before = [guest["email"] for guest in calendar.find(key).body["attendees"]]
    google.wire.bend = lambda body: body.replace(
        b'"attendees":', b'"attendeesOmitted":true,"attendees":'
    )
    if given:
        with pytest.raises(Rejected, match="tooManyGuests"):
            do(google, name, key, **given)
    else:
        do(google, name, key)
    assert [guest["email"] for guest in calendar.find(key).body["attendees"]] == before
