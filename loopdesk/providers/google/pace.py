"""Keeps the pulls of one account below Gmail's quota."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from loopdesk.core.errors import RateLimited
from loopdesk.core.seams import Clock

# Of 6,000 units a minute and user (projects made since May 2026). What is left is for what the
# person does, which never waits for a pull.
_UNITS_A_MINUTE = 5_600
_MINUTE_S = 60.0
_REST_S = 5.0

# Source: developers.google.com/workspace/gmail/api/reference/quota (2026-11). The page does not
# name every method any more; for those it leaves out, the older figure.
LIST_UNITS = 10
HISTORY_UNITS = 2
THREAD_UNITS = 40


class Pace:
    """Counts the units of the last minute. It never waits: that is a lane's business."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: deque[tuple[float, float]] = deque()
        self._sum = 0.0
        self._rest_until = 0.0

    def take(self, units: float) -> None:
        """Note that units are about to be spent.

        Raises:
            RateLimited: there are not as many left in this minute; nothing was noted.
        """
        now = self._clock.monotonic()
        while self._taken and self._taken[0][0] <= now - _MINUTE_S:
            self._sum -= self._taken.popleft()[1]
        free_at = max(self._rest_until, self._free_at(units))
        if free_at > now:
            raise RateLimited(self._clock.now() + timedelta(seconds=free_at - now))
        self._taken.append((now, units))
        self._sum += units

    def rest(self) -> None:
        """Note that Google found us too fast, whatever we had counted."""
        self._rest_until = self._clock.monotonic() + _REST_S

    def _free_at(self, units: float) -> float:
        """Return when enough units will have left the minute, 0 where there are enough now."""
        missing = self._sum + units - _UNITS_A_MINUTE
        free_at = 0.0
        for at, freed in self._taken:
            if missing <= 0:
                break
            missing -= freed
            free_at = at + _MINUTE_S
        return free_at


class NoPace(Pace):
    """For a place that keeps no quotas."""

    def take(self, units: float) -> None:
        pass
