"""How a meeting repeats, between a rule (RFC 5545 RRULE) and words."""

from __future__ import annotations

import re
from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale

from loopdesk.ui import words
from loopdesk.ui.words import translate

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_RULES = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*",
    "BYMONTHDAY": r"-?\d{1,2}(,-?\d{1,2})*",
    "BYMONTH": r"\d{1,2}(,\d{1,2})*",
    "BYSETPOS": r"-?\d{1,3}(,-?\d{1,3})*",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}


def usual(on: date) -> tuple[tuple[str, str], ...]:
    """Return (rule, words) of what people mostly choose for a meeting that begins on a day."""
    rules = (
        "",
        "FREQ=DAILY",
        WEEKDAYS,
        f"FREQ=WEEKLY;BYDAY={_DAYS[on.weekday()]}",
        f"FREQ=MONTHLY;BYMONTHDAY={on.day}",
    )
    return tuple((rule, said(rule)) for rule in rules)


def is_rule(text: str) -> bool:
    """Say whether a text is a rule that can be sent."""
    parts = [part.partition("=") for part in text.upper().split(";")]
    names = [name for name, _, _ in parts]
    if len(set(names)) < len(names) or "FREQ" not in names or {"COUNT", "UNTIL"} <= set(names):
        return False
    return all(name in _RULES and re.fullmatch(_RULES[name], value) for name, _, value in parts)


def said(rule: str) -> str:
    """Return a rule in words; one that is too special for them, as it is written."""
    if not rule:
        return translate("repeats", "Does not repeat")
    if not is_rule(rule):
        return rule
    parts = dict(part.split("=") for part in rule.upper().split(";"))
    base = _base(parts)
    if base is None:
        return rule
    if "COUNT" in parts:
        return translate("repeats", "{base}, {n} times").format(base=base, n=parts["COUNT"])
    if "UNTIL" in parts:
        until = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()  # noqa: DTZ007
        last = QLocale().toString(QDate(until.year, until.month, until.day), "d MMM yyyy")
        return translate("repeats", "{base}, until {day}").format(base=base, day=last)
    return base


def _base(parts: dict[str, str]) -> str | None:
    every = int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "")
    known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"}
    if set(parts) - known or "," in parts.get("BYMONTHDAY", ""):
        return None
    match parts["FREQ"]:
        case "DAILY" if not days:
            if every == 1:
                return translate("repeats", "Every day")
            return translate("repeats", "Every {n} days").format(n=every)
        case "WEEKLY":
            if every == 1 and sorted(days.split(",")) == sorted(_DAYS[:5]):
                return translate("repeats", "Every weekday")
            on = _named(days)
            if every == 1:
                return (
                    translate("repeats", "Every {days}").format(days=on)
                    if on
                    else translate("repeats", "Every week")
                )
            weeks = translate("repeats", "Every {n} weeks").format(n=every)
            return (
                translate("repeats", "{weeks} on {days}").format(weeks=weeks, days=on)
                if on
                else weeks
            )
        case "MONTHLY" if not days:
            on = parts.get("BYMONTHDAY", "")
            months = (
                translate("repeats", "Every month")
                if every == 1
                else translate("repeats", "Every {n} months").format(n=every)
            )
            if not on:
                return months
            return translate("repeats", "{months} on day {day}").format(months=months, day=on)
        case "YEARLY" if not days and "BYMONTHDAY" not in parts and every == 1:
            return translate("repeats", "Every year")
    return None


def _named(days: str) -> str:
    """Return weekdays by name, "" where there are none or they are counted ("1MO")."""
    if not days or any(day not in _DAYS for day in days.split(",")):
        return ""
    names = [QLocale().dayName(_DAYS.index(day) + 1) for day in days.split(",")]
    return words.listed(names)
