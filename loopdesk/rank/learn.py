"""What the person's marks change, on this computer only and within bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from loopdesk.rank.features import Features
from loopdesk.rank.score import HARD, Scored
from loopdesk.rank.weights import Weights

_PERSON_STEP = 4.0
_PERSON_LIMIT = 20.0
_SIGNAL_STEP = 0.1
_SIGNAL_LIMIT = 0.5  # a signal keeps half to one and a half of what it was shipped with


@dataclass(frozen=True, slots=True)
class Learnt:
    """What marks have added up to.

    Args:
        people: added for a correspondent, by `Handle.key`.
        signals: by what share a signal's weight differs from the shipped one.
    """

    people: Mapping[str, float] = field(default_factory=dict)
    signals: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps({"people": dict(self.people), "signals": dict(self.signals)})

    @classmethod
    def from_json(cls, text: str) -> Learnt:
        data = json.loads(text)
        return cls(data["people"], data["signals"])


def mark(learnt: Learnt, features: Features, scored: Scored, *, more: bool) -> Learnt:
    """Return what is learnt once the person wants more, or less, of items like this.

    The correspondent moves, and so does the signal that lifts the item most. The opposite mark
    takes it back.
    """
    way = 1 if more else -1
    people = dict(learnt.people)
    if features.person:
        moved = people.get(features.person, 0.0) + way * _PERSON_STEP
        people[features.person] = _within(moved, _PERSON_LIMIT)
    signals = dict(learnt.signals)
    lifting = (one for one in scored.shares if one.weight > 0 and one.signal in _LEARNABLE)
    if cause := next(lifting, None):
        moved = signals.get(cause.signal, 0.0) + way * _SIGNAL_STEP
        signals[cause.signal] = _within(moved, _SIGNAL_LIMIT)
    return Learnt(people, signals)


def with_learnt(weights: Weights, learnt: Learnt) -> Weights:
    """Return the shipped weights as this person's marks have moved them."""
    moved = {
        signal: weight * (1 + learnt.signals.get(signal, 0.0))
        for signal, weight in weights.signals.items()
    }
    return replace(weights, signals=moved, people=learnt.people)


# What is about time, about one item or kept by hand is nobody's taste.
_LEARNABLE = (HARD - {"due", "soon"}) | {
    "alone", "attachments", "close", "few", "many", "prompt", "starred", "unanswered", "unread",
}  # fmt: skip


def _within(value: float, limit: float) -> float:
    return round(max(-limit, min(value, limit)), 3)
