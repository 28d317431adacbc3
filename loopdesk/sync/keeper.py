"""What an account does with nothing else to do: bring what is read offline, drop what is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from loopdesk.core.changes import ChangeSet
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Clock, Connection, Database, Ids
from loopdesk.providers.api import Adapter
from loopdesk.store import blobs, keeping
from loopdesk.store.blobs import Cached, Slot, Wanted
from loopdesk.store.keeping import Plan
from loopdesk.store.vessel import Vessel
from loopdesk.sync.backoff import Rest
from loopdesk.sync.fetcher import Fetch
from loopdesk.sync.puller import stops_account

_PLAN = timedelta(minutes=2)
_TIDY = timedelta(hours=1)


class Keeper:
    """One account's part of what is to be here. A restart forgets nothing that matters.

    Args:
        needed: returns the items of all accounts that need the person now.
    """

    def __init__(
        self,
        account: AccountId,
        database: Database,
        vessel: Vessel,
        clock: Clock,
        ids: Ids,
        needed: Callable[[], Sequence[ItemId]],
    ) -> None:
        self._account, self._needed = account, needed
        self._database, self._vessel, self._clock, self._ids = database, vessel, clock, ids
        self._cached = Cached(database, vessel)
        self._rest = Rest(clock, ids)
        self._missing: deque[Wanted] = deque()
        self._fetch: Fetch | None = None
        # What its service will not give: not asked for again until the next start.
        self._refused: set[Slot] = set()
        self._plan_at = self._tidy_at = clock.now()

    def step(self, adapter: Adapter) -> ChangeSet | None:
        """Do one thing. None: there is nothing to do now."""
        now = self._clock.now()
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY
            if gone := self.tidy():
                self._tidy_at = now  # there may be more
                return gone
        if self._rest.goes_on():
            return None
        if self._fetch is None and now >= self._plan_at:
            self._plan_at = now + _PLAN
            self._look(now)
        if self._fetch is None and self._missing:
            wanted = self._missing.popleft()
            self._fetch = Fetch(wanted, self._cached, self._vessel, self._ids, self._clock)
        return None if self._fetch is None else self._bring(self._fetch, adapter)

    def tidy(self) -> ChangeSet:
        """Let go some of what is over; what the person holds on to stays."""
        now = self._clock.now()

        def look(db: Connection) -> list[ItemId]:
            held = keeping.held(db, self._account)
            return keeping.over(db, self._account, keeping.chosen(db), now, held)

        going = self._database.read(look)
        if not going:
            return ChangeSet()
        gone = self._database.cache.transact(lambda db: keeping.leave(db, self._account, going))
        blobs.sweep(self._database, self._vessel, now)
        return ChangeSet(removed=tuple(gone))

    def _look(self, now: datetime) -> None:
        """See what is to be here, and make room for it."""
        needed = self._needed()

        def work(db: Connection) -> tuple[Plan, list[str]]:
            limits = keeping.chosen(db)
            plan = keeping.plan(db, needed, limits, now)
            return plan, keeping.too_many(db, limits, plan.stays)

        plan, going = self._database.read(work)
        if going:
            self._cached.drop(going)
        self._missing = deque(
            wanted
            for wanted in plan.missing
            if wanted.slot.account == self._account and wanted.slot not in self._refused
        )

    def _bring(self, fetch: Fetch, adapter: Adapter) -> ChangeSet | None:
        self._fetch = None  # whatever happens, it is not gone on with but where all went well
        try:
            blob = fetch.step(adapter)
        except LoopDeskError as error:
            if stops_account(error):
                self._rest.begin(error)
            else:
                self._refused.add(fetch.wanted.slot)
            return None
        except Exception:
            self._refused.add(fetch.wanted.slot)
            raise
        self._rest.end()
        if blob is None:
            self._fetch = fetch
            return ChangeSet()
        return ChangeSet(upserted=(fetch.wanted.slot.item,))
