"""Opening the two files, and who may write them.

sqlcipher3 has `threadsafety == 1`: a connection stays in the thread that opened it. So each file's
writing connection lives in a one-thread executor, and every reading thread opens its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlcipher3 import dbapi2

from loopdesk.core.errors import StoreDamaged, StoreError, StoreFull, WrongKey
from loopdesk.core.seams import Connection, Database, Writer
from loopdesk.store.migrate import migrate

T = TypeVar("T")

OWN, CACHE = "own", "cache"
_BUSY_MS = 10_000
_SYNCHRONOUS = {OWN: "FULL", CACHE: "NORMAL"}
_CACHE_KIB = 65_536
_CONDEMNED = "cache.condemned"


def path(folder: Path, file: str) -> Path:
    return folder / f"{file}.db"


def connect(folder: Path, file: str, key: bytes) -> Connection:
    """Open one file for writing, making it when it is missing.

    Args:
        key: 32 raw bytes: opening takes a quarter of a millisecond, against 100 ms with a phrase.

    Raises:
        StoreDamaged: it does not open with this key.
    """
    _make_private(path(folder, file))
    db = dbapi2.connect(str(path(folder, file)), isolation_level=None, timeout=_BUSY_MS / 1000)
    try:
        _unlock(db, key)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[file]}")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.execute("PRAGMA temp_store = MEMORY")
    except dbapi2.DatabaseError as error:
        db.close()
        raise _translated(error) from error
    return cast(Connection, db)


def read_connection(folder: Path, key: bytes) -> Connection:
    """Open a connection that reads both files and can write neither."""
    db = dbapi2.connect(str(path(folder, OWN)), isolation_level=None, timeout=_BUSY_MS / 1000)
    try:
        _unlock(db, key)
        _attach(db, folder, CACHE, key)
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA query_only = ON")
    except dbapi2.DatabaseError as error:
        db.close()
        raise _translated(error) from error
    return cast(Connection, db)


def prepare(folder: Path, key: bytes) -> bool:
    """Make or migrate both files; set a damaged cache aside. Say whether that had to be done.

    Only who holds the profile's engine lock, or opens it for the first time, calls this.

    Raises:
        WrongKey: neither file opens.
        StoreDamaged: `own.db` does not open although `cache.db` does. It is left as it is.
        NewerFile: a newer LoopDesk wrote one of them.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    had_cache = path(folder, CACHE).exists()
    try:
        own = connect(folder, OWN, key)
        try:
            migrate(own, OWN)
        finally:
            close(own)
    except StoreDamaged:
        if had_cache and _opens(folder, CACHE, key):
            raise
        raise WrongKey from None
    try:
        if (folder / _CONDEMNED).exists():
            raise StoreDamaged
        _prepare_cache(folder, key)
    except StoreDamaged:
        set_aside(folder)
        (folder / _CONDEMNED).unlink(missing_ok=True)
        _prepare_cache(folder, key)
        return True
    return False


def is_prepared(folder: Path) -> bool:
    """Say whether both files are there."""
    return path(folder, OWN).exists() and path(folder, CACHE).exists()


def set_aside(folder: Path) -> None:
    """Move the cache's files out of the way; what was in them is pulled again."""
    for suffix in ("", "-wal", "-shm"):
        old = folder / f"cache.db{suffix}"
        with suppress(FileNotFoundError):
            old.replace(folder / f"cache-damaged.db{suffix}")


def close(db: Connection) -> None:
    cast(Any, db).close()


class SqlDatabase(Database):
    """The product's `Database`: a thread for each file's writer, a reader for each thread.

    `cache` is opened when it is first asked for, which only the engine does.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key
        self._own = _ThreadWriter(folder, OWN, key)
        self._cache: _ThreadWriter | None = None
        self._readers = threading.local()

    @property
    def own(self) -> Writer:
        return self._own

    @property
    def cache(self) -> Writer:
        if self._cache is None:
            self._cache = _ThreadWriter(self._folder, CACHE, self._key)
        return self._cache

    def read(self, work: Callable[[Connection], T]) -> T:
        # A cache that was set aside is another file from then on.
        cache = path(self._folder, CACHE).stat().st_ino
        known: tuple[int, Connection] | None = getattr(self._readers, "known", None)
        if known is None or known[0] != cache:
            self._close_reader()
            known = self._readers.known = (cache, read_connection(self._folder, self._key))
        return view(known[1], work)

    def close(self) -> None:
        """Finish what is being written. Other threads' readers close with their threads."""
        self._close_reader()
        self._own.close()
        if self._cache is not None:
            self._cache.close()

    def _close_reader(self) -> None:
        known: tuple[int, Connection] | None = getattr(self._readers, "known", None)
        if known is not None:
            del self._readers.known
            close(known[1])


