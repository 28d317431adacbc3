"""What people said about a file or on a task: threads that are answered and settled, or remarks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.people import Handle
from loopdesk.core.rows import Shown
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Avatar, Button, Label
from loopdesk.ui.formats import Formats
from loopdesk.ui.message_text import MessageText
from loopdesk.ui.more import More
from loopdesk.ui.offers import Offers
from loopdesk.ui.theme import Type
from loopdesk.ui.writing import Writing

_MENTION = re.compile(r"(?:^|\s)[@+]([\w.@+-]*)$")
_LINES, _MOST_LINES = 3, 8
_ONE_LINE = 38
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Thread:
    first: Shown
    answers: tuple[Shown, ...]

    @property
    def resolved(self) -> bool:
        return self.first.resolved


@dataclass(frozen=True, slots=True)
class Said:
    """A comment was written.

    Args:
        answers: the key of the one it answers, or "".
        mentions, html: as `Arguments` has them.
    """

    text: str
    answers: str = ""
    mentions: tuple[tuple[str, str], ...] = ()
    html: str = ""


def threads(entries: Sequence[Shown]) -> list[Thread]:
    """Return comments with their answers, the thread that was spoken in last first.

    An answer whose comment is not here stands as a thread of its own.
    """
    known = {entry.id for entry in entries}
    firsts = [entry for entry in entries if entry.parent not in known]
    found = [
        Thread(first, tuple(entry for entry in entries if entry.parent == first.id))
        for first in firsts
    ]
    return sorted(found, key=_newest, reverse=True)


class Comments(QWidget):
    """All threads; the settled ones are folded away."""

    said = Signal(Said)
    settled = Signal(str)
    reopened = Signal(str)
    looked_for = Signal(str)
    link = Signal(str)
    dropped = Signal(list)

    def __init__(
        self, zone: tzinfo, hint: str = "", *, answered: bool = True, formats: bool = False
    ) -> None:
        """Make it empty.

        Args:
            hint: what stands in the box while nothing does.
            answered: a comment can be answered by itself, and settled.
            formats: a comment may have formats, as long as the box is told so.
        """
        super().__init__()
        self._zone, self._answered = zone, answered
        self._threads: list[Thread] = []
        self._takes: frozenset[str] = frozenset()
        self._typed: dict[str, str] = {}  # answers in the making, by the comment they answer
        self._typing = ""  # the comment in whose answer the person is
        self._now: datetime | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Label(self.tr("Comments"), Type.HEADING))
        self._count = Label("", Type.META, "text_2")
        head.addWidget(self._count, 1)
        column.addLayout(head)
        self.box = CommentBox(hint or self.tr("Comment on the file"), formats=formats)
        self.box.written.connect(self._comment)
        self.box.dropped.connect(self.dropped)
        self.box.looked_for.connect(self.looked_for)
        column.addWidget(self.box)
        self._open = _Stack(self._card)
        column.addWidget(self._open)
        self._fold = Button("", "link")
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._unfold)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        self._settled = _Stack(self._card)
        self._settled.hide()
        column.addWidget(self._settled)

    def show_entries(self, entries: Sequence[Shown], takes: Iterable[str], now: datetime) -> None:
        """Show comments, oldest first as the desk has them.

        Args:
            takes: the actions that the file takes.
        """
        found, able = threads(entries), frozenset(takes)
        self.box.setVisible("comment" in able)
        open_ones = [thread for thread in found if not thread.resolved]
        shut = len(found) - len(open_ones)
        said = self.tr("{n} open") if self._answered else "{n}"
        said = said.format(n=words.count(len(open_ones))) if found else self.tr("none")
        self._count.setText(said)
        self._fold.setVisible(shut > 0)
        self._fold.setText(self.tr("{n} resolved").format(n=words.count(shut)))
        if found == self._threads and able == self._takes:
            return
        cards = (*self._open.cards, *self._settled.cards)
        typing = next((one.talk.first.id for one in cards if one.box and one.box.has_focus()), "")
        self._threads, self._takes, self._now, self._typing = found, able, now, typing
        self._open.show_threads(open_ones)
        self._show_settled()

    def stops(self) -> list[QWidget]:
        return [*self._open.cards, *self._settled.cards]

    def suggest(self, people: Iterable[Handle]) -> None:
        found = tuple(people)
        boxes = [card.box for card in (*self._open.cards, *self._settled.cards)]
        for box in (self.box, *boxes):
            if box is not None and box.has_focus():
                box.suggest(found)

    def _card(self, thread: Thread) -> _Card:
        assert self._now is not None  # noqa: S101
        takes = self._takes if self._answered else frozenset[str]()
        card = _Card(thread, takes, self._now, self._zone)
        card.said.connect(self.said)
        card.settled.connect(self.settled)
        card.reopened.connect(self.reopened)
        card.looked_for.connect(self.looked_for)
        card.link.connect(self.link)
        card.typed.connect(self._keep_typed)
        # What is heard of a thread must not cost the words of an answer to it.
        if text := self._typed.get(thread.first.id):
            card.answer(text, focus=thread.first.id == self._typing)
        return card

    def _show_settled(self) -> None:
        shown = self._fold.isChecked()
        self._settled.show_threads([one for one in self._threads if one.resolved and shown])
        self._settled.setVisible(shown)

    @Slot(Said)
    def _keep_typed(self, said: Said) -> None:
        self._typed[said.answers] = said.text

    @Slot(str, str)
    def _comment(self, text: str, html: str) -> None:
        self.said.emit(Said(text, mentions=self.box.mentions(text), html=html))

    @Slot(bool)
    def _unfold(self, _unfolded: bool) -> None:
        self._show_settled()


class _Stack(QWidget):
    """Threads one below the other, the first of many at first."""

    def __init__(self, make: Callable[[Thread], _Card]) -> None:
        super().__init__()
        self._make = make
        self._threads: Sequence[Thread] = ()
        self.cards: list[_Card] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.px(8))
        column.addLayout(self._column)
        self._rest = More(_SHOWN)
        self._rest.wanted.connect(self._show_more)
        column.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignLeft)

    def show_threads(self, threads: Sequence[Thread]) -> None:
        self._threads = threads
        controls.clear(self._column)
        self.cards = []
        self._show_more()

    @Slot()
    def _show_more(self) -> None:
        for thread in self._rest.first(self._threads)[len(self.cards) :]:
            card = self._make(thread)
            self.cards.append(card)
            controls.put(self._column, card)


class _Card(QFrame):
    """One thread."""

    said = Signal(Said)
    settled = Signal(str)
    reopened = Signal(str)
    typed = Signal(Said)
    """The words of an answer so far."""
    looked_for = Signal(str)
    link = Signal(str)

    def __init__(self, thread: Thread, takes: frozenset[str], now: datetime, zone: tzinfo) -> None:
        super().__init__()
        self.talk = thread
        self.setProperty("surface", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(8))
        column.setSpacing(theme.px(4))
        self._add(column, thread.first, now, zone)
        if thread.answers:
            column.addSpacing(theme.px(4))
        self._when = now, zone
        self._earlier = More(_SHOWN)
        self._earlier.wanted.connect(self._show_answers)
        column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignLeft)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(theme.px(8))
        column.addLayout(self._answers)
        self._show_answers()
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        sent = thread.first.pending is None
        if "comment" in takes and sent:
            reply = Button(self.tr("Reply"), "link")
            reply.clicked.connect(lambda: self.answer())
            buttons.addWidget(reply)
        turned = "reopen" if thread.resolved else "resolve"
        if turned in takes and sent:
            settle = Button(words.order(turned), "link")
            settle.setProperty("tone", "quiet")
            settle.clicked.connect(self._turn)
            buttons.addWidget(settle)
        buttons.addStretch()
        column.addLayout(buttons)
        self._column = column
        self.box: CommentBox | None = None

    def answer(self, text: str = "", *, focus: bool = True) -> None:
        """Open the box for an answer, going on from what was typed."""
        if self.box is None:
            self.box = CommentBox(self.tr("Answer"))
            self.box.written.connect(self._answered)
            self.box.looked_for.connect(self.looked_for)
            self.box.words.textChanged.connect(self._typed)
            controls.put(self._column, self.box)
        self.box.show()
        self.box.begin(text, focus=focus)

    @Slot()
    def _show_answers(self) -> None:
        controls.clear(self._answers)
        for answer in self._earlier.last(self.talk.answers):
            entry = QWidget()
            column = QVBoxLayout(entry)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.px(4))
            self._add(column, answer, *self._when)
            controls.put(self._answers, entry)

    def _add(self, column: QVBoxLayout, entry: Shown, now: datetime, zone: tzinfo) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Avatar(entry.author, 20, 1))
        head.addWidget(Label(words.name(entry.author), Type.BUTTON), 1)
        at = words.moment(entry.at, now, zone, with_time=True)
        if entry.edited_at is not None:
            at = self.tr("{when}, edited").format(when=at)
        when = self.tr("not sent yet") if entry.pending is not None else at
        time = Label(when, Type.META, "text_3")
        time.setFont(theme.font(Type.META, tabular=True))
        head.addWidget(time)
        column.addLayout(head)
        if entry.quote:
            quote = Label(f"“{entry.quote}”", Type.META, "text_2", wrap=True)
            quote.setProperty("quote", True)
            column.addWidget(quote)
        text = MessageText(entry.own, entry.html)
        text.setProperty("type", Type.CONTROL.name)
        text.linkActivated.connect(self.link)
        column.addWidget(text)

    @Slot()
    def _turn(self) -> None:
        signal = self.reopened if self.talk.resolved else self.settled
        signal.emit(self.talk.first.id)

    @Slot()
    def _typed(self) -> None:
        if self.box is not None:
            self.typed.emit(Said(self.box.words.toPlainText(), self.talk.first.id))

    @Slot(str, str)
    def _answered(self, text: str, _html: str) -> None:
        if self.box is not None:
            self._give_focus_back()
            self.box.hide()
        self.said.emit(Said(text, self.talk.first.id))

    def _give_focus_back(self) -> None:
        """Have the keyboard where the file is read: hidden with the box, it would go anywhere."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.setFocus(Qt.FocusReason.OtherFocusReason)


