"""Listings that go on with a cursor, but tell no changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loopdesk.sandbox.dropbox.call import Call

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor`: "" on the last page."""

    keys: list[Any]
    cursor: str


class Pages:
    """What is left of each listing under way."""

    def __init__(self) -> None:
        self._rests: dict[str, tuple[str, list[Any], int]] = {}

    def first(self, call: Call, listing: str, keys: list[Any], size: int) -> Page:
        cursor = ""
        if rest := keys[size:]:
            cursor = call.dropbox.draw(24).hex()
            self._rests[cursor] = (listing, rest, size)
            if len(self._rests) > _KEPT:
                del self._rests[next(iter(self._rests))]
        return Page(keys[:size], cursor)

    def after(self, call: Call, listing: str) -> Page | None:
        """Return the page of the call's cursor; None: it is none of this listing."""
        kept = self._rests.get(call.text("cursor"))
        return self.first(call, *kept) if kept and kept[0] == listing else None

    def expire(self) -> None:
        self._rests.clear()
