"""What the person did to items on this computer, and their settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from loopdesk.core.actions import Arguments
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection
from loopdesk.store.codec import to_ms

_FLAGS = {
    "pin": ("pinned", 1),
    "unpin": ("pinned", 0),
    "mute": ("muted", 1),
    "unmute": ("muted", 0),
    "save": ("saved", 1),
    "unsave": ("saved", 0),
    "download": ("offline", 1),
    "undownload": ("offline", 0),
    "unsnooze": ("snoozed_until", None),
    "not-done": ("done_pulse", None),
}


def mark(
    db: Connection,
    account: AccountId,
    item: ItemId,
    name: str,
    arguments: Arguments,
    pulse: str | None,
) -> None:
    """Do one of the actions that are kept here.

    Args:
        account: whose item it is: the mark goes when the account goes.
        pulse: the item's, which "done" holds until it changes.
    """
    if name in ("more", "less"):
        step = 1 if name == "more" else -1
        change = "liking = max(-3, min(3, own_mark.liking + excluded.liking))"
        _set(db, account, item, "liking", step, change)
    elif name == "snooze":
        _set(db, account, item, "snoozed_until", arguments.at and to_ms(arguments.at))
    elif name == "done":
        _set(db, account, item, "done_pulse", pulse)
    elif name in _FLAGS:
        column, value = _FLAGS[name]
        _set(db, account, item, column, value)


def see(db: Connection, account: AccountId, item: ItemId, now: datetime) -> None:
    _set(db, account, item, "seen_at", to_ms(now))


def pass_on(db: Connection, item: ItemId, to: ItemId) -> None:
    """Add what was done to an item under one id to what was done to it under another."""
    db.execute(
        "INSERT INTO own_mark SELECT ?2, account, seen_at, snoozed_until, pinned, muted, saved,"
        " done_pulse, liking, offline FROM own_mark WHERE item = ?1"
        " ON CONFLICT (item) DO UPDATE SET seen_at = coalesce(excluded.seen_at, seen_at),"
        " snoozed_until = coalesce(excluded.snoozed_until, snoozed_until),"
        " pinned = max(pinned, excluded.pinned), muted = max(muted, excluded.muted),"
        " saved = max(saved, excluded.saved), offline = max(offline, excluded.offline),"
        " done_pulse = coalesce(excluded.done_pulse, done_pulse),"
        " liking = max(-3, min(3, liking + excluded.liking))",
        (item, to),
    )
    db.execute("DELETE FROM own_mark WHERE item = ?", (item,))


def setting(db: Connection, name: str) -> str:
    row = db.execute("SELECT value FROM own_setting WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def put_setting(db: Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO own_setting VALUES (?, ?)", (name, value))


def settings(db: Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, value FROM own_setting ORDER BY name").fetchall())


def _set(
    db: Connection,
    account: AccountId,
    item: ItemId,
    column: str,
    value: Any,
    change: str | None = None,
) -> None:
    change = change or f"{column} = excluded.{column}"
    db.execute(
        f"INSERT INTO own_mark (item, account, {column}) VALUES (?, ?, ?)"
        f" ON CONFLICT (item) DO UPDATE SET {change}",
        (item, account, value),
    )
