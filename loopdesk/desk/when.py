"""Times as people write them: ISO 8601, or words: "tomorrow 9:00", "friday", "in 2 hours"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from loopdesk.core.errors import Incomplete

_HOURS = {"morning": 8, "noon": 12, "afternoon": 14, "evening": 18, "tonight": 20}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FILLING = frozenset({"at", "next", "on", "this"})
DAY_BEGINS = 8
"""The hour at which a day begins for what has to have one."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment, or a day alone; exactly one is set."""

    at: datetime | None = None
    on: date | None = None


def when(text: str, now: datetime, zone: tzinfo, argument: str) -> When:
    """Read a moment or a day.

    Raises:
        Incomplete: it means nothing; `argument` names it.
    """
    words = text.strip()
    try:
        return When(on=date.fromisoformat(words))
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        return _natural(words.lower().split(), now.astimezone(zone), argument)
    return When(at=at if at.tzinfo else at.replace(tzinfo=zone))


def moment(text: str, now: datetime, zone: tzinfo, argument: str) -> datetime | None:
    """Read a moment; a day alone is its `DAY_BEGINS`. None of no words.

    Raises:
        Incomplete: it means nothing.
    """
    if not text:
        return None
    read = when(text, now, zone, argument)
    if read.at is not None:
        return read.at
    on = read.on or now.astimezone(zone).date()
    return datetime(on.year, on.month, on.day, DAY_BEGINS, tzinfo=zone)


def _natural(words: list[str], now: datetime, argument: str) -> When:
    if len(words) == 3 and words[0] == "in" and words[1].isdecimal():
        unit = words[2].rstrip("s") + "s"
        if unit in ("minutes", "hours", "days", "weeks"):
            return When(at=now + timedelta(**{unit: int(words[1])}))
        raise Incomplete(argument)
    day: date | None = None
    hour, minute = -1, 0
    for word in words:
        clock, _, minutes = word.partition(":")
        if word == "today":
            day = now.date()
        elif word == "tomorrow":
            day = now.date() + timedelta(days=1)
        elif word in _DAYS:
            day = now.date() + timedelta(days=(_DAYS.index(word) - now.weekday() - 1) % 7 + 1)
        elif word in _HOURS:
            hour = _HOURS[word]
        elif clock.isdecimal() and int(clock) < 24 and (not minutes or minutes.isdecimal()):
            hour, minute = int(clock), int(minutes or 0) % 60
        elif word not in _FILLING:
            raise Incomplete(argument)
    if hour < 0:
        if day is None:
            raise Incomplete(argument)
        return When(on=day)
    on = day or now.date()
    at = datetime(on.year, on.month, on.day, hour, minute, tzinfo=now.tzinfo)
    # "9:00" in the afternoon means tomorrow's.
    return When(at=at if at > now else at + timedelta(days=1))
