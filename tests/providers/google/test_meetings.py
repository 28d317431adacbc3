"""Meetings made, changed, moved, called off and proposed anew at Google."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.errors import Conflict, NotPermitted, Rejected, ServiceDown
from loopdesk.core.items import Item, Kind
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.model import Calendar
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.google.mailbox import ANN, BO, TEAM, event

OWN = f"events:{ANN}"
ZURICH = ZoneInfo("Europe/Zurich")
NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
MINE = {"email": ANN, "responseStatus": "accepted"}
YES = {"email": BO, "displayName": "Bo Berg", "responseStatus": "accepted", "comment": "Gladly"}
RULE = "FREQ=WEEKLY;BYDAY=MO,WE"


@pytest.fixture
def calendar(google: Bench) -> CalendarStore:
    """Return the own calendar as the service holds it."""
    return google.sandbox.google.account(ANN).calendars[0]


def put(google: Bench, calendar: CalendarStore, body: dict[str, Any]) -> None:
    google.clock.pass_by(seconds=1)
    calendar.put(body, google.clock.now())


def own(key: str, at: datetime = NOW + timedelta(days=3), **more: Any) -> dict[str, Any]:
    """Return a meeting that Ann has called."""
    return event(key, at, organizer=ANN, **({"attendees": [MINE, YES]} | more))


def act(google: Bench, name: str, event_id: str = "", series: str = "", **given: Any) -> Action:
    key = f"{ANN}/{event_id}" if event_id else ""
    target = Target(kind=Kind.MEETING, key=key, me=ANN, series=series)
    return google.action(name, target, Arguments(series=bool(series), **given))


def do(google: Bench, name: str, event_id: str = "", series: str = "", **given: Any) -> Receipt:
    receipt = google.adapter.perform(act(google, name, event_id, series, **given), MemorySteps())
    assert receipt is not None
    return receipt


def pulled(mirror: Mirror) -> tuple[Item, ...]:
    return mirror.step(mirror.streams[OWN]).items


def sent(google: Bench, method: str) -> list[str]:
    return [str(r.url) for r, _, _ in google.wire.passed if r.method == method]


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
