"""The reader: one message thread or one meeting, with what can be done with it.

    reader = Reader(clock, zone, titles)
    reader.announce(row)          # at once, from what the list knows
    reader.show_body(body)        # when its entries are read
    reader.renew(row)             # its state or answer changed
    reader.asked                  # str: a command of `keys.TABLE`, or an action's name
    reader.answered               # Answered(row, name, note): a meeting's answer
    reader.link                   # str: an address to be opened outside
    reader.dock                   # where the composer goes, below

Nothing here asks the desk; reading loads nothing and opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from html import escape

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.actions import State
from loopdesk.core.items import Attachment, Kind
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Row, Shown
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Avatar, Button, Elided, Glyph, IconButton, Label, Mark
from loopdesk.ui.meeting import Answered, MeetingPart
from loopdesk.ui.theme import Type
from loopdesk.ui.toolbar import Toolbar

COLUMN = 720
_MARGIN = 24
_SHOWN = 10
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
_RICHEST = 50_000
"""Longer text is shown without links: laying out rich text of that length can be felt."""


class Reader(QWidget):
    """Shows one item. What is pressed here goes out as a signal."""

    asked = Signal(str)
    answered = Signal(Answered)
    link = Signal(str)

    def __init__(self, clock: Clock, zone: tzinfo, titles: Mapping[str, str]) -> None:
        """Make an empty reader.

        Args:
            titles: what services are called, by their key.
        """
        super().__init__()
        self.setProperty("surface", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._clock, self._zone, self._titles = clock, zone, titles
        self._body: Body | None = None
        self._entries: list[_Entry] = []
        self._entry = 0
        self._whole = False
        self.row: Row | None = None
        self._bar = Toolbar()
        self._bar.asked.connect(self.asked)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Reader"))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.dock = QVBoxLayout()
        self.dock.setContentsMargins(theme.px(_MARGIN), 0, theme.px(_MARGIN), theme.px(16))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._scroll, 1)
        column.addLayout(self.dock)
        self.clear()

    @property
    def focus_part(self) -> QWidget:
        """Return what takes the focus when the reader is gone to."""
        return self._scroll

    @property
    def ground(self) -> QWidget:
        """Return what a toast floats over: the reader without the composer below."""
        return self._scroll

    @property
    def why_button(self) -> QWidget:
        return self._bar.why

    @property
    def snooze_button(self) -> QWidget:
        return self._bar.snooze

    def offer_back(self, offered: bool) -> None:
        """Show the way back to the list, where the reader hides it."""
        self._bar.back.setVisible(offered)

    def clear(self) -> None:
        """Show nothing."""
        self.row = self._body = None
        self._entries = []
        self._bar.hide()
        self._scroll.setWidget(QWidget())

    def announce(self, row: Row) -> None:
        """Show an item's title and people; its entries follow."""
        self._body = None
        self._entry = 0
        self._whole = False
        self._show(row, ())
        self._scroll.verticalScrollBar().setValue(0)

    def show_body(self, body: Body) -> None:
        """Show the entries of the item that was announced; of another, nothing happens."""
        if self.row is None or body.row.id != self.row.id:
            return
        known = len(self._body.entries) if self._body is not None else 0
        self._body = body
        at = self._scroll.verticalScrollBar().value()
        self._show(body.row, body.entries)
        self._scroll.verticalScrollBar().setValue(at)
        if len(body.entries) > known:
            # Where reading goes on is known only once the page is laid out.
            QTimer.singleShot(0, self, self._go_to_new)

    def renew(self, row: Row) -> None:
        """Show the same item as it is now."""
        if self.row is None or row.id != self.row.id or row == self.row:
            return
        if self._body is not None:
            self.show_body(replace(self._body, row=row))
        else:
            self._show(row, ())

    def page(self, pages: float) -> bool:
        """Scroll; False: there was no further to go."""
        bar = self._scroll.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + round(pages * bar.pageStep() * 0.9))
        return bar.value() != before

    @Slot()
    def _go_to_new(self) -> None:
        """Go to the first unread entry, else to the newest."""
        if not self._entries or not self.isVisible():
            return
        unread = (n for n, entry in enumerate(self._entries) if entry.unread)
        self._entry = next(unread, max(len(self._entries) - 1, 0))
        self.step_entry(0)

    def step_entry(self, by: int) -> bool:
        """Go to the next or previous entry; False: there is none."""
        there = self._entry + by
        if not 0 <= there < len(self._entries):
            return False
        self._entry = there
        entry = self._entries[there]
        page = self._scroll.widget()
        assert page is not None  # noqa: S101
        self._scroll.verticalScrollBar().setValue(entry.mapTo(page, QPoint()).y())
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._go_to_new)  # hidden, there was no layout to go by

    # --- building ---

    def _show(self, row: Row, entries: tuple[Shown, ...]) -> None:
        self.row = row
        self._bar.show_for(row)
        self._bar.show()
        page = QWidget()
        page.setProperty("surface", "bg")
        across = QHBoxLayout(page)
        across.setContentsMargins(theme.px(_MARGIN), 0, theme.px(_MARGIN), theme.px(24))
        holder = QWidget()
        holder.setMaximumWidth(theme.px(COLUMN))
        across.addWidget(holder, 1000)
        across.addStretch(1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(0)
        title = Label(row.title or self.tr("No subject"), Type.READER_TITLE, wrap=True)
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(title)
        column.addSpacing(theme.px(4))
        column.addLayout(self._meta(row))
        column.addSpacing(theme.px(20))
        if row.failure is not None and row.state is State.REFUSED:
            column.addWidget(self._refused(row))
            column.addSpacing(theme.px(16))
        self._entries = []
        if row.meeting is not None:
            part = MeetingPart(row, row.meeting, self._clock, self._zone)
            part.answered.connect(self.answered)
            part.link.connect(self.link)
            column.addWidget(part)
            self._add_agenda(column, entries)
        else:
            self._add_entries(column, entries)
        column.addStretch(1)
        self._scroll.setWidget(page)

    def _meta(self, row: Row) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(theme.px(6))
        service = self._titles.get(row.service, row.service)
        mark = Mark(row.service, row.kind)
        mark.setToolTip(service)
        line.addWidget(mark)
        account = self._body.account_name if self._body is not None else ""
        parts = [words.joined(service, account)]
        if row.meeting is not None and row.meeting.organizer is not None:
            invited = self.tr("Invited by {who}")
            parts.append(invited.format(who=words.name(row.meeting.organizer)))
        elif row.kind is Kind.MESSAGE:
            parts.append(words.names(row.people, you=not row.mine_last, full=True))
        if row.starred:
            parts.append(self.tr("starred"))
        state = words.pending(row, self._clock.now(), self._zone)
        if state:
            parts.append(state)
        line.addWidget(Elided("  ·  ".join(p for p in parts if p), Type.META, "text_2"), 1)
        return line

    def _refused(self, row: Row) -> QWidget:
        assert row.failure is not None  # noqa: S101
        card = QFrame()
        card.setProperty("surface", "danger")
        across = QHBoxLayout(card)
        across.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(8))
        across.setSpacing(theme.px(8))
        across.addWidget(Glyph("circle-alert", "danger"))
        said = self.tr("{action}: {why}.").format(
            action=words.order(row.pending_name), why=words.failure(row.failure)
        )
        across.addWidget(Label(said, tone="danger", wrap=True), 1)
        if row.pending_name in ("reply", "reply-all"):
            across.addWidget(self._button(self.tr("Edit"), "edit-refused"))
        across.addWidget(self._button(self.tr("Try again"), "retry"))
        across.addWidget(self._button(self.tr("Discard"), "discard", "quiet"))
        return card

    def _button(self, text: str, command: str, look: str = "outlined") -> Button:
        button = Button(text, look)
        button.clicked.connect(lambda: self.asked.emit(command))
        return button

    def _add_entries(self, column: QVBoxLayout, entries: tuple[Shown, ...]) -> None:
        shown = entries if self._whole else entries[-_SHOWN:]
        mine = self._body.account_name if self._body is not None else ""
        if hidden := len(entries) - len(shown):
            earlier = Button(self.tr("{n} earlier").format(n=hidden), "link")
            earlier.clicked.connect(self._show_whole)
            column.addWidget(earlier, 0, Qt.AlignmentFlag.AlignLeft)
            column.addSpacing(theme.px(16))
        for entry in shown:
            part = _Entry(entry, mine, self._clock, self._zone)
            part.link.connect(self.link)
            self._entries.append(part)
            column.addWidget(part)
            column.addSpacing(theme.px(24))
        self._entry = max(len(self._entries) - 1, 0)

    def _add_agenda(self, column: QVBoxLayout, entries: tuple[Shown, ...]) -> None:
        for entry in entries:
            if entry.own:
                text = Text(entry.own)
                text.linkActivated.connect(self.link)
                column.addSpacing(theme.px(20))
                column.addWidget(text)

    @Slot()
    def _show_whole(self) -> None:
        self._whole = True
        if self._body is not None:
            self.show_body(self._body)


