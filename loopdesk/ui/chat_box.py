"""Where a message of a conversation is written: always at its foot.

box = ChatBox(reader)                 # grows with its words to 40 % of `reader`
box.show_for(row)                     # the conversation that is read; None: hidden
box.load(words, files)                # what had been written in it
box.answer(shown)                     # in the thread of a message; None: in the conversation
box.written.connect(...)              # Written(row, text, ...): to be sent
box.again.connect(...)                # Ctrl+Enter with nothing written: send what waits
box.kept.connect(...)                 # Kept(row, words): at each pause and on leaving
box.asked_for.connect(...)            # str: "@ad" or "#la" is being typed; `offer` answers
box.edits.connect(...)                # the arrow up in an empty box: one's own last message
box.attaching.connect(...)            # tuple of paths; none: ask for some
box.later.connect(...)                # QWidget: when it is to leave is asked beside it
box.picks.connect(...)                # QWidget: an emoji is wanted; `insert` takes it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.items import Form
from loopdesk.core.rows import Row, Shown
from loopdesk.core.seams import Blob
from loopdesk.ui import emoji, theme, words
from loopdesk.ui.controls import Button, Elided, Glyph, IconButton, Label
from loopdesk.ui.enclosures import Enclosures
from loopdesk.ui.offers import Offers
from loopdesk.ui.theme import Type

_SHARE = 0.4
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_NAMED = re.compile(r"(?:^|[\s(])([@#][\w.'-]*(?: [\w.'-]+)?)$")
_COLON = re.compile(r"(?:^|\s):([a-z0-9_+-]{2,30})$")


@dataclass(frozen=True, slots=True)
class Written:
    """A message that may leave.

    Args:
        entry: the message in whose thread it goes, "" for the conversation itself.
        mentions: as `Arguments` has them.
        done: the person is done with the row, too.
    """

    row: Row
    text: str
    entry: str = ""
    files: tuple[Blob, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in the box of a conversation."""

    row: Row
    text: str


