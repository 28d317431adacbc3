"""What Gmail's methods cost, and how much of it pulls may spend."""

from __future__ import annotations

from loopdesk.core.seams import Clock
from loopdesk.providers.pace import NoPace, Pace

# Of 6,000 units a minute and user (projects made since May 2026). What is left is for what the
# person does, which never waits for a pull.
_UNITS_A_MINUTE = 5_600
_MINUTE_S = 60.0

# Source: developers.google.com/workspace/gmail/api/reference/quota (2026-11). The page does not
# name every method any more; for those it leaves out, the older figure.
LIST_UNITS = 10
HISTORY_UNITS = 2
THREAD_UNITS = 40


def gmail_pace(clock: Clock, *, paced: bool) -> Pace:
    return (Pace if paced else NoPace)(clock, _UNITS_A_MINUTE, _MINUTE_S)
