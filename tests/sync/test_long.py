"""What takes long is done in pieces, and keeps nothing else waiting for more than one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Action, Arguments, State
from loopdesk.core.items import Kind, ServiceKey, item_id
from loopdesk.sync.lane import Totals
from tests.sync.mailbox import ACCOUNT, PIECES, Profile, UnforeseenError, Weather


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile", keys=("mail", "other"))
    profile.work(seconds=20)
    profile.adapter.calls.clear()
    yield profile
    profile.close()


def _do(profile: Profile, name: str, number: int = 0) -> Action:
    this = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey(f"t{number}"))
    return profile.desk.do(name, this, Arguments(text="Yes" if name == "attach" else ""))


def test_what_else_is_due_goes_before_the_next_piece(profile: Profile) -> None:
    long = _do(profile, "attach")
    profile.step()
    sending = profile.desk.action(long.id)
    assert (sending.state, sending.done) == (State.SENDING, 1 / PIECES)
    star = _do(profile, "star", 1)
    profile.step()
    assert profile.desk.action(star.id).state is State.SENT
    assert profile.desk.action(long.id).state is State.SENDING
    profile.work(profile.settled)
    assert profile.box.effects == {long.id: 1, star.id: 1}


def test_errands_and_pages_have_their_turn_between_pieces(profile: Profile) -> None:
    _do(profile, "attach")
    profile.step()
    profile.clock.time += timedelta(seconds=61)  # both streams are due
    profile.lane.ask(lambda: profile.adapter.calls.append("errand"))
    profile.work(profile.settled)
    pieces = [at for at, call in enumerate(profile.adapter.calls) if call.startswith("attach")]
    assert len(pieces) == PIECES
    assert profile.adapter.calls[1] == "errand"
    before_the_last = profile.adapter.calls[: pieces[-1]]
    assert {"pull mail", "pull other"} <= set(before_the_last)


def test_two_long_ones_take_turns_with_what_is_brought(profile: Profile) -> None:
    pieces = 6

    def bring() -> bool:
        nonlocal pieces
        pieces -= 1
        profile.adapter.calls.append("bring")
        return pieces > 0

    first, second = _do(profile, "attach", 0), _do(profile, "attach", 1)
    profile.lane.carry(bring, lambda: None)
    profile.work(lambda: profile.settled() and not pieces)
    order = [call for call in profile.adapter.calls if not call.startswith("pull")]
    # The first pieces are due actions; from there on each has its turn.
    assert order[:2] == ["attach t0", "attach t1"]
    assert order[2:8].count("bring") == 3
    assert order[2:8].count("attach t0") in (1, 2)
    assert profile.box.effects == {first.id: 1, second.id: 1}


def test_taken_back_between_two_pieces_it_has_no_effect(profile: Profile) -> None:
    long = _do(profile, "attach")
    profile.step()
    profile.desk.undo(long.id)
    profile.work(profile.settled)
    assert profile.desk.action(long.id).state is State.UNDONE
    assert profile.box.effects[long.id] == 0


def _crash(profile: Profile) -> None:
    profile.crash()


def _lose_an_answer(profile: Profile) -> None:
    profile.box.weather = Weather.LOST
    profile.step()
    profile.box.weather = Weather.FINE


def _meet_a_fault_of_our_own(profile: Profile) -> None:
    profile.box.weather = Weather.BROKEN
    with pytest.raises(UnforeseenError):
        profile.lane.step()
    profile.box.weather = Weather.FINE


def _sign_in_again(profile: Profile) -> None:
    profile.lane.renew(profile.adapter)


@pytest.mark.parametrize(
    ("happens", "looks"),
    [(_crash, 1), (_lose_an_answer, 1), (_meet_a_fault_of_our_own, 1), (_sign_in_again, 0)],
)
@pytest.mark.parametrize("through", range(1, PIECES))
def test_it_goes_on_where_it_was(
    profile: Profile, happens: Callable[[Profile], None], looks: int, through: int
) -> None:
    """The last piece of them is the one with the effect: it is looked for, not sent again."""
    long = _do(profile, "attach")

    def pieces() -> int:
        return sum(call.startswith("attach") for call in profile.adapter.calls)

    while pieces() < through:
        profile.step()
    happens(profile)
    profile.work(profile.settled)
    assert profile.desk.action(long.id).state is State.SENT
    assert profile.box.effects == {long.id: 1}
    assert profile.adapter.looks == looks


def test_later_actions_on_the_item_wait_for_it(profile: Profile) -> None:
    long, star = _do(profile, "attach"), _do(profile, "star")
    profile.work(profile.settled)
    assert profile.box.order == [long.id, star.id]


def test_pulling_everything_lets_others_in_after_each_page(profile: Profile) -> None:
    told: list[Totals] = []
    calls = profile.adapter.calls
    profile.box.change(0)
    profile.lane.ask(lambda: profile.lane.pull_all(told.append, lambda: None))
    while "pull mail" not in calls:
        profile.step()
    _do(profile, "star", 1)
    profile.lane.ask(lambda: calls.append("errand"))
    while not told:
        profile.step()
    assert calls == ["pull mail", "star t1", "errand", "pull mail", "pull other"]
    # The page that the star made due brings what was here already.
    assert told == [Totals(1, 0, None)]


def test_pulling_everything_waits_out_a_quota_and_says_what_stopped_it(profile: Profile) -> None:
    told: list[Totals] = []
    profile.box.weather = Weather.BUSY
    profile.lane.ask(lambda: profile.lane.pull_all(told.append, lambda: None))
    for _ in range(3):
        profile.step()
    assert told == []
    profile.box.weather = Weather.FINE
    profile.work(lambda: bool(told), 100)
    assert told == [Totals(0, 0, None)]
    profile.box.weather = Weather.OFFLINE
    profile.lane.ask(lambda: profile.lane.pull_all(told.append, lambda: None))
    profile.work(lambda: len(told) > 1, 100)
    assert told[1].trouble is not None
    assert told[1].trouble.code == "offline"
