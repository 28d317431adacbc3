"""Quotas of single streams, what the person looks at, and what a service tells by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.changes import AccountState, Stream
from loopdesk.core.errors import LoopDeskError, Offline, SignInExpired
from loopdesk.core.items import ItemId, Kind, ServiceKey, item_id
from loopdesk.sync.ear import Ear
from tests.sync.mailbox import ACCOUNT, Profile

_MAIL = Stream("mail", 30.0, 60.0, "mail", 5)
_CHATS = tuple(
    Stream(f"c{n}", 30.0, 600.0, "mail", n, budget="history", look_s=10.0, focus_s=60.0)
    for n in range(4)
)
_THREAD = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("t0"))


def _made(folder: Path, *feeds: Stream) -> Profile:
    return Profile(folder / "profile", feeds=feeds)


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = _made(tmp_path, _MAIL, *_CHATS)
    yield profile
    profile.close()


def test_a_spent_budget_keeps_only_its_own_streams_waiting(profile: Profile) -> None:
    profile.adapter.spent = {"history"}
    profile.work(seconds=100)
    # One asks, and the others of its budget need not.
    assert profile.adapter.pulls.count("mail") >= 3
    assert sum(key != "mail" for key in profile.adapter.pulls) <= 3
    assert profile.heard.states[-1][0] is AccountState.CURRENT
    profile.adapter.spent = set()
    profile.work(seconds=100)
    assert {"c0", "c1", "c2", "c3"} <= set(profile.adapter.pulls)


def test_a_budget_that_is_said_to_be_free_at_once_is_not_asked_without_end(
    profile: Profile,
) -> None:
    profile.adapter.spent = {"history"}
    profile.adapter.spent_for = timedelta(0)
    profile.work(seconds=20)
    assert 2 <= sum(key != "mail" for key in profile.adapter.pulls) <= 10


def test_a_budget_that_is_said_to_be_spent_for_a_year_is_asked_the_next_day(
    profile: Profile,
) -> None:
    profile.adapter.spent = {"history"}
    profile.adapter.spent_for = timedelta(days=365)
    profile.work(seconds=20)
    profile.adapter.pulls.clear()
    profile.clock.time += timedelta(days=1)
    profile.work(seconds=20)
    assert any(key != "mail" for key in profile.adapter.pulls)


def test_where_calls_are_few_what_counts_more_is_kept_current_first(profile: Profile) -> None:
    profile.work(seconds=10)
    profile.adapter.pulls.clear()
    profile.clock.time += timedelta(seconds=31)
    while profile.step():
        pass
    assert profile.adapter.pulls == ["c0", "c1", "c2", "c3", "mail"]


def test_a_restart_asks_nothing_again_of_a_budget(profile: Profile) -> None:
    profile.work(seconds=10)
    profile.adapter.pulls.clear()
    profile.crash()
    while profile.step():
        pass
    assert profile.adapter.pulls == ["mail"]


def _look(profile: Profile, item: ItemId | None, key: str = "", *, now: bool = False) -> list[bool]:
    answers: list[bool] = []

    def no_answer() -> None:
        raise AssertionError

    profile.lane.look(item, ServiceKey(key), answers.append, no_answer, now=now)
    while not answers and profile.step():
        pass
    return answers


def test_what_is_looked_at_is_pulled_at_once_unless_it_is_fresh(tmp_path: Path) -> None:
    slow = Stream("mail", 86_400.0, 86_400.0, "mail", 9, look_s=10.0)
    profile = _made(tmp_path, slow, *_CHATS)
    profile.work(seconds=10)
    profile.clock.time += timedelta(seconds=40)
    profile.adapter.pulls.clear()
    assert _look(profile, _THREAD) == [True]
    assert profile.adapter.pulls[0] == "mail"
    assert _look(profile, _THREAD) == [True]
    assert profile.adapter.pulls.count("mail") == 1
    # Who asks for it by its button hears what is there now.
    assert _look(profile, _THREAD, now=True) == [True]
    assert profile.adapter.pulls.count("mail") == 2
    profile.close()


def test_what_nobody_pulls_comes_when_it_is_looked_at(tmp_path: Path) -> None:
    profile = _made(tmp_path, *_CHATS)
    profile.adapter.hidden = {ServiceKey("t0"): _MAIL}
    profile.work(seconds=10)
    assert _look(profile, None, "t9") == [True]
    assert "mail" not in profile.adapter.pulls
    assert _look(profile, None, "t0") == [True]
    assert profile.desk.body(_THREAD).row.id == _THREAD
    profile.close()


def test_a_look_says_when_its_budget_is_spent(tmp_path: Path) -> None:
    profile = _made(tmp_path, Stream("mail", 9e9, 9e9, "mail", budget="history", look_s=1.0))
    profile.work(seconds=10)
    profile.clock.time += timedelta(seconds=5)
    profile.adapter.spent = {"history"}
    assert _look(profile, _THREAD) == [False]
    profile.adapter.spent = set()
    profile.adapter.pulls.clear()
    profile.work(seconds=70)
    assert profile.adapter.pulls == ["mail"]
    profile.close()


def test_who_comes_back_to_the_window_finds_it_fresh(tmp_path: Path) -> None:
    chats = Stream("mail", 86_400.0, 86_400.0, "mail", focus_s=60.0)
    profile = _made(tmp_path, chats)
    profile.work(seconds=10)
    profile.adapter.pulls.clear()
    profile.clock.time += timedelta(hours=2)
    profile.work(seconds=10)
    assert profile.adapter.pulls == []
    for _ in range(2):  # a second look within the minute asks nothing
        profile.lane.focus(False)
        profile.lane.focus(True)
        profile.work(seconds=10)
    assert profile.adapter.pulls == ["mail"]
    profile.close()


def _ear(profile: Profile, hurry: Callable[[tuple[str, ...]], None]) -> Ear:
    return Ear(profile.adapter, profile.clock, profile.ids, hurry)


def test_what_a_service_tells_is_pulled_now(profile: Profile) -> None:
    profile.work(seconds=10)
    profile.adapter.pulls.clear()
    profile.adapter.tells = [("c2",), (), None]
    _ear(profile, profile.lane.hurry).run()
    while profile.step():
        pass
    assert profile.adapter.pulls == ["c2"]


@pytest.mark.parametrize(("error", "asked"), [(Offline(), 2), (SignInExpired(), 1)])
def test_an_ear_waits_out_trouble_and_ends_without_a_grant(
    profile: Profile, error: LoopDeskError, asked: int
) -> None:
    calls: list[int] = []

    def listen() -> tuple[str, ...] | None:
        calls.append(1)
        if len(calls) == 1:
            raise error
        return None

    profile.adapter.listen = listen  # type: ignore[method-assign]
    _ear(profile, profile.lane.hurry).run()
    assert len(calls) == asked


def test_an_ear_that_is_stopped_hushes_its_adapter(profile: Profile) -> None:
    ear = _ear(profile, profile.lane.hurry)
    ear.stop()
    ear.run()
    assert profile.adapter.hushed


def test_an_account_that_is_current_may_have_something_to_tell(profile: Profile) -> None:
    profile.adapter.notice = "few-reads"
    profile.work(seconds=40)
    (account,) = profile.desk.accounts()
    assert (account.state, account.trouble) == (AccountState.CURRENT, "few-reads")
    # A restart asks some streams later, and forgets nothing of that until then.
    profile.adapter.notice = ""
    profile.crash()
    while profile.step():
        pass
    assert [one.trouble for one in profile.desk.accounts()] == ["few-reads"]
    profile.work(seconds=700)
    (account,) = profile.desk.accounts()
    assert account.trouble == ""
