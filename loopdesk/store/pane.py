"""The questions the pane asks. Each has its index; none sorts everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loopdesk.core.actions import Action
from loopdesk.core.items import ItemId, Kind
from loopdesk.core.rows import Marks
from loopdesk.core.seams import Connection
from loopdesk.store import outbox
from loopdesk.store.choices import NOT_HIDDEN
from loopdesk.store.codec import from_ms, to_ms
from loopdesk.store.items import COLUMNS, Stored, stored

SEEN = "seen_at >= CASE WHEN at <= ? THEN at ELSE 0 END"
"""That an item was opened here since its newest entry, by the moment now. What is due or begins
later was opened since it came, whenever that was, and so was what has no moment but a day."""
TOP = 300
"""Candidates by base score; below them the pane goes on by (base, id)."""
AHEAD = timedelta(days=7)
# To the end of tomorrow, wherever the person's day begins.
_TOMORROW = timedelta(days=3)
_PART = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """An item with what the person's own file knows of it."""

    stored: Stored
    marks: Marks
    actions: tuple[Action, ...]
    mine_last: bool
    service: str


def candidates(
    db: Connection, now: datetime, kind: Kind | None, newest_first: bool
) -> list[ItemId]:
    """Return the ids among which the top of the pane is found."""
    found: dict[ItemId, None] = {}

    def take(sql: str, *values: Any) -> None:
        found.update((ItemId(row[0]), None) for row in db.execute(sql, values))

    order = "sort_at" if newest_first else "base"
    if kind is None:
        take(
            "SELECT id FROM cache_item WHERE pane = 1 AND kind <> 'meeting'"
            f" ORDER BY {order} DESC, id LIMIT {TOP}"
        )
    elif kind is not Kind.MEETING:
        take(
            "SELECT id FROM cache_item WHERE kind = ? AND pane = 1"
            f" ORDER BY {order} DESC, id LIMIT {TOP}",
            kind,
        )
    # A meeting in twelve minutes has a low base score: meetings come by their time.
    if kind in (None, Kind.MEETING):
        take(
            "SELECT id FROM cache_item WHERE kind = 'meeting' AND ends_at >= ? AND ends_at < ?"
            f" AND sort_at < ? AND pane = 1 AND {NOT_HIDDEN} ORDER BY ends_at",
            to_ms(now),
            to_ms(now + 2 * AHEAD),
            to_ms(now + AHEAD),
        )
        take(
            "SELECT id FROM cache_item WHERE answer = 'pending' AND pane = 1 AND ends_at >= ?"
            f" AND {NOT_HIDDEN} ORDER BY ends_at LIMIT {TOP}",
            to_ms(now),
        )
    # A task due today was perhaps written long ago.
    if kind in (None, Kind.TASK):
        take(
            "SELECT id FROM cache_item WHERE due_at < ? AND pane = 1"
            f" ORDER BY due_at DESC LIMIT {TOP}",
            to_ms(now + _TOMORROW),
        )
    take("SELECT item FROM own_mark WHERE pinned = 1")
    take(
        "SELECT item FROM own_mark WHERE snoozed_until <= ? ORDER BY snoozed_until DESC LIMIT 100",
        to_ms(now),
    )
    take(
        "SELECT item FROM own_action WHERE state IN ('waiting', 'sending') AND item IS NOT NULL"
        " UNION ALL SELECT item FROM own_action WHERE state = 'refused' AND item IS NOT NULL"
    )
    # Sent and not pulled yet: what brings an item back shows until its row does.
    take(f"SELECT item FROM {_sent('1')} AS sent WHERE {outbox.is_unseen('sent')}")
    return list(found)


def below(
    db: Connection, base: float, after: ItemId, kind: Kind | None, limit: int
) -> list[ItemId]:
    """Return the ids that follow (base, id) in the order of base scores; meetings never do."""
    return _following(db, "base", base, after, kind, limit)


def newer_than_none(
    db: Connection, before: datetime | None, after: ItemId, kind: Kind | None, limit: int
) -> list[ItemId]:
    """Return the ids that follow (time, id) newest first; from the top where `before` is None."""
    return _following(db, "sort_at", to_ms(before) if before else 1 << 62, after, kind, limit)


