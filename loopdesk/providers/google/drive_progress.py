"""How far the pull of an account's files is, and what one step of it brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from loopdesk.core.changes import Page, Skipped
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.places import Place
from loopdesk.providers.cursors import dump
from loopdesk.providers.google import convert_drive as convert
from loopdesk.providers.google.times import stamp

_WATCHED = 40


class Progress(msgspec.Struct, omit_defaults=True):
    """What the cursor says.

    Args:
        token: where the feed of changes goes on.
        began_at: when the listing began, in seconds since 1970: all its pages mean that moment.
        name: the owner's, as Drive shows it.
        stage: which of the listings is read, None when all are.
        page: where that one goes on.
        open: a full listing is going on; its last page sweeps.
        more: the feed has another page.
        folders: they are to be listed anew.
        late: files to ask for one by one, with since when that fails, in seconds since 1970.
        watched: files on which something is open, with the time of their newest comment.
        watched_at: when the last round over them began; `round`: who is left of it.
    """

    token: str
    began_at: float
    name: str = ""
    stage: int | None = None
    page: str = ""
    open: bool = False
    more: bool = False
    folders: bool = False
    late: dict[str, float] = {}
    watched: dict[str, str] = {}
    watched_at: float = 0.0
    round: list[str] = []

    def ago(self, span: timedelta) -> str:
        return stamp(datetime.fromtimestamp(self.began_at, UTC) - span)

    def watch(self, file: str, newest: str) -> None:
        self.watched.pop(file, None)
        self.watched[file] = newest
        if len(self.watched) > _WATCHED:
            del self.watched[min(self.watched, key=self.watched.__getitem__)]

    def page_with(self, found: Found) -> Page:
        """Return a page whose cursor says what is left to do."""
        left = self.stage is not None or self.more or self.folders or self.late or self.round
        listing, self.open = self.open, self.open and bool(left)
        return Page(
            items=tuple(found.items),
            entries=tuple(found.entries),
            gone=frozenset(found.gone),
            gone_entries=frozenset(found.gone_entries),
            places=tuple(found.places),
            place_kinds=found.place_kinds,
            skipped=tuple(found.skipped),
            cursor=dump(self),
            more=bool(left),
            listing=listing,
        )


@dataclass(slots=True)
class Found:
    """What one step brought."""

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    gone: set[ServiceKey] = field(default_factory=set)
    gone_entries: set[tuple[ServiceKey, ServiceKey]] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    place_kinds: frozenset[str] = frozenset()
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, told: convert.Told) -> None:
        self.items.append(told.item)
        self.entries += told.entries
        self.gone_entries |= told.gone
