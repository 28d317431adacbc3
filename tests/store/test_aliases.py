"""Things made or moved here: whatever comes first, they keep one id, and what was done to them."""

from __future__ import annotations

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import ChangeSet, Page, Stream
from loopdesk.core.drafts import Draft
from loopdesk.core.items import ItemId, Kind, ServiceKey
from loopdesk.core.seams import Connection
from loopdesk.store import aliases, drafts, items, marks, outbox, streams
from loopdesk.store.connection import InlineDatabase
from tests.store.made import ACCOUNT, MAIL, NOW, action, id_of, judge, mail, page, thread

OTHER = Stream("other", 30.0, 60.0, "mail")
MADE = ItemId("made")


def _pull(database: InlineDatabase, brought: Page, stream: Stream = MAIL) -> ChangeSet:
    names = database.read(lambda db: aliases.names(db, ACCOUNT))
    return database.cache.transact(
        lambda db: items.apply(db, ACCOUNT, stream.key, brought, judge, names)
    )


def _is_known_as(database: InlineDatabase, key: str) -> None:
    database.own.transact(lambda db: aliases.put(db, ACCOUNT, Kind.MESSAGE, ServiceKey(key), MADE))


def _held(database: InlineDatabase) -> list[tuple[str, str]]:
    return database.read(
        lambda db: db.execute("SELECT id, key FROM cache_item ORDER BY id").fetchall()
    )


def test_what_came_before_its_receipt_is_the_one_that_was_made(database: InlineDatabase) -> None:
    item = thread(1)
    _pull(database, page(item))
    _is_known_as(database, "t1")
    # No page need name it again.
    assert _pull(database, page()) == ChangeSet(upserted=(MADE,), removed=(id_of(item),))
    assert _held(database) == [(MADE, "t1")]
    assert _pull(database, page(gone=frozenset({item.key}))) == ChangeSet(removed=(MADE,))


def test_what_moved_stays_under_its_id_and_leaves_both_places(database: InlineDatabase) -> None:
    database.cache.transact(lambda db: streams.put(db, ACCOUNT, [OTHER]))
    _is_known_as(database, "t1")
    _pull(database, page(thread(1)))
    moved = thread(2)
    # The other place is pulled first, and before we know of the move.
    _pull(database, page(moved), OTHER)
    _is_known_as(database, "t2")
    assert _pull(database, page()).removed == (id_of(moved),)
    assert _held(database) == [(MADE, "t2")]
    _pull(database, page(gone=frozenset({ServiceKey("t1")})))
    assert _held(database) == [(MADE, "t2")]
    _pull(database, page(gone=frozenset({ServiceKey("t2")})), OTHER)
    assert _held(database) == []


def test_its_description_moves_along(database: InlineDatabase) -> None:
    for number in (1, 2):
        item = thread(number)
        _is_known_as(database, item.key)
        _pull(database, page(item, entries=[mail(item, key=item.key)]))
    (told,) = database.read(lambda db: items.entries(db, MADE))
    assert told.key == "t2"


def test_its_newest_key_is_the_one_to_act_on(database: InlineDatabase) -> None:
    for key in ("t1", "t2", "t1"):
        _is_known_as(database, key)
        assert database.read(lambda db: aliases.key_of(db, MADE)) == key


def test_what_was_done_under_either_id_is_done_to_the_one(database: InlineDatabase) -> None:
    came = id_of(thread(1))

    def work(db: Connection) -> None:
        for item, name in ((MADE, "pin"), (MADE, "more"), (came, "mute"), (came, "more")):
            marks.mark(db, ACCOUNT, item, name, Arguments(), None)
        outbox.add(db, action(1, "mute", came))
        marks.pass_on(db, came, MADE)
        outbox.pass_on(db, came, MADE)

    database.own.transact(work)
    rows = database.read(
        lambda db: db.execute("SELECT item, pinned, muted, liking FROM own_mark").fetchall()
    )
    assert rows == [(MADE, 1, 1, 2)]
    assert [held.item for held in database.read(lambda db: outbox.latest(db, 9))] == [MADE]


def test_a_draft_in_it_answers_in_the_one(database: InlineDatabase) -> None:
    came = id_of(thread(1))

    def work(db: Connection) -> None:
        drafts.put(db, Draft("d", ACCOUNT, "reply", item=came, text="Half"), NOW)
        drafts.pass_on(db, came, MADE)

    database.own.transact(work)
    (held,) = database.read(lambda db: drafts.of_item(db, MADE))
    assert (held.draft.item, held.draft.text) == (MADE, "Half")
