"""Items and entries as they come from a service: written page by page, read back whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from loopdesk.core.changes import ChangeSet, Page
from loopdesk.core.items import (
    AccountId,
    Answer,
    Chat,
    Entry,
    File,
    Item,
    ItemId,
    Kind,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.seams import Connection
from loopdesk.store import entry_rows, leaving, people, refs, streams
from loopdesk.store.aliases import Names
from loopdesk.store.choices import Said
from loopdesk.store.codec import day_ms, dump, from_ms, load, to_ms
from loopdesk.store.refs import Refer

ENTRIES_SCORED = 12
"""How many of an item's newest entries its features are computed from."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is stored of an item so that it can be scored.

    Args:
        features: as JSON.
        person: key of the correspondent whose treatment counts.
    """

    features: str
    base: float
    person: str


Judge = Callable[[Item, Sequence[Entry], people.Dealings], Verdict]
"""Judges an item by its newest entries, oldest first."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An item read back, with what the store keeps beside it."""

    id: ItemId
    account: AccountId
    item: Item
    pulse: str
    features: str
    base: float
    ends_at: datetime
    folded: bool = False


def apply(
    db: Connection,
    account: AccountId,
    stream: str,
    page: Page,
    judge: Judge,
    names: Names | None = None,
    refer: Refer | None = None,
    said: Said = MappingProxyType({}),
) -> ChangeSet:
    """Write one page and its cursor together, and return the ids that differ now.

    The cursor moves only with the rows it covers: after a crash the pull repeats the page, and
    upserts by (account, kind, key) make the repeat harmless. `gone` ends membership in this stream
    only: another stream may hold the same item.

    Args:
        names: gives each item its id; those of what was made here lie in the person's own file.
        refer: reads what items and entries refer to.
        said: which places the person wants; it lies in their own file, too.
    """
    names = names or Names(account)
    touched: dict[ItemId, None] = {}
    differing: set[ItemId] = set()
    renamed: list[ItemId] = []
    folding: set[ItemId] = set()
    fresh: set[ItemId] = set()
    generation = streams.generation(db, account, stream)
    if generation is None:  # forgotten while its page was under way
        return ChangeSet()
    people.learn_me(db, account, page.me)
    if page.identities is not None:
        people.learn_identities(db, account, page.identities)
    for kind in page.place_kinds:
        streams.forget_places(db, account, kind)
    for kind, key in page.gone_places:
        streams.forget_place(db, account, kind, key)
    for place in page.places:
        streams.put_place(db, account, place)
    for came, this in names.strayed():
        if _take_over(db, account, came, this, folding):
            renamed.append(came)
            touched[this] = None
            differing.add(this)
    by_key: dict[ServiceKey, ItemId] = {}
    read = {entry.item for entry in page.entries if entry.text is not None}
    for item in page.items:
        this = by_key[item.key] = _id_of(db, names, item)
        came = item_id(account, item.kind, item.key)
        if _take_over(db, account, came, this, folding):
            renamed.append(came)
        before = db.execute(
            "SELECT unread, pane, title, wanted, key, at, snippet FROM cache_item WHERE id = ?",
            (this,),
        ).fetchone()
        same_mail = before is not None and item.at is not None and before[5] == to_ms(item.at)
        if item.kind is Kind.MESSAGE and same_mail and item.key not in read:
            # Cut from the words that are here, and better than a service's own beginning of them.
            item = replace(item, snippet=Untrusted(before[6]))
        if _upsert(db, this, names, item):
            differing.add(this)
        if before is not None:
            # Its own description goes by the same key.
            db.execute(
                "UPDATE OR REPLACE cache_entry SET key = ?1 WHERE item = ?2 AND key = ?3"
                " AND ?1 <> ?3",
                (item.key, this, before[4]),
            )
            _count_treatment(db, account, item, was_open=before[:2] == (1, 1))
            if before[2] != item.title:
                entry_rows.index_anew(db, this)
        _join(db, account, stream, this, generation)
        if refer is not None and (item.kind is not Kind.MESSAGE or item.chat is not None):
            folding |= refs.put_item(db, this, known := refer.item(item))
            if before is not None and item.in_pane and not before[3]:
                folding |= refs.telling(db, known)
        touched[this] = None
    for entry in page.entries:
        holder = by_key[entry.item] if entry.item in by_key else _find(db, names, entry.item)
        if holder is not None:
            rowid, differs = entry_rows.put(db, account, holder, entry)
            if differs:
                differing.add(holder)
            if refer is not None and rowid is not None:
                mentions = refer.entry(entry)
                refs.put_entry(db, holder, rowid, mentions)
                if mentions.tells:
                    fresh.add(holder)
            touched[holder] = None
    emptied: list[ItemId] = []
    for item_key, entry_key in page.gone_entries:
        holder = (
            _find(db, names, item_key) if item_key else entry_rows.holder(db, account, entry_key)
        )
        if holder is not None:
            entry_rows.drop(db, account, holder, entry_key)
            folding.add(holder)
            touched[holder] = None
            differing.add(holder)
            if not item_key and leaving.end_empty(db, holder):
                emptied.append(holder)
    named = set(by_key.values())
    left = [
        held
        for key in page.gone
        # What is named too is here under another key.
        if (held := _find(db, names, key)) is not None
        and held not in named
        and db.execute(
            "DELETE FROM cache_member WHERE account = ? AND stream = ? AND item = ?",
            (account, stream, held),
        ).rowcount
    ]
    if page.listing and not page.more:
        left += leaving.unnamed(db, account, stream, generation)
    left += emptied
    removed = [this for this in left if leaving.drop_unheld(db, account, this, folding)]
    if page.streams is not None:
        for ended in streams.replace(db, account, stream, page.streams, said):
            removed += leaving.forget_stream(db, account, ended)
    for skipped in page.skipped:
        db.execute(
            "INSERT OR REPLACE INTO cache_skip VALUES (?, ?, ?)",
            (account, skipped.where, skipped.reason),
        )
    removed += renamed
    lost = set(removed)
    changed = [this for this in touched if this not in lost]
    for this in changed:
        _judge(db, this, judge)
    folding |= {*fresh, *refs.folded(db, changed)}
    refolded = refs.fold(db, folding, fresh)
    differing.update(refolded)
    changed += [this for this in refolded if this not in touched]
    streams.move_cursor(db, account, stream, page.cursor, done=not page.more)
    return ChangeSet(
        upserted=tuple(this for this in changed if this in differing),
        removed=tuple(removed),
        same=tuple(this for this in changed if this not in differing),
    )


