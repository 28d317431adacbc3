"""LoopDesk's search language for a drive that knows words alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from loopdesk.providers.terms import terms

_FILES = frozenset({"file", "files"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a drive is asked for; it knows words alone, so that the days are for us to look at.

    Args:
        after, before: ISO dates, "" where any will do.
    """

    words: str
    after: str = ""
    before: str = ""

    def holds(self, changed: str) -> bool:
        """Say whether a file that was changed then is among what was asked for."""
        return self.after <= changed and (not self.before or changed < self.before)


def file_query(query: str) -> Asked | None:
    """Return what is asked for, None where such a drive cannot hold or find it."""
    words: list[str] = []
    days = {"after": "", "before": ""}
    for term in terms(query):
        name, value = term.name, term.value
        if not name:
            if term.minus:
                return None
            words.append(term.said.strip('"'))
        elif name == "kind":
            if term.excludes(_FILES):
                return None
        elif name in days and not term.minus:
            days[name] = value.replace("/", "-")[:10]
        else:
            return None
    return Asked(" ".join(words), **days) if words else None
