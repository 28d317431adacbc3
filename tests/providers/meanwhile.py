"""What every provider must stand of what others do at the service while the person acts here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from loopdesk.core.actions import Action
from loopdesk.core.errors import Conflict, Rejected, Remedy
from loopdesk.core.items import Item
from tests.providers.bench import Bench, MemorySteps, Mirror
from tests.providers.tables import Table, rows


@dataclass(frozen=True)
class Met:
    """An action, and what it meets when it comes to the service.

    Args:
        happens: at the service, after the person has seen what they act on.
        effects: how often the action has taken effect there.
        reason: as `Rejected` has it; "" where it is a `Conflict`.
    """

    action: Action
    happens: Callable[[], object]
    effects: Callable[[], int]
    reason: str = ""


@dataclass(frozen=True)
class Moved:
    """Something that another device puts elsewhere.

    Args:
        title: of its item; `titled`: afterwards, where that is another one.
        there: whether the item says that it is where it was put.
    """

    title: str
    happens: Callable[[], object]
    there: Callable[[Item], bool]
    titled: str = ""


class Meanwhile:
    def closed(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        """Return actions at places that take nothing any more, or not this."""
        raise NotImplementedError

    def overtaken(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        """Return changes of something that another device has changed since."""
        raise NotImplementedError

    def vanished(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        """Return actions on something that was deleted since."""
        raise NotImplementedError

    def answered(self, bench: Bench, mirror: Mirror) -> Table[Met]:
        """Return answers to something that was edited since; they are given all the same."""
        raise NotImplementedError

    def moved(self, bench: Bench, mirror: Mirror) -> Table[Moved]:
        """Return what another device puts elsewhere, one of each kind."""
        raise NotImplementedError

    def test_a_place_that_closed_says_so(self, bench: Bench, mirror: Mirror) -> None:
        self._are_refused(bench, mirror, self.closed)

    def test_a_change_of_what_others_changed_waits_for_the_person(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        self._are_refused(bench, mirror, self.overtaken)

    def test_an_action_on_what_is_gone_says_so(self, bench: Bench, mirror: Mirror) -> None:
        self._are_refused(bench, mirror, self.vanished)

    def _are_refused(
        self, bench: Bench, mirror: Mirror, table: Callable[[Bench, Mirror], Table[Met]]
    ) -> None:
        mirror.pull()
        for met in rows(table(bench, mirror)):
            bench.clock.pass_by(seconds=10)
            met.happens()
            with pytest.raises((Rejected, Conflict)) as caught:
                bench.adapter.perform(met.action, MemorySteps())
            assert caught.value.why == met.reason, (met.action.name, met.reason)
            assert isinstance(caught.value, Rejected if met.reason else Conflict)
            assert caught.value.remedy is Remedy.DECIDE
            assert met.effects() == 0, met.action.name
        self._is_whole(bench, mirror)

    def test_an_answer_to_what_was_edited_goes_once(self, bench: Bench, mirror: Mirror) -> None:
        mirror.pull()
        for met in rows(self.answered(bench, mirror)):
            bench.clock.pass_by(seconds=10)
            met.happens()
            steps = MemorySteps()
            receipt = bench.adapter.perform(met.action, steps)
            assert receipt is not None
            assert bench.adapter.find(met.action, steps) == receipt
            assert met.effects() == 1, met.action.name
        self._is_whole(bench, mirror)

    def test_what_another_device_moves_is_held_once_with_all_of_it(
        self, bench: Bench, mirror: Mirror
    ) -> None:
        mirror.pull()
        for moved in rows(self.moved(bench, mirror)):
            before = _named(mirror, moved.title)
            assert moved.titled or not moved.there(before), moved.title
            said = [entry.text for entry in mirror.of(before.key)]
            bench.clock.pass_by(minutes=2)
            moved.happens()
            mirror.pull()
            after = _named(mirror, moved.titled or moved.title)
            assert moved.there(after), moved.title
            assert [entry.text for entry in mirror.of(after.key)] == said
        self._is_whole(bench, mirror)

    def _is_whole(self, bench: Bench, mirror: Mirror) -> None:
        """Compare what was pulled all along with what somebody sees who comes only now."""
        bench.clock.pass_by(minutes=2)  # so long some look only for what is new
        mirror.pull()
        bench.restart()
        newcomer = Mirror(bench)
        newcomer.pull()
        assert mirror.held == newcomer.held
        assert _texts(mirror) == _texts(newcomer)


def _named(mirror: Mirror, title: str) -> Item:
    (item,) = [mirror.items[key] for key in mirror.held if mirror.items[key].title == title]
    return item


def _texts(mirror: Mirror) -> dict[tuple[str, str], str | None]:
    return {key: entry.text for key, entry in mirror.entries.items() if key[0] in mirror.held}
