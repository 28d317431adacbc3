"""Some seeds of the simulation, and proof that it would notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Adapter
from tests.simulation.play import run_of
from tests.simulation.service import BrokenError
from tests.simulation.services.google import Google

SEEDS = range(1, 161)


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 20))
def test_every_action_takes_effect_once_and_both_sides_agree(first: int) -> None:
    for seed in range(first, first + 20):
        with run_of(seed) as run:
            try:
                run.play()
            except BrokenError as what:
                pytest.fail(f"{what}\n  again: python -m tests.simulation.play {seed}")


class _Blind:
    """An adapter that never looks whether an earlier try got through."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    def __getattr__(self, name: str) -> object:
        return getattr(self._adapter, name)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return None


class _Lazy(_Blind):
    """An adapter that says of what has no words of its own that it was done, and does nothing."""

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in ("star", "reschedule", "due", "rename", "move", "accept", "share"):
            return Receipt()
        return self._adapter.perform(action, steps)


@pytest.mark.parametrize(("change", "said"), [(_Blind, "arrived"), (_Lazy, "wanted")])
def test_it_notices(change: Callable[[Adapter], Adapter], said: str) -> None:
    found: list[str] = []
    for seed in range(1, 20):
        with run_of(seed, [Google], change) as run:
            try:
                run.play()
            except BrokenError as what:
                found.append(str(what))
        if any(said in what for what in found):
            return
    pytest.fail(f"nobody said {said!r}: {found}")
