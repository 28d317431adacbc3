"""The questions and orders of a person, on a small real profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk import app
from loopdesk.core.actions import Arguments, State
from loopdesk.core.changes import Cursor, Page
from loopdesk.core.errors import Incomplete, NotTaken
from loopdesk.core.items import (
    Answer,
    Attendee,
    Entry,
    Item,
    Kind,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.desk.listing import View
from loopdesk.store import items
from tests.sync.mailbox import ACCOUNT, ANN, BO, START, Profile, Weather


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile")
    profile.work(seconds=20)
    yield profile
    profile.close()


def _titles(profile: Profile, view: View = View.PANE) -> list[str]:
    return [row.title for row in profile.desk.top(view=view).rows]


def _row(profile: Profile, number: int = 0) -> Row:
    return profile.desk.row(item_id(ACCOUNT, Kind.MESSAGE, ServiceKey(f"t{number}")))


def _apply(profile: Profile, *held: Item) -> None:
    page = Page(items=held, cursor=Cursor("0"))
    profile.database.cache.transact(
        lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker(), None, profile.refer)
    )


def test_an_archived_thread_stays_away_and_its_undoing_brings_it_back(profile: Profile) -> None:
    this = _row(profile).id
    archive = profile.desk.do("archive", this)
    assert "Matter 0" not in _titles(profile)
    profile.step()
    assert profile.desk.action(archive.id).state is State.SENT
    assert "Matter 0" not in _titles(profile)  # sent and not pulled yet
    profile.work(seconds=100)
    assert "Matter 0" not in _titles(profile)
    back = profile.desk.undo(archive.id)
    assert "Matter 0" in _titles(profile)
    assert profile.desk.undo(archive.id).id == back.id  # once is enough
    profile.step()
    assert profile.desk.action(back.id).state is State.SENT
    assert "Matter 0" in _titles(profile)  # sent and not pulled yet
    profile.work(seconds=100)
    assert "Matter 0" in _titles(profile)
    assert profile.box.effects == {archive.id: 1, back.id: 1}


def test_many_sent_before_a_pull_all_stay_away(profile: Profile) -> None:
    held = [
        Item(
            ServiceKey(f"t{number}"),
            Kind.MESSAGE,
            Untrusted(f"Matter {number}"),
            people=(BO,),
            at=START,
            actions=("archive",),
        )
        for number in range(3, 260)
    ]
    profile.box.threads += [type(profile.box.threads[0])(number) for number in range(3, 260)]
    _apply(profile, *held)
    for item in held:
        profile.desk.do("archive", item_id(ACCOUNT, Kind.MESSAGE, item.key))
    while not profile.settled():
        assert profile.lane.deliver()
    assert sorted(_titles(profile)) == ["Matter 0", "Matter 1", "Matter 2"]
    pane = profile.desk.top()
    assert sum(pane.counts.values()) >= 3


def test_an_answer_is_shown_once_before_and_after_it_arrives(profile: Profile) -> None:
    this = _row(profile).id
    profile.desk.do("reply", this, Arguments(text="On it"))

    def shown() -> list[str]:
        return [entry.own for entry in profile.desk.body(this).entries if entry.mine]

    assert shown() == ["On it"]
    profile.clock.time += timedelta(seconds=11)
    profile.box.weather = Weather.LOST
    profile.step()
    profile.box.weather = Weather.FINE
    profile.work(seconds=200)
    assert shown() == ["On it"]
    assert sum(profile.box.effects.values()) == 1
    assert _titles(profile, View.SENT) == ["Matter 0"]


def test_what_was_sent_stands_newest_first_whoever_wrote_last(profile: Profile) -> None:
    def mail(number: int, minutes: int, key: str = "", **facts: Any) -> Entry:
        this = ServiceKey(f"t{number}")
        at = START + timedelta(minutes=minutes)
        return Entry(ServiceKey(key or f"own{number}"), this, ANN, at, Untrusted("Yes"), **facts)

    own = [mail(number, 60 - number, mine=True) for number in (2, 1, 0)]
    draft, other = mail(1, 70, "draft", mine=True, draft=True), mail(1, 80, "other")
    page = Page(entries=(*own, draft, other), cursor=Cursor("1"))
    profile.database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    assert _titles(profile, View.SENT) == ["Matter 0", "Matter 1", "Matter 2"]


def test_other_views_go_on_below_what_is_shown(profile: Profile) -> None:
    for number in range(3):
        profile.desk.do("done", _row(profile, number).id)
    for view in (View.ALL, View.DONE):
        whole = profile.desk.top(view=view)
        assert not whole.more
        page = profile.desk.top(1, view=view)
        shown = [*page.rows]
        while page.more:
            page = profile.desk.top(1, view=view, below=shown[-1])
            shown += page.rows
        assert [row.id for row in shown] == [row.id for row in whole.rows]
        assert len(shown) == 3


def test_snoozed_muted_and_done_stay_out_and_come_back_as_said(profile: Profile) -> None:
    first, second, third = (_row(profile, number).id for number in range(3))
    until = profile.clock.now() + timedelta(hours=2)
    profile.desk.do("snooze", first, Arguments(at=until))
    mute = profile.desk.do("mute", second)
    profile.desk.do("done", third)
    assert _titles(profile) == []
    assert _titles(profile, View.SNOOZED) == ["Matter 0"]
    assert _titles(profile, View.DONE) == ["Matter 2"]
    # Another action on its way does not bring them back.
    profile.box.weather = Weather.OFFLINE
    profile.desk.do("star", second)
    assert _titles(profile) == []

    profile.clock.time += timedelta(hours=3)
    (row,) = profile.desk.top().rows
    assert row.marks.returned
    profile.desk.undo(mute.id)
    assert "Matter 1" in _titles(profile)
    _apply(
        profile,
        Item(
            ServiceKey("t2"),
            Kind.MESSAGE,
            Untrusted("Matter 2"),
            people=(BO,),
            at=profile.clock.now(),
        ),
    )
    assert "Matter 2" in _titles(profile)


def test_what_cannot_be_done_is_said(profile: Profile) -> None:
    this = _row(profile).id
    with pytest.raises(NotTaken) as told:
        profile.desk.do("restore", this)
    assert "archive" in told.value.names
    with pytest.raises(Incomplete):
        profile.desk.do("reply", this)


def test_pages_go_on_to_the_last_row_and_none_comes_twice(profile: Profile) -> None:
    _apply(
        profile,
        *(
            Item(
                ServiceKey(f"n{number}"),
                Kind.MESSAGE,
                Untrusted(f"News {number}"),
                people=(BO,),
                at=START - timedelta(minutes=number // 7),
            )
            for number in range(700)
        ),
    )
    for newest_first in (False, True):
        pane = profile.desk.top(50, newest_first=newest_first)
        assert sum(pane.counts.values()) == 703
        seen = [row.id for row in pane.rows]
        while pane.more:
            pane = profile.desk.top(90, newest_first=newest_first, below=pane.rows[-1])
            if not pane.rows:
                break
            seen += [row.id for row in pane.rows]
        assert len(seen) == len(set(seen)) == 703


def test_a_meeting_in_two_calendars_is_one_row(profile: Profile) -> None:
    at = profile.clock.now() + timedelta(hours=3)

    def copy(calendar: str, answer: Answer, *, me: bool) -> Item:
        attendees = (Attendee(ANN, answer, me=me),) if me else ()
        return Item(
            ServiceKey(f"{calendar}-1"),
            Kind.MEETING,
            Untrusted(f"In {calendar}"),
            at=at,
            meeting=Meeting(
                at,
                at + timedelta(hours=1),
                ical_uid="one",
                calendar=calendar,
                organizer=Handle("Bo", "bo@x.test"),
                answer=answer,
                attendees=attendees,
            ),
        )

    _apply(
        profile,
        copy("team", Answer.NONE, me=False),
        copy("other", Answer.PENDING, me=True),
        copy("ann@x.test", Answer.NONE, me=False),
    )
    meetings = profile.desk.top(kind=Kind.MEETING).rows
    assert [row.title for row in meetings] == ["In other"]
    # What is put away is put away with all its copies.
    done = profile.desk.do("done", meetings[0].id)
    assert profile.desk.top(kind=Kind.MEETING).rows == ()
    profile.desk.undo(done.id)
    assert profile.desk.top(kind=Kind.MEETING).rows == meetings
    _apply(profile, replace(copy("other", Answer.DECLINED, me=True), in_pane=False))
    assert profile.desk.top(kind=Kind.MEETING).rows == ()


def test_the_rail_counts_what_is_new_in_the_list(profile: Profile) -> None:
    desk = profile.desk

    def counted() -> int:
        shown = [row for row in desk.top().rows if row.kind is Kind.MESSAGE and row.new]
        assert desk.counts().new.get(Kind.MESSAGE, 0) == len(shown)
        return len(shown)

    _apply(
        profile,
        *(
            Item(
                ServiceKey(f"n{number}"),
                Kind.MESSAGE,
                Untrusted(f"News {number}"),
                people=(BO,),
                at=profile.clock.now() - timedelta(minutes=number),
                unread=True,
                actions=("archive",),
            )
            for number in range(6)
        ),
    )
    rows = [row for row in desk.top().rows if row.new]
    before = counted()
    assert before == len(rows) == 6
    desk.see(rows[0].id)
    desk.do("snooze", rows[1].id, Arguments(at=profile.clock.now() + timedelta(hours=1)))
    desk.do("mute", rows[2].id)
    archive = desk.do("archive", rows[3].id)
    assert counted() == before - 4
    desk.undo(archive.id)
    assert counted() == before - 3


def test_what_is_due_later_is_no_longer_new_once_it_was_opened(profile: Profile) -> None:
    desk = profile.desk
    _apply(
        profile,
        Item(
            ServiceKey("card"),
            Kind.TASK,
            Untrusted("Proof"),
            at=profile.clock.now() + timedelta(days=2),
            unread=True,
            task=Task(due_at=profile.clock.now() + timedelta(days=2)),
        ),
    )
    (card,) = (row for row in desk.top().rows if row.kind is Kind.TASK)
    assert card.new
    assert desk.counts().new.get(Kind.TASK) == 1
    assert [row.id for row in desk.search("is:new kind:task").rows] == [card.id]
    desk.see(card.id)
    assert not desk.row(card.id).new
    assert desk.counts().new.get(Kind.TASK, 0) == 0
    assert desk.search("is:new kind:task").rows == ()
