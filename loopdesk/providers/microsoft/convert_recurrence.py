"""How a series repeats: Graph's patterns as RFC 5545 rules, and back. Pure.

Source: learn.microsoft.com/graph/api/resources/recurrencepattern, .../recurrencerange (2026-11)
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from loopdesk.core.errors import Rejected
from loopdesk.providers.microsoft.convert_times import zone_of
from loopdesk.providers.microsoft.wire_calendar import Pattern, Range, Recurrence

Body = dict[str, Any]
_DAYS = {
    "MO": "monday",
    "TU": "tuesday",
    "WE": "wednesday",
    "TH": "thursday",
    "FR": "friday",
    "SA": "saturday",
    "SU": "sunday",
}
_NAMES = tuple(_DAYS.values())
_CODES = {name: code for code, name in _DAYS.items()}
_INDEX = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_NUMBERS = {name: number for number, name in _INDEX.items()}
_KNOWN = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}
)
_BYDAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
REFUSED = "ruleNotTaken"
"""Outlook has no pattern for this rule."""


# --- as they come ---------------------------------------------------------------------------------


def rule(recurrence: Recurrence) -> str:
    """Return an RRULE without its name, "" for a pattern that is not known here."""
    pattern = recurrence.pattern
    days = ",".join(_CODES[day] for day in _named(pattern) if day in _CODES)
    set_at = _NUMBERS.get(pattern.index or "first", "1")
    relative = f"BYDAY={set_at}{days}" if "," not in days else f"BYDAY={days};BYSETPOS={set_at}"
    parts = {
        "daily": ["FREQ=DAILY"],
        "weekly": ["FREQ=WEEKLY", f"BYDAY={days}"],
        "absoluteMonthly": ["FREQ=MONTHLY", f"BYMONTHDAY={pattern.dayOfMonth}"],
        "relativeMonthly": ["FREQ=MONTHLY", relative],
        "absoluteYearly": [
            "FREQ=YEARLY",
            f"BYMONTH={pattern.month}",
            f"BYMONTHDAY={pattern.dayOfMonth}",
        ],
        "relativeYearly": ["FREQ=YEARLY", f"BYMONTH={pattern.month}", relative],
    }.get(pattern.type)
    if parts is None:
        return ""
    if (pattern.interval or 1) > 1:
        parts.insert(1, f"INTERVAL={pattern.interval}")
        first = (pattern.firstDayOfWeek or "sunday").lower()
        if pattern.type == "weekly" and first != "monday":
            parts.append(f"WKST={_CODES.get(first, 'SU')}")
    end = recurrence.range
    if end.type == "endDate" and end.endDate:
        parts.append(f"UNTIL={end.endDate[:10].replace('-', '')}")
    elif end.type == "numbered":
        parts.append(f"COUNT={end.numberOfOccurrences}")
    return ";".join(parts)


def _named(pattern: Pattern) -> list[str]:
    return [day.lower() for day in pattern.daysOfWeek or ()]


# --- as they are wanted ---------------------------------------------------------------------------


def wanted(rrule: str, begins: date, zone: str) -> Body:
    """Return a rule as Graph takes it.

    Args:
        begins: the day of the first occurrence; `zone` is its zone.
    Raises:
        Rejected: Outlook has no such pattern.
    """
    given = dict(part.split("=", 1) for part in rrule.upper().split(";") if "=" in part)
    if not set(given) <= _KNOWN:
        raise Rejected(REFUSED)
    try:
        pattern = _pattern(given, begins)
        return {"pattern": pattern, "range": _range(given, begins, zone)}
    except (KeyError, ValueError) as error:
        raise Rejected(REFUSED) from error


def _pattern(given: dict[str, str], begins: date) -> Body:
    days = [_BYDAY.fullmatch(word) for word in given.get("BYDAY", "").split(",") if word]
    codes = [day[2] for day in days if day]
    if len(codes) != len(days):
        raise ValueError("BYDAY")
    named = [_DAYS[code] for code in codes]
    numbers = {day[1].lstrip("+") if day[1] else "" for day in days if day}
    interval = int(given.get("INTERVAL", "1"))
    if interval < 1:
        raise ValueError("INTERVAL")
    match given["FREQ"]:
        case "DAILY" if not named and not {"BYMONTHDAY", "BYMONTH", "BYSETPOS"} & given.keys():
            return {"type": "daily", "interval": interval}
        case "DAILY" | "WEEKLY" if given["FREQ"] == "WEEKLY" or interval == 1:
            if numbers - {""} or {"BYMONTHDAY", "BYMONTH", "BYSETPOS"} & given.keys():
                raise ValueError("BYDAY")
            return {
                "type": "weekly",
                "interval": interval,
                "daysOfWeek": named or [_NAMES[begins.weekday()]],
                "firstDayOfWeek": _DAYS[given.get("WKST", "MO")],
            }
        case "MONTHLY" if "BYMONTH" not in given:
            return {"interval": interval} | _in_month(given, named, numbers, begins, "Monthly")
        case "YEARLY":
            month = int(given.get("BYMONTH", begins.month))
            if named and "BYMONTH" not in given:
                raise ValueError("BYMONTH")  # of the year, not of a month
            in_month = _in_month(given, named, numbers, begins, "Yearly")
            return {"interval": interval, "month": month} | in_month
    raise ValueError("FREQ")


def _in_month(
    given: dict[str, str], named: list[str], numbers: set[str], begins: date, kind: str
) -> Body:
    if not named:
        if "BYSETPOS" in given:
            raise ValueError("BYSETPOS")
        on = int(given.get("BYMONTHDAY", begins.day))
        if not 1 <= on <= 31:
            raise ValueError("BYMONTHDAY")
        return {"type": f"absolute{kind}", "dayOfMonth": on}
    if "BYMONTHDAY" in given or len(numbers) != 1:
        raise ValueError("BYDAY")
    (number,) = numbers
    # "2TU" is the second Tuesday; "MO,TU;BYSETPOS=-1" the last of all these days.
    if number and (len(named) > 1 or "BYSETPOS" in given):
        raise ValueError("BYDAY")
    index = _INDEX[number or given["BYSETPOS"]]
    return {"type": f"relative{kind}", "daysOfWeek": named, "index": index}


def _range(given: dict[str, str], begins: date, zone: str) -> Body:
    common = {"startDate": begins.isoformat(), "recurrenceTimeZone": zone}
    if "COUNT" in given:
        if "UNTIL" in given or int(given["COUNT"]) < 1:
            raise ValueError("COUNT")
        return common | {"type": "numbered", "numberOfOccurrences": int(given["COUNT"])}
    if "UNTIL" in given:
        return common | {"type": "endDate", "endDate": _last(given["UNTIL"], zone).isoformat()}
    return common | {"type": "noEnd"}


def _last(until: str, zone: str) -> date:
    at = datetime.fromisoformat(until)
    if "T" not in until:
        return at.date()
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone_of(zone) or UTC).date()


# --- moving a series ------------------------------------------------------------------------------


def shifted(recurrence: Recurrence, days: int) -> Body:
    """Return a series' pattern when all its occurrences move by some days.

    Raises:
        Rejected: the pattern names days of a month, which do not move along by counting.
    """
    pattern, span = recurrence.pattern, recurrence.range
    if days and pattern.type not in ("daily", "weekly"):
        raise Rejected("ruleNamesDays")
    moved = _filled(pattern)
    if days and pattern.type == "weekly":
        moved["daysOfWeek"] = [
            _NAMES[(_NAMES.index(day) + days) % len(_NAMES)] for day in _named(pattern)
        ]
    return {"pattern": moved, "range": _filled(_later(span, days))}


def _later(span: Range, days: int) -> Range:
    def later(text: str | None) -> str | None:
        if not text or text.startswith("0001"):
            return text
        return (date.fromisoformat(text[:10]) + timedelta(days=days)).isoformat()

    return Range(
        type=span.type,
        startDate=later(span.startDate),
        endDate=later(span.endDate) if span.type == "endDate" else None,
        numberOfOccurrences=span.numberOfOccurrences if span.type == "numbered" else None,
        recurrenceTimeZone=span.recurrenceTimeZone,
    )


def _filled(struct: Pattern | Range) -> Body:
    fields = {name: getattr(struct, name) for name in struct.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not None}
