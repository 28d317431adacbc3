"""Outlook's calendar as it is read, and what is done to its meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Busy, Cursor
from loopdesk.core.errors import Conflict, CursorExpired, RateLimited, Rejected, ServiceDown
from loopdesk.core.items import Answer, Kind
from loopdesk.providers.microsoft import convert_recurrence as recurrence
from loopdesk.providers.microsoft.convert_calendar import series_uid
from loopdesk.providers.microsoft.wire_calendar import Recurrence
from loopdesk.sandbox.microsoft.calendar import shapes
from tests.providers.bench import NOW, MemorySteps, Mirror
from tests.providers.microsoft.week import (
    DAN,
    JOIN,
    ZONE,
    act,
    asked,
    at,
    calendar_of,
    calendars,
    do,
    event,
    event_key,
    expected,
    guest,
    main_calendar,
    meeting,
    new,
    own,
    put,
    shown,
    titled,
    week,
    weekly,
)
from tests.sandbox.tiny_microsoft import ANN, BO, CLEO

_IN_TWO_DAYS = NOW + timedelta(days=2, minutes=10)


def events(mirror: Mirror) -> Any:
    """Return the stream of Ann's own calendar."""
    return next(each for key, each in mirror.streams.items() if key.startswith("events:"))


# --- reading --------------------------------------------------------------------------------------


