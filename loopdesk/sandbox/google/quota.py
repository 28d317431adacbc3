"""How much one user may ask for within a minute."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from loopdesk.sandbox.google.errors import ApiError

_MINUTE = timedelta(minutes=1)
_PACIFIC = ZoneInfo("America/Los_Angeles")


class Quota:
    """A sliding window of one minute per user."""

    def __init__(self, units_a_minute: int) -> None:
        self._most = units_a_minute
        self._spent: dict[str, deque[tuple[datetime, int]]] = {}
        self._sum: dict[str, int] = {}

    def spend(self, user: str, units: int, now: datetime) -> int | None:
        """Take the units; return None, or the whole seconds after which there are enough."""
        spent = self._spent.setdefault(user, deque())
        while spent and spent[0][0] <= now - _MINUTE:
            self._sum[user] -= spent.popleft()[1]
        used = self._sum.get(user, 0)
        if used + units <= self._most:
            spent.append((now, units))
            self._sum[user] = used + units
            return None
        missing = used + units - self._most
        for at, freed in spent:
            missing -= freed
            if missing <= 0:
                return max(1, ceil((at + _MINUTE - now).total_seconds()))
        return int(_MINUTE.total_seconds())


class DayQuota:
    """What everybody together may ask for on one day, which begins at midnight Pacific time."""

    def __init__(self, calls_a_day: int) -> None:
        self._most = calls_a_day
        self._day: date | None = None
        self._spent = 0

    def spend(self, now: datetime) -> None:
        """Raises ApiError(403) once the day's calls are spent."""
        today = now.astimezone(_PACIFIC).date()
        if today != self._day:
            self._day, self._spent = today, 0
        if self._spent >= self._most:
            raise ApiError(
                403,
                "dailyLimitExceeded",
                "Quota exceeded for the limit of one project in one day.",
                domain="usageLimits",
            )
        self._spent += 1
