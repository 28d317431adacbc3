"""Some seeds of the simulation, and proof that it would notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Adapter
from tests.simulation.play import SERVICES, run_of
from tests.simulation.service import BrokenError, Service
from tests.simulation.services.asana import Asana
from tests.simulation.services.dropbox import Dropbox
from tests.simulation.services.google import Google
from tests.simulation.services.microsoft import Microsoft
from tests.simulation.services.slack import Slack
from tests.simulation.services.trello import Trello

Kinds = tuple[type[Service], ...]
_MOST: Kinds = (Google, Microsoft, Slack)
# With three services at once a run costs as much as four with one of them.
GROUPS: list[tuple[Kinds, range]] = [
    *((_MOST, range(first, first + 3)) for first in range(1, 7, 3)),
    (SERVICES, range(11, 12)),
    *(((Google,), range(first, first + 10)) for first in range(101, 121, 10)),
    ((Microsoft,), range(201, 213)),
    ((Slack,), range(301, 313)),
    ((Trello,), range(401, 405)),
    ((Dropbox,), range(501, 506)),
    ((Asana,), range(601, 605)),
]


def _named(value: object) -> str:
    if isinstance(value, range):
        return str(value.start)
    return "-".join(kind.provider.key for kind in value) if isinstance(value, tuple) else ""


@pytest.mark.parametrize(("kinds", "seeds"), GROUPS, ids=_named)
def test_every_action_takes_effect_once_and_both_sides_agree(kinds: Kinds, seeds: range) -> None:
    for seed in seeds:
        with run_of(seed, kinds) as run:
            try:
                run.play()
            except BrokenError as what:
                again = f"{seed} 1 {' '.join(kind.provider.key for kind in kinds)}"
                pytest.fail(f"{what}\n  again: python -m tests.simulation.play {again}")


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
        if action.name in _WITHOUT_WORDS:
            return Receipt()
        return self._adapter.perform(action, steps)


_WITHOUT_WORDS = frozenset(
    {
        *("star", "reschedule", "due", "rename", "move", "accept", "share"),
        *("edit", "react", "read", "status"),
    }
)


@pytest.mark.parametrize("kind", SERVICES, ids=lambda kind: kind.provider.key)
@pytest.mark.parametrize(
    ("change", "lost", "said"), [(_Blind, 0.7, "arrived"), (_Lazy, 0.0, "wanted")]
)
def test_it_notices(
    kind: type[Service], change: Callable[[Adapter], Adapter], lost: float, said: str
) -> None:
    found: list[str] = []
    for seed in range(1, 60):
        # Lost answers are what makes an action be tried twice.
        with run_of(seed, [kind], change, lost=(lost,)) as run:
            try:
                run.play()
            except BrokenError as what:
                found.append(str(what))
        if any(said in what for what in found):
            return
    pytest.fail(f"nobody said {said!r}: {found}")
