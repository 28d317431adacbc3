"""The snooze picker: natural times, each with its key, and a day and time of one's own.

    picker = SnoozePicker(window, now=here)      # here(): now, in the person's zone
    picker.chosen.connect(slot)                  # Snooze(item, until), until aware
    picker.ask(item, beside=button)              # or without `beside`: centred

`times(now)` are the same as lines of a `ChoiceList`, for the quick pane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import QCoreApplication, QLocale, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from loopdesk.core.items import ItemId
from loopdesk.ui import theme, words
from loopdesk.ui.choice_list import ChoiceList, Line
from loopdesk.ui.controls import Button, Label, inset
from loopdesk.ui.floating import Layer

_MORNING = time(8)
_EVENING = time(18)
_SATURDAY = 5
_WIDTH = 320


@dataclass(frozen=True, slots=True)
class Choice:
    """A time to come back, in words."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Snooze:
    item: ItemId
    until: datetime


def choices(now: datetime) -> tuple[Choice, ...]:
    """Return the natural times after `now`, soonest first.

    Args:
        now: in the person's zone, so that "tomorrow at eight" is eight on their clock even when
            the clocks change tonight.
    """

    def on(days: int, at: time) -> datetime:
        return datetime.combine(now.date() + timedelta(days), at, tzinfo=now.tzinfo)

    def tr(text: str) -> str:
        return QCoreApplication.translate("SnoozePicker", text)

    found = []
    later = now + timedelta(hours=3)
    later = later.replace(minute=30 if later.minute >= 30 else 0, second=0, microsecond=0)
    if later < on(0, _EVENING):
        found.append(Choice(tr("Later today"), later))
    if now < on(0, _EVENING) - timedelta(hours=1):
        found.append(Choice(tr("This evening"), on(0, _EVENING)))
    found.append(Choice(tr("Tomorrow morning"), on(1, _MORNING)))
    to_saturday = (_SATURDAY - now.weekday()) % 7
    if to_saturday > 1:
        found.append(Choice(tr("At the weekend"), on(to_saturday, _MORNING)))
    to_monday = 7 - now.weekday()
    if to_monday > 1:
        found.append(Choice(tr("Next Monday"), on(to_monday, _MORNING)))
    return tuple(found)


def _when(at: datetime, now: datetime) -> str:
    clock = words.clock(at, at.tzinfo or UTC)
    if at.date() == now.date():
        return clock
    return f"{QLocale().dayName(at.isoweekday(), QLocale.FormatType.ShortFormat)} {clock}"


def times(now: datetime) -> list[Line]:
    """Return the natural times as lines, each with a digit that takes it; the value is the time."""
    return [
        Line(choice.text, right=_when(choice.at, now), key=str(number), value=choice.at)
        for number, choice in enumerate(choices(now), start=1)
    ]


class SnoozePicker(Layer):
    """Ask until when an item is out of the pane."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, now: Callable[[], datetime]) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self._now = now
        self._item = ItemId("")
        self.setAccessibleName(self.tr("Snooze"))
        title = Label(self.tr("Snooze until"), theme.Type.HEADING, "text_2")
        self.body.addLayout(inset(title, 16, 12, 16, 4))
        self.list = ChoiceList()
        self.list.setAccessibleName(self.tr("Snooze until"))
        self.list.taken.connect(self._take)
        frame = QHBoxLayout()
        frame.setContentsMargins(4, 0, 4, 4)
        frame.addWidget(self.list)
        self.body.addLayout(frame)
        self.at = QLineEdit()
        self.at.setAccessibleName(self.tr("Day and time"))
        self.at.textChanged.connect(self._judge)
        self.at.returnPressed.connect(self._take_own)
        self.own = Button(self.tr("Snooze"))
        self.own.clicked.connect(self._take_own)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 16)
        row.setSpacing(8)
        row.addWidget(self.at, 1)
        row.addWidget(self.own)
        self.body.addLayout(row)

    def ask(self, item: ItemId, beside: QWidget | None = None) -> None:
        """Offer the times for `item`, the soonest current; a digit takes one at once."""
        now = self._now()
        self._item = item
        self.list.show_lines(times(now))
        self.list.setFixedHeight(self.list.height_for(9))
        tomorrow = now.replace(hour=9, minute=0) + timedelta(days=1)
        self.at.setText(f"{tomorrow:%Y-%m-%d %H:%M}")
        self.open(beside)

    def _take(self, at: datetime) -> None:
        self.close_layer()
        self.chosen.emit(Snooze(self._item, at))

    def _own_time(self) -> datetime | None:
        """Return the time that is typed; None while it is none, or is over."""
        now = self._now()
        try:
            typed = datetime.fromisoformat(self.at.text().strip())
        except ValueError:
            return None
        at = typed.replace(tzinfo=now.tzinfo)
        return at if at > now else None

    @Slot()
    def _judge(self) -> None:
        possible = self._own_time() is not None
        self.own.setEnabled(possible)
        example = self.tr("A day and time ahead, like 2026-11-30 09:00")
        self.own.setToolTip("" if possible else example)

    @Slot()
    def _take_own(self) -> None:
        if (at := self._own_time()) is not None:
            self._take(at)
