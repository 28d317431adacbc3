"""Asana's words for what went wrong, in ours: one table.

Source: developers.asana.com/docs/errors, /docs/rate-limits (2025-09)
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from loopdesk.core.errors import (
    BadPayload,
    CursorExpired,
    LoopDeskError,
    NotPermitted,
    RateLimited,
    Rejected,
    ServiceDown,
    SignInExpired,
)
from loopdesk.providers.asana import wire

_WAIT = timedelta(seconds=30)
_OFFSET = re.compile(r"pagination token is invalid|^offset:", re.IGNORECASE)
_SCOPE = re.compile(r"scope", re.IGNORECASE)
_LONG = re.compile(r"too long|maximum length|exceeds", re.IGNORECASE)
_MISSING = re.compile(r"not a recognized id|unknown object|does not exist|not found", re.IGNORECASE)
_PERSON = re.compile(r"^assignee|not a member|not in (?:the|this) workspace", re.IGNORECASE)
_MANY = re.compile(r"too many|limit of", re.IGNORECASE)
_CLOSED = re.compile(r"archived|read.only", re.IGNORECASE)


class Unreadable(Rejected):
    """There is no such thing, or none for this person."""


class Unpaid(Rejected):
    """It takes a paid plan."""

    def __init__(self) -> None:
        super().__init__("paid-plan")


def words(body: bytes) -> str:
    """Return what a refusal says first."""
    try:
        told = msgspec.json.decode(body, type=wire.Errors)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return told.errors[0].message if told.errors else ""


def refusal(status: int, said: str, *, acting: bool, scope: str, now: datetime) -> LoopDeskError:
    """Return the error that a refusal means.

    Args:
        acting: something was to be changed.
        scope: what is missing, if one is.
    """
    if status == 429:
        return RateLimited(now + _WAIT)
    if status >= 500:
        return ServiceDown(status)
    if status == 401:
        return SignInExpired()
    if status == 451:
        return SignInExpired("not-allowed-here")
    if status == 402:
        return Unpaid()
    if status == 403:
        if _SCOPE.search(said):
            return NotPermitted(scope)
        return Rejected("not-a-member") if acting else Unreadable("not-a-member")
    if status in (404, 410):
        return Rejected("gone") if acting else Unreadable("gone")
    if status == 413:
        return Rejected("too-large")
    if not acting and _OFFSET.search(said):
        return CursorExpired()
    if not acting:
        return Unreadable("gone") if _MISSING.search(said) else BadPayload(str(status))
    for looks, reason in (
        (_PERSON, "not-a-member"),
        (_MISSING, "gone"),
        (_LONG, "too-long"),
        (_MANY, "too-many"),
        (_CLOSED, "closed"),
    ):
        if looks.search(said):
            return Rejected(reason)
    return Rejected("refused")
