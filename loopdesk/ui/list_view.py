"""The list: one column of rows under headings, that never moves under the person's hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRectF,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Pane, Row, Section
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.delegate import HEADING_HEIGHT, ROW_HEIGHT, RowAction, RowDelegate
from loopdesk.ui.models import DeskModel, Heading, More
from loopdesk.ui.theme import Type

_QUIET_S = 2.0
_GATHERING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_NOT_PLAIN = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_BARS_AFTER_MS = 300
_BARS = 8


@dataclass(frozen=True, slots=True)
class Clicked:
    """An icon over a row was pressed."""

    row: Row
    action: RowAction


class ListView(QTableView):
    """Shows a `DeskModel`. Selection is by row; headings collapse; the keys are the window's."""

    chosen = Signal(object)
    """The current row changed: a Row, or None."""
    opened = Signal(Row)
    clicked_action = Signal(Clicked)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock = clock
        self.desk_model = DeskModel(clock, zone)
        self.delegate = RowDelegate(clock, zone, self)
        self._held: tuple[Pane, str | None] | None = None
        self._busy_until = float("-inf")
        self._bars = False
        self.by_person = False
        """Whether the person chose the current row; else it is the first one, whichever that is."""
        self._marking = False  # rows are being gathered: steps leave the selection alone
        self.setModel(self.desk_model)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(self.tr("Items"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        # The delegate paints the selection; the table's own panel behind it must not show.
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(clear)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self._way_on: tuple[ItemId, ...] = ()
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.settle)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_BARS_AFTER_MS)
        self._late.timeout.connect(self._show_bars)
        self._sticky = _Sticky(self)
        self.desk_model.rowsInserted.connect(self._size_lines)
        self.desk_model.rowsRemoved.connect(self._size_lines)
        self.desk_model.layoutChanged.connect(self._size_lines)
        self.verticalScrollBar().valueChanged.connect(self._sticky.follow)
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.current().changed.connect(self.viewport().update)

    # --- what it shows ---

    def show_pane(self, pane: Pane, title: str | None = None, *, now: bool = False) -> None:
        """Show a pane: at once when nobody is at the list, else when the hand is off it.

        Args:
            title: one heading instead of sections.
            now: the person asked for this one; do not wait.
        """
        self._late.stop()
        self._bars = False
        if not now and self.desk_model.rowCount() and self._clock.monotonic() < self._busy_until:
            mine = {row.id for row in self.desk_model.pane.rows}
            self.desk_model.refresh_in_place(pane)
            fresh = Counter(
                None if title else row.section for row in pane.rows if row.id not in mine
            )
            self._held = (pane, title)
            self._gather(dict(fresh))
            self._wait_for_quiet()
            return
        self._held = None
        self._gather({})
        self._note_way_on(pane)
        self.desk_model.show(pane, title)
        if self.current_row() is None or not self.by_person:
            self._go_first()
        elif not self._marking:
            # Where its row has gone, Qt makes a neighbour current and selects nothing.
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().select(self.currentIndex(), flag)

    def _note_way_on(self, pane: Pane) -> None:
        """Note what stood below the current row, if a new pane takes it elsewhere.

        What was answered leaves "Needs you now", and the person goes on there with the next.
        """
        current = self.current_row()
        if current is None or self._way_on:
            return
        was, now = ([row.id for row in rows] for rows in (self.desk_model.pane.rows, pane.rows))
        if current.id not in was or current.id not in now:
            return
        at, there = was.index(current.id), now.index(current.id)
        stays = was[at + 1 : at + 2] == now[there + 1 : there + 2] or (
            at > 0 and there > 0 and was[at - 1] == now[there - 1]
        )
        if not stays:
            self._way_on = tuple(was[at + 1 :])

    @Slot()
    def settle(self) -> None:
        """Let in what arrived meanwhile, if the hand is off the list by now."""
        if self._held is None:
            return
        if self._clock.monotonic() < self._busy_until:
            self._wait_for_quiet()
            return
        pane, title = self._held
        self.show_pane(pane, title, now=True)

    def put(self, before: Row, after: Row | None) -> None:
        """Show one row changed, gone or back; the selection goes on to the next when it is gone."""
        if after is None:
            self._step_off(before.id)
        self.desk_model.put(before, after)
        if self._marking and not self.selectionModel().hasSelection():
            self.mark_none()

    def begin_anew(self) -> None:
        """Show nothing; something else is being asked for, and after a while that is said."""
        self.show_pane(Pane(()), now=True)
        self._late.start()

    # --- the current row and the selection ---

    def current_row(self) -> Row | None:
        index = self.currentIndex()
        return self.desk_model.row(index.row()) if index.isValid() else None

    def selected_rows(self) -> list[Row]:
        """Return what an action acts on: the selected rows, top first, or the current one."""
        at = sorted(index.row() for index in self.selectionModel().selectedRows())
        rows = [row for row in map(self.desk_model.row, at) if row is not None]
        current = self.current_row()
        return rows or ([current] if current is not None else [])

    def select(self, item: ItemId) -> bool:
        """Make an item the current row, if it is shown."""
        at = self.desk_model.row_of(item)
        if at is None:
            return False
        self._go(at)
        return True

    def step(self, by: int, *, extend: bool = False) -> bool:
        """Go `by` rows down (or up); headings are passed over. False: there was no further row."""
        at = self.currentIndex().row() if self.currentIndex().isValid() else -1
        rows = map(self.desk_model.row_of, () if extend else self._way_on)
        if (onward := next((row for row in rows if row is not None), None)) is not None:
            at = onward - 1 if by > 0 else onward
        there = at
        while by:
            there += 1 if by > 0 else -1
            if not 0 <= there < self.desk_model.rowCount():
                return False
            if self.desk_model.row(there) is not None:
                by -= 1 if by > 0 else -1
        self._go(there, extend=extend)
        return True

    def leap(self, by: int, *, extend: bool = False) -> None:
        """Go `by` lines down (or up), as far as there are rows."""
        at, last = max(self.currentIndex().row(), 0), self.desk_model.rowCount() - 1
        there = min(max(at + by, 0), last)
        way, end = (1, last + 1) if by > 0 else (-1, -1)
        lines = chain(range(there, end, way), range(there, at, -way))
        found = next((n for n in lines if self.desk_model.row(n) is not None), None)
        if found is not None:
            self._go(found, extend=extend)

    def step_section(self, by: int) -> bool:
        """Go to the first row of the next (or previous) section."""
        headings = [
            at
            for at in self.desk_model.specials()
            if isinstance(self.desk_model.line(at), Heading)
            and self.desk_model.row(at + 1) is not None
        ]
        current = self.currentIndex().row()
        if by > 0:
            after = [at for at in headings if at > current]
            target = after[0] if after else None
        else:
            mine = self.desk_model.heading_above(current)
            before = [at for at in headings if mine is not None and at < mine]
            target = before[-1] if before else None
        if target is None:
            return False
        self._go(target + 1)
        return True

    def mark_current(self) -> None:
        """Begin to gather rows with the current one; then take it in, or out again."""
        if self._marking:
            flag = QItemSelectionModel.SelectionFlag.Toggle
            self.selectionModel().select(self.currentIndex(), flag)
        self._marking = True

    def mark_all(self) -> None:
        self._marking = True
        self.selectAll()

    def mark_none(self) -> None:
        """Select the current row alone."""
        self._marking = False
        index = self.currentIndex()
        if index.isValid():
            self._go(index.row())

    def _go(self, at: int, *, extend: bool = False) -> None:
        flag = QItemSelectionModel.SelectionFlag
        self.by_person = True
        index = self.desk_model.index(at, 0)
        how = flag.NoUpdate if self._marking else flag.ClearAndSelect
        if extend:
            self._marking = True
            how = flag.Select
        self.selectionModel().setCurrentIndex(index, how)
        self.scrollTo(index)
        # The heading that sticks must not lie over the row.
        if (hidden := theme.px(HEADING_HEIGHT) - self.visualRect(index).top()) > 0:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - hidden)

    def _go_first(self) -> None:
        """Make the first row the current one, until the person chooses."""
        first = next(
            (at for at in range(self.desk_model.rowCount()) if self.desk_model.row(at)), None
        )
        self.by_person = self._marking = False
        if first is not None:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self.desk_model.index(first, 0), flag)
        self.scrollToTop()

    def _step_off(self, item: ItemId) -> None:
        current = self.current_row()
        if current is not None and current.id == item and not self.step(+1):
            self.step(-1)

    # --- hands on it ---

    def touched(self) -> None:
        """A key was pressed: nothing moves by itself for a while."""
        self._busy_until = self._clock.monotonic() + _QUIET_S

    def _wait_for_quiet(self) -> None:
        left = max(self._busy_until - self._clock.monotonic(), 0.05)
        self._quiet.start(round(left * 1000))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = self.desk_model.rowCount()
        page = max(self.viewport().height() // theme.px(ROW_HEIGHT) - 2, 1)
        leaps = {
            Qt.Key.Key_Home: -rows,
            Qt.Key.Key_End: rows,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        by = leaps.get(Qt.Key(event.key()), 0)
        if by and not event.modifiers() & _NOT_PLAIN:
            self.leap(by, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            # Qt's own search by letters would swallow the others: the window has them.
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.touched()
        self._hover(event.position().toPoint())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched()
        point = event.position().toPoint()
        at = self.rowAt(point.y())
        line = self.desk_model.line(at) if at >= 0 else None
        if isinstance(line, Heading):
            self.press_heading(line)
        elif isinstance(line, More):
            self.desk_model.show_whole(line.section)
        elif line is not None and (action := self._action_at(at, line, point)) is not None:
            self.clicked_action.emit(Clicked(line, action))
        else:
            self.by_person = True
            self._marking = bool(event.modifiers() & _GATHERING)
            super().mousePressEvent(event)
            if line is not None and event.button() == Qt.MouseButton.LeftButton:
                self.opened.emit(line)

    def press_heading(self, line: Heading) -> None:
        """Let in what gathered at a heading; where nothing did, fold the section or unfold it."""
        if self.delegate.arrivals.get(line.section) and self._held is not None:
            pane, title = self._held
            self.show_pane(pane, title, now=True)
        else:
            self.desk_model.collapse(line.section or line.title, not line.collapsed)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.rowAt(event.pos().y())
            row = self.desk_model.row(at)
            action = self._action_at(at, row, event.pos()) if row is not None else None
            if action is not None:
                QToolTip.showText(event.globalPos(), words.order(action), self)
                return True
        return super().viewportEvent(event)

    def _hover(self, point: QPoint | None) -> None:
        was = (self.delegate.hovered, self.delegate.hovered_action)
        at = self.rowAt(point.y()) if point is not None else -1
        row = self.desk_model.row(at)
        self.delegate.hovered = row.id if row is not None else None
        self.delegate.hovered_action = (
            self._action_at(at, row, point) if row is not None and point is not None else None
        )
        pointing = (at >= 0 and row is None) or self.delegate.hovered_action is not None
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor
        )
        if (self.delegate.hovered, self.delegate.hovered_action) != was:
            self.viewport().update()

    def _action_at(self, at: int, row: Row, point: QPoint) -> RowAction | None:
        box = self.visualRect(self.desk_model.index(at, 0))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return self.delegate.action_at(row, box.width(), point - box.topLeft(), rtl)

    # --- Qt's events ---

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.delegate.focused = True
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.delegate.focused = False
        self.viewport().update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sticky.follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._bars:
            self._paint_bars()

    def _paint_bars(self) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().tokens.colour("neutral_soft"))
        u = theme.px
        width = self.viewport().width()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for n in range(_BARS):
            top = u(HEADING_HEIGHT) + n * u(ROW_HEIGHT)
            for x, y, wide, high in (
                (28, 12, 32, 32),
                (72, 13, 120 + 17 * (n % 3), 10),
                (72, 33, 240 - 23 * (n % 4), 10),
            ):
                left = width - u(x) - u(wide) if rtl else u(x)
                painter.drawRoundedRect(QRectF(left, top + u(y), u(wide), u(high)), u(4), u(4))

    # --- inside ---

    @Slot()
    def _show_bars(self) -> None:
        self._bars = not self.desk_model.rowCount()
        self.viewport().update()

    @Slot()
    def _size_lines(self) -> None:
        """Headings are lower than rows. Qt's header then keeps their sizes when lines move."""
        for at in self.desk_model.specials():
            self.verticalHeader().resizeSection(at, theme.px(HEADING_HEIGHT))
        self._sticky.follow()

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        self._way_on = ()
        self.chosen.emit(self.desk_model.row(now.row()) if now.isValid() else None)

    def _gather(self, arrivals: dict[Section | None, int]) -> None:
        """Say at the headings what waits to be let in; the first speaks for those not shown."""
        lines = [self.desk_model.line(at) for at in self.desk_model.specials()]
        shown = [line.section for line in lines if isinstance(line, Heading)]
        said: Counter[Section | None] = Counter()
        for section, count in arrivals.items():
            if shown:
                said[section if section in shown else shown[0]] += count
        self.delegate.arrivals = dict(said)
        self.viewport().update()
        self._sticky.update()


class _Sticky(QWidget):
    """The heading of the topmost row, while that heading itself is scrolled away."""

    def __init__(self, view: ListView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._heading: Heading | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    @Slot()
    def follow(self) -> None:
        model = self._view.desk_model
        top = self._view.rowAt(0)
        at = model.heading_above(top) if top >= 0 else None
        line = model.line(at) if at is not None else None
        away = at is not None and self._view.visualRect(model.index(at, 0)).top() < 0
        self._heading = line if isinstance(line, Heading) and away else None
        self.setVisible(self._heading is not None)
        self.setGeometry(0, 0, self._view.viewport().width(), theme.px(HEADING_HEIGHT))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._heading is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._view.delegate.paint_heading(painter, self._heading, self.width(), rtl)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._heading is not None:
            self._view.press_heading(self._heading)


class Empty(QWidget):
    """What stands where there is nothing: one line, one that says more, one button."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = Label(kind=Type.EMPTY)
        self.about = Label(tone="text_2", wrap=True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button("")
        self.button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), 0, theme.px(24), 0)
        column.setSpacing(theme.px(8))
        column.addStretch()
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.about)
        column.addSpacing(theme.px(8))
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def say(self, title: str, about: str, button: str = "") -> None:
        self.title.setText(title)
        self.about.setText(about)
        self.about.setVisible(bool(about))
        self.button.setText(button)
        self.button.setVisible(bool(button))
