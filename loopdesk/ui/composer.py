"""The docked composer: who it leaves from and goes to, the words, and Send.

    composer = Composer(reader)               # docked by its owner at the foot of `reader`
    composer.offer("Reply to Ada and Legal")  # the closed field; `asked` when it is pressed
    composer.write(opened)                    # Letter(row, name): has the keyboard from now on
    composer.complete(opened, letter)         # with what was not known then: who, the draft
    composer.sent.connect(...)                # Outgoing(row, name, arguments, done)
    composer.again.connect(...)               # Ctrl+Enter with nothing written: send what waits
    composer.kept.connect(...)                # Draft(item, text): at each pause and on leaving
    composer.looked_for.connect(...)          # str: what is typed where a recipient goes
    composer.suggest(handles)                 # the people found for it
    composer.left.connect(...)                # Esc or the cross; the draft was kept before
    composer.letter                           # what is being written, None while closed

It asks nobody and stores nothing: drafts, people and letters come and go by these signals. It
grows with its words to 40 % of `reader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.items import ItemId
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.ui import theme
from loopdesk.ui.controls import Button, IconButton, Label, Line
from loopdesk.ui.recipients import Recipients
from loopdesk.ui.theme import Type

_SHARE = 0.4
_LINES = 3
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the composer is opened with.

    Args:
        name: the action it will be: reply, reply-all, forward, comment.
        target: who it would go to, as the desk resolved it; None: that is still being asked.
        sender: the address it leaves from, "" where there is only one.
        text: the draft that was kept, or what is to be edited.
    """

    row: Row
    name: str
    target: Target | None = None
    sender: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter that may leave. `done`: the person is done with the row, too."""

    row: Row
    name: str
    arguments: Arguments
    done: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written so far.

    Args:
        goes_on: it goes on from what was kept before, which was not here yet.
    """

    item: ItemId
    text: str
    goes_on: bool = False


class Words(QTextEdit):
    """Plain text as high as what is written, within bounds."""

    send = Signal(bool)
    leave = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.most = theme.px(Type.BODY.line) * _LINES
        self.setProperty("bare", True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)

    def begin(self, text: str) -> None:
        """Start from `text`, the cursor behind it, lines as far apart as the type scale says."""
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(
            theme.px(Type.BODY.line), QTextBlockFormat.LineHeightTypes.FixedHeight.value
        )
        cursor.setBlockFormat(spaced)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def sizeHint(self) -> QSize:
        text = round(self.document().size().height())
        least = theme.px(Type.BODY.line) * _LINES
        return QSize(super().sizeHint().width(), max(least, min(text, self.most)))

    def event(self, event: QEvent) -> bool:
        # The window knows these keys, too: while this has the focus, they are this text's.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in (*_ENTER, Qt.Key.Key_Escape)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.send.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
        else:
            super().keyPressEvent(event)


