"""What stands over the hours: which days they are, what lasts whole days, what is due.

head = DayHead(clock, zone, grid)     # its columns are the grid's
head.show_days(days, rows, colours)
head.chosen, head.opened              # Row
head.day_pressed                      # int: a day's heading, of several
head.more_asked                       # int: a day that has more than is shown
head.dragged, head.dropped            # a task is dragged down to the hours
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from PySide6.QtCore import QDate, QLocale, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.day_block import EDGE, PAD, Look, draw
from loopdesk.ui.day_grid import MARGIN, Colours, DayGrid, renewed
from loopdesk.ui.day_layout import Day
from loopdesk.ui.theme import Type

_HEADING, _BAR, _GAP = 32, 26, 4
_MOST = 4


@dataclass(frozen=True, slots=True)
class Dragged:
    """A row is held over a spot of the screen."""

    row: Row
    spot: QPointF


@dataclass(frozen=True, slots=True)
class _Bar:
    row: Row
    box: QRectF


class DayHead(QWidget):
    """Painted, as the grid is; as high as what it holds."""

    chosen = Signal(object)
    opened = Signal(Row)
    day_pressed = Signal(int)
    more_asked = Signal(int)
    dragged = Signal(Dragged)
    dropped = Signal()

    def __init__(self, clock: Clock, zone: tzinfo, grid: DayGrid) -> None:
        super().__init__()
        self._clock, self._zone, self._grid = clock, zone, grid
        self._days: tuple[Day, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._colours: Colours = {}
        self._bars: list[_Bar] = []
        self._more: dict[int, int] = {}
        self._lines = 0
        self._note = ""
        self._current: ItemId | None = None
        self._leaving: frozenset[ItemId] = frozenset()
        self._pressed: tuple[QPointF, Row] | None = None
        self._dragging = False
        theme.current().changed.connect(self.update)
        grid.resized.connect(self._place)

    def show_days(self, days: Sequence[Day], rows: Sequence[Row], colours: Colours) -> None:
        self._days, self._colours = tuple(days), colours
        self._rows = tuple(row for row in rows if whole_days(row, self._zone) is not None)
        self._leaving = frozenset()
        self._place()

    def say(self, note: str) -> None:
        self._note = note
        self._place()

    def set_current(self, item: ItemId | None) -> None:
        self._current = item
        self.update()

    def put(self, before: Row, after: Row | None) -> None:
        self._rows, self._leaving = renewed(self._rows, self._leaving, before, after)
        self._place()

    def rows_of(self, day: int) -> list[Row]:
        """Return everything that stands over a day, also what there is no room for."""
        return [row for row in self._rows if day in self._range(row)]

    # --- laying out ---

    def _range(self, row: Row) -> range:
        lasts = whole_days(row, self._zone)
        if lasts is None or not self._days:
            return range(0)
        first = (lasts[0] - self._days[0].on).days
        last = (lasts[1] - self._days[0].on).days
        return range(max(first, 0), min(last, len(self._days) - 1) + 1)

    @Slot()
    def _place(self) -> None:
        u = theme.px
        top = u(_HEADING) if len(self._days) > 1 else u(4)
        self._bars, self._more, self._lines = [], {}, 0
        if len(self._days) == 1:
            self._flow(top)
        else:
            self._stack(top)
        foot = top + self._lines * u(_BAR + _GAP) + (u(4) if self._lines else 0)
        self.setFixedHeight(foot)
        self.update()

    def _flow(self, top: float) -> None:
        """One day: chips as long as their words, as many lines as they take."""
        u = theme.px
        metrics = QFontMetrics(theme.font(Type.BUTTON))
        left, right = self._grid.column(0).left() + u(4), self._grid.width() - u(MARGIN)
        note = QFontMetrics(theme.font(Type.META)).horizontalAdvance(self._note) + u(16)
        at: float = left
        line = 0
        for row in self._rows:
            lead = u(20) if row.task is not None else 0
            asked = metrics.horizontalAdvance(row.title or "…") + lead + u(2 * (EDGE + PAD)) + 2
            wide = min(float(asked), max(right - left, float(u(40))))
            end = right - note if line == 0 else right
            if (at > left or (line == 0 and self._note)) and at + wide > end:
                at, line = left, line + 1
            self._bars.append(_Bar(row, QRectF(at, top + line * u(_BAR + _GAP), wide, u(_BAR))))
            at += wide + u(8)
        self._lines = line + 1 if self._bars or self._note else 0

    def _stack(self, top: float) -> None:
        """Several days: each lies over the days that it lasts."""
        u = theme.px
        taken: list[set[int]] = []
        for row in sorted(self._rows, key=lambda one: (-len(self._range(one)), one.id)):
            days = set(self._range(row))
            if not days:
                continue
            line = next((n for n, held in enumerate(taken) if not held & days), len(taken))
            if line >= _MOST:
                for day in days:
                    self._more[day] = self._more.get(day, 0) + 1
                continue
            if line == len(taken):
                taken.append(set())
            taken[line] |= days
            first, last = self._grid.column(min(days)), self._grid.column(max(days))
            box = QRectF(
                first.left() + u(4),
                top + line * u(_BAR + _GAP),
                last.right() - first.left() - u(8),
                u(_BAR),
            )
            self._bars.append(_Bar(row, box))
        self._lines = len(taken) + (1 if self._more else 0)

    def _mirrored(self, box: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return box
        return QRectF(self._grid.width() - box.right(), box.top(), box.width(), box.height())

    def _row_at(self, spot: QPointF) -> Row | None:
        return next((b.row for b in self._bars if self._mirrored(b.box).contains(spot)), None)

    def _day_at(self, spot: QPointF) -> int | None:
        return next(
            (
                n
                for n in range(len(self._days))
                if self._mirrored(_tall(self._grid.column(n), self.height())).contains(spot)
            ),
            None,
        )

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        row, day = self._row_at(event.position()), self._day_at(event.position())
        if row is not None:
            self._pressed = (event.position(), row)
            self.chosen.emit(row)
        elif day is not None and len(self._days) > 1:
            low = event.position().y() >= theme.px(_HEADING)
            if not low:
                self.day_pressed.emit(day)
            elif self._more.get(day):
                self.more_asked.emit(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        origin, row = self._pressed
        far = (event.position() - origin).manhattanLength() >= QApplication.startDragDistance()
        if row.task is not None and (self._dragging or far):
            self._dragging = True
            self.dragged.emit(Dragged(row, event.globalPosition()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, self._dragging, self._pressed = self._dragging, False, None
        if dragging:
            self.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if row is not None:
            self.opened.emit(row)

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        # Words of the other direction keep their own order; where they stand is told below.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        now = self._clock.now()
        today = now.astimezone(self._zone).date()
        if len(self._days) > 1:
            self._paint_days(painter)
        for bar in self._bars:
            meeting = bar.row.meeting
            over = meeting is not None and meeting.end_on is not None and meeting.end_on <= today
            look = Look(
                colour=self._colours.get((bar.row.account, meeting.calendar), "")
                if meeting
                else "",
                current=bar.row.id == self._current,
                past=over,
                leaving=bar.row.id in self._leaving,
            )
            draw(painter, self._mirrored(bar.box), bar.row, look, (), self.layoutDirection())
        self._paint_side(painter)
        self._paint_more(painter)
        if len(self._days) == 1:
            self._paint_note(painter)

    def _paint_days(self, painter: QPainter) -> None:
        u, t = theme.px, theme.current().tokens
        today = self._clock.now().astimezone(self._zone).date()
        for number, day in enumerate(self._days):
            column = _tall(self._grid.column(number), u(_HEADING))
            is_today = day.on == today
            painter.setFont(theme.font(Type.STRONG if is_today else Type.CONTROL))
            painter.setPen(t.colour("accent" if is_today else "text_2"))
            locale, on = QLocale(), QDate(day.on.year, day.on.month, day.on.day)
            names = [locale.toString(on, pattern) for pattern in ("ddd d MMM", "ddd d", "d")]
            said = _fitting(painter, names, column.width() - u(8))
            painter.drawText(self._mirrored(column), Qt.AlignmentFlag.AlignCenter, said)

    def _paint_side(self, painter: QPainter) -> None:
        """Name the first line: what is due, or what lasts all day."""
        if not self._bars:
            return
        u = theme.px
        first = self._bars[0]
        due = first.row.task is not None
        said = words.translate("day", "Due") if due else words.translate("day", "All day")
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.setFont(theme.font(Type.META))
        painter.setPen(theme.current().tokens.colour("text_3"))
        box = QRectF(0, first.box.top(), self._grid.gutter - u(12), u(_BAR))
        painter.drawText(
            self._mirrored(box),
            side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
            said,
        )

    def _paint_note(self, painter: QPainter) -> None:
        u = theme.px
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.setFont(theme.font(Type.META))
        painter.setPen(theme.current().tokens.colour("text_2"))
        box = QRectF(
            self._grid.gutter, u(4), self._grid.width() - self._grid.gutter - u(MARGIN), u(_BAR)
        )
        painter.drawText(
            self._mirrored(box),
            side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
            self._note,
        )

    def _paint_more(self, painter: QPainter) -> None:
        u = theme.px
        painter.setFont(theme.font(Type.META))
        painter.setPen(theme.current().tokens.colour("text_2"))
        top = u(_HEADING) + (self._lines - 1) * u(_BAR + _GAP)
        for day, count in self._more.items():
            column = self._grid.column(day)
            box = QRectF(column.left() + u(8), top, column.width() - u(16), u(_BAR))
            more = words.translate("day", "{n} more").format(n=words.count(count))
            said = _fitting(painter, (more, f"+{words.count(count)}"), box.width())
            painter.drawText(self._mirrored(box), Qt.AlignmentFlag.AlignCenter, said)


def whole_days(row: Row, zone: tzinfo) -> tuple[date, date] | None:
    """Return the first and the last day of what stands over the hours, None for what does not."""
    meeting, task = row.meeting, row.task
    if meeting is not None and meeting.start_on is not None and meeting.end_on is not None:
        return meeting.start_on, max(meeting.end_on - timedelta(days=1), meeting.start_on)
    if task is not None and task.due_at is not None:
        on = task.due_at.astimezone(zone).date()
        return on, on
    if task is not None and task.due_on is not None:
        return task.due_on, task.due_on
    return None


def _tall(column: QRectF, height: float) -> QRectF:
    return QRectF(column.left(), 0, column.width(), height)


def _fitting(painter: QPainter, said: Sequence[str], room: float) -> str:
    """Return the first of several ways to say something that there is room for, else the last."""
    metrics = painter.fontMetrics()
    return next((one for one in said if metrics.horizontalAdvance(one) <= room), said[-1])
