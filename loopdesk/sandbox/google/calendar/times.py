"""When events are: Google's way of writing times, and the occurrences of a series."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rruleset, rrulestr

from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.model import Json

_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6})?(?!\d|T|Z)")
_STAMP = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


def zone_of(name: str) -> ZoneInfo | None:
    """Return the zone, None where there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_all_day(event: Json) -> bool:
    return "date" in event.get("start", {})


def moment(value: Json, zone: ZoneInfo) -> datetime:
    """Return an event's start or end as an instant; a day begins in the calendar's zone."""
    if "date" in value:
        return datetime.combine(date.fromisoformat(value["date"]), time(), zone)
    at = datetime.fromisoformat(value["dateTime"])
    own = zone_of(value.get("timeZone", "")) or zone
    return at.replace(tzinfo=own) if at.tzinfo is None else at.astimezone(own)


def normal(value: object, zone: ZoneInfo, name: str) -> Json:
    """Return a start or end as it is kept: a day, or a time with its offset and zone.

    Raises:
        ApiError: 400.
    """
    if not isinstance(value, dict):
        raise ApiError(400, "required", f"Missing {name} time.")
    given = {key: part for key, part in value.items() if part is not None}
    try:
        if "date" in given and "dateTime" not in given:
            return {"date": date.fromisoformat(given["date"]).isoformat()}
        at = datetime.fromisoformat(given["dateTime"])
    except (KeyError, TypeError, ValueError):
        raise ApiError(400, "invalid", f"Invalid {name} time.") from None
    if "date" in given:
        raise ApiError(400, "invalid", f"The {name} is a day or a time, not both.")
    named = zone_of(str(given.get("timeZone", zone.key)))
    if named is None:
        raise ApiError(400, "invalid", "Invalid time zone.")
    if at.tzinfo is None:
        if "timeZone" not in given:
            raise ApiError(400, "required", f"Missing time zone definition for {name} time.")
        at = at.replace(tzinfo=named)
    return {"dateTime": at.astimezone(named).isoformat(), "timeZone": named.key}


def bound(text: str, name: str) -> datetime | None:
    """Read `timeMin` and its like: a time with its offset."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{name} is no time.", name) from None
    if at.tzinfo is None:
        raise bad_request(f"{name} has no offset.", name)
    return at


def stamp(start: Json, zone: ZoneInfo) -> str:
    """Return what the ids of occurrences end with."""
    if "date" in start:
        return str(start["date"]).replace("-", "")
    return f"{moment(start, zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def occurrences(
    series: Json, zone: ZoneInfo, low: datetime, high: datetime
) -> list[tuple[Json, Json]]:
    """Return start and end of the occurrences that touch the time from `low` to `high`."""
    start, end = moment(series["start"], zone), moment(series["end"], zone)
    length = end - start
    if is_all_day(series):
        # Days are counted without a zone: some are not 24 hours long.
        low, high = (at.astimezone(zone).replace(tzinfo=None) for at in (low, high))
        start = start.replace(tzinfo=None)
        days = (date.fromisoformat(series["end"]["date"]) - start.date()).days
        length = timedelta(days=days)
    rules = _rules(tuple(series.get("recurrence", ())), start)
    found = []
    for at in rules.between(low - length, high, inc=True):
        if at + length <= low or at >= high:
            continue
        if is_all_day(series):
            first = at.date()
            found.append(({"date": first.isoformat()}, {"date": (first + length).isoformat()}))
        else:
            name = {"timeZone": series["start"].get("timeZone", zone.key)}
            ends = at + length
            found.append(
                ({"dateTime": at.isoformat(), **name}, {"dateTime": ends.isoformat(), **name})
            )
    return found


@lru_cache(maxsize=1024)
def _rules(lines: tuple[str, ...], start: datetime) -> rruleset:
    """Return the rules of a series; a line that cannot be read is passed over."""
    rules = rruleset(cache=True)
    has_rule = False
    for line in lines:
        name, _, value = line.partition(":")
        kind, _, parameters = name.partition(";")
        match kind.upper():
            case "RRULE":
                try:
                    rules.rrule(rrulestr(_until_utc(value, start), dtstart=start))
                    has_rule = True
                except ValueError:
                    continue
            case "RDATE" | "EXDATE" as word:
                zone = re.search(r"TZID=([^;:]+)", parameters)
                for at in _stamps(value, zone[1] if zone else "", start):
                    (rules.rdate if word == "RDATE" else rules.exdate)(at)
    if not has_rule:
        rules.rdate(start)
    return rules


def _until_utc(rule: str, start: datetime) -> str:
    """Return the rule with an end that compares with its start: in UTC, or without a zone."""
    if start.tzinfo is None:
        return re.sub(r"UNTIL=(\d{8})(T\d{6})?Z?", r"UNTIL=\1", rule)
    return _UNTIL.sub(lambda match: f"UNTIL={match[1]}{match[2] or 'T235959'}Z", rule)


def _stamps(value: str, zone_name: str, start: datetime) -> list[datetime]:
    found = []
    for text in value.split(","):
        match = _STAMP.fullmatch(text.strip())
        if match is None:
            continue
        at = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        if start.tzinfo is None:
            found.append(at)
        elif match[2] is None:
            found.append(at.replace(hour=start.hour, minute=start.minute, tzinfo=start.tzinfo))
        else:
            zone = UTC if match[3] else (zone_of(zone_name) if zone_name else None)
            found.append(at.replace(tzinfo=zone or start.tzinfo))
    return found


def check_rules(lines: list[object], start: datetime) -> None:
    """Raises ApiError(400) for a series that cannot be read."""
    for line in lines:
        text = str(line)
        if not re.match(r"(RRULE|RDATE|EXDATE|EXRULE)[:;]", text):
            raise ApiError(400, "invalid", "Invalid recurrence rule.")
        if text.startswith("RRULE:"):
            try:
                rrulestr(_until_utc(text[6:], start), dtstart=start)
            except ValueError:
                raise ApiError(400, "invalid", "Invalid recurrence rule.") from None
