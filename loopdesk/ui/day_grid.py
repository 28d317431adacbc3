"""The hours of some days, painted in one widget: meetings, what is free, and now.

    grid = DayGrid(clock, zone)
    grid.show_days(days, rows, colours)     # colours by (account, calendar)
    grid.set_current(item), grid.set_next(item)
    grid.chosen      # Row, or None: clicked
    grid.opened      # Row: clicked twice
    grid.moved       # Moved: dragged, or its lower edge was
    grid.drawn       # Drawn: a time without a meeting was dragged over, or clicked twice
    grid.gone        # int: an arrow, or a page up or down
    grid.fixed       # Row: somebody tried to drag what the person may not move
    grid.aim(row, at), grid.drop(), grid.forget_drag()   # a task that is dragged here from above

Every x is logical: mirrored where people write from right to left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt, QTime, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.day_block import Look, draw, sentence
from loopdesk.ui.day_layout import Day, Hour, axis, columns, instant, position
from loopdesk.ui.theme import Type

HOUR = 64
GUTTER, MARGIN = 64, 24
_INSET = 4
_LEAST = 24
_FOOT = 6
_MINUTE_MS = 60_000
_QUARTER = timedelta(minutes=15)
_GOING = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
_MODIFIED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
NEW_LENGTH = timedelta(minutes=30)

Colours = Mapping[tuple[AccountId, str], str]


@dataclass(frozen=True, slots=True)
class Moved:
    """The person gave a meeting another time."""

    row: Row
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """A time that the person marked for something new; `row`: what it shall be about."""

    start_at: datetime
    end_at: datetime
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of a meeting that stands on one day; `box` is logical."""

    row: Row
    day: int
    box: QRectF
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class _Drag:
    """What a drag would do if it ended now.

    Args:
        kind: "move", "end", "new" or "drop".
        grab: how far into the meeting it was taken hold of.
    """

    kind: str
    row: Row | None
    start_at: datetime
    end_at: datetime
    grab: timedelta = timedelta()