class InlineDatabase(Database):
    """Both files in the calling thread: for one-thread programs and the simulation."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._own = InlineWriter(connect(folder, OWN, key))
        self._cache = InlineWriter(connect(folder, CACHE, key))
        self._reader = read_connection(folder, key)

    @property
    def own(self) -> Writer:
        return self._own

    @property
    def cache(self) -> Writer:
        return self._cache

    def read(self, work: Callable[[Connection], T]) -> T:
        return view(self._reader, work)

    def close(self) -> None:
        for db in (self._own.db, self._cache.db, self._reader):
            close(db)


class InlineWriter(Writer):
    def __init__(self, db: Connection) -> None:
        self.db = db

    def transact(self, work: Callable[[Connection], T]) -> T:
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                result = work(self.db)
                self.db.execute("COMMIT")
            except BaseException:
                with suppress(dbapi2.DatabaseError):  # a full disk ends the transaction by itself
                    self.db.execute("ROLLBACK")
                raise
        except dbapi2.DatabaseError as error:
            raise _translated(error) from error
        return result


class _ThreadWriter(Writer):
    def __init__(self, folder: Path, file: str, key: bytes) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"write-{file}")
        opened = self._thread.submit(connect, folder, file, key)
        self._inline = InlineWriter(opened.result())

    def transact(self, work: Callable[[Connection], T]) -> T:
        return self._thread.submit(self._inline.transact, work).result()

    def close(self) -> None:
        self._thread.submit(close, self._inline.db).result()
        self._thread.shutdown()


def view(db: Connection, work: Callable[[Connection], T]) -> T:
    """Run `work` with both files as they are at one moment."""
    try:
        db.execute("BEGIN")
        try:
            return work(db)
        finally:
            with suppress(dbapi2.DatabaseError):  # what went wrong is told by `work`
                db.execute("COMMIT")
    except dbapi2.DatabaseError as error:
        raise _translated(error) from error


def condemn(folder: Path) -> None:
    """Note that the cache turned out damaged while in use: the next `prepare` sets it aside."""
    (folder / _CONDEMNED).touch(mode=0o600)


def _prepare_cache(folder: Path, key: bytes) -> None:
    cache = connect(folder, CACHE, key)
    try:
        migrate(cache, CACHE)
        cache.execute("SELECT id FROM cache_item LIMIT 1").fetchone()
    except dbapi2.DatabaseError as error:
        raise _translated(error) from error
    finally:
        close(cache)


def _opens(folder: Path, file: str, key: bytes) -> bool:
    try:
        close(connect(folder, file, key))
    except StoreError:
        return False
    return True


def _unlock(db: Any, key: bytes) -> None:
    # It would print on standard error what we report in our own words.
    db.execute("PRAGMA cipher_log_level = NONE")
    db.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    db.execute("PRAGMA cipher_memory_security = OFF")
    db.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _attach(db: Any, folder: Path, file: str, key: bytes) -> None:
    db.execute(f"ATTACH DATABASE ? AS {file} KEY \"x'{key.hex()}'\"", (str(path(folder, file)),))
    db.execute(f"SELECT count(*) FROM {file}.sqlite_master").fetchone()


def _make_private(file: Path) -> None:
    """Make the file before SQLite does: it would use the umask; its side files copy this mode."""
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    file.chmod(0o600)


def _translated(error: Exception) -> StoreError:
    if "full" in str(error):
        return StoreFull()
    if any(word in str(error) for word in ("not a database", "malformed", "corrupt")):
        return StoreDamaged()
    return StoreError(type(error).__name__)
