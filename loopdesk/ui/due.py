"""Until which day: words, the natural days, a month.

picker = DuePicker(window)
picker.chosen.connect(slot)         # Due(row, on); `on` None: no day any more
picker.ask(row, today, beside)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.rows import Row
from loopdesk.ui import theme
from loopdesk.ui.choice_list import ChoiceList, Line
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.controls import Line as Rule
from loopdesk.ui.floating import Layer
from loopdesk.ui.month import Month
from loopdesk.ui.theme import Type
from loopdesk.ui.when import said_day, typed_day
from loopdesk.ui.words import translate

_WIDTH = 280
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Due:
    row: Row
    on: date | None


class DuePicker(Layer):
    chosen = Signal(Due)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self._row: Row | None = None
        self._today = date(2000, 1, 1)
        self.setAccessibleName(self.tr("Due"))
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Friday, 4 Dec, in 2 weeks"))
        self.words.setAccessibleName(self.tr("Day, in words"))
        self.words.textChanged.connect(self._judge)
        self.words.returnPressed.connect(self._take_words)
        line.addWidget(self.words, 1)
        self.take = Button(self.tr("Set"))
        self.take.clicked.connect(self._take_words)
        line.addWidget(self.take)
        inside.addLayout(line)
        self._meant = Label("", Type.META, "text_2")
        inside.addWidget(self._meant)
        self.body.addLayout(inside)
        self.body.addWidget(Rule())
        self.list = ChoiceList()
        self.list.setAccessibleName(self.tr("Days"))
        self.list.taken.connect(self._take)
        frame = QHBoxLayout()
        frame.setContentsMargins(4, 4, 4, 4)
        frame.addWidget(self.list)
        self.body.addLayout(frame)
        self.body.addWidget(Rule())
        self.month = Month()
        self.month.chosen.connect(self._take)
        below = QVBoxLayout()
        below.setContentsMargins(16, 12, 16, 12)
        below.addWidget(self.month)
        self.body.addLayout(below)

    def ask(self, row: Row, today: date, beside: QWidget | None = None) -> None:
        """Ask for a task's day. `today` is the person's."""
        self._row, self._today = row, today
        on = row.task.due_on if row.task is not None else None
        if row.task is not None and on is None and row.task.due_at is not None:
            on = row.on
        self.list.show_lines(_lines(today, dated=on is not None))
        self.list.setFixedHeight(self.list.height_for(9))
        self.month.show_day(on, today)
        self.words.clear()
        self._judge()
        self.open(beside)

    def first_focus(self) -> QWidget:
        return self.words

    @Slot()
    def _judge(self) -> None:
        typed = self.words.text().strip()
        on = typed_day(typed, self._today) if typed else None
        self.take.setEnabled(on is not None)
        said = said_day(on, year=on.year != self._today.year) if on is not None else ""
        self._meant.setText(said or (self.tr("Not a day yet") if typed else ""))
        self._meant.setVisible(bool(typed))
        if self.isVisible():
            self.fit()

    @Slot()
    def _take_words(self) -> None:
        if (on := typed_day(self.words.text().strip(), self._today)) is not None:
            self._take(on)

    def _take(self, on: object) -> None:
        self.close_layer()
        if self._row is not None:
            self.chosen.emit(Due(self._row, on if isinstance(on, date) else None))


def _lines(today: date, *, dated: bool) -> list[Line]:
    """Return the natural days, and no day where there is one now."""
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    monday = today + timedelta(days=7 - today.weekday())
    days = [
        (translate("due", "Today"), today),
        (translate("due", "Tomorrow"), today + timedelta(days=1)),
        (translate("due", "At the weekend"), saturday),
        (translate("due", "Next Monday"), monday),
    ]
    lines = [
        Line(text, right=said_day(on).partition(" ")[0][:3], key=str(number), value=on)
        for number, (text, on) in enumerate(days, start=1)
    ]
    return [*lines, Line(translate("due", "No day"), key="0", value=_NONE)] if dated else lines
