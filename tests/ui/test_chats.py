"""Writing in conversations: the whole window over a real desk and a small office's messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.actions import Action
from loopdesk.core.changes import Account
from loopdesk.core.items import Form, ItemId, Kind, ServiceKey, item_id
from loopdesk.core.seams import Connection
from loopdesk.desk.desk import Desk
from loopdesk.store import accounts, errands, items, streams
from loopdesk.store.connection import SqlDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.system.seams import SystemIds
from loopdesk.ui import theme
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.chat import ChatPart
from loopdesk.ui.later import typed_ahead
from loopdesk.ui.new_chat import NewChat
from loopdesk.ui.offers import Offers
from loopdesk.ui.own_status import OwnStatus
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.sheet import Sheet
from loopdesk.ui.window import Window
from tests.desk.office import ACCOUNT, ANN, BO, SPECS, Office, OfficeAdapter
from tests.ui.conftest import KEY, SilentEngine
from tests.ui.rows import NOW, ZONE, StillClock

(_STREAM,) = OfficeAdapter(Office()).streams()
_SAID = Qt.ItemDataRole.AccessibleTextRole
_OFFICE = Service("office", "Office", (), "office.test")


@dataclass
class Desktop:
    """A window somebody sits at, with a channel, a thread in it and a chat of two."""

    window: Window
    session: Session
    desk: Desk
    database: SqlDatabase
    clock: StillClock
    qtbot: QtBot
    office: Office

    def id(self, key: str) -> ItemId:
        return item_id(ACCOUNT, Kind.MESSAGE, ServiceKey(key))

    def open(self, key: str) -> ChatPart:
        self.session.open_item(self.desk.row(self.id(key)))
        self.qtbot.waitUntil(lambda: self.window.reader.body is not None)
        part = self.window.reader.part
        assert isinstance(part, ChatPart)
        return part

    def write(self, text: str) -> None:
        box = self.window.chat_box
        box.begin()
        for line, words in enumerate(text.split("\n")):
            if line:
                QTest.keyClick(box.words, Qt.Key.Key_Return)
            QTest.keyClicks(box.words, words)

    def send(self, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        words = self.window.chat_box.words
        control = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(words, Qt.Key.Key_Return, control | modifier)

    def outbox(self, *names: str) -> tuple[Action, ...]:
        """Wait until these actions are on disk."""
        self.qtbot.waitUntil(lambda: [one.name for one in self.desk.outbox()] == list(names))
        return self.desk.outbox()

    def says(self, text: str) -> None:
        toast = self.window.toast
        self.qtbot.waitUntil(lambda: toast.isVisible() and text in toast.text.text())

    def words(self) -> list[str]:
        body = self.window.reader.body
        return [] if body is None else [entry.own for entry in body.entries]


def _take(offers: Offers) -> None:
    popup = offers.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[Desktop]:
    clock, office = StillClock(), Office()
    launch = office.room("C1", "#launch")
    launch.say("Is the build green?")
    launch.say("I look into it.", ANN)
    office.room("C1/C1.0", "", Form.THREAD).say("Is the build green?")
    office.room("D1", "Bo Berg", Form.DIRECT, (BO,)).say("Lunch at twelve?")
    prepare(tmp_path, KEY)
    database = SqlDatabase(tmp_path, KEY)
    account = Account(ACCOUNT, "office", "Ann", ANN.address, "1", features=("messages",))
    database.own.transact(lambda db: accounts.put(db, account))
    adapter = OfficeAdapter(office)
    stream = _STREAM
    page = adapter.pull(stream, None)

    def write(db: Connection) -> None:
        streams.put(db, ACCOUNT, [stream])
        streams.begin(db, ACCOUNT, stream.key, NOW)
        items.apply(db, ACCOUNT, stream.key, page, app.ranker())

    database.cache.transact(write)
    desk = Desk(
        database,
        clock,
        SystemIds(),
        {"office": SPECS},
        app.ranking(),
        lambda: ZONE,
        Vessel(tmp_path / "files"),
    )
    engine = SilentEngine()
    bridge = Bridge(desk, lambda: engine, clock)
    bridge.begin()
    window = Window([_OFFICE], clock, ZONE)
    session = Session(bridge, window, ZONE, [_OFFICE], Owner(), lambda _: None)
    qtbot.addWidget(window)
    window.resize(theme.px(1440), theme.px(900))
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    session.start()
    made = Desktop(window, session, desk, database, clock, qtbot, office)
    qtbot.waitUntil(lambda: window.list.desk_model.rowCount() > 0)
    yield made
    bridge.close()
    bridge.deleteLater()
    database.close()


def test_a_message_is_written_sent_and_taken_back_into_its_box(desktop: Desktop) -> None:
    desktop.open("D1")
    desktop.window.list.setFocus()
    QTest.keyClick(desktop.window.list, Qt.Key.Key_R)
    assert desktop.window.chat_box.words.hasFocus()
    desktop.write("Yes,\nat the harbour")
    desktop.send()
    (reply,) = desktop.outbox("reply")
    assert reply.arguments.text == "Yes,\nat the harbour"
    desktop.qtbot.waitUntil(lambda: "Yes,\nat the harbour" in desktop.words())
    assert desktop.window.chat_box.words.toPlainText() == ""
    back = next(
        b
        for b in desktop.window.reader.findChildren(QPushButton)
        if b.text() == "Take back" and b.isVisible()
    )
    back.click()
    desktop.outbox()
    desktop.qtbot.waitUntil(
        lambda: desktop.window.chat_box.words.toPlainText() == "Yes,\nat the harbour"
    )


def test_what_is_written_stays_with_its_conversation(desktop: Desktop) -> None:
    desktop.open("D1")
    desktop.write("half a thought")
    desktop.open("C1")
    box = desktop.window.chat_box
    assert box.words.toPlainText() == ""
    desktop.write("another")
    desktop.open("D1")
    desktop.qtbot.waitUntil(lambda: box.words.toPlainText() == "half a thought")
    desktop.open("C1")
    desktop.qtbot.waitUntil(lambda: box.words.toPlainText() == "another")
    desktop.send()
    desktop.outbox("reply")
    desktop.open("D1")
    desktop.open("C1")
    desktop.qtbot.wait(50)
    assert box.words.toPlainText() == ""


def test_what_was_typed_just_now_is_kept_when_the_window_goes(desktop: Desktop) -> None:
    desktop.open("D1")
    desktop.write("soon")
    desktop.session.orders.keep()
    desktop.qtbot.waitUntil(lambda: desktop.desk.letters.words(desktop.id("D1")) == "soon")


def test_who_is_named_was_picked_from_a_list(desktop: Desktop) -> None:
    desktop.open("C1")
    box = desktop.window.chat_box
    desktop.write("Ask @be")
    desktop.qtbot.waitUntil(lambda: box._offers.are_shown)
    _take(box._offers)
    desktop.qtbot.waitUntil(lambda: box.words.toPlainText() == "Ask @Bo Berg ")
    desktop.write("or @Cy")
    desktop.send()
    (reply,) = desktop.outbox("reply")
    assert reply.arguments.mentions == (("@Bo Berg", "U2"),)


def test_an_emoji_is_written_by_its_name(desktop: Desktop) -> None:
    desktop.open("C1")
    box = desktop.window.chat_box
    desktop.write("Done :tad")
    desktop.qtbot.waitUntil(lambda: box._offers.are_shown)
    _take(box._offers)
    desktop.qtbot.waitUntil(lambda: box.words.toPlainText() == "Done \U0001f389")


def test_send_later_waits_at_the_service(desktop: Desktop) -> None:
    desktop.open("C1")
    desktop.write("Standup notes")
    box = desktop.window.chat_box
    box.later_button.click()
    picker = desktop.session.orders.chats._later
    QTest.keyClicks(picker.at, "tomorrow 9:30")
    assert picker.means.text() == "tomorrow at 09:30"
    QTest.keyClick(picker.at, Qt.Key.Key_Return)
    (reply,) = desktop.outbox("reply")
    assert reply.arguments.at is not None
    assert reply.arguments.at.astimezone(ZONE).strftime("%d %H:%M") == "25 09:30"


def test_a_moment_is_typed_as_people_say_it() -> None:
    now = NOW.astimezone(ZONE)
    assert typed_ahead("14", now) == now.replace(hour=14, minute=0)
    assert typed_ahead("9", now) == now.replace(day=25, hour=9, minute=0)
    friday = typed_ahead("fri", now)
    assert friday is not None
    assert (friday.day, friday.hour) == (27, 9)
    assert typed_ahead("yesterday", now) is None
    assert typed_ahead("2026-11-01 9:00", now) is None


def test_the_arrow_up_in_an_empty_box_changes_the_last_words(desktop: Desktop) -> None:
    desktop.open("C1")
    box = desktop.window.chat_box
    box.begin()
    QTest.keyClick(box.words, Qt.Key.Key_Up)
    editing = QApplication.focusWidget()
    assert editing is not None
    QTest.keyClicks(editing, " Soon.")
    QTest.keyClick(editing, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (edit,) = desktop.outbox("edit")
    assert (edit.arguments.entry, edit.arguments.text) == ("C1.1", "I look into it. Soon.")
    desktop.qtbot.waitUntil(lambda: "I look into it. Soon." in desktop.words())


def test_the_colon_reacts_to_what_was_said_last(desktop: Desktop) -> None:
    desktop.open("C1")
    desktop.window.list.setFocus()
    QTest.keyClicks(desktop.window.list, ":")
    picker = desktop.session.orders.chats._picker
    desktop.qtbot.waitUntil(picker.isVisible)
    QTest.keyClicks(picker.box, "rocket")
    QTest.keyClick(picker.box, Qt.Key.Key_Return)
    (react,) = desktop.outbox("react")
    assert (react.arguments.entry, react.arguments.text) == ("C1.0", "\U0001f680")
    desktop.qtbot.waitUntil(lambda: desktop.desk.setting("emoji-recent") == "\U0001f680")


def test_before_a_message_is_deleted_one_is_asked(desktop: Desktop) -> None:
    part = desktop.open("C1")
    view = part.stops()[1]
    part._do(view, "thread")  # type: ignore[arg-type]
    assert desktop.window.chat_box.in_thread is not None
    part._do(view, "delete")  # type: ignore[arg-type]
    (sheet,) = desktop.window.findChildren(Sheet)
    assert desktop.desk.outbox() == ()
    next(b for b in sheet.findChildren(QPushButton) if b.text() == "Delete").click()
    (delete,) = desktop.outbox("delete")
    assert delete.arguments.entry == "C1.1"
    assert desktop.window.chat_box.in_thread is None


def test_an_answer_in_a_thread_says_so_and_goes_there(desktop: Desktop) -> None:
    part = desktop.open("C1")
    box = desktop.window.chat_box
    part._do(part.stops()[0], "thread")  # type: ignore[arg-type]
    assert box.words.hasFocus()
    assert box.words.placeholderText() == "Answer in the thread"
    desktop.write("It is")
    desktop.send()
    (reply,) = desktop.outbox("reply")
    assert reply.target.key in ("C1", "C1/C1.0")
    assert box.in_thread is None


def test_a_thread_that_is_not_here_is_asked_for(desktop: Desktop) -> None:
    part = desktop.open("C1")
    part.sought.emit("no-such-item", "C1/C1.9")
    asked: list[dict[str, object]] = []

    def look() -> bool:
        taken = desktop.database.own.transact(errands.take)
        asked.extend(one.facts for one in taken if one.name == "look")
        return any(facts.get("key") == "C1/C1.9" for facts in asked)

    desktop.qtbot.waitUntil(look)
    # The conversation itself was asked about as it was opened.
    assert {"account": ACCOUNT, "item": desktop.id("C1"), "now": False} in asked


def test_the_button_of_a_conversation_has_it_asked_about_at_once(desktop: Desktop) -> None:
    desktop.open("C1")
    (button,) = [
        one
        for one in desktop.window.reader.findChildren(QToolButton)
        if one.accessibleName() == "Check this conversation now" and one.isVisible()
    ]
    button.click()
    asked: list[object] = []

    def looked() -> bool:
        taken = desktop.database.own.transact(errands.take)
        asked.extend(one.facts.get("now") for one in taken if one.name == "look")
        return len(asked) == 2

    desktop.qtbot.waitUntil(looked)
    assert asked == [False, True]


def test_a_conversation_that_only_stands_open_is_not_asked_about_again(desktop: Desktop) -> None:
    asked: list[str] = []

    def looks() -> int:
        taken = desktop.database.own.transact(errands.take)
        asked.extend(one.facts.get("item", "") for one in taken if one.name == "look")
        return asked.count(desktop.id("C1"))

    minute = desktop.session.orders.chats._looking.timeout
    desktop.open("C1")
    minute.emit()
    minute.emit()
    desktop.write("Yes")
    minute.emit()
    desktop.qtbot.waitUntil(lambda: looks() == 2)
    # What is written later is on disk later.
    desktop.send()
    desktop.outbox("reply")
    assert looks() == 2


def test_done_marks_a_conversation_read_and_it_leaves(desktop: Desktop) -> None:
    view = desktop.window.list
    assert view.select(desktop.id("D1"))
    desktop.qtbot.waitUntil(lambda: desktop.window.reader.row is not None)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_E)
    desktop.outbox("read")
    assert desktop.id("D1") not in [row.id for row in view.desk_model.pane.rows]


def test_send_and_done_leaves_the_conversation_behind(desktop: Desktop) -> None:
    desktop.open("D1")
    desktop.write("Yes")
    desktop.send(Qt.KeyboardModifier.ShiftModifier)
    names = ("done", "reply")
    desktop.qtbot.waitUntil(
        lambda: (
            {one.name for one in desktop.desk.activity()} >= set(names)
            or {one.name for one in desktop.desk.activity()} >= {"reply", "read"}
        )
    )


def test_a_conversation_is_saved_for_later_here(desktop: Desktop) -> None:
    desktop.open("C1")
    bar = desktop.window.reader.findChildren(QToolButton)
    save = next(b for b in bar if b.accessibleName() == "Save for later" and b.isVisible())
    save.click()
    desktop.qtbot.waitUntil(lambda: desktop.desk.row(desktop.id("C1")).marks.saved)
    desktop.qtbot.waitUntil(lambda: save.accessibleName() == "Remove from saved")
    assert desktop.desk.outbox() == ()  # no service hears of it


def test_who_writes_stays_where_they_write_though_the_list_goes_on(desktop: Desktop) -> None:
    desktop.open("D1")
    desktop.write("Yes")
    desktop.send()
    desktop.outbox("reply")
    desktop.write("and bring")
    desktop.office.rooms["D1"].read_at = NOW  # answered: nothing of it is new any more
    page = OfficeAdapter(desktop.office).pull(_STREAM, None)
    desktop.database.cache.transact(
        lambda db: items.apply(db, ACCOUNT, _STREAM.key, page, app.ranker())
    )
    desktop.session.refresh()
    view = desktop.window.list
    desktop.qtbot.waitUntil(
        lambda: desktop.id("D1") not in [row.id for row in view.desk_model.pane.rows]
    )
    desktop.write(" the menu")
    row = desktop.window.reader.row
    assert row is not None
    assert row.id == desktop.id("D1")
    assert desktop.window.chat_box.words.toPlainText() == "and bring the menu"


def test_where_nothing_may_be_written_the_box_says_why(desktop: Desktop) -> None:
    box = desktop.window.chat_box
    row = desktop.desk.row(desktop.id("D1"))
    assert row.chat is not None
    box.show_for(replace(row, chat=replace(row.chat, closed=True)))
    closed = box.writes
    assert not closed
    assert "closed" in box._closed.text()
    box.show_for(row)
    assert box.writes
    assert not box.send_button.isEnabled()
    assert box.send_button.toolTip() == "There is nothing written yet"


def test_files_are_dropped_in_and_go_along(desktop: Desktop, tmp_path: Path) -> None:
    desktop.open("D1")
    file = tmp_path / "menu.txt"
    file.write_text("soup")
    box = desktop.window.chat_box
    box.attaching.emit((str(file),))
    desktop.qtbot.waitUntil(lambda: len(box.files.files()) == 1)
    assert not box.later_button.isEnabled()  # files cannot wait at the service
    desktop.write("The menu")
    desktop.send()
    (reply,) = desktop.outbox("reply")
    assert len(reply.arguments.files) == 1


def test_somebody_is_messaged_from_the_palette(desktop: Desktop) -> None:
    desktop.session.command("new-chat")
    desktop.qtbot.waitUntil(lambda: bool(desktop.window.findChildren(NewChat)))
    (sheet,) = desktop.window.findChildren(NewChat)
    desktop.qtbot.waitUntil(sheet.isVisible)
    QTest.keyClicks(sheet.box, "cy")
    desktop.qtbot.waitUntil(lambda: sheet._offers.are_shown)
    _take(sheet._offers)
    desktop.qtbot.waitUntil(lambda: bool(sheet._to))
    QTest.keyClick(sheet.box, Qt.Key.Key_Tab)
    assert sheet.words.hasFocus()
    QTest.keyClicks(sheet.words, "Are you in?")
    QTest.keyClick(sheet.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (send,) = desktop.outbox("send")
    assert (send.arguments.to, send.arguments.text) == (("U3",), "Are you in?")
    desktop.says("Sending in")


def test_who_has_a_conversation_is_answered_in_it(desktop: Desktop) -> None:
    desktop.session.command("new-chat")
    desktop.qtbot.waitUntil(lambda: bool(desktop.window.findChildren(NewChat)))
    (sheet,) = desktop.window.findChildren(NewChat)
    desktop.qtbot.waitUntil(sheet.isVisible)
    QTest.keyClicks(sheet.box, "bo")
    desktop.qtbot.waitUntil(lambda: sheet._offers.are_shown)
    _take(sheet._offers)
    desktop.qtbot.waitUntil(lambda: bool(sheet._to))
    sheet.words.setPlainText("Twelve it is")
    sheet.send()
    (reply,) = desktop.outbox("reply")
    assert reply.item == desktop.id("D1")


def test_the_own_status_is_set_with_its_end_and_taken_back(desktop: Desktop) -> None:
    desktop.session.command("status")
    desktop.qtbot.waitUntil(lambda: bool(desktop.window.findChildren(OwnStatus)))
    (sheet,) = desktop.window.findChildren(OwnStatus)
    desktop.qtbot.waitUntil(sheet.isVisible)
    assert not sheet.set_button.isEnabled()
    sheet.show_emoji("\U0001f334")
    QTest.keyClicks(sheet.text, "On holiday")
    QTest.keyClicks(sheet.until, "fri")
    assert sheet.means.text() == "on Sat at 00:00"  # to the end of that day
    QTest.keyClick(sheet.until, Qt.Key.Key_Return)
    (status,) = desktop.outbox("status")
    assert status.arguments.text == ":palm_tree: On holiday"
    desktop.says("Status changed")
    desktop.session.command("undo")
    desktop.outbox()


def test_what_was_begun_is_found_among_the_drafts_and_goes_on_in_its_box(desktop: Desktop) -> None:
    desktop.open("D1")
    desktop.write("half a thought")
    desktop.window.chat_box.keep()
    desktop.qtbot.waitUntil(lambda: bool(desktop.desk.letters.drafts()))
    desktop.open("C1")
    desktop.session.command("go-drafts")
    page = desktop.session.pages.drafts
    desktop.qtbot.waitUntil(lambda: page.list.model().rowCount() == 1)
    assert "half a thought" in page.list.model().index(0, 0).data(_SAID)
    page.list.take()
    box = desktop.window.chat_box
    desktop.qtbot.waitUntil(lambda: box.words.toPlainText() == "half a thought")
    assert box.words.hasFocus()
    assert desktop.window.composer.letter is None


def test_every_part_of_the_box_has_a_name(desktop: Desktop) -> None:
    desktop.open("C1")
    box = desktop.window.chat_box
    stops = [w for w in box.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    named = [w.accessibleName() or getattr(w, "text", str)() for w in stops if w.isVisible()]
    assert "Your message" in named
    assert all(named)
