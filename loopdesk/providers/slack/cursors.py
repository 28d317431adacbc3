"""Cursors of our own making: Slack has none over what changed, so they say what we have seen."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from loopdesk.core.changes import Cursor
from loopdesk.core.errors import CursorExpired

T = TypeVar("T")


def dump(state: msgspec.Struct) -> Cursor:
    return Cursor(msgspec.json.encode(state).decode())


def load(cursor: Cursor | None, kind: type[T]) -> T:
    """Return what a cursor says.

    Raises:
        CursorExpired: another version of this program wrote it.
    """
    try:
        return msgspec.json.decode(cursor or "{}", type=kind)
    except msgspec.DecodeError as error:
        raise CursorExpired from error
