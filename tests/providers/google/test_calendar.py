"""Calendars kept current, and invitations answered."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.changes import Page
from loopdesk.core.errors import Conflict, CursorExpired, Rejected
from loopdesk.core.items import Answer, Kind
from loopdesk.sandbox.google.calendar.store import CalendarStore
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror
from tests.providers.google.diary import OWN, put
from tests.providers.google.mailbox import ANN, BO, TEAM, event


def pulled(mirror: Mirror) -> Page:
    """Return what the next pull of the own calendar brings."""
    return mirror.step(mirror.streams[OWN])


def of_calendar(mirror: Mirror) -> set[str]:
    return {key for key, stream in mirror.streams.items() if stream.feature == "calendar"}


def answering(google: Bench, name: str, key: str = f"{ANN}/own0", note: str = "") -> object:
    action = google.action(name, Target(kind=Kind.MEETING, key=key, me=ANN), Arguments(text=note))
    return google.adapter.perform(action, MemorySteps())


def test_a_meeting_has_what_a_person_needs(mirror: Mirror) -> None:
    item = mirror.items[f"{ANN}/own0"]
    meeting = item.meeting
    assert meeting is not None
    assert (item.at, meeting.end_at) == (
        NOW + timedelta(days=1),
        NOW + timedelta(days=1, minutes=30),
    )
    assert (meeting.zone, meeting.answer) == ("Europe/Zurich", Answer.PENDING)
    assert item.actions == ("accept", "decline", "tentative", "propose")
    assert [who.address for who in item.people] == [BO, "cy@far.example"]
    (entry,) = mirror.of(item.key)
    assert entry.author.address == BO
    trip = mirror.items[f"{ANN}/trip"]
    assert (trip.at, trip.on) == (None, date(2026, 12, 1))
    assert trip.meeting is not None
    assert trip.meeting.end_on == date(2026, 12, 3)
    weekly = [item for item in mirror.items.values() if item.meeting and item.meeting.series]
    assert {item.meeting.series for item in weekly if item.meeting} == {"series"}


def test_of_a_calendar_that_one_may_only_read_nothing_is_answered(mirror: Mirror) -> None:
    assert mirror.items[f"{TEAM}/team0"].actions == ()


def test_changes_come_by_themselves(mirror: Mirror, calendar: CalendarStore, google: Bench) -> None:
    put(google, calendar, event("own1", NOW + timedelta(days=2)))
    put(google, calendar, event("fresh", NOW + timedelta(days=3)))
    put(google, calendar, {**event("own2", NOW), "status": "cancelled"})
    put(google, calendar, event("own3", NOW + timedelta(days=200)))  # out of what is kept
    page = pulled(mirror)
    assert {item.key for item in page.items} == {f"{ANN}/own1", f"{ANN}/fresh"}
    assert page.gone == {f"{ANN}/own2", f"{ANN}/own3"}
    assert not page.listing
    assert mirror.items[f"{ANN}/own1"].at == NOW + timedelta(days=2)


def test_a_full_calendar_comes_in_pages_each_occurrence_in_its_own_zone(
    google: Bench, calendar: CalendarStore
) -> None:
    first = NOW - timedelta(days=10)
    put(google, calendar, event("hourly", first, recurrence=["RRULE:FREQ=HOURLY"]))
    mirror = Mirror(google)
    mirror.pull()
    pages = [page for page in mirror.pages if any("/hourly_" in item.key for item in page.items)]
    found = [item for item in mirror.items.values() if "/hourly_" in item.key]
    assert len(pages) > 5
    assert all(page.listing for page in pages)
    # From seven days before this day to sixty after, and the one that reaches into the window.
    assert len(found) in (67 * 24, 67 * 24 + 1)
    starts = sorted(item.at for item in found if item.at)
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(hours=1)}
    assert {item.meeting.zone for item in found if item.meeting} == {"Europe/Zurich"}


def test_each_day_the_window_moves_on(mirror: Mirror, google: Bench) -> None:
    assert f"{ANN}/far" not in mirror.held
    google.clock.pass_by(days=40)
    with pytest.raises(CursorExpired):
        pulled(mirror)
    mirror.cursors[OWN] = None
    mirror.step(mirror.streams[OWN])
    assert f"{ANN}/far" in mirror.held
    assert f"{ANN}/own0" not in mirror.held


def test_a_calendar_that_is_no_longer_chosen_is_let_go(mirror: Mirror, google: Bench) -> None:
    assert of_calendar(mirror) == {"calendars", OWN, f"events:{TEAM}"}
    unticked: dict[str, object] = {"id": TEAM, "summary": "Team"}

    def listed(body: bytes) -> bytes:
        return json.dumps(json.loads(body) | {"items": [unticked]}).encode()

    google.wire.bend = listed
    page = mirror.step(mirror.streams["calendars"])
    assert of_calendar(mirror) == {"calendars", OWN}
    assert {place.name: place.chosen for place in page.places} == {"Team": False}
    # It is known all the same, so that the person can choose it here.
    offered = mirror.offered[f"events:{TEAM}"]
    assert (offered.place_kind, offered.place, offered.chosen) == ("calendar", TEAM, False)
    unticked["selected"] = True
    mirror.step(mirror.streams["calendars"])
    assert of_calendar(mirror) == {"calendars", OWN, f"events:{TEAM}"}


def test_one_that_is_hidden_from_the_list_is_looked_for_in_a_whole_list(
    mirror: Mirror, google: Bench
) -> None:
    hidden = {"id": TEAM, "summary": "Team", "selected": True, "hidden": True}
    google.wire.bend = lambda _: json.dumps({"items": [hidden], "nextSyncToken": "t"}).encode()
    with pytest.raises(CursorExpired):
        mirror.step(mirror.streams["calendars"])


def test_one_broken_event_is_skipped_and_named(google: Bench) -> None:
    google.wire.bend = lambda body: body.replace(
        b'"start":{"dateTime":"', b'"start":{"dateTime":"?'
    )
    mirror = Mirror(google)
    mirror.pull()
    skipped = [each for page in mirror.pages for each in page.skipped]
    assert {each.reason for each in skipped} == {"Event.dateTime"}
    assert not any(ANN in each.where or TEAM in each.where for each in skipped)
    assert f"{ANN}/trip" in mirror.held


def test_another_guests_answer_is_not_undone_by_a_note(
    mirror: Mirror, calendar: CalendarStore, google: Bench
) -> None:
    # The list changed between reading and writing: it is read again.
    google.sandbox.set_faults("412@PATCH/google/calendar*1")
    answering(google, "tentative", note="Maybe later")
    guests = {guest["email"]: guest for guest in calendar.find("own0").body["attendees"]}
    assert guests[ANN]["comment"] == "Maybe later"
    assert guests[BO]["responseStatus"] == "accepted"
    patch = google.wire.passed[-1][0]
    assert patch.headers["If-Match"]
    assert "sendUpdates=all" in str(patch.url)
    item = next(item for item in pulled(mirror).items if item.key == f"{ANN}/own0")
    assert item.meeting is not None
    assert item.meeting.answer is Answer.TENTATIVE


def test_a_list_that_changes_every_time_is_for_the_person_to_decide(google: Bench) -> None:
    google.sandbox.set_faults("412@PATCH/google/calendar")
    with pytest.raises(Conflict):
        answering(google, "accept", note="Yes")


def test_a_declined_meeting_leaves_the_pane(mirror: Mirror, google: Bench) -> None:
    answering(google, "decline")
    item = next(item for item in pulled(mirror).items if item.key == f"{ANN}/own0")
    assert not item.in_pane
    assert item.actions


def test_what_cannot_be_answered_says_why(
    mirror: Mirror, calendar: CalendarStore, google: Bench
) -> None:
    put(google, calendar, {**event("own0", NOW), "status": "cancelled"})
    put(google, calendar, event("open", NOW, attendees=[{"email": BO}]))
    for key, reason in (("own0", "cancelled"), ("nowhere", "cancelled"), ("open", "notInvited")):
        action = google.action("accept", Target(kind=Kind.MEETING, key=f"{ANN}/{key}", me=ANN))
        assert google.adapter.find(action, MemorySteps()) is None
        with pytest.raises(Rejected) as caught:
            google.adapter.perform(action, MemorySteps())
        assert caught.value.reason == reason
