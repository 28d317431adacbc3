"""Letters in the making: the person's own file of them, and the copies that services hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from loopdesk.core.actions import Action, ActionId
from loopdesk.core.drafts import Draft
from loopdesk.core.items import AccountId, Entry, ItemId
from loopdesk.core.seams import Connection
from loopdesk.store import items, outbox
from loopdesk.store.codec import dump, from_ms, load, to_ms

SAVE = "draft"
"""The action that gives a service its copy."""
DELETE = "delete"
"""The action that takes it from there."""
ENDED_FOR = timedelta(days=1)
"""So long a draft that was sent or given up is known: its service's copy may still be shown there,
and the person may want it back."""


@dataclass(frozen=True, slots=True)
class Held:
    """A draft as it lies here.

    Args:
        unsaved: it was changed since the service took its copy, or the service has none.
        told_at: when the service took its copy.
    """

    draft: Draft
    unsaved: bool
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A draft as a service has it: an entry of a thread that holds perhaps nothing else."""

    account: AccountId
    item: ItemId
    title: str
    entry: Entry
    thread: tuple[Entry, ...]


def put(db: Connection, draft: Draft, now: datetime) -> Draft:
    """Keep a draft as it is now; what its service knows of it stays."""
    kept = replace(draft, changed_at=now)
    db.execute(
        "INSERT INTO own_draft VALUES (?, ?, ?, ?, ?, NULL, ?, ?, 0, 0)"
        " ON CONFLICT (id) DO UPDATE SET account = excluded.account, item = excluded.item,"
        " letter = excluded.letter, changed_at = excluded.changed_at, ended_at = NULL",
        (kept.id, kept.account, kept.item, dump(kept), to_ms(now), kept.key, kept.version),
    )
    return kept


def forget_copy(db: Connection, draft: str) -> None:
    """Let a draft stand for itself: the copy that a service had is gone, or another's."""
    db.execute(
        "UPDATE own_draft SET key = '', version = '', saved_at = 0, told_at = 0 WHERE id = ?",
        (draft,),
    )


def pass_on(db: Connection, item: ItemId, to: ItemId) -> None:
    """Let the drafts that answer in a thread answer in what it turned out to be."""
    db.execute(
        "UPDATE own_draft SET item = ?2, letter = json_set(letter, '$.item', ?2) WHERE item = ?1",
        (item, to),
    )


def get(db: Connection, draft: str) -> Held | None:
    row = db.execute(f"{_SELECT} WHERE id = ? AND ended_at IS NULL", (draft,)).fetchone()
    return None if row is None else _held(row)


def of_item(db: Connection, item: ItemId) -> list[Held]:
    """Return the drafts that answer in a thread, the newest first."""
    rows = db.execute(
        f"{_SELECT} WHERE item = ? AND ended_at IS NULL ORDER BY changed_at DESC", (item,)
    )
    return [_held(row) for row in rows]


def every(db: Connection) -> list[Held]:
    rows = db.execute(f"{_SELECT} WHERE ended_at IS NULL ORDER BY changed_at DESC")
    return [_held(row) for row in rows]


def ended_keys(db: Connection) -> set[tuple[AccountId, str]]:
    """Return account and key of the services' copies of drafts that were sent or given up."""
    rows = db.execute("SELECT account, key FROM own_draft WHERE ended_at IS NOT NULL AND key <> ''")
    return {(AccountId(account), key) for account, key in rows}


def end(db: Connection, draft: str, now: datetime) -> None:
    """End a draft, sent or given up; those that ended long ago go for good, with their files.

    The files' bytes are swept where they lie.
    """
    db.execute("UPDATE own_draft SET ended_at = ? WHERE id = ?", (to_ms(now), draft))
    rows = db.execute(f"{_SELECT} WHERE ended_at <= ?", (to_ms(now - ENDED_FOR),)).fetchall()
    for old in [_held(row).draft for row in rows]:
        db.execute("DELETE FROM own_draft WHERE id = ?", (old.id,))
        db.executemany("DELETE FROM own_blob WHERE id = ?", [(blob.id,) for blob in old.files])


