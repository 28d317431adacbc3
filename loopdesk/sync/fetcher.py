"""Bringing one attachment or file from its service, a piece at a time."""

from __future__ import annotations

from loopdesk.core.errors import Unknown
from loopdesk.core.seams import Blob, Clock, Ids
from loopdesk.providers.api import Adapter
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
