"""Moments, days and time zones as Microsoft writes them. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import tz_win, win_tz

from loopdesk.core.errors import BadPayload
from loopdesk.providers.microsoft.wire_calendar import When


@lru_cache(maxsize=256)
def zone_of(name: str | None) -> ZoneInfo | None:
    """Return the zone that Windows or IANA calls so, None where there is none."""
    if not name:
        return None
    try:
        return ZoneInfo(win_tz.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # "tzone://Microsoft/Custom", say


def iana(name: str | None) -> str:
    """Return a zone's IANA name, "" for one that has none."""
    zone = zone_of(name)
    if name == "UTC":
        return name  # which is no name of the tables
    return zone.key if zone else ""


def windows(name: str) -> str:
    """Return what Windows calls a zone; a name that it does not have stays."""
    return tz_win.get(name, name)


def moment(text: str | None, where: str) -> datetime:
    """Return a moment that Graph wrote by itself, in UTC.

    Args:
        where: the path of what is read, for the error.
    Raises:
        BadPayload: it is none.
    """
    try:
        at = datetime.fromisoformat(text or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadPayload(where) from error


def instant(when: When, where: str) -> datetime:
    """Return the moment that a clock's reading means, in UTC.

    Raises:
        BadPayload: it is none, or its zone is unknown: a wrong time would be worse.
    """
    zone = zone_of(when.timeZone or "UTC")
    try:
        at = datetime.fromisoformat(when.dateTime)
        if zone is None:
            raise BadPayload(where)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadPayload(where) from error


def day(when: When, where: str) -> date:
    """Return the day of a reading that means a whole day, whatever its zone."""
    try:
        return datetime.fromisoformat(when.dateTime).date()
    except ValueError as error:
        raise BadPayload(where) from error


def nearest_day(when: When, zone: str, where: str) -> date:
    """Return the day whose midnight this is where the person lives.

    Args:
        zone: the person's as far as it is known. Where it is not, or has no midnight then, the
            nearest midnight of all zones is meant: wrong only more than half a day ahead.
    """
    at = instant(when, where)
    there = zone_of(zone)
    try:
        local = at.astimezone(there or UTC)
        if there is not None and local.hour in (23, 0, 1):
            # Where summer time begins at midnight, that midnight is missing.
            return (local + timedelta(hours=1, minutes=30)).date()
        return (at + timedelta(hours=12)).date()
    except OverflowError as error:
        raise BadPayload(where) from error


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def midnight(on: date, zone: str) -> dict[str, str]:
    """Return how a whole day is written."""
    return {"dateTime": f"{on.isoformat()}T00:00:00", "timeZone": zone}


def some_time_on(on: date, zone: str) -> dict[str, str]:
    """Return how a day is written of which only the day is kept.

    Args:
        zone: the person's, "" where it is not known: noon in Greenwich is that day nearly anywhere.
    """
    return midnight(on, zone) if zone else {"dateTime": f"{on}T12:00:00", "timeZone": "UTC"}


def reading(at: datetime, zone: str) -> dict[str, str]:
    """Return what the clock shows at a moment in a zone, as Graph takes it."""
    local = at.astimezone(zone_of(zone) or UTC)
    name = zone if zone_of(zone) else "UTC"
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}", "timeZone": name}
