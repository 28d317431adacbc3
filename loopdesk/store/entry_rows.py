"""The rows of entries, each with its place in the index."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from loopdesk.core.items import (
    AccountId,
    Attachment,
    Chat,
    Entry,
    Form,
    ItemId,
    Link,
    Nature,
    Reaction,
    ServiceKey,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.seams import Connection
from loopdesk.store import people, refs
from loopdesk.store.codec import dump, from_ms, load, to_ms

_Y2000 = to_ms(datetime(2000, 1, 1, tzinfo=UTC))
_ROWID_BITS = 12
_INDEXED_CHARACTERS = 200_000

SELECT = (
    "SELECT key, author, at, text, html, recipients, copies, headers, attachments, places, unread,"
    " starred, mine, draft, version, item, reply_to, blind, more, id, fast FROM cache_entry"
)
SELECT_PLAIN = SELECT.replace("text, html,", "text, NULL,")
"""Without their HTML."""


def read(row: Any) -> Entry:
    """Read one row of `SELECT`."""
    return Entry(
        key=ServiceKey(row[0]),
        item=ServiceKey(row[15]),
        author=load(row[1], Handle),
        at=from_ms(row[2]),
        text=None if row[3] is None else Untrusted(row[3]),
        html=None if row[4] is None else zlib.decompress(row[4]).decode(),
        to=load(row[5], tuple[Handle, ...]),
        cc=load(row[6], tuple[Handle, ...]),
        headers=load(row[7], tuple[tuple[str, str], ...]),
        attachments=load(row[8], tuple[Attachment, ...]),
        places=load(row[9], frozenset[str]),
        unread=bool(row[10]),
        starred=bool(row[11]),
        mine=bool(row[12]),
        draft=bool(row[13]),
        version=row[14],
        reply_to=load(row[16], tuple[Handle, ...]),
        bcc=load(row[17], tuple[Handle, ...]),
        **_read_more(row[18]),
    )


@dataclass(frozen=True, slots=True)
class _More:
    """What few entries have."""

    draft_key: str = ""
    parent: str = ""
    resolved: bool = False
    quote: str = ""
    nature: Nature = Nature.PLAIN
    mentions: bool = False
    reactions: tuple[Reaction, ...] = ()
    edited_at: datetime | None = None
    links: tuple[Link, ...] = ()
    thread: str = ""
    answers: int = 0
    leaves_at: datetime | None = None
    automatic: bool = False


_NOTHING_MORE = _More()


def _more(entry: Entry) -> str | None:
    more = _More(
        entry.draft_key,
        entry.parent,
        entry.resolved,
        entry.quote,
        entry.nature,
        entry.mentions,
        entry.reactions,
        entry.edited_at,
        entry.links,
        entry.thread,
        entry.answers,
        entry.leaves_at,
        entry.automatic,
    )
    return None if more == _NOTHING_MORE else dump(more)


def _read_more(kept: str | None) -> dict[str, Any]:
    if kept is None:
        return {}
    more = load(kept, _More)
    return {name: getattr(more, name) for name in _More.__slots__}


def put(db: Connection, account: AccountId, this: ItemId, entry: Entry) -> tuple[int | None, bool]:
    """Write an entry.

    Returns: its new rowid, None where its words stayed as they were; whether it differs at all.
    """
    select = SELECT_PLAIN if entry.text is None else SELECT
    row = db.execute(f"{select} WHERE item = ? AND key = ?", (this, entry.key)).fetchone()
    known = None if row is None else read(row)
    if entry.mine and not entry.to:
        entry = replace(entry, to=_other(db, this))
    if known is not None and entry.text is None:
        # What a mail is shows in its body, which did not come this time.
        entry = replace(entry, nature=known.nature)
    flags = (
        dump(entry.places),
        entry.unread,
        entry.starred,
        entry.draft,
        entry.version,
        _more(entry),
    )
    if known is not None and (entry.text is None or _words(known) == _words(entry)):
        differs = db.execute(
            "UPDATE cache_entry SET places = ?1, unread = ?2, starred = ?3, draft = ?4,"
            " version = ?5, more = ?6 WHERE id = ?7 AND"
            " (places, unread, starred, draft, version, more) IS NOT (?1, ?2, ?3, ?4, ?5, ?6)",
            (*flags, row[-2]),
        ).rowcount
        return None, differs > 0
    if known is not None:
        drop_row(db, account, row[-2])
    html = None if entry.html is None else zlib.compress(entry.html.encode("utf-8", "replace"), 6)
    fast = entry.mine and people.is_fast(entry, _before(db, this, entry))
    rowid = _rowid(db, to_ms(entry.at))
    db.execute(
        "INSERT INTO cache_entry (id, item, key, author, recipients, copies, blind, reply_to, at,"
        " text, html, headers, attachments, mine, fast, places, unread, starred, draft, version,"
        " more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            rowid,
            this,
            entry.key,
            dump(entry.author),
            dump(entry.to),
            dump(entry.cc),
            dump(entry.bcc),
            dump(entry.reply_to),
            to_ms(entry.at),
            entry.text,
            html,
            dump(entry.headers),
            dump(entry.attachments),
            entry.mine,
            fast,
            *flags,
        ),
    )
    (title,) = db.execute("SELECT title FROM cache_item WHERE id = ?", (this,)).fetchone()
    _index(db, rowid, title, entry)
    people.count(db, account, entry, fast=fast)
    return rowid, True


def _words(entry: Entry) -> Entry:
    """Return an entry without what may change while its words stay.

    All mails of a thread come again with each new one: to index them anew takes eight times as long
    as to see that they are the same.
    """
    return Entry(
        key=entry.key,
        item=ServiceKey(""),
        author=entry.author,
        at=from_ms(to_ms(entry.at)),
        text=entry.text,
        html=entry.html,
        to=entry.to,
        cc=entry.cc,
        reply_to=entry.reply_to,
        headers=entry.headers,
        attachments=entry.attachments,
        mine=entry.mine,
        draft=entry.draft,  # what was sent counts among what its people were written
        bcc=entry.bcc,
        links=entry.links,
    )


def _other(db: Connection, this: ItemId) -> tuple[Handle, ...]:
    """Return to whom everything goes that the owner writes in a chat of two."""
    row = db.execute(
        "SELECT chat, people FROM cache_item WHERE id = ? AND chat IS NOT NULL", (this,)
    ).fetchone()
    if row is None or load(row[0], Chat).form is not Form.DIRECT:
        return ()
    return load(row[1], tuple[Handle, ...])[:1]


def holder(db: Connection, account: AccountId, key: ServiceKey) -> ItemId | None:
    """Return the item that holds an entry, where the service did not say which."""
    row = db.execute(
        "SELECT item FROM cache_entry CROSS JOIN cache_item ON cache_item.id = item"
        " WHERE substr(cache_entry.key, -10) = substr(?1, -10) AND cache_entry.key = ?1"
        " AND cache_item.account = ?2",
        (key, account),
    ).fetchone()
    return ItemId(row[0]) if row is not None else None


def drop(db: Connection, account: AccountId, this: ItemId, key: ServiceKey) -> None:
    row = db.execute(
        "SELECT id FROM cache_entry WHERE item = ? AND key = ?", (this, key)
    ).fetchone()
    if row is not None:
        drop_row(db, account, row[0])


def drop_row(db: Connection, account: AccountId, rowid: int) -> None:
    """Delete an entry with all that was noted of it."""
    row = db.execute(f"{SELECT_PLAIN} WHERE id = ?", (rowid,)).fetchone()
    people.count(db, account, read(row), fast=bool(row[-1]), times=-1)
    refs.drop_entry(db, row[15], rowid)
    db.execute("DELETE FROM cache_text WHERE rowid = ?", (rowid,))
    db.execute("DELETE FROM cache_entry WHERE id = ?", (rowid,))


def index_anew(db: Connection, this: ItemId) -> None:
    """Let entries be found by their item's new title."""
    (title,) = db.execute("SELECT title FROM cache_item WHERE id = ?", (this,)).fetchone()
    for row in db.execute(f"{SELECT_PLAIN} WHERE item = ?", (this,)).fetchall():
        db.execute("DELETE FROM cache_text WHERE rowid = ?", (row[-2],))
        _index(db, row[-2], title, read(row))


