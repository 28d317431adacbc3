"""Moments as Google's services write and read them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from loopdesk.core.errors import BadPayload


def moment(text: str, where: str) -> datetime:
    """Return a moment that Google wrote, in UTC.

    Args:
        where: the path of what is read, for the error.
    Raises:
        BadPayload: it is none.
    """
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadPayload(where) from error


def stamp(at: datetime) -> str:
    """Return a moment in milliseconds, so that it sorts with Google's own."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
