"""What belongs to an item: the mails that only announced it, and what it is mentioned with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Row

_SHOWN = 6
_FAR = 1e12


def loop(row: Row, around: Sequence[Row], echoes: Sequence[ItemId], now: datetime) -> list[Row]:
    """Return the few items of other services or kinds that belong with one, nearest in time first.

    Args:
        around: all that mention it, that it mentions, or that mention the same.
    """
    hidden, series = set(echoes), set[str]()
    found = []
    for other in sorted(around, key=lambda other: _distance(other, now)):
        held = other.meeting.series if other.meeting else ""
        if _sort(other) != _sort(row) and other.id not in hidden and held not in series:
            found.append(other)
            if held:
                series.add(held)
    return found[:_SHOWN]


def _sort(row: Row) -> tuple[str, str, bool]:
    """Return what is equal for things of one sort, which belong together anyway or not at all."""
    return row.service, row.kind, row.chat is None


def _distance(row: Row, now: datetime) -> tuple[float, str]:
    return _FAR if row.at is None else abs((row.at - now).total_seconds()), row.id
