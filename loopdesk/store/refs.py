"""What items and entries are and mention, so that what belongs together is found.

A reference is text that is equal wherever the same thing is meant: the canonical form of a link, or
the UID of a meeting. That of a mail thread is made of its service and its key, so nothing has to be
noted for each of a million; of a conversation it is noted, since mails announce what is said in it.

Which items belong together is a question for this table's index, asked when somebody looks. Only
that a mail thread is hidden, because all it does is announce things that are here, is kept with the
thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from loopdesk.core.items import AccountId, Entry, Item, ItemId, Kind, ServiceKey, item_id
from loopdesk.core.seams import Connection

_IS, _NAMES, _TELLS = 0, 1, 2
_LOOKED_AT = 200
"""Of what is mentioned everywhere, no more than so many are looked at."""
_FOLDED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Mentions:
    """What an entry mentions.

    Args:
        tells: what it only announces, authentically, in a service's name; nothing for all others.
    """

    names: frozenset[str] = frozenset()
    tells: frozenset[str] = frozenset()


class Refer(Protocol):
    """Reads references; pure."""

    def item(self, item: Item) -> frozenset[str]:
        """Return what an item is; of a mail thread nothing, as its key says it."""

    def entry(self, entry: Entry) -> Mentions: ...


def put_item(db: Connection, this: ItemId, refs: frozenset[str]) -> set[ItemId]:
    """Note what an item is; return the threads that may be hidden by that, or no more."""
    known = {
        row[0]
        for row in db.execute(
            "SELECT ref FROM cache_ref WHERE item = ? AND entry = 0 AND relation = ?", (this, _IS)
        )
    }
    if known == refs:
        return set()
    db.executemany(
        "DELETE FROM cache_ref WHERE ref = ? AND relation = ? AND item = ? AND entry = 0",
        [(ref, _IS, this) for ref in known - refs],
    )
    _add(db, this, 0, [(ref, _IS) for ref in refs - known])
    return telling(db, known ^ refs)


def put_entry(db: Connection, this: ItemId, rowid: int, mentions: Mentions) -> None:
    """Note what a new entry mentions."""
    refs = [(ref, _NAMES) for ref in mentions.names - mentions.tells]
    _add(db, this, rowid, [*refs, *((ref, _TELLS) for ref in mentions.tells)])


def drop_entry(db: Connection, this: ItemId, rowid: int) -> None:
    db.execute("DELETE FROM cache_ref WHERE item = ? AND entry = ?", (this, rowid))


def drop_item(db: Connection, this: ItemId) -> set[ItemId]:
    """Forget an item; return the threads that are hidden no more because of that, perhaps."""
    was = [
        row[0]
        for row in db.execute(
            "SELECT ref FROM cache_ref WHERE item = ? AND entry = 0 AND relation = ?", (this, _IS)
        )
    ]
    db.execute("DELETE FROM cache_ref WHERE item = ?", (this,))
    return telling(db, was)


def folded(db: Connection, items: Sequence[ItemId]) -> list[ItemId]:
    """Return those of these items that are hidden."""
    found: list[ItemId] = []
    for start in range(0, len(items), _FOLDED_AT_ONCE):
        part = items[start : start + _FOLDED_AT_ONCE]
        holes = ", ".join("?" * len(part))
        rows = db.execute(f"SELECT id FROM cache_item WHERE id IN ({holes}) AND folded = 1", part)
        found += [ItemId(row[0]) for row in rows]
    return found


def fold(db: Connection, threads: Iterable[ItemId], fresh: Collection[ItemId] = ()) -> list[ItemId]:
    """Hide threads of which each entry announces something that is here, and show the others.

    All that the newest entry announces must be in the pane, or the news would be lost. A thread
    that was hidden stays so when that leaves the pane, until somebody writes into it.

    Args:
        fresh: those with new entries.

    Returns: those that changed.
    """
    changed = []
    for this in threads:
        told = db.execute(
            "SELECT cache_entry.id, max(cache_item.wanted) FROM cache_entry"
            " LEFT JOIN cache_ref AS told ON told.item = cache_entry.item"
            "  AND told.entry = cache_entry.id AND told.relation = 2"
            " LEFT JOIN cache_ref AS known ON known.ref = told.ref AND known.relation = 0"
            " LEFT JOIN cache_item ON cache_item.id = known.item"
            " WHERE cache_entry.item = ? AND draft = 0 GROUP BY cache_entry.id, told.ref",
            (this,),
        ).fetchall()
        known = bool(told) and all(wanted is not None for _, wanted in told)
        stays = this not in fresh and bool(folded(db, [this]))
        newest = max((entry for entry, _ in told), default=None)
        news = all(wanted for entry, wanted in told if entry == newest)
        hidden = known and (news or stays)
        if db.execute(
            "UPDATE cache_item SET folded = ?1, pane = wanted AND NOT ?1"
            " WHERE id = ?2 AND folded <> ?1",
            (hidden, this),
        ).rowcount:
            changed.append(this)
    return changed


def echoes(db: Connection, this: ItemId) -> list[ItemId]:
    """Return the threads in which an item was announced, newest first."""
    rows = db.execute(
        "SELECT told.item FROM cache_ref AS known"
        " JOIN cache_ref AS told ON told.ref = known.ref AND told.relation = 2"
        " WHERE known.item = ? AND known.relation = 0"
        " GROUP BY told.item ORDER BY max(told.entry) DESC LIMIT ?",
        (this, _LOOKED_AT),
    )
    return [ItemId(row[0]) for row in rows]


def told(db: Connection, thread: ItemId) -> list[ItemId]:
    """Return the items here that a thread announces."""
    rows = db.execute(
        "SELECT DISTINCT known.item FROM cache_ref AS told"
        " JOIN cache_ref AS known ON known.ref = told.ref AND known.relation = 0"
        " WHERE told.item = ? AND told.relation = 2 LIMIT ?",
        (thread, _LOOKED_AT),
    )
    return [ItemId(row[0]) for row in rows]


def only_telling(db: Connection, these: Sequence[ItemId]) -> list[ItemId]:
    """Return the threads that do nothing but announce one of these items, newest first."""
    holes = ", ".join("?" * len(these))
    rows = db.execute(
        "SELECT told.item FROM cache_ref AS known"
        " JOIN cache_ref AS told ON told.ref = known.ref AND told.relation = 2"
        f" WHERE known.item IN ({holes}) AND known.relation = 0 GROUP BY told.item"
        # Neither an entry that tells of nothing, nor one that tells of something else, too.
        " HAVING NOT EXISTS (SELECT 1 FROM cache_entry"
        "  LEFT JOIN cache_ref AS tells ON tells.item = cache_entry.item"
        "   AND tells.entry = cache_entry.id AND tells.relation = 2"
        "  WHERE cache_entry.item = told.item AND draft = 0 AND NOT EXISTS"
        "   (SELECT 1 FROM cache_ref AS its WHERE its.ref = tells.ref AND its.relation = 0"
        f"    AND its.item IN ({holes})))"
        " ORDER BY max(told.entry) DESC LIMIT ?",
        (*these, *these, _LOOKED_AT),
    )
    return [ItemId(row[0]) for row in rows]


def declined_elsewhere(db: Connection, meetings: Sequence[ItemId]) -> set[ItemId]:
    """Return those of these meetings that were declined in another calendar."""
    holes = ", ".join("?" * len(meetings))
    rows = db.execute(
        "SELECT mine.item FROM cache_ref AS mine"
        " JOIN cache_ref AS other ON other.ref = mine.ref AND other.relation = 0"
        " JOIN cache_item AS this ON this.id = mine.item"
        " JOIN cache_item AS copy ON copy.id = other.item AND copy.sort_at = this.sort_at"
        f" WHERE mine.item IN ({holes}) AND mine.relation = 0 AND copy.answer = 'declined'",
        list(meetings),
    )
    return {ItemId(row[0]) for row in rows}


def around(db: Connection, this: ItemId) -> list[ItemId]:
    """Return items that this one mentions, that mention it, or that mention the same as it does.

    What only announces them is left out. Needs both files.
    """
    rows = db.execute(
        "SELECT DISTINCT other.item FROM cache_ref AS mine"
        " JOIN cache_ref AS other ON other.ref = mine.ref AND other.item <> mine.item"
        " WHERE mine.item = ? AND mine.relation <> 2 AND other.relation <> 2 LIMIT ?",
        (this, _LOOKED_AT),
    )
    return list(dict.fromkeys([*(ItemId(row[0]) for row in rows), *_with_threads(db, this)]))


def _with_threads(db: Connection, this: ItemId) -> Iterator[ItemId]:
    """Yield what mentions a mail thread, or the mail threads that an item mentions."""
    naming = db.execute(
        "SELECT DISTINCT cache_ref.item FROM cache_item"
        " JOIN own_account ON own_account.id = cache_item.account"
        " JOIN cache_ref ON ref = service || '/message/' || key AND relation = 1"
        " WHERE cache_item.id = ? AND kind = 'message' LIMIT ?",
        (this, _LOOKED_AT),
    )
    for (item,) in naming.fetchall():
        yield ItemId(item)
    named = db.execute(
        "SELECT own_account.id, substr(ref, length(service) + 10) FROM cache_ref JOIN own_account"
        " ON ref LIKE service || '/message/%' WHERE item = ? AND relation = 1 LIMIT ?",
        (this, _LOOKED_AT),
    )
    for account, key in named.fetchall():
        yield item_id(AccountId(account), Kind.MESSAGE, ServiceKey(key))


def telling(db: Connection, refs: Iterable[str]) -> set[ItemId]:
    """Return the threads that announce these."""
    found: set[ItemId] = set()
    for ref in refs:
        rows = db.execute(
            "SELECT DISTINCT item FROM cache_ref WHERE ref = ? AND relation = ? LIMIT ?",
            (ref, _TELLS, _FOLDED_AT_ONCE),
        )
        found.update(ItemId(row[0]) for row in rows)
    return found


def _add(db: Connection, this: ItemId, entry: int, refs: Sequence[tuple[str, int]]) -> None:
    if refs:
        db.executemany(
            "INSERT INTO cache_ref (ref, relation, item, entry) VALUES (?, ?, ?, ?)",
            [(ref, relation, this, entry) for ref, relation in refs],
        )
