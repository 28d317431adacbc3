"""The calendar's view: a day, a working week or a week, with its hours.

    view = DayView(clock, zone)
    view.wanted                    # other days are to be read: view.first, view.count
    view.show_days(Days(first, count, rows, calendars))
    view.chosen, view.opened       # Row or None; Row
    view.moved, view.drawn         # Moved, Drawn: the person's hand on the grid
    view.fixed                     # Row: may not be moved
    view.calendar_turned           # Turned: a calendar or a board to be shown or hidden
    view.asked                     # str: a command

It asks nobody and stores nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import QDate, QLocale, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QIcon,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId, Answer, ItemId
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Elided, IconButton, Line
from loopdesk.ui.day_block import edge, sentence
from loopdesk.ui.day_grid import HOUR, NEW_LENGTH, DayGrid, Drawn, Moved
from loopdesk.ui.day_head import DayHead, Dragged
from loopdesk.ui.day_layout import columns, day_of, gaps
from loopdesk.ui.picker import Picker
from loopdesk.ui.theme import Type
from loopdesk.ui.when import said_day

DAY, WORK_WEEK, WEEK = 1, 5, 7
_NARROW_BELOW = 640
_MORNING, _EVENING = time(8), time(18)
_BEFORE, _WORK = timedelta(hours=1), timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Days:
    """What stands on some days, read in one go."""

    first: date
    count: int
    rows: tuple[Row, ...]
    calendars: tuple[tuple[Account, Place], ...] = ()
    boards: tuple[tuple[Account, Place], ...] = ()
    """Boards and projects, whose tasks are shown where they are chosen."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A calendar, a board or a project that the person wants to see from now on, or not."""

    account: AccountId
    key: str
    on: bool
    kind: str = "calendar"


