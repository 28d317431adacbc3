"""Full-text search over what is kept here, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loopdesk.core.items import ItemId, Kind
from loopdesk.core.seams import Connection
from loopdesk.store.codec import dump, to_ms
from loopdesk.store.entry_rows import first_rowid
from loopdesk.store.pane import SEEN

_PART = 100
NEWEST = 2000
"""Hits looked at; ranking over all of a million rows would take seconds."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search as the person meant it. Every condition must hold.

    Args:
        words: each matches as a whole; the last as a beginning if `open_end`.
        without: words that must not occur.
        who: (what was written to or from, text) pairs: "from", "to".
        flags: of `FLAGS`.
        places: names of labels, folders, calendars.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    who: tuple[tuple[str, str], ...] = ()
    kinds: frozenset[Kind] = frozenset()
    flags: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    before: datetime | None = None
    after: datetime | None = None
    open_end: bool = False

    @property
    def match(self) -> str:
        """Return the FTS5 expression, "" where no word was given."""
        terms = [_quoted(word) for word in self.words]
        if terms and self.open_end:
            terms[-1] += "*"
        terms += [_quoted(phrase) for phrase in self.phrases]
        terms += [f"{_COLUMN[direction]} : {_quoted(text)}*" for direction, text in self.who]
        if not terms:
            return ""
        rest = "".join(f" NOT {_quoted(word)}" for word in self.without)
        return f"({' AND '.join(terms)}){rest}"

    @property
    def unwanted(self) -> str:
        """Return the FTS5 expression of what must not occur."""
        return " OR ".join(map(_quoted, self.without))


def search(db: Connection, query: Query, limit: int, now: datetime) -> list[ItemId]:
    """Return the items whose newest matching entries come first."""
    conditions, values = _conditions(db, query, now)
    if query.match:
        # No entry is younger than its item, so the day bounds the hits looked at, too.
        last = 1 << 62 if query.before is None else first_rowid(query.before)
        hits = db.execute(
            "SELECT rowid FROM cache_text WHERE cache_text MATCH ? AND rowid < ?"
            f" ORDER BY rowid DESC LIMIT {NEWEST}",
            (query.match, last),
        ).fetchall()
        found: dict[ItemId, None] = {}
        # Entries are long: no more of them are read than it takes.
        for start in range(0, len(hits), _PART):
            part = [row[0] for row in hits[start : start + _PART]]
            rows = db.execute(
                "SELECT entry.item FROM cache_entry AS entry"
                " CROSS JOIN cache_item AS item ON item.id = entry.item"
                f" WHERE entry.id IN ({', '.join('?' * len(part))}) AND {conditions}"
                " ORDER BY +entry.id DESC",
                (*part, *values),
            )
            found.update((ItemId(row[0]), None) for row in rows)
            if len(found) >= limit:
                break
        return list(found)[:limit]
    rows = db.execute(
        "SELECT item.id FROM cache_item AS item"
        f" WHERE {conditions} ORDER BY item.sort_at DESC, item.id LIMIT ?",
        (*values, limit),
    )
    return [ItemId(row[0]) for row in rows]


def _conditions(db: Connection, query: Query, now: datetime) -> tuple[str, list[object]]:
    parts: list[str] = ["1"]
    values: list[object] = []
    if query.kinds:
        parts.append(f"item.kind IN ({', '.join('?' * len(query.kinds))})")
        values += sorted(query.kinds)
    for flag in sorted(query.flags):
        parts.append(_FLAGS[flag])
        values += [to_ms(now)] * _FLAGS[flag].count("?")
    for place in query.places:
        held = _places(db, place)
        parts.append(" OR ".join(["item.account = ? AND instr(item.places, ?)"] * len(held)) or "0")
        values += [value for key in held for value in key]
    if query.without and not query.match:
        parts.append(
            "item.id NOT IN (SELECT item FROM cache_entry WHERE id IN (SELECT rowid FROM cache_text"
            f" WHERE cache_text MATCH ? ORDER BY rowid DESC LIMIT {NEWEST}))"
        )
        values.append(query.unwanted)
    for moment, sign in ((query.before, "<"), (query.after, ">=")):
        if moment is not None:
            parts.append(f"item.sort_at {sign} ?")
            values.append(to_ms(moment))
    return " AND ".join(f"({part})" for part in parts), values


def _places(db: Connection, name: str) -> list[tuple[str, str]]:
    """Return account and key, as a list in JSON has it, of the places of that name."""
    bare = name.removeprefix("#").removeprefix("@")
    rows = db.execute(
        "SELECT account, key FROM cache_place WHERE name COLLATE NOCASE IN (?, ?, ?)"
        " OR key = ? COLLATE NOCASE",
        (name, bare, f"#{bare}", name),
    )
    return [(account, dump(key)) for account, key in rows]


_FLAGS = {
    "unread": "item.unread = 1",
    "read": "item.unread = 0",
    "starred": "item.starred = 1",
    "new": "item.unread = 1 AND NOT EXISTS (SELECT 1 FROM own_mark WHERE own_mark.item = item.id"
    f" AND {SEEN})",
    "attachment": "EXISTS (SELECT 1 FROM cache_entry AS holder WHERE holder.item = item.id"
    " AND holder.attachments <> '[]')",
    "snoozed": "EXISTS (SELECT 1 FROM own_mark WHERE own_mark.item = item.id"
    " AND own_mark.snoozed_until > ?)",
    "pinned": "EXISTS (SELECT 1 FROM own_mark WHERE own_mark.item = item.id AND pinned = 1)",
    "muted": "EXISTS (SELECT 1 FROM own_mark WHERE own_mark.item = item.id AND muted = 1)",
}
FLAGS = frozenset(_FLAGS)
_COLUMN = {"from": "author", "to": "recipients"}


def _quoted(text: str) -> str:
    # FTS5 takes a NUL for the end of the expression.
    return '"' + text.replace("\0", " ").replace('"', '""') + '"'
