"""What a service's clock shows, by the `Date` of its answers."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from loopdesk.core.seams import Clock


class ServiceClock:
    """Attributes:
    heard: an answer came since the start; until then it is ours.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta(0)
        self.heard = False

    def hear(self, date: str) -> None:
        """Take note of an answer's `Date`, "" where it has none."""
        self.heard = True
        with suppress(ValueError):
            at = parsedate_to_datetime(date)
            self._ahead = (at if at.tzinfo else at.replace(tzinfo=UTC)) - self._clock.now()

    def now(self) -> datetime:
        return self._clock.now() + self._ahead