class DayView(QWidget):
    """Days from left to right, or from right to left; hours from top to bottom."""

    wanted = Signal()
    chosen = Signal(object)
    opened = Signal(Row)
    moved = Signal(Moved)
    drawn = Signal(Drawn)
    fixed = Signal(Row)
    calendar_turned = Signal(Turned)
    asked = Signal(str)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self.setProperty("surface", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._clock, self._zone = clock, zone
        self._mode = DAY
        self._on = self.today
        self._next: ItemId | None = None
        self._current: ItemId | None = None
        self._scrolled = False
        self.days = Days(self._on, 1, ())
        self.grid = DayGrid(clock, zone)
        self.head = DayHead(clock, zone, self.grid)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.grid)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(self.grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar())
        column.addWidget(self.head)
        column.addWidget(Line())
        column.addWidget(self._scroll, 1)
        for part in (self.grid, self.head):
            part.chosen.connect(self._choose)
            part.opened.connect(self.opened)
        self.grid.moved.connect(self.moved)
        self.grid.drawn.connect(self.drawn)
        self.grid.fixed.connect(self.fixed)
        self.grid.gone.connect(self._go_by_key)
        self.head.day_pressed.connect(self._open_day)
        self.head.more_asked.connect(self._show_more)
        self.head.dragged.connect(self._drag_over)
        self.head.dropped.connect(self._drop)
        self._fit()
        self._say_days()

    # --- which days ---

    @property
    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    @property
    def first(self) -> date:
        return self._range()[0]

    @property
    def count(self) -> int:
        return len(self._range())

    @property
    def mode(self) -> int:
        return self._mode

    def set_mode(self, mode: int) -> None:
        """Show a day, a working week or a week around the same day."""
        self._mode = mode
        self._want()

    def go_to(self, on: date) -> None:
        self._on = on
        self._want()

    def go_today(self) -> None:
        self._scrolled = False
        self.go_to(self.today)
        self._scroll_to_now()

    def turn(self, by: int) -> None:
        """Show the days before or after."""
        self.go_to(self._on + timedelta(days=by * (1 if self._mode == DAY else 7)))

    def _range(self) -> list[date]:
        if self._mode == DAY:
            return [self._on]
        begins = QLocale().firstDayOfWeek().value
        first = self._on - timedelta(days=(self._on.isoweekday() - begins) % 7)
        week = [first + timedelta(days=n) for n in range(7)]
        if self._mode == WEEK:
            return week
        works = {day.value for day in QLocale().weekdays()}
        held = [day for day in week if day.isoweekday() in works]
        # Days that work is done on and that are not in a row are shown with what lies between.
        return [day for day in week if held[0] <= day <= held[-1]]

    def _want(self) -> None:
        self._say_days()
        self.wanted.emit()

    # --- what stands on them ---

    def show_days(self, days: Days) -> None:
        """Show what was read, unless the person has turned to other days since."""
        if (days.first, days.count) != (self.first, self.count):
            return
        self.days = days
        if self.current_row() is None:
            self._current = None
        shown = [day_of(on, self._zone) for on in self._range()]
        colours = {
            (AccountId(account.id), place.key): place.colour for account, place in days.calendars
        }
        self.grid.show_days(shown, days.rows, colours)
        self.head.show_days(shown, days.rows, colours)
        self._mark()
        self._say_summary()
        self._fill_menu()
        if not self._scrolled:
            self._scroll_to_now()

    def put(self, before: Row, after: Row | None) -> None:
        """Show a row as it is from now on, before it is read anew."""
        if after is not None:
            rows = tuple(after if row.id == before.id else row for row in self.days.rows)
            self.days = replace(self.days, rows=rows)
        self.grid.put(before, after)
        self.head.put(before, after)

    def set_next(self, item: ItemId | None) -> None:
        """Mark the meeting that the title row names."""
        self._next = item
        self.grid.set_next(item)

    def current_row(self) -> Row | None:
        return next((row for row in self.days.rows if row.id == self._current), None)

    def select(self, item: ItemId | None) -> bool:
        """Make an item the current one, in view; False: it does not stand here."""
        row = next((row for row in self.days.rows if row.id == item), None)
        if row is None and item is not None:
            return False
        self._choose(row)
        if item is not None:
            self.reveal(item)
        return True

    def reveal(self, item: ItemId) -> None:
        """Bring an item into view."""
        box = self.grid.box_of(item)
        if box is not None:
            middle = box.center().toPoint()
            self._scroll.ensureVisible(middle.x(), middle.y(), 0, round(box.height() / 2) + 24)

    def step(self, by: int) -> None:
        """Go to the meeting or task after, or before."""
        rows = self.days.rows
        if not rows:
            return
        at = next((n for n, row in enumerate(rows) if row.id == self._current), None)
        if at is None:
            now = self._clock.now()
            at = next((n for n, row in enumerate(rows) if _ends(row) > now), 0) - by
        self.select(rows[min(max(at + by, 0), len(rows) - 1)].id)

    def step_day(self, by: int) -> None:
        """Go to the first meeting of the next day that has one, or of the day before."""
        rows, current = self.days.rows, self.current_row()
        if current is None or self.count == 1:
            self.turn(by)
            return
        on = self._day_of(current)
        days = sorted({self._day_of(row) for row in rows})
        others = [day for day in days if (day > on if by > 0 else day < on)]
        if not others:
            self.turn(by)
            return
        there = others[0] if by > 0 else others[-1]
        self.select(next(row.id for row in rows if self._day_of(row) == there))

    def free(self) -> tuple[datetime, datetime]:
        """Return the next half hour that nothing takes, UTC: of the days on show, while it is day.

        Past the evening, the morning after.
        """
        now = self._clock.now()
        quarter = -(-now.timestamp() // 900) * 900
        soon = datetime.fromtimestamp(quarter, tz=now.tzinfo)
        for on in (*self._range(), self._range()[-1] + timedelta(days=1)):
            morning = datetime.combine(on, _MORNING, self._zone)
            evening = datetime.combine(on, _EVENING, self._zone)
            found = gaps(self._taken(), max(morning, soon), evening, NEW_LENGTH)
            if found:
                begins = found[0][0].astimezone(now.tzinfo)
                return begins, begins + NEW_LENGTH
        tomorrow = datetime.combine(self.today + timedelta(days=1), _MORNING, self._zone)
        begins = tomorrow.astimezone(now.tzinfo)
        return begins, begins + NEW_LENGTH

    def _taken(self) -> list[tuple[datetime, datetime]]:
        return [
            (row.meeting.start_at, row.meeting.end_at)
            for row in self.days.rows
            if row.meeting is not None
            and row.meeting.start_at is not None
            and row.meeting.end_at is not None
            and row.meeting.busy
            and row.meeting.answer is not Answer.DECLINED
        ]

    def _day_of(self, row: Row) -> date:
        begins = self.days.first
        if row.at is not None:
            begins = row.at.astimezone(self._zone).date()
        elif row.on is not None:
            begins = row.on
        return max(begins, self.days.first)

    # --- the bar ---

    def _bar(self) -> QHBoxLayout:
        self._title = Elided("", Type.READER_TITLE)
        self._before = IconButton("chevron-left", self.tr("Earlier"), "PgUp")
        self._after = IconButton("chevron-right", self.tr("Later"), "PgDown")
        self._before.clicked.connect(partial(self.turn, -1))
        self._after.clicked.connect(partial(self.turn, 1))
        self._today = Button(self.tr("Today"))
        self._today.setToolTip("T")
        self._today.clicked.connect(self.go_today)
        self._modes: dict[int, Button] = {}
        self._mode_picker = Picker(self.tr("Days shown"))
        self._mode_picker.picked.connect(self._press_mode)
        self._calendars = IconButton("sliders-horizontal", self.tr("Calendars"))
        self._menu = QMenu(self._calendars)
        self._calendars.clicked.connect(self._show_menu)
        new = IconButton("calendar-plus", self.tr("New meeting"), "C")
        new.clicked.connect(partial(self.asked.emit, "new-meeting"))
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.px(24), theme.px(8), theme.px(16), theme.px(8))
        bar.setSpacing(theme.px(4))
        bar.addWidget(self._title, 1)
        for part in (self._before, self._after, self._today):
            bar.addWidget(part)
        bar.addSpacing(theme.px(8))
        names = (
            (DAY, self.tr("Day")),
            (WORK_WEEK, self.tr("Work week")),
            (WEEK, self.tr("Week")),
        )
        self._mode_picker.offer([(text, mode) for mode, text in names], self._mode)
        bar.addWidget(self._mode_picker)
        for mode, text in names:
            button = Button(text, "quiet")
            button.setProperty("bar", True)
            button.setCheckable(True)
            button.setChecked(mode == self._mode)
            button.clicked.connect(partial(self._press_mode, mode))
            self._modes[mode] = button
            bar.addWidget(button)
        bar.addWidget(self._calendars)
        bar.addWidget(new)
        return bar

    @Slot()
    def _press_mode(self, mode: int, _checked: bool = False) -> None:
        self.set_mode(mode)
        self.asked.emit(f"days {mode}")

    def _say_days(self) -> None:
        days = self._range()
        for mode, button in self._modes.items():
            button.setChecked(mode == self._mode)
        self._mode_picker.choose(self._mode)
        first, last = days[0], days[-1]
        if len(days) == 1:
            title = said_day(first, year=first.year != self.today.year)
        else:
            locale = QLocale()
            same = first.month == last.month
            begins = locale.toString(
                QDate(first.year, first.month, first.day), "d" if same else "d MMM"
            )
            pattern = "d MMMM" if last.year == self.today.year else "d MMMM yyyy"
            ends = locale.toString(QDate(last.year, last.month, last.day), pattern)
            title = self.tr("{first} to {last}").format(first=begins, last=ends)
        self._title.setText(title)
        self._title.setToolTip(title)
        self.grid.setAccessibleName(title)

    def _say_summary(self) -> None:
        meetings = [row for row in self.days.rows if row.meeting is not None]
        open_ones = sum(r.meeting.answer is Answer.PENDING for r in meetings if r.meeting)
        spans = [(s.timestamp(), e.timestamp()) for s, e in self._taken()]
        over = sum(placed.columns > 1 for placed in columns(spans))
        count = len(meetings)
        said = words.joined(
            words.counted(count, self.tr("1 meeting"), self.tr("{n} meetings")),
            self.tr("{n} not answered").format(n=words.count(open_ones)) if open_ones else "",
            self.tr("{n} overlap").format(n=words.count(over)) if over else "",
        )
        self.head.say(said)
        self.grid.setAccessibleName(f"{self._title.text()}. {said}")

    def _fill_menu(self) -> None:
        self._menu.clear()
        boards = self.days.boards
        self._fill_with(self.days.calendars)
        if not self.days.calendars:
            self._menu.addAction(self.tr("No calendar is connected")).setEnabled(False)
        if boards:
            self._menu.addSeparator()
            heading = self._menu.addAction(
                self.tr("Everybody's tasks of these boards and projects:")
            )
            heading.setEnabled(False)
            self._fill_with(boards)
        self._calendars.name(
            self.tr("Calendars, boards and projects") if boards else self.tr("Calendars")
        )

    def _fill_with(self, places: Sequence[tuple[Account, Place]]) -> None:
        several = len({account.id for account, _ in places}) > 1
        for account, place in places:
            name = words.joined(place.name, account.address if several else "")
            action = self._menu.addAction(swatch(place.colour, ticked=place.chosen), name)
            action.setCheckable(True)
            action.setChecked(place.chosen)
            action.triggered.connect(
                lambda on, account=account, place=place: self.calendar_turned.emit(
                    Turned(AccountId(account.id), place.key, on, place.kind)
                )
            )

    @Slot()
    def _show_menu(self) -> None:
        self._menu.popup(self._calendars.mapToGlobal(self._calendars.rect().bottomLeft()))

    # --- pressed, dragged, stepped ---

    @Slot(object)
    def _choose(self, row: Row | None) -> None:
        self._current = None if row is None else row.id
        self._mark()
        self.chosen.emit(row)
        if row is not None:
            said = self.sentence(row)
            self.grid.setAccessibleDescription(said)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.grid, said))

    def sentence(self, row: Row) -> str:
        """Return what a screen reader says of a row."""
        held = row.meeting.calendar if row.meeting is not None else ""
        names = [p.name for a, p in self.days.calendars if (a.id, p.key) == (row.account, held)]
        return sentence(
            row,
            self._clock.now(),
            self._zone,
            names[0] if names else "",
            is_next=row.id == self._next,
        )

    def _mark(self) -> None:
        self.grid.set_current(self._current)
        self.head.set_current(self._current)

    @Slot(int)
    def _open_day(self, number: int) -> None:
        self._on = self._range()[number]
        self._press_mode(DAY)

    @Slot(int)
    def _show_more(self, number: int) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for row in self.head.rows_of(number):
            menu.addAction(row.title).triggered.connect(partial(self.select, row.id))
        spot = self.grid.column(number).bottomLeft().toPoint()
        menu.popup(self.head.mapToGlobal(QPoint(spot.x(), self.head.height())))

    @Slot(Dragged)
    def _drag_over(self, dragged: Dragged) -> None:
        spot = self.grid.mapFromGlobal(dragged.spot)
        port = self._scroll.viewport().mapFromGlobal(dragged.spot)
        if self._scroll.viewport().rect().contains(port.toPoint()):
            self.grid.aim(dragged.row, QPointF(spot))
        else:
            self.grid.forget_drag()

    @Slot()
    def _drop(self) -> None:
        if self.grid.dragging:
            self.grid.drop()

    @Slot(int)
    def _go_by_key(self, key: int) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        match key:
            case Qt.Key.Key_Left:
                self.step_day(1 if rtl else -1)
            case Qt.Key.Key_Right:
                self.step_day(-1 if rtl else 1)
            case Qt.Key.Key_Up:
                self.step(-1)
            case Qt.Key.Key_Down:
                self.step(1)
            case Qt.Key.Key_PageUp:
                self.turn(-1)
            case Qt.Key.Key_PageDown:
                self.turn(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Narrow, one button stands for the three."""
        narrow = self.width() < theme.px(_NARROW_BELOW)
        self._mode_picker.setVisible(narrow)
        for button in self._modes.values():
            button.setVisible(not narrow)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._scrolled = False
        self._scroll_to_now()

    def _scroll_to_now(self) -> None:
        """Bring the present into view, or the morning of another day."""
        if not self.days.rows and not self.isVisible():
            return
        days = [day_of(on, self._zone) for on in self._range()]
        now = self._clock.now()
        number = next((n for n, d in enumerate(days) if d.start_at <= now < d.end_at), None)
        if self.grid.height() <= theme.px(HOUR) or not self.isVisible():
            return
        top = self.grid.y_of(0, datetime.combine(days[0].on, _MORNING, self._zone))
        if number is not None:
            # Late in the day, what was before is worth more than the night.
            latest = datetime.combine(days[number].on, _EVENING, self._zone) - _WORK
            before = min(now - _BEFORE, latest).astimezone(self._zone)
            top = self.grid.y_of(number, before.replace(minute=0))
        self._scroll.verticalScrollBar().setValue(round(top) - theme.px(8))
        self._scrolled = True


def _ends(row: Row) -> datetime:
    """Return when something is over, for finding what comes next."""
    if row.meeting is not None and row.meeting.end_at is not None:
        return row.meeting.end_at
    return datetime.min.replace(tzinfo=UTC)


def swatch(colour: str, *, ticked: bool | None = None) -> QIcon:
    """Return a calendar's colour as an icon for menus.

    Args:
        ticked: where it is chosen or not, which our menus show in no other way beside an icon.
    """
    size, gap = theme.px(12), theme.px(6)
    picture = QPixmap(size + gap, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade, ground = edge(colour, theme.current().tokens.bg), theme.current().tokens.colour("bg")
    painter.setPen(QPen(shade, theme.px(1.5)))
    painter.setBrush(Qt.BrushStyle.NoBrush if ticked is False else shade)
    painter.drawRoundedRect(QRectF(0, 0, size, size).adjusted(1, 1, -1, -1), 3, 3)
    if ticked:
        painter.setPen(QPen(ground, size / 7))
        marks = ((0.25, 0.52), (0.43, 0.7), (0.76, 0.32))
        painter.drawPolyline([QPointF(x * size, y * size) for x, y in marks])
    painter.end()
    return QIcon(picture)
