"""The natural times for something to come back or to leave, as lines of a `ChoiceList`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import QCoreApplication, QLocale

from loopdesk.ui import words
from loopdesk.ui.choice_list import Line

_MORNING = time(8)
_EVENING = time(18)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """A time, in words."""

    text: str
    at: datetime


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