def rejudge(db: Connection, judge: Judge, limit: int) -> list[ItemId]:
    """Judge again some of those whose judgement is out of date, newest first."""
    stale = [
        ItemId(row[0])
        for row in db.execute(
            "SELECT id FROM cache_item WHERE judged = 0 ORDER BY sort_at DESC LIMIT ?", (limit,)
        ).fetchall()
    ]
    for this in stale:
        _judge(db, this, judge)
    return stale


def expect_weights(db: Connection, version: str) -> None:
    """Have everything judged again if it was judged by other weights."""
    known = db.execute("SELECT value FROM cache_fact WHERE name = 'weights'").fetchone()
    if known is None or known[0] != version:
        db.execute("UPDATE cache_item SET judged = 0")
        db.execute("INSERT OR REPLACE INTO cache_fact VALUES ('weights', ?)", (version,))


COLUMNS = (
    "id, account, kind, key, title, snippet, people, at, on_day, version, places, unread, starred,"
    " pane, actions, url, meeting, pulse, features, base, ends_at, task, file, chat, folded"
)


def stored(row: Any) -> Stored:
    """Read one row of `COLUMNS`."""
    return Stored(
        id=ItemId(row[0]),
        account=AccountId(row[1]),
        item=Item(
            kind=Kind(row[2]),
            key=ServiceKey(row[3]),
            title=Untrusted(row[4]),
            snippet=Untrusted(row[5]),
            people=load(row[6], tuple[Handle, ...]),
            at=None if row[7] is None else from_ms(row[7]),
            on=None if row[8] is None else datetime.fromisoformat(row[8]).date(),
            version=row[9],
            places=load(row[10], frozenset[str]),
            unread=bool(row[11]),
            starred=bool(row[12]),
            in_pane=bool(row[13]),
            actions=load(row[14], tuple[str, ...]),
            url=row[15],
            meeting=None if row[16] is None else load(row[16], Meeting),
            task=None if row[21] is None else load(row[21], Task),
            file=None if row[22] is None else load(row[22], File),
            chat=None if row[23] is None else load(row[23], Chat),
        ),
        pulse=row[17],
        features=row[18],
        base=row[19],
        ends_at=from_ms(row[20]),
        folded=bool(row[24]),
    )