def test_all_of_the_window_comes_and_then_nothing(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        assert mirror.held == {key for key in expected(bench) if key.startswith("AAkA")}
        again = mirror.pull()
        assert not any(page.items or page.gone or page.listing for page in again)
        # One request to learn of calendars, one for each that is chosen.
        assert len(asked(bench)) == 2


def test_calendars_are_places_and_others_are_not_chosen(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (_, mirror):
        main, team = mirror.pages[0].places
        assert (main.name, main.chosen, main.role, main.default) == (
            "Calendar",
            True,
            "owner",
            True,
        )
        assert main.colour == "#a1b2c3"
        assert (team.name, team.chosen, team.role, team.default) == ("Team", False, "reader", False)
        assert {f"events:{main.key}", f"events:{team.key}"} <= mirror.offered.keys()


def test_a_read_only_calendar_offers_nothing(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        team = next(each for each in mirror.offered.values() if not each.chosen)
        (page,) = [bench.adapter.pull(team, None)]
        assert [(each.title, each.actions) for each in page.items] == [("Fair", ())]


def test_a_meeting_has_what_an_invitation_says(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (_, mirror):
        found = titled(mirror, "Asked1")
        assert found.meeting is not None
        assert found.at == found.meeting.start_at == NOW + timedelta(days=1)
        assert (found.meeting.answer, found.meeting.series) == (Answer.PENDING, "")
        assert found.actions == ("accept", "decline", "tentative", "propose")
        assert [each.name for each in found.people] == ["Cleo Carr", "Bo Berg"]
        me, bo = found.meeting.attendees
        assert (me.me, me.answer, bo.me, bo.answer) == (
            True,
            Answer.PENDING,
            False,
            Answer.ACCEPTED,
        )
        called = titled(mirror, "Called1")
        assert called.actions == ("edit", "reschedule", "cancel")
        assert called.meeting is not None
        assert (called.meeting.answer, called.meeting.reminders) == (Answer.NONE, (15,))


def test_days_stay_days_wherever_one_is(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (_, mirror):
        trip = titled(mirror, "Trip")
        assert trip.meeting is not None
        assert (trip.at, trip.on) == (None, date(2026, 12, 1))
        assert (trip.meeting.start_on, trip.meeting.end_on) == (
            date(2026, 12, 1),
            date(2026, 12, 3),
        )


def test_what_was_cancelled_is_there_and_not_in_the_pane(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (_, mirror):
        assert not titled(mirror, "Off").in_pane
        assert titled(mirror, "Off").actions == ()


def test_each_occurrence_is_joined_with_its_series(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (_, mirror):
        news = [each for each in mirror.items.values() if each.title == "News"]
        assert len(news) == 9
        for each in news:
            assert each.meeting is not None
            assert each.meeting.repeats == "FREQ=WEEKLY;BYDAY=MO"
            assert each.meeting.series
            assert each.meeting.answer is Answer.PENDING
            assert each.actions == ("accept", "decline", "tentative", "propose")
        assert len({each.meeting.ical_uid for each in news if each.meeting}) == 1


def test_the_next_two_weeks_come_first(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (_, mirror):
        first = next(page for page in mirror.pages if page.items)
        assert {each.title for each in first.items} >= {"Asked1", "Called4", "Trip", "News"}
        assert all(each.at is None or each.at < NOW + timedelta(days=14) for each in first.items)


def test_a_change_costs_one_request_or_two(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        put(bench, meeting("asked1", NOW + timedelta(days=1, hours=1), subject="Later"))
        page = mirror.step(events(mirror))
        assert [each.title for each in page.items] == ["Later"]
        assert len(asked(bench)) == 1
        # An occurrence that is another than its series: Graph names the rule with the series only.
        sync = titled(mirror, "Sync")
        put_on = shapes.key_of(sync.key)
        store = main_calendar(bench)
        one = store.find(put_on)
        store.differ(one, {**one.body, "subject": "Sync, long"}, bench.clock.now())
        page = mirror.step(events(mirror))
        assert [(each.title, each.key) for each in page.items] == [("Sync, long", sync.key)]
        assert page.items[0].meeting is not None
        assert page.items[0].meeting.repeats == "FREQ=WEEKLY;BYDAY=MO"
        assert len(asked(bench)) == 2


def test_a_series_that_is_named_alone_brings_its_occurrences(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        put(bench, own("sync", NOW - timedelta(days=30), **_sync(subject="Standing sync")))
        bench.wire.bend = _only_masters
        page = mirror.step(events(mirror))
        assert {each.title for each in page.items} == {"Standing sync"}
        assert len(page.items) == 9
        assert len(asked(bench)) == 2


def _sync(**more: Any) -> dict[str, Any]:
    return weekly("monday", (NOW - timedelta(days=30)).date(), **more)


def _only_masters(body: bytes) -> bytes:
    """Leave the occurrences out of what a delta says."""
    return (
        body.replace(b'"type":"occurrence"', b'"@removed":{"reason":"changed"}').replace(
            b'"type": "occurrence"', b'"@removed": {"reason": "changed"}'
        )
        if b"deltaLink" in body
        else body
    )


def test_what_is_no_more_leaves_and_a_declined_one_too(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        gone = titled(mirror, "Called1").key
        main_calendar(bench).remove(event(bench, "called1"))
        mirror.pull()
        assert gone not in mirror.held


def test_what_moves_into_another_calendar_is_one_row(tmp_path: Path) -> None:
    two = [*calendars()[:1], {"id": "more", "name": "More", "events": []}]
    with week(tmp_path, "calendar", calendars=two) as (bench, mirror):
        book = calendar_of(bench).books[ANN]
        stored = event(bench, "called1")
        key = titled(mirror, "Called1").key
        book.calendars[0].remove(stored)
        book.calendars[1].put(stored.key, stored.body, bench.clock.now())
        mirror.pull()
        moved = mirror.items[key].meeting
        assert moved is not None
        assert moved.calendar == book.calendars[1].key
        assert key in mirror.held


def test_a_new_day_lists_anew_what_no_delta_said(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        store = main_calendar(bench)
        store.silent = True
        lost = titled(mirror, "Sync")
        store.remove(store.find(shapes.key_of(lost.key)))
        mirror.pull()
        assert lost.key in mirror.held  # nobody said so
        bench.clock.pass_by(days=1)
        stream = events(mirror)
        with pytest.raises(CursorExpired):
            mirror.step(stream)
        mirror.cursors[stream.key] = None
        mirror.pull()
        assert lost.key not in mirror.held
        assert mirror.held == {key for key in expected(bench) if key.startswith("AAkA")}


def test_a_calendar_without_a_delta_is_listed_each_time(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        whole = mirror.held
        bench.sandbox.set_faults("404@/calendarView/delta")
        stream = events(mirror)
        mirror.cursors[stream.key] = None
        mirror.pull()
        assert mirror.held == whole
        asked(bench)
        put(bench, meeting("fresh", NOW + timedelta(days=5)))
        main_calendar(bench).remove(event(bench, "called2"))
        with pytest.raises(CursorExpired) as told:
            mirror.step(stream)
        page = bench.adapter.pull(stream, Cursor(told.value.fresh or ""))
        assert page.listing
        assert not page.more
        keys = {each.key for each in page.items}
        assert event_key(bench, "fresh") in keys
        assert event_key(bench, "called2") not in keys
        assert not [each for each in asked(bench) if "delta" in each]


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({"onlineMeeting": {"joinUrl": JOIN}, "isOnlineMeeting": True}, JOIN),
        ({"location": {"displayName": "https://zoom.us/j/123"}}, "https://zoom.us/j/123"),
        (
            {"body": {"contentType": "html", "content": f'<p>Join <a href="{JOIN}">here</a>'}},
            JOIN,
        ),
        ({}, ""),
    ],
)
def test_the_way_in_is_found_where_it_stands(
    tmp_path: Path, more: dict[str, Any], url: str
) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        put(bench, meeting("fresh", NOW + timedelta(days=1), **more))
        mirror.pull()
        found = titled(mirror, "Fresh").meeting
        assert found is not None
        assert found.join_url == url


def test_what_is_written_in_it_is_the_entry(tmp_path: Path) -> None:
    content = "<html><body><p>Bring <b>tea</b></p></body></html>"
    with week(tmp_path, "calendar") as (bench, mirror):
        key = put(
            bench,
            meeting(
                "fresh",
                NOW + timedelta(days=1),
                body={"contentType": "html", "content": content},
                location={"displayName": "Room 3"},
                showAs="free",
            ),
        )
        mirror.pull()
        (entry,) = mirror.of(key)
        assert (entry.key, entry.text, entry.html) == (key, "Bring tea", content)
        found = mirror.items[key]
        assert found.meeting is not None
        assert (found.snippet, found.meeting.location, found.meeting.busy) == (
            "Room 3",
            "Room 3",
            False,
        )


# --- answering ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"), [("accept", Answer.ACCEPTED), ("tentative", Answer.TENTATIVE)]
)
def test_an_answer_is_given_with_a_note_and_shows(tmp_path: Path, name: str, said: Answer) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = act(bench, mirror, name, "Asked1", text="Gladly")
        found = shown(mirror, do(bench, action))[action.target.key]
        assert found.meeting is not None
        assert found.meeting.answer is said
        (notice,) = calendar_of(bench).meetings.notices
        assert (notice["to"], notice["comment"]) == (CLEO, "Gladly")


def test_what_is_declined_leaves_the_calendar_and_is_not_answered_twice(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action, steps = act(bench, mirror, "decline", "Asked1", text="Away"), MemorySteps()
        bench.sandbox.set_faults("500-after@/decline*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        bench.restart()
        receipt = bench.adapter.find(action, steps)
        assert receipt is not None
        shown(mirror, receipt)
        assert action.target.key not in mirror.held
        assert [each["kind"] for each in calendar_of(bench).meetings.notices] == ["declined"]


def test_the_same_answer_again_is_given_again(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        do(bench, act(bench, mirror, "accept", "Asked1"))
        bench.clock.pass_by(seconds=2)
        again, steps = act(bench, mirror, "accept", "Asked1", text="Still"), MemorySteps()
        bench.sandbox.set_faults("503@/accept*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(again, steps)
        assert bench.adapter.find(again, steps) is None
        bench.adapter.perform(again, steps)
        assert bench.adapter.find(again, steps) is not None
        assert len(calendar_of(bench).meetings.notices) == 2


def test_another_time_is_proposed_to_who_called_it(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        do(bench, act(bench, mirror, "propose", "Asked1", at=_IN_TWO_DAYS, text="Could we?"))
        (notice,) = calendar_of(bench).meetings.notices
        proposed = notice["proposedNewTime"]
        start = datetime.fromisoformat(proposed["start"]["dateTime"])
        end = datetime.fromisoformat(proposed["end"]["dateTime"])
        assert (start.hour, start.minute) in ((9, 10), (10, 10))
        assert end - start == timedelta(minutes=30)  # as long as it was
        assert titled(mirror, "Asked1").meeting


def test_who_called_it_sees_what_a_guest_proposes(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        store, stored = main_calendar(bench), event(bench, "called1")
        slot = {"start": at(_IN_TWO_DAYS), "end": at(_IN_TWO_DAYS + timedelta(minutes=30))}
        first, *rest = stored.body["attendees"]
        attendees = [{**first, "proposedNewTime": slot}, *rest]
        store.put(stored.key, {**stored.body, "attendees": attendees}, bench.clock.now())
        mirror.pull()
        found = titled(mirror, "Called1").meeting
        assert found is not None
        assert [each.note for each in found.attendees] == [
            "Proposed new time: Friday 2026-11-27, 09:10 to 09:40 (UTC)",
            "",
        ]


def test_a_whole_series_is_answered_at_once(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        do(bench, act(bench, mirror, "accept", "News", series=True))
        mirror.pull()
        answers = {
            i.meeting.answer for i in mirror.items.values() if i.title == "News" and i.meeting
        }
        assert answers == {Answer.ACCEPTED}


def test_who_called_it_does_not_answer(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = act(bench, mirror, "accept", "Called1")
        with pytest.raises(Rejected, match="notInvited"):
            do(bench, action)


# --- making ---------------------------------------------------------------------------------------


def test_a_meeting_is_made_once_whatever_its_answer(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = new(
            bench,
            "meet",
            Kind.MEETING,
            subject="Offer",
            text="Let us\nlook",
            at=_IN_TWO_DAYS,
            to=(f"Bo Berg <{BO}>",),
            location="Room 3",
            call=True,
            reminders=(5,),
        )
        steps = MemorySteps()
        assert bench.adapter.find(action, steps) is None
        bench.sandbox.set_faults("503-after@/events*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        found = bench.adapter.find(action, steps)
        calendar_of(bench).refuses_repeats = True
        assert found == bench.adapter.perform(action, steps)
        assert found is not None
        item = shown(mirror, found)[found.facts["key"]]
        assert item.meeting is not None
        assert (item.title, item.at) == ("Offer", _IN_TWO_DAYS)
        assert item.meeting.end_at == _IN_TWO_DAYS + timedelta(minutes=30)
        assert item.meeting.join_url.startswith("https://teams.microsoft.com/")
        assert (item.meeting.location, item.meeting.reminders) == ("Room 3", (5,))
        assert [each.who.address for each in item.meeting.guests] == [BO]
        assert [each.text for each in mirror.of(item.key)] == ["Let us\nlook"]
        assert sum(i.title == "Offer" for i in mirror.items.values()) == 1


def test_a_series_is_made_and_known_by_its_first_occurrence(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        rule = "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"
        begins = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
        receipt = do(
            bench, new(bench, "meet", Kind.MEETING, subject="Course", at=begins, repeats=rule)
        )
        first = shown(mirror, receipt)[receipt.facts["key"]]
        assert first.meeting is not None
        assert (first.at, first.meeting.repeats) == (begins, rule)
        assert sum(i.title == "Course" for i in mirror.items.values()) == 4


def test_days_are_made_as_days(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        receipt = do(bench, new(bench, "meet", Kind.MEETING, subject="Fair", on=date(2026, 12, 8)))
        found = shown(mirror, receipt)[receipt.facts["key"]].meeting
        assert found is not None
        assert (found.start_on, found.end_on) == (date(2026, 12, 8), date(2026, 12, 9))


def test_a_rule_that_outlook_has_not_is_refused(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, _):
        rule = "FREQ=MONTHLY;BYMONTHDAY=1,15"
        action = new(bench, "meet", Kind.MEETING, subject="X", at=NOW, repeats=rule)
        with pytest.raises(Rejected, match="ruleNotTaken"):
            do(bench, action)


# --- changing -------------------------------------------------------------------------------------


def test_an_edit_changes_what_it_names_and_keeps_the_answers(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = act(
            bench,
            mirror,
            "edit",
            "Called1",
            subject="Plan",
            location="Room 9",
            to=(BO, "eli@far.example"),
            reminders=(30,),
        )
        found = shown(mirror, do(bench, action))[action.target.key]
        assert found.meeting is not None
        assert (found.title, found.meeting.location) == ("Plan", "Room 9")
        assert found.meeting.reminders == (30,)
        answers = {each.who.address: each.answer for each in found.meeting.attendees}
        assert answers == {BO: Answer.ACCEPTED, "eli@far.example": Answer.PENDING}
        assert bench.adapter.find(action, MemorySteps()) is not None
        asked(bench)
        bench.adapter.perform(action, MemorySteps())
        assert not [each for each in asked(bench) if each.startswith("PATCH")]  # nothing left


def test_words_of_a_call_keep_its_link(tmp_path: Path) -> None:
    rule = "_" * 40
    below = f'<div>{rule}</div><p><a href="{JOIN}">Join</a></p>'
    content = f"<html><body><p>Old</p>{below}</body></html>"
    with week(tmp_path, "calendar") as (bench, mirror):
        put(
            bench,
            own(
                "fresh",
                NOW + timedelta(days=1),
                body={"contentType": "html", "content": content},
                isOnlineMeeting=True,
                onlineMeeting={"joinUrl": JOIN},
            ),
        )
        mirror.pull()
        key = titled(mirror, "Fresh").key
        assert [each.text for each in mirror.of(key)] == ["Old"]
        shown(mirror, do(bench, act(bench, mirror, "edit", "Fresh", text="New & better")))
        assert [each.text for each in mirror.of(key)] == ["New & better"]
        assert JOIN in event(bench, "fresh").body["body"]["content"]


def test_a_meeting_is_moved_and_its_length_stays(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = act(bench, mirror, "reschedule", "Called1", at=_IN_TWO_DAYS)
        found = shown(mirror, do(bench, action))[action.target.key]
        assert found.meeting is not None
        assert (found.at, found.meeting.end_at) == (
            _IN_TWO_DAYS,
            _IN_TWO_DAYS + timedelta(minutes=30),
        )


def test_one_occurrence_is_moved_alone(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        sync = titled(mirror, "Sync")
        assert sync.at is not None
        later = sync.at + timedelta(hours=1)
        shown(mirror, do(bench, act(bench, mirror, "reschedule", "Sync", at=later)))
        times = [i.at for i in mirror.items.values() if i.title == "Sync" and i.at]
        assert mirror.items[sync.key].at == later
        assert sum(each.hour == sync.at.hour for each in times) == 8


@pytest.mark.parametrize("name", ["reschedule", "edit"])
def test_a_whole_series_moves_by_the_clock_on_the_wall(tmp_path: Path, name: str) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        sync = titled(mirror, "Sync")
        assert sync.at is not None
        later = sync.at + timedelta(days=1, hours=1)
        given = {"subject": "Later sync"} if name == "edit" else {}
        action = act(bench, mirror, name, "Sync", at=later, series=True, **given)
        steps = MemorySteps()
        assert bench.adapter.find(action, steps) is None
        bench.sandbox.set_faults("500-after@PATCH*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        assert (bench.adapter.find(action, steps) is None) is (name == "edit")
        receipt = bench.adapter.perform(action, steps)
        assert receipt is not None
        assert bench.adapter.find(action, steps) == receipt
        named = shown(mirror, receipt)
        assert named[receipt.facts["key"]].at == later
        title = given.get("subject", "Sync")
        now = [i for k, i in mirror.items.items() if i.title == title and k in mirror.held]
        assert {i.at.weekday() for i in now if i.at} == {1}
        assert {i.meeting.repeats for i in now if i.meeting} == {"FREQ=WEEKLY;BYDAY=TU"}


def test_what_somebody_else_changed_meanwhile_is_read_anew(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        bench.sandbox.set_faults("412@PATCH*1")
        do(bench, act(bench, mirror, "edit", "Called1", location="Room 1"))
        assert event(bench, "called1").body["location"]["displayName"] == "Room 1"
        bench.sandbox.set_faults("412@PATCH")
        with pytest.raises(Conflict):
            do(bench, act(bench, mirror, "edit", "Called2", location="Room 1"))


def test_no_meeting_goes_into_another_calendar(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = act(bench, mirror, "edit", "Called1", place="elsewhere")
        with pytest.raises(Rejected, match="calendarStays"):
            do(bench, action)


@pytest.mark.parametrize(("title", "told"), [("Called1", {BO, CLEO}), ("Alone", set())])
def test_a_meeting_is_called_off(tmp_path: Path, title: str, told: set[str]) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        action = act(bench, mirror, "cancel", title, text="Not now")
        receipt = do(bench, action)
        shown(mirror, receipt)
        assert action.target.key not in mirror.held
        notices = calendar_of(bench).meetings.notices
        assert {each["to"] for each in notices} == told
        assert bench.adapter.find(action, MemorySteps()) == receipt
        assert bench.adapter.perform(action, MemorySteps()) == receipt  # once more is no harm
        assert len(calendar_of(bench).meetings.notices) == len(told)


def test_one_occurrence_is_called_off_or_all_of_them(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        shown(mirror, do(bench, act(bench, mirror, "cancel", "Sync")))
        held = [k for k in mirror.held if mirror.items[k].title == "Sync"]
        assert len(held) == 8
        shown(mirror, do(bench, act(bench, mirror, "cancel", "Sync", series=True)))
        assert not [k for k in mirror.held if mirror.items[k].title == "Sync"]


# --- when people have time ------------------------------------------------------------------------


def test_when_people_have_time_is_asked(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, _):
        begins = NOW + timedelta(days=1)
        found = bench.adapter.busy([ANN, "nobody@far.example"], begins, begins + timedelta(hours=1))
        ann, nobody = found
        assert nobody == Busy("nobody@far.example", None)
        assert ann.spans == ((begins, begins + timedelta(minutes=30)),)


@pytest.mark.parametrize("name", ["meet", "edit"])
def test_the_zone_is_that_of_the_persons_meetings(tmp_path: Path, name: str) -> None:
    with week(tmp_path, "calendar", calendars=[{"id": "main", "name": "C", "events": []}]) as (
        bench,
        mirror,
    ):
        begins = {"dateTime": "2026-11-26T10:00:00", "timeZone": ZONE}
        ends = {"dateTime": "2026-11-26T10:30:00", "timeZone": ZONE}
        put(bench, own("fresh", NOW, start=begins, end=ends, attendees=[guest(DAN)]))
        mirror.pull()
        assert titled(mirror, "Fresh").meeting
        bench.restart()
        given = Arguments(subject="Made", at=_IN_TWO_DAYS)
        if name == "meet":
            receipt = do(bench, new(bench, "meet", Kind.MEETING, subject="Made", at=_IN_TWO_DAYS))
            made = shown(mirror, receipt)[receipt.facts["key"]]
        else:
            action = act(bench, mirror, "edit", "Fresh", subject="Made", at=given.at)
            made = shown(mirror, do(bench, action))[action.target.key]
        assert made.meeting is not None
        assert (made.at, made.meeting.zone) == (_IN_TWO_DAYS, "Europe/Berlin")


# --- rules and names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=5",
        "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270131",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    ],
)
def test_a_rule_comes_back_as_it_was_written(rule: str) -> None:
    body = recurrence.wanted(rule, date(2026, 11, 25), ZONE)
    assert recurrence.rule(msgspec.convert(body, Recurrence)) == rule


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=WE"),
        ("FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=25"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=+2", "refused"),
        ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25"),
        # At midnight in Greenwich it is the next day already where the meeting is.
        ("FREQ=DAILY;UNTIL=20270131T233000Z", "FREQ=DAILY;UNTIL=20270201"),
        ("FREQ=HOURLY", "refused"),
        ("FREQ=DAILY;BYHOUR=9", "refused"),
        ("FREQ=MONTHLY;BYDAY=5TU", "refused"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "refused"),
        ("FREQ=MONTHLY;BYDAY=1MO,2TU", "refused"),
        ("FREQ=YEARLY;BYDAY=20MO", "refused"),
        ("FREQ=DAILY;INTERVAL=0", "refused"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270131", "refused"),
        ("", "refused"),
    ],
)
def test_a_rule_means_what_outlook_can_hold(written: str, means: str) -> None:
    if means == "refused":
        with pytest.raises(Rejected, match=recurrence.REFUSED):
            recurrence.wanted(written, date(2026, 11, 25), ZONE)
        return
    body = recurrence.wanted(written, date(2026, 11, 25), ZONE)
    assert recurrence.rule(msgspec.convert(body, Recurrence)) == means


def test_the_same_meeting_has_the_same_name_in_every_calendar() -> None:
    head = "040000008200E00074C5B7101A82E008"
    own_name = f"{head}00000000{'0' * 32}10000000{'AB' * 16}"
    occurrence = f"{head}07EA0B19{'0' * 32}10000000{'AB' * 16}"
    assert series_uid(occurrence) == series_uid(own_name) == own_name
    inner = b"vCal-Uid\x01\x00\x00\x00abc@google.example\x00".hex().upper()
    assert series_uid(f"{head}07EA0B19{'0' * 32}2B000000{inner}") == "abc@google.example"
    assert series_uid("abc@google.example") == "abc@google.example"


def test_a_series_that_cannot_be_had_now_is_waited_for(tmp_path: Path) -> None:
    with week(tmp_path, "calendar") as (bench, mirror):
        whole = mirror.held
        again = Mirror(bench)
        stream = events(mirror)
        bench.sandbox.set_faults("429=7@/me/events*1")
        with pytest.raises(RateLimited) as told:
            again.step(stream)
        assert told.value.retry_at == bench.clock.now() + timedelta(seconds=7)
        bench.sandbox.set_faults("503@/me/events*1")
        with pytest.raises(ServiceDown):
            again.step(stream)
        again.pull()
        assert again.held == whole
