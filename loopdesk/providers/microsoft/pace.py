"""How much of a mailbox's quota pulls may spend."""

from __future__ import annotations

from loopdesk.core.seams import Clock
from loopdesk.providers.pace import NoPace, Pace

# Of 10,000 requests in ten minutes, app and mailbox; each in a batch counts. What is left is for
# what the person does, and for calendar and To Do.
# Source: learn.microsoft.com/graph/throttling-limits (2026-11)
_REQUESTS = 7_500
_WINDOW_S = 600.0
_BUDGET = "mail"
"""What waits when they are spent: the folder that is read, and nothing else."""


def outlook_pace(clock: Clock, *, paced: bool) -> Pace:
    return (Pace if paced else NoPace)(clock, _REQUESTS, _WINDOW_S, _BUDGET)
