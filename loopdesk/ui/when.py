"""Days and times as people type them: "tomorrow 10", "fri 9:30", "24 Nov", "2026-11-24"."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QLocale

from loopdesk.ui.words import translate

_LONG, _SHORT = QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2})|h)?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:h|hours?|std))?\s*(?:(\d+)\s*(?:m|min|minutes?)?)?", re.IGNORECASE
)
_HALF_YEAR = timedelta(days=183)


def typed_day(text: str, today: date) -> date | None:
    """Return the day that is meant; a bare weekday is the next one, a bare date a near one."""
    said = " ".join(text.casefold().replace(",", " ").split())
    days = {
        "today": 0,
        "tomorrow": 1,
        translate("when", "today").casefold(): 0,
        translate("when", "tomorrow").casefold(): 1,
    }
    if said in days:
        return today + timedelta(days=days[said])
    if found := re.fullmatch(r"in (\d{1,3}) (day|days|week|weeks)", said):
        return today + timedelta(days=int(found[1]) * (7 if "week" in found[2] else 1))
    if (weekday := _weekday(said.removeprefix("next ").removeprefix("on "))) is not None:
        ahead = (weekday - today.isoweekday()) % 7 or 7
        # "Next" is the one of the week after, where this week still has one.
        if said.startswith("next ") and today.isoweekday() + ahead <= 7:
            ahead += 7
        return today + timedelta(days=ahead)
    if (found := re.fullmatch(r"([^\W\d]+)\.? (\d.*)", said)) and _weekday(found[1]) is not None:
        said = found[2]  # "Tue 24 Nov", as a day is shown
    with suppress(ValueError):
        return date.fromisoformat(said)
    return _dated(said, today)


def typed_time(text: str) -> time | None:
    """Return the time of day that is meant: "9", "930", "9:30", "9.30 pm", "noon"."""
    said = text.strip().casefold()
    named = {"noon": time(12), "midday": time(12), "midnight": time(0)}
    if said in named:
        return named[said]
    found = _CLOCK.fullmatch(said)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3].startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def typed_moment(text: str, today: date) -> tuple[date, time | None] | None:
    """Return the day, and the time where one is named after it: "tomorrow at 10"."""
    words = text.replace(" at ", " ").split()
    for cut in range(len(words), 0, -1):
        day = typed_day(" ".join(words[:cut]), today)
        if day is None:
            continue
        if cut == len(words):
            return day, None
        clock = typed_time(" ".join(words[cut:]))
        if clock is not None:
            return day, clock
    return None


def typed_length(text: str) -> timedelta | None:
    """Return how long something lasts: "45", "45 min", "1 h", "1.5 h", "1 h 30"."""
    said = text.strip()
    found = _LENGTH.fullmatch(said) if said else None
    if found is None:
        return None
    hours, minutes = float((found[1] or "0").replace(",", ".")), int(found[2] or 0)
    length = timedelta(minutes=round(hours * 60) + minutes)
    return length if timedelta() < length < timedelta(days=7) else None


def said_length(length: timedelta) -> str:
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if not hours:
        return translate("when", "{n} min").format(n=minutes)
    if not minutes:
        return translate("when", "{h} h").format(h=hours)
    return translate("when", "{h} h {n} min").format(h=hours, n=minutes)


def said_day(on: date, *, year: bool = False) -> str:
    """Return a day with its weekday, as a heading or a field has it."""
    pattern = "dddd d MMMM yyyy" if year else "dddd d MMMM"
    return QLocale().toString(QDate(on.year, on.month, on.day), pattern)


def as_date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def next_half_hour(now: datetime) -> datetime:
    """Return the next full or half hour after a moment, in its zone."""
    late = now + timedelta(minutes=30)
    return late.replace(minute=30 if late.minute >= 30 else 0, second=0, microsecond=0)


def _weekday(said: str) -> int | None:
    """Return 1 for Monday to 7: in the person's language or in English, also cut short."""
    if len(said) < 2:
        return None
    for locale in (QLocale(), QLocale(QLocale.Language.English)):
        for number in range(1, 8):
            names = {
                locale.dayName(number, kind).casefold().rstrip(".") for kind in (_LONG, _SHORT)
            }
            long = locale.dayName(number, _LONG).casefold()
            if said.rstrip(".") in names or (len(said) > 2 and long.startswith(said)):
                return number
    return None


def _dated(said: str, today: date) -> date | None:
    """Return a date of day and month, with or without a year."""
    day = month = year = None
    if found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./]?(\d{4})?", said):
        first, second = int(found[1]), int(found[2])
        month_first = QLocale().dateFormat(_SHORT).lower().startswith("m") and "/" in said
        day, month = (second, first) if month_first else (first, second)
        year = int(found[3]) if found[3] else None
    elif found := re.fullmatch(r"(\d{1,2})\.? ([^\W\d]+)\.?(?: (\d{4}))?", said):
        day, month = int(found[1]), _month(found[2])
        year = int(found[3]) if found[3] else None
    elif found := re.fullmatch(r"([^\W\d]+)\.? (\d{1,2})(?: (\d{4}))?", said):
        day, month = int(found[2]), _month(found[1])
        year = int(found[3]) if found[3] else None
    if day is None or month is None:
        return None
    with suppress(ValueError):
        if year is not None:
            return date(year, month, day)
        this = date(today.year, month, day)
        # In December, "3 Jan" is ahead; a date of last month is meant as it is.
        return this if today - this < _HALF_YEAR else date(today.year + 1, month, day)
    return None


def _month(said: str) -> int | None:
    if len(said) < 3:
        return None
    for locale in (QLocale(), QLocale(QLocale.Language.English)):
        for number in range(1, 13):
            if locale.monthName(number, _LONG).casefold().startswith(said):
                return number
    return None
