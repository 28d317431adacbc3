"""The days of a person: what stands on them, from which calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk import app
from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account, Page, Stream
from loopdesk.core.items import (
    AccountId,
    Answer,
    Attendee,
    Item,
    ItemId,
    Kind,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.desk.desk import Desk
from loopdesk.providers.google import PROVIDER
from loopdesk.store import accounts, items, streams
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.system.seams import SystemIds
from tests.ui.rows import NOW, ZONE, StillClock

KEY = bytes(range(32))
ACCOUNT = AccountId("google-a")
MIRA = Handle("Mira", "mira@x.test")
OWN, TEAM = MIRA.address, "team@group.test"
TODAY = date(2026, 11, 24)


class Owner:
    """A desk over a store of one account."""

    def __init__(self, folder: Path) -> None:
        prepare(folder, KEY)
        self.clock = StillClock()
        self.database = InlineDatabase(folder, KEY)
        self.desk = Desk(
            self.database,
            self.clock,
            SystemIds(),
            {PROVIDER.key: PROVIDER.actions},
            app.ranking(),
            lambda: ZONE,
            Vessel(folder / "files"),
        )
        account = Account(ACCOUNT, "google", "Mira", OWN, "1", features=("calendar", "tasks"))
        self.database.own.transact(lambda db: accounts.put(db, account))
        self.database.cache.transact(
            lambda db: streams.put(db, ACCOUNT, [Stream("events", 60, 60, "calendar")])
        )

    def pull(self, *held: Item, places: tuple[Place, ...] = ()) -> None:
        def work(db: Any) -> None:
            streams.begin(db, ACCOUNT, "events", self.clock.now())
            page = Page(items=held, places=places)
            items.apply(db, ACCOUNT, "events", page, app.ranker())

        self.database.cache.transact(work)

    def titles(self, first: date = TODAY, count: int = 1) -> list[str]:
        return [row.title for row in self.desk.agenda.days(first, count)]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    owner = Owner(tmp_path / "profile")
    yield owner
    owner.database.close()


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def meeting(
    title: str,
    start: datetime,
    minutes: int = 30,
    *,
    calendar: str = OWN,
    answer: Answer = Answer.ACCEPTED,
    **facts: Any,
) -> Item:
    return Item(
        ServiceKey(f"{calendar}/{title}"),
        Kind.MEETING,
        Untrusted(title),
        at=start,
        in_pane=answer is not Answer.DECLINED,
        actions=("reschedule", "edit", "cancel", "decline"),
        meeting=Meeting(
            start_at=start,
            end_at=start + timedelta(minutes=minutes),
            attendees=(Attendee(MIRA, answer, me=True),),
            answer=answer,
            calendar=calendar,
            **facts,
        ),
    )


def whole_day(title: str, first: date, days: int = 1) -> Item:
    return Item(
        ServiceKey(f"{OWN}/{title}"),
        Kind.MEETING,
        Untrusted(title),
        on=first,
        meeting=Meeting(start_on=first, end_on=first + timedelta(days), calendar=OWN),
    )


def task(title: str, due: date, *, done: bool = False) -> Item:
    return Item(
        ServiceKey(f"l/{title}"),
        Kind.TASK,
        Untrusted(title),
        on=due,
        actions=("complete", "due"),
        task=Task(due_on=due, list="l", done=done),
    )


def id_of(item: Item) -> ItemId:
    return item_id(ACCOUNT, item.kind, item.key)


def test_a_day_has_what_touches_it_and_nothing_else(owner: Owner) -> None:
    owner.pull(
        meeting("late night", at(23, 30, 23), 60),
        meeting("ends as the day begins", at(23, 0, 23), 60),
        meeting("noon", at(12)),
        meeting("begins as the day ends", at(0, 0, 25)),
        whole_day("yesterday", date(2026, 11, 23)),
        whole_day("fair", date(2026, 11, 23), 3),
        whole_day("tomorrow", date(2026, 11, 25)),
        task("due", TODAY),
        task("done", TODAY, done=True),
        task("later", date(2026, 11, 25)),
    )
    assert owner.titles() == ["fair", "late night", "due", "noon"]


def test_declined_stands_there_and_what_is_put_away_in_the_pane_too(owner: Owner) -> None:
    owner.pull(meeting("no", at(9), answer=Answer.DECLINED), meeting("put away", at(10)))
    owner.desk.do("done", id_of(meeting("put away", at(10))))
    assert owner.titles() == ["no", "put away"]


def test_one_meeting_in_two_calendars_stands_once(owner: Owner) -> None:
    uid = "one@x"
    owner.pull(
        meeting("mine", at(9), ical_uid=uid),
        meeting("team's", at(9), calendar=TEAM, ical_uid=uid),
    )
    assert owner.titles() == ["mine"]


def test_a_hidden_calendar_gives_no_rows_anywhere_until_it_is_shown_again(owner: Owner) -> None:
    places = (
        Place(OWN, "calendar", "Mira", default=True),
        Place(TEAM, "calendar", "Team"),
        Place("off", "calendar", "Elsewhere", chosen=False),
        Place("INBOX", "label", "Inbox"),
    )
    soon = NOW + timedelta(hours=1)
    owner.pull(meeting("mine", soon), meeting("team's", soon, calendar=TEAM), places=places)
    owner.desk.agenda.choose(ACCOUNT, "calendar", TEAM, False)
    assert owner.titles() == ["mine"]
    assert [row.title for row in owner.desk.top().rows] == ["mine"]
    chosen = {place.name: place.chosen for _, place in owner.desk.agenda.calendars()}
    assert chosen == {"Mira": True, "Team": False, "Elsewhere": False}
    owner.desk.agenda.choose(ACCOUNT, "calendar", TEAM, True)
    assert len(owner.titles()) == len(owner.desk.top().rows) == 2
    elsewhere = next(p for _, p in owner.desk.agenda.calendars() if p.name == "Elsewhere")
    owner.desk.agenda.choose(ACCOUNT, "calendar", elsewhere.key, True)  # its service says no
    assert all(place.chosen for _, place in owner.desk.agenda.calendars())


def test_what_the_person_moves_here_shows_here_and_leaves_where_it_was(owner: Owner) -> None:
    far = meeting("review", at(10, day=10))
    owner.pull(far)
    assert owner.titles() == []
    action = owner.desk.do("reschedule", id_of(far), Arguments(at=at(15), until=at(16)))
    (row,) = owner.desk.agenda.days(TODAY, 1)
    assert row.meeting is not None
    assert row.meeting.start_at == at(15)
    assert owner.titles(date(2026, 11, 10)) == []
    owner.desk.undo(action.id)
    assert owner.titles() == []
    assert owner.titles(date(2026, 11, 10)) == ["review"]


def test_what_is_cancelled_is_gone_at_once_and_a_series_whole(owner: Owner) -> None:
    days = [meeting(f"daily {n}", at(9, day=n), series="s") for n in (23, 24, 25)]
    owner.pull(*days, meeting("other", at(11)))
    action = owner.desk.do("cancel", id_of(days[1]), Arguments(series=True))
    assert owner.titles(date(2026, 11, 23), 3) == ["other"]
    owner.desk.undo(action.id)
    assert len(owner.titles(date(2026, 11, 23), 3)) == 4
    owner.desk.do("cancel", id_of(days[1]))
    assert owner.titles(date(2026, 11, 23), 3) == ["daily 23", "other", "daily 25"]


def test_a_new_meeting_stands_there_before_its_service_has_it(owner: Owner) -> None:
    made = owner.desk.make(
        "meet", ACCOUNT, Arguments(subject="Budget", at=at(14), until=at(15), to=("b@x.test",))
    )
    (row,) = owner.desk.agenda.days(TODAY, 1)
    assert (row.title, row.pending, row.id) == ("Budget", made.id, made.item)
    owner.desk.undo(made.id)
    assert owner.titles() == []