class ChatBox(QFrame):
    """Enter makes a new line, Ctrl+Enter sends, with Shift the person is done, too."""

    written = Signal(Written)
    again = Signal()
    kept = Signal(Kept)
    asked_for = Signal(str)
    edits = Signal()
    attaching = Signal(tuple)
    later = Signal(QWidget)
    picks = Signal(QWidget)
    left = Signal()

    PAUSE_MS: ClassVar[int] = 800

    def __init__(self, reader: QWidget) -> None:
        super().__init__()
        self.row: Row | None = None
        self.in_thread: Shown | None = None
        self._reader = reader
        self._known: dict[str, str] = {}  # what was offered, and the key each stands for
        self._named: dict[str, str] = {}  # what of it was taken into the words
        self._last = ""  # as it was kept last
        self.setObjectName("letter")
        self.setAcceptDrops(True)
        self.words = _Words()
        self.words.setAccessibleName(self.tr("Your message"))
        self.words.textChanged.connect(self._typed)
        self.words.send.connect(self.send)
        self.words.leave.connect(self._leave)
        self.words.up.connect(self.edits)
        self.words.dropped.connect(self.attaching)
        self.files = Enclosures()
        self.files.changed.connect(self._judge)
        self.send_button = Button(self.tr("Send"), "outlined", "send")
        self.send_button.setProperty("bar", True)
        self.send_button.clicked.connect(lambda: self.send(False))
        self.later_button = Button(self.tr("Send later"), "quiet")
        self.later_button.setProperty("bar", True)
        self.later_button.clicked.connect(lambda: self.later.emit(self.later_button))
        self._closed = Label("", tone="text_2", wrap=True)
        self._offers = Offers(self.words)
        self._offers.taken.connect(self._take)
        self.words.offers = self._offers
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(self.PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._build()
        reader.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101
        app.focusChanged.connect(self._focus_moved)
        self.hide()

    # --- what it is for ---

    def show_for(self, row: Row | None) -> None:
        """Be the box of a conversation; another one's words are kept first."""
        if self.row is not None and (row is None or row.id != self.row.id):
            self.keep()
            self._empty()
        self.row = row
        chat = row.chat if row is not None else None
        if row is None or chat is None:
            self.row = None
            self.hide()
            return
        writes = "reply" in row.actions and not chat.closed
        self._open.setVisible(writes)
        self._closed.setVisible(not writes)
        self._closed.setText(
            self.tr("It is closed: nothing can be written here any more")
            if chat.closed
            else self.tr("LoopDesk may not write here")
        )
        self._show_hint(row)
        self._judge()
        self.show()

    def load(self, text: str, files: Iterable[Blob] = ()) -> None:
        """Show what had been written, before what is being typed by now."""
        typed = self.words.toPlainText()
        if text and text not in typed:
            self.words.setPlainText(text + typed)
            self.words.moveCursor(QTextCursor.MoveOperation.End)
        self._last = self.words.toPlainText()
        for blob in files:
            self.files.add(blob)
        self._judge()

    def answer(self, shown: Shown | None) -> None:
        """Write in the thread of a message from now on; None: in the conversation itself."""
        self.in_thread = shown
        self._in_thread.setVisible(shown is not None)
        if shown is not None:
            said = self.tr("In a thread of {who}: {words}")
            about = " ".join(shown.own.split())
            self._thread_words.setText(said.format(who=words.name(shown.author), words=about))
            self.begin()
        if self.row is not None:
            self._show_hint(self.row)

    def begin(self) -> None:
        """Take the keyboard."""
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def writes(self) -> bool:
        return self.row is not None and self._open.isVisibleTo(self)

    def has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    # --- what goes along ---

    def add_file(self, row: Row, blob: Blob) -> None:
        if self.row is not None and self.row.id == row.id:
            self.files.add(blob)
            self._judge()

    def insert(self, text: str) -> None:
        self.words.insertPlainText(text)
        self.begin()

    def offer(self, found: Sequence[tuple[str, str]]) -> None:
        """Offer names for what is being typed.

        Args:
            found: each as it will stand in the words ("@Ada Okafor"), and its key.
        """
        if self._typed_name() is None:
            return
        self._known = dict(found)
        self._offers.show_names(self._known, self.words.cursorRect(), above=True)

    # --- sending ---

    @Slot(bool)
    def send(self, done: bool, at: datetime | None = None) -> None:
        """Hand out what is written, or hasten what waits if nothing is."""
        row, text = self.row, self.words.toPlainText().strip()
        if row is None:
            return
        files = self.files.files()
        if not text and not files:
            self.again.emit()
            return
        named = tuple((name, key) for name, key in self._named.items() if name in text)
        entry = self.in_thread.id if self.in_thread is not None else ""
        self._empty()
        self.written.emit(Written(row, text, entry, files, named, at, done))

    @Slot()
    def keep(self) -> None:
        """Hand out the words if they differ from what was kept last."""
        self._pause.stop()
        text = self.words.toPlainText()
        if self.row is not None and text != self._last:
            self._last = text
            self.kept.emit(Kept(self.row, text))

    def _empty(self) -> None:
        self._pause.stop()
        self._offers.hide()
        self.words.clear()
        self._pause.stop()
        self.files.show_files((), ())
        self._named, self._last = {}, ""
        if self.in_thread is not None:
            self.answer(None)

    # --- building ---

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2, 2, 2, 2)
        whole.setSpacing(0)
        self._closed.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        whole.addWidget(self._closed)
        self._open = QWidget()
        whole.addWidget(self._open)
        inside = QVBoxLayout(self._open)
        inside.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(6))
        inside.setSpacing(theme.px(6))
        self._in_thread = QWidget()
        thread = QHBoxLayout(self._in_thread)
        thread.setContentsMargins(0, 0, 0, 0)
        thread.setSpacing(theme.px(8))
        thread.addWidget(Glyph("messages-square", "accent", 14))
        self._thread_words = Elided("", Type.META, "text_2")
        thread.addWidget(self._thread_words, 1)
        cross = IconButton("x", self.tr("Write in the conversation instead"))
        cross.setProperty("small", True)
        cross.clicked.connect(lambda: self.answer(None))
        thread.addWidget(cross)
        self._in_thread.hide()
        inside.addWidget(self._in_thread)
        inside.addWidget(self.words)
        inside.addWidget(self.files)
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addWidget(self.send_button)
        foot.addSpacing(theme.px(8))
        foot.addWidget(self.later_button)
        foot.addStretch(1)
        self.emoji_button = IconButton("smile", self.tr("Emoji"))
        self.emoji_button.clicked.connect(lambda: self.picks.emit(self.emoji_button))
        at = IconButton("at-sign", self.tr("Name somebody"), "@")
        at.clicked.connect(self._begin_name)
        self.clip = IconButton("paperclip", self.tr("Attach files"), "Ctrl+Shift+A")
        self.clip.clicked.connect(lambda: self.attaching.emit(()))
        for button in (self.emoji_button, at, self.clip):
            foot.addWidget(button)
        inside.addLayout(foot)

    def _show_hint(self, row: Row) -> None:
        chat = row.chat
        in_thread = self.in_thread is not None or (chat is not None and chat.form is Form.THREAD)
        where = words.conversation(row)
        hint = self.tr("Answer in the thread") if in_thread else self.tr("Message {where}")
        self.words.setPlaceholderText(hint.format(where=where))

    # --- what is typed ---

    @Slot()
    def _typed(self) -> None:
        self._pause.start()
        self._fit()
        self._judge()
        if (name := self._typed_name()) is not None:
            self.asked_for.emit(name)
        elif (begun := self._typed_emoji()) is not None:
            found = [one for one in emoji.found(begun, 8) if one.names[0] != begun]
            self._known = {f"{one.char}  :{one.name}:": "" for one in found}
            self._offers.show_names(self._known, self.words.cursorRect(), above=True)
        else:
            self._offers.hide()

    @Slot()
    def _judge(self) -> None:
        something = bool(self.words.toPlainText().strip()) or bool(self.files.files())
        self.send_button.setEnabled(something)
        nothing = self.tr("There is nothing written yet")
        self.send_button.setToolTip(self.tr("Send  Ctrl+Enter") if something else nothing)
        self.later_button.setEnabled(something and not self.files.files())
        files = self.tr("Files cannot wait at the service")
        self.later_button.setToolTip(files if self.files.files() else "")
        takes = self.row.actions if self.row is not None else ()
        chat = self.row.chat if self.row is not None else None
        self.later_button.setVisible(chat is not None and chat.later)
        self.clip.setVisible("upload" in takes)

    def _before(self) -> str:
        cursor = self.words.textCursor()
        return cursor.block().text()[: cursor.positionInBlock()]

    def _typed_name(self) -> str | None:
        found = _NAMED.search(self._before())
        return found[1] if found else None

    def _typed_emoji(self) -> str | None:
        found = _COLON.search(self._before())
        return found[1] if found else None

    @Slot()
    def _begin_name(self) -> None:
        before = self._before()
        self.insert("@" if not before or before.endswith((" ", "(")) else " @")

    @Slot(str)
    def _take(self, chosen: str) -> None:
        """Write what was chosen in place of what was typed for it."""
        typed = self._typed_name()
        if typed is not None:
            self._named[chosen] = self._known.get(chosen, "")
            self._replace(len(typed), f"{chosen} ")
        elif (begun := self._typed_emoji()) is not None:
            self._replace(len(begun) + 1, chosen.split(" ", 1)[0])
        self._offers.hide()

    def _replace(self, typed: int, text: str) -> None:
        cursor = self.words.textCursor()
        left, keep = QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor
        cursor.movePosition(left, keep, typed)
        cursor.insertText(text)

    # --- what Qt asks ---

    @Slot()
    def _leave(self) -> None:
        if self._offers.are_shown:
            self._offers.hide()
        elif self.in_thread is not None:
            self.answer(None)
        else:
            self.keep()
            self.left.emit()

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Be the one filled button only while the focus is here."""
        inside = new is not None and self.isAncestorOf(new)
        self.send_button.set_look("filled" if inside else "outlined")
        self.setProperty("focused", inside)
        self.style().unpolish(self)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers()
        if event.key() == Qt.Key.Key_A and modifiers == _CTRL_SHIFT:
            self.attaching.emit(())
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.writes and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := _paths(event.mimeData()):
            event.acceptProposedAction()
            self.attaching.emit(paths)

    @Slot()
    def _fit(self) -> None:
        self.words.most = max(theme.px(Type.BODY.line), round(self._reader.height() * _SHARE))
        self.words.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False


class _Words(QPlainTextEdit):
    """As high as its lines, within bounds."""

    send = Signal(bool)
    leave = Signal()
    up = Signal()
    dropped = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self.most = theme.px(200)
        self.offers: Offers | None = None
        self.setProperty("bare", True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.fit()

    def fit(self) -> None:
        line = theme.px(Type.BODY.line)
        lines = max(1, round(self.document().size().height()))
        high = min(max(lines * self.fontMetrics().lineSpacing(), line), self.most)
        self.setFixedHeight(high + 4)
        scrolls = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(scrolls if high >= self.most else off)

    def event(self, event: QEvent) -> bool:
        # The window knows these keys, too: while this has the focus, they are this text's.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() == Qt.Key.Key_Escape or (control and event.key() in _ENTER):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        offered = self.offers is not None and self.offers.are_shown
        if event.key() in _ENTER and control:
            self.send.emit(bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in _ENTER and offered:
            event.ignore()  # the list takes what is current in it
        elif event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.up.emit()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if paths := _paths(source):
            self.dropped.emit(paths)
        else:
            super().insertFromMimeData(source)


def _paths(source: QMimeData) -> tuple[str, ...]:
    return tuple(url.toLocalFile() for url in source.urls() if url.isLocalFile())
