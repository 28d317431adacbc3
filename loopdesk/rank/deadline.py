"""Finds by when something is wanted, in the words of a mail and by its own time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_WEEKDAYS = (
    ("monday", "mon", "montag"),
    ("tuesday", "tue", "tues", "dienstag"),
    ("wednesday", "wed", "mittwoch"),
    ("thursday", "thu", "thurs", "donnerstag"),
    ("friday", "fri", "freitag"),
    ("saturday", "sat", "samstag", "sonnabend"),
    ("sunday", "sun", "sonntag"),
)
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_MONTHS = (
    ("january", "jan", "januar"),
    ("february", "feb", "februar"),
    ("march", "mar", "märz"),
    ("april", "apr"),
    ("may", "mai"),
    ("june", "jun", "juni"),
    ("july", "jul", "juli"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct", "oktober", "okt"),
    ("november", "nov"),
    ("december", "dec", "dezember", "dez"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}

_MARKER = re.compile(
    r"\b(?:by|before|until|till|no later than|not later than|due|deadline|latest|within"
    r"|bis|spätestens|vor|fällig|frist)\b"
)
_REACH = 60  # characters behind a marker that it speaks of

_months = "|".join(sorted(_MONTH, key=len, reverse=True))
_weekdays = "|".join(sorted(_WEEKDAY, key=len, reverse=True))
_DAY = re.compile(
    r"\b(?:"
    r"(?P<iso>\d{4}-\d\d-\d\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{_months})\b\.?(?:\s+(?P<year>\d{{4}}))?"
    rf"|(?P<month_first>{_months})\.?\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)"
    r"(?:,?\s+(?P<year_after>\d{4}))?"
    r"|(?P<german>\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d\b)?)"
    r"|(?P<in>(?:in|within)\s+(?P<number>\d{1,2}|a|one|two|three|an)\s+(?P<unit>hours?|days?|weeks?))"
    r"|(?P<after>day after tomorrow|übermorgen)"
    r"|(?P<tomorrow>tomorrow|bis morgen|morgen früh|morgen abend)"
    r"|(?P<week>(?:end of (?:the |this )?week)|eow|ende der woche|wochenende)"
    r"|(?P<end_of_month>end of (?:the |this )?month|ende des monats|monatsende)"
    r"|(?P<today>today|tonight|this (?:morning|afternoon|evening)|(?:end|close) of (?:the )?"
    r"(?:day|business)|eod|cob|heute|ende des tages)"
    rf"|(?P<next>next\s+|nächsten\s+)?(?P<weekday>{_weekdays})"
    r")(?!\w)"
)
_CLOCK = re.compile(
    r"\b(?:(?P<hour>\d{1,2})(?:(?::|\.(?=\d\d\s*uhr))(?P<minute>\d\d))?\s*"
    r"(?P<half>a\.?m\b|p\.?m\b|uhr\b|o'clock\b)?|(?P<noon>noon|midday|mittags?))"
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_NEAR = ("today", "tomorrow")  # what makes a deadline of a request by itself


@dataclass(frozen=True, slots=True)
class Due:
    """A time (aware), or a day where no time is named."""

    at: datetime | None
    on: date

    def order(self, zone: tzinfo) -> datetime:
        return self.at or datetime.combine(self.on, time.max, zone)


def find_due(sentences: Iterable[tuple[str, bool]], said_at: datetime, zone: tzinfo) -> Due | None:
    """Return the earliest deadline that is not over when it is named.

    Args:
        sentences: each with whether it asks for something: a request needs no "by" before "today".
        said_at: when it was written; "tomorrow" is the day after that, in `zone`.
    """
    local = said_at.astimezone(zone)
    found = (_due(sentence.lower(), asks, local, zone) for sentence, asks in sentences)
    ahead = [due for due in found if due and due.order(zone) >= local]
    return min(ahead, key=lambda due: due.order(zone), default=None)


def _due(text: str, asks: bool, local: datetime, zone: tzinfo) -> Due | None:
    marker = _MARKER.search(text)
    if marker:
        # "today by 15:00": the day may stand before the word.
        reach = text[marker.start() : marker.end() + _REACH]
        day = _DAY.search(reach) or _DAY.search(text)
        clock = _clock(reach[marker.end() - marker.start() :])
        on = _day(day, local) if day else None
        if clock is None:
            return Due(None, on) if on and day and day[0] in reach else None
        return _at(on, clock, local, zone)
    if asks and (day := _DAY.search(text)) and day.lastgroup in _NEAR:
        on = _day(day, local)
        return Due(None, on) if on else None
    return None


def _at(on: date | None, clock: time, local: datetime, zone: tzinfo) -> Due:
    at = datetime.combine(on or local.date(), clock, zone)
    if on is None and at < local:
        at = datetime.combine(local.date() + timedelta(days=1), clock, zone)
    return Due(at, at.date())


def _clock(text: str) -> time | None:
    for found in _CLOCK.finditer(text):
        if found["noon"]:
            return time(12)
        half = (found["half"] or "").replace(".", "")
        if not half and found["minute"] is None:
            continue  # a number, no time
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if half == "pm" and hour < 12:
            hour += 12
        elif half == "am" and hour == 12:
            hour = 0
        elif not half and 1 <= hour < 7 and len(found["hour"]) == 1:
            hour += 12  # "by 5:00" is in the afternoon
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return None


def _day(found: re.Match[str], local: datetime) -> date | None:
    today = local.date()
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["month"]:
            return _date(found["day"], _MONTH[found["month"]], found["year"], today)
        if found["month_first"]:
            month = _MONTH[found["month_first"]]
            return _date(found["day_after"], month, found["year_after"], today)
        if found["german"]:
            day, month_text, year = found["german"].split(".")
            return _date(day, int(month_text), f"20{year}" if len(year) == 2 else year, today)
    except ValueError:  # the 31st of a month that has none
        return None
    if found["in"]:
        number = _NUMBERS.get(found["number"]) or int(found["number"])
        unit = found["unit"].rstrip("s")
        return (local + timedelta(**{f"{unit}s": number})).date()
    if found["after"]:
        return today + timedelta(days=2)
    if found["tomorrow"]:
        return today + timedelta(days=1)
    if found["week"]:
        return today + timedelta(days=max(4 - today.weekday(), 0))
    if found["end_of_month"]:
        return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if found["weekday"]:
        ahead = (_WEEKDAY[found["weekday"]] - today.weekday()) % 7
        if found["next"]:
            ahead = 7 - today.weekday() + _WEEKDAY[found["weekday"]]
        return today + timedelta(days=ahead)
    return today


def _date(day: str, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, int(day))
    found = date(today.year, month, int(day))
    # Without its year a day long gone is the next one of that name.
    return found if found >= today - timedelta(days=60) else found.replace(year=today.year + 1)
