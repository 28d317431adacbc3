"""How long to wait before trying again."""

from __future__ import annotations

from datetime import datetime, timedelta

from loopdesk.core.errors import LoopDeskError, RateLimited

FIRST_S = 2.0
LONGEST_S = 300.0
LOOK_AFTER_S = 6.0
"""A service may still be at work on a request whose answer was lost: look no sooner."""


def delay_s(tries: int, jitter: float) -> float:
    """Return the wait before try number `tries` + 1: doubling, half of it drawn by lot.

    Args:
        tries: how many failed so far, from 1.
        jitter: random in [0, 1), so that many accounts do not come back together.
    """
    longest = min(LONGEST_S, FIRST_S * (1 << min(tries - 1, 10)))
    return longest / 2 + longest / 2 * jitter


def retry_at(now: datetime, tries: int, jitter: float, error: LoopDeskError) -> datetime:
    """Return when to try again; what a service asked for is honoured, if it is not years."""
    at = now + timedelta(seconds=delay_s(tries, jitter))
    if isinstance(error, RateLimited) and error.retry_at is not None:
        return max(at, min(error.retry_at, now + timedelta(days=1)))
    return at
