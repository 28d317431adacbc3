"""Bytes kept encrypted: small ones in a row, larger ones in a sealed file.

A file gets its name inside the transaction that writes its row. `sweep` looks at the files first
and then, having waited for whoever is writing, at the rows: so it never takes a file whose row is
about to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from loopdesk.core.changes import Part
from loopdesk.core.errors import Incomplete, Unknown
from loopdesk.core.items import AccountId, ItemId, ServiceKey
from loopdesk.core.seams import Blob, Connection, Database, Ids
from loopdesk.store import items
from loopdesk.store.codec import to_ms
from loopdesk.store.vessel import IN_ROW, PIECE, Filled, Filling, Vessel

PICTURE = "url:"
"""Before the address of a remote picture, where others have the name of a part."""
_GIVEN_UP = timedelta(days=1)
"""An unfinished file that nobody has written to for so long never ends; an attachment that is in no
letter for so long is not on its way into one."""
_INFO = "id, name, type, size"


class Attached:
    """What the person attached: `core.seams.Files` for who delivers it."""

    def __init__(self, database: Database, vessel: Vessel) -> None:
        self._database, self._vessel = database, vessel

    def info(self, blob: str) -> Blob:
        return self._database.read(lambda db: _info(db, "own_blob", blob))

    def read(self, blob: str, offset: int, size: int) -> bytes:
        found = self._database.read(lambda db: _row(db, "own_blob", blob))
        return _read(self._vessel, found, offset, size)

    def add(
        self, ids: Ids, account: AccountId, name: str, source: Path | bytes, now: datetime
    ) -> Blob:
        """Copy something in; it is on disk when this returns.

        Raises:
            Incomplete: the file cannot be read.
            StoreFull: nothing was kept.
        """
        filling = Filling(self._vessel, ids)
        try:
            for piece in _pieces(source):
                filling.add(piece)
            filled = filling.finish(name)
            self._database.own.transact(lambda db: self._put(db, account, filled, now))
        except BaseException:
            filling.give_up()
            raise
        return filled.blob

    def _put(self, db: Connection, account: AccountId, filled: Filled, now: datetime) -> None:
        blob = filled.blob
        db.execute(
            f"INSERT INTO own_blob ({_INFO}, secret, bytes, account, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                blob.id,
                blob.name,
                blob.type,
                blob.size_bytes,
                filled.secret,
                filled.data,
                account,
                to_ms(now),
            ),
        )
        if filled.data is None:
            self._vessel.place(blob.id)


@dataclass(frozen=True, slots=True)
class Slot:
    """What a service's bytes belong to.

    Args:
        entry: the service's key of the entry; of a file its own key.
        part: as `core.changes.Part` has it, or `PICTURE` and the address of a picture.
        version: of a file the `revision` whose bytes these are; else "".
    """

    account: AccountId
    item: ItemId
    entry: str
    part: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something at a service that can be brought here.

    Args:
        name, said: as the service calls it, and of which type it says that it is.
        size_bytes: None where the service does not say.
    """

    slot: Slot
    part: Part
    name: str
    said: str
    size_bytes: int | None


