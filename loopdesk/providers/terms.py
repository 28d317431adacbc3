"""LoopDesk's search language, term by term, for a provider to say in its service's own. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_TERM = re.compile(r'-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for.

    Args:
        said: all of it as it was typed, without a minus before it.
        name: what stands before its colon, known to us or not; "" for words and "a phrase".
        value: what stands behind that.
        minus: it is asked not to be so.
    """

    said: str
    name: str
    value: str
    minus: bool

    def excludes(self, kinds: Collection[str]) -> bool:
        """Say whether a `kind:` wants none of what is called so."""
        return (self.value.strip('"') in kinds) is self.minus


def terms(query: str) -> Iterator[Term]:
    for typed in _TERM.findall(query):
        said = typed.removeprefix("-")
        name, colon, value = said.partition(":")
        if not colon or said.startswith('"'):
            name, value = "", said
        yield Term(said, name, value, minus=said != typed)
