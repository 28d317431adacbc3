"""The engine on one thread: its lanes and errands run when the test lets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from loopdesk import app
from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account
from loopdesk.core.clients import Client
from loopdesk.core.errors import SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.engine.accounts import Accounts
from loopdesk.engine.protocol import ToEngine
from loopdesk.engine.service import LEAVE_S, Engine
from loopdesk.providers.api import Adapter
from loopdesk.store import accounts, errands, leaving
from tests.sync.mailbox import ACCOUNT, START, Profile


class Tokens:
    def __init__(self) -> None:
        self.kept: dict[AccountId, bytes] = {ACCOUNT: b"token"}

    def load(self, account: AccountId) -> bytes | None:
        return self.kept.get(account)

    def save(self, account: AccountId, secret: bytes) -> None:
        self.kept[account] = secret

    def forget(self, account: AccountId) -> None:
        self.kept.pop(account, None)


class Run:
    """An engine whose lanes wait in `lanes` until the test runs them."""

    def __init__(self, profile: Profile) -> None:
        self.profile, self.tokens = profile, Tokens()
        self.lanes: dict[str, Callable[[], None]] = {}
        self.refused = False
        signing = Accounts(
            {},
            _no_way,
            lambda _: Client("id"),
            self.tokens,
            profile.database,
            profile.clock,
            profile.ids,
            lambda _: None,
            lambda _: None,
        )
        self.engine = Engine(
            profile.database,
            profile.clock,
            profile.ids,
            self._spawn,
            app.ranker(),
            lambda _: profile.refer,
            self._connect,
            signing,
            profile.vessel,
            app.pictures_in,
            lambda: profile.needed,
            "1",
        )

    def _spawn(self, lane: str, run: Callable[[], None]) -> None:
        self.lanes[lane] = run

    def _connect(self, account: Account) -> Adapter:
        if self.refused:
            raise SignInFailed("no-client")
        return self.profile.adapter

    def lane(self, name: str) -> Callable[[], None]:
        return next(run for lane, run in self.lanes.items() if lane.startswith(name))

    def answer(self, errand: str) -> dict[str, Any] | None:
        """Return an errand's answer after one more turn of the engine."""
        self.engine._rest(0.0)
        return self.profile.desk.answer(errand)


def _no_way(service: str) -> NoReturn:
    raise AssertionError(service)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    profile = Profile(tmp_path / "profile")
    yield Run(profile)
    profile.close()


def test_a_pull_is_answered_also_when_its_lane_ends_first(run: Run) -> None:
    run.engine.begin()
    run.engine.look()
    errand = run.profile.desk.ask("pull", {"account": ""})
    run.engine.look()
    (lane,) = run.engine.lanes()
    lane.stop()
    run.lane("lane-")()
    answer = run.answer(errand)
    assert answer is not None
    (facts,) = answer["accounts"]
    assert facts["error"]["code"] == "unforeseen"


def test_a_pull_says_what_changed(run: Run) -> None:
    run.engine.begin()
    run.engine.look()
    errand = run.profile.desk.ask("pull", {})
    run.engine.look()
    (lane,) = run.engine.lanes()
    while lane.step():
        pass
    answer = run.answer(errand)
    assert answer == {"accounts": [{"id": ACCOUNT, "changed": 3, "skipped": 0, "error": None}]}


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        ("connect", {}, "unforeseen"),
        ("connect", {"service": "none"}, "unknown"),
        ("disconnect", {"account": "none"}, "unknown"),
        ("disconnect", {}, "unknown"),
        ("nonsense", {}, "unknown"),
    ],
)
def test_an_errand_that_fails_is_answered(
    run: Run, name: str, facts: dict[str, str], code: str
) -> None:
    run.engine.begin()
    run.engine.look()
    errand = run.profile.desk.ask(name, facts)
    run.engine.look()
    for lane, work in run.lanes.items():
        if lane.startswith("sign"):
            work()
    answer = run.answer(errand)
    assert answer is not None
    assert answer["error"]["code"] == code


def test_cancelling_what_is_not_going_on_is_answered(run: Run) -> None:
    run.engine.begin()
    errand = run.profile.desk.ask("cancel", {"errand": "none"})
    run.engine.look()
    assert run.answer(errand) == {}


def test_a_sign_in_of_a_dead_engine_is_given_up(run: Run) -> None:
    errand = run.profile.desk.ask("connect", {"service": "fake"})
    run.profile.database.own.transact(errands.take)
    run.engine.begin()
    answer = run.profile.desk.answer(errand)
    assert answer is not None
    assert answer["error"]["reason"] == "cancelled"


def test_disconnecting_leaves_nothing(run: Run) -> None:
    desk, database = run.profile.desk, run.profile.database
    run.profile.work(seconds=20)
    (row, *_others) = desk.top().rows
    desk.see(row.id)
    desk.letters.note(row.id, "half a sentence")
    desk.do("pin", row.id)
    run.engine.begin()
    run.engine.look()
    errand = desk.ask("disconnect", {"account": ACCOUNT, "keep_remote": True})
    run.engine.look()
    run.lane("lane-")()  # it was told to stop
    run.lane("sign-out")()
    assert run.answer(errand) == {"revoked": False}
    assert run.tokens.kept == {}
    tables = database.read(
        lambda db: [
            *db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'"),
            *db.execute("SELECT name FROM cache.sqlite_master WHERE type = 'table'"),
        ]
    )
    kept = {"own_seq", "own_errand", "own_setting", "cache_fact"}
    full = database.read(
        lambda db: {
            name
            for (name,) in tables
            if not name.startswith(("cache_text", "sqlite_"))
            and db.execute(f"SELECT 1 FROM {name}").fetchone()  # noqa: S608
        }
    )
    assert full <= kept
    run.engine.look()
    assert run.engine.lanes() == []


def test_what_a_crash_left_of_a_disconnect_is_erased(run: Run) -> None:
    run.profile.work(seconds=20)
    run.profile.database.own.transact(lambda db: accounts.remove(db, ACCOUNT))
    run.engine.begin()
    assert run.profile.database.read(leaving.orphans) == []


def test_an_account_that_cannot_be_connected_is_tried_again(run: Run) -> None:
    run.refused = True
    run.engine.begin()
    run.engine.look()
    assert run.lanes == {}
    (account,) = run.profile.desk.accounts()
    assert account.state == "sign-in"
    run.refused = False
    run.profile.clock.wait(run.profile.clock.wake(), 61)
    run.engine.look()
    assert list(run.lanes) == [f"lane-{ACCOUNT}", f"ear-{ACCOUNT}"]


def test_quitting_waits_for_delays_and_not_longer(run: Run) -> None:
    run.profile.work(seconds=20)
    (row, *_others) = run.profile.desk.top().rows
    run.engine.hear(ToEngine(quit=True))
    run.engine.run()
    assert run.profile.clock.monotonic() < 60  # nothing waited: it left at once

    again = Run(run.profile)
    run.profile.desk.do("reply", row.id, Arguments(text="Yes"))
    began = run.profile.clock.monotonic()
    again.engine.hear(ToEngine(quit=True))
    again.engine.window_gone()
    again.engine.run()  # its lanes never run, so what waits is never tried
    assert LEAVE_S <= run.profile.clock.monotonic() - began <= LEAVE_S + 10


def test_without_a_goodbye_it_ends_at_once(run: Run) -> None:
    run.engine.window_gone()
    run.engine.run()
    assert run.profile.clock.now() < START.replace(minute=1)
