"""How much one user may ask for within some time."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil

_MINUTE = timedelta(minutes=1)


class Quota:
    """A sliding window per user, of a minute unless it says otherwise."""

    def __init__(self, units: int, window: timedelta = _MINUTE) -> None:
        self._most = units
        self._window = window
        self._spent: dict[str, deque[tuple[datetime, int]]] = {}
        self._sum: dict[str, int] = {}

    def spend(self, user: str, units: int, now: datetime) -> int | None:
        """Take the units; return None, or the whole seconds after which there are enough."""
        spent = self._spent.setdefault(user, deque())
        while spent and spent[0][0] <= now - self._window:
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
                return max(1, ceil((at + self._window - now).total_seconds()))
        return ceil(self._window.total_seconds())
