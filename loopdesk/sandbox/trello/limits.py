"""How much a program may ask for: in windows per token, per key, and for people.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/rate-limits (2026-11)
"""

from __future__ import annotations

from datetime import datetime, timedelta

from loopdesk.sandbox.quota import Quota
from loopdesk.sandbox.trello.errors import too_fast

_WINDOW = timedelta(seconds=10)
_PER_KEY, _PER_TOKEN, _PER_MEMBERS, _REFUSALS = 300, 100, 100, 200
_MEMBERS_WINDOW = timedelta(seconds=900)
_KEY = "the program"


class Limits:
    def __init__(self) -> None:
        self._of_key = Quota(_PER_KEY, _WINDOW)
        self._of_token = Quota(_PER_TOKEN, _WINDOW)
        self._of_members = Quota(_PER_MEMBERS, _MEMBERS_WINDOW)
        self._refusals = Quota(_REFUSALS, _WINDOW)
        self._barred_until: datetime | None = None

    def spend(self, person: str, is_member_route: bool, now: datetime) -> None:
        """Take one request.

        Args:
            person: whose token it is; Trello counts by token, and each person here has one.

        Raises:
            TrelloError: there were too many.
        """
        if self._barred_until is not None and now < self._barred_until:
            raise too_fast("API_KEY_LIMIT_EXCEEDED")
        if is_member_route and self._of_members.spend(person, 1, now) is not None:
            self._refuse("RATE_LIMIT_EXCEEDED", now)
        if self._of_key.spend(_KEY, 1, now) is not None:
            self._refuse("API_KEY_LIMIT_EXCEEDED", now)
        if self._of_token.spend(person, 1, now) is not None:
            self._refuse("API_TOKEN_LIMIT_EXCEEDED", now)

    def _refuse(self, word: str, now: datetime) -> None:
        # Who goes on after so many refusals is not listened to for the rest of the window.
        if self._refusals.spend(_KEY, 1, now) is not None:
            self._barred_until = now + _WINDOW
        raise too_fast(word)
