"""The quick pane: what needs you now, to be answered, accepted or snoozed by keyboard.

    quick = QuickPane(bridge, zone)
    quick.pop_up(rect)                 # by the tray icon; a null one: in the screen's corner
    quick.open_asked.connect(slot)     # Row: show this one in the window
    quick.window_asked.connect(slot)   # show the window
    quick.join_asked.connect(slot)     # str: a meeting's address
    quick.counted.connect(slot)        # int: how many need you now, for the tray
    quick.opened, quick.closed         # it is shown; Esc, or the focus went elsewhere

It reads and acts through the bridge by itself and needs no window. Up, down, j and k choose a row;
r or Enter answers, y, Y and N answer a meeting, e is done, h snoozes, o opens, z takes back, M
archives the mail of what was just finished.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.items import Kind
from loopdesk.core.rows import Pane, Row, Section
from loopdesk.ui import keys, theme, words
from loopdesk.ui.bridge import Bridge, Folded
from loopdesk.ui.controls import Button, FocusRing, Label
from loopdesk.ui.delegate import RowDelegate
from loopdesk.ui.models import NOW_SHOWN, DeskModel
from loopdesk.ui.notices import Notices
from loopdesk.ui.quick_row import Order, QuickRow
from loopdesk.ui.theme import Type
from loopdesk.ui.toast import Toast

_WIDTH = 420
_SHARE_OF_SCREEN = 0.75


class QuickPane(QFrame):
    """A small window of its own."""

    open_asked = Signal(object)
    window_asked = Signal()
    join_asked = Signal(str)
    counted = Signal(int)
    opened = Signal()
    closed = Signal()

    GATHER_MS: ClassVar[int] = 300
    """A sync brings many change sets: one reading for all of them."""

    def __init__(self, bridge: Bridge, zone: tzinfo) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setProperty("surface", "quick")
        self.setWindowTitle(self.tr("Needs you now"))
        self.setFixedWidth(theme.px(_WIDTH))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bridge = bridge
        self._zone = zone
        self.model = DeskModel(bridge.clock, zone)
        self.delegate = RowDelegate(bridge.clock, zone, self)
        self.rows: list[QuickRow] = []
        self._at = 0
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(self.GATHER_MS)
        self._gather.timeout.connect(self.refresh)
        self._build()
        bridge.folded.connect(self._folded)
        for news in (
            bridge.acted,
            bridge.not_acted,
            bridge.changes,
            bridge.outbox_changed,
            bridge.accounts_changed,
        ):
            news.connect(self._news)
        self.refresh()

    # --- opening and closing ---

    def pop_up(self, icon: QRect) -> None:
        """Open beside the tray icon, or in the corner where trays are."""
        screen = QGuiApplication.screenAt(icon.center()) if not icon.isNull() else None
        room = (screen or QGuiApplication.primaryScreen()).availableGeometry()
        self._most = round(room.height() * _SHARE_OF_SCREEN)
        self._fit()
        if icon.isNull():
            icon = QRect(room.right() - 8, room.top(), 1, 1)
        left = max(
            room.left() + 8, min(icon.right() - self.width(), room.right() - self.width() - 8)
        )
        below = icon.center().y() < room.center().y()
        top = icon.bottom() + 8 if below else icon.top() - 8 - self.height()
        self.move(left, top)
        self.show()
        self.raise_()
        self.activateWindow()
        self.setFocus()
        self._notices.on = True
        self.opened.emit()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        for row in self.rows:
            self._keep_draft(row)
        self._notices.on = False
        super().hideEvent(event)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate and self.isVisible():
            self.hide()
        return super().event(event)

    # --- what it shows ---

    @Slot()
    def refresh(self) -> None:
        """Read what needs the person now."""
        desk = self._bridge.desk
        self._bridge.pane(
            lambda: desk.top(NOW_SHOWN, section=Section.NOW), self.show_pane, key="quick"
        )

    def show_pane(self, pane: Pane) -> None:
        """Become `pane`; an answer that is being written stays."""
        self._total = max(pane.counts.get(Section.NOW, 0), len(pane.rows))
        self._become(pane.rows)

    def current(self) -> QuickRow | None:
        return self.rows[self._at] if self.rows else None

    def step(self, by: int) -> None:
        """Make the next or the previous row the current one."""
        self._go(self._at + by)

    # --- inside ---

    def _become(self, rows: tuple[Row, ...]) -> None:
        here = self.current()
        known = {row.row.id: row for row in self.rows}
        self.model.show(Pane(rows, {Section.NOW: self._total}))
        fresh: list[QuickRow] = []
        for row in rows:
            kept = known.pop(row.id, None)
            if kept is None:
                kept = self._make(row)
            kept.show_row(row)
            fresh.append(kept)
        for gone in known.values():
            self._keep_draft(gone)
            gone.hide()
            gone.deleteLater()
        while self._list.takeAt(0) is not None:
            continue
        for one in fresh:
            self._list.addWidget(one)
            # A layout shows new widgets later; until then it would not count them.
            one.show()
        self._list.addStretch(1)
        self.rows = fresh
        self._count.setText(words.count(self._total) if self._total else "")
        self._nothing.setVisible(not fresh)
        self.counted.emit(self._total)
        ids = [one.row.id for one in fresh]
        if here is not None and here.row.id in ids:
            self._go(ids.index(here.row.id), quietly=True)
        else:
            self._go(min(self._at, len(fresh) - 1), quietly=True)
        self._fit()

    def _make(self, row: Row) -> QuickRow:
        made = QuickRow(row, self.model, self.delegate, self._now)
        made.ordered.connect(self._act)
        made.touched.connect(self._touched)
        made.opened.connect(self._open)
        made.joined.connect(self.join_asked)
        made.again.connect(self._notices.send_now)
        made.resized.connect(self._fit)
        if row.kind is Kind.MESSAGE:
            self._bridge.read(partial(self._bridge.desk.letters.words, row.id), made.restore)
        return made

    def _keep_draft(self, row: QuickRow) -> None:
        text = row.box.text()
        if text != row.kept_text:
            row.kept_text = text
            self._bridge.write(partial(self._bridge.desk.letters.note, row.row.id, text))

    def _now(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)

    def _go(self, at: int, *, quietly: bool = False) -> None:
        if not self.rows:
            self._at = 0
            return
        self._at = max(0, min(at, len(self.rows) - 1))
        for number, one in enumerate(self.rows):
            one.set_current(number == self._at)
        here = self.rows[self._at]
        self._scrolled.ensureWidgetVisible(here, 0, 0)
        if not quietly:
            said = words.sentence(here.row, self._bridge.clock.now(), self._zone)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))
        self._fit()

    @Slot(object)
    def _touched(self, row: QuickRow) -> None:
        if row in self.rows and row is not self.current():
            self._go(self.rows.index(row), quietly=True)

    @Slot(object)
    def _open(self, row: Row) -> None:
        self.hide()
        self.open_asked.emit(row)

    @Slot(object)
    def _act(self, order: Order) -> None:
        self.setFocus()
        self._bridge.act(order.name, order.row, order.arguments, single_key=order.single_key)

    @Slot(Folded)
    def _folded(self, folded: Folded) -> None:
        rows = [one.row for one in self.rows]
        if folded.before.id not in [row.id for row in rows]:
            return
        if folded.after is None or folded.after.section is not Section.NOW:
            self._total -= 1
            rows = [row for row in rows if row.id != folded.before.id]
        else:
            rows = [folded.after if row.id == folded.after.id else row for row in rows]
        self._become(tuple(rows))

    @Slot()
    def _news(self) -> None:
        self._gather.start()

    @Slot()
    def _ask_window(self) -> None:
        self.hide()
        self.window_asked.emit()

    @Slot()
    def _fit(self) -> None:
        """Be as high as the rows ask for."""
        self._list.activate()
        height = self._inner.sizeHint().height()
        self._scrolled.setFixedHeight(min(height, self._most))
        self._whole.activate()
        self.resize(self.width(), self.sizeHint().height())

    def _build(self) -> None:
        self._total = 0
        self._most = theme.px(600)
        self._count = Label("", Type.META, "text_3")
        window = Button(self.tr("Open LoopDesk"), "quiet")
        window.setProperty("bar", True)
        window.clicked.connect(self._ask_window)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 4)
        head.setSpacing(8)
        head.addWidget(Label(self.tr("Needs you now"), Type.STRONG))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(window)
        self._nothing = Label(self.tr("Nothing needs you"), Type.EMPTY)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setMinimumHeight(theme.px(96))
        self._inner = QWidget()
        self._list = QVBoxLayout(self._inner)
        self._list.setContentsMargins(0, 0, 0, 8)
        self._list.setSpacing(0)
        self._scrolled = QScrollArea()
        self._scrolled.setWidget(self._inner)
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self._scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._whole = whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._nothing)
        whole.addWidget(self._scrolled)
        self._notices = Notices(self._bridge, Toast(self, self._bridge.clock.now))
        self._notices.on = False
        FocusRing(self)
        self.setAccessibleName(self.tr("Needs you now"))

    # --- keys ---

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.delegate.focused = True
        self._inner.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.delegate.focused = False
        self._inner.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.current()
        typing = here is not None and here.box.hasFocus()
        press = keys.press_of(event)
        focus = QApplication.focusWidget()
        match press:
            case "Return" | "Enter" if isinstance(focus, QAbstractButton):
                focus.click()
            case "Esc" if typing or (here is not None and here.choosing):
                if here is not None:
                    here.stop_choosing()
                self.setFocus()
            case "Esc":
                self.hide()
            case "Down":
                self.step(1)
            case "Up":
                self.step(-1)
            case _ if not typing and here is not None:
                self._command(press, here)

    def _command(self, press: str, here: QuickRow) -> None:
        match press:
            case "j":
                self.step(1)
            case "k":
                self.step(-1)
            case "r" | "a" | "Return" | "Enter":
                here.begin()
            case "o":
                self._open(here.row)
            case "h" | "b":
                here.choose_time()
            case "e":
                here.finish(single_key=True)
            case "y" | "Shift+Y" | "Shift+N":
                answers = {"y": "accept", "Shift+Y": "tentative", "Shift+N": "decline"}
                here.order(answers[press], single_key=True)
            case "z" | "Ctrl+Z":
                self._bridge.take_back()
            case "Shift+M":
                self._notices.archive_mails(single_key=True)
            case "Ctrl+Return" | "Ctrl+Enter":
                self._notices.send_now()
