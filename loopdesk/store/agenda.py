"""What the calendar asks: which meetings touch a time, which tasks are due in it."""

from __future__ import annotations

from datetime import datetime

from loopdesk.core.items import ItemId
from loopdesk.core.seams import Connection
from loopdesk.store.choices import NOT_HIDDEN
from loopdesk.store.codec import to_ms


def meetings(db: Connection, start: datetime, end: datetime) -> list[ItemId]:
    """Return the meetings that touch a time; those of hidden calendars are left out."""
    return [
        ItemId(row[0])
        for row in db.execute(
            "SELECT id FROM cache_item WHERE kind = 'meeting' AND ends_at > ? AND sort_at < ?"
            f" AND {NOT_HIDDEN} ORDER BY ends_at",
            (to_ms(start), to_ms(end)),
        )
    ]


def due(db: Connection, start: datetime, end: datetime) -> list[ItemId]:
    """Return the open tasks that are due in a time."""
    rows = db.execute(
        "SELECT id FROM cache_item WHERE due_at >= ? AND due_at < ? ORDER BY due_at",
        (to_ms(start), to_ms(end)),
    )
    return [ItemId(row[0]) for row in rows]


def moved(db: Connection) -> list[ItemId]:
    """Return what the person made, or gave another time, and the service has not shown yet."""
    names = "('meet', 'task', 'reschedule', 'edit', 'due')"
    rows = db.execute(
        "SELECT item FROM own_action WHERE state IN ('waiting', 'sending')"
        f" AND item IS NOT NULL AND name IN {names}"
        " UNION ALL SELECT item FROM own_action WHERE state = 'sent' AND here = 0"
        " AND settled_at >= (SELECT coalesce(min(shown_from), 0) FROM cache_stream)"
        f" AND item IS NOT NULL AND name IN {names}"
    )
    return [ItemId(row[0]) for row in rows]