def forget(db: Connection, draft: str, changed_at: datetime) -> None:
    """Let go of a draft that its service has no more, unless it was changed here meanwhile."""
    db.execute("DELETE FROM own_draft WHERE id = ? AND changed_at = ?", (draft, to_ms(changed_at)))


def is_leaving(db: Connection, draft: str) -> bool:
    """Say whether an action that sends this draft waits or is under way."""
    row = db.execute(
        f"SELECT 1 FROM own_action WHERE {_OF_DRAFT} AND name NOT IN ('{SAVE}', '{DELETE}')"
        " AND state IN ('waiting', 'sending')",
        (draft,),
    ).fetchone()
    return row is not None


def is_saving(db: Connection, draft: str) -> bool:
    """Say whether the service may have a copy that we have not heard of."""
    row = db.execute(
        f"SELECT 1 FROM own_action WHERE {_OF_DRAFT} AND name = '{SAVE}'"
        " AND state IN ('waiting', 'sending') AND intent_at IS NOT NULL",
        (draft,),
    ).fetchone()
    return row is not None


def let_go_of_saves(db: Connection, draft: str, now: datetime) -> None:
    """Take back what would save an older state of a draft; a try under way stays."""
    rows = db.execute(
        f"SELECT id FROM own_action WHERE {_OF_DRAFT} AND name = '{SAVE}'"
        " AND ((state = 'waiting' AND intent_at IS NULL) OR state = 'refused')",
        (draft,),
    ).fetchall()
    for (action,) in rows:
        this = ActionId(action)
        # Nobody did anything: as an action that was undone it would only hold old words.
        if outbox.take_back(db, this, now) or outbox.give_up(db, this, now):
            db.execute("DELETE FROM own_action WHERE id = ?", (action,))


def delivered(db: Connection, action: Action, facts: Mapping[str, Any], now: datetime) -> None:
    """Note what a delivered action means for its draft, in the transaction of its receipt."""
    id_ = action.arguments.draft
    if not id_:
        return
    if action.name == SAVE:
        db.execute(
            "UPDATE own_draft SET key = ?, version = ?, saved_at = ?, told_at = ? WHERE id = ?",
            (
                facts.get("draft", ""),
                facts.get("draft_version", ""),
                to_ms(action.written_at),
                to_ms(now),
                id_,
            ),
        )
    elif action.name != DELETE:
        end(db, id_, now)


def aimed(db: Connection, action: Action) -> Action:
    """Return an action of a draft aimed at the service's copy as it is known by now."""
    row = db.execute(
        "SELECT key, version FROM own_draft WHERE id = ?", (action.arguments.draft,)
    ).fetchone()
    if row is None or not row[0]:
        return action
    return replace(action, target=replace(action.target, draft=row[0], draft_version=row[1]))


def copies(db: Connection, item: ItemId | None = None) -> Iterator[Copy]:
    """Yield the drafts that services have, of one thread or all."""
    found = (
        db.execute("SELECT DISTINCT item FROM cache_entry WHERE draft = 1").fetchall()
        if item is None
        else [(item,)]
    )
    for (this,) in found:
        stored = items.get(db, this)
        if stored is None:
            continue
        entries = items.entries(db, this)
        thread = tuple(entry for entry in entries if not entry.draft)
        for entry in entries:
            if entry.draft:
                yield Copy(stored.account, this, stored.item.title, entry, thread)


def pulled_since(db: Connection, account: AccountId, moment: datetime) -> bool:
    """Say whether a pull of an account's mail that began after `moment` was applied whole."""
    row = db.execute(
        "SELECT min(shown_from) FROM cache_stream WHERE account = ? AND feature = 'mail'",
        (account,),
    ).fetchone()
    return row[0] is not None and row[0] > to_ms(moment)


# Both as the index has them, or SQLite does not use it.
_OF_DRAFT = "json_extract(arguments, '$.draft') = ? AND json_extract(arguments, '$.draft') <> ''"
_SELECT = "SELECT letter, changed_at, key, version, saved_at, told_at FROM own_draft"


def _held(row: Any) -> Held:
    letter, changed_at, key, version, saved_at, told_at = row
    draft = replace(load(letter, Draft), changed_at=from_ms(changed_at), key=key, version=version)
    return Held(draft, changed_at > saved_at or not key, from_ms(told_at))