def get(db: Connection, this: ItemId) -> Stored | None:
    row = db.execute(f"SELECT {COLUMNS} FROM cache_item WHERE id = ?", (this,)).fetchone()
    return None if row is None else stored(row)


def entries(
    db: Connection, this: ItemId, newest: int | None = None, *, html: bool = True
) -> list[Entry]:
    """Return an item's entries, oldest first.

    Args:
        newest: only so many of the newest.
        html: whether their HTML is wanted: it is most of what lies there, and packed.
    """
    select = entry_rows.SELECT if html else entry_rows.SELECT_PLAIN
    rows = db.execute(
        f"{select} WHERE item = ? ORDER BY id DESC LIMIT ?",
        (this, -1 if newest is None else newest),
    ).fetchall()
    return [entry_rows.read(row) for row in reversed(rows)]


def parts(db: Connection, this: ItemId) -> list[Stored]:
    """Return the tasks that are parts of a task, in no order."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM cache_item WHERE parent = ? AND parent <> ''", (this,)
    )
    return [stored(row) for row in rows]


def chats(db: Connection, account: AccountId) -> list[Stored]:
    """Return an account's conversations and threads, in no order that means anything."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM cache_item WHERE account = ? AND chat IS NOT NULL ORDER BY id",
        (account,),
    )
    return [stored(row) for row in rows]


def threads(db: Connection) -> list[tuple[AccountId, ServiceKey]]:
    """Return account and key of every thread that something said in a conversation has."""
    rows = db.execute(
        "SELECT DISTINCT account, json_extract(more, '$.thread') AS thread FROM cache_item"
        " CROSS JOIN cache_entry ON cache_entry.item = cache_item.id"
        " WHERE chat IS NOT NULL AND thread <> ''"
    )
    return [(AccountId(account), ServiceKey(key)) for account, key in rows]


def entry(db: Connection, this: ItemId, key: ServiceKey) -> Entry | None:
    row = db.execute(f"{entry_rows.SELECT} WHERE item = ? AND key = ?", (this, key)).fetchone()
    return None if row is None else entry_rows.read(row)


def account_of(db: Connection, this: ItemId) -> AccountId | None:
    row = db.execute("SELECT account FROM cache_item WHERE id = ?", (this,)).fetchone()
    return None if row is None else AccountId(row[0])


def _upsert(db: Connection, this: ItemId, names: Names, item: Item) -> bool:
    """Write a row; return whether it differs from what was here."""
    meeting, chat = item.meeting, item.chat
    sort_at = to_ms(item.at) if item.at else day_ms(item.on) if item.on else 0
    ends_at = sort_at
    if meeting is not None and meeting.end_at is not None:
        ends_at = to_ms(meeting.end_at)
    elif meeting is not None and meeting.end_on is not None:
        ends_at = day_ms(meeting.end_on)
    # A label that comes or goes does not bring a finished mail thread back; a new mail does.
    pulse = str(sort_at) if item.kind is Kind.MESSAGE else item.version
    values = (
        names.account,
        item.kind,
        item.key,
        item.title,
        item.snippet,
        dump(item.people),
        None if item.at is None else to_ms(item.at),
        None if item.on is None else item.on.isoformat(),
        sort_at,
        ends_at,
        item.version,
        pulse,
        dump(item.places if chat is None else item.places | {chat.place}),
        item.unread,
        item.starred,
        item.in_pane,
        item.in_pane,
        meeting.answer if meeting else Answer.NONE,
        dump(item.actions),
        item.url,
        None if meeting is None else dump(meeting),
        None if item.task is None else dump(item.task),
        None if item.file is None else dump(item.file),
        None if chat is None else dump(chat),
        _holder(item),
        _parent(names, item),
        _due_ms(item),
    )
    return db.execute(_UPSERT_ITEM, (this, *values)).rowcount > 0


def _holder(item: Item) -> str:
    if item.meeting is not None:
        return item.meeting.calendar
    if item.task is not None:
        return item.task.list
    return item.file.folder if item.file is not None else ""


def _parent(names: Names, item: Item) -> str:
    """Return the id of the task that this is a step of, "" where it stands alone."""
    parent = item.task.parent if item.task else ""
    return names.of(Kind.TASK, ServiceKey(parent)) if parent else ""