def _index(db: Connection, rowid: int, title: str, entry: Entry) -> None:
    db.execute(
        "INSERT INTO cache_text (rowid, title, author, recipients, body) VALUES (?, ?, ?, ?, ?)",
        (
            rowid,
            title,
            _names([entry.author]),
            _names([*entry.to[:50], *entry.cc[:50]]),
            (entry.text or "")[:_INDEXED_CHARACTERS],
        ),
    )


def _names(handles: Sequence[Handle]) -> str:
    return " ".join(f"{who.name} {who.address}" for who in handles)


def _before(db: Connection, this: ItemId, entry: Entry) -> datetime | None:
    """Return when the entry before an own one came, if that was somebody else's."""
    row = db.execute(
        "SELECT mine, at FROM cache_entry WHERE item = ? AND at < ? ORDER BY id DESC LIMIT 1",
        (this, to_ms(entry.at)),
    ).fetchone()
    return None if row is None or row[0] else from_ms(row[1])


def first_rowid(at: datetime) -> int:
    """Return the smallest rowid that an entry of this time may have."""
    return (to_ms(at) - _Y2000) << _ROWID_BITS


def _rowid(db: Connection, at_ms: int) -> int:
    lowest = (at_ms - _Y2000) << _ROWID_BITS
    highest = lowest + (1 << _ROWID_BITS) - 1
    last = db.execute(
        "SELECT max(id) FROM cache_entry WHERE id BETWEEN ? AND ?", (lowest, highest)
    ).fetchone()[0]
    if last == highest:  # 4,096 entries in one millisecond: the next one is as good
        return _rowid(db, at_ms + 1)
    return lowest if last is None else int(last) + 1
