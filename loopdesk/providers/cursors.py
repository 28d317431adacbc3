"""Cursors: how far a pull got, kept as JSON so that any later start goes on from there."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from loopdesk.core.changes import Cursor
from loopdesk.core.errors import CursorExpired

T = TypeVar("T", bound=msgspec.Struct)


def load(cursor: Cursor | None, kind: type[T]) -> T:
    """Return what a cursor says, without one where a first pull begins.

    Raises:
        CursorExpired: another version wrote it.
    """
    try:
        return msgspec.json.decode(cursor or "{}", type=kind)
    except msgspec.DecodeError as error:
        raise CursorExpired from error


def dump(progress: msgspec.Struct) -> Cursor:
    return Cursor(msgspec.json.encode(progress).decode())
