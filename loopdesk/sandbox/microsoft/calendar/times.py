"""When events are: Microsoft's way of writing times, with zones by their Windows names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import tz_win, win_tz

from loopdesk.sandbox.model import Json

NEVER = "0001-01-01T00:00:00Z"
"""What stands where nothing has been answered yet."""


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """Return the zone of a Windows or an IANA name, None where there is none of this name."""
    if name == "UTC":
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(win_tz.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def windows_name(name: str) -> str:
    """Return what Windows calls a zone; a name that it does not have stays."""
    return "UTC" if name in ("UTC", "Etc/UTC") else tz_win.get(name, name)


def written(at: datetime, zone: str) -> Json:
    """Return an instant as `dateTimeTimeZone` shows it: by the clock of a zone."""
    local = at.astimezone(zone_of(zone) or UTC)
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S.%f}0", "timeZone": zone}


def midnight(day: date, zone: str) -> Json:
    """Return how a day's begin is shown where only the day is meant."""
    return {"dateTime": f"{day.isoformat()}T00:00:00.0000000", "timeZone": zone}


def moment(value: Json) -> datetime:
    """Return the instant of a `dateTimeTimeZone`, in its own zone.

    Raises:
        ValueError: it cannot be read.
    """
    named = zone_of(str(value.get("timeZone") or "UTC"))
    if named is None:
        raise ValueError("There is no time zone of this name.")
    at = datetime.fromisoformat(str(value.get("dateTime", "")))
    return at.replace(tzinfo=named) if at.tzinfo is None else at.astimezone(named)


def day(value: Json) -> date:
    """Return the day of a `dateTimeTimeZone` of which only that is meant."""
    return datetime.fromisoformat(str(value["dateTime"])).date()


def is_midnight(value: Json) -> bool:
    return datetime.fromisoformat(str(value["dateTime"])).time() == time()


def stamp(at: datetime) -> str:
    """Return an instant as plain times of resources are shown."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
