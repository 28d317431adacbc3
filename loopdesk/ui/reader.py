"""The reader: one item, with what can be done with it.

    reader = Reader(clock, zone, titles)
    reader.announce(row)          # at once, from what the list knows
    reader.show_body(body)        # when its entries are read
    reader.renew(row)             # its state or answer changed, or that of one of its steps
    reader.asked                  # str: a command of `keys.TABLE`, or an action's name
    reader.wanted                 # Wanted(row, name, arguments): an action with what it needs
    reader.answered               # Answered(row, name, note): a meeting's answer
    reader.held                   # Held(...): an attachment or a file, to be shown, saved or opened
    reader.opened                 # Row: another item
    reader.link                   # str: an address to be opened outside
    reader.unfilled               # RichPart: wants the mail that came as HTML
    reader.dock                   # where the composer goes, below

What stands under the title is a `Part` of the item's kind. Nothing here asks the desk; reading
loads nothing and opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from loopdesk.core.items import Kind
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock
from loopdesk.ui import theme
from loopdesk.ui.head import Head
from loopdesk.ui.meeting import Answered
from loopdesk.ui.part import Held, Part, Wanted
from loopdesk.ui.thread import ThreadPart
from loopdesk.ui.toolbar import Toolbar

COLUMN = 720
_MARGIN = 24


class Reader(QWidget):
    """Shows one item. What is pressed here goes out as a signal."""

    asked = Signal(str)
    wanted = Signal(Wanted)
    answered = Signal(Answered)
    held = Signal(Held)
    opened = Signal(Row)
    link = Signal(str)
    unfilled = Signal(QWidget)
    looked_for = Signal(str)

    def __init__(self, clock: Clock, zone: tzinfo, titles: Mapping[str, str]) -> None:
        """Make an empty reader.

        Args:
            titles: what services are called, as `Head` has them.
        """
        super().__init__()
        self.setProperty("surface", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._clock, self._zone, self._titles = clock, zone, titles
        self._body: Body | None = None
        self._head: Head | None = None
        self._part: Part | None = None
        self._entry = 0
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
    def part(self) -> Part | None:
        """Return what stands under the title."""
        return self._part

    @property
    def body(self) -> Body | None:
        """Return what is read, None while its entries are not here."""
        return self._body

    @property
    def head(self) -> Head | None:
        return self._head

    @property
    def why_button(self) -> QWidget:
        return self._bar.why

    @property
    def snooze_button(self) -> QWidget:
        return self._bar.snooze

    def anchor(self, what: str, row: Row) -> QWidget | None:
        """Return what a question about a row is asked beside; None while another one is read."""
        if self._part is None or self.row is None or self.row.id != row.id:
            return None
        return self._part.anchor(what)

    def offer_back(self, offered: bool) -> None:
        """Show the way back to the list, where the reader hides it."""
        self._bar.back.setVisible(offered)

    def clear(self) -> None:
        """Show nothing."""
        self.row = self._body = self._head = self._part = None
        self._bar.hide()
        self._scroll.setWidget(QWidget())

    def announce(self, row: Row) -> None:
        """Show an item's title and people; its entries follow."""
        self._body = None
        self._entry = 0
        page = self._build(row)
        self._show(row)
        # Only now: each part that is added to what can be seen is laid out by itself.
        self._scroll.setWidget(page)
        self._scroll.verticalScrollBar().setValue(0)

    def show_body(self, body: Body) -> None:
        """Show the entries of the item that was announced; of another, nothing happens."""
        if self.row is None or body.row.id != self.row.id:
            return
        known = len(self._body.entries) if self._body is not None else 0
        self._body = body
        at = self._scroll.verticalScrollBar().value()
        page, focus = self._scroll.widget(), QApplication.focusWidget()
        whole = not known and page is not None and not (focus and page.isAncestorOf(focus))
        if whole and page is not None:
            page.hide()
        self._show(body.row)
        if whole and page is not None:
            page.show()
        self._scroll.verticalScrollBar().setValue(at)
        if len(body.entries) > known:
            # Where reading goes on is known only once the page is laid out.
            QTimer.singleShot(0, self, self._go_to_new)

    def renew(self, row: Row) -> None:
        """Show the same item as it is now, or one of its steps."""
        if self.row is None:
            return
        if row.id != self.row.id:
            self._renew_step(row)
        elif row != self.row:
            if self._body is not None:
                self._body = replace(self._body, row=row)
            self._show(row)

    def page(self, pages: float) -> bool:
        """Scroll; False: there was no further to go."""
        bar = self._scroll.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + round(pages * bar.pageStep() * 0.9))
        return bar.value() != before

    def step_entry(self, by: int) -> bool:
        """Go to the next or previous entry; False: there is none."""
        stops = self._part.stops() if self._part is not None else ()
        there = self._entry + by
        if not 0 <= there < len(stops):
            return False
        self._entry = there
        page = self._scroll.widget()
        assert page is not None  # noqa: S101
        self._scroll.verticalScrollBar().setValue(stops[there].mapTo(page, QPoint()).y())
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._go_to_new)  # hidden, there was no layout to go by

    @Slot()
    def _go_to_new(self) -> None:
        """Go to the first unread mail of a thread, else to the newest."""
        if not isinstance(self._part, ThreadPart) or not self.isVisible():
            return
        unread = self._part.first_unread()
        self._entry = len(self._part.stops()) - 1 if unread is None else unread
        self.step_entry(0)

    def _renew_step(self, row: Row) -> None:
        """Show a step, or something of the loop, as it is now."""
        body = self._body
        if body is None or all(one.id != row.id for one in (*body.steps, *body.loop)):
            return
        steps = tuple(row if one.id == row.id else one for one in body.steps)
        loop = tuple(row if one.id == row.id else one for one in body.loop)
        self._body = replace(body, steps=steps, loop=loop)
        self._show(body.row)

    # --- building ---

    def _build(self, row: Row) -> QWidget:
        """Return an empty page for an item."""
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
        column.setSpacing(theme.px(20))
        self._head = Head(self._clock, self._zone, self._titles)
        self._head.asked.connect(self.asked)
        self._head.wanted.connect(self.wanted)
        self._head.opened.connect(self.opened)
        column.addWidget(self._head)
        self._part = self._made(row)
        self._part.asked.connect(self.asked)
        self._part.wanted.connect(self.wanted)
        self._part.held.connect(self.held)
        self._part.opened.connect(self.opened)
        self._part.link.connect(self.link)
        self._part.unfilled.connect(self.unfilled)
        self._part.looked_for.connect(self.looked_for)
        column.addWidget(self._part)
        column.addStretch(1)
        return page

    def _made(self, row: Row) -> Part:
        if row.kind is Kind.MEETING:
            from loopdesk.ui.meeting_part import MeetingOpened

            meeting = MeetingOpened(self._clock, self._zone)
            meeting.answered.connect(self.answered)
            return meeting
        if row.kind is Kind.TASK:
            from loopdesk.ui.task import TaskPart

            return TaskPart(self._clock, self._zone)
        if row.kind is Kind.FILE:
            from loopdesk.ui.file import FilePart

            return FilePart(self._clock, self._zone)
        return ThreadPart(self._clock, self._zone)

    def _show(self, row: Row) -> None:
        self.row = row
        self._bar.show_for(row)
        self._bar.show()
        if self._head is not None and self._part is not None:
            self._head.show_row(row, self._body)
            self._part.show_body(row, self._body)
