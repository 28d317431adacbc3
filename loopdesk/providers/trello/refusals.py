"""Trello's words for what went wrong, in ours: one table. Most are a few words of plain text.

Source: developer.atlassian.com/cloud/trello/guides/rest-api/status-codes, /rate-limits (2026-11);
the words are quoted in public programs' issues
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from loopdesk.core.errors import (
    BadPayload,
    LoopDeskError,
    NotPermitted,
    RateLimited,
    Rejected,
    ServiceDown,
    SignInExpired,
    SignInFailed,
)
from loopdesk.providers.trello import wire

ROUTE = "member"
"""The budget of calls about the person themselves, which is apart from all others."""
_WAIT, _ROUTE_WAIT = timedelta(seconds=10), timedelta(minutes=15)
_NO_ACCESS = re.compile(r"unauthorized (?:\w+ )?permission requested")
_DEAD = frozenset({"expired token", "invalid token"})
_SCOPE = re.compile(r"missing scopes|scope does not match")
_TOO_MANY = re.compile(r"too.many.cards.requested")
"""With or without its code: in a batch only the words come."""
_FULL = re.compile(r"limit|exceed|too many", re.IGNORECASE)
_LONG = re.compile(r"invalid value for (?:name|desc|text)")


class Unreadable(Rejected):
    """There is no such thing, or none for this person."""


class TooMany(Rejected):
    """One answer would be too big: ask for smaller pages."""

    def __init__(self) -> None:
        super().__init__("too-many")


def words(body: bytes) -> str:
    """Return what a refusal says, whichever of its forms it has."""
    try:
        told = msgspec.json.decode(body, type=wire.Words)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body[:200].decode("utf-8", "replace").strip()
    return told.error if told.error.isupper() else told.message or told.error


def is_dead(status: int, said: str) -> bool:
    """Say whether a refusal is about the access token, which may only be too old."""
    return status == 401 and said.lower() in _DEAD


def refusal(
    status: int, said: str, *, acting: bool, scope: str, now: datetime, more: timedelta
) -> LoopDeskError:
    """Return the error that a refusal means.

    Args:
        acting: something was to be changed.
        scope: what is missing, if one is.
        more: is waited beyond what Trello wants, since it says nothing of that.
    """
    low = said.lower()
    if _TOO_MANY.search(low):
        return TooMany()
    if status == 429:
        route = said == "RATE_LIMIT_EXCEEDED"
        return RateLimited(now + (_ROUTE_WAIT if route else _WAIT + more), ROUTE if route else "")
    if status in (202, 449) or status >= 500:
        return ServiceDown(status)
    if is_dead(status, said):
        return SignInExpired()
    if low == "invalid key":
        return SignInFailed("wrong-client")
    if _NO_ACCESS.search(low):
        return Rejected("not-a-member") if acting else Unreadable("not-a-member")
    if _SCOPE.search(low):
        return NotPermitted(scope)
    if status == 404 or status == 410:
        return Rejected("gone") if acting else Unreadable("gone")
    if status == 413:
        return Rejected("too-large")
    if status == 401:
        return SignInExpired()
    if status == 403:
        return Rejected("too-many" if _FULL.search(low) else "blocked")
    if not acting:
        # Our own mistake, or an id of something that is no more: only what looks like a word.
        return Unreadable("gone") if low == "invalid id" else BadPayload(str(status))
    if "not on the board" in low:
        return Rejected("not-a-member")
    if _LONG.search(low):
        return Rejected("too-long")
    return Rejected("gone" if low.startswith(("invalid id", "invalid value for id")) else "refused")