class Cached:
    """What services hold, kept here too. The engine writes it; everybody reads."""

    def __init__(self, database: Database, vessel: Vessel) -> None:
        self._database, self._vessel = database, vessel

    def find(self, slot: Slot) -> Blob | None:
        """Return what is kept of a service's bytes; a row whose file is lost is forgotten."""
        found = self._database.read(lambda db: here(db, slot))
        if found is None or found.size_bytes <= IN_ROW or self._vessel.has(found.id):
            return found
        self.drop([found.id])
        return None

    def keep(self, slot: Slot, filled: Filled, now: datetime) -> None:
        """Keep bytes in the place of an older version of them.

        Raises:
            Unknown: their item left meanwhile.
        """

        def work(db: Connection) -> list[str]:
            if not db.execute("SELECT 1 FROM cache_item WHERE id = ?", (slot.item,)).fetchone():
                raise Unknown("item")
            older = db.execute(
                "SELECT id FROM cache_blob WHERE account = ? AND item = ? AND entry = ?"
                " AND part = ?",
                (slot.account, slot.item, slot.entry, slot.part),
            ).fetchall()
            _delete(db, [row[0] for row in older])
            self._put(db, slot, filled, now)
            return [row[0] for row in older]

        for blob in self._database.cache.transact(work):
            self._vessel.drop(blob)

    def use(self, blob: str, now: datetime) -> None:
        """Note that somebody wanted it: what nobody wants for the longest time goes first."""
        self._database.cache.transact(
            lambda db: db.execute(
                "UPDATE cache_blob SET used_at = ? WHERE id = ?", (to_ms(now), blob)
            )
        )

    def drop(self, blobs: Sequence[str]) -> None:
        self._database.cache.transact(lambda db: _delete(db, blobs))
        for blob in blobs:
            self._vessel.drop(blob)

    def _put(self, db: Connection, slot: Slot, filled: Filled, now: datetime) -> None:
        blob = filled.blob
        db.execute(
            f"INSERT INTO cache_blob ({_INFO}, secret, bytes, account, item, entry, part, version,"
            " used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                blob.id,
                blob.name,
                blob.type,
                blob.size_bytes,
                filled.secret,
                filled.data,
                slot.account,
                slot.item,
                slot.entry,
                slot.part,
                slot.version,
                to_ms(now),
            ),
        )
        if filled.data is None:
            self._vessel.place(blob.id)


def slot_of(db: Connection, item: ItemId, entry: str, part: str) -> Slot | None:
    """Return where such bytes are kept, None where there is no such item."""
    kept = items.get(db, item)
    return None if kept is None else _slot(kept, entry, part)


def wanted(db: Connection, item: ItemId, entry: str, part: str) -> Wanted | None:
    """Return what such a part is, None where there is no such item."""
    kept = items.get(db, item)
    if kept is None:
        return None
    name, said, size = str(kept.item.title), "", None
    file = kept.item.file
    if file is not None and entry == kept.item.key:
        said, size = part or file.type, None if part else file.size_bytes
    else:
        held = items.entry(db, item, ServiceKey(entry))
        known = () if held is None else held.attachments
        for attachment in known:
            if attachment.part == part:
                name, said, size = attachment.name, attachment.type, attachment.size_bytes
    what = Part(kept.item.kind, kept.item.key, ServiceKey(entry), part)
    return Wanted(_slot(kept, entry, part), what, name, said, size)


def _slot(kept: items.Stored, entry: str, part: str) -> Slot:
    file = kept.item.file
    version = file.revision if file is not None and entry == kept.item.key else ""
    return Slot(kept.account, kept.id, entry, part, version)


def here(db: Connection, slot: Slot) -> Blob | None:
    """Return what is kept of a service's bytes, in this version of them."""
    row = db.execute(
        f"SELECT {_INFO} FROM cache_blob WHERE account = ? AND item = ? AND entry = ? AND part = ?"
        " AND version = ?",
        (slot.account, slot.item, slot.entry, slot.part, slot.version),
    ).fetchone()
    return None if row is None else Blob(*row)


def version_of(db: Connection, blob: str) -> str:
    """Return the version of a file whose bytes these are. Raises: Unknown."""
    row = db.execute("SELECT version FROM cache_blob WHERE id = ?", (blob,)).fetchone()
    if row is None:
        raise Unknown("file")
    return str(row[0])


def parts_of(db: Connection, item: ItemId) -> dict[str, frozenset[str]]:
    """Return, by entry, which parts of an item are kept, in whichever version."""
    found: dict[str, set[str]] = {}
    for entry, part in db.execute("SELECT entry, part FROM cache_blob WHERE item = ?", (item,)):
        found.setdefault(entry, set()).add(part)
    return {entry: frozenset(parts) for entry, parts in found.items()}


