"""On which days a series takes place.

Source: learn.microsoft.com/graph/api/resources/recurrencepattern, .../recurrencerange (2026-11)
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule

from loopdesk.sandbox.model import Json

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_KINDS = {
    "daily": DAILY,
    "weekly": WEEKLY,
    "absoluteMonthly": MONTHLY,
    "relativeMonthly": MONTHLY,
    "absoluteYearly": YEARLY,
    "relativeYearly": YEARLY,
}
_SHORTEST_MONTH = 28


def days(recurrence: Json, low: date, high: date) -> list[date]:
    """Return the days of a series from `low` to `high`, both with it.

    Raises:
        ValueError: the pattern or its range cannot be read.
    """
    rule = _rule(_frozen(recurrence["pattern"]), _frozen(recurrence["range"]))
    found = rule.between(datetime.combine(low, time()), datetime.combine(high, time()), inc=True)
    return [at.date() for at in found]


def check(recurrence: Json) -> None:
    """Raises ValueError for a pattern or a range that cannot be read."""
    try:
        _rule(_frozen(recurrence["pattern"]), _frozen(recurrence["range"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("The recurrence is not whole.") from error


def following(recurrence: Json, after: date) -> date | None:
    """Return the first day of a series after another day, None where it has ended."""
    found = days(recurrence, after + timedelta(days=1), after + timedelta(days=3_660))
    return found[0] if found else None


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(sorted((name, _frozen(inner)) for name, inner in value.items()))
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=1024)
def _rule(frozen_pattern: Any, frozen_range: Any) -> rrule:
    pattern, span = dict(frozen_pattern), dict(frozen_range)
    kind = pattern["type"]
    if kind not in _KINDS:
        raise ValueError("There is no pattern of this type.")
    options: dict[str, Any] = {"interval": int(pattern.get("interval") or 1)}
    if options["interval"] < 1:
        raise ValueError("The interval is less than one.")
    first = date.fromisoformat(str(span["startDate"]))
    if kind == "weekly":
        options["byweekday"] = _weekdays(pattern)
        options["wkst"] = DAYS.index(str(pattern.get("firstDayOfWeek") or "sunday").lower())
    elif kind.startswith("relative"):
        options["byweekday"] = _weekdays(pattern)
        options["bysetpos"] = _INDEX[str(pattern.get("index") or "first").lower()]
    elif kind.startswith("absolute"):
        day = int(pattern["dayOfMonth"])
        if not 1 <= day <= 31:
            raise ValueError("No month has this day.")
        # A month that is too short has the meeting on its last day.
        options["bymonthday"] = tuple(range(min(day, _SHORTEST_MONTH), day + 1))
        options["bysetpos"] = -1
    if kind.endswith("Yearly"):
        options["bymonth"] = int(pattern["month"])
    match span["type"]:
        case "endDate":
            options["until"] = datetime.combine(date.fromisoformat(str(span["endDate"])), time())
        case "numbered":
            options["count"] = int(span["numberOfOccurrences"])
            if options["count"] < 1:
                raise ValueError("A series has at least one occurrence.")
        case "noEnd":
            pass
        case _:
            raise ValueError("There is no range of this type.")
    return rrule(_KINDS[kind], dtstart=datetime.combine(first, time()), cache=True, **options)


def _weekdays(pattern: Json) -> list[int]:
    named = [DAYS.index(str(day).lower()) for day in pattern["daysOfWeek"]]
    if not named:
        raise ValueError("The pattern names no day.")
    return named
