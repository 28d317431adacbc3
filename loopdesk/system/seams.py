"""The real clock, chance and lanes that `app` passes in."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from loopdesk.core.seams import Wake


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wake(self) -> Wake:
        return Event()

    def wait(self, wake: Wake, seconds: float) -> bool:
        if not isinstance(wake, Event):
            raise TypeError("a flag of another clock")
        was_set = wake.wait(seconds)
        wake.clear()
        return was_set


class SystemIds:
    def new(self) -> str:
        return secrets.token_hex(16)

    def jitter(self) -> float:
        return random.random()  # noqa: S311  # spreads tries over time; nothing is secret about it


class ThreadSpawn:
    """Each lane is a thread. A lane that hangs at the end cannot keep the process alive."""

    def __call__(self, lane: str, run: Callable[[], None]) -> None:
        Thread(target=run, name=lane, daemon=True).start()
