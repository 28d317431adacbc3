"""Copies of files that other programs may write over, and what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from loopdesk.core.actions import Action, State
from loopdesk.core.copies import Copy
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.core.seams import Connection
from loopdesk.store import aliases, outbox


def every(db: Connection) -> list[Copy]:
    """Return all copies, each as it stands after what came of it."""
    rows = db.execute("SELECT path, account, item, base, digest, action FROM own_copy")
    return [_standing(db, Copy(Path(row[0]), *row[1:])) for row in rows.fetchall()]


def put(db: Connection, copy: Copy) -> None:
    db.execute(
        "INSERT OR REPLACE INTO own_copy VALUES (?, ?, ?, ?, ?, ?)",
        (str(copy.path), copy.account, copy.item, copy.base, copy.digest, copy.action),
    )


def drop(db: Connection, path: Path) -> None:
    db.execute("DELETE FROM own_copy WHERE path = ?", (str(path),))


def saved(db: Connection, copy: Copy, action: Action, now: datetime) -> None:
    """Note the new version that came of a copy.

    One before it that has not left, or that was refused, gives way: this one holds what it held.
    """
    if copy.action:
        _ = outbox.take_back(db, copy.action, now) or outbox.give_up(db, copy.action, now)
    put(db, replace(copy, action=action.id))


def _standing(db: Connection, copy: Copy) -> Copy:
    """Return a copy with the file and the version that is written over next."""
    last = outbox.get(db, copy.action) if copy.action else None
    if last is None or last.state is not State.SENT or last.receipt is None:
        return copy
    made, item = last.receipt, copy.item
    if "conflict" in made:  # both were kept: what comes next goes over one's own
        item = aliases.of(db, copy.account, Kind.FILE, ServiceKey(str(made["file"])))
    return replace(copy, item=item, base=str(made.get("version", copy.base)))
