"""The two files: how they are made, opened, refused, set aside, and what a crash leaves of them."""

from __future__ import annotations

import random
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loopdesk.core.changes import Stream
from loopdesk.core.errors import NewerFile, StoreDamaged, StoreFull, WrongKey
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection
from loopdesk.store import connection, items, leaving, migrate, outbox, streams
from loopdesk.store.connection import CACHE, OWN, InlineDatabase, SqlDatabase, prepare
from tests.store.made import KEY, action, mail, page, pull, thread

OTHER_KEY = bytes(32)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _spoil(file: Path) -> None:
    """Overwrite a part of every page but the first."""
    size = file.stat().st_size
    with file.open("r+b") as raw:
        for place in range(4096, size, 4096):
            raw.seek(place + 100)
            raw.write(b"spoilt" * 10)


def test_files_are_the_owners_alone_and_encrypted(database: InlineDatabase, folder: Path) -> None:
    pull(database, page(thread(1, "Canary title")))
    assert _mode(folder) == 0o700
    made = sorted(folder.iterdir())
    assert {path.name for path in made} >= {"own.db", "cache.db", "own.db-wal", "cache.db-wal"}
    assert {_mode(path) for path in made} == {0o600}
    for path in made:
        raw = path.read_bytes()
        assert b"Canary" not in raw
        assert b"SQLite format" not in raw
        assert KEY not in raw


@pytest.mark.parametrize(("file", "synchronous"), [(OWN, 2), (CACHE, 1)])
def test_settings_are_the_measured_ones(
    folder: Path, database: InlineDatabase, file: str, synchronous: int
) -> None:
    db = connection.connect(folder, file, KEY)

    def pragma(name: str) -> object:
        return db.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == synchronous
    assert pragma("cipher_version")
    assert int(str(pragma("page_size"))) == 4096
    assert pragma("user_version") == len(migrate.steps(file))
    connection.close(db)


@pytest.mark.parametrize("file", [OWN, CACHE])
def test_every_older_file_becomes_what_a_new_one_is(tmp_path: Path, file: str) -> None:
    def schema(db: Connection) -> list[tuple[str, str]]:
        return db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()

    new = connection.connect(tmp_path, file, KEY)
    migrate.migrate(new, file)
    wanted = schema(new)
    connection.close(new)
    for version, _step in enumerate(migrate.steps(file)):
        folder = tmp_path / str(version)
        folder.mkdir()
        old = connection.connect(folder, file, KEY)
        for step in migrate.steps(file)[:version]:
            for statement in migrate.statements(step):
                old.execute(statement)
        old.execute(f"PRAGMA user_version = {version}")
        migrate.migrate(old, file)
        assert schema(old) == wanted
        connection.close(old)


def test_what_an_older_file_holds_is_read_as_before(tmp_path: Path) -> None:
    old = connection.connect(tmp_path, CACHE, KEY)
    for statement in migrate.statements(migrate.steps(CACHE)[0]):
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.execute(
        "INSERT INTO cache_stream (account, key, rank, poll_s, idle_poll_s, feature, cursor)"
        " VALUES ('a', 'mail', 1, 30, 60, 'mail', 'c')"
    )
    old.execute(
        "INSERT INTO cache_item (id, account, kind, key, title, snippet, people, sort_at, ends_at,"
        " version, pulse, places, unread, starred, wanted, pane, answer, actions, url, holder,"
        " parent) VALUES ('i', 'a', 'message', 't1', 'Budget', '', '[]', 0, 0, '', '', '[]', 1, 0,"
        " 1, 1, 'none', '[]', '', '', '')"
    )
    migrate.migrate(old, CACHE)
    (feed,) = streams.feeds(old, AccountId("a"))
    assert (feed.cursor, feed.stream) == ("c", Stream("mail", 30, 60, "mail", rank=1))
    kept = items.get(old, ItemId("i"))
    assert kept is not None
    assert (kept.item.title, kept.item.chat) == ("Budget", None)
    connection.close(old)


@pytest.mark.parametrize("file", [OWN, CACHE])
def test_a_newer_file_is_refused_and_left_as_it_is(folder: Path, file: str) -> None:
    prepare(folder, KEY)
    db = connection.connect(folder, file, KEY)
    db.execute("PRAGMA user_version = 99")
    connection.close(db)
    before = connection.path(folder, file).read_bytes()
    with pytest.raises(NewerFile):
        prepare(folder, KEY)
    assert connection.path(folder, file).read_bytes() == before


def test_a_wrong_key_and_a_damaged_file_are_told_apart(folder: Path) -> None:
    prepare(folder, KEY)
    files = {name: connection.path(folder, name) for name in (OWN, CACHE)}
    before = {name: path.read_bytes() for name, path in files.items()}
    with pytest.raises(WrongKey):
        prepare(folder, OTHER_KEY)
    assert {name: path.read_bytes() for name, path in files.items()} == before

    files[OWN].write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreDamaged):
        prepare(folder, KEY)
    assert files[OWN].read_bytes() == b"not a database" * 1000


def test_a_damaged_cache_is_set_aside_and_the_outbox_kept(folder: Path) -> None:
    prepare(folder, KEY)
    database = InlineDatabase(folder, KEY)
    database.own.transact(lambda db: outbox.add(db, action(1)))
    database.close()
    _spoil(connection.path(folder, CACHE))
    assert prepare(folder, KEY) is True
    assert prepare(folder, KEY) is False
    database = InlineDatabase(folder, KEY)
    assert [kept.id for kept in database.read(outbox.open_actions)] == [action(1).id]
    database.close()


