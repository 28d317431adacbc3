"""Does a sentence ask somebody to do something? Most requests have no question mark."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

_SENTENCE_LIMIT = 600
_SENTENCES_LIMIT = 80

_END = re.compile(r"(?<=[.!?:;])\s+(?=\W*[^\W\d_])|\n\s*\n|\n(?=\s*(?:[-*\u2022]|\d+[.)])\s)")
_TOKEN = re.compile(r"\$link|\d+(?::\d\d)?|[^\W\d_]+(?:'[^\W\d_]+)*|[?!]")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_CLASS = dict.fromkeys(
    ("today", "tomorrow", "tonight", "monday", "tuesday", "wednesday", "thursday", "friday",
     "saturday", "sunday", "mon", "tue", "wed", "thu", "thurs", "fri", "sat", "sun"),
    "<day>",
)  # fmt: skip
# Who asks speaks of the two of them, or begins with what is to be done.
_DIRECTED = frozenset(
    {"you", "your", "yours", "we", "us", "our", "i", "me", "my", "please", "let's", "lets", "du",
     "dir", "dich", "sie", "ihr", "euch", "wir", "uns", "ich", "mir", "bitte", "tu", "te", "toi",
     "vous", "nous", "merci"}
) | {
    f"^ {verb}"
    for verb in (
        "send", "call", "let", "give", "check", "see", "review", "sign", "join", "come", "meet",
        "take", "make", "get", "read", "tell", "ask", "find", "use", "forward", "email", "advise",
        "confirm", "reply", "respond", "contact", "bring", "plan", "note", "remember", "do",
        "don't",
    )
}  # fmt: skip
_STRICTER, _STRICTEST = 0.02, 0.4


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, the first 80 of them, each on one line."""
    parts = (" ".join(part.split()) for part in _END.split(text[: 100 * _SENTENCE_LIMIT]))
    return [part[:_SENTENCE_LIMIT] for part in parts if part][:_SENTENCES_LIMIT]


def cues(sentence: str) -> set[str]:
    """Return the words and pairs of neighbouring words that the weights speak of.

    Numbers, times and days stand for themselves as a class; "^" is the sentence's beginning.
    """
    text = _LINK.sub("$link", sentence.lower().replace("\u2019", "'"))
    words = ["^", *(_CLASS.get(token) or _of_number(token) for token in _TOKEN.findall(text))]
    return {*words[1:], *map(" ".join, pairwise(words))}


def _of_number(token: str) -> str:
    if token[0].isdigit():
        return "0:00" if ":" in token else "0"
    return token


@dataclass(frozen=True, slots=True)
class Intent:
    """A linear model: it asks when the weights of its cues and the bias come out above zero."""

    bias: float
    weights: Mapping[str, float]

    @classmethod
    def from_json(cls, text: str) -> Intent:
        """Read `resources/rank/intent.json`."""
        data = json.loads(text)
        return cls(data["bias"], data["learnt"] | data["by_hand"])

    def asks(self, sentence: str, *, among: int = 1) -> bool:
        """Say whether the sentence asks for something.

        Args:
            among: how many sentences are tried. An article has some that nearly ask.
        """
        found = cues(sentence)
        if found.isdisjoint(_DIRECTED):
            return False  # a question that nobody is asked
        margin = self.bias + sum(self.weights.get(cue, 0.0) for cue in found)
        return margin > min(_STRICTEST, _STRICTER * (among - 1))
