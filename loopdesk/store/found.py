"""What searches at a service found: a stream that nobody pulls and that keeps the newest of them.

It counts as pulled for ever: an action on what it holds shows until another stream has its effect.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from loopdesk.core.changes import ChangeSet, Page
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection
from loopdesk.store import items, leaving, streams
from loopdesk.store.aliases import Names
from loopdesk.store.codec import to_ms
from loopdesk.store.items import Judge
from loopdesk.store.refs import Refer

STREAM = "found"
_SEARCHES = 5
_FOR_EVER = to_ms(datetime(9999, 12, 31, tzinfo=UTC))


def begin(db: Connection, account: AccountId, held: Collection[ItemId]) -> ChangeSet:
    """Begin a new search: what only older ones than the newest few found goes.

    Args:
        held: what stays all the same.
    """
    db.execute(
        "INSERT INTO cache_stream (account, key, rank, poll_s, idle_poll_s, feature, generation)"
        " VALUES (?, ?, 0, 0, 0, '', 1) ON CONFLICT (account, key) DO UPDATE"
        " SET generation = generation + 1",
        (account, STREAM),
    )
    generation = streams.generation(db, account, STREAM) or 0
    db.executemany(
        "UPDATE cache_member SET generation = ? WHERE account = ? AND stream = ? AND item = ?",
        [(generation, account, STREAM, this) for this in held],
    )
    return ChangeSet(removed=leaving.sweep(db, account, STREAM, generation - _SEARCHES + 1))


def add(
    db: Connection,
    account: AccountId,
    page: Page,
    judge: Judge,
    names: Names,
    refer: Refer,
) -> ChangeSet:
    """Keep a page of what was found."""
    found = Page(items=page.items, entries=page.entries, skipped=page.skipped)
    changes = items.apply(db, account, STREAM, found, judge, names, refer)
    db.execute(
        "UPDATE cache_stream SET shown_from = ? WHERE account = ? AND key = ?",
        (_FOR_EVER, account, STREAM),
    )
    return changes
