"""The numbers a score is made of, shipped and learnt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal is worth.

    Args:
        version: stored scores of another version are computed again.
        signals: what a signal adds where it holds, or at its full strength.
        line: from where on a hard condition puts an item into Needs you now.
        second_line: from where on what is new belongs in Today.
        people: what the person's marks said about correspondents, by `Handle.key`.
    """

    version: int
    signals: Mapping[str, float]
    line: float
    second_line: float
    people: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read `resources/rank/weights.json`."""
        data = json.loads(text)
        return cls(data["version"], data["signals"], data["line"], data["second_line"])
