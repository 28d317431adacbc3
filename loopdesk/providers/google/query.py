"""LoopDesk's search language as Gmail's. Pure."""

from __future__ import annotations

import re

_TERM = re.compile(r'-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)')
_SAME = frozenset({"from", "to", "in", "is", "has", "before", "after"})


def gmail_query(query: str) -> str | None:
    """Return what Gmail is asked for, None where the query is not about mail.

    Source: support.google.com/mail/answer/7190 (2026-11)
    """
    terms: list[str] = []
    for term in _TERM.findall(query):
        minus, bare = ("-", term[1:]) if term.startswith("-") else ("", term)
        name, colon, value = bare.partition(":")
        if not colon or bare.startswith('"'):
            terms.append(minus + bare)
        elif name == "kind":
            if (value == "message") is bool(minus):
                return None
        elif name in ("before", "after"):
            terms.append(f"{minus}{name}:{value.replace('-', '/')}")
        elif name in _SAME:
            terms.append(minus + bare)
        else:
            # Not one of ours: Gmail must not read it as one of its own.
            terms.append(f'{minus}"{bare}"')
    return " ".join(terms)
