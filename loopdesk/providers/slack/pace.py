"""Keeps the calls of one account below Slack's quotas: each method has its own.

Source: docs.slack.dev/apis/web-api/rate-limits (2026-11): 20, 50 or 100 calls a minute by tier, for
all who share the registration in that workspace.
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import timedelta

from loopdesk.core.errors import RateLimited
from loopdesk.core.seams import Clock
from loopdesk.providers.slack.refusals import budget_of

_MINUTE_S = 60.0
_DEFAULT = 45
"""Of 50: what the person does must not wait for what is only kept current."""
_MOST = {
    "users.list": 18,
    "search.messages": 18,
    "users.info": 95,
    "chat.postMessage": 60,
    "conversations.mark": 45,
}
_READS_A_MINUTE = 40
"""Pulls leave some calls of the history for what the person does and looks for."""
_CRIPPLED = 1


class Pace:
    """Counts the calls of the last minute. It never waits: that is a lane's business.

    `crippled`: Slack lets this registration read one page a minute.
    """

    def __init__(self, clock: Clock, *, kept: bool) -> None:
        self._clock, self._kept = clock, kept
        self._taken: dict[str, deque[float]] = defaultdict(deque)
        self.crippled = False

    def take(self, method: str, *, acting: bool) -> None:
        """Note that a method is about to be called.

        Args:
            acting: it belongs to something that the person did.
        Raises:
            RateLimited: its minute is spent; nothing was noted.
        """
        if not self._kept and not self.crippled:
            return
        now = self._clock.monotonic()
        taken = self._taken[method]
        while taken and taken[0] <= now - _MINUTE_S:
            taken.popleft()
        most = self._most(method, acting=acting)
        if len(taken) >= most:
            free_s = taken[len(taken) - most] + _MINUTE_S - now
            raise RateLimited(
                self._clock.now() + timedelta(seconds=max(free_s, 0.0)), budget_of(method)
            )
        taken.append(now)

    def _most(self, method: str, *, acting: bool) -> int:
        if budget_of(method) != "history":
            return _MOST.get(method, _DEFAULT)
        if self.crippled:
            return _CRIPPLED
        return _DEFAULT if acting else _READS_A_MINUTE
