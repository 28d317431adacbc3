"""Bytes kept encrypted: small ones in a row, larger ones in a file beside the databases.

A file holds pieces of `PIECE` bytes, each sealed by AES-GCM under a key that only the row has: with
the row gone, the file is noise. Each piece is bound to its place and to being the last one or not,
so that pieces can be neither moved nor cut off.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from loopdesk.core.errors import StoreDamaged, Unknown
from loopdesk.core.seams import Blob, Connection, Database, Ids

IN_ROW = 256 * 1024
"""Larger ones become files."""
PIECE = 1024 * 1024
_TAG = 16
_COLUMNS = "id, name, type, size, secret, bytes"


class Vessel:
    """The folder of one profile in which the sealed files lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal(self, blob: str, pieces: Iterable[bytes], secret: bytes) -> int:
        """Write a file of pieces of `PIECE` bytes, the last one shorter; return its whole size."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        box, size = AESGCM(secret), 0
        unfinished = self._path(blob).with_suffix(".part")
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as out:
            for number, (piece, last) in enumerate(_marked(pieces)):
                out.write(box.encrypt(_nonce(number), piece, _bound(last)))
                size += len(piece)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self._path(blob))
        return size

    def read(self, blob: Blob, secret: bytes, offset: int, size: int) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        box, found = AESGCM(secret), bytearray()
        end = min(offset + size, blob.size_bytes)
        last_piece = max(0, (blob.size_bytes - 1) // PIECE)
        try:
            with self._path(blob.id).open("rb") as file:
                for number in range(offset // PIECE, (max(end, 1) - 1) // PIECE + 1):
                    file.seek(number * (PIECE + _TAG))
                    sealed = file.read(PIECE + _TAG)
                    found += box.decrypt(_nonce(number), sealed, _bound(number == last_piece))
        except (OSError, InvalidTag) as error:
            raise StoreDamaged from error
        begin = offset - offset // PIECE * PIECE
        return bytes(found[begin : begin + max(0, end - offset)])

    def drop(self, blob: str) -> None:
        self._path(blob).unlink(missing_ok=True)

    def held(self) -> set[str]:
        """Return the ids of the files that lie here."""
        return {path.name for path in self._folder.glob("[0-9a-f]*") if not path.suffix}

    def _path(self, blob: str) -> Path:
        return self._folder / blob


class Attached:
    """What the person attached, for who delivers it: `core.seams.Files`."""

    def __init__(self, database: Database, vessel: Vessel) -> None:
        self._database, self._vessel = database, vessel

    def info(self, blob: str) -> Blob:
        return self._database.read(lambda db: _blob(row(db, "own_blob", blob)))

    def read(self, blob: str, offset: int, size: int) -> bytes:
        found = self._database.read(lambda db: row(db, "own_blob", blob))
        return read_row(self._vessel, found, offset, size)


def new_secret(ids: Ids) -> bytes:
    """Return a key for one blob."""
    return bytes.fromhex(ids.new() + ids.new())


def row(db: Connection, table: str, blob: str) -> Any:
    found = db.execute(f"SELECT {_COLUMNS} FROM {table} WHERE id = ?", (blob,)).fetchone()
    if found is None:
        raise Unknown("file")
    return found


def read_row(vessel: Vessel, found: Any, offset: int, size: int) -> bytes:
    if found[5] is not None:
        return bytes(found[5][offset : offset + size])
    return vessel.read(_blob(found), bytes(found[4]), offset, size)


def _blob(found: Any) -> Blob:
    return Blob(found[0], found[1], found[2], found[3])


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(last: bool) -> bytes:
    return b"last" if last else b"more"


def _marked(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each piece with whether it is the last; of nothing, one empty piece."""
    before: bytes | None = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    yield before or b"", True