def _following(
    db: Connection, column: str, value: float, after: ItemId, kind: Kind | None, limit: int
) -> list[ItemId]:
    if kind is Kind.MEETING:  # all of them are candidates
        return []
    where = "kind <> 'meeting'" if kind is None else "kind = ?"
    of_kind = () if kind is None else (kind,)
    # The ties first: one statement for both would sort.
    tied = _ids(
        db.execute(
            f"SELECT id FROM cache_item WHERE {where} AND pane = 1 AND {column} = ? AND id > ?"
            f" ORDER BY id LIMIT {limit}",
            (*of_kind, value, after),
        )
    )
    rest = db.execute(
        f"SELECT id FROM cache_item WHERE {where} AND pane = 1 AND {column} < ?"
        f" ORDER BY {column} DESC, id LIMIT {limit - len(tied)}",
        (*of_kind, value),
    )
    return [*tied, *_ids(rest)]


def snoozed(db: Connection, now: datetime, limit: int) -> list[ItemId]:
    return _ids(
        db.execute(
            "SELECT item FROM own_mark WHERE snoozed_until > ? ORDER BY snoozed_until LIMIT ?",
            (to_ms(now), limit),
        )
    )


def starred(db: Connection, limit: int) -> list[ItemId]:
    return _newest(db, "starred = 1", limit)


def owed(db: Connection, limit: int) -> list[ItemId]:
    """Return threads whose newest entry is the person's own."""
    return _newest(db, "mine_last = 1 AND kind = 'message'", limit)


def sent(db: Connection, limit: int) -> list[ItemId]:
    """Return the threads that the person wrote in, the newest of their own mails first."""
    rows = db.execute(
        "SELECT entry.item FROM cache_entry AS entry"
        " JOIN cache_item AS held ON held.id = entry.item"
        " WHERE entry.mine = 1 AND entry.draft = 0 AND held.kind = 'message'"
        " ORDER BY entry.id DESC"
    )
    return _first(rows, limit)


def everything(db: Connection, kind: Kind | None, limit: int, now: datetime) -> list[ItemId]:
    """Return what there is: the newest of what has been first, after that what is ahead, in turn.

    Meetings of the weeks to come would else stand before all that was said.
    """
    which = "1" if kind is None else f"kind = '{kind}'"
    found = _newest(db, f"{which} AND sort_at <= {to_ms(now)}", limit)
    ahead = db.execute(
        f"SELECT id FROM cache_item WHERE {which} AND sort_at > ?"
        " ORDER BY sort_at, id DESC LIMIT ?",
        (to_ms(now), limit - len(found)),
    )
    return [*found, *_ids(ahead)]


def of_account(db: Connection, account: str, after: str, limit: int) -> list[ItemId]:
    """Return the ids of an account's items that follow `after`."""
    rows = db.execute(
        "SELECT id FROM cache_item WHERE account = ? AND id > ? ORDER BY id LIMIT ?",
        (account, after, limit),
    )
    return _ids(rows)


def finished(db: Connection, limit: int) -> list[ItemId]:
    """Return what the person finished last."""
    rows = db.execute(
        "SELECT item FROM own_action WHERE name IN ('done', 'archive', 'complete')"
        " AND state <> 'undone' AND item IS NOT NULL ORDER BY made DESC"
    )
    return _first(rows, limit)


def _first(rows: Iterable[Any], limit: int) -> list[ItemId]:
    """Return the first ids of rows that may name one more than once."""
    found: dict[ItemId, None] = {}
    for (item,) in rows:
        found[ItemId(item)] = None
        if len(found) == limit:
            break
    return list(found)


def load(db: Connection, ids: Sequence[ItemId], now: datetime) -> list[Kept]:
    """Return the items of these ids that are still here, in the order given."""
    rows: dict[ItemId, tuple[Stored, bool, str]] = {}
    marks: dict[ItemId, Any] = {}
    for part in _parts(ids):
        holes = ", ".join("?" * len(part))
        for row in db.execute(
            f"SELECT {COLUMNS}, mine_last,"
            " (SELECT service FROM own_account WHERE own_account.id = cache_item.account)"
            f" FROM cache_item WHERE id IN ({holes})",
            part,
        ):
            rows[ItemId(row[0])] = (stored(row), bool(row[-2]), row[-1] or "")
        for row in db.execute(f"SELECT * FROM own_mark WHERE item IN ({holes})", part):
            marks[ItemId(row[0])] = row
    actions = unseen_actions(db, ids)
    return [
        Kept(
            found[0],
            _marks(marks.get(this), found[0].pulse, now),
            tuple(actions.get(this, ())),
            found[1],
            found[2],
        )
        for this in ids
        if (found := rows.get(this)) is not None
    ]


