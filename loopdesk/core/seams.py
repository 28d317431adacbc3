"""The seams: everything that waits, sends, stores or draws lots comes through one of these.

`app` passes real ones (threads, `requests`, sqlcipher3); the simulation passes its own, so that the
whole of sync and outbox runs in one thread under a seeded scheduler and a virtual clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from loopdesk.core.items import AccountId

T = TypeVar("T")


class Wake(Protocol):
    """A flag somebody waits for with `Clock.wait`."""

    def set(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the wall clock, aware, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""

    def wake(self) -> Wake:
        """Return a new flag."""

    def wait(self, wake: Wake, seconds: float) -> bool:
        """Wait until `wake` is set or `seconds` have passed; clear it; say whether it was set."""


class Ids(Protocol):
    def new(self) -> str:
        """Return 32 random hex digits."""

    def jitter(self) -> float:
        """Return a random number in [0, 1)."""


class Rows(Protocol):
    """The part of a cursor that `store` uses."""

    rowcount: int

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Any: ...


class Connection(Protocol):
    """The part of a database connection that `store` uses."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Rows: ...
    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Rows: ...


class Writer(Protocol):
    """One file's writing connection, in whichever thread owns it."""

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` whole in one transaction and return its result once it is committed.

        Raises:
            StoreFull: nothing was written.
            StoreDamaged: the file is not what it should be.
        """


class Database(Protocol):
    """The two files of a profile. No transaction spans both."""

    @property
    def own(self) -> Writer: ...
    @property
    def cache(self) -> Writer: ...

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection that sees both files, in a consistent view."""


class Spawn(Protocol):
    def __call__(self, lane: str, run: Callable[[], None]) -> None:
        """Run `run` on a lane of its own; lanes run side by side."""


class Tokens(Protocol):
    """The tokens of accounts. A new token is saved before it is first used."""

    def load(self, account: AccountId) -> bytes | None: ...
    def save(self, account: AccountId, secret: bytes) -> None: ...


class Steps(Protocol):
    """What a later try of one action needs to know of an earlier one."""

    def load(self) -> bytes | None: ...

    def save(self, state: bytes, done: float = 0.0) -> None:
        """Return when `state` is on disk.

        Args:
            done: how much of a long transfer is through, from 0 to 1: shown, and no more.
        """


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes kept encrypted on this computer.

    Args:
        name: as the person or a service called the file: not cleaned.
        type: MIME type, by content where that tells.
    """

    id: str
    name: str
    type: str
    size_bytes: int


class Files(Protocol):
    """What the person attached: read piece by piece by whoever delivers it."""

    def info(self, blob: str) -> Blob:
        """Raises: Unknown."""

    def read(self, blob: str, offset: int, size: int) -> bytes: ...