def of_account(db: Connection, account: AccountId) -> list[Blob]:
    """Return an account's kept attachments and files; pictures of mails are not among them."""
    rows = db.execute(
        f"SELECT {_INFO} FROM cache_blob WHERE account = ? AND substr(part, 1, ?) <> ?"
        " ORDER BY item, entry, part",
        (account, len(PICTURE), PICTURE),
    )
    return [Blob(*row) for row in rows]


def of_entry(db: Connection, item: ItemId, entry: str, beginning: str) -> dict[str, Blob]:
    """Return an entry's kept parts whose names begin like this, by what follows."""
    rows = db.execute(
        f"SELECT part, {_INFO} FROM cache_blob WHERE item = ? AND entry = ?"
        " AND substr(part, 1, ?) = ?",
        (item, entry, len(beginning), beginning),
    )
    return {row[0].removeprefix(beginning): Blob(*row[1:]) for row in rows}


def read(database: Database, vessel: Vessel, blob: str, offset: int, size: int | None) -> bytes:
    """Return bytes of anything kept here, whoever brought it. Raises: Unknown."""

    def find(db: Connection) -> Any:
        try:
            return _row(db, "own_blob", blob)
        except Unknown:
            return _row(db, "cache_blob", blob)

    found = database.read(find)
    return _read(vessel, found, offset, found[3] if size is None else size)


def sweep(database: Database, vessel: Vessel, now: datetime) -> None:
    """Delete what nobody needs: attachments that left, and files that no row names.

    Only the engine does this, which alone writes the cache.
    """

    def named(db: Connection, table: str) -> set[str]:
        return {row[0] for row in db.execute(f"SELECT id FROM {table} WHERE bytes IS NULL")}

    database.own.transact(lambda db: _forget_sent(db, now - _GIVEN_UP))
    unnamed = vessel.held()
    unnamed -= database.cache.transact(lambda db: named(db, "cache_blob"))
    unnamed -= database.own.transact(lambda db: named(db, "own_blob"))
    for blob in unnamed | vessel.left(now - _GIVEN_UP):
        vessel.drop(blob)


def _forget_sent(db: Connection, before: datetime) -> None:
    """Delete attachments of an earlier day that no draft holds and no action has to deliver."""
    db.execute(
        "DELETE FROM own_blob WHERE made_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM own_draft WHERE instr(letter, own_blob.id))"
        " AND NOT EXISTS (SELECT 1 FROM own_action WHERE state IN ('waiting', 'sending')"
        "  AND instr(arguments, own_blob.id))"
        " AND NOT EXISTS (SELECT 1 FROM own_action WHERE state = 'refused'"
        "  AND instr(arguments, own_blob.id))",
        (to_ms(before),),
    )


def _delete(db: Connection, blobs: Iterable[str]) -> None:
    db.executemany("DELETE FROM cache_blob WHERE id = ?", [(blob,) for blob in blobs])


def attached(db: Connection, files: Iterable[str]) -> list[Blob]:
    """Return what is known of things that the person attached, those that are still here."""
    found = (
        db.execute(f"SELECT {_INFO} FROM own_blob WHERE id = ?", (blob,)).fetchone()
        for blob in files
    )
    return [Blob(*row) for row in found if row is not None]


def _info(db: Connection, table: str, blob: str) -> Blob:
    row = db.execute(f"SELECT {_INFO} FROM {table} WHERE id = ?", (blob,)).fetchone()
    if row is None:
        raise Unknown("file")
    return Blob(*row)


def _row(db: Connection, table: str, blob: str) -> Any:
    row = db.execute(f"SELECT {_INFO}, secret, bytes FROM {table} WHERE id = ?", (blob,)).fetchone()
    if row is None:
        raise Unknown("file")
    return row


def _read(vessel: Vessel, row: Any, offset: int, size: int) -> bytes:
    if row[5] is not None:
        return bytes(row[5][offset : offset + size])
    return vessel.read(Blob(*row[:4]), bytes(row[4]), offset, size)


def _pieces(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    try:
        with source.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise Incomplete("file") from error
