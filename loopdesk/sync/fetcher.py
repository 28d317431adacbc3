"""Bringing one attachment or file from its service, a piece at a time."""

from __future__ import annotations

from loopdesk.core.errors import Unknown
from loopdesk.core.items import ItemId
from loopdesk.core.seams import Blob, Clock, Database, Ids
from loopdesk.providers.api import Adapter
from loopdesk.store import blobs
from loopdesk.store.blobs import Cached, Wanted
from loopdesk.store.vessel import Filling, Vessel


class Fetch:
    """One transfer. A restart forgets it: what is not whole is brought anew."""

    def __init__(
        self, wanted: Wanted, cached: Cached, vessel: Vessel, ids: Ids, clock: Clock
    ) -> None:
        self.wanted = wanted
        self._cached, self._clock = cached, clock
        self._filling = Filling(vessel, ids)

    @property
    def got_bytes(self) -> int:
        return self._filling.size_bytes

    def step(self, adapter: Adapter) -> Blob | None:
        """Bring the next piece. None: there is more.

        Raises:
            Unknown: the item left meanwhile.
        """
        try:
            return self._step(adapter)
        except BaseException:
            self.give_up()
            raise

    def give_up(self) -> None:
        """Leave nothing of what came so far."""
        self._filling.give_up()

    def _step(self, adapter: Adapter) -> Blob | None:
        wanted = self.wanted
        chunk = adapter.fetch(wanted.part, self._filling.size_bytes)
        self._filling.add(chunk.data)
        if not chunk.last:
            if not chunk.data:
                raise Unknown("file")  # it would never end
            return None
        filled = self._filling.finish(wanted.name, wanted.said)
        self._cached.keep(wanted.slot, filled, self._clock.now())
        return filled.blob


class Fetcher:
    """Begins transfers of what is not here."""

    def __init__(self, database: Database, vessel: Vessel, ids: Ids, clock: Clock) -> None:
        self._database, self._vessel, self._ids, self._clock = database, vessel, ids, clock
        self._cached = Cached(database, vessel)

    def begin(self, item: ItemId, entry: str, part: str) -> Blob | Fetch:
        """Return an attachment, or a file's bytes, if they are here, else what brings them.

        Raises:
            Unknown: there is no such item.
        """
        wanted = self._database.read(lambda db: blobs.wanted(db, item, entry, part))
        if wanted is None:
            raise Unknown("item")
        here = self._cached.find(wanted.slot)
        if here is None:
            return Fetch(wanted, self._cached, self._vessel, self._ids, self._clock)
        self._cached.use(here.id, self._clock.now())
        return here
