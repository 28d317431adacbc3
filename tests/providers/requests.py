"""How many requests a look at the service costs, counted by the service itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.providers.bench import Bench, Mirror, bench

if TYPE_CHECKING:
    from tests.providers.conformance import Conformance

_HERE = Path(__file__).parent


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


def table() -> dict[str, dict[str, int | None]]:
    """Count what the streams of every provider cost, each at a stand-in of its own."""
    rows: dict[str, dict[str, int | None]] = {}
    for key in sorted(each.parent.name for each in _HERE.glob("*/test_conformance.py")):
        asks = _conformance(key)
        with (
            tempfile.TemporaryDirectory() as folder,
            bench(asks.provider, asks.world(), Path(folder), sockets=False) as one,
        ):
            mirror = Mirror(one)
            mirror.pull()
            for line in measure(one, mirror, asks.costs(one, mirror)):
                rows[f"{key} {line.cost.stream}"] = {
                    "nothing": max(each.requests for each in line.nothing),
                    "one": line.one.requests if line.one else None,
                    "parts": line.one.parts if line.one else None,
                }
    return rows


def _conformance(key: str) -> Conformance:
    """Return what a provider answers to the questions that all are asked."""
    from tests.providers.conformance import Conformance

    module = import_module(f"tests.providers.{key}.test_conformance")
    (found,) = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Conformance) and each is not Conformance
    ]
    return found()
