"""One thing in trouble keeps nothing else waiting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.changes import AccountState, Stream
from loopdesk.core.items import Kind, ServiceKey, item_id
from tests.sync.mailbox import ACCOUNT, Profile, UnforeseenError, Weather


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile", keys=("first", "mail", "last"))
    profile.work(seconds=20)
    yield profile
    profile.close()


def _do(profile: Profile, name: str = "star", number: int = 0) -> Action:
    this = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey(f"t{number}"))
    text = "Yes" if name in ("reply", "attach") else ""
    return profile.desk.do(name, this, Arguments(text=text))


def test_a_stream_that_cannot_be_read_waits_its_turn(profile: Profile) -> None:
    profile.adapter.broken = frozenset({"first"})
    profile.adapter.pulls.clear()
    profile.work(seconds=100)
    assert set(profile.adapter.pulls) == {"first", "mail", "last"}
    assert profile.adapter.pulls.count("first") <= profile.adapter.pulls.count("mail") + 1
    assert profile.heard.states[-1] == (AccountState.FAILED, "bad-payload")
    profile.adapter.broken = frozenset()
    profile.work(seconds=100)
    assert profile.heard.states[-1][0] is AccountState.CURRENT


def test_a_stream_that_is_asked_for_once_a_day_is_asked_again_soon_when_it_broke(
    tmp_path: Path,
) -> None:
    daily = Stream("daily", 86_400.0, 86_400.0, "mail")
    profile = Profile(tmp_path / "profile", feeds=(daily,))
    profile.adapter.broken = frozenset({"daily"})
    profile.work(seconds=600)
    assert 3 < len(profile.adapter.pulls) < 8
    profile.adapter.broken = frozenset()
    profile.work(seconds=600)
    assert profile.heard.states[-1][0] is AccountState.CURRENT
    profile.adapter.pulls.clear()
    profile.work(seconds=3600)
    assert not profile.adapter.pulls
    profile.close()


def test_a_quota_on_pulls_leaves_deliveries_alone(profile: Profile) -> None:
    profile.clock.time += timedelta(seconds=31)
    profile.box.weather = Weather.BUSY
    profile.step()
    profile.box.weather = Weather.FINE
    action = _do(profile)
    profile.step()
    assert profile.desk.action(action.id).state is State.SENT


def test_offline_the_next_action_is_not_tried_and_all_go_when_it_is_back(profile: Profile) -> None:
    profile.box.weather = Weather.OFFLINE
    actions = [_do(profile, number=number) for number in range(3)]
    profile.work(seconds=40)
    tries = [profile.desk.action(action.id).tries for action in actions]
    assert sum(tries) < 12
    profile.box.weather = Weather.FINE
    profile.work(profile.settled, seconds=60)
    assert [profile.box.effects[action.id] for action in actions] == [1, 1, 1]


def test_after_a_long_time_offline_a_lost_answer_is_looked_for_soon(profile: Profile) -> None:
    star = _do(profile)
    profile.box.weather = Weather.OFFLINE
    profile.work(seconds=900)
    assert profile.desk.action(star.id).tries > 10
    profile.box.weather = Weather.LOST
    profile.work(until=lambda: profile.box.effects[star.id] > 0)
    profile.box.weather = Weather.FINE
    profile.work(seconds=20)
    assert profile.desk.action(star.id).state is State.SENT
    assert profile.box.effects[star.id] == 1


def test_a_restart_keeps_the_wait_and_looks_first(profile: Profile) -> None:
    profile.box.weather = Weather.LOST
    action = _do(profile)
    profile.step()
    waits = profile.desk.action(action.id)
    assert (waits.state, waits.tries) == (State.WAITING, 1)
    profile.box.weather = Weather.FINE
    profile.crash()
    assert profile.desk.action(action.id).not_before_at == waits.not_before_at
    assert not profile.lane.deliver()
    profile.work(profile.settled)
    assert profile.adapter.looks == 1
    assert profile.box.effects[action.id] == 1


def test_an_error_of_our_own_puts_one_action_off(profile: Profile) -> None:
    profile.box.weather = Weather.BROKEN
    action = _do(profile)
    with pytest.raises(UnforeseenError):
        profile.lane.step()
    assert profile.desk.action(action.id).state is State.SENDING
    profile.box.weather = Weather.FINE
    other = _do(profile, number=1)
    profile.work(profile.settled)
    assert profile.box.effects == {action.id: 1, other.id: 1}


def test_what_is_more_than_a_day_late_asks_first(profile: Profile) -> None:
    profile.box.weather = Weather.OFFLINE
    action = _do(profile, "reply")
    profile.work(seconds=30)
    profile.clock.time += timedelta(days=1, minutes=1)
    profile.box.weather = Weather.FINE
    profile.work(profile.settled)
    refused = profile.desk.action(action.id)
    assert refused.state is State.REFUSED
    assert refused.error is not None
    assert refused.error.code == "late"
    assert profile.desk.top().rows[0].failure == refused.error
    profile.desk.retry(action.id)
    profile.work(profile.settled)
    assert profile.box.effects[action.id] == 1


def test_undone_while_its_effect_is_unknown(profile: Profile) -> None:
    profile.box.weather = Weather.LOST
    action = _do(profile)
    profile.step()
    wanted = profile.desk.undo(action.id)
    assert (wanted.state, wanted.undo_wanted) == (State.WAITING, True)
    profile.box.weather = Weather.FINE
    profile.work(profile.settled)
    assert profile.desk.action(action.id).state is State.SENT
    newest = profile.desk.activity()[0]
    assert (newest.name, newest.undoes, newest.state) == ("unstar", action.id, State.SENT)
    assert not profile.box.threads[0].starred


def test_the_order_within_an_item_is_that_of_making(profile: Profile) -> None:
    reply, star = _do(profile, "reply"), _do(profile, "star")
    elsewhere = _do(profile, "star", number=1)
    profile.work(profile.settled)
    assert profile.box.order == [elsewhere.id, reply.id, star.id]
