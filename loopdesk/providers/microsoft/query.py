"""LoopDesk's search language as Outlook's. Pure."""

from __future__ import annotations

import re

_TERM = re.compile(r'-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)')
_MAIL = frozenset({"message", "messages", "mail", "mails"})
_STATES = {"unread": "isread:false", "read": "isread:true", "new": "isread:false"}


def outlook_query(query: str) -> dict[str, str] | None:
    """Return how Outlook is asked, None where it cannot hold what is wanted.

    Source: learn.microsoft.com/graph/search-query-parameter (2026-11)
    """
    terms: list[str] = []
    for term in _TERM.findall(query):
        minus, bare = ("NOT ", term[1:]) if term.startswith("-") else ("", term)
        name, colon, value = bare.partition(":")
        if not colon or bare.startswith('"'):
            terms.append(minus + _quoted(bare))
        elif name in ("from", "to"):
            terms.append(f"{minus}{name}:{_quoted(value)}")
        elif name == "kind":
            if (value in _MAIL) is bool(minus):
                return None
        elif name == "is" and value in _STATES:
            terms.append(minus + _STATES[value])
        elif name == "has":
            terms.append(f"{minus}hasattachments:true")
        elif name in ("before", "after"):
            sign = "<" if name == "before" else ">="
            terms.append(f"{minus}received{sign}{value.replace('/', '-')}")
        elif name in ("is", "in"):
            # A folder, a flag, and what is kept on this computer are nothing to search for.
            return None
        else:
            terms.append(minus + _quoted(bare))
    return {"$search": '"' + " AND ".join(terms).replace('"', '\\"') + '"'} if terms else None


def _quoted(words: str) -> str:
    bare = words.strip('"')
    return f'"{bare}"' if " " in bare or ":" in bare else bare
