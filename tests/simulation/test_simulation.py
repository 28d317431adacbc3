"""Some seeds of the simulation, and proof that it would notice."""

from __future__ import annotations

import pytest

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Adapter
from tests.simulation.agreement import BrokenError
from tests.simulation.play import run_of

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


def test_it_notices_when_nobody_looks_before_a_second_try() -> None:
    found: list[str] = []
    for seed in range(1, 6):
        with run_of(seed, _Blind) as run:  # type: ignore[arg-type]
            try:
                run.play()
            except BrokenError as what:
                found.append(str(what))
    assert any("arrived" in what for what in found), found
