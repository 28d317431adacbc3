"""Pages applied: rows, entries, counters and listings, and what they are found by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopdesk.core.actions import Receipt
from loopdesk.core.changes import ChangeSet, Stream
from loopdesk.core.items import Entry, Item, Kind, Nature, ServiceKey, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store import items, leaving, outbox, pane, people, search, streams
from loopdesk.store.connection import InlineDatabase
from loopdesk.store.refs import Mentions
from loopdesk.store.search import Query
from tests.store.made import (
    ACCOUNT,
    ANN,
    BO,
    CY,
    MAIL,
    NOW,
    action,
    id_of,
    judge,
    mail,
    page,
    pull,
    thread,
)

MARKED = Place("1", "label", "Marked")
OTHER = Stream("other", 30.0, 60.0, "mail")


def _dump(database: InlineDatabase) -> list[object]:
    """Return all that was pulled, whatever its rowids."""

    def work(db: Connection) -> list[object]:
        return [
            db.execute(f"SELECT {items.COLUMNS} FROM cache_item ORDER BY id").fetchall(),  # noqa: S608
            [items.entries(db, id_of(thread(number))) for number in range(5)],
            db.execute("SELECT * FROM cache_person ORDER BY key").fetchall(),
            db.execute("SELECT * FROM cache_member ORDER BY item").fetchall(),
        ]

    return database.read(work)


def _found(database: InlineDatabase, **conditions: object) -> list[str]:
    query = Query(**conditions)  # type: ignore[arg-type]
    return database.read(
        lambda db: [
            kept.item.title
            for this in search.search(db, query, 50, NOW)
            if (kept := items.get(db, this)) is not None
        ]
    )


def test_a_page_twice_is_a_page_once(database: InlineDatabase) -> None:
    first, second = thread(1), thread(2)
    own = mail(second, 1, "Mine", author=ANN, to=(CY,), mine=True)
    brought = page(first, second, entries=[mail(first), mail(second), own])
    ids = (id_of(first), id_of(second))
    assert pull(database, brought) == ChangeSet(upserted=ids)
    once = _dump(database)
    assert pull(database, brought) == ChangeSet(same=ids)
    assert _dump(database) == once
    read = page(replace(first, unread=False), second, entries=[mail(second), own])
    assert pull(database, read) == ChangeSet(upserted=ids[:1], same=ids[1:])


class _Reader:
    """A `store.refs.Refer` that tells what it was given to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def item(self, item: Item) -> frozenset[str]:
        return frozenset()

    def entry(self, entry: Entry) -> Mentions:
        self.read.append(entry.key)
        return Mentions()


def test_words_that_stayed_are_not_read_anew(database: InlineDatabase) -> None:
    """All mails of a thread come again with each new one."""
    item, reader = thread(1), _Reader()
    first, other = mail(item), mail(item, 1, "Another", html="<p>Another")

    def bring(*entries: Entry) -> None:
        brought = page(item, entries=entries)
        database.cache.transact(
            lambda db: items.apply(db, ACCOUNT, MAIL.key, brought, judge, refer=reader)
        )

    bring(first, other)
    bring(replace(first, unread=True), other, mail(item, 2, "New"))
    bring(first, replace(other, text=Untrusted("Changed")))
    assert reader.read == ["t1-0", "t1-1", "t1-2", "t1-1"]
    kept = database.read(lambda db: items.entries(db, id_of(item)))
    assert {(each.text, each.unread) for each in kept} == {
        ("Hello", False),
        ("Changed", False),
        ("New", False),
    }
    assert _found(database, words=("another",)) == []
    assert _found(database, words=("changed",)) == [item.title]


