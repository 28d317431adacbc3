"""Searching at a service for what is not here."""

from __future__ import annotations

from dataclasses import dataclass

from loopdesk.core.changes import ChangeSet
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection, Database
from loopdesk.providers.api import Adapter
from loopdesk.store import aliases, found, keeping
from loopdesk.store.items import Judge
from loopdesk.store.refs import Refer

PAGES = 2


@dataclass(frozen=True, slots=True)
class Finder:
    """Keeps what a search finds, so that it can be opened; what older searches found goes."""

    database: Database
    judge: Judge

    def find(
        self, account: AccountId, adapter: Adapter, refer: Refer, query: str
    ) -> tuple[tuple[ItemId, ...], ChangeSet]:
        """Return what the service finds, in its order, and what differs here by that.

        Args:
            query: in LoopDesk's own search language.
        """
        names = self.database.read(lambda db: aliases.names(db, account))
        held = self.database.read(lambda db: keeping.held(db, account))
        pages = [adapter.search(query, None)]
        while len(pages) < PAGES and pages[-1].more and pages[-1].cursor is not None:
            pages.append(adapter.search(query, pages[-1].cursor))

        def work(db: Connection) -> ChangeSet:
            gone = found.begin(db, account, held)
            came = [found.add(db, account, page, self.judge, names, refer) for page in pages]
            upserted = tuple(this for changes in came for this in changes.upserted)
            return ChangeSet(upserted, gone.removed)

        ids = [names.of(item.kind, item.key) for page in pages for item in page.items]
        return tuple(dict.fromkeys(ids)), self.database.cache.transact(work)
