"""How long to wait before trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from loopdesk.core.errors import LoopDeskError, Offline, RateLimited, Remedy, SignInExpired
from loopdesk.core.seams import Clock, Ids

FIRST_S = 2.0
LONGEST_S = 300.0
LONGEST_OFFLINE_S = 30.0
"""No service hears of a connection that cannot be made, and the person waits for the network."""
LOOK_AFTER_S = 6.0
"""A service may still be at work on a request whose answer was lost: look no sooner."""


def delay_s(tries: int, jitter: float, longest_s: float = LONGEST_S) -> float:
    """Return the wait before try number `tries` + 1: doubling, half of it drawn by lot.

    Args:
        tries: how many failed so far, from 1.
        jitter: random in [0, 1), so that many accounts do not come back together.
    """
    longest = min(longest_s, FIRST_S * (1 << min(tries - 1, 10)))
    return longest / 2 + longest / 2 * jitter


def retry_at(now: datetime, tries: int, jitter: float, error: LoopDeskError) -> datetime:
    """Return when to try again; what a service asked for is honoured, if it is not years."""
    longest_s = LONGEST_OFFLINE_S if isinstance(error, Offline) else LONGEST_S
    at = now + timedelta(seconds=delay_s(tries, jitter, longest_s))
    if isinstance(error, RateLimited) and error.retry_at is not None:
        return max(at, min(error.retry_at, now + timedelta(days=1)))
    return at


@dataclass(slots=True)
class Rest:
    """How long an account is left alone after trouble, by its pulls or by its deliveries."""

    clock: Clock
    ids: Ids
    error: LoopDeskError | None = None
    until: datetime | None = None
    failures: int = 0

    def goes_on(self) -> bool:
        if self.until is not None and self.clock.now() >= self.until:
            self.until = None
        return self.until is not None

    def begin(self, error: LoopDeskError) -> None:
        now = self.clock.now()
        self.failures += 1
        self.error = error
        if error.remedy is Remedy.ASK_USER:
            # A new sign-in ends the rest; without one, a service may still come to its senses.
            self.until = now + (_SIGN_IN if isinstance(error, SignInExpired) else _VAULT)
        else:
            self.until = retry_at(now, self.failures, self.ids.jitter(), error)

    def end(self) -> None:
        self.error = self.until = None
        self.failures = 0


_SIGN_IN = timedelta(minutes=5)
_VAULT = timedelta(minutes=1)
