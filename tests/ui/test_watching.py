"""A file open in another program: what is saved there becomes a new version, and how it is told.

The programs are the test: they write over the copy as programs do.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.actions import Action, Receipt, State
from loopdesk.core.changes import Page
from loopdesk.core.items import ItemId, Kind, ServiceKey, item_id
from loopdesk.core.seams import Connection
from loopdesk.store import accounts, items, outbox
from loopdesk.system.opener import Opener
from loopdesk.ui.file import FilePart
from loopdesk.ui.part import Held
from loopdesk.ui.watching import Watching
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, NOW
from tests.ui.test_opening import Sitting
from tests.ui.work import SCAN, TERMS, work

FIRST = b"The terms"


class Desk(Sitting):
    """A sitting at which programs save."""

    def open(self, item: ItemId = TERMS, entry: str = "terms", part: str = "") -> Path:
        before = len(self.handed)
        name = "halden-terms.txt" if item == TERMS else "scan.txt"
        self.session.opening.want(Held(item, entry, part, name, "text/plain", 9, "open"))
        self.qtbot.waitUntil(lambda: len(self.handed) > before)
        return self.handed[-1]

    @property
    def watching(self) -> Watching:
        found = self.session.opening.watching
        assert found is not None
        return found

    def look(self) -> None:
        """Look until what is there now has been looked at twice, and what came of it is on disk."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: not self.watching._looking)
            self.watching.look()
        self.qtbot.waitUntil(lambda: not self.watching._looking)
        self.write_out()

    def write_out(self) -> None:
        """Wait until everything that was to be written is."""
        written: list[object] = []
        self.work.profile.bridge.write(lambda: None, written.append)
        self.qtbot.waitUntil(lambda: bool(written))

    def waiting(self) -> list[Action]:
        return [one for one in self.work.profile.desk.outbox() if one.state is State.WAITING]

    def bytes_of(self, action: Action) -> bytes:
        return self.work.profile.desk.files.read(action.arguments.files[0])

    def deliver(self, action: Action, **facts: object) -> None:
        """Be the engine: it took effect."""
        receipt = Receipt({"file": "terms", **facts})

        def work(db: Connection) -> None:
            assert outbox.claim(db, action.id, NOW)
            outbox.settle(db, action.id, receipt, NOW)
            outbox.follow(db, action, str(facts.get("version", "")))

        self.work.profile.database.own.transact(work)

    def pull(self, revision: str) -> None:
        """Be the engine: somebody else has changed the file."""
        database = self.work.profile.database
        kept = database.read(lambda db: items.get(db, TERMS))
        assert kept is not None
        assert kept.item.file is not None
        newer = replace(kept.item, version="9", file=replace(kept.item.file, revision=revision))
        page = Page(items=(newer,))
        database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))


@pytest.fixture
def desk(qtbot: QtBot, profile: Profile, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, work(profile, tmp_path), tmp_path / "copies")
    desk.work.arrive(TERMS, "terms", "", "halden-terms.txt", FIRST)
    return desk


def rename_over(copy: Path, data: bytes) -> None:
    beside = copy.with_name(".tmp")
    beside.write_bytes(data)
    beside.replace(copy)


def test_what_is_saved_becomes_one_new_version_of_what_was_opened(desk: Desk) -> None:
    copy = desk.open()
    assert copy.stat().st_mode & 0o777 == 0o600
    toast = desk.window.toast.text
    desk.qtbot.waitUntil(lambda: "becomes a new version" in toast.text())
    desk.look()
    copy.write_bytes(FIRST)  # written anew, and the same
    desk.look()
    assert desk.waiting() == []
    desk.pull("v3")  # which the person has not seen
    rename_over(copy, b"The terms, agreed")
    desk.look()
    (first,) = desk.waiting()
    assert (first.name, first.item, first.target.version) == ("upload", TERMS, "v2")
    assert desk.bytes_of(first) == b"The terms, agreed"
    desk.qtbot.waitUntil(lambda: "halden-terms.txt: the new version leaves in" in toast.text())
    assert desk.window.toast.undo_button.isVisible()
    # Saved once more before it left, it is one version.
    copy.write_bytes(b"The terms, all agreed")
    desk.look()
    (second,) = desk.waiting()
    assert (second.target.version, desk.bytes_of(second)) == ("v2", b"The terms, all agreed")
    desk.window.toast.undo_button.click()
    desk.qtbot.waitUntil(lambda: desk.waiting() == [])
    desk.look()
    assert desk.waiting() == []  # it was taken back, and is sent only when it is saved again
    copy.write_bytes(b"The terms, as they are")
    desk.look()
    (third,) = desk.waiting()
    # It goes over the version that came of the last one, or beside a stranger's where both stay.
    desk.deliver(third, version="v4")
    copy.write_bytes(b"The terms, once more")
    desk.look()
    (fourth,) = desk.waiting()
    assert fourth.target.version == "v4"
    desk.work.profile.database.own.transact(lambda db: outbox.claim(db, fourth.id, NOW))
    copy.write_bytes(b"The terms, while that one is sent")
    desk.look()
    (fifth,) = desk.waiting()
    assert fifth.target.version == "v4"
    receipt = Receipt({"file": "scan", "version": "r1", "conflict": True})
    desk.work.profile.database.own.transact(
        lambda db: outbox.settle(db, fourth.id, receipt, NOW),
    )
    assert [one.item for one in desk.work.profile.desk.copies()] == [TERMS]  # by the fifth
    desk.deliver(fifth, file="scan", version="r1", conflict=True)
    assert [(one.item, one.base) for one in desk.work.profile.desk.copies()] == [(SCAN, "r1")]


