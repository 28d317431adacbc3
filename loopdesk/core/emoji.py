"""The standard emoji, and the names that people type between colons for them.

Source: emoji.tsv is made from github.com/iamcal/emoji-data 15.1.2 (MIT), the list that Slack's own
names come from (2026-11): the first name is how Slack writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Emoji:
    """One character.

    Args:
        names: as people type them between colons, the usual one first.
        words: further ones to find it by.
        new: few systems can draw it yet.
    """

    char: str
    names: tuple[str, ...]
    words: str
    new: bool = False

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")


@cache
def every() -> tuple[Emoji, ...]:
    """Return all, group by group in the order in which people know them."""
    return tuple(_read(Path(__file__).with_name("emoji.tsv").read_text("utf-8")))


@cache
def by_name() -> dict[str, str]:
    """Return the characters by each of their names."""
    return {name: one.char for one in every() for name in one.names}


def character(said: str) -> str:
    """Return the emoji of a name; what is no known name stays: a workspace has its own, too."""
    return by_name().get(said.strip().strip(":").lower(), said)


def _read(text: str) -> Iterator[Emoji]:
    new = False
    for line in text.splitlines():
        if line.startswith("## "):
            new = line == "## New"
        elif not line.startswith("# "):
            char, names, words = line.split("\t")
            yield Emoji(char, tuple(names.split()), words, new)
