"""LoopDesk's search language as Trello's, and the cards that Trello finds."""

from __future__ import annotations

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped
from loopdesk.core.items import ServiceKey
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.terms import terms
from loopdesk.providers.trello import wire
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.reading import AT_ONCE, UNREAD, Reader, told_of

_KINDS = frozenset({"task", "tasks", "card", "cards"})
_HAS = {
    "attachment": "attachments",
    "attachments": "attachments",
    "file": "attachments",
    "files": "attachments",
}


class _At(msgspec.Struct, omit_defaults=True):
    page: int = 0


def trello_query(query: str) -> str | None:
    """Return what Trello is asked for, None where it cannot hold what is wanted.

    Source: support.atlassian.com/trello/docs/searching-for-cards-all-boards (2026-11)
    """
    asked: list[str] = []
    for term in terms(query):
        minus, said = "-" if term.minus else "", term.said
        name, value = term.name, term.value
        if not name:
            asked.append(minus + said)
        elif name == "kind":
            if term.excludes(_KINDS):
                return None
        elif name == "has" and value in _HAS:
            asked.append(f"{minus}has:{_HAS[value]}")
        elif name == "in":
            asked.append(f"{minus}board:{value}")
        elif name in ("to", "from"):
            # Who wrote on a card Trello cannot be asked, but who is on it.
            asked.append(f"{minus}@{value}")
        elif name in ("is", "has", "before", "after"):
            return None
        else:
            # Not one of ours: Trello must not read it as one of its own.
            asked.append(f'{minus}"{said}"')
    return " ".join(asked) or None


class Search:
    def __init__(self, calls: Calls, reader: Reader) -> None:
        self._calls, self._reader = calls, reader

    def search(self, query: str, cursor: Cursor | None) -> Page:
        """Return some cards that Trello finds, each read as it is now."""
        asked, at = trello_query(query), load(cursor, _At) if cursor else _At()
        if asked is None:
            return Page()
        found = self._calls.look(
            "/search",
            wire.Found,
            query=asked,
            modelTypes="cards",
            card_fields=wire.LIGHT,
            cards_limit=AT_ONCE,
            cards_page=at.page or None,
        ).cards
        ids = list(dict.fromkeys(card.source for card in found if card.is_task))
        unread = self._calls.look("/members/me/notifications", list[wire.Notification], **UNREAD)
        reads = self._reader.cards(ids, told_of(unread)) if ids else {}
        more = len(found) == AT_ONCE
        kept = [read for read in reads.values() if read.item is not None]
        return Page(
            items=tuple(read.item for read in kept if read.item is not None),
            entries=tuple(entry for read in kept for entry in read.entries),
            places=tuple({p.key: p for read in kept for p in read.places}.values()),
            cursor=dump(_At(at.page + 1)) if more else None,
            more=more,
            skipped=tuple(
                Skipped(f"cards/{ServiceKey(id)}", read.trouble)
                for id, read in reads.items()
                if read.trouble
            ),
        )