def test_what_cannot_be_sent_is_opened_to_be_read_and_says_so(desk: Desk) -> None:
    desk.work.arrive(SCAN, "scan", "", "scan.txt", b"A scan")
    desk.work.arrive(TERMS, "terms", "text/markdown", "halden-terms.txt", b"# The terms")
    toast = desk.window.toast.text
    assert desk.open(SCAN, "scan").stat().st_mode & 0o777 == 0o400
    desk.qtbot.waitUntil(lambda: toast.text().endswith("You may not change this file"))
    assert desk.open(part="text/markdown").stat().st_mode & 0o777 == 0o400
    desk.qtbot.waitUntil(lambda: "as its service prints it" in toast.text())
    assert desk.work.profile.desk.copies() == ()


def test_what_may_not_be_changed_any_more_is_kept_until_it_may(desk: Desk) -> None:
    copy = desk.open()
    database = desk.work.profile.database
    kept = database.read(lambda db: items.get(db, TERMS))
    assert kept is not None

    def pull(*actions: str, version: str) -> None:
        page = Page(items=(replace(kept.item, actions=actions, version=version),))
        database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))

    pull("comment", version="8")
    copy.write_bytes(b"Mine")
    desk.look()
    toast = desk.window.toast.text
    desk.qtbot.waitUntil(lambda: toast.text().startswith("halden-terms.txt was not sent: you may"))
    assert desk.waiting() == []
    pull("upload", version="9")
    desk.watching._heard()
    desk.look()
    (action,) = desk.waiting()
    assert desk.bytes_of(action) == b"Mine"
    # With its account everything that came from it goes.
    database.own.transact(lambda db: accounts.remove(db, ACCOUNT))
    desk.look()
    assert not copy.parent.exists()


def test_a_file_shows_that_it_is_open_elsewhere_and_is_so_no_more(desk: Desk) -> None:
    desk.read(TERMS)
    part = desk.window.reader.part
    assert isinstance(part, FilePart)
    assert not part._elsewhere.isVisible()
    copy = desk.open()
    desk.qtbot.waitUntil(part._elsewhere.isVisible)
    # Opened again, it is the same copy.
    assert desk.open() == copy
    part.close_elsewhere.click()
    desk.qtbot.waitUntil(lambda: not part._elsewhere.isVisible())
    assert not copy.parent.exists()
    assert desk.work.profile.desk.copies() == ()


def test_the_next_start_goes_on_and_an_end_leaves_what_is_needed(
    desk: Desk, tmp_path: Path
) -> None:
    desk.watching._timer.stop()
    known, held, fresh = desk.open(), desk.open(), desk.open()
    assert known == held == fresh
    copies = tmp_path / "copies"
    other = Opener(copies, lambda command: None).copy("read.txt", [FIRST])
    fresh.write_bytes(b"Being saved as LoopDesk ends")
    desk.session.opening.leave()
    desk.write_out()
    assert desk.waiting() == []  # it may not be whole: the next start looks
    assert (fresh.exists(), other.exists()) == (True, False)
    # Ended by force, and started again: what was saved meanwhile is found.
    fresh.write_bytes(b"Saved while nobody looked")
    again = Watching(desk.work.profile.bridge, desk.window, Opener(copies, lambda command: None))
    again.begin()
    desk.qtbot.waitUntil(lambda: again.items == {TERMS})
    again._timer.stop()
    for _ in range(2):
        again.look()
        desk.qtbot.waitUntil(lambda: not again._looking)
    desk.qtbot.waitUntil(lambda: len(desk.waiting()) == 1)
    assert desk.bytes_of(desk.waiting()[0]) == b"Saved while nobody looked"
    # What stands still for long enough is sent as it ends, and then nothing is left.
    fresh.write_bytes(b"Saved a while before the end")
    os.utime(fresh, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    again.leave()
    desk.write_out()
    (last,) = desk.waiting()
    assert desk.bytes_of(last) == b"Saved a while before the end"
    # Taken back, it is nowhere else: it stays for a while, as one left it.
    fresh = desk.open()
    os.utime(fresh, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    fresh.write_bytes(b"Words that are not to be sent")
    desk.look()
    desk.work.profile.desk.undo(desk.waiting()[-1].id)
    again.leave()
    desk.write_out()
    assert fresh.read_bytes() == b"Words that are not to be sent"
    assert desk.open() == fresh
    desk.watching.end(TERMS)
    desk.qtbot.waitUntil(lambda: not copies.exists() or not any(copies.iterdir()))
    assert item_id(ACCOUNT, Kind.FILE, ServiceKey("terms")) == last.item
