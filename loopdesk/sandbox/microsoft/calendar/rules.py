"""The recurrence of a series as calendars write it to each other (RFC 5545), and back."""

from __future__ import annotations

import re
from datetime import datetime

from loopdesk.sandbox.microsoft.calendar import recurrence
from loopdesk.sandbox.model import Json

_DAYS = {day[:2].upper(): day for day in recurrence.DAYS}
_INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_PLACED = re.compile(r"(-?\d)([A-Z]{2})")


def written(rule: Json) -> str:
    """Return the RRULE of a `patternedRecurrence`."""
    pattern, span = rule["pattern"], rule["range"]
    kind = pattern["type"]
    words = {"FREQ": kind.upper()}
    days = [day[:2].upper() for day in pattern.get("daysOfWeek", ())]
    if kind == "weekly":
        words["BYDAY"] = ",".join(days)
    elif kind != "daily":
        words["FREQ"] = "MONTHLY" if kind.endswith("Monthly") else "YEARLY"
        if kind.startswith("relative"):
            place = _INDEX[pattern.get("index", "first")]
            words["BYDAY"] = ",".join(f"{place}{day}" for day in days)
        else:
            words["BYMONTHDAY"] = str(pattern["dayOfMonth"])
    if kind.endswith("Yearly"):
        words["BYMONTH"] = str(pattern["month"])
    words["INTERVAL"] = str(pattern.get("interval") or 1)
    if span["type"] == "endDate":
        words["UNTIL"] = f"{span['endDate'].replace('-', '')}T235959Z"
    elif span["type"] == "numbered":
        words["COUNT"] = str(span["numberOfOccurrences"])
    return ";".join(f"{name}={value}" for name, value in words.items())


def read(text: str, start: datetime) -> Json:
    """Return the `patternedRecurrence` of an RRULE."""
    words = dict(part.split("=", 1) for part in text.split(";"))
    pattern: Json = {"interval": int(words.get("INTERVAL", 1))}
    days = words.get("BYDAY", "")
    placed = _PLACED.findall(days)
    match words["FREQ"]:
        case "DAILY":
            pattern["type"] = "daily"
        case "WEEKLY":
            named = [_DAYS[day] for day in days.split(",") if day] or [
                recurrence.DAYS[start.weekday()]
            ]
            pattern |= {"type": "weekly", "daysOfWeek": named, "firstDayOfWeek": "monday"}
        case frequency:
            yearly = frequency == "YEARLY"
            if placed:
                index = {place: name for name, place in _INDEX.items()}[int(placed[0][0])]
                pattern |= {"daysOfWeek": [_DAYS[day] for _, day in placed], "index": index}
            else:
                pattern["dayOfMonth"] = int(words.get("BYMONTHDAY", start.day))
            if yearly:
                pattern["month"] = int(words.get("BYMONTH", start.month))
            way = "relative" if placed else "absolute"
            pattern["type"] = f"{way}{'Yearly' if yearly else 'Monthly'}"
    span: Json = {"type": "noEnd", "startDate": start.date().isoformat()}
    if "COUNT" in words:
        span |= {"type": "numbered", "numberOfOccurrences": int(words["COUNT"])}
    elif until := words.get("UNTIL"):
        span |= {"type": "endDate", "endDate": f"{until[:4]}-{until[4:6]}-{until[6:8]}"}
    return {"pattern": pattern, "range": span}
