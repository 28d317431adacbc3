"""Every question of the pane, the search and the outbox has its index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from loopdesk.core.items import ItemId, Kind, ServiceKey
from loopdesk.core.keeping import Keeping, Limit
from loopdesk.core.seams import Connection, Rows
from loopdesk.store import (
    agenda,
    aliases,
    blobs,
    choices,
    drafts,
    entry_rows,
    items,
    keeping,
    leaving,
    marks,
    outbox,
    pane,
    people,
    refs,
    search,
    streams,
)
from loopdesk.store.blobs import Slot
from loopdesk.store.connection import InlineDatabase
from loopdesk.store.search import Query
from tests.store.made import ACCOUNT, MAIL, NOW, action, id_of, judge, page, pull, thread

_SMALL = {
    "own_setting", "cache_stream", "cache_place", "own_account", "own_seq", "held", "sent",
}  # fmt: skip


class _Explained:
    """A connection that asks for the plan of every statement, too."""

    def __init__(self, inner: Connection) -> None:
        self._inner = inner
        self.plans: dict[str, list[str]] = {}

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        if sql.lstrip().startswith(("SELECT", "UPDATE", "WITH")):
            plan = self._inner.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            self.plans[sql] = [row[3] for row in plan]
        return self._inner.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Rows:
        return self._inner.executemany(sql, parameters)


def _weak(plans: dict[str, list[str]], may_sort: Sequence[str] = ()) -> list[str]:
    """Return what reads a whole table, or sorts what may be one."""
    found = []
    for sql, lines in plans.items():
        for line in lines:
            scan = re.match(r"SCAN (\w+)(?! VIRTUAL)", line)
            scans = scan is not None and "INDEX" not in line and scan[1] not in _SMALL
            sorts = "TEMP B-TREE" in line and not any(part in sql for part in may_sort)
            if (scans and "VIRTUAL" not in line and "CONSTANT" not in line) or sorts:
                found.append(f"{line} in {sql}")
    return found


def _explain(database: InlineDatabase) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Ask everything that is asked, with both files for reading and with one for writing."""
    reading: list[_Explained] = []

    def read(db: Connection) -> None:
        explained = _Explained(db)
        reading.append(explained)
        ids = [id_of(thread(number)) for number in range(3)]
        for kind in (None, Kind.MESSAGE, Kind.MEETING):
            for newest in (False, True):
                pane.candidates(explained, NOW, kind, newest)
            pane.below(explained, 3.0, ItemId("a"), kind, 10)
            pane.newer_than_none(explained, NOW, ItemId("a"), kind, 10)
            pane.everything(explained, kind, 10, NOW)
            pane.in_pane(explained, NOW, kind)
        pane.load(explained, ids, NOW)
        pane.totals(explained, NOW)
        pane.snoozed(explained, NOW, 10)
        pane.starred(explained, 10)
        pane.owed(explained, 10)
        pane.sent(explained, 10)
        pane.finished(explained, 10)
        pane.of_account(explained, ACCOUNT, "", 10)
        agenda.meetings(explained, NOW, NOW + timedelta(days=7))
        agenda.due(explained, NOW, NOW + timedelta(days=7))
        agenda.moved(explained)
        choices.applied(explained, ACCOUNT, ())
        outbox.open_actions(explained)
        outbox.count_open(explained)
        outbox.latest(explained, 10)
        outbox.since(explained, 3)
        outbox.untried(explained, NOW)
        outbox.undoing(explained, action(1).id)
        people.like(explained, "b", 5)
        for query in (
            Query(words=("hello",), before=NOW, flags=search.FLAGS, places=("x",)),
            Query(without=("hello",)),
            Query(flags=frozenset({"unread"}), kinds=frozenset({Kind.MESSAGE})),
        ):
            search.search(explained, query, 10, NOW)
        drafts.of_item(explained, ids[0])
        drafts.pulled_since(explained, ACCOUNT, NOW)
        list(drafts.copies(explained))
        aliases.names(explained, ACCOUNT)
        aliases.key_of(explained, ids[0])
        aliases.of(explained, ACCOUNT, Kind.MESSAGE, thread(1).key)
        items.chats(explained, ACCOUNT)
        items.entry(explained, ids[0], ServiceKey("t1-0"))
        outbox.unseen(explained, ids)
        outbox.last_of(explained, ACCOUNT, "status")
        blobs.attached(explained, ["b"])
        streams.holding(explained, ACCOUNT, ids[0])
        streams.checked_at(explained, ids[0])
        refs.echoes(explained, ids[0])
        refs.only_telling(explained, ids)
        refs.told(explained, ids[0])
        refs.declined_elsewhere(explained, ids)
        refs.around(explained, ids[0])
        blobs.wanted(explained, ids[0], "t1-0", "2")
        blobs.here(explained, Slot(ACCOUNT, ids[0], "t1-0", "2"))
        blobs.of_entry(explained, ids[0], "t1-0", blobs.PICTURE)
        keeping.held(explained, ACCOUNT)
        keeping.over(explained, ACCOUNT, keeping.chosen(explained), NOW, set())
        keeping.plan(explained, ids, keeping.chosen(explained), NOW)
        keeping.too_many(explained, Keeping({Limit.TOTAL_MB: 0}), frozenset())

    database.read(read)
    writing: list[_Explained] = []

    def write(db: Connection) -> None:
        explained = _Explained(db)
        writing.append(explained)
        outbox.due(explained, ACCOUNT, NOW)
        outbox.next_due_at(explained, ACCOUNT)
        outbox.hurry_held(explained, ACCOUNT, NOW - timedelta(days=1))
        outbox.sending(explained, ACCOUNT)
        outbox.interrupted(explained)
        outbox.claim(explained, action(1).id, NOW)
        outbox.pass_on(explained, id_of(thread(1)), id_of(thread(2)))
        drafts.is_leaving(explained, "d")
        drafts.let_go_of_saves(explained, "d", NOW)
        marks.pass_on(explained, id_of(thread(1)), id_of(thread(2)))

    def fold(db: Connection) -> None:
        ids = [id_of(thread(number)) for number in range(3)]
        writing.append(explained := _Explained(db))
        refs.put_item(explained, ids[0], frozenset({"google/file/one"}))
        refs.folded(explained, ids)
        refs.fold(explained, ids)
        refs.drop_item(explained, ids[0])
        again = page(*(thread(number) for number in range(5)), gone=frozenset({thread(6).key}))
        items.apply(explained, ACCOUNT, MAIL.key, again, judge)
        items.rejudge(explained, judge, 10)
        entry_rows.holder(explained, ACCOUNT, ServiceKey("t1-0"))
        leaving.end_empty(explained, ids[0])
        leaving.forget_stream(explained, ACCOUNT, MAIL.key)

    database.own.transact(write)
    database.cache.transact(fold)
    return reading[0].plans, {**writing[0].plans, **writing[1].plans}


def test_nothing_reads_a_whole_table_or_sorts_one(database: InlineDatabase) -> None:
    pull(database, page(*(thread(number) for number in range(40))))
    database.own.transact(lambda db: outbox.add(db, action(1, item=id_of(thread(1)))))
    reading, writing = _explain(database)
    assert len(reading) > 40
    # These sort a few: people of a beginning, hits of a search, actions that were put off, what
    # mentions one thing, drafts of one thread, what was made here.
    few = (
        "cache_person",
        "cache_entry AS entry",
        "FROM own_mark WHERE",
        "state = 'sending'",
        "cache_ref AS",
        "FROM own_draft WHERE item",
        "FROM own_alias",
    )
    assert _weak(reading, few) == []
    assert _weak(writing) == []
