"""How many requests a look at the service costs, counted by the service itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.providers.bench import Bench, Mirror


@dataclass(frozen=True)
class Cost:
    """What one kind of stream costs; a batch is one request, and its parts are counted apart.

    Args:
        stream: what the keys of these streams begin with; the longest that fits counts.
        nothing: requests of a look that brings nothing.
        one: likewise, after one thing was changed there; `parts` stood in batches.
        change: changes one thing, by another device; a sentence where nothing can be.
        key: of the stream that shows the change, where that is not `stream`.
    """

    stream: str
    nothing: int
    one: int
    change: Callable[[], object] | str
    parts: int = 0
    key: str = ""


@dataclass(frozen=True)
class Counted:
    requests: int
    parts: int


@dataclass(frozen=True)
class Line:
    """What was counted of a kind of stream. `one`: None where nothing can be changed there."""

    cost: Cost
    nothing: set[Counted]
    one: Counted | None


def count(bench: Bench, mirror: Mirror, key: str) -> Counted:
    """Look at a stream once, until it has no more."""
    before = len(bench.sandbox.log())
    while mirror.step(mirror.streams[key]).more:
        pass
    asked = bench.sandbox.log()[before:]
    parts = sum(bool(line.get("batch")) for line in asked)
    return Counted(len(asked) - parts, parts)


def measure(bench: Bench, mirror: Mirror, costs: list[Cost]) -> list[Line]:
    """Count what each kind of stream costs, once all is known that is asked for only at times.

    Args:
        mirror: that has been pulled.
    Raises:
        KeyError: a stream belongs to no kind.
    """
    kinds = {key: _kind(key, costs) for key in mirror.streams}
    lines = []
    for cost in costs:
        keys = [key for key, kind in kinds.items() if kind == cost.stream]
        bench.clock.pass_by(minutes=2)
        for key in keys:
            count(bench, mirror, key)
        bench.clock.pass_by(seconds=20)
        nothing = {count(bench, mirror, key) for key in keys}
        one = None
        if not isinstance(cost.change, str):
            bench.clock.pass_by(seconds=10)
            cost.change()
            one = count(bench, mirror, cost.key or cost.stream)
        lines.append(Line(cost, nothing, one))
    return lines


def _kind(key: str, costs: list[Cost]) -> str:
    found = [cost.stream for cost in costs if key.startswith(cost.stream)]
    if not found:
        raise KeyError(key)
    return max(found, key=len)