class CommentBox(QFrame):
    """Where a comment is written. After @ people are offered; Ctrl+Enter sends."""

    written = Signal(str, str)
    """The words, and how they look: "" where they are plain."""
    looked_for = Signal(str)
    dropped = Signal(list)

    def __init__(self, hint: str, *, formats: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.words: QPlainTextEdit | Writing = Writing() if formats else QPlainTextEdit()
        self._formats: Formats | None = None
        if isinstance(self.words, Writing):
            self.words.setProperty("bare", False)
            self.words.dropped.connect(self.dropped)
            self._formats = Formats(self.words)
        self.words.setPlaceholderText(hint)
        self.words.setAccessibleName(hint)
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(theme.px(_ONE_LINE))
        self.words.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.words.installEventFilter(self)
        self.words.textChanged.connect(self._typed)
        column.addWidget(self.words)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        self.send = Button(words.order("comment"))
        self.send.setProperty("bar", True)
        self.send.setToolTip("Ctrl+Enter")
        self.send.clicked.connect(self._write)
        foot.addWidget(self.send)
        if self._formats is not None:
            foot.addWidget(self._formats)
        foot.addStretch()
        self._foot.hide()
        column.addWidget(self._foot)
        self._found: dict[str, Handle] = {}
        self._named: dict[str, str] = {}  # ids of those who were picked, by how they stand there
        self._offers = Offers(self.words)
        self._offers.taken.connect(self._take)

    def begin(self, text: str = "", *, focus: bool = True) -> None:
        """Go on with what was typed before, and take the focus."""
        if text:
            self.words.setPlainText(text)
            self.words.moveCursor(QTextCursor.MoveOperation.End)
        if focus:
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_formats(self, *, taken: bool) -> None:
        """Say whether what is written may have formats."""
        if isinstance(self.words, Writing) and self._formats is not None:
            self.words.setAcceptRichText(taken)
            self._formats.setVisible(taken)

    def has_focus(self) -> bool:
        return self.words.hasFocus()

    def suggest(self, people: Iterable[Handle]) -> None:
        """Offer people for the mention that is being typed."""
        self._found = {
            f"{words.name(who)}  {who.address}".strip(): who for who in people if who.key
        }
        offered = self._found if self._mention() is not None else ()
        below = self.words.cursorRect().translated(self.words.viewport().pos())
        self._offers.show_names(offered, below)

    @Slot()
    def _typed(self) -> None:
        text = self.words.toPlainText()
        lines = int(self.words.document().size().height())
        if isinstance(self.words, Writing):
            lines = round(lines / theme.px(Type.BODY.line))
        high = 16 + Type.BODY.line * min(max(lines, _LINES), _MOST_LINES) if text else _ONE_LINE
        self.words.setFixedHeight(theme.px(high))
        scrolls = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if lines <= _MOST_LINES:
            scrolls = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.words.setVerticalScrollBarPolicy(scrolls)
        self._foot.setVisible(bool(text.strip()))
        mention = self._mention()
        if mention:
            self.looked_for.emit(mention)
        else:
            self._offers.hide()

    def _mention(self) -> str | None:
        cursor = self.words.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        found = _MENTION.search(before)
        return found[1] if found else None

    @Slot(str)
    def _take(self, chosen: str) -> None:
        """Write the address: a service knows people by it; else the name, and keep who is meant."""
        mention, who = self._mention(), self._found.get(chosen)
        if mention is None or who is None:
            return
        cursor = self.words.textCursor()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(mention) + 1
        )
        if not who.address:
            self._named[f"@{who.name}"] = who.id
        cursor.insertText(f"@{who.address or who.name} ")

    def mentions(self, text: str) -> tuple[tuple[str, str], ...]:
        """Return whom a text names of those who were picked, as `Arguments` has them."""
        return tuple((name, id) for name, id in self._named.items() if name in text)

    @Slot()
    def _write(self) -> None:
        text, html = self.words.toPlainText().strip(), ""
        if isinstance(self.words, Writing) and self.words.acceptRichText():
            text, html = self.words.text().strip(), self.words.html()
        if text:
            self.words.clear()
            self.written.emit(text, html)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._offers.are_shown:
            event.ignore()  # the list takes what is current in it
            return True
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._write()
            return True
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the window goes back to the list
            return True
        return False


def _newest(thread: Thread) -> datetime:
    return max(entry.at for entry in (thread.first, *thread.answers))