def _due_ms(item: Item) -> int | None:
    """Return when an open task is due."""
    if item.task is None or item.task.done:
        return None
    if item.task.due_at is not None:
        return to_ms(item.task.due_at)
    return None if item.task.due_on is None else day_ms(item.task.due_on)


_ITEM_COLUMNS = (
    "account, kind, key, title, snippet, people, at, on_day, sort_at, ends_at, version, pulse,"
    " places, unread, starred, wanted, pane, answer, actions, url, meeting, task, file, chat,"
    " holder, parent, due_at"
)
_NAMES = [name.strip() for name in _ITEM_COLUMNS.split(",")]
# Whether it is in the pane follows from `wanted`.
_COMPARED = [name for name in _NAMES if name != "pane"]
_UPSERT_ITEM = (
    f"INSERT INTO cache_item (id, {_ITEM_COLUMNS}) VALUES (?{', ?' * len(_NAMES)})"
    " ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES)
    + f" WHERE ({', '.join(_COMPARED)}) IS NOT"
    f" ({', '.join(f'excluded.{name}' for name in _COMPARED)})"
).replace("pane = excluded.pane", "pane = excluded.wanted AND NOT folded")


def _count_treatment(db: Connection, account: AccountId, item: Item, *, was_open: bool) -> None:
    """Notice that the person read a thread, or put it away unread.

    Args:
        was_open: up to now it was unread and in the pane.
    """
    if was_open and item.kind is Kind.MESSAGE and item.people:
        if not item.unread:
            people.treated(db, account, item.people[0], read=True)
        elif not item.in_pane:
            people.treated(db, account, item.people[0], read=False)


def _join(db: Connection, account: AccountId, stream: str, this: ItemId, generation: int) -> None:
    db.execute(
        "INSERT INTO cache_member VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account, stream, item) DO UPDATE SET generation = excluded.generation",
        (account, stream, this, generation),
    )


def _id_of(db: Connection, names: Names, item: Item) -> ItemId:
    own = names.of(item.kind, item.key)
    if names.making and not _is_here(db, own):
        return names.of_new(item)
    return own


def _take_over(
    db: Connection, account: AccountId, came: ItemId, this: ItemId, folding: set[ItemId]
) -> bool:
    """Let a row that came under its service's key before we knew that we had made it be ours."""
    if came == this or not _is_here(db, came):
        return False
    if _is_here(db, this):
        # Under its newer key it is as it is now; it stays where either was until that is told.
        db.execute(
            "INSERT OR IGNORE INTO cache_member SELECT account, stream, ?, generation"
            " FROM cache_member WHERE item = ?",
            (came, this),
        )
        db.execute("DELETE FROM cache_member WHERE item = ?", (this,))
        leaving.drop_unheld(db, account, this, folding)
    for table in ("cache_entry", "cache_member", "cache_ref", "cache_blob"):
        db.execute(f"UPDATE {table} SET item = ? WHERE item = ?", (this, came))
    db.execute("UPDATE cache_item SET parent = ? WHERE parent = ? AND parent <> ''", (this, came))
    db.execute("UPDATE cache_item SET id = ? WHERE id = ?", (this, came))
    return True


def _is_here(db: Connection, this: ItemId) -> bool:
    return db.execute("SELECT 1 FROM cache_item WHERE id = ?", (this,)).fetchone() is not None


def _find(db: Connection, names: Names, key: ServiceKey) -> ItemId | None:
    for kind in Kind:
        this = names.of(kind, key)
        if db.execute("SELECT 1 FROM cache_item WHERE id = ?", (this,)).fetchone():
            return this
    return None


def _judge(db: Connection, this: ItemId, judge: Judge) -> None:
    kept = get(db, this)
    if kept is None:
        return
    newest = entries(db, this, ENTRIES_SCORED, html=False)
    written = [entry for entry in newest if not entry.draft and entry.leaves_at is None]
    verdict = judge(kept.item, newest, people.dealings(db, kept.account, kept.item, newest))
    db.execute(
        "UPDATE cache_item SET features = ?, base = ?, person = ?, judged = 1, mine_last = ?"
        " WHERE id = ?",
        (
            verdict.features,
            verdict.base,
            verdict.person,
            bool(written and written[-1].mine),
            this,
        ),
    )
