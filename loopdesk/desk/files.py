"""Bytes that the person attached, and bytes of services' that are on this computer."""

from __future__ import annotations

from pathlib import Path

from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.keeping import Keeping, Limit
from loopdesk.core.seams import Blob, Clock, Connection, Database, Ids
from loopdesk.store import blobs, items, keeping, marks
from loopdesk.store.blobs import Attached
from loopdesk.store.vessel import Vessel


class DeskFiles:
    """`Desk.files`. All methods wait for the disk and are called off the Qt thread."""

    def __init__(self, database: Database, vessel: Vessel, clock: Clock, ids: Ids) -> None:
        self._database, self._vessel, self._clock, self._ids = database, vessel, clock, ids
        self._attached = Attached(database, vessel)

    def attach(self, account: AccountId, name: str, source: Path | bytes) -> Blob:
        """Copy in what the person attached: whatever becomes of the original, this stays.

        Raises:
            Incomplete: the file cannot be read.
            StoreFull: nothing was kept.
        """
        return self._attached.add(self._ids, account, name, source, self._clock.now())

    def info(self, blob: str) -> Blob:
        """Return what is known of something attached. Raises: Unknown."""
        return self._attached.info(blob)

    def here(self, item: ItemId, entry: str, part: str) -> Blob | None:
        """Return a part of an entry, or a file's bytes, if they are on this computer already.

        Where they are not, the errand "fetch" brings them.

        Args:
            entry: the service's key of the entry; of a file its own key.
            part: as `Attachment.part` has it; of a file "" or one of its `formats`.
        """
        return self._database.read(
            lambda db: (
                None
                if (slot := blobs.slot_of(db, item, entry, part)) is None
                else blobs.here(db, slot)
            )
        )

    def version(self, blob: Blob) -> str:
        """Return the version of a file whose bytes these are. Raises: Unknown."""
        return self._database.read(lambda db: blobs.version_of(db, blob.id))

    def pictures(self, item: ItemId, entry: str) -> dict[str, Blob]:
        """Return, by address, the remote pictures of a mail that the errand "pictures" brought."""
        return self._database.read(lambda db: blobs.of_entry(db, item, entry, blobs.PICTURE))

    def offline(self, item: ItemId) -> bool:
        """Say whether all of an item can be read without a network."""

        def work(db: Connection) -> bool:
            if any(entry.text is None for entry in items.entries(db, item, html=False)):
                return False
            parts = list(keeping.parts(db, item))
            return all(blobs.here(db, wanted.slot) is not None for wanted in parts)

        return self._database.read(work)

    def keeping(self) -> Keeping:
        """Return how much stays on this computer, and for how long."""
        return self._database.read(keeping.chosen)

    def keep(self, limit: Limit, amount: int) -> None:
        """Choose how much or how long; of days 0 means for ever."""
        self._database.own.transact(lambda db: marks.put_setting(db, limit, str(amount)))

    def read(self, blob: str, offset: int = 0, size: int | None = None) -> bytes:
        """Return bytes of anything that is here; all that follow `offset` where `size` is None.

        Raises:
            Unknown: it is not here any more.
        """
        return blobs.read(self._database, self._vessel, blob, offset, size)