def test_what_this_pull_did_not_bring_stays(database: InlineDatabase) -> None:
    item = thread(1)
    whole = mail(item, text="The whole text", html="<p>The", nature=Nature.SIGNED)
    pull(database, page(item, entries=[whole]))
    seen = mail(item, text=None, unread=False, places=frozenset({"X"}))
    pull(database, page(item, entries=[seen]))
    (kept,) = database.read(lambda db: items.entries(db, id_of(item)))
    assert kept.text == "The whole text"
    assert (kept.html, kept.nature) == ("<p>The", Nature.SIGNED)
    assert kept.places == {"X"}
    assert _found(database, words=("whole",)) == ["Matter 1"]


def test_the_beginning_cut_from_the_words_outlives_a_pull_without_them(
    database: InlineDatabase,
) -> None:
    item = thread(1, snippet=Untrusted("Yes, on Monday"))
    pull(database, page(item))
    seen = replace(item, snippet=Untrusted("Bo wrote: When? Yes, on"), unread=False)
    pull(database, page(seen, entries=[mail(item, text=None)]))
    assert _held(database, item) == ("Yes, on Monday", False)
    answered = replace(seen, at=NOW + timedelta(hours=1), snippet=Untrusted("Fine"))
    pull(database, page(answered, entries=[mail(answered, 1, text=None)]))
    assert _held(database, item) == ("Fine", False)


def _held(database: InlineDatabase, item: Item) -> tuple[str, bool]:
    kept = database.read(lambda db: items.get(db, id_of(item)))
    assert kept is not None
    return kept.item.snippet, kept.item.unread


def test_counters_are_sums_over_what_is_here(database: InlineDatabase) -> None:
    item = thread(1)
    answer = mail(item, 1, author=ANN, to=(BO, CY), mine=True, at=NOW + timedelta(minutes=5))
    written = page(item, entries=[mail(item), answer])

    def counted() -> dict[str, people.Counters]:
        return dict(
            database.read(
                lambda db: people.dealings(db, ACCOUNT, thread(9, people=(BO, CY)), ())
            ).with_whom
        )

    pull(database, written)
    once = counted()
    assert once["bo@x.test"] == people.Counters(received=1, sent=1, fast=1)
    # Thrown away and restored, the cursor lost, its text left out and brought again.
    pull(database, page(gone=frozenset({item.key})))
    assert counted()["bo@x.test"] == people.Counters()
    pull(database, written)
    database.cache.transact(lambda db: streams.forget_cursors(db, ACCOUNT))
    database.cache.transact(lambda db: streams.begin(db, ACCOUNT, MAIL.key, NOW))
    pull(database, page(item, entries=[mail(item, text=None), answer], listing=True))
    pull(database, written)
    assert counted() == once


def test_what_was_a_draft_counts_once_it_is_sent(database: InlineDatabase) -> None:
    item = thread(1)
    letter = mail(item, author=ANN, to=(CY,), mine=True, draft=True)
    for written in (letter, replace(letter, draft=False), replace(letter, draft=False)):
        pull(database, page(item, entries=[written]))
    dealings = database.read(
        lambda db: people.dealings(db, ACCOUNT, replace(item, people=(CY,)), [])
    )
    assert dealings.with_whom[CY.key].sent == 1


def test_an_entry_goes_though_nobody_says_whose_it_was(database: InlineDatabase) -> None:
    item, other = thread(1), thread(2)
    first, second = mail(item), mail(item, 1, at=NOW + timedelta(minutes=5))
    pull(database, page(item, other, entries=[first, second, mail(other, 2)]))

    def lose(entry: Entry) -> ChangeSet:
        return pull(database, page(gone_entries=frozenset({(ServiceKey(""), entry.key)})))

    assert lose(first) == ChangeSet(upserted=(id_of(item),))
    left = database.read(lambda db: items.entries(db, id_of(item)))
    assert [each.key for each in left] == [second.key]
    # With its last entry the item goes, too.
    assert lose(second) == ChangeSet(removed=(id_of(item),))
    assert database.read(lambda db: items.get(db, id_of(other))) is not None
    assert lose(second) == ChangeSet()


