"""Places within long answers, which hold for a while."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from loopdesk.sandbox.asana.errors import bad

_LIFE = timedelta(minutes=15)


class Pages:
    def __init__(self) -> None:
        self._given: dict[str, tuple[int, str, datetime]] = {}

    def give(self, start: int, path: str, now: datetime) -> str:
        made = f"{len(self._given)}:{start}:{path}".encode()
        word = urlsafe_b64encode(made).decode().rstrip("=")
        self._given[word] = start, path, now + _LIFE
        return word

    def start(self, word: str, path: str, now: datetime) -> int:
        """Return where the page begins.

        Raises:
            AsanaError: the word is not one of this listing, or no longer good.
        """
        if not word:
            return 0
        start, of, ends_at = self._given.get(word, (0, "", now))
        if of != path or ends_at <= now:
            raise bad("offset", "Your pagination token is invalid.")
        return start

    def expire(self) -> None:
        self._given.clear()
