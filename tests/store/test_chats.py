"""Conversations: what is kept of them, how they are found, and when they count as fresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from loopdesk.core.actions import State
from loopdesk.core.changes import Cursor, Page, Stream
from loopdesk.core.items import (
    Chat,
    Entry,
    Form,
    Item,
    Kind,
    Link,
    Reaction,
    ServiceKey,
    Untrusted,
)
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store import entry_rows, items, outbox, pane, people, search, streams
from loopdesk.store.connection import InlineDatabase
from loopdesk.store.search import Query
from tests.store.made import ACCOUNT, ANN, BO, CY, NOW, action, id_of, mail, pull, thread

GENERAL = Stream("C1", 30.0, 600.0, "messages", budget="history", look_s=10.0, focus_s=60.0)
RANDOM = replace(GENERAL, key="C2")
THUMB = Reaction("+1", "\U0001f44d", 2, ("Cy",), mine=True)


def chat(number: int = 1, form: Form = Form.CHANNEL) -> Item:
    return thread(
        number,
        key=ServiceKey(f"C{number}"),
        actions=("reply", "react", "read"),
        chat=Chat(form, f"C{number}", read_at=NOW),
    )


def _said(item: Item, *said: Entry) -> Page:
    return Page(items=(item,), entries=said, cursor=Cursor("1"))


def _begin(database: InlineDatabase, *feeds: Stream) -> None:
    def work(db: Connection) -> None:
        streams.put(db, ACCOUNT, feeds)
        for feed in feeds:
            streams.begin(db, ACCOUNT, feed.key, NOW)

    database.cache.transact(work)


def _entries(database: InlineDatabase, item: Item) -> list[Entry]:
    return database.read(lambda db: items.entries(db, id_of(item)))


def _found(database: InlineDatabase, query: Query) -> Sequence[str]:
    return database.read(lambda db: search.search(db, query, 9, NOW))


def test_all_of_a_conversation_is_kept(database: InlineDatabase) -> None:
    _begin(database, GENERAL)
    item = chat()
    said = mail(
        item,
        to=(),
        mentions=True,
        reactions=(THUMB,),
        edited_at=NOW,
        links=(Link("Plan", "https://x.test/plan"),),
        thread="C1/9",
        answers=3,
        leaves_at=NOW + timedelta(hours=1),
        automatic=True,
    )
    pull(database, _said(item, said), GENERAL.key)
    kept = database.read(lambda db: items.get(db, id_of(item)))
    assert kept is not None
    assert kept.item == replace(item, places=frozenset({"C1"}))
    assert _entries(database, item) == [replace(said, item=ServiceKey(id_of(item)))]
    (feed,) = [f for f in database.read(lambda db: streams.feeds(db, ACCOUNT)) if f.stream.budget]
    assert feed.stream == GENERAL


def test_a_reaction_is_no_change_of_words_and_an_edit_is(database: InlineDatabase) -> None:
    _begin(database, GENERAL)
    item = chat()
    first = mail(item, text="Lunch at noon?")

    def bring(entry: Entry) -> tuple[int | None, bool]:
        return database.cache.transact(lambda db: entry_rows.put(db, ACCOUNT, id_of(item), entry))

    pull(database, _said(item, first), GENERAL.key)
    liked = replace(first, reactions=(THUMB,), answers=2, thread="C1/9")
    assert bring(liked) == (None, True)
    assert bring(liked) == (None, False)
    assert _entries(database, item)[0].reactions == (THUMB,)
    edited = replace(first, text=Untrusted("Dinner at eight?"), edited_at=NOW)
    rowid, differs = bring(edited)
    assert rowid is not None
    assert differs
    assert _found(database, Query(words=("dinner",))) == [id_of(item)]
    assert _found(database, Query(words=("lunch",))) == []


def test_who_writes_in_a_chat_of_two_writes_to_the_other(database: InlineDatabase) -> None:
    _begin(database, GENERAL)
    direct, channel = chat(1, Form.DIRECT), replace(chat(2), people=(BO, CY))
    said = [
        mail(item, number, author=ANN, to=(), mine=True)
        for item in (direct, channel)
        for number in range(2)
    ]
    brought = Page(items=(direct, channel), entries=tuple(said), cursor=Cursor("1"))
    for _ in range(2):
        pull(database, brought, GENERAL.key)
    dealings = database.read(lambda db: people.dealings(db, ACCOUNT, channel, ()))
    assert dealings.with_whom[BO.key].sent == 2
    assert CY.key not in dealings.with_whom


def test_a_conversation_is_found_by_what_people_call_its_place(database: InlineDatabase) -> None:
    _begin(database, GENERAL, RANDOM)
    item, other = chat(), chat(2)
    places = (Place("C1", "channel", "#general"), Place("C2", "channel", "Bo Berg"))
    pull(database, replace(_said(item, mail(item)), places=places), GENERAL.key)
    pull(database, _said(other, mail(other, text="Hello again")), RANDOM.key)
    for named in ("#general", "general", "#GENERAL", "C1"):
        assert _found(database, Query(places=(named,))) == [id_of(item)]
        assert _found(database, Query(words=("hello",), places=(named,))) == [id_of(item)]
    assert _found(database, Query(places=("@bo berg",))) == [id_of(other)]


def test_it_is_as_fresh_as_the_last_whole_pull_of_a_stream_that_holds_it(
    database: InlineDatabase,
) -> None:
    item = chat()
    at = database.read(lambda db: streams.checked_at(db, id_of(item)))
    assert at is None
    _begin(database, GENERAL)
    pull(database, replace(_said(item), more=True), GENERAL.key)
    assert database.read(lambda db: streams.checked_at(db, id_of(item))) is None
    pull(database, _said(item), GENERAL.key)
    assert database.read(lambda db: streams.checked_at(db, id_of(item))) == NOW


def test_a_stream_that_was_never_pulled_hides_no_news_of_another(
    database: InlineDatabase,
) -> None:
    _begin(database, GENERAL)
    database.cache.transact(lambda db: streams.put(db, ACCOUNT, [RANDOM]))
    item = chat()
    pull(database, _said(item, mail(item)), GENERAL.key)
    read = action(1, "read", id_of(item), state=State.WAITING)

    def new() -> int:
        return database.read(lambda db: pane.totals(db, NOW)).unread.get(Kind.MESSAGE, 0)

    def change(sql: str, *values: object) -> None:
        database.own.transact(lambda db: db.execute(sql, values))

    assert new() == 1
    database.own.transact(lambda db: outbox.add(db, read))
    assert new() == 0
    change("UPDATE own_action SET state = 'sent', settled_at = 1")
    assert new() == 1  # pulled since, and something new was said


def test_what_is_posted_later_is_not_the_newest_yet(database: InlineDatabase) -> None:
    _begin(database, GENERAL)
    item = chat()
    later = mail(item, 1, "Good morning", mine=True, leaves_at=NOW, at=NOW + timedelta(days=1))
    pull(database, _said(item, mail(item), later), GENERAL.key)
    assert database.read(lambda db: pane.owed(db, 9)) == []
    posted = replace(later, leaves_at=None)
    pull(database, _said(item, mail(item), posted), GENERAL.key)
    assert database.read(lambda db: pane.owed(db, 9)) == [id_of(item)]
    # A meeting that the person made owes nobody anything.
    database.cache.transact(lambda db: db.execute("UPDATE cache_item SET kind = 'meeting'"))
    assert database.read(lambda db: pane.owed(db, 9)) == []
