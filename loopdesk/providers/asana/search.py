"""Tasks that Asana finds, where the person's workspaces are paid for."""

from __future__ import annotations

import msgspec

from loopdesk.core.changes import Cursor, Page
from loopdesk.providers.asana import wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.reading import Reader
from loopdesk.providers.asana.refusals import Unpaid
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.terms import terms

_KINDS = frozenset({"task", "tasks"})
_MOST = 10


class _At(msgspec.Struct, omit_defaults=True):
    """Workspaces that are still to be asked; None: not begun."""

    workspaces: list[str] | None = None


def asked_for(query: str) -> dict[str, str] | None:
    """Return what Asana is asked for, None where it cannot hold what is wanted.

    Source: github.com/Asana/openapi, searchTasksForWorkspace (2026-06)
    """
    words: list[str] = []
    asked: dict[str, str] = {}
    for term in terms(query):
        name, value = term.name, term.value
        if not name:
            if term.minus:
                return None
            words.append(term.said.strip('"'))
        elif name == "kind":
            if term.excludes(_KINDS):
                return None
        elif (name, value) in (("has", "attachment"), ("has", "file")):
            asked["has_attachment"] = "false" if term.minus else "true"
        elif name in ("is", "has", "before", "after", "from", "to", "in"):
            return None
        else:
            words.append(term.said)
    if words:
        asked["text"] = " ".join(words)
    return asked or None


class Search:
    def __init__(self, calls: Calls, reader: Reader) -> None:
        self._calls, self._reader = calls, reader

    def search(self, query: str, cursor: Cursor | None) -> Page:
        """Return some tasks of one workspace, each with what was said about it."""
        asked = asked_for(query)
        if asked is None:
            return Page()
        rest = load(cursor, _At).workspaces if cursor else None
        if rest is None:
            me = self._calls.look("/users/me", wire.Me, opt_fields="workspaces.name")
            rest = [each.gid for each in me.workspaces]
        if not rest:
            return Page()
        found = self._found(rest[0], asked)
        rest = rest[1:]
        reads = [self._reader.whole(each, watched=False, apart=()) for each in found]
        kept = [read for read in reads if read.items]
        return Page(
            items=tuple(read.items[0] for read in kept),
            entries=tuple(
                entry for read in kept for entry in read.entries if entry.item == read.items[0].key
            ),
            places=tuple({each.key: each for read in kept for each in read.places}.values()),
            cursor=dump(_At(rest)) if rest else None,
            more=bool(rest),
        )

    def _found(self, workspace: str, asked: dict[str, str]) -> list[wire.Task]:
        path = f"/workspaces/{workspace}/tasks/search"
        given = {"limit": _MOST, "opt_fields": self._reader.fields, **asked}
        try:
            listed = self._calls.page(path, acting=True, **given)
        except Unpaid:
            return []
        return [each for each in listed.read(wire.Task) if not each.is_heading]
