"""The search language: from: to: in: kind: is: has: before: after: "phrase" -not."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from loopdesk.core.errors import Incomplete
from loopdesk.core.items import Kind
from loopdesk.store.search import FLAGS, Query

_TERM = re.compile(r'(-)?(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))')
_OPERATORS = frozenset({"from", "to", "in", "kind", "is", "has", "before", "after"})
_PLURALS = {"mail": Kind.MESSAGE, "mails": Kind.MESSAGE, "messages": Kind.MESSAGE} | {
    f"{kind.value}s": kind for kind in Kind
}


def parse(text: str, zone: tzinfo, *, typing: bool) -> Query:
    """Read what was typed. What is no operator of ours is a word.

    Args:
        zone: where a day begins.
        typing: the last word may be unfinished.

    Raises:
        Incomplete: an operator has a value that means nothing; `argument` is the operator.
    """
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    who: list[tuple[str, str]] = []
    kinds: set[Kind] = set()
    flags: set[str] = set()
    places: list[str] = []
    moments: dict[str, datetime] = {}
    open_end = False
    for match in _TERM.finditer(text):
        minus, operator, phrase, word = match.groups()
        value = phrase if phrase is not None else word
        open_end = False
        if minus and operator in _OPERATORS:
            raise Incomplete(operator)  # only words can be ruled out
        if operator in ("from", "to"):
            who += [(operator, value)] if value else []
        elif operator == "in":
            places.append(value)
        elif operator == "kind":
            kinds.add(_kind(value))
        elif operator == "is":
            flags.add(_known(value, "is"))
        elif operator == "has":
            flags.add(_known(value.removesuffix("s"), "has"))
        elif operator in ("before", "after"):
            moments[operator] = _day(value, zone, operator)
        elif minus:
            without += _tokens(value)
        elif phrase is not None and operator is None:
            phrases += [phrase] if _tokens(phrase) else []
        else:
            # "re:offer" and a web address are words too.
            words += _tokens(match.group(0))
            open_end = typing and match.end() == len(text)
    return Query(
        words=tuple(words),
        phrases=tuple(phrases),
        without=tuple(without),
        who=tuple(who),
        kinds=frozenset(kinds),
        flags=frozenset(flags),
        places=tuple(places),
        before=moments.get("before"),
        after=moments.get("after"),
        open_end=open_end,
    )


def _tokens(text: str) -> list[str]:
    """Split as the index does, so that each part can be found."""
    return re.findall(r"\w+", text)


def _kind(value: str) -> Kind:
    try:
        return _PLURALS.get(value) or Kind(value)
    except ValueError:
        raise Incomplete("kind") from None


def _known(value: str, operator: str) -> str:
    if value not in FLAGS:
        raise Incomplete(operator)
    return value


def _day(value: str, zone: tzinfo, operator: str) -> datetime:
    try:
        return datetime.fromisoformat(value.replace("/", "-")).replace(tzinfo=zone)
    except ValueError:
        raise Incomplete(operator) from None
