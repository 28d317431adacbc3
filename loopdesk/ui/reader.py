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
    reader.made                   # Part: what stands under the title from now on
    reader.dock                   # where the composer goes, below

What stands under the title is a `Part` of the item's kind. Nothing here asks the desk; reading
loads nothing and opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from loopdesk.core.items import Kind
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Line
from loopdesk.ui.head import Head
from loopdesk.ui.meeting import Answered
from loopdesk.ui.part import Held, Part, Wanted
from loopdesk.ui.thread import ThreadPart
from loopdesk.ui.toolbar import Toolbar

COLUMN = 720
_MARGIN = 24
_NEAR_END = 8


class _Dock(QVBoxLayout):
    """What is written in stands here; with nothing in it, its margins take no room either."""

    def minimumSize(self) -> QSize:
        return QSize(0, 0) if self.isEmpty() else super().minimumSize()

    def sizeHint(self) -> QSize:
        return QSize(0, 0) if self.isEmpty() else super().sizeHint()


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
    made = Signal(object)
    """Part: what stands under the title from now on."""
    renewed = Signal(Row)
    """The item as it is shown by now."""

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
        self._at_end = False
        self._below = 0
        self.row: Row | None = None
        self._bar = Toolbar()
        self._bar.asked.connect(self.asked)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Reader"))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._grown)
        self.dock = _Dock()
        self.dock.setContentsMargins(theme.px(_MARGIN), 0, theme.px(_MARGIN), theme.px(16))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        # Over what is read from its end, the head stays in sight.
        self._still = QWidget()
        still = QHBoxLayout(self._still)
        still.setContentsMargins(theme.px(_MARGIN), theme.px(8), theme.px(_MARGIN), theme.px(12))
        self._still_line = Line()
        column.addWidget(self._still)
        column.addWidget(self._still_line)
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
        self._clear_still()
        self._scroll.setWidget(QWidget())

    def announce(self, row: Row) -> None:
        """Show an item's title and people; its entries follow."""
        self._body = None
        self._entry = 0
        self._at_end = False
        page, had_focus = self._build(row), self._has_focus()
        self._show(row)
        # Only now: each part that is added to what can be seen is laid out by itself.
        self._scroll.setWidget(page)
        self._hold_focus(had_focus)
        self._scroll.verticalScrollBar().setValue(0)

    def show_body(self, body: Body) -> None:
        """Show the entries of the item that was announced; of another, nothing happens."""
        if self.row is None or body.row.id != self.row.id:
            return
        known = len(self._body.entries) if self._body is not None else 0
        self._body = body
        bar = self._scroll.verticalScrollBar()
        at, at_end = bar.value(), bar.value() >= bar.maximum() - _NEAR_END
        page = self._scroll.widget()
        whole = not known and page is not None and not self._has_focus()
        if whole and page is not None:
            page.hide()
        self._show(body.row)
        if whole and page is not None:
            page.show()
        self._scroll.verticalScrollBar().setValue(at)
        if not known and self._part is not None and self._part.stays_below:
            self._go_to_new()  # already the first frame shows where reading begins
        follows = not known or at_end or not (self._part and self._part.stays_below)
        if len(body.entries) > known and follows:
            # Where reading goes on is known only once the page is laid out.
            then = self._go_down if known and at_end else self._go_to_new
            QTimer.singleShot(0, self, then)

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

    @Slot()
    def tell_time(self) -> None:
        """Say anew how fresh it is: a minute is over."""
        if self._head is not None and self.row is not None and self.row.chat is not None:
            self._head.show_row(self.row, self._body)

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
        """Go to the first that is unread of a thread, else to the newest."""
        if self._part is None or not self._part.goes_to_new or not self.isVisible():
            return
        unread = self._part.first_unread()
        self._entry = len(self._part.stops()) - 1 if unread is None else unread
        self._settle_layout()
        self.step_entry(0)

    @Slot(int, int)
    def _grown(self, _least: int, most: int) -> None:
        """Stay at the end of what is read from there, whatever is laid out meanwhile."""
        if self._at_end and self._part is not None and self._part.stays_below:
            self._scroll.verticalScrollBar().setValue(most)

    @Slot()
    def _go_down(self) -> None:
        """Follow what came below, where the end was in sight."""
        if self._part is None or not self._part.stays_below:
            self._go_to_new()
            return
        self._entry = len(self._part.stops()) - 1
        self._settle_layout()
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())

    @Slot(QWidget)
    def _show_seen(self, widget: QWidget) -> None:
        """Bring what the keys went to into sight."""
        self._scroll.ensureWidgetVisible(widget, 0, theme.px(24))

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        """At the beginning of what was shown, show more, and stay where the person was."""
        bar, part = self._scroll.verticalScrollBar(), self._part
        self._at_end = 0 < bar.maximum() <= value + _NEAR_END
        if value > 0 or bar.maximum() == 0 or part is None or not part.stays_below:
            return
        if not self._scroll.isVisible() or self._body is None:
            return
        part.reached_top()

    @Slot()
    def _hold_place(self) -> None:
        """Note where the person is: something is about to be added above."""
        bar = self._scroll.verticalScrollBar()
        self._below = bar.maximum() - bar.value()

    @Slot(bool)
    def _keep_place(self, first: bool) -> None:
        """Stay where the person was, or begin at what is new if only now it is here."""
        self._settle_layout()
        if first and self._part is not None and self._part.first_unread() is not None:
            self._go_to_new()
            return
        bar = self._scroll.verticalScrollBar()
        bar.setValue(max(bar.maximum() - self._below, 1))

    def _settle_layout(self) -> None:
        """Have what was added laid out now: where things stand is asked next."""
        page = self._scroll.widget()
        if page is not None and (layout := page.layout()) is not None:
            layout.activate()
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

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
        holder = QWidget()
        across.addWidget(holder, 1000)
        across.addStretch(1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(theme.px(20))
        self._head = Head(self._clock, self._zone, self._titles)
        self._head.asked.connect(self.asked)
        self._head.wanted.connect(self.wanted)
        self._head.opened.connect(self.opened)
        # A frame that stayed around it would look as if it were still being changed.
        self._head.title.left.connect(self._scroll.setFocus)
        self._clear_still()
        self._part = self._made(row)
        reach = self._part.reaches
        side = theme.px(_MARGIN - reach)
        across.setContentsMargins(side, 0, side, theme.px(24 - reach))
        holder.setMaximumWidth(theme.px(COLUMN + 2 * reach))
        if self._part.stays_below:
            self._keep_still(self._head)
        else:
            column.addWidget(self._head)
        self._part.asked.connect(self.asked)
        self._part.wanted.connect(self.wanted)
        self._part.held.connect(self.held)
        self._part.opened.connect(self.opened)
        self._part.link.connect(self.link)
        self._part.unfilled.connect(self.unfilled)
        self._part.looked_for.connect(self.looked_for)
        column.addWidget(self._part)
        column.addStretch(1)
        self.made.emit(self._part)
        return page

    def _keep_still(self, head: Head) -> None:
        """Let a head stand over what scrolls, as wide as that."""
        head.setMaximumWidth(theme.px(COLUMN))
        layout = self._still.layout()
        assert isinstance(layout, QHBoxLayout)  # noqa: S101
        layout.addWidget(head, 1000)
        layout.addStretch(1)
        self._still.show()
        self._still_line.show()

    def _clear_still(self) -> None:
        layout = self._still.layout()
        assert layout is not None  # noqa: S101
        controls.clear(layout)
        self._still.hide()
        self._still_line.hide()

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
        if row.chat is not None:
            from loopdesk.ui.chat import ChatPart

            chat = ChatPart(self._clock, self._zone)
            chat.seen.connect(self._show_seen)
            chat.growing.connect(self._hold_place)
            chat.grown.connect(self._keep_place)
            return chat
        return ThreadPart(self._clock, self._zone)

    def _show(self, row: Row) -> None:
        had_focus = self._has_focus()
        self.row = row
        self._bar.show_for(row)
        self._bar.show()
        if self._head is not None and self._part is not None:
            self._head.show_row(row, self._body)
            self._part.show_body(row, self._body)
        self._hold_focus(had_focus)
        self.renewed.emit(row)

    def _has_focus(self) -> bool:
        """Say whether something on the page has the keyboard."""
        page, focus = self._scroll.widget(), QApplication.focusWidget()
        return page is not None and focus is not None and page.isAncestorOf(focus)

    def _hold_focus(self, had_focus: bool) -> None:
        """Keep the keys here: Qt gives those of what is gone to the next field of the window."""
        if had_focus and not self._has_focus():
            self._scroll.setFocus()
