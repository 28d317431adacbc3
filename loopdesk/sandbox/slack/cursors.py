"""Where a listing goes on: opaque to programs, and good for some hours."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta

from loopdesk.sandbox.slack.errors import SlackError

_LIFE = timedelta(hours=6)


class Cursors:
    def __init__(self) -> None:
        self._age = 0

    def expire(self) -> None:
        """Make worthless what was given out so far."""
        self._age += 1

    def seal(self, listing: str, place: str, now: datetime) -> str:
        text = f"{self._age}|{int(now.timestamp())}|{listing}|{place}"
        # Slack's own end in this sign, which a query has to encode.
        while len(text) % 3 == 0:
            text += " "
        return base64.b64encode(text.encode()).decode()

    def open(self, text: str, listing: str, now: datetime) -> str:
        """Return the place in this listing.

        Raises:
            SlackError: it is from another listing, or too old.
        """
        try:
            age, made_at, meant, place = base64.b64decode(text, validate=True).decode().split("|")
        except (binascii.Error, ValueError):
            raise SlackError("invalid_cursor") from None
        is_old = int(age) != self._age or now.timestamp() - int(made_at) > _LIFE.total_seconds()
        if is_old or meant != listing:
            raise SlackError("invalid_cursor")
        return place.rstrip(" ")
