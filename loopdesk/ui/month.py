"""A month to choose a day from, by pointer or keyboard.

    month = Month()
    month.show_day(on, today)       # `on` None: none is chosen; its month, or today's, is shown
    month.chosen.connect(slot)      # Signal(object): a date

Arrows go by days and weeks, PgUp and PgDn by months, Home to today; Enter takes.
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import IconButton, Label
from loopdesk.ui.theme import Type
from loopdesk.ui.when import said_day

_CELL = 32
_WEEKS = 6


class Month(QWidget):
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.grid = _Grid()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        head = QHBoxLayout()
        self._title = Label("", Type.HEADING)
        head.addWidget(self._title, 1)
        for icon, name, by in (
            ("chevron-left", self.tr("Previous month"), -1),
            ("chevron-right", self.tr("Next month"), 1),
        ):
            button = IconButton(icon, name)
            button.setProperty("small", True)
            button.clicked.connect(lambda _=False, by=by: self.grid.turn(by))
            head.addWidget(button)
        column.addLayout(head)
        self.grid.turned.connect(self._say_month)
        self.grid.chosen.connect(self.chosen)
        self.setFocusProxy(self.grid)
        column.addWidget(self.grid)

    def show_day(self, on: date | None, today: date) -> None:
        self.grid.show_day(on, today)

    @Slot()
    def _say_month(self) -> None:
        at = self.grid.at
        name = QLocale().standaloneMonthName(at.month)
        self._title.setText(f"{name} {at.year}")


class _Grid(QWidget):
    """Six weeks."""

    chosen = Signal(object)
    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.at = date(2000, 1, 1)
        """The day that Enter takes; its month is shown."""
        self._chosen: date | None = None
        self._today = self.at
        self._pointed: date | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(theme.px(_CELL) * (_WEEKS + 1))
        self.setMinimumWidth(theme.px(_CELL) * 7)

    def show_day(self, on: date | None, today: date) -> None:
        self._chosen, self._today = on, today
        self._go(on or today)

    def turn(self, by: int) -> None:
        """Go some months on, to the same day or the last one that there is."""
        months = self.at.year * 12 + self.at.month - 1 + by
        year, month = divmod(months, 12)
        after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (after - timedelta(days=1)).day
        self._go(date(year, month + 1, min(self.at.day, last)))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_CELL) * 7, theme.px(_CELL) * (_WEEKS + 1))

    def _go(self, on: date) -> None:
        self.at = on
        self.setAccessibleName(said_day(on, year=True))
        self.turned.emit()
        self.update()

    def _first(self) -> date:
        """Return the day in the upper corner."""
        first = self.at.replace(day=1)
        begins = QLocale().firstDayOfWeek().value  # 1 is Monday
        return first - timedelta(days=(first.isoweekday() - begins) % 7)

    def _box(self, row: int, column: int) -> QRectF:
        wide, high = self.width() / 7, self.height() / (_WEEKS + 1)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            column = 6 - column
        return QRectF(column * wide, row * high, wide, high)

    def _day_at(self, point: QPointF) -> date | None:
        for n in range(7 * _WEEKS):
            if self._box(n // 7 + 1, n % 7).contains(point):
                return self._first() + timedelta(days=n)
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        days = {
            Qt.Key.Key_Left: 1 if rtl else -1,
            Qt.Key.Key_Right: -1 if rtl else 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        key = Qt.Key(event.key())
        if key in days:
            self._go(self.at + timedelta(days=days[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Home:
            self._go(self._today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.at)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (on := self._day_at(event.position())) is not None:
            self._go(on)
            self.chosen.emit(on)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointed = self._day_at(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current().tokens
        middle = Qt.AlignmentFlag.AlignCenter
        painter.setFont(theme.font(Type.TAG))
        painter.setPen(tokens.colour("text_3"))
        first = self._first()
        for column in range(7):
            number = (first + timedelta(days=column)).isoweekday()
            name = QLocale().dayName(number, QLocale.FormatType.NarrowFormat)
            painter.drawText(self._box(0, column), middle, name)
        painter.setFont(theme.font(Type.CONTROL, tabular=True))
        for n in range(7 * _WEEKS):
            on = first + timedelta(days=n)
            box = self._box(n // 7 + 1, n % 7)
            side = min(box.width(), box.height()) - 4
            disc = QRectF(0, 0, side, side)
            disc.moveCenter(box.center())
            painter.setPen(Qt.PenStyle.NoPen)
            if on == self._chosen:
                painter.setBrush(tokens.colour("accent"))
                painter.drawRoundedRect(disc, theme.px(6), theme.px(6))
            elif on == self._pointed:
                painter.setBrush(tokens.colour("hover"))
                painter.drawRoundedRect(disc, theme.px(6), theme.px(6))
            if on == self.at and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(tokens.colour("accent"), 2))
                painter.drawRoundedRect(disc, theme.px(6), theme.px(6))
            tone = "text" if on.month == self.at.month else "text_3"
            if on == self._today:
                tone = "urgent"
            painter.setPen(tokens.colour("on_accent" if on == self._chosen else tone))
            painter.drawText(box, middle, QLocale().toString(on.day))
