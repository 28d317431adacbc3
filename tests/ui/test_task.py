"""A task in the reader: what is said on it, whose it is, what is put on it and hangs on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.content.chat import clean_notes
from loopdesk.core.actions import State
from loopdesk.core.fold import fold
from loopdesk.core.items import Approval, Attachment, Clean, Field, Kind, Step, Task
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import NO_WORDS, Body, Row, Shown
from loopdesk.providers.asana.prose import body_from, html_of, normal, text_of
from loopdesk.ui import words
from loopdesk.ui.attachments import Card
from loopdesk.ui.comments import _Card
from loopdesk.ui.part import Held, Wanted
from loopdesk.ui.places import Chosen, PlacePicker
from loopdesk.ui.reader import Reader
from loopdesk.ui.task import TaskPart
from loopdesk.ui.task_steps import TickStep
from loopdesk.ui.writing import Writing
from tests.ui.rows import JONAS, MIRA, NOW, ZONE, StillClock, message

_TAKES = (
    "complete", "comment", "describe", "due", "move", "assign", "unassign", "label", "unlabel",
    "check", "uncheck", "subtask", "attach", "archive", "like",
)  # fmt: skip
PRIYA, SOFIA = Place("m2", "member", "Priya Shah"), Place("m3", "member", "Sofia Marchetti")
COPY, PRINT = Place("l1", "label", "Copy", colour="#e2b203"), Place("l2", "label", "Print")
STEPS = (
    Step("s1", "Words", done=True, group="Last screen"),
    Step("s2", "Picture", group="Last screen"),
    Step("s3", "Mail it", group="After"),
)


def _said(key: str, words: str, html: str = "", **facts: object) -> Shown:
    said = Shown(key, JONAS, (), (), NOW, Clean(words), NO_WORDS, False, False, html=html)
    return replace(said, **facts)  # type: ignore[arg-type]


def _card(*more: Shown) -> Body:
    who = Handle("Mira Dahl", id="m1")
    row = replace(
        message("Onboarding copy"),
        kind=Kind.TASK,
        actions=_TAKES,
        places=frozenset({"l1", "lane", "board"}),
        task=Task(list="lane", assignees=(who,), steps=STEPS, likes=2, followed=True),
    )
    file = Attachment("a1", "proof.pdf", "application/pdf", 673)
    notes = _said("card", "The **last** screen", "<p>The <b>last</b> screen</p>")
    said = _said("c1", "@mira see it", '<p><b class="mention">@mira</b> see <i>it</i></p>')
    return Body(
        row,
        (replace(notes, author=MIRA, attachments=(file,)), said, *more),
        "mira@northwind.test",
        places=("Onboarding · To review",),
        around=(COPY, PRINT, Place("m1", "member", "Mira Dahl"), PRIYA, SOFIA),
    )


class _Open:
    def __init__(self, qtbot: QtBot) -> None:
        self.reader = Reader(StillClock(), ZONE, {})
        qtbot.addWidget(self.reader)
        self.reader.resize(800, 1400)
        self.reader.show()
        self.reader.announce(_card().row)
        self.reader.show_body(_card())
        assert isinstance(self.reader.part, TaskPart)
        self.part = self.reader.part
        self.wanted: list[Wanted] = []
        self.reader.wanted.connect(self.wanted.append)

    def last(self) -> Wanted:
        return self.wanted[-1]

    def fold(self) -> Row:
        """Show what was wanted last as the list and the reader have it in the next frame."""
        last = self.last()
        row = fold(last.row, last.name, last.arguments)
        self.reader.renew(row)
        return row


@pytest.fixture
def card(qtbot: QtBot) -> _Open:
    return _Open(qtbot)


def _texts(widget: QWidget) -> str:
    return " ".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_notes_and_comments_are_shown_as_they_are_formatted(card: _Open) -> None:
    assert "font-weight:600" in card.part.notes._label.text()
    (said,) = card.part.stops()
    assert isinstance(said, _Card)
    shown = _texts(said)
    assert "Jonas Lind" in shown
    assert "background-color" in shown  # whom it names stands out
    assert "<i>it</i>" in shown
    # What is edited is the text, where its service has no formats.
    card.part.notes.edit()
    box = card.part.notes._box
    assert box is not None
    QTest.keyClicks(box, "New: ")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert card.last().name == "describe"
    assert card.last().arguments.text == "New: The **last** screen"


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Head</h1>text\n\n<h2>two</h2>more <strong>a\nb</strong> <em>c</em> <u>d</u> <s>e</s>",
        "A\n<ul><li>x<ul><li>y <code>z</code></li></ul></li></ul><ol><li>q</li></ol>\nB\n\n\nC",
        "<pre>a\n\n  b &lt; c</pre>one<hr/>two\n<blockquote>q\nw</blockquote>x",
        '<a href="https://a.test/?x=1&amp;y=2">Plan</a> of <a href="https://b.test/">a.test</a>',
        '<a href="https://app.asana.com/0/profile/42" data-asana-gid="42" '
        'data-asana-type="user" data-asana-dynamic="true">@Ann</a>, "look" &amp; \'say\'',
    ],
)
def test_formats_outlive_the_box_in_which_they_are_changed(body: str) -> None:
    body = f"<body>{body}</body>"
    words = Writing()
    words.load(text_of(body), clean_notes(html_of(body) or ""), {})
    assert normal(body_from(words.html(), body)) == normal(body)


def test_notes_and_comments_are_written_with_formats_where_there_are_such(card: _Open) -> None:
    body = _card()
    assert body.row.task is not None
    row = replace(body.row, task=replace(body.row.task, formats=True))
    card.part.show_body(row, body)
    card.part.notes.edit()
    box = card.part.notes._box
    assert isinstance(box, Writing)
    QTest.keyClicks(box, "New")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert card.last().arguments.html == "<div>The <b>last</b> screenNew</div>"
    fixed = "Something in it can be changed at its service alone"
    assert fixed not in _texts(card.part)
    card.part.show_body(replace(row, actions=("rename", "comment")), body)
    assert fixed in _texts(card.part)
    words = card.part.comments.box.words
    QTest.keyClicks(words, "So ")
    QTest.keyClick(words, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(words, "heavy")
    QTest.keyClick(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    given = card.last().arguments
    assert (given.text, given.html) == ("So heavy", "<div>So <b>heavy</b></div>")


def test_an_approval_is_answered_and_what_stands_in_fields_is_shown(
    card: _Open, qtbot: QtBot
) -> None:
    body = _card()
    assert body.row.task is not None
    asks = replace(
        body.row.task,
        approval=Approval.PENDING,
        milestone=True,
        fields=(Field("Priority", "High"), Field("ID", "ENG-12")),
    )
    row = replace(body.row, task=asks, actions=("accept", "request-changes", "decline"))
    card.part.show_body(row, body)
    assert not card.part.complete.isVisible()
    for said in ("Asks for an approval", "Milestone", "Priority", "High", "ENG-12"):
        assert said in _texts(card.part), said
    card.reader.activateWindow()
    qtbot.waitUntil(card.reader.isActiveWindow)
    card.part.answers["request-changes"].setFocus()
    card.part.answers["request-changes"].click()
    assert card.last().name == "request-changes"
    assert words.done("accept", row.kind) == "Approved"
    answered = fold(row, "request-changes")
    assert {*answered.actions} == {"accept", "decline", "reopen"}
    card.part.show_body(answered, body)
    assert "Changes requested" in _texts(card.part)
    assert isinstance(card.reader.focusWidget(), QScrollArea)  # its button is gone
    assert card.part.complete.text() == "Reopen"
    card.part.show_body(_card().row, _card())
    assert "ENG-12" not in _texts(card.part)
    assert not card.part.answers["accept"].isVisible()


def test_a_comment_is_written_and_names_whom_was_picked(card: _Open) -> None:
    assert card.part.edit("comment")
    box = card.part.comments.box
    assert box.words.accessibleName() == "Comment on the task"
    QTest.keyClicks(box.words, "Ask @pri")
    box._take("Priya Shah")
    QTest.keyClicks(box.words, "today")
    QTest.keyClick(box.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    given = card.last().arguments
    assert (card.last().name, given.text) == ("comment", "Ask @Priya Shah today")
    assert given.mentions == (("@Priya Shah", "m2"),)
    assert box.words.toPlainText() == ""
    out = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(box.words, out)
    assert not out.isAccepted()  # the window takes it as the way back to the list


def test_comments_of_a_task_have_no_answers_and_what_waits_says_so(card: _Open) -> None:
    waiting = _said("x1", "Mine", mine=True, pending=State.WAITING)
    card.reader.show_body(_card(replace(waiting, at=NOW.replace(hour=9))))
    first, second = card.part.stops()
    assert "not sent yet" in _texts(first)
    assert "not sent yet" not in _texts(second)
    assert not [b for b in first.findChildren(QToolButton) if b.isVisible()]
    assert "Reply" not in _texts(first)


def test_people_and_labels_are_taken_off_and_put_on(card: _Open) -> None:
    (mira,) = card.part.people.chips
    assert mira.accessibleName() == "Mira Dahl"
    (off,) = mira.findChildren(QToolButton)
    assert off.accessibleName() == "Take Mira Dahl off"
    off.click()
    assert (card.last().name, card.last().arguments.to) == ("unassign", ("m1",))
    row = card.fold()
    assert not card.part.people.chips
    # By its key alone, as it comes from the picker.
    card.wanted.append(Wanted(row, "assign", replace(card.last().arguments, to=("m3",))))
    card.fold()
    assert [chip.accessibleName() for chip in card.part.people.chips] == ["Sofia Marchetti"]
    assert [chip.accessibleName() for chip in card.part.labels.chips] == ["Copy"]
    asked: list[str] = []
    card.reader.asked.connect(asked.append)
    card.part.labels.add.click()
    card.part.people.add.click()
    assert asked == ["label", "assign"]
    assert card.part.anchor("label") is card.part.labels.add


def test_steps_stand_under_the_names_of_their_checklists(card: _Open) -> None:
    steps = card.part.findChildren(TickStep)
    headings = [step.heading.text() for step in steps if step.heading.isVisible()]
    assert headings == ["Last screen", "After"]


def test_what_is_attached_is_opened_and_more_is_dropped_on_it(card: _Open, tmp_path: Path) -> None:
    held: list[Held] = []
    card.reader.held.connect(held.append)
    (shown,) = card.part.findChildren(Card)
    save = next(b for b in shown.findChildren(QToolButton))
    save.click()
    assert (held[-1].entry, held[-1].part, held[-1].use) == ("card", "a1", "save")
    given: list[tuple[Path, ...]] = []
    card.part.attaching.connect(given.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.txt"))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    card.part.dropEvent(QDropEvent(QPoint(5, 5), copy, data, left, none))
    card.part.attach_button.click()
    assert given == [(tmp_path / "x.txt",), ()]


def test_it_is_liked_and_archived_and_turned_back(card: _Open) -> None:
    assert card.part.like_button.text() == "Like, 2"
    assert "Followed" in _texts(card.part)
    card.part.like_button.click()
    assert card.last().name == "like"
    row = card.fold()
    assert (row.task is not None and row.task.likes) == 3
    assert card.part.like_button.text() == "Liked, 3"
    card.part.like_button.click()
    assert card.last().name == "unlike"
    card.part.archive_button.click()
    assert card.last().name == "archive"
    card.fold()
    assert card.part.archive_button.text() == "Restore"
    assert "Onboarding · To review" in _texts(card.part)


def test_the_picker_takes_off_whoever_has_it_and_finds_lists_by_their_board(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 600)
    window.show()
    picker = PlacePicker(window)
    chosen: list[Chosen] = []
    picker.chosen.connect(chosen.append)
    row = _card().row
    opener = QPushButton("Assign", window)
    presses: list[bool] = []
    opener.clicked.connect(presses.append)
    opener.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    opener.setFocus()
    picker.ask(row, "assign", [Place("m1", "member", "Mira Dahl"), PRIYA])
    QTest.keyClick(picker.typed, Qt.Key.Key_Return)
    assert opener.hasFocus()
    assert not presses  # the key that took somebody does not open it again
    picker.ask(row, "assign", [PRIYA])
    QTest.keyClick(picker.typed, Qt.Key.Key_Return)
    lists = [Place("a", "list", "Now", "b1"), Place("b", "list", "Now", "b2")]
    picker.ask(row, "move", lists, holders=[Place("b2", "board", "Press")])
    QTest.keyClicks(picker.typed, "press")
    QTest.keyClick(picker.typed, Qt.Key.Key_Return)
    assert [(one.name, one.place) for one in chosen] == [
        ("unassign", "m1"),
        ("assign", "m2"),
        ("move", "b"),
    ]