class DayGrid(QWidget):
    """As high as its hours; its owner scrolls it."""

    chosen = Signal(object)
    opened = Signal(Row)
    moved = Signal(Moved)
    drawn = Signal(Drawn)
    fixed = Signal(Row)
    gone = Signal(int)
    resized = Signal()

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone
        self._days: tuple[Day, ...] = ()
        self._hours: tuple[Hour, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._colours: Colours = {}
        self._blocks: list[_Block] = []
        self._current: ItemId | None = None
        self._next: ItemId | None = None
        self._leaving: frozenset[ItemId] = frozenset()
        self.gutter = self._measured()
        self._pressed: QPointF | None = None
        self._drag: _Drag | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self.update)
        self._minute.start()
        theme.current().changed.connect(self.update)

    # --- what it shows ---

    def show_days(self, days: Sequence[Day], rows: Sequence[Row], colours: Colours) -> None:
        self._days, self._colours = tuple(days), colours
        self._rows = tuple(row for row in rows if _times(row) is not None)
        self._hours = axis(self._days)
        self.gutter = self._measured()
        self._leaving = frozenset()
        self.setFixedHeight(self.sizeHint().height())
        self._place()

    def set_current(self, item: ItemId | None) -> None:
        self._current = item
        self.update()

    def set_next(self, item: ItemId | None) -> None:
        self._next = item
        self.update()

    def put(self, before: Row, after: Row | None) -> None:
        """Show a meeting as it is from now on; None: it goes with the next reading."""
        self._rows, self._leaving = renewed(self._rows, self._leaving, before, after)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(360), theme.px(HOUR) * len(self._hours) + 2 * theme.px(8))

    def y_of(self, day: int, at: datetime) -> float:
        """Return how far down an instant of a day stands."""
        return theme.px(8) + position(self._days[day], self._hours, at) * theme.px(HOUR)

    def column(self, day: int) -> QRectF:
        """Return where a day stands, logical; its height is nothing."""
        left, right = self.gutter, self.width() - theme.px(MARGIN)
        wide = (right - left) / max(len(self._days), 1)
        return QRectF(left + day * wide, 0, wide, 0)

    @staticmethod
    def _measured() -> int:
        """Return how much room the hours' names take, which differs with how people write them."""
        font = theme.font(Type.META, tabular=True)
        widest = QFontMetrics(font).horizontalAdvance(_clock(23, 59))
        return max(theme.px(GUTTER), widest + theme.px(MARGIN + 12))

    def box_of(self, item: ItemId) -> QRectF | None:
        """Return where an item's first part stands, as it is seen."""
        block = next((b for b in self._blocks if b.row.id == item), None)
        return None if block is None else self._mirrored(block.box)

    def row_at(self, spot: QPointF) -> Row | None:
        block = self._block_at(spot)
        return None if block is None else block.row

    def aim(self, row: Row, spot: QPointF) -> None:
        """Show what a drop of something from outside would hold."""
        at = self._instant_at(spot)
        self._drag = _Drag("drop", row, at, at + NEW_LENGTH)
        self.update()

    def drop(self) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            self.drawn.emit(Drawn(drag.start_at, drag.end_at, drag.row))
        self.update()

    @property
    def dragging(self) -> bool:
        return self._drag is not None

    @Slot()
    def forget_drag(self) -> None:
        self._drag = self._pressed = None
        self.unsetCursor()
        self.update()

    # --- laying out ---

    def _place(self) -> None:
        u = theme.px
        blocks: list[_Block] = []
        for number, day in enumerate(self._days):
            held = []
            for row in self._rows:
                times = _times(row)
                if times is not None and _on(day, *times):
                    held.append((row, *times))
            spans = [
                (position(day, self._hours, start), position(day, self._hours, end, end=True))
                for _, start, end in held
            ]
            column = self.column(number)
            least = u(_LEAST) / u(HOUR)
            for (row, start, end), span, placed in zip(
                held, spans, columns(spans, least), strict=True
            ):
                room = column.width() - 2 * u(_INSET)
                wide = room / placed.columns
                top = u(8) + span[0] * u(HOUR)
                high = max(span[1] - span[0], least) * u(HOUR)
                foot = u(8) + len(self._hours) * u(HOUR)
                top = min(top, foot - high)
                gap = u(4) if placed.column + 1 < placed.columns else 0
                left = column.left() + u(_INSET) + placed.column * wide
                box = QRectF(left, top + 1, wide - gap, high - 2)
                blocks.append(_Block(row, number, box, start >= day.start_at, end <= day.end_at))
        self._blocks = blocks
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self.resized.emit()

    def _mirrored(self, box: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return box
        return QRectF(self.width() - box.right(), box.top(), box.width(), box.height())

    def _logical(self, spot: QPointF) -> QPointF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return spot
        return QPointF(self.width() - spot.x(), spot.y())

    def _block_at(self, spot: QPointF) -> _Block | None:
        logical = self._logical(spot)
        return next((b for b in reversed(self._blocks) if b.box.contains(logical)), None)

    def _day_at(self, spot: QPointF) -> int:
        wide = self.column(0).width()
        return min(max(int((self._logical(spot).x() - self.gutter) / wide), 0), len(self._days) - 1)

    def _instant_at(self, spot: QPointF, *, exact: bool = False) -> datetime:
        """Return the quarter of an hour that a spot lies in; exact: the one nearest to it."""
        day = self._days[self._day_at(spot)]
        row = (spot.y() - theme.px(8)) / theme.px(HOUR)
        return instant(day, self._hours, row if exact else int(row * 4) / 4)

    # --- mouse and keys ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._days:
            return
        # Chosen once the button is let go of: what is read then takes room from the days, and would
        # pull away under the hand what is about to be dragged.
        self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        if self._pressed is None:
            self._point(spot)
            return
        if self._drag is None:
            far = (spot - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            self._drag = self._begun(self._pressed) if far else None
        if self._drag is not None:
            self._drag = self._dragged(self._drag, spot)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        pressed, self._pressed = self._pressed, None
        self.unsetCursor()
        if drag is not None:
            self._do(drag)
        elif pressed is not None:
            self.chosen.emit(self.row_at(pressed))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._days:
            return
        row = self.row_at(event.position())
        if row is not None:
            self.opened.emit(row)
        else:
            at = self._instant_at(event.position())
            self.drawn.emit(Drawn(at, at + NEW_LENGTH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self.forget_drag()
        elif event.key() in _GOING and not event.modifiers() & _MODIFIED:
            # Left to others, they would scroll.
            self.gone.emit(event.key())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(QPointF(event.pos()))
            if row is None:
                QToolTip.hideText()
            else:
                said = sentence(row, self._clock.now(), self._zone, "", is_next=False)
                QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def _point(self, spot: QPointF) -> None:
        block = self._block_at(spot)
        if block is not None and self._at_foot(block, spot) and _movable(block.row):
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            self.unsetCursor()

    def _at_foot(self, block: _Block, spot: QPointF) -> bool:
        tall = block.box.height() >= theme.px(3 * _FOOT)
        return block.ends and tall and block.box.bottom() - spot.y() <= theme.px(_FOOT)

    def _begun(self, spot: QPointF) -> _Drag | None:
        block = self._block_at(spot)
        if block is None:
            at = self._instant_at(spot)
            return _Drag("new", None, at, at + _QUARTER)
        times = _times(block.row)
        if times is None or not _movable(block.row):
            self._pressed = None
            self.fixed.emit(block.row)
            return None
        if self._at_foot(block, spot):
            return _Drag("end", block.row, *times)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        return _Drag("move", block.row, *times, grab=self._instant_at(spot) - times[0])

    def _dragged(self, drag: _Drag, spot: QPointF) -> _Drag:
        at = self._instant_at(spot)
        if drag.kind == "move":
            start = at - drag.grab
            return replace(drag, start_at=start, end_at=start + (drag.end_at - drag.start_at))
        if drag.kind == "end":
            until = self._instant_at(spot, exact=True)
            return replace(drag, end_at=max(until, drag.start_at + _QUARTER))
        assert self._pressed is not None  # noqa: S101
        began = self._instant_at(self._pressed)
        return replace(drag, start_at=min(began, at), end_at=max(began, at) + _QUARTER)

    def _do(self, drag: _Drag) -> None:
        if drag.row is None:
            self.drawn.emit(Drawn(drag.start_at, drag.end_at))
        elif _times(drag.row) != (drag.start_at, drag.end_at):
            self.moved.emit(Moved(drag.row, drag.start_at, drag.end_at))

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        # Words of the other direction keep their own order; where they stand is told below.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        now = self._clock.now()
        self._paint_hours(painter, now)
        dragged = self._drag.row.id if self._drag is not None and self._drag.row else None
        for block in self._blocks:
            if (
                block.box.bottom() >= event.rect().top()
                and block.box.top() <= event.rect().bottom()
            ):
                self._paint_block(painter, block, now, leaving=block.row.id == dragged)
        self._paint_now(painter, now)
        if self._drag is not None:
            self._paint_drag(painter, self._drag)

    def _paint_hours(self, painter: QPainter, now: datetime) -> None:
        u, t = theme.px, theme.current().tokens
        painter.setFont(theme.font(Type.META, tabular=True))
        right = self.width() - u(MARGIN)
        beside = self._now_y(now)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        for number, (hour, _) in enumerate(self._hours):
            y = u(8) + number * u(HOUR)
            painter.fillRect(
                self._mirrored(QRectF(self.gutter, y, right - self.gutter, 1)), t.colour("border")
            )
            if beside is None or abs(beside - y) > u(14):
                painter.setPen(t.colour("text_3"))
                label = QRectF(0, y - u(8), self.gutter - u(12), u(16))
                painter.drawText(self._mirrored(label), flags, _clock(hour, 0))
        for number, day in enumerate(self._days):
            column = self.column(number)
            if number:
                line = QRectF(column.left(), 0, 1, self.height())
                painter.fillRect(self._mirrored(line), t.colour("border"))
            # An hour that this day does not have, where another one does.
            for at, hour_of_axis in enumerate(self._hours):
                if hour_of_axis not in day.hours:
                    box = QRectF(column.left(), u(8) + at * u(HOUR), column.width(), u(HOUR))
                    painter.fillRect(self._mirrored(box), t.colour("neutral_soft"))

    def _paint_block(
        self, painter: QPainter, block: _Block, now: datetime, *, leaving: bool
    ) -> None:
        row, meeting = block.row, block.row.meeting
        if meeting is None or meeting.end_at is None:
            return
        look = Look(
            colour=self._colours.get((row.account, meeting.calendar), ""),
            current=row.id == self._current,
            next=row.id == self._next,
            past=meeting.end_at <= now,
            leaving=leaving or row.id in self._leaving,
            begins=block.begins,
            ends=block.ends,
        )
        draw(
            painter,
            self._mirrored(block.box),
            row,
            look,
            self._said(block),
            self.layoutDirection(),
        )

    def _said(self, block: _Block) -> tuple[str, ...]:
        """Return what may stand after or under a block's title, the longest first."""
        times = _times(block.row)
        if times is None:
            return ()
        tall = block.box.height() >= 2 * theme.px(Type.BUTTON.line) + theme.px(6)
        start = words.clock(times[0], self._zone)
        if not tall:
            return (start,) if block.begins else ()
        span = words.translate("day", "{start} to {end}").format(
            start=start, end=words.clock(times[1], self._zone)
        )
        meeting = block.row.meeting
        people = [a.who for a in meeting.attendees if not a.me] if meeting is not None else []
        names = words.names(people, most=4 if len(people) == 4 else 3)
        return (words.joined(span, names), span, start)

    def _now_y(self, now: datetime) -> float | None:
        today = self._today(now)
        return None if today is None else self.y_of(today, now)

    def _today(self, now: datetime) -> int | None:
        return next(
            (n for n, day in enumerate(self._days) if day.start_at <= now < day.end_at), None
        )

    def _paint_now(self, painter: QPainter, now: datetime) -> None:
        today = self._today(now)
        if today is None:
            return
        u, t = theme.px, theme.current().tokens
        y, column = self.y_of(today, now), self.column(today)
        urgent = t.colour("urgent")
        right = self.width() - u(MARGIN)
        if len(self._days) > 1:
            thin = QRectF(self.gutter, y, right - self.gutter, 1)
            painter.fillRect(self._mirrored(thin), urgent)
        end = column.right() if len(self._days) > 1 else right
        painter.fillRect(
            self._mirrored(QRectF(column.left(), y - 1, end - column.left(), 2)), urgent
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(urgent)
        dot = QRectF(column.left() - u(4), y - u(4), u(8), u(8))
        painter.drawEllipse(self._mirrored(dot))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.setFont(theme.font(Type.TAG, tabular=True))
        painter.setPen(urgent)
        label = QRectF(0, y - u(8), self.gutter - u(12), u(16))
        painter.drawText(
            self._mirrored(label),
            side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
            words.clock(now, self._zone),
        )

    def _paint_drag(self, painter: QPainter, drag: _Drag) -> None:
        u, t = theme.px, theme.current().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        said = words.translate("day", "{start} to {end}").format(
            start=words.clock(drag.start_at, self._zone), end=words.clock(drag.end_at, self._zone)
        )
        title = drag.row.title if drag.row is not None else words.translate("day", "New meeting")
        first: QRectF | None = None
        for number, day in enumerate(self._days):
            if not _on(day, drag.start_at, drag.end_at):
                continue
            top = u(8) + position(day, self._hours, drag.start_at) * u(HOUR)
            foot = u(8) + position(day, self._hours, drag.end_at, end=True) * u(HOUR)
            column = self.column(number)
            box = self._mirrored(
                QRectF(
                    column.left() + u(_INSET),
                    top + 1,
                    column.width() - 2 * u(_INSET),
                    max(foot - top, u(_LEAST)) - 2,
                )
            )
            painter.setPen(QPen(t.colour("accent"), 2))
            painter.setBrush(t.colour("accent_soft"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), u(6), u(6))
            first = first or box
        if first is None:
            return
        inside = first.adjusted(u(12), 0, -u(8), 0)
        inside.setHeight(max(first.height(), u(_LEAST)) if first.height() < u(60) else u(28))
        painter.setFont(theme.font(Type.BUTTON))
        painter.setPen(t.colour("accent"))
        line = painter.fontMetrics().elidedText(
            f"{title}  {said}", Qt.TextElideMode.ElideRight, int(inside.width())
        )
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            inside, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, line
        )
        self._paint_hint(painter, first, said)

    def _paint_hint(self, painter: QPainter, beside: QRectF, said: str) -> None:
        """Say below what letting go would do, in the inverse colours of a toast."""
        u, t = theme.px, theme.current().tokens
        hint = words.translate("day", "Drop to hold {time}. Esc puts it back").format(time=said)
        painter.setFont(theme.font(Type.META))
        wide = painter.fontMetrics().horizontalAdvance(hint) + u(24)
        left = min(max(beside.left(), 0.0), max(self.width() - wide - u(8), 0.0))
        top = beside.bottom() + u(6)
        if top + u(28) > self.height():
            top = beside.top() - u(34)
        box = QRectF(left, top, wide, u(28))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.colour("text"))
        painter.drawRoundedRect(box, u(6), u(6))
        painter.setPen(t.colour("bg"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, hint)


def _times(row: Row) -> tuple[datetime, datetime] | None:
    meeting = row.meeting
    if meeting is None or meeting.start_at is None or meeting.end_at is None:
        return None
    return meeting.start_at, meeting.end_at


def _on(day: Day, start: datetime, end: datetime) -> bool:
    return start < day.end_at and (end > day.start_at or start >= day.start_at)


def _movable(row: Row) -> bool:
    return "reschedule" in row.actions


def _clock(hour: int, minute: int) -> str:
    return QLocale().toString(QTime(hour, minute), QLocale.FormatType.ShortFormat)


def renewed(
    rows: tuple[Row, ...], leaving: frozenset[ItemId], before: Row, after: Row | None
) -> tuple[tuple[Row, ...], frozenset[ItemId]]:
    """Return what is shown, and what of it is leaving, once one row has changed.

    Args:
        after: None: it goes with the next reading.
    """
    if after is None:
        return rows, leaving | {before.id}
    return tuple(after if row.id == before.id else row for row in rows), leaving - {before.id}
