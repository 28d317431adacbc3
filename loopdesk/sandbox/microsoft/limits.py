"""How much one mailbox or one organisation's chats may be asked.

Source: learn.microsoft.com/graph/throttling-limits (2026-11)
"""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.microsoft.errors import ApiError
from loopdesk.sandbox.microsoft.method import Call, Limit
from loopdesk.sandbox.quota import Quota

_AT_ONCE = 4
_MAILBOX_CALLS = 10_000
_MAILBOX_WINDOW = timedelta(minutes=10)
_TEAMS_CALLS = 20
_TEAMS_WINDOW = timedelta(seconds=1)


class Limits:
    def __init__(self) -> None:
        self._mailbox = Quota(_MAILBOX_CALLS, _MAILBOX_WINDOW)
        self._teams = Quota(_TEAMS_CALLS, _TEAMS_WINDOW)

    def spend(self, limit: Limit, call: Call) -> None:
        """Raises ApiError(429)."""
        wait_s = None
        if limit == "mailbox":
            if call.request.parallel > _AT_ONCE:
                words = "Application is over its MailboxConcurrency limit."
                raise ApiError(429, "ApplicationThrottled", words, retry_after_s=1)
            wait_s = self._mailbox.spend(call.account.oid, 1, call.now)
        elif limit == "teams":
            wait_s = self._teams.spend(call.account.tid, 1, call.now)
        if wait_s is not None:
            code = "TooManyRequests" if limit == "teams" else "ApplicationThrottled"
            raise ApiError(429, code, "Too many requests.", retry_after_s=wait_s)