def test_readers_follow_to_the_new_cache(folder: Path) -> None:
    prepare(folder, KEY)
    window = SqlDatabase(folder, KEY)
    count = "SELECT count(*) FROM cache_item"
    assert window.read(lambda db: db.execute(count).fetchone()) == (0,)
    connection.condemn(folder)
    assert prepare(folder, KEY)
    engine = SqlDatabase(folder, KEY)
    engine.cache.transact(
        lambda db: db.execute("INSERT INTO cache_fact VALUES ('anything', 'new')")
    )
    fact = "SELECT value FROM cache_fact WHERE name = 'anything'"
    assert window.read(lambda db: db.execute(fact).fetchone()) == ("new",)
    window.close()
    engine.close()


def test_readers_close_with_their_threads(folder: Path) -> None:
    prepare(folder, KEY)
    database = SqlDatabase(folder, KEY)

    def held() -> int:
        fds = Path("/proc/self/fd")
        return sum(str(folder) in str(fd.readlink()) for fd in fds.iterdir() if fd.is_symlink())

    database.read(outbox.last_seq)
    before = held()
    for _ in range(3):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: database.read(outbox.last_seq), range(8)))
    # POSIX locks make SQLite keep a closed file until its last connection goes: bounded, not none.
    assert held() <= before + 8
    database.close()


def test_readers_cannot_write(database: InlineDatabase) -> None:
    with pytest.raises(Exception, match="OperationalError"):
        database.read(lambda db: db.execute("DELETE FROM own_setting"))


def test_a_full_disk_leaves_nothing_half_written(database: InlineDatabase) -> None:
    pull(database, page(thread(1)))
    pages = database.cache.transact(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    database.cache.transact(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 2}"))
    held = [thread(number) for number in range(2, 60)]
    big = page(*held, entries=[mail(item, text="word " * 3000) for item in held])
    with pytest.raises(StoreFull):
        pull(database, big)
    assert [row[0] for row in database.read(_titles)] == ["Matter 1"]

    database.cache.transact(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    pull(database, big)
    assert len(database.read(_titles)) == 59


def _titles(db: Connection) -> list[tuple[str]]:
    return db.execute("SELECT title FROM cache_item ORDER BY sort_at").fetchall()


def test_a_full_disk_refuses_an_action_whole(database: InlineDatabase) -> None:
    pages = database.own.transact(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    database.own.transact(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))
    written = 0

    def write(number: int) -> None:
        database.own.transact(lambda db: outbox.add(db, action(number)))

    with pytest.raises(StoreFull):  # noqa: PT012  # which of them is the first to fail is not known
        for number in range(1, 500):
            write(number)
            written = number
    assert len(database.read(outbox.open_actions)) == written


_WRITER = """
import sys
from pathlib import Path
from loopdesk.store import outbox
from loopdesk.store.connection import InlineDatabase
from tests.store.made import KEY, NOW, action, id_of, mail, page, pull, thread
from loopdesk.core.actions import Receipt

database = InlineDatabase(Path(sys.argv[1]), KEY)
first = int(sys.argv[2])
for number in range(first, first + 100_000):
    held = thread(number % 50, f"Matter {number}")
    pull(database, page(held, cursor=str(number)))
    this = action(number, item=id_of(held))
    database.own.transact(lambda db: outbox.add(db, this))
    print(number, flush=True)
    database.own.transact(lambda db: outbox.claim(db, this.id, NOW))
    database.own.transact(lambda db: outbox.settle(db, this.id, Receipt(), NOW))
"""


def test_killed_at_any_moment_it_opens_again_with_all_that_was_promised(
    database: InlineDatabase, folder: Path
) -> None:
    lots = random.Random(7)
    first = 1
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(folder), str(first)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        promised = first
        for _line in range(lots.randrange(1, 60)):
            promised = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0].split()
        promised = int(rest[-1]) if rest else promised

        assert prepare(folder, KEY) is False
        again = InlineDatabase(folder, KEY)
        known = again.read(lambda db: outbox.latest(db, 1_000_000))
        assert {int(one.id, 16) for one in known} >= set(range(1, promised + 1))
        assert sum(one.state in ("waiting", "sending") for one in known) <= 1
        assert again.read(_incomplete) == (0, 0)
        again.own.transact(outbox.interrupted)
        again.own.transact(_give_up_all)
        first = int(known[0].id, 16) + 1
        again.close()


def _give_up_all(db: Connection) -> None:
    for one in outbox.open_actions(db):
        outbox.give_up(db, one.id, one.written_at, one.state)


def _incomplete(db: Connection) -> tuple[int, int]:
    """Count items without their entry and entries that the index does not have."""
    bare = db.execute(
        "SELECT count(*) FROM cache_item WHERE id NOT IN (SELECT item FROM cache_entry)"
    ).fetchone()[0]
    indexed = db.execute(
        "SELECT count(*) FROM cache_text WHERE cache_text MATCH 'hello'"
    ).fetchone()[0]
    held = db.execute("SELECT count(*) FROM cache_entry").fetchone()[0]
    return bare, held - indexed


def test_an_interrupted_disconnect_is_found(database: InlineDatabase) -> None:
    pull(database, page(thread(1)))
    assert database.read(leaving.orphans) == []
    database.own.transact(lambda db: db.execute("DELETE FROM own_account"))
    (lost,) = database.read(leaving.orphans)
    while database.cache.transact(lambda db: leaving.forget_account(db, lost)):
        pass
    assert database.read(leaving.orphans) == []
