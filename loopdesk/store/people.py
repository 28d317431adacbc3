"""Who the person is at each account, and how they and others have written to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopdesk.core.items import AccountId, Entry, Item
from loopdesk.core.people import Handle, Identity
from loopdesk.core.seams import Connection
from loopdesk.store.codec import to_ms

FAST = timedelta(hours=1)
_COUNTED = 20
"""Of a mail to more people than this, only the first are somebody the person writes to."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Mails between the person and one other.

    Args:
        sent: to them; `fast`: of these, answers within the hour.
        read: threads of theirs that the person read; `unread`: that left the inbox unread.
    """

    received: int = 0
    sent: int = 0
    fast: int = 0
    read: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Dealings:
    """What ranking needs to know of people, for one item.

    Args:
        me: handles of the account's owner.
        with_whom: counters by `Handle.key`, of those who wrote in the item.
    """

    me: tuple[Handle, ...]
    with_whom: Mapping[str, Counters]


def learn_me(db: Connection, account: AccountId, handles: Iterable[Handle]) -> None:
    db.executemany(
        "INSERT INTO cache_me (account, address, name) VALUES (?, ?, ?)"
        " ON CONFLICT (account, address) DO UPDATE SET name = excluded.name",
        [(account, handle.address, handle.name) for handle in handles],
    )


def learn_identities(db: Connection, account: AccountId, known: Iterable[Identity]) -> None:
    """Replace the addresses that the owner may send from."""
    db.execute("UPDATE cache_me SET signature = NULL, standard = 0 WHERE account = ?", (account,))
    db.executemany(
        "INSERT INTO cache_me VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, address) DO UPDATE SET"
        " name = excluded.name, signature = excluded.signature, standard = excluded.standard",
        [(account, one.who.address, one.who.name, one.signature, one.default) for one in known],
    )


def identities(db: Connection, account: AccountId) -> list[Identity]:
    """Return the addresses that the owner may send from, the usual one first."""
    rows = db.execute(
        "SELECT name, address, signature, standard FROM cache_me"
        " WHERE account = ? AND signature IS NOT NULL ORDER BY standard DESC, address",
        (account,),
    )
    return [
        Identity(Handle(name, address), signature, bool(standard))
        for name, address, signature, standard in rows
    ]


def me(db: Connection, account: AccountId) -> tuple[Handle, ...]:
    rows = db.execute("SELECT name, address FROM cache_me WHERE account = ?", (account,))
    return tuple(Handle(name, address) for name, address in rows)


def is_fast(entry: Entry, answered_at: datetime | None) -> bool:
    """Say whether an own mail answered quickly.

    Args:
        answered_at: when the mail before it in its thread came, if that was somebody else's.
    """
    return answered_at is not None and entry.at - answered_at <= FAST


def count(db: Connection, account: AccountId, entry: Entry, *, fast: bool, times: int = 1) -> None:
    """Count an entry that comes, or with `times` -1 one that goes.

    Args:
        fast: it is an own answer that came quickly.
    """
    if entry.draft:
        return
    if not entry.mine:
        _add(db, account, entry.author, to_ms(entry.at), received=times)
        return
    for who in (*entry.to, *entry.cc)[:_COUNTED]:
        _add(db, account, who, to_ms(entry.at), sent=times, fast=times * fast)


def treated(db: Connection, account: AccountId, who: Handle, *, read: bool) -> None:
    """Count a thread that the person read, or put away unread."""
    _add(db, account, who, 0, read=int(read), unread=int(not read))


def dealings(db: Connection, account: AccountId, item: Item, entries: Sequence[Entry]) -> Dealings:
    keys = {entry.author.key for entry in entries} | {who.key for who in item.people[:20]}
    found: dict[str, Counters] = {}
    for key in keys:
        row = db.execute(
            "SELECT sum(received), sum(sent), sum(fast), sum(read), sum(unread) FROM cache_person"
            " WHERE key = ?",
            (key,),
        ).fetchone()
        if row[0] is not None:
            found[key] = Counters(*row)
    return Dealings(me(db, account), found)


def like(db: Connection, typed: str, limit: int) -> tuple[Handle, ...]:
    """Return people whose name or address begins with what was typed, most dealt with first."""
    beginning, end = typed, typed + "\U0010ffff"
    rows = db.execute(
        "SELECT max(name), address FROM (SELECT * FROM cache_person"
        " WHERE name COLLATE NOCASE BETWEEN ? AND ? AND address <> ''"
        " UNION SELECT * FROM cache_person WHERE address BETWEEN ? AND ?)"
        " GROUP BY address ORDER BY sum(sent) DESC, max(last_at) DESC LIMIT ?",
        (beginning, end, beginning.lower(), end.lower(), limit),
    )
    return tuple(Handle(name, address) for name, address in rows)


def _add(
    db: Connection, account: AccountId, who: Handle, at_ms: int, received: int = 0, **counts: int
) -> None:
    if not who.key:
        return
    added = [received, *(counts.get(name, 0) for name in ("sent", "fast", "read", "unread"))]
    db.execute(
        "INSERT INTO cache_person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key, account) DO UPDATE"
        " SET name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END,"
        " received = received + excluded.received, sent = sent + excluded.sent,"
        " fast = fast + excluded.fast, read = read + excluded.read,"
        " unread = unread + excluded.unread, last_at = max(last_at, excluded.last_at)",
        (who.key, account, who.name, who.address, *added, at_ms),
    )
    if counts:
        # How the person treats somebody counts for everything that somebody has in the pane.
        db.execute(
            "UPDATE cache_item SET judged = 0 WHERE person = ? AND pane = 1 AND judged = 1",
            (who.key,),
        )
