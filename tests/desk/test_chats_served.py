"""Conversations of a workspace, pulled and written to by the real adapter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from loopdesk import app
from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.items import AccountId, Form, ItemId, ServiceKey
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from loopdesk.providers.slack import PROVIDER
from loopdesk.store import accounts
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.lane import Lane
from tests.providers.bench import Bench, bench
from tests.providers.slack.workshop import BO, world
from tests.sync.mailbox import KEY, Heard


@dataclass
class Served:
    service: Bench
    desk: Desk
    lane: Lane

    def work(self, seconds: int = 30) -> None:
        clock = self.service.clock
        end = clock.now() + timedelta(seconds=seconds)
        while clock.now() < end:
            if not self.lane.step():
                clock.pass_by(seconds=1)

    def row(self, title: str) -> Row:
        rows = self.desk.top(100, view=View.ALL).rows
        return next(row for row in rows if row.title == title)

    def do(self, name: str, row: Row, **given: object) -> Action:
        action = self.desk.do(name, row.id, Arguments(**given))  # type: ignore[arg-type]
        self.work()
        return self.sent(action)

    def sent(self, action: Action) -> Action:
        known = self.desk.action(action.id)
        assert (known.state, known.error) == (State.SENT, None)
        return known

    def undone(self, action: Action) -> None:
        back = self.desk.undo(action.id)
        self.work()
        self.sent(back)

    def texts(self, row: Row) -> list[str]:
        return [entry.own for entry in self.desk.body(row.id).entries]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with bench(PROVIDER, world(), tmp_path, sockets=False) as service:
        service.client = replace(service.client, secret="")
        service.restart()
        clock, ids, this = service.clock, service.ids, AccountId(service.account.id)
        prepare(tmp_path / "profile", KEY)
        database = InlineDatabase(tmp_path / "profile", KEY)
        vessel = Vessel(tmp_path / "profile" / "files")
        database.own.transact(lambda db: accounts.put(db, service.account))
        specs = {PROVIDER.key: PROVIDER.actions}
        desk = Desk(database, clock, ids, specs, app.ranking(), lambda: UTC, vessel)
        keeper = Keeper(this, database, vessel, clock, ids, list)
        refer = app.refer(PROVIDER.key)
        lane = Lane(
            this, service.adapter, database, clock, ids, app.ranker(), refer, keeper, Heard()
        )
        served = Served(service, desk, lane)
        served.work()
        yield served
        database.close()


def test_what_is_said_is_changed_and_taken_back_at_the_service(served: Served) -> None:
    general = served.row("#general")
    before = served.texts(general)
    served.do("reply", general, text="Hello @Bo Berg", mentions=(("@Bo Berg", BO),))
    said = served.desk.body(general.id).entries[-1]
    assert said.html == '<p>Hello <b class="mention">@Bo Berg</b></p>'
    edit = served.do("edit", general, entry=said.id, text="Hello all")
    assert served.texts(general) == [*before, "Hello all"]
    served.undone(edit)
    assert served.texts(general)[-1] == "Hello @Bo Berg"
    react = served.do("react", general, entry=said.id, text="\U0001f44d")
    (given,) = served.desk.body(general.id).entries[-1].reactions
    assert (given.name, given.emoji, given.mine) == ("+1", "\U0001f44d", True)
    served.undone(react)
    assert served.desk.body(general.id).entries[-1].reactions == ()
    later = served.service.clock.now() + timedelta(hours=3)
    scheduled = served.do("reply", general, text="Good morning", at=later)
    assert served.desk.body(general.id).entries[-1].leaves_at == later
    served.undone(scheduled)
    served.do("delete", general, entry=said.id)
    assert served.texts(general) == before
    served.do("read", general)
    assert not served.desk.row(general.id).in_pane


def test_a_thread_is_brought_when_somebody_looks(served: Served) -> None:
    general = served.row("#general")
    began = next(e for e in served.desk.body(general.id).entries if e.own == "How was it?")
    this, key = ItemId(began.thread), ServiceKey(began.thread_key)
    assert served.desk.thread(this) == (general.account, key)
    fresh: list[bool] = []
    served.lane.look(None, key, fresh.append, lambda: None)
    while not fresh:
        assert served.lane.step()
    thread = served.desk.row(this)
    assert thread.chat is not None
    assert (thread.chat.form, thread.place) == (Form.THREAD, "#general")
    # From now on an answer to that message goes there.
    answer = served.do("reply", general, entry=began.id, text="Fine")
    assert answer.item == thread.id
    assert served.texts(thread) == ["How was it?", "Well", "Fine"]
    assert "Fine" not in served.texts(general)


def test_what_is_sent_to_somebody_is_one_conversation_from_the_first_word(served: Served) -> None:
    account = served.row("#general").account

    def send(to: str, text: str) -> Action:
        return served.desk.make("send", account, Arguments(text=text, to=(to,)))

    first = send("Cy Coe", "Hello Cy")
    assert first.item is not None
    assert served.desk.row(first.item).title == "Cy Coe"
    served.work()
    served.sent(first)
    second = send("cy@lumen.example", "Are you there?")
    assert (second.name, second.item) == ("reply", first.item)
    served.work()
    assert served.texts(served.desk.row(first.item)) == ["Hello Cy", "Are you there?"]
    assert send("#plans", "Hi").item == served.row("#plans").id
    away = served.desk.make("status", account, Arguments(text=":palm_tree: Away"))
    served.work()
    served.undone(served.sent(away))
