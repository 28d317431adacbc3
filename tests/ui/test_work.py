"""Tasks and files over a real desk: rows, the reader, and what each press writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.actions import Action, Arguments, Receipt
from loopdesk.core.changes import Page
from loopdesk.core.fold import ANYBODY
from loopdesk.core.items import ItemId, Share
from loopdesk.core.seams import Connection
from loopdesk.desk.listing import View
from loopdesk.engine.protocol import ToWindow
from loopdesk.store import items, outbox
from loopdesk.ui import theme, words
from loopdesk.ui.comments import CommentBox, Comments
from loopdesk.ui.controls import Avatar, Button
from loopdesk.ui.delegate import RowAction
from loopdesk.ui.due import DuePicker
from loopdesk.ui.file import FilePart
from loopdesk.ui.floating import Layer
from loopdesk.ui.outbox import waiting_in
from loopdesk.ui.part import Part
from loopdesk.ui.places import PlacePicker
from loopdesk.ui.ring import Ring
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.sharing import ShareSheet
from loopdesk.ui.sheet import Sheet
from loopdesk.ui.task import TaskPart
from loopdesk.ui.window import Window
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, MIRA, NOW, ZONE, contract
from tests.ui.work import SCAN, SHEET, TERMS, TODAY, Work, task_id, work

_GOOGLE = Service("google", "Google", (), "accounts.google.com")


class Desk:
    """A window somebody sits at, with tasks and files in it."""

    def __init__(self, qtbot: QtBot, work: Work) -> None:
        self.qtbot, self.work = qtbot, work
        profile = work.profile
        self.window = Window([_GOOGLE], profile.clock, ZONE)
        self.browsed: list[str] = []
        self.session = Session(
            profile.bridge, self.window, ZONE, [_GOOGLE], Owner(), self.browsed.append
        )
        qtbot.addWidget(self.window)
        self.window.resize(theme.px(1440), theme.px(900))
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window)
        self.session.start()
        qtbot.waitUntil(lambda: self.window.list.desk_model.row_of(SHEET) is not None)

    def read(self, item: ItemId) -> Part:
        """Open an item and wait for its entries."""
        assert self.window.list.select(item)
        reader = self.window.reader
        self.qtbot.waitUntil(lambda: reader.body is not None and reader.body.row.id == item)
        assert reader.part is not None
        return reader.part

    def task(self) -> TaskPart:
        part = self.read(SHEET)
        assert isinstance(part, TaskPart)
        return part

    def file(self, item: ItemId = TERMS) -> FilePart:
        part = self.read(item)
        assert isinstance(part, FilePart)
        return part

    def written(self, name: str) -> Action:
        """Wait for an action and return it."""

        def found() -> list[Action]:
            return [one for one in self.work.profile.desk.activity() if one.name == name]

        self.qtbot.waitUntil(lambda: bool(found()))
        return found()[0]

    def layer(self, kind: type[Layer]) -> Layer:
        def shown() -> list[Layer]:
            return [one for one in self.window.findChildren(kind) if one.isVisible()]

        self.qtbot.waitUntil(lambda: bool(shown()))
        return shown()[0]

    def texts(self) -> set[str]:
        labels = self.window.reader.findChildren(QLabel)
        return {label.text() for label in labels if label.isVisible()}

    def button(self, text: str, inside: object = None) -> QAbstractButton:
        holder = inside if isinstance(inside, Layer | Part) else self.window.reader
        found = holder.findChildren(QPushButton)
        return next(one for one in found if one.text() == text and one.isVisible())


@pytest.fixture
def desk(qtbot: QtBot, profile: Profile, tmp_path: Path) -> Desk:
    return Desk(qtbot, work(profile, tmp_path))


# --- the list -------------------------------------------------------------------------------------


def test_rows_say_what_they_are_to_a_screen_reader(desk: Desk) -> None:
    rows = {row.id: row for row in desk.window.list.desk_model.pane.rows}
    said = [words.sentence(rows[item], NOW, ZONE) for item in (SHEET, TERMS, SCAN)]
    assert said[0].startswith("Task Send Halden price sheet, Due today, Sales")
    assert said[0].endswith(", due Today.")
    assert said[1].startswith("File halden-terms.txt, ")
    assert "Deals" in said[1]
    assert "Shared by Ada Okafor" in said[2]


def test_the_ring_in_the_list_completes_its_task_and_nothing_else(desk: Desk) -> None:
    view = desk.window.list
    at = view.desk_model.row_of(SHEET)
    assert at is not None
    corner = view.visualRect(view.desk_model.index(at, 0)).topLeft()
    beside = corner + QPoint(theme.px(200), theme.px(24))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    desk.qtbot.waitUntil(lambda: desk.window.reader.row is not None)
    assert desk.work.profile.desk.outbox() == ()
    ring = corner + QPoint(theme.px(40), theme.px(24))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=ring)
    assert view.desk_model.row_of(SHEET) is None  # in this very frame
    assert desk.written("complete").item == SHEET


def test_what_stands_over_a_row_follows_its_kind(desk: Desk) -> None:
    view = desk.window.list
    rows = {row.id: row for row in view.desk_model.pane.rows}
    wide = view.viewport().width()
    last = QPoint(wide - theme.px(30), theme.px(18))
    actions = [
        view.delegate.action_at(rows[item], wide, last, False) for item in (SHEET, TERMS, SCAN)
    ]
    # A file that may only be read offers no comment.
    assert actions == [RowAction.DUE, RowAction.COMMENT, RowAction.SNOOZE]


def test_a_task_that_is_overdue_stands_in_the_colour_of_time(desk: Desk) -> None:
    desk.work.profile.clock.move(timedelta(days=3).total_seconds())
    row = next(row for row in desk.window.list.desk_model.pane.rows if row.id == SHEET)
    now = desk.work.profile.clock.now()
    assert row.task is not None
    assert words.is_overdue(row.task, now, ZONE)
    assert words.sentence(row, now, ZONE).endswith("overdue, Tue.")


def test_the_keys_mean_what_the_kind_makes_of_them(desk: Desk) -> None:
    desk.read(TERMS)
    view = desk.window.list
    view.setFocus()
    QTest.keyClicks(view, "r")
    part = desk.window.reader.part
    assert isinstance(part, FilePart)
    assert part.comments.box.has_focus()
    assert part.comments.box.words.toPlainText() == ""  # the key itself is no word of the comment
    desk.work.profile.clock.move(2)
    desk.read(SHEET)
    view.setFocus()
    QTest.keyClicks(view, "e")
    assert desk.written("complete").item == SHEET
    desk.work.profile.clock.move(2)
    assert view.select(TERMS)
    QTest.keyClicks(view, "e")
    assert desk.written("done").item == TERMS
    desk.work.profile.clock.move(2)
    assert view.select(SCAN)
    QTest.keyClicks(view, "v")
    toast = desk.window.toast.text
    desk.qtbot.waitUntil(lambda: toast.text() == "Move: not possible with this")


# --- a task ---------------------------------------------------------------------------------------


def test_a_task_shows_its_list_its_day_its_notes_and_its_steps(desk: Desk) -> None:
    part = desk.task()
    texts = desk.texts()
    assert {"Sales", "Steps", "2 of 3 done"} <= texts
    assert part.due_button.text() == "Today"
    assert 'href="https://halden.test/p"' in "".join(texts)
    rings = [ring for ring in part.findChildren(Ring) if ring.isVisible()]
    assert [ring.done for ring in rings] == [True, True, False]


def test_a_title_is_changed_where_it_stands_and_esc_leaves_it(desk: Desk) -> None:
    desk.task()
    head = desk.window.reader.head
    assert head is not None
    desk.session.command("rename")
    box = head.title.findChildren(QLineEdit)[0]
    box.setText("Send it")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not head.title.editing
    assert desk.work.profile.desk.outbox() == ()
    desk.session.command("rename")
    box = next(one for one in head.title.findChildren(QLineEdit) if one.isVisible())
    box.setText("Send the sheet")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert desk.window.reader.focus_part.hasFocus()
    assert desk.written("rename").arguments.text == "Send the sheet"
    assert "Send the sheet" in desk.texts()


def test_what_is_typed_survives_what_is_heard_of_the_task(desk: Desk) -> None:
    part = desk.task()
    part.notes.edit()
    box = part.notes.findChildren(QPlainTextEdit)[0]
    box.setPlainText("Half a thought")
    reader = desk.window.reader
    assert reader.row is not None
    desk.work.profile.bridge.act("pin", reader.row)
    desk.qtbot.waitUntil(lambda: reader.row is not None and reader.row.marks.pinned)
    assert box.isVisible()
    assert box.toPlainText() == "Half a thought"
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.written("describe").arguments.text == "Half a thought"


def test_a_link_in_the_notes_leads_out_and_opens_no_box(desk: Desk) -> None:
    part = desk.task()
    label = part.notes._label
    second_line = QPoint(theme.px(30), theme.px(34))
    QTest.mouseMove(label, second_line - QPoint(0, theme.px(20)))
    QTest.mouseMove(label, second_line)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=second_line)
    assert desk.browsed == ["https://halden.test/p"]
    assert not part.notes.editing
    first_line = QPoint(theme.px(30), theme.px(10))
    QTest.mouseMove(label, first_line)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=first_line)
    assert part.notes.editing


def test_a_step_is_completed_renamed_and_added_without_leaving_the_task(desk: Desk) -> None:
    part = desk.task()
    rings = [ring for ring in part.findChildren(Ring) if ring.isVisible()]
    rings[2].click()
    assert rings[2].done  # in this very frame
    assert desk.written("complete").item == task_id("sales/s2")
    desk.qtbot.waitUntil(lambda: "3 of 3 done" in desk.texts())
    desk.session.command("subtask")
    QTest.keyClicks(part.more, "Print it")
    QTest.keyClick(part.more, Qt.Key.Key_Return)
    action = desk.written("subtask")
    assert (action.item, action.arguments.text) == (SHEET, "Print it")
    assert part.more.text() == ""
    assert part.more.hasFocus()


def test_a_day_is_given_in_words(desk: Desk) -> None:
    desk.task().due_button.click()
    picker = desk.layer(DuePicker)
    assert isinstance(picker, DuePicker)
    picker.words.setText("gibberish")
    assert not picker.take.isEnabled()
    picker.words.setText("friday")
    QTest.keyClick(picker.words, Qt.Key.Key_Return)
    assert desk.written("due").arguments == Arguments(on=TODAY + timedelta(days=3))


def test_a_day_is_chosen_in_the_month_by_keys(desk: Desk) -> None:
    desk.task().due_button.click()
    picker = desk.layer(DuePicker)
    assert isinstance(picker, DuePicker)
    picker.month.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(picker.month.grid, key)
    assert desk.written("due").arguments.on == TODAY + timedelta(days=8)


def test_a_day_can_be_taken_away(desk: Desk) -> None:
    desk.task().due_button.click()
    picker = desk.layer(DuePicker)
    assert isinstance(picker, DuePicker)
    picker.list.setFocus()
    QTest.keyClicks(picker.list, "0")
    assert desk.written("due").arguments == Arguments()
    assert desk.task().due_button.text() == "No day"


def test_a_task_moves_to_another_list_found_by_typing(desk: Desk) -> None:
    desk.task()
    desk.session.command("move")
    picker = desk.layer(PlacePicker)
    assert isinstance(picker, PlacePicker)
    QTest.keyClicks(picker.typed, "ho")
    QTest.keyClick(picker.typed, Qt.Key.Key_Return)
    assert desk.written("move").arguments.to == ("home",)


# --- a file ---------------------------------------------------------------------------------------


def test_of_a_file_whose_sharing_is_not_shown_nothing_is_claimed(desk: Desk) -> None:
    desk.file(SCAN)
    texts = desk.texts()
    assert {"Shared by Ada Okafor", "Who else has it is not known here."} <= texts
    assert not [text for text in texts if "Not shared" in text or "No link" in text]


def test_a_file_that_nobody_else_has_says_so(desk: Desk) -> None:
    database = desk.work.profile.database
    stored = database.read(lambda db: items.get(db, TERMS))
    assert stored is not None
    assert stored.item.file is not None
    alone = replace(stored.item.file, shares=(Share("p0", MIRA, "owner"),))
    page = Page(items=(replace(stored.item, file=alone),))
    database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    desk.file()
    assert {"Not shared", "No link for others."} <= desk.texts()


def test_a_file_says_who_has_it_and_what_was_said(desk: Desk) -> None:
    part = desk.file()
    texts = desk.texts()
    assert "Shared with 2 people" in texts
    assert "Ada Okafor can edit, Priya Shah can comment. No link for others." in texts
    assert "“Only clause 7 changed.”" in texts
    assert {"1 open", "Versions", "3"} <= texts
    assert desk.button("1 resolved").isVisible()
    assert len(part.comments.stops()) == 1
    desk.button("1 resolved").click()
    assert len(part.comments.stops()) == 2


def test_a_comment_is_answered_in_its_thread_settled_and_opened_again(desk: Desk) -> None:
    part = desk.file()
    desk.button("Reply").click()
    box = next(box for box in part.findChildren(CommentBox) if box.isVisible() and box.has_focus())
    QTest.keyClicks(box.words, "Send it")
    QTest.keyClick(box.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    action = desk.written("comment")
    assert (action.arguments.text, action.arguments.entry) == ("Send it", "c1")
    desk.qtbot.waitUntil(lambda: "not sent yet" in desk.texts())
    focused = QApplication.focusWidget()
    assert focused is not None
    assert desk.window.reader.isAncestorOf(focused)
    desk.button("Resolve").click()
    assert desk.written("resolve").arguments.entry == "c1"
    desk.qtbot.waitUntil(lambda: "0 open" in desk.texts())
    desk.button("2 resolved").click()
    desk.button("Reopen").click()
    assert desk.written("reopen").arguments.entry in ("c1", "c3")


def test_of_much_that_was_said_the_newest_is_shown_first(qtbot: QtBot) -> None:
    shown = Comments(ZONE)
    qtbot.addWidget(shown)
    said = contract().entries[0]
    first = [
        replace(said, id=f"c{n}", at=NOW + timedelta(seconds=n), resolved=n < 30) for n in range(75)
    ]
    answers = [replace(said, id=f"a{n}", parent="c74", at=NOW) for n in range(500)]
    shown.show_entries([*first, *answers], ("comment", "resolve"), NOW)
    shown.show()

    def faces() -> int:
        return sum(one.isVisible() for one in shown.findChildren(Avatar))

    # Twenty comments, of the newest's answers twenty; who writes none has one box.
    assert (len(shown.stops()), faces()) == (20, 40)
    assert len(shown.findChildren(CommentBox)) == 1
    buttons = {b.text(): b for b in shown.findChildren(Button) if b.isVisible()}
    buttons["25 more"].click()
    buttons["480 earlier"].click()
    assert (len(shown.stops()), faces()) == (45, 115)


def test_an_answer_in_the_making_outlives_what_is_heard_of_its_thread(qtbot: QtBot) -> None:
    shown = Comments(ZONE)
    qtbot.addWidget(shown)
    said = replace(contract().entries[0], id="c1")
    shown.show_entries([said], ("comment",), NOW)
    shown.show()
    next(b for b in shown.findChildren(Button) if b.text() == "Reply").click()
    box = next(b for b in shown.findChildren(CommentBox) if b is not shown.box)
    box.words.setPlainText("On Mon")
    other = replace(said, id="a1", parent="c1")
    shown.show_entries([said, other], ("comment",), NOW)
    texts = [b.words.toPlainText() for b in shown.findChildren(CommentBox) if b.isVisible()]
    assert texts == ["", "On Mon"]


def test_after_at_people_are_offered_and_become_addresses(desk: Desk) -> None:
    part = desk.file()
    desk.session.command("comment")
    box = part.comments.box
    assert box.has_focus()
    QTest.keyClicks(box.words, "Look, @ada")
    popup = box._offers.popup()
    assert popup is not None
    desk.qtbot.waitUntil(popup.isVisible)
    box._offers.activated.emit("Ada Okafor  ada@northwind.test")
    box._take("Ada Okafor  ada@northwind.test")
    QTest.keyClick(box.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "@ada@northwind.test" in desk.written("comment").arguments.text


def test_a_file_is_shared_and_its_link_switched_on_and_off(desk: Desk) -> None:
    desk.file()
    desk.session.command("share")
    sheet = desk.layer(ShareSheet)
    assert isinstance(sheet, ShareSheet)
    assert not sheet.share.isEnabled()
    QTest.keyClicks(sheet.field.box, "tomas@home.test")
    sheet.role.choose("writer")
    sheet.message.setPlainText("For Monday")
    sheet.share.click()
    given = desk.written("share").arguments
    assert (given.to, given.role, given.text) == (("tomas@home.test",), "writer", "For Monday")
    # It shows on the sheet at once, which stays open.
    said = {label.text() for label in sheet.findChildren(QLabel) if label.isVisible()}
    assert "tomas@home.test" in said
    sheet.link.click()
    desk.qtbot.waitUntil(
        lambda: any(one.arguments.to == ("link",) for one in desk.work.profile.desk.outbox())
    )
    said = {label.text() for label in sheet.findChildren(QLabel) if label.isVisible()}
    assert "On: whoever has the link can read it. It can be passed on." in said
    # It can be copied as soon as its service has made it.
    assert not sheet.copy.isVisible()
    shared = desk.written("share").item
    assert shared is not None
    part = desk.work.profile.desk.row(shared)
    assert part.file is not None
    made = Share("l1", ANYBODY, "reader", "https://drive.test/terms")
    sheet.renew(replace(part, file=replace(part.file, shares=(made,))))
    sheet.copy.click()
    assert QGuiApplication.clipboard().text() == made.url
    sheet.link.click()
    assert desk.written("unshare").arguments.to == ("link",)


def test_a_share_is_taken_away(desk: Desk) -> None:
    desk.file()
    desk.session.command("share")
    sheet = desk.layer(ShareSheet)
    cross = next(
        one
        for one in sheet.findChildren(QAbstractButton)
        if one.accessibleName() == "Take away from Ada Okafor" and one.isVisible()
    )
    cross.click()
    assert desk.written("unshare").arguments.to == ("p1",)


def test_a_file_that_may_only_be_read_offers_only_that(desk: Desk) -> None:
    part = desk.file(SCAN)
    names = {
        one.text() or one.accessibleName()
        for one in desk.window.reader.findChildren(QAbstractButton)
        if one.isVisible()
    }
    assert {"Open here", "Save as"} <= names
    assert not {"Share", "Rename", "Move", "New version", "Comment"} & names
    assert not part.comments.isVisible()
    head = desk.window.reader.head
    assert head is not None
    head.title.edit()
    assert not head.title.editing
    desk.session.command("share")
    assert desk.window.toast.text.text() == "Share: not possible with this"


def test_a_file_is_kept_offline_here_and_no_service_hears_of_it(desk: Desk) -> None:
    part = desk.file()
    part.keep.click()
    action = desk.written("download")
    assert action.receipt == {"here": True}
    desk.qtbot.waitUntil(lambda: "Kept offline" in desk.texts())
    part.keep.click()
    desk.written("undownload")


def test_a_new_version_is_copied_in_at_once(desk: Desk, tmp_path: Path) -> None:
    desk.file()
    source = tmp_path / "terms v3.txt"
    source.write_text("The terms, version 3")
    row = desk.window.reader.row
    assert row is not None
    desk.session.filing.upload(row, source)
    (blob,) = desk.written("upload").arguments.files
    source.unlink()
    assert desk.work.profile.desk.files.read(blob, 0, 100) == b"The terms, version 3"


def test_a_version_that_became_a_copy_is_said_in_a_toast_and_in_the_outbox(
    desk: Desk, tmp_path: Path
) -> None:
    desk.file()
    row = desk.window.reader.row
    assert row is not None
    source = tmp_path / "terms v3.txt"
    source.write_text("The terms, version 3")
    desk.session.filing.upload(row, source)
    this = desk.written("upload").id
    desk.qtbot.waitUntil(lambda: desk.window.toast.isVisible())
    profile = desk.work.profile
    receipt = Receipt(
        {"file": "f2", "copy": "halden-terms\u202e (from Mira).txt", "conflict": True}
    )

    def deliver(db: Connection) -> None:
        assert outbox.claim(db, this, NOW)
        assert outbox.settle(db, this, receipt, NOW)

    profile.database.own.transact(deliver)
    profile.engine.says.put(ToWindow(actions=(this,)))
    said = "Saved as a copy: halden-terms (from Mira).txt"
    desk.qtbot.waitUntil(lambda: desk.window.toast.text.text() == said)
    desk.session.command("go-outbox")
    page = desk.session.pages.outbox

    def shown() -> list[str]:
        return [label.text() for label in page.findChildren(QLabel)]

    desk.qtbot.waitUntil(lambda: said in shown())
    assert "Nothing waits. Everything you did has reached its service." in shown()
    # For a day.
    assert [one.action.id for one in waiting_in(profile.desk, NOW)] == [this]
    assert waiting_in(profile.desk, NOW + timedelta(days=1)) == ()


def test_a_file_goes_to_the_bin_and_comes_back(desk: Desk) -> None:
    desk.file()
    desk.session.command("trash")
    assert desk.written("delete").item == TERMS
    assert desk.window.list.desk_model.row_of(TERMS) is None
    pane = desk.work.profile.desk.top(view=View.ALL)
    gone = next(row for row in pane.rows if row.id == TERMS)
    desk.session.open_item(gone)
    desk.qtbot.waitUntil(lambda: "In the bin" in desk.texts())
    desk.button("Restore").click()
    assert desk.written("restore").item == TERMS


def test_a_file_opens_at_its_service(desk: Desk) -> None:
    desk.file()
    desk.session.command("open-browser")
    assert desk.browsed == ["https://drive.example/terms"]


# --- a task that is not the person's alone --------------------------------------------------------


def _assign(desk: Desk, where: str) -> None:
    """Have the task come from elsewhere, as a pull brings it."""
    database = desk.work.profile.database
    stored = database.read(lambda db: items.get(db, SHEET))
    assert stored is not None
    assert stored.item.task is not None
    page = Page(items=(replace(stored.item, task=replace(stored.item.task, assigned=where)),))
    database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    desk.session.refresh()
    model = desk.window.list.desk_model

    def known() -> bool:
        at = model.row_of(SHEET)
        row = None if at is None else model.row(at)
        return row is not None and row.task is not None and row.task.assigned == where

    desk.qtbot.waitUntil(known)


@pytest.mark.parametrize(
    ("where", "place"), [("document", "a document"), ("space", "a chat space")]
)
def test_before_a_task_goes_from_a_document_too_one_is_asked(
    desk: Desk, where: str, place: str
) -> None:
    _assign(desk, where)
    desk.task()
    desk.session.command("trash")
    sheet = desk.layer(Sheet)
    said = f"It was assigned in {place}, and goes from there too."
    assert sheet.accessibleDescription() == said
    desk.button("Keep it", sheet).click()
    assert desk.work.profile.desk.outbox() == ()
    desk.session.command("do delete")
    desk.button("Delete", desk.layer(Sheet)).click()
    assert desk.written("delete").item == SHEET


def test_an_own_task_is_deleted_without_a_question(desk: Desk) -> None:
    desk.task()
    desk.session.command("do delete")
    assert desk.written("delete").item == SHEET
    assert not [one for one in desk.window.findChildren(Sheet) if one.isVisible()]