class Composer(QWidget):
    """A closed field that opens into a letter."""

    asked = Signal()
    sent = Signal(object)
    again = Signal()
    kept = Signal(object)
    looked_for = Signal(str)
    left = Signal()

    PAUSE_MS: ClassVar[int] = 800
    """How long nothing is typed until the draft is kept."""

    def __init__(self, reader: QWidget) -> None:
        super().__init__()
        self.letter: Letter | None = None
        self._kept_text = ""
        self._wanted: bool | None = None  # to be sent as soon as it is complete
        self._reader = reader
        reader.installEventFilter(self)
        self._closed = QPushButton()
        self._closed.setProperty("look", "field")
        self._closed.clicked.connect(self.asked)
        self._open = QFrame()
        self._open.setObjectName("letter")
        self._from = Label()
        self.people = Recipients()
        self.people.looked_for.connect(self.looked_for)
        self.people.changed.connect(self._judge)
        self.words = Words()
        self.words.setAccessibleName(self.tr("Your answer"))
        self.words.textChanged.connect(self._typed)
        self.words.send.connect(self.send)
        self.words.leave.connect(self.leave)
        self.send_button = Button(self.tr("Send"), "filled", "send")
        self.send_button.clicked.connect(self._press)
        self.note = Label("", Type.META, "text_3")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(self.PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._build()
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101
        app.focusChanged.connect(self._focus_moved)
        self.hide()

    def offer(self, text: str) -> None:
        """Be closed, as a field that says what pressing it begins; nothing to answer: hide."""
        self._close()
        self._closed.setText(text)
        self._closed.setVisible(bool(text))
        self.setVisible(bool(text))

    def write(self, letter: Letter) -> None:
        """Open for a letter and take the focus. What was being written is kept first."""
        self._hand_out()
        self._wanted = None
        self.send_button.setText(
            self.tr("Comment") if letter.name == "comment" else self.tr("Send")
        )
        self.note.setText("")
        self._fit()
        self.words.begin("")
        self._show(letter)
        self._closed.hide()
        self._open.show()
        self.show()
        self.words.setFocus()

    def complete(self, opened: Letter, letter: Letter) -> None:
        """Fill in what was not known when `opened` was opened; nothing if it is shut by now.

        What was typed meanwhile follows what had been kept.
        """
        # The very one: the same letter may have been shut and opened again.
        if self.letter is not opened:
            return
        self._show(letter)
        if self._wanted is not None:
            self.send(self._wanted)

    def _show(self, letter: Letter) -> None:
        self.letter = letter
        self._kept_text = letter.text
        self._from.setText(letter.sender)
        self._from_row.setVisible(bool(letter.sender))
        target = letter.target or Target()
        addressed = bool(target.to or target.cc) or letter.name == "forward"
        self.people.setVisible(addressed)
        self._people_line.setVisible(addressed)
        self.people.show_people(target.to, target.cc)
        if letter.text:
            self.words.begin(letter.text + self.words.toPlainText())
        self._judge()

    def suggest(self, handles: tuple[Handle, ...]) -> None:
        self.people.suggest(handles)

    def confirm_kept(self, clock: str) -> None:
        """Say that the draft is on disk, as of `clock`."""
        self.note.setText(self.tr("Draft kept here, {time}").format(time=clock))

    @Slot()
    def keep(self) -> None:
        """Hand out the draft if it differs from what was kept last."""
        self._pause.stop()
        if self.letter is not None and self.letter.target is not None:
            self._hand_out()

    def _hand_out(self) -> None:
        text = self.words.toPlainText()
        if self.letter is not None and text != self._kept_text:
            self._kept_text = text
            goes_on = self.letter.target is None
            self.kept.emit(Draft(self.letter.row.id, text, goes_on))

    @Slot()
    def leave(self) -> None:
        """Close; the draft is kept."""
        self._hand_out()
        self._close()
        self._closed.setVisible(bool(self._closed.text()))
        self.setVisible(bool(self._closed.text()))
        self.left.emit()

    def _build(self) -> None:
        self._from_row = QWidget()
        sender = QHBoxLayout(self._from_row)
        sender.setContentsMargins(12, 8, 12, 8)
        sender.setSpacing(8)
        caption = Label(self.tr("From"), tone="text_3")
        caption.setFixedWidth(theme.px(30))
        sender.addWidget(caption)
        sender.addWidget(self._from, 1)
        self._people_line = QWidget()
        whom = QVBoxLayout(self._people_line)
        whom.setContentsMargins(12, 6, 12, 6)
        whom.addWidget(self.people)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 12, 8)
        foot.setSpacing(16)
        foot.addWidget(self.send_button)
        foot.addWidget(self.note, 1)
        cross = IconButton("x", self.tr("Close, the draft is kept"), "Esc")
        cross.clicked.connect(self.leave)
        foot.addWidget(cross)
        words = QVBoxLayout()
        words.setContentsMargins(12, 12, 12, 12)
        words.addWidget(self.words)
        inside = QVBoxLayout(self._open)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(0)
        inside.addWidget(self._from_row)
        inside.addWidget(Line())
        inside.addWidget(self._people_line)
        inside.addWidget(Line())
        inside.addLayout(words)
        inside.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._closed)
        whole.addWidget(self._open)
        self._open.hide()

    def _close(self) -> None:
        self._pause.stop()
        self.letter = None
        self._open.hide()

    @Slot()
    def _typed(self) -> None:
        self._judge()
        self._pause.start()

    @Slot()
    def _judge(self) -> None:
        """Let Send be pressed when there is something to send to somebody."""
        letter = self.letter
        if letter is None:
            return
        reason = ""
        if letter.target is None:
            reason = self.tr("Who gets it is being looked up")
        elif self.people.isVisibleTo(self) and not self.people.to():
            reason = self.tr("There is nobody to send it to yet")
        elif letter.name != "forward" and not self.words.toPlainText().strip():
            reason = self.tr("There is nothing written yet")
        self.send_button.setEnabled(not reason)
        self.send_button.setToolTip(reason or self.tr("Send  Ctrl+Enter"))

    @Slot()
    def _press(self) -> None:
        self.send(False)

    @Slot(bool)
    def send(self, done: bool) -> None:
        """Hand out the letter, if there is something to send to somebody.

        Args:
            done: the person is done with the row, too.
        """
        self.people.take_typed()
        letter = self.letter
        if letter is None:
            return
        if letter.target is None:
            self._wanted = done
            return
        if not self.send_button.isEnabled():
            if not self.words.toPlainText().strip():
                self.again.emit()
            return
        arguments = Arguments(
            text=self.words.toPlainText(), to=self.people.to(), cc=self.people.cc()
        )
        self._close()
        self._closed.setVisible(bool(self._closed.text()))
        self.kept.emit(Draft(letter.row.id, ""))
        # An answer to all that nobody gets a copy of is a plain one to these people; by its name
        # alone the desk would give the copies back.
        plain = letter.name == "reply-all" and not arguments.cc
        name = "reply" if plain else letter.name
        self.sent.emit(Outgoing(letter.row, name, arguments, done))

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Be the one filled button only while the focus is here."""
        if self.letter is not None:
            inside = new is not None and self.isAncestorOf(new)
            self.send_button.set_look("filled" if inside else "outlined")
            self._open.setProperty("focused", inside)
            self._open.style().unpolish(self._open)
            self._open.style().polish(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What the chips and the box for one more recipient leave alone.
        modifiers = event.modifiers()
        if event.key() in _ENTER and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.send(bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape and self.letter is not None:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.words.most = max(
            theme.px(Type.BODY.line) * _LINES, round(self._reader.height() * _SHARE)
        )
        self.words.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False
