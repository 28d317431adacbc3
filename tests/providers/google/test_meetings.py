"""Meetings as they are offered, made, answered and proposed anew at Google."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from loopdesk.core.errors import NotPermitted, Rejected, ServiceDown
from loopdesk.sandbox.google.calendar.store import CalendarStore
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.google.diary import (
    NOON,
    RULE,
    YES,
    act,
    do,
    own,
    pulled,
    put,
    sent,
)
from tests.providers.google.mailbox import ANN, BO, event

# --- what is offered ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "actions"),
    [
        ({}, ("accept", "decline", "tentative", "propose")),
        (
            {"guestsCanModify": True},
            ("accept", "decline", "tentative", "propose", "edit", "reschedule"),
        ),
        ({"organizer": {"email": ANN}}, ("edit", "reschedule", "cancel")),
        ({"organizer": {"email": ANN}, "attendees": []}, ("edit", "reschedule", "cancel")),
        ({"organizer": {"email": ANN}, "locked": True}, ()),
        ({"organizer": {"email": ANN}, "attendees": [], "eventType": "birthday"}, ()),
        ({"attendees": [YES]}, ()),
    ],
)
def test_a_meeting_offers_what_will_work(
    google: Bench, calendar: CalendarStore, more: dict[str, Any], actions: tuple[str, ...]
) -> None:
    put(google, calendar, {**event("fresh", NOON), **more})
    mirror = Mirror(google)
    mirror.pull()
    assert mirror.items[f"{ANN}/fresh"].actions == actions


def test_a_calendar_says_what_one_may_do_in_it_and_its_zone(
    google: Bench, calendar: CalendarStore
) -> None:
    calendar.entry["defaultReminders"] = [
        {"method": "email", "minutes": 60},
        {"method": "popup", "minutes": 10},
    ]
    mirror = Mirror(google)
    mirror.pull()
    (page,) = [page for page in mirror.pages if "calendar" in page.place_kinds]
    mine, team = page.places
    assert (mine.role, mine.default, mine.zone, mine.reminders) == (
        "owner",
        True,
        "Europe/Zurich",
        (10,),
    )
    assert (team.role, team.default) == ("reader", False)


def test_a_meeting_has_its_rule_its_reminders_and_whether_it_takes_time(
    google: Bench, calendar: CalendarStore
) -> None:
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
    put(google, calendar, own("fresh", reminders=reminders, transparency="transparent"))
    put(google, calendar, own("desk", eventType="workingLocation"))
    mirror = Mirror(google)
    mirror.pull()
    weekly = [each.meeting for each in mirror.items.values() if "/series_" in each.key]
    assert {each.repeats for each in weekly if each} == {"FREQ=WEEKLY"}
    fresh, plain = mirror.items[f"{ANN}/fresh"].meeting, mirror.items[f"{ANN}/own0"].meeting
    assert fresh is not None
    assert plain is not None
    assert (fresh.reminders, fresh.busy, fresh.repeats) == ((5,), False, "")
    assert (plain.reminders, plain.busy) == (None, True)
    assert not mirror.items[f"{ANN}/desk"].in_pane


def test_files_stand_below_the_description_and_are_named(
    google: Bench, calendar: CalendarStore
) -> None:
    file = {"fileUrl": "https://docs.google.com/document/d/1x/edit", "title": "Agenda"}
    put(
        google,
        calendar,
        own("fresh", description="Bring tea", attachments=[file | {"fileId": "1x"}]),
    )
    mirror = Mirror(google)
    mirror.pull()
    (entry,) = mirror.of(f"{ANN}/fresh")
    assert entry.key == f"{ANN}/fresh"
    assert entry.text == f"Bring tea\n\nAgenda {file['fileUrl']}"
    assert entry.header("x-loopdesk-file") == "1x"
    do(google, "edit", "fresh", text=f"Bring milk\n\nAgenda {file['fileUrl']}")
    assert calendar.find("fresh").body["description"] == "Bring milk"


def test_what_pulls_cost(google: Bench, mirror: Mirror, calendar: CalendarStore) -> None:
    def cost() -> int:
        google.wire.passed.clear()
        for stream in [s for s in mirror.streams.values() if s.feature == "calendar"]:
            mirror.step(stream)
        return len(google.wire.passed)

    assert cost() == 3  # the list of calendars, and two of them
    put(google, calendar, own("fresh"))
    assert cost() == 3
    series = calendar.find("series").body
    put(google, calendar, {**series, "summary": "Another name"})
    assert cost() == 4  # and once the series' rule


# --- making ---------------------------------------------------------------------------------------


def test_a_meeting_is_made_with_all_that_belongs_to_it(
    google: Bench, mirror: Mirror, calendar: CalendarStore
) -> None:
    action = act(
        google,
        "meet",
        subject="Offer",
        text="Only us",
        location="Room 3",
        at=NOON,
        until=NOON + timedelta(hours=1),
        to=("Bo Berg <bo@lumen.example>", "cy@far.example"),
        call=True,
        reminders=(30, 5),
    )
    receipt = google.adapter.perform(action, MemorySteps())
    assert receipt is not None
    assert receipt.facts == {"event": action.id, "key": f"{ANN}/{action.id}"}
    body = calendar.find(action.id).body
    assert body["start"] == {"dateTime": "2026-11-27T12:00:00+01:00", "timeZone": "Europe/Zurich"}
    assert [(g["email"], g["responseStatus"]) for g in body["attendees"]] == [
        (ANN, "accepted"),
        (BO, "needsAction"),
        ("cy@far.example", "needsAction"),
    ]
    assert "sendUpdates=all" in sent(google, "POST")[-1]
    assert google.sandbox.state()["google"]["notices"][-1]["what"] == "invited"
    google.clock.pass_by(seconds=3)
    (item,) = pulled(mirror)
    assert (item.key, item.title, item.at) == (receipt.facts["key"], "Offer", NOON)
    assert item.meeting is not None
    assert item.meeting.join_url.startswith("https://meet.google.com/")
    assert (item.meeting.location, item.meeting.reminders) == ("Room 3", (5, 30))


@pytest.mark.parametrize("fault", ["500-after", "drop", "cut"])
def test_a_meeting_is_made_once(google: Bench, calendar: CalendarStore, fault: str) -> None:
    action, steps = act(google, "meet", subject="Offer", at=NOON, to=(BO,)), MemorySteps()
    google.sandbox.set_faults(f"{fault}@POST/events*1")
    if fault == "500-after":
        with pytest.raises(ServiceDown):
            google.adapter.perform(action, steps)
    else:
        google.adapter.perform(action, steps)  # without sockets nothing is lost on the way
    google.sandbox.set_faults("")
    found = google.adapter.find(action, steps)
    assert found is not None
    # Google does not promise to notice a used id; where it does, that is no failure.
    assert google.adapter.perform(action, steps) == found
    assert sum(each.body.get("summary") == "Offer" for each in calendar.all()) == 1


def test_a_whole_day_and_a_series_are_made(google: Bench, mirror: Mirror) -> None:
    days = do(google, "meet", subject="Trip", on=date(2026, 12, 3), until_on=date(2026, 12, 5))
    one = do(google, "meet", subject="Day", on=date(2026, 12, 3))
    weekly = do(
        google, "meet", subject="Tea", at=datetime(2026, 11, 30, 9, tzinfo=UTC), repeats=RULE
    )
    pulled(mirror)
    trip, day = mirror.items[days.facts["key"]].meeting, mirror.items[one.facts["key"]].meeting
    assert trip is not None
    assert day is not None
    assert (trip.start_on, trip.end_on) == (date(2026, 12, 3), date(2026, 12, 5))
    assert day.end_on == date(2026, 12, 4)
    # The receipt names the first occurrence: the series itself is no row.
    first = mirror.items[weekly.facts["key"]]
    assert weekly.facts["key"] == f"{ANN}/{weekly.facts['event']}_20261130T090000Z"
    assert first.meeting is not None
    assert first.meeting.repeats == RULE


def test_a_meeting_without_a_time_is_refused(google: Bench) -> None:
    with pytest.raises(Rejected, match="timeNeeded"):
        do(google, "meet", subject="Some day")


# --- answering ------------------------------------------------------------------------------------


def test_another_time_is_proposed_in_a_note_with_a_maybe(
    google: Bench, calendar: CalendarStore
) -> None:
    action = act(google, "propose", "own0", at=NOON, text="I come by train.")
    google.adapter.perform(action, MemorySteps())
    guests = {guest["email"]: guest for guest in calendar.find("own0").body["attendees"]}
    assert guests[ANN]["responseStatus"] == "tentative"
    assert guests[ANN]["comment"] == (
        "I come by train.\n\nProposed new time: Friday 2026-11-27, 12:00 to 12:30 (Europe/Zurich)"
        " [2026-11-27T12:00:00+01:00/2026-11-27T12:30:00+01:00]"
    )
    assert guests[BO]["responseStatus"] == "accepted"
    assert google.adapter.find(action, MemorySteps()) is not None
    days = act(google, "propose", "trip", on=date(2026, 12, 8))
    google.adapter.perform(days, MemorySteps())
    guests = {guest["email"]: guest for guest in calendar.find("trip").body["attendees"]}
    assert guests[ANN]["comment"] == (
        "Proposed new time: 2026-12-08 to 2026-12-09 [2026-12-08/2026-12-10]"
    )


def test_a_series_is_answered_as_a_whole(google: Bench, calendar: CalendarStore) -> None:
    one = f"series_{NOW:%Y%m%dT%H%M%SZ}"
    do(google, "accept", one, series="series")
    own_line = calendar.find("series").body["attendees"][1]
    assert (own_line["email"], own_line["responseStatus"]) == (ANN, "accepted")


# --- when people are free -------------------------------------------------------------------------


def test_when_people_are_free_as_far_as_one_may_see(google: Bench, calendar: CalendarStore) -> None:
    people = [ANN, BO, *(f"p{number}@far.example" for number in range(60))]
    found = google.adapter.busy(people, NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))
    assert [each.address for each in found] == people
    first = NOW + timedelta(days=1)
    assert found[0].spans == (
        (first, first + timedelta(minutes=30)),
        (first + timedelta(hours=1), first + timedelta(hours=1, minutes=30)),
    )
    assert found[1].spans == found[0].spans
    assert {each.spans for each in found[2:]} == {None}
    # Google takes fifty at once.
    assert len([url for url in sent(google, "POST") if "freeBusy" in url]) == 2


def test_who_did_not_allow_it_is_told_which_access_is_missing(google: Bench) -> None:
    google.open_account(google.grant(("calendar",), untick="calendar.freebusy"))
    assert google.account.features == ("calendar",)
    with pytest.raises(NotPermitted) as caught:
        google.adapter.busy([BO], NOW, NOW + timedelta(hours=1))
    assert caught.value.scope.endswith("/calendar.freebusy")
