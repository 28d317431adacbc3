"""When something comes back or leaves: natural times, each with its key, and a moment in words.

picker = LaterPicker(window, now=here)     # here(): now, in the person's zone
picker.chosen.connect(slot)                # datetime, aware
picker.ask(title, order, beside=button)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from loopdesk.ui import snooze, theme, when, words
from loopdesk.ui.choice_list import ChoiceList, Line
from loopdesk.ui.controls import Button, Label, inset
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 320
_MORNING = time(9)


class LaterPicker(Layer):
    """Asks for a moment that is ahead."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, now: Callable[[], datetime]) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self._now = now
        self._title = Label("", Type.HEADING, "text_2")
        self.body.addLayout(inset(self._title, 16, 12, 16, 4))
        self.list = ChoiceList()
        self.list.taken.connect(self._take)
        frame = QHBoxLayout()
        frame.setContentsMargins(4, 0, 4, 4)
        frame.addWidget(self.list)
        self.body.addLayout(frame)
        self.at = QLineEdit()
        self.at.setPlaceholderText(self.tr("tomorrow 9:30, fri 14:00"))
        self.at.setAccessibleName(self.tr("Day and time"))
        self.at.textChanged.connect(self._judge)
        self.at.returnPressed.connect(self._take_own)
        self.own = Button("")
        self.own.clicked.connect(self._take_own)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 4)
        row.setSpacing(8)
        row.addWidget(self.at, 1)
        row.addWidget(self.own)
        self.body.addLayout(row)
        self.means = Label("", Type.META, "text_2")
        self.body.addLayout(inset(self.means, 16, 0, 16, 12))

    def ask(
        self,
        title: str,
        order: str,
        beside: QWidget | None = None,
        *,
        lines: Sequence[Line] | None = None,
    ) -> None:
        """Offer times.

        Args:
            title: what is asked.
            order: what the button of the person's own moment says.
            lines: instead of the natural times.
        """
        self.setAccessibleName(title)
        self.list.setAccessibleName(title)
        self._title.setText(title)
        self.own.setText(order)
        self.list.show_lines(snooze.times(self._now()) if lines is None else lines)
        self.list.setFixedHeight(self.list.height_for(9))
        self.at.clear()
        self._judge()
        self.open(beside)

    def _take(self, at: datetime) -> None:
        self.close_layer()
        self.chosen.emit(at)

    def _own_time(self) -> datetime | None:
        return typed_ahead(self.at.text(), self._now())

    @Slot()
    def _judge(self) -> None:
        at = self._own_time()
        self.own.setEnabled(at is not None)
        now = self._now()
        said = words.ending(at, now, now.tzinfo or UTC) if at is not None else ""
        if self.at.text().strip() and at is None:
            said = self.tr("That is no moment ahead")
        self.means.setText(said)

    @Slot()
    def _take_own(self) -> None:
        if (at := self._own_time()) is not None:
            self._take(at)


def typed_ahead(text: str, now: datetime) -> datetime | None:
    """Return the moment that is meant, None where it is none or is over.

    Args:
        now: in the person's zone. A time alone is the next one of the clock, a day alone its
            morning.
    """
    said = text.strip()
    if not said:
        return None
    if (clock := when.typed_time(said)) is not None:
        at = datetime.combine(now.date(), clock, now.tzinfo)
        return at if at > now else at + timedelta(days=1)
    found = when.typed_moment(said, now.date())
    if found is None:
        return None
    day, clock = found
    at = datetime.combine(day, clock or _MORNING, now.tzinfo)
    return at if at > now else None
