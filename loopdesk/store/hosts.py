"""Every host that was spoken to, for the person to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from loopdesk.core.seams import Connection
from loopdesk.store.codec import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and how often and how safely it was spoken to.

    Args:
        name: with its port where that is not the one of https.
        once: no connected service needs it; it was one request that the person asked for.
        protocol, cipher: of the last connection; "" where nothing was encrypted (loopback).
    """

    name: str
    once: bool
    first_at: datetime
    last_at: datetime
    requests: int
    protocol: str
    cipher: str


def add(db: Connection, spoken: Iterable[Host]) -> None:
    """Add what was spoken since the last time."""
    db.executemany(
        "INSERT INTO own_host VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host, once) DO UPDATE SET"
        " last_at = excluded.last_at, requests = requests + excluded.requests,"
        " protocol = excluded.protocol, cipher = excluded.cipher",
        [
            (
                host.name,
                host.once,
                to_ms(host.first_at),
                to_ms(host.last_at),
                host.requests,
                host.protocol,
                host.cipher,
            )
            for host in spoken
        ],
    )


def every(db: Connection) -> list[Host]:
    rows = db.execute("SELECT * FROM own_host ORDER BY host, once")
    return [
        Host(name, bool(once), from_ms(first), from_ms(last), requests, protocol, cipher)
        for name, once, first, last, requests, protocol, cipher in rows
    ]
