"""Emoji by name: for the picker, and for the colon in what is being written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from loopdesk.core import emoji
from loopdesk.core.emoji import Emoji

COMMON = ("👍", "✅", "👀", "🙏", "🎉", "😄", "❤️", "🚀", "💯", "👏", "🤔", "😅")
"""What people give most, before it is known what the person does."""
MOST_RECENT = 24


@cache
def every() -> tuple[Emoji, ...]:
    """Return what can be chosen, group by group in the order in which people know them."""
    return tuple(one for one in emoji.every() if not one.new)


def found(typed: str, most: int = 60) -> list[Emoji]:
    """Return those of a name or a word like this: whole names, then beginnings, then the rest."""
    said = typed.strip().strip(":").casefold().replace(" ", "_")
    if not said:
        return []
    ranked = [(rank, n, one) for n, one in enumerate(every())
              if (rank := _rank(one, said)) is not None]  # fmt: skip
    return [one for _, _, one in sorted(ranked, key=lambda each: each[:2])[:most]]


def of(chars: Sequence[str]) -> list[Emoji]:
    """Return emoji by their characters, in that order; unknown ones are left out."""
    known = {one.char: one for one in every()}
    return [known[char] for char in chars if char in known]


def recent(kept: str) -> list[str]:
    """Return what was given last, filled up with what people give most."""
    chars = list(dict.fromkeys([*kept.split(), *COMMON]))
    return chars[:MOST_RECENT]


def used(kept: str, char: str) -> str:
    """Return what is kept once `char` was given."""
    return " ".join(list(dict.fromkeys([char, *kept.split()]))[:MOST_RECENT])


def _rank(one: Emoji, said: str) -> int | None:
    if said in one.names:
        return 0
    if any(name.startswith(said) for name in one.names):
        return 1
    parts = [part for name in one.names for part in name.replace("-", "_").split("_")]
    words = one.words.split()
    if any(part.startswith(said) for part in (*parts, *words)):
        return 2
    return 3 if len(said) > 2 and any(said in name for name in one.names) else None