def marks_of(db: Connection, this: ItemId, pulse: str, now: datetime) -> Marks:
    """Return what the person did on this computer to an item that need not be here yet."""
    row = db.execute("SELECT * FROM own_mark WHERE item = ?", (this,)).fetchone()
    return _marks(row, pulse, now)


def unseen_actions(db: Connection, ids: Sequence[ItemId]) -> dict[ItemId, list[Action]]:
    """Return, by item, the actions that the item's row does not show yet, oldest first."""
    found: dict[ItemId, list[Action]] = {}
    for part in _parts(ids):
        for action in outbox.unseen(db, part):
            if action.item is not None:
                found.setdefault(action.item, []).append(action)
    return found


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is: kept here in all, and new in the pane by kind."""

    kept: int
    unread: dict[Kind, int]


def totals(db: Connection, now: datetime) -> Totals:
    kept = db.execute("SELECT count(*) FROM cache_item").fetchone()[0]
    # New is what nobody has opened here, what was not put away, and what no action is about to
    # change: the rail says what the list shows.
    unread = db.execute(
        "SELECT kind, count(*) FROM cache_item LEFT JOIN own_mark ON own_mark.item = id"
        " WHERE pane = 1 AND unread = 1"
        f" AND NOT coalesce({SEEN} OR snoozed_until > ? OR muted = 1 OR done_pulse = pulse, 0)"
        " AND id NOT IN (SELECT item FROM own_action WHERE item IS NOT NULL AND here = 0"
        f"  AND name IN ({_PUT_AWAY}) AND state IN ('waiting', 'sending') UNION ALL"
        f" SELECT item FROM {_sent(f'name IN ({_PUT_AWAY})')} AS sent"
        f" WHERE {outbox.is_unseen('sent')})"
        " GROUP BY kind",
        (to_ms(now), to_ms(now)),
    )
    return Totals(kept, {Kind(kind): number for kind, number in unread})


_PUT_AWAY = "'archive', 'trash', 'spam', 'move', 'read', 'complete', 'delete', 'cancel', 'decline'"


def _sent(where: str) -> str:
    """Return the last actions that were sent, as a table."""
    return (
        "(SELECT item, account, streams, settled_at FROM own_action"
        " WHERE state = 'sent' AND here = 0"
        " AND settled_at >= (SELECT coalesce(min(shown_from), 0) FROM cache_stream)"
        f" AND item IS NOT NULL AND {where} ORDER BY settled_at DESC LIMIT {TOP})"
    )


def in_pane(db: Connection, now: datetime, kind: Kind | None) -> int:
    """Return how many items but meetings stand in the pane, those put away by the person not."""
    where = "kind <> 'meeting'" if kind is None else "kind = ?"
    of_kind = () if kind is None else (kind,)
    held = db.execute(f"SELECT count(*) FROM cache_item WHERE pane = 1 AND {where}", of_kind)
    hidden = db.execute(
        "SELECT count(*) FROM own_mark CROSS JOIN cache_item ON id = item"
        " WHERE (snoozed_until IS NOT NULL OR muted = 1 OR done_pulse IS NOT NULL)"
        f" AND (snoozed_until > ? OR muted = 1 OR done_pulse = pulse) AND pane = 1 AND {where}",
        (to_ms(now), *of_kind),
    )
    return int(held.fetchone()[0]) - int(hidden.fetchone()[0])


def _marks(row: Any, pulse: str, now: datetime) -> Marks:
    if row is None:
        return Marks()
    _item, _account, seen_at, snoozed_until, pinned, muted, saved, done_pulse, liking, away = row
    until = None if snoozed_until is None else from_ms(snoozed_until)
    seen = None if seen_at is None else from_ms(seen_at)
    return Marks(
        seen_at=seen,
        snoozed_until=until,
        returned=until is not None and until <= now and (seen is None or seen < until),
        pinned=bool(pinned),
        muted=bool(muted),
        saved=bool(saved),
        done=done_pulse == pulse,
        liking=liking,
        offline=bool(away),
    )


def _newest(db: Connection, where: str, limit: int) -> list[ItemId]:
    return _ids(
        db.execute(
            f"SELECT id FROM cache_item WHERE {where} ORDER BY sort_at DESC, id LIMIT {limit}"
        )
    )


def _ids(rows: Iterable[Any]) -> list[ItemId]:
    return [ItemId(row[0]) for row in rows]


def _parts(ids: Sequence[ItemId], size: int = _PART) -> Iterable[Sequence[ItemId]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