class Text(QLabel):
    """Clean text for reading: 14/22, addresses as links, can be selected."""

    def __init__(self, text: str, tone: str = "text") -> None:
        super().__init__()
        self.setProperty("type", Type.BODY.name)
        self.setProperty("tone", tone)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(text)
        self._text = text
        theme.current().changed.connect(self._fill)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        if len(self._text) > _RICHEST:
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setText(self._text)
            return
        self.setTextFormat(Qt.TextFormat.RichText)
        accent = theme.current().tokens.accent
        pieces, end = [], 0
        for found in _ADDRESS.finditer(self._text):
            address = escape(found[0])
            pieces.append(escape(self._text[end : found.start()]))
            pieces.append(
                f'<a href="{address}" style="color:{accent};text-decoration:none">{address}</a>'
            )
            end = found.end()
        pieces.append(escape(self._text[end:]))
        lines = "".join(pieces).replace("\n", "<br>")
        self.setText(f'<p style="margin:0;line-height:{theme.px(Type.BODY.line)}px">{lines}</p>')


class _Entry(QWidget):
    """One mail of a thread: who, to whom, when, the words that are new, the quote folded."""

    link = Signal(str)

    def __init__(self, entry: Shown, mine: str, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self.unread = entry.unread
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(12))
        across.addWidget(Avatar(entry.author), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        across.addLayout(column, 1)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Label(words.name(entry.author), Type.STRONG))
        head.addWidget(Elided(_recipients(entry, mine), Type.META, "text_3"), 1)
        time = Label(words.moment(entry.at, clock.now(), zone, with_time=True), Type.META, "text_3")
        time.setFont(theme.font(Type.META, tabular=True))
        head.addWidget(time)
        column.addLayout(head)
        column.addSpacing(theme.px(4))
        if entry.missing:
            column.addWidget(Label(self.tr("The text is not here yet"), tone="text_3"))
        elif entry.own:
            self._add(column, Text(entry.own))
        if entry.quoted:
            fold = IconButton("ellipsis", self.tr("Show what is quoted"))
            fold.setProperty("look", "fold")
            fold.setCheckable(True)
            column.addSpacing(theme.px(8))
            column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
            quote = self._add(column, Text(entry.quoted, "text_2"))
            quote.hide()
            fold.toggled.connect(quote.setVisible)
        for attachment in entry.attachments:
            if not attachment.inline:
                column.addSpacing(theme.px(8))
                column.addWidget(_AttachmentCard(attachment), 0, Qt.AlignmentFlag.AlignLeft)

    def _add(self, column: QVBoxLayout, text: Text) -> Text:
        text.linkActivated.connect(self.link)
        column.addWidget(text)
        return text


class _AttachmentCard(QFrame):
    """An attachment's name, type and size."""

    def __init__(self, attachment: Attachment) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(12), theme.px(8), theme.px(16), theme.px(8))
        across.setSpacing(theme.px(12))
        across.addWidget(Glyph("paperclip"))
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(attachment.name or self.tr("Without a name"), Type.BUTTON))
        column.addWidget(Label(words.size(attachment.size_bytes), Type.META, "text_2"))
        across.addLayout(column)


def _recipients(entry: Shown, mine: str) -> str:
    """Return the line after an author's name: to whom, and where it stands."""
    if entry.pending is State.REFUSED:
        return words.translate("reader", "not sent")
    if entry.pending is State.SENDING:
        return words.translate("reader", "being sent")
    if entry.pending is not None:
        return words.translate("reader", "not sent yet")

    def said(people: tuple[Handle, ...]) -> str:
        others = [who for who in people if who.address != mine]
        return words.names(others, you=len(others) < len(people), most=3)

    if not entry.to:
        return ""
    to = words.translate("reader", "to {people}").format(people=said(entry.to))
    if not entry.cc:
        return to
    return words.translate("reader", "{to}, copy to {people}").format(to=to, people=said(entry.cc))
