"""What this process knows to be out of date, before Slack's own answers show it.

A restart may forget it: it makes the next pull look closer, and no more. The listener adds to it
from a thread of its own; each step is a single one of a built-in type.
"""

from __future__ import annotations

from loopdesk.core.seams import Clock

SWEEP_S = 60.0
"""How old the last look at edits, reactions and deletions may be."""


class Notes:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._swept: dict[str, float] = {}
        self._changed: dict[str, frozenset[str]] = {}
        self._threads: dict[str, frozenset[str]] = {}
        self.looked: dict[str, None] = {}
        """Keys of threads that somebody looked at, though the owner is in none of them."""
        self.followed: set[str] = set()
        """Keys of threads that concern the owner."""

    def change(self, channel: str, ts: str = "") -> None:
        """Note that a message was changed, or that something was."""
        self._changed[channel] = self._changed.get(channel, frozenset()) | {ts}

    def answer(self, channel: str, root: str) -> None:
        """Note that a thread goes on that concerns the owner."""
        self._threads[channel] = self._threads.get(channel, frozenset()) | {root}
        self.change(channel)

    def changed(self, channel: str) -> frozenset[str]:
        return self._changed.get(channel, frozenset())

    def threads(self, channel: str) -> frozenset[str]:
        return self._threads.get(channel, frozenset())

    def knows(self, channel: str) -> bool:
        """Say whether the newest messages were read since this process began."""
        return channel in self._swept

    def must_sweep(self, channel: str) -> bool:
        """Say whether the newest messages are to be read again although none may be new."""
        swept = self._swept.get(channel)
        return (
            swept is None
            or self._clock.monotonic() - swept >= SWEEP_S
            or bool(self._changed.get(channel))
        )

    def swept(self, channel: str, changed: frozenset[str], threads: frozenset[str]) -> None:
        """Forget what was noted before a look that is through now."""
        self._swept[channel] = self._clock.monotonic()
        self._changed[channel] = self._changed.get(channel, frozenset()) - changed
        self._threads[channel] = self._threads.get(channel, frozenset()) - threads
