"""Letters in the whole window over a real desk: begun, left, found again, sent and taken back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.changes import Page
from loopdesk.core.items import Entry, Item, Kind, ServiceKey, Untrusted
from loopdesk.core.places import Place
from loopdesk.desk.letters import LARGE_BYTES
from loopdesk.store import accounts, items
from loopdesk.ui.composer import Composer
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.window import Window
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, ADA, LEGAL, MIRA, NOW, ZONE

CTRL = Qt.KeyboardModifier.ControlModifier
TAKES = ("reply", "reply-all", "forward", "draft", "delete", "label", "unlabel", "archive", "move")


@dataclass
class Desktop:
    window: Window
    session: Session
    profile: Profile
    qtbot: QtBot

    @property
    def docked(self) -> Composer:
        return self.window.composer

    @property
    def writer(self) -> Composer:
        return self.session.orders.letters.writer

    def press(self, keys: str) -> None:
        for key in keys:
            self.profile.clock.move(1)
            QTest.keyClicks(self.focus(), key)

    def beside(self) -> QWidget | None:
        return self.window.beside

    def focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None
        return focus

    def drafts(self) -> list[str]:
        return [one.text.split("\n")[0] for one in self.profile.desk.letters.drafts()]

    def outbox(self) -> list[str]:
        return [action.name for action in self.profile.desk.outbox()]


@pytest.fixture
def desktop(qtbot: QtBot, profile: Profile) -> Desktop:
    page = Page(
        items=(
            Item(
                ServiceKey("thread"),
                Kind.MESSAGE,
                Untrusted("Contract for Halden: can you sign off today?"),
                people=(ADA, LEGAL),
                at=NOW,
                unread=True,
                places=frozenset({"INBOX", "L1"}),
                actions=TAKES,
            ),
        ),
        entries=(
            Entry(
                ServiceKey("mail"),
                ServiceKey("thread"),
                ADA,
                NOW,
                text=Untrusted("Mira, can you sign off today?"),
                to=(MIRA,),
                cc=(LEGAL,),
            ),
        ),
        places=(
            Place("L1", "label", "Deals"),
            Place("L2", "label", "Hiring"),
            Place("C1", "category", "Clients"),
            Place("F1", "mail-folder", "Harbour"),
            Place("D1", "folder", "Drawings"),
        ),
    )
    profile.database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    window = Window([], profile.clock, ZONE)
    session = Session(profile.bridge, window, ZONE, [], Owner(), print)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    session.start()
    made = Desktop(window, session, profile, qtbot)
    qtbot.waitUntil(lambda: window.list.current_row() is not None)
    assert window.list.select(profile.contract)
    qtbot.waitUntil(lambda: window.reader.row is not None)
    return made


def test_a_letter_that_is_left_is_found_among_the_drafts_and_goes_on(desktop: Desktop) -> None:
    desktop.press("c")
    assert desktop.beside() is desktop.writer
    for key in "ada@northwind.test,":
        QTest.keyClicks(desktop.focus(), key)
    QTest.keyClicks(desktop.writer.words, "Dear Ada")
    QTest.keyClick(desktop.writer.words, Qt.Key.Key_Escape)
    assert desktop.beside() is None
    assert desktop.window.list.hasFocus()
    desktop.qtbot.waitUntil(lambda: desktop.drafts() == ["Dear Ada"])
    # Nothing of it is news: only its copy is on its way.
    assert desktop.outbox() == ["draft"]
    desktop.press("gd")
    QTest.keyClick(desktop.focus(), Qt.Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.writer.draft is not None)
    assert desktop.writer.words.text() == "Dear Ada"
    QTest.keyClicks(desktop.focus(), ", hello")
    QTest.keyClick(desktop.focus(), Qt.Key.Key_Return, CTRL)
    assert desktop.writer.question.isVisible()  # no subject yet
    desktop.writer.question.second.click()
    desktop.qtbot.waitUntil(lambda: desktop.outbox() == ["compose"])
    assert desktop.profile.desk.outbox()[0].arguments.text == "Dear Ada, hello"
    assert desktop.drafts() == []


def test_without_an_account_for_it_a_new_letter_says_what_is_missing(desktop: Desktop) -> None:
    own = desktop.profile.database.own
    own.transact(lambda db: accounts.remove(db, ACCOUNT))
    desktop.press("c")
    toast = desktop.window.toast
    desktop.qtbot.waitUntil(lambda: "no account that is connected" in toast.text.text())
    assert desktop.beside() is None


def test_a_link_to_somebody_opens_the_composer(desktop: Desktop) -> None:
    link = "mailto:joe@x.test?subject=Lunch&body=At%20noon%3F&bcc=eve@x.test"
    desktop.window.reader.link.emit(link)
    desktop.qtbot.waitUntil(lambda: desktop.writer.draft is not None)
    assert desktop.beside() is desktop.writer
    written = desktop.writer.now()
    assert written is not None
    assert (written.name, written.to, written.bcc) == ("compose", ("joe@x.test",), ())
    assert (written.subject, written.text) == ("Lunch", "At noon?")
    assert desktop.writer.words.hasFocus()  # who gets it is settled
    # What was written in one stays as a draft when another is followed.
    QTest.keyClicks(desktop.focus(), "So: ")
    desktop.window.reader.link.emit("MAILTO:ada@northwind.test")
    desktop.qtbot.waitUntil(lambda: desktop.writer.people.to() == ("ada@northwind.test",))
    assert desktop.writer.words.text() == ""
    desktop.qtbot.waitUntil(lambda: len(desktop.drafts()) == 1)
    # Nothing is kept of one in which nothing was written.
    QTest.keyClick(desktop.writer.words, Qt.Key.Key_Escape)
    desktop.profile.read_out(desktop.qtbot)
    assert len(desktop.drafts()) == 1


def test_a_letter_with_large_files_goes_to_its_service_when_it_is_left(desktop: Desktop) -> None:
    desktop.press("r")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    letter = desktop.docked.letter
    assert letter is not None
    blob = desktop.profile.desk.files.attach(ACCOUNT, "film.mp4", bytes(2 * LARGE_BYTES))
    desktop.docked.add_file(letter, blob)
    QTest.keyClicks(desktop.docked.words, "Look")
    desktop.qtbot.waitUntil(lambda: desktop.drafts() == ["Look"])  # kept at the pause
    assert desktop.outbox() == []
    QTest.keyClick(desktop.docked.words, Qt.Key.Key_Escape)
    desktop.qtbot.waitUntil(lambda: desktop.outbox() == ["draft"])
    assert desktop.profile.desk.outbox()[0].arguments.files == (blob.id,)


def test_what_was_taken_back_opens_as_it_stood(desktop: Desktop) -> None:
    desktop.press("a")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    QTest.keyClicks(desktop.docked.words, "Yes ")
    desktop.docked.words.bold()
    QTest.keyClicks(desktop.docked.words, "today")
    letter = desktop.docked.letter
    assert letter is not None
    blob = desktop.profile.desk.files.attach(ACCOUNT, "terms.txt", b"terms")
    desktop.docked.add_file(letter, blob)
    QTest.keyClick(desktop.docked.words, Qt.Key.Key_Return, CTRL)
    desktop.qtbot.waitUntil(lambda: desktop.window.toast.counting)
    assert desktop.outbox() == ["reply-all"]
    assert desktop.docked.letter is None
    desktop.press("z")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    back = desktop.docked.now()
    assert back is not None
    assert (back.text, back.html) == ("Yes today", "<div>Yes <b>today</b></div>")
    assert back.files == (blob,)
    assert [who.split()[0] for who in (*back.to, *back.cc)] == ["Ada", "Legal"]
    assert desktop.outbox() == []


def test_an_answer_to_all_becomes_one_to_a_single_person_and_back(desktop: Desktop) -> None:
    desktop.press("a")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    QTest.keyClicks(desktop.docked.words, "Between us")
    assert desktop.docked.turn_button.isVisible()
    desktop.docked.turn_button.click()
    desktop.qtbot.waitUntil(lambda: desktop.docked.name == "reply")
    assert (desktop.docked.people.cc(), desktop.docked.words.text()) == ((), "Between us")
    desktop.docked.turn_button.click()
    desktop.qtbot.waitUntil(lambda: desktop.docked.name == "reply-all")
    assert len(desktop.docked.people.cc()) == 1


def test_a_discarded_draft_comes_back_with_one_key(desktop: Desktop) -> None:
    desktop.press("r")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    QTest.keyClicks(desktop.docked.words, "Never mind")
    desktop.docked._discard()
    desktop.qtbot.waitUntil(lambda: desktop.window.toast.isVisible())
    assert desktop.window.toast.text.text() == "Draft discarded"
    assert desktop.drafts() == []
    desktop.window.list.setFocus()
    desktop.press("z")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    assert desktop.docked.words.text() == "Never mind"
    assert desktop.drafts() == ["Never mind"]


def test_another_item_leaves_the_letter_behind_as_a_draft(desktop: Desktop) -> None:
    desktop.press("r")
    desktop.qtbot.waitUntil(lambda: desktop.docked.draft is not None)
    QTest.keyClicks(desktop.docked.words, "Half")
    desktop.window.list.select(desktop.profile.review)
    desktop.qtbot.waitUntil(lambda: desktop.docked.letter is None)
    desktop.qtbot.waitUntil(lambda: desktop.drafts() == ["Half"])


def test_labels_are_put_on_taken_off_and_made_by_keyboard(desktop: Desktop) -> None:
    desktop.press("l")
    places = desktop.session.filing._places
    desktop.qtbot.waitUntil(places.isVisible)
    QTest.keyClicks(places.typed, "hir")
    QTest.keyClick(places.typed, Qt.Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.outbox() == ["label"])
    assert desktop.profile.desk.outbox()[0].arguments.to == ("L2",)
    desktop.press("l")
    desktop.qtbot.waitUntil(places.isVisible)
    QTest.keyClicks(places.typed, "deals")
    QTest.keyClick(places.typed, Qt.Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.outbox() == ["label", "unlabel"])
    desktop.press("l")
    desktop.qtbot.waitUntil(places.isVisible)
    QTest.keyClicks(places.typed, "Board")
    QTest.keyClick(places.typed, Qt.Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.outbox() == ["label", "unlabel", "label"])
    assert desktop.profile.desk.outbox()[-1].arguments.to == ("Board",)


@pytest.mark.parametrize(
    ("key", "offered"),
    [("l", ["Clients", "Deals", "Hiring"]), ("v", ["Deals", "Harbour", "Hiring"])],
)
def test_a_mail_is_put_where_mails_are(desktop: Desktop, key: str, offered: list[str]) -> None:
    """In a category or a folder of mail, and never in one of the same account's drive."""
    desktop.press(key)
    places = desktop.session.filing._places
    desktop.qtbot.waitUntil(places.isVisible)
    assert sorted(place.name for place in places._places) == offered
