"""Keeps the pulls of one account below Gmail's quota."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from loopdesk.core.errors import RateLimited
from loopdesk.core.seams import Clock

# Of 6,000 units a minute and user (projects made since May 2026). What is left is for what the
# person does, which never waits for a pull.
_UNITS_A_MINUTE = 5_000
_MINUTE_S = 60.0

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

    def take(self, units: float) -> None:
        """Note that units are about to be spent.

        Raises:
            RateLimited: there are not as many left in this minute; nothing was noted.
        """
        now = self._clock.monotonic()
        while self._taken and self._taken[0][0] <= now - _MINUTE_S:
            self._sum -= self._taken.popleft()[1]
        missing = self._sum + units - _UNITS_A_MINUTE
        if missing > 0:
            for at, freed in self._taken:
                missing -= freed
                if missing <= 0:
                    rest_s = at + _MINUTE_S - now
                    raise RateLimited(self._clock.now() + timedelta(seconds=rest_s))
        self._note(units)

    def drain(self) -> None:
        """Note that Google found us too fast, whatever we had counted."""
        self._note(_UNITS_A_MINUTE - self._sum)

    def _note(self, units: float) -> None:
        self._taken.append((self._clock.monotonic(), units))
        self._sum += units


class NoPace(Pace):
    """For a place that keeps no quotas."""

    def take(self, units: float) -> None:
        pass
