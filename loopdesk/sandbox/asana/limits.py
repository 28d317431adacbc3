"""How much a program may ask for: calls, calls at the same time, and what answers cost.

Source: developers.asana.com/docs/rate-limits (2026-09)
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from loopdesk.sandbox.asana.errors import too_fast
from loopdesk.sandbox.quota import Quota

_FREE, _PAID, _SEARCHES = 150, 1500, 60
_READS, _WRITES = 50, 15
_OBJECTS = 20_000
_MINUTE = timedelta(minutes=1)


class Limits:
    """Attributes:
    objects: so many things a minute may answers hold; the last answer may exceed it.
    """

    def __init__(self) -> None:
        self.objects = _OBJECTS
        self._free, self._paid, self._searches = Quota(_FREE), Quota(_PAID), Quota(_SEARCHES)
        self._costs: dict[str, deque[tuple[datetime, int]]] = {}

    def spend(
        self, user: str, *, paid: bool, search: bool, read: bool, parallel: int, now: datetime
    ) -> None:
        """Take one request.

        Raises:
            AsanaError: there were too many, or too many at once.
        """
        if parallel > (_READS if read else _WRITES):
            raise too_fast(1)
        waits = [(self._paid if paid else self._free).spend(user, 1, now)]
        if search:
            waits.append(self._searches.spend(user, 1, now))
        costs = self._costs.setdefault(user, deque())
        while costs and costs[0][0] <= now - _MINUTE:
            costs.popleft()
        if sum(cost for _, cost in costs) > self.objects:
            waits.append(30)
        if any(waits):
            raise too_fast(max(wait or 0 for wait in waits))

    def cost(self, user: str, objects: int, now: datetime) -> None:
        """Take what an answer held, once it is known."""
        self._costs.setdefault(user, deque()).append((now, objects))