def test_an_item_stays_while_some_stream_holds_it(database: InlineDatabase) -> None:
    database.cache.transact(lambda db: streams.put(db, ACCOUNT, [OTHER]))
    item = thread(1)
    pull(database, page(item))
    pull(database, page(item), OTHER.key)
    gone = page(gone=frozenset({item.key}))
    assert pull(database, gone) == ChangeSet()
    assert pull(database, gone) == ChangeSet()
    assert pull(database, gone, OTHER.key) == ChangeSet(removed=(id_of(item),))
    assert _found(database, words=("hello",)) == []


@pytest.mark.parametrize(("told", "shows"), [((MAIL.key,), True), ((), False)])
def test_what_was_done_shows_where_its_service_said(
    database: InlineDatabase, told: tuple[str, ...], shows: bool
) -> None:
    """Else what came into one stream since would be hidden until the slowest was pulled, too."""
    database.cache.transact(lambda db: streams.put(db, ACCOUNT, [OTHER]))
    item = thread(1)
    pull(database, page(item))
    pull(database, page(item), OTHER.key)
    archive = action(1, item=id_of(item))

    def done(db: Connection) -> None:
        outbox.add(db, archive)
        outbox.claim(db, archive.id, NOW)
        outbox.settle(db, archive.id, Receipt(streams=told), NOW + timedelta(seconds=1))

    database.own.transact(done)

    def unseen() -> bool:
        return bool(database.read(lambda db: outbox.unseen(db, [id_of(item)])))

    assert unseen()
    later = NOW + timedelta(seconds=2)
    database.cache.transact(lambda db: streams.begin(db, ACCOUNT, MAIL.key, later))
    pull(database, page(item))
    assert unseen() is not shows


def test_a_listing_sweeps_only_once_it_is_whole(database: InlineDatabase) -> None:
    pull(database, page(thread(1), thread(2), listing=True))
    database.cache.transact(lambda db: streams.restart(db, ACCOUNT, MAIL.key, None))
    database.cache.transact(lambda db: streams.begin(db, ACCOUNT, MAIL.key, NOW))
    assert not pull(database, page(thread(2), listing=True, more=True)).removed
    assert pull(database, page(thread(3), listing=True)).removed == (id_of(thread(1)),)


def test_a_mail_that_goes_without_its_thread_being_named_takes_an_empty_thread_along(
    database: InlineDatabase,
) -> None:
    item, other = thread(1), thread(2)
    pull(database, page(item, other, entries=[mail(item), mail(item, 1), mail(other)]))
    nameless = ServiceKey("")

    def go(*keys: str) -> ChangeSet:
        gone = frozenset((nameless, ServiceKey(key)) for key in keys)
        return pull(database, page(entries=[], gone_entries=gone))

    assert go("t1-0", "elsewhere") == ChangeSet(upserted=(id_of(item),))
    assert go("t1-1") == ChangeSet(removed=(id_of(item),))
    assert _found(database, words=("hello",)) == [other.title]


def test_a_page_under_way_does_not_bring_a_forgotten_account_back(
    database: InlineDatabase,
) -> None:
    pull(database, page(thread(1)))
    removed = database.cache.transact(lambda db: leaving.forget_account(db, ACCOUNT))
    assert removed == [id_of(thread(1))]
    assert pull(database, page(thread(2))) == ChangeSet()
    tables = database.read(
        lambda db: [
            row[0]
            for row in db.execute(
                "SELECT name FROM cache.sqlite_master WHERE type = 'table' AND sql LIKE '%account%'"
            )
        ]
    )
    assert {"cache_item", "cache_person", "cache_member"} <= set(tables)
    full = database.read(
        lambda db: [
            name
            for name in tables
            if db.execute(f"SELECT 1 FROM {name}").fetchone()  # noqa: S608
        ]
    )
    assert full == []


