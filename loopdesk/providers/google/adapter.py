"""One Google account: each of its features is an area of its own, and what is asked goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import NotPermitted
from loopdesk.core.items import Kind
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google import PROVIDER
from loopdesk.providers.google.calendar import Calendar
from loopdesk.providers.google.calls import Calls
from loopdesk.providers.google.drive import Drive
from loopdesk.providers.google.gmail import Gmail
from loopdesk.providers.google.tasks import Tasks

_FEATURES = {
    Kind.MESSAGE: "mail",
    Kind.MEETING: "calendar",
    Kind.FILE: "files",
    Kind.TASK: "tasks",
}


class Area(Protocol):
    """What one feature does of the contract of `providers.api.Adapter`."""

    def streams(self) -> tuple[Stream, ...]: ...
    def pull(self, stream: Stream, cursor: Cursor | None) -> Page: ...
    def perform(self, action: Action, steps: Steps) -> Receipt | None: ...
    def find(self, action: Action, steps: Steps) -> Receipt | None: ...
    def fetch(self, part: Part, offset: int) -> Chunk: ...
    def search(self, query: str, cursor: Cursor | None) -> Page: ...


class GoogleAdapter:
    """The contract of `providers.api.Adapter`."""

    def __init__(self, links: Links) -> None:
        calls = Calls(links)
        self._calendar = Calendar(calls, links)
        areas: dict[str, Area] = {
            "mail": Gmail(calls, links),
            "calendar": self._calendar,
            "tasks": Tasks(calls, links),
            "files": Drive(calls, links),
        }
        self._areas = {
            feature: area for feature, area in areas.items() if feature in links.account.features
        }

    def streams(self) -> tuple[Stream, ...]:
        return tuple(stream for area in self._areas.values() for stream in area.streams())

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        return self._areas[stream.feature].pull(stream, cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._area(action.target.kind).perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._area(action.target.kind).find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._area(part.kind).fetch(part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        """Ask one area after the other; the cursor says which, and how far."""
        names = list(self._areas)
        name, _, inner = (cursor or f"{names[0]} ").partition(" ")
        page = self._areas[name].search(query, Cursor(inner) if inner else None)
        if page.more:
            return replace(page, cursor=Cursor(f"{name} {page.cursor}"))
        rest = names[names.index(name) + 1 :]
        return replace(page, cursor=Cursor(f"{rest[0]} ") if rest else None, more=bool(rest))

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        return self._calendar.busy(people, start, end)

    def listen(self, cursor: Cursor) -> bool:
        # Gmail's and Calendar's notices go to a public server; a desktop has none.
        return False

    def _area(self, kind: Kind) -> Area:
        """Return who does things to this kind.

        Raises:
            NotPermitted: the person allows it no more; what was to be done may wait here still.
        """
        feature = _FEATURES[kind]
        if feature not in self._areas:
            (known,) = (each for each in PROVIDER.features if each.key == feature)
            raise NotPermitted(known.scopes[0])
        return self._areas[feature]
