"""An account whose features are areas of their own: what is asked of it goes to one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import NotPermitted
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Provider


class Area(Protocol):
    """What one feature does of the contract of `providers.api.Adapter`."""

    def streams(self) -> tuple[Stream, ...]: ...
    def pull(self, stream: Stream, cursor: Cursor | None) -> Page: ...
    def perform(self, action: Action, steps: Steps) -> Receipt | None: ...
    def find(self, action: Action, steps: Steps) -> Receipt | None: ...
    def fetch(self, part: Part, offset: int) -> Chunk: ...
    def search(self, query: str, cursor: Cursor | None) -> Page: ...


class Agenda(Area, Protocol):
    """An area that knows when people have time."""

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]: ...


class Areas:
    """The contract of `providers.api.Adapter`, for a service that tells nobody anything unasked.

    Args:
        areas: by feature, those that the account allows.
        feature_of: returns the feature that an item of this kind and service key belongs to; the
            key is "" while it is only being made.
        agenda: the area of `areas` that is asked for people's time.
    """

    def __init__(
        self,
        provider: Provider,
        areas: Mapping[str, Area],
        feature_of: Callable[[Kind, str], str],
        agenda: Agenda | None = None,
    ) -> None:
        self._provider, self._areas, self._feature_of = provider, areas, feature_of
        self._agenda = agenda

    def streams(self) -> tuple[Stream, ...]:
        return tuple(stream for area in self._areas.values() for stream in area.streams())

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        return self._areas[stream.feature].pull(stream, cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._of(action).perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._of(action).find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._area(part.kind, part.item).fetch(part, offset)

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
        if self._agenda is None:
            raise NotPermitted(self._scope(self._feature_of(Kind.MEETING, "")))
        return self._agenda.busy(people, start, end)

    def brings(self, item: ServiceKey) -> Stream | None:
        return None

    def listen(self) -> tuple[str, ...] | None:
        return None

    def hush(self) -> None:
        pass

    def _of(self, action: Action) -> Area:
        return self._area(action.target.kind, action.target.key)

    def _area(self, kind: Kind, key: str) -> Area:
        """Return who does things to this item.

        Raises:
            NotPermitted: the person allows it no more; what was to be done may wait here still.
        """
        feature = self._feature_of(kind, key)
        if feature not in self._areas:
            raise NotPermitted(self._scope(feature))
        return self._areas[feature]

    def _scope(self, feature: str) -> str:
        return next(one.scopes[0] for one in self._provider.features if one.key == feature)
