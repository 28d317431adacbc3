"""JSON columns. msgspec reads and writes the frozen types of `core` as they are."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)


def dump(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def load(text: str, kind: type[T]) -> T:
    decoded: T = _decoder(cast(Hashable, kind)).decode(text)
    return decoded


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def to_ms(at: datetime) -> int:
    """Return UTC milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    return min(_EPOCH + timedelta(milliseconds=ms), _LAST)


def day_ms(on: date) -> int:
    """Return the start of a day in UTC, for ordering only: a day is never shown through a zone."""
    return to_ms(datetime(on.year, on.month, on.day, tzinfo=UTC))
