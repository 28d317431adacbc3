"""Keeps the pulls of one account below a quota of its service."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from loopdesk.core.errors import RateLimited
from loopdesk.core.seams import Clock

_REST_S = 5.0


class Pace:
    """Counts the units spent lately. It never waits: that is a lane's business.

    Args:
        units: what may be spent by pulls within `window_s`.
        budget: as `Stream.budget` names it.
    """

    def __init__(self, clock: Clock, units: float, window_s: float, budget: str = "") -> None:
        self._clock, self._units, self._window_s = clock, units, window_s
        self._budget = budget
        self._taken: deque[tuple[float, float]] = deque()
        self._sum = 0.0
        self._rest_until = 0.0

    def take(self, units: float) -> None:
        """Note that units are about to be spent.

        Raises:
            RateLimited: there are not as many left now; nothing was noted.
        """
        now = self._clock.monotonic()
        while self._taken and self._taken[0][0] <= now - self._window_s:
            self._sum -= self._taken.popleft()[1]
        free_at = max(self._rest_until, self._free_at(units))
        if free_at > now:
            raise RateLimited(self._clock.now() + timedelta(seconds=free_at - now), self._budget)
        self._taken.append((now, units))
        self._sum += units

    def rest(self) -> None:
        """Note that the service found us too fast, whatever we had counted."""
        self._rest_until = self._clock.monotonic() + _REST_S

    def _free_at(self, units: float) -> float:
        """Return when enough units will have left the window, 0 where there are enough now."""
        missing = self._sum + units - self._units
        free_at = 0.0
        for at, freed in self._taken:
            if missing <= 0:
                break
            missing -= freed
            free_at = at + self._window_s
        return free_at


class NoPace(Pace):
    """For a place that keeps no quotas."""

    def take(self, units: float) -> None:
        pass
