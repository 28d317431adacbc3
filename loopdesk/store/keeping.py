"""What stays on this computer, what is brought here beforehand, and what leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from loopdesk.core.items import AccountId, Attachment, ItemId, Kind
from loopdesk.core.keeping import OPENED_COUNTS, Keeping, keeping
from loopdesk.core.seams import Connection
from loopdesk.store import blobs, items, leaving, marks
from loopdesk.store.blobs import Wanted
from loopdesk.store.codec import load, to_ms
from loopdesk.store.found import STREAM
from loopdesk.store.items import COLUMNS, stored

_AT_ONCE = 200
_OPENED = 300
"""So many of those opened last are looked at."""


def chosen(db: Connection) -> Keeping:
    return keeping(marks.settings(db))


def held(db: Connection, account: AccountId) -> set[ItemId]:
    """Return the items that the person holds on to: they never leave by themselves.

    Pinned, saved, snoozed, marked for offline, with an open or refused action, or being answered.
    """
    rows = db.execute(
        "SELECT item FROM own_mark WHERE account = ?1"
        "  AND (pinned = 1 OR saved = 1 OR offline = 1 OR snoozed_until IS NOT NULL)"
        " UNION ALL SELECT item FROM own_action WHERE account = ?1"
        "  AND state IN ('waiting', 'sending') AND item IS NOT NULL"
        " UNION ALL SELECT item FROM own_action WHERE account = ?1 AND state = 'refused'"
        "  AND item IS NOT NULL"
        " UNION ALL SELECT item FROM own_draft WHERE account = ?1 AND item IS NOT NULL"
        "  AND ended_at IS NULL",
        (account,),
    )
    return {ItemId(row[0]) for row in rows}


def over(
    db: Connection, account: AccountId, limits: Keeping, now: datetime, held: set[ItemId]
) -> list[ItemId]:
    """Return some of an account's items whose time here is over, oldest first.

    What a search found stays as long as the search does, and what holds a draft stays.
    """
    found: list[ItemId] = []
    for kind in Kind:
        since = limits.since(kind, now)
        if since is None:
            continue
        column, where = "sort_at", " AND wanted = 0 AND starred = 0"
        if kind is Kind.MEETING:
            column, where = "ends_at", ""
        elif kind is Kind.TASK:
            where = " AND json_extract(task, '$.done')"
        rows = db.execute(
            f"SELECT {COLUMNS} FROM cache_item WHERE kind = ? AND account = ? AND {column} < ?"
            f"{where} AND NOT EXISTS (SELECT 1 FROM cache_entry WHERE item = cache_item.id"
            " AND draft = 1) AND NOT EXISTS (SELECT 1 FROM cache_member WHERE item = cache_item.id"
            f" AND stream = ?) ORDER BY {column} LIMIT ?",
            (kind, account, to_ms(since), STREAM, _AT_ONCE + len(held)),
        )
        for row in rows.fetchall():
            kept = stored(row)
            if kept.id not in held and limits.is_over(kept.item, now):
                found.append(kept.id)
    return found[:_AT_ONCE]


def leave(db: Connection, account: AccountId, gone: Iterable[ItemId]) -> list[ItemId]:
    """Delete items, whichever streams hold them."""
    gone = list(gone)
    db.executemany("DELETE FROM cache_member WHERE item = ?", [(this,) for this in gone])
    return leaving.drop_all(db, account, gone)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be here although nobody asks for it just now.

    Args:
        missing: what is not, the most wanted first.
        stays: ids of blobs that no other may push out.
    """

    missing: tuple[Wanted, ...]
    stays: frozenset[str]


def plan(db: Connection, needed: Sequence[ItemId], limits: Keeping, now: datetime) -> Plan:
    """Return what belongs to the items that the person marked, pinned, needs now or opened.

    What is marked for offline is wanted whatever it weighs; the rest in this order as long as all
    of it fits. So what is brought can never push out what would be brought again.

    Args:
        needed: items that need the person now.
    """
    marked = _marked(db, "offline = 1")
    others = (*_marked(db, "pinned = 1"), *needed, *_opened(db, now))
    missing: list[Wanted] = []
    stays: set[str] = set()
    left = limits.total_bytes
    for item in dict.fromkeys((*marked, *others)):
        always = item in marked
        for wanted in parts(db, item):
            known = blobs.here(db, wanted.slot)
            size = known.size_bytes if known else wanted.size_bytes
            size = limits.attachment_bytes if size is None else size
            if not always and (size > limits.attachment_bytes or size > left):
                continue
            left -= size
            if known is None:
                missing.append(wanted)
            else:
                stays.add(known.id)
    return Plan(tuple(missing), frozenset(stays))


def too_many(db: Connection, limits: Keeping, stays: frozenset[str]) -> list[str]:
    """Return the blobs that have to go so that the rest fits, those unused for longest first."""
    total = db.execute("SELECT coalesce(sum(size), 0) FROM cache_blob").fetchone()[0]
    going: list[str] = []
    if total <= limits.total_bytes:
        return going
    for blob, size in db.execute("SELECT id, size FROM cache_blob ORDER BY used_at"):
        if total <= limits.total_bytes:
            break
        if blob not in stays:
            going.append(blob)
            total -= size
    return going


def parts(db: Connection, item: ItemId) -> Iterator[Wanted]:
    """Yield what a mail or a file has beside its words: attachments, contents."""
    kept = items.get(db, item)
    if kept is None:
        return
    file = kept.item.file
    if file is not None:
        for part in dict.fromkeys((file.read_as, file.shown_as)):
            if (wanted := blobs.wanted(db, item, kept.item.key, part)) is not None:
                yield wanted
    if kept.item.kind is not Kind.MESSAGE:
        return
    rows = db.execute(
        "SELECT key, attachments FROM cache_entry WHERE item = ? AND attachments <> '[]'"
        " ORDER BY id DESC",
        (item,),
    )
    for key, attachments in rows.fetchall():
        for attachment in load(attachments, tuple[Attachment, ...]):
            if (wanted := blobs.wanted(db, item, key, attachment.part)) is not None:
                yield wanted


def _marked(db: Connection, where: str) -> tuple[ItemId, ...]:
    rows = db.execute(f"SELECT item FROM own_mark WHERE {where}")
    return tuple(ItemId(row[0]) for row in rows)


def _opened(db: Connection, now: datetime) -> tuple[ItemId, ...]:
    rows = db.execute(
        "SELECT item FROM own_mark WHERE seen_at >= ? ORDER BY seen_at DESC LIMIT ?",
        (to_ms(now - OPENED_COUNTS), _OPENED),
    )
    return tuple(ItemId(row[0]) for row in rows)
