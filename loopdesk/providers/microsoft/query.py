"""LoopDesk's search language as Outlook's. Pure."""

from __future__ import annotations

from loopdesk.providers.terms import terms

_MAIL = frozenset({"message", "messages", "mail", "mails"})
_STATES = {"unread": "isread:false", "read": "isread:true", "new": "isread:false"}


def outlook_query(query: str) -> dict[str, str] | None:
    """Return how Outlook is asked, None where it cannot hold what is wanted.

    Source: learn.microsoft.com/graph/search-query-parameter (2026-11)
    """
    asked: list[str] = []
    for term in terms(query):
        minus, said = "NOT " if term.minus else "", term.said
        name, value = term.name, term.value
        if not name:
            asked.append(minus + _quoted(said))
        elif name in ("from", "to"):
            asked.append(f"{minus}{name}:{_quoted(value)}")
        elif name == "kind":
            if term.excludes(_MAIL):
                return None
        elif name == "is" and value in _STATES:
            asked.append(minus + _STATES[value])
        elif name == "has":
            asked.append(f"{minus}hasattachments:true")
        elif name in ("before", "after"):
            sign = "<" if name == "before" else ">="
            asked.append(f"{minus}received{sign}{value.replace('/', '-')}")
        elif name in ("is", "in"):
            # A folder, a flag, and what is kept on this computer are nothing to search for.
            return None
        else:
            asked.append(minus + _quoted(said))
    return {"$search": '"' + " AND ".join(asked).replace('"', '\\"') + '"'} if asked else None


def _quoted(words: str) -> str:
    bare = words.strip('"')
    return f'"{bare}"' if " " in bare or ":" in bare else bare