def test_a_new_title_is_found(database: InlineDatabase) -> None:
    pull(database, page(thread(1, "Budget")))
    pull(database, page(thread(1, "Forecast"), entries=[]))
    assert _found(database, words=("forecast",)) == ["Forecast"]
    assert _found(database, words=("budget",)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(minutes=st.lists(st.integers(-60_000_000, 500_000), min_size=1, max_size=30))
def test_rowids_are_in_time_order(database: InlineDatabase, minutes: list[int]) -> None:
    item = thread(0)
    held = [
        mail(item, number, at=NOW + timedelta(minutes=minute, milliseconds=minute % 3))
        for number, minute in enumerate(minutes)
    ]
    pull(database, page(gone=frozenset({item.key})))
    pull(database, page(item, entries=held))
    times = [
        row[0]
        for row in database.read(
            lambda db: db.execute("SELECT at FROM cache_entry ORDER BY id").fetchall()
        )
    ]
    assert times == sorted(times)
    assert len(times) == len(held)


def test_search_means_what_was_typed(database: InlineDatabase) -> None:
    jo = Handle("Jörg Ümit", "jorg@x.test")
    first, second, third = thread(1, "Trip to Rome"), thread(2, "Invoice"), thread(3, "Rome trip")
    pull(
        database,
        page(
            first,
            second,
            third,
            entries=[
                mail(first, text="tickets and hotel", author=jo),
                mail(second, text="please pay", to=(jo,)),
                mail(third, text="hotel"),
            ],
        ),
    )
    assert _found(database, words=("rome",)) == ["Trip to Rome", "Rome trip"]
    assert _found(database, phrases=("rome trip",)) == ["Rome trip"]
    assert _found(database, words=("hot",), open_end=True) == ["Trip to Rome", "Rome trip"]
    assert _found(database, words=("hot",)) == []
    assert _found(database, words=("hotel",), without=("tickets",)) == ["Rome trip"]
    assert _found(database, without=("hotel",)) == ["Invoice"]
    assert _found(database, who=(("from", "jorg"),)) == ["Trip to Rome"]
    assert _found(database, who=(("to", "JÖRG ü"),)) == ["Invoice"]
    before = NOW - timedelta(minutes=2)
    assert _found(database, words=("rome",), before=before) == ["Rome trip"]
    assert _found(database, words=("rome",), after=before) == ["Trip to Rome"]
    assert _found(database, kinds=frozenset({Kind.TASK})) == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=12), st.text(max_size=12))
def test_no_text_is_syntax(database: InlineDatabase, word: str, other: str) -> None:
    pull(database, page(thread(1, title=Untrusted("Matter"), key=ServiceKey("t1"))))
    for conditions in (
        {"words": (word,), "open_end": True},
        {"phrases": (word, other), "without": (other,)},
        {"without": (word,)},
        {"who": (("from", word), ("to", other))},
        {"places": (word,), "words": (other,)},
    ):
        _found(database, **conditions)


def test_one_place_is_no_more_and_the_others_stay(database: InlineDatabase) -> None:
    work, home, label = Place("1", "folder", "Work"), Place("2", "folder", "Home"), MARKED
    pull(database, page(places=(work, home, label)))
    pull(database, page(places=(), gone_places=frozenset({("folder", "1"), ("folder", "3")})))
    assert {*database.read(lambda db: streams.places(db, ACCOUNT))} == {home, label}
    # What is named again in the same page is there.
    pull(database, page(places=(home,), gone_places=frozenset({("folder", "2")})))
    assert home in database.read(lambda db: streams.places(db, ACCOUNT))


def test_what_is_ahead_stands_after_what_has_been(database: InlineDatabase) -> None:
    days = {1: -1, 2: 9, 3: -3, 4: 2}
    made = [thread(number, at=NOW + timedelta(days=off)) for number, off in days.items()]
    pull(database, page(*made))
    found = database.read(lambda db: pane.everything(db, None, 9, NOW))
    assert found == [id_of(made[number - 1]) for number in (1, 3, 4, 2)]
    assert database.read(lambda db: pane.everything(db, None, 3, NOW)) == found[:3]
