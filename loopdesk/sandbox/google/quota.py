"""How much may be asked for on one day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from loopdesk.sandbox.google.errors import ApiError

_PACIFIC = ZoneInfo("America/Los_Angeles")


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
