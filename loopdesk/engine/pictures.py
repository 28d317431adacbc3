"""The pictures that one mail shows from outside, brought because the person asked for them.

One request each, to https alone, without cookies, tokens or a word of where we come from; what they
are is told by their bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from loopdesk.core.errors import LoopDeskError, Offline, StoreError, Unknown
from loopdesk.core.items import ItemId, ServiceKey
from loopdesk.core.seams import Clock, Connection, Database, Ids
from loopdesk.store import accounts, items
from loopdesk.store.blobs import PICTURE, Cached, Slot
from loopdesk.store.vessel import Filling, Vessel

if TYPE_CHECKING:
    from loopdesk.net.http import Http

LARGEST_BYTES = 5 * 1024 * 1024
TOGETHER_BYTES = 25 * 1024 * 1024
MOST = 60
_DRAWN_BY_PROGRAM = "image/svg+xml"
"""It may hold scripts, and addresses of its own."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Brings remote pictures.

    Args:
        http: the way out, by the service whose mail it is.
        addresses: names the remote pictures of a mail's HTML.
    """

    database: Database
    vessel: Vessel
    ids: Ids
    clock: Clock
    http: Callable[[str], Http]
    addresses: Callable[[str], Sequence[str]]

    def bring(self, item: ItemId, entry: str) -> dict[str, Any]:
        """Bring what is not here yet, and say how many are here and how many could not be had.

        Raises:
            Unknown: there is no such mail.
            Offline: there is no connection at all.
        """

        def work(db: Connection) -> tuple[Slot, str, str]:
            found, mail = items.get(db, item), items.entry(db, item, ServiceKey(entry))
            account = None if found is None else accounts.get(db, found.account)
            if account is None or found is None or mail is None:
                raise Unknown("item")
            slot = Slot(found.account, item, entry, PICTURE)
            return slot, account.service, mail.html or ""

        slot, service, html = self.database.read(work)
        http, cached = self.http(service), Cached(self.database, self.vessel)
        here = refused = 0
        left = TOGETHER_BYTES
        offline: Offline | None = None
        for number, address in enumerate(self.addresses(html)):
            place = Slot(slot.account, item, entry, PICTURE + address)
            if (known := cached.find(place)) is not None:
                here += 1
                left -= known.size_bytes
                continue
            if number >= MOST or left <= 0 or not address.startswith("https://"):
                refused += 1
                continue
            try:
                size = self._bring(http, cached, place, address, min(LARGEST_BYTES, left))
            except StoreError:
                raise
            except LoopDeskError as error:
                offline = error if isinstance(error, Offline) else offline
                size = 0
            left -= size
            here, refused = here + (size > 0), refused + (size == 0)
        if offline is not None and not here:
            raise offline
        return {"pictures": here, "refused": refused}

    def _bring(self, http: Http, cached: Cached, place: Slot, address: str, limit: int) -> int:
        """Bring one picture; return its size, 0 where it is none."""
        answer = http.once("GET", address, headers={"Accept": "image/*"}, largest_bytes=limit)
        if answer.status_code != HTTPStatus.OK or not answer.content:
            return 0
        filling = Filling(self.vessel, self.ids)
        filling.add(answer.content)
        filled = filling.finish("", answer.headers.get("Content-Type", ""))
        kind = filled.blob.type
        if not kind.startswith("image/") or kind == _DRAWN_BY_PROGRAM:
            filling.give_up()
            return 0
        try:
            cached.keep(place, filled, self.clock.now())
        except LoopDeskError:
            filling.give_up()
            raise
        return filled.blob.size_bytes
