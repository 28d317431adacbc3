"""One row of the quick pane: its picture as in the list, and under it what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.actions import NOTHING, Arguments
from loopdesk.core.items import Answer, Kind
from loopdesk.core.rows import Row
from loopdesk.ui import theme, words
from loopdesk.ui.choice_list import ChoiceList
from loopdesk.ui.controls import Button
from loopdesk.ui.delegate import ROW_HEIGHT, RowDelegate
from loopdesk.ui.models import DeskModel
from loopdesk.ui.snooze import times

_TEXT_X = 72
_ANSWERS = ("accept", "tentative", "decline")


@dataclass(frozen=True, slots=True)
class Order:
    """What the person wants done to a row. `single_key`: it came from one key press."""

    name: str
    row: Row
    arguments: Arguments = NOTHING
    single_key: bool = False


class QuickRow(QWidget):
    """Made for one item; `show_row` brings it up to date, and leaves alone what is being typed."""

    ordered = Signal(object)
    opened = Signal(object)
    joined = Signal(str)
    touched = Signal(object)
    """The pointer or the focus came here: this is the current row."""
    again = Signal()
    """Sent with nothing written: what waits is to leave now."""
    resized = Signal()

    def __init__(
        self, row: Row, model: DeskModel, delegate: RowDelegate, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self.row = row
        self.kept_text = ""
        self._now = now
        self._current = False
        self._picture = _Picture(self, model, delegate)
        self.box = _Box()
        self.box.setAccessibleName(self.tr("Your answer"))
        self.box.returnPressed.connect(self.send)
        self.box.focused.connect(self._touch)
        self.times = ChoiceList()
        self.times.setAccessibleName(self.tr("Snooze until"))
        self.times.taken.connect(self._snooze)
        self.times.hide()
        self._buttons = self._make_buttons()
        self._panel = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons.values():
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(theme.px(_TEXT_X), 4, theme.px(16), 8)
        inside.setSpacing(8)
        inside.addWidget(self.box)
        inside.addLayout(buttons)
        inside.addWidget(self.times)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._picture)
        whole.addWidget(self._panel)
        self.show_row(row)

    # --- what it shows ---

    def show_row(self, row: Row) -> None:
        """Become the item as it is now."""
        self.row = row
        self.box.setPlaceholderText(self.tr("Reply to {who}").format(who=words.who(row)))
        self._judge()
        self._picture.update()

    def set_current(self, current: bool) -> None:
        if current is not self._current:
            self._current = current
            if not current:
                self.stop_choosing()
            self._judge()
            self._picture.update()

    @property
    def current(self) -> bool:
        return self._current

    @property
    def choosing(self) -> bool:
        return self.times.isVisibleTo(self)

    def restore(self, draft: str) -> None:
        """Show a draft that was kept, unless something is written already."""
        if not self.box.text():
            self.kept_text = " ".join(draft.split())
            self.box.setText(self.kept_text)

    # --- what the person does ---

    def begin(self) -> None:
        """Answer: go into the text box, or to the first button."""
        if self.box.isVisibleTo(self):
            self.box.setFocus()
        else:
            next((b for b in self._buttons.values() if b.isVisibleTo(self)), self).setFocus()

    def order(self, name: str, arguments: Arguments = NOTHING, *, single_key: bool = False) -> None:
        if name in self.row.actions:
            self.ordered.emit(Order(name, self.row, arguments, single_key))

    def finish(self, *, single_key: bool = False) -> None:
        """Be done with the row, as its kind is done with."""
        names = ["archive", "complete", "done"]
        if self.row.chat is not None and self.row.unread:
            names.insert(0, "read")
        name = next(name for name in names if name in self.row.actions or name == "done")
        self.order(name, single_key=single_key)

    @Slot()
    def send(self) -> None:
        text = self.box.text().strip()
        if text:
            self.box.clear()
            self.order("reply", Arguments(text=text))
        else:
            self.again.emit()

    @Slot()
    def choose_time(self) -> None:
        """Offer the times to come back, under the row."""
        now = self._now()
        self.times.show_lines(times(now))
        self.times.setFixedHeight(self.times.height_for(9))
        self.times.show()
        self.resized.emit()
        self.times.setFocus()

    def stop_choosing(self) -> None:
        if self.choosing:
            self.times.hide()
            self.resized.emit()

    @Slot(object)
    def _snooze(self, until: datetime) -> None:
        self.stop_choosing()
        self.order("snooze", Arguments(at=until))

    # --- inside ---

    def _make_buttons(self) -> dict[str, Button]:
        made = {
            "reply": Button(self.tr("Send"), "filled", "send"),
            "join": Button(self.tr("Join"), "outlined", "video"),
            "accept": Button(words.order("accept")),
            "tentative": Button(words.order("tentative")),
            "decline": Button(words.order("decline"), "quiet"),
            "complete": Button(self.tr("Complete"), "outlined", "check"),
            "snooze": Button(words.order("snooze"), "quiet"),
            "open": Button(self.tr("Open"), "quiet"),
        }
        made["reply"].clicked.connect(self.send)
        made["join"].clicked.connect(self._join)
        made["snooze"].clicked.connect(self.choose_time)
        made["open"].clicked.connect(self._open)
        for name in (*_ANSWERS, "complete"):
            made[name].clicked.connect(lambda _=False, name=name: self.order(name))
        for button in made.values():
            button.setProperty("bar", True)
            button.pressed.connect(self._touch)
        return made

    def _judge(self) -> None:
        """Show what the row takes: a message's answer for the current row only."""
        row = self.row
        mine = self._current
        answerable = row.kind is Kind.MESSAGE and "reply" in row.actions and row.pending is None
        meeting = row.meeting
        asked = meeting is not None and meeting.answer is Answer.PENDING
        shown = {
            "reply": answerable and mine,
            "join": meeting is not None and bool(meeting.join_url),
            "complete": "complete" in row.actions,
            "snooze": mine,
            "open": mine,
        } | {name: asked and name in row.actions for name in _ANSWERS}
        # With the answers of a meeting the line is full.
        shown["snooze"] = shown["snooze"] and not asked
        shown["open"] = shown["open"] and not asked
        for name, button in self._buttons.items():
            button.setVisible(shown[name])
        self.box.setVisible(answerable and mine)
        self._panel.setVisible(any(shown.values()))

    @Slot()
    def _touch(self) -> None:
        self.touched.emit(self)

    @Slot()
    def _open(self) -> None:
        self.opened.emit(self.row)

    @Slot()
    def _join(self) -> None:
        if self.row.meeting is not None:
            self.joined.emit(self.row.meeting.join_url)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched.emit(self)


class _Box(QLineEdit):
    """The answer, in one line."""

    focused = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()


class _Picture(QWidget):
    """The row as the list paints it."""

    def __init__(self, owner: QuickRow, model: DeskModel, delegate: RowDelegate) -> None:
        super().__init__()
        self._owner = owner
        self._model = model
        self._delegate = delegate
        self.setFixedHeight(theme.px(ROW_HEIGHT))
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        at = self._model.row_of(self._owner.row.id)
        if at is None:
            return
        option = QStyleOptionViewItem()
        option.initFrom(self)
        option.rect = self.rect()
        option.state = QStyle.StateFlag.State_Enabled
        if self._owner.current:
            option.state |= QStyle.StateFlag.State_Selected
        painter = QPainter(self)
        self._delegate.paint(painter, option, self._model.index(at, 0))
        painter.end()
