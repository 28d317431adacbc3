"""Bytes sealed in files beside the databases.

A file holds pieces of `PIECE` bytes, each sealed by AES-GCM under a key that only its row has: with
the row gone, the file is noise. Each piece is bound to its place and to being the last one or not,
so that pieces can be neither moved nor cut off.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loopdesk.core.errors import FileLost, StoreError, StoreFull
from loopdesk.core.seams import Blob, Ids
from loopdesk.store.types import HEAD_BYTES, type_of

IN_ROW = 256 * 1024
"""Larger ones become files."""
PIECE = 1024 * 1024
_TAG = 16
_UNFINISHED = ".part"


class Vessel:
    """The folder of one profile in which the sealed files lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, blob: str, secret: bytes, number: int, piece: bytes, *, last: bool) -> None:
        """Write the next piece of an unfinished file; after the last one it is on disk.

        Args:
            piece: of `PIECE` bytes, the last one at most that long.

        Raises:
            StoreFull: the disk took no more.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        sealed = AESGCM(secret).encrypt(_nonce(number), piece, _bound(last))
        with _translated():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            begin = os.O_TRUNC if number == 0 else os.O_APPEND
            flags = os.O_WRONLY | os.O_CREAT | begin
            with os.fdopen(os.open(self._unfinished(blob), flags, 0o600), "wb") as out:
                out.write(sealed)
                out.flush()
                if last:
                    os.fsync(out.fileno())

    def place(self, blob: str) -> None:
        """Give a finished file its name: only inside the transaction that writes its row."""
        with _translated():
            self._unfinished(blob).replace(self._path(blob))
            if os.name == "posix":  # elsewhere a folder cannot be opened, nor need it be
                folder = os.open(self._folder, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)

    def has(self, blob: str) -> bool:
        return self._path(blob).exists()

    def read(self, blob: Blob, secret: bytes, offset: int, size: int) -> bytes:
        """Raises: FileLost: it is not there, or not what was sealed."""
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
            raise FileLost from error
        begin = offset - offset // PIECE * PIECE
        return bytes(found[begin : begin + max(0, end - offset)])

    def drop(self, blob: str) -> None:
        self._path(blob).unlink(missing_ok=True)
        self._unfinished(blob).unlink(missing_ok=True)

    def held(self) -> set[str]:
        """Return the ids of the files that lie here, whole."""
        return {path.name for path in self._folder.glob("[0-9a-f]*") if not path.suffix}

    def left(self, before: datetime) -> set[str]:
        """Return the ids of unfinished files that nobody has written to since then."""
        found = set()
        for path in self._folder.glob(f"[0-9a-f]*{_UNFINISHED}"):
            with suppress(FileNotFoundError):  # finished just now
                if path.stat().st_mtime < before.timestamp():
                    found.add(path.stem)
        return found

    def _path(self, blob: str) -> Path:
        return self._folder / blob

    def _unfinished(self, blob: str) -> Path:
        return self._folder / f"{blob}{_UNFINISHED}"


@dataclass(frozen=True, slots=True)
class Filled:
    """Bytes that came in whole and wait for their row. `data` None: they lie in a file."""

    blob: Blob
    secret: bytes
    data: bytes | None


class Filling:
    """Bytes on their way in: kept in memory while they are few, sealed once they are many."""

    def __init__(self, vessel: Vessel, ids: Ids) -> None:
        self._vessel = vessel
        self._id, self._secret = ids.new(), bytes.fromhex(ids.new() + ids.new())
        self._waiting = bytearray()
        self._written = 0
        self._head = b""
        self.size_bytes = 0

    def add(self, data: bytes) -> None:
        self._head += data[: HEAD_BYTES - len(self._head)]
        self.size_bytes += len(data)
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self, name: str, said: str = "") -> Filled:
        """Return what came in.

        Args:
            name: as the person or a service called it.
            said: the type that a service gives, for where the bytes do not tell.
        """
        data: bytes | None = bytes(self._waiting)
        if self.size_bytes > IN_ROW:
            self._seal(bytes(self._waiting), last=True)
            data = None
        kind = type_of(self._head, name, said)
        return Filled(Blob(self._id, name, kind, self.size_bytes), self._secret, data)

    def give_up(self) -> None:
        """Leave nothing of it."""
        self._vessel.drop(self._id)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._vessel.append(self._id, self._secret, self._written, piece, last=last)
        self._written += 1


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull from error
        raise StoreError(type(error).__name__) from error


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(last: bool) -> bytes:
    return b"last" if last else b"more"
