"""One person at Asana."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import NotPermitted
from loopdesk.core.items import ServiceKey
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.asana.actions import Actions
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.files import Attachments
from loopdesk.providers.asana.places import FEATURE, STREAM, Places
from loopdesk.providers.asana.reading import Reader
from loopdesk.providers.asana.search import Search
from loopdesk.providers.asana.tasks import Tasks


class AsanaAdapter:
    """The contract of `providers.api.Adapter`."""

    def __init__(self, links: Links) -> None:
        calls = Calls(links)
        reader = Reader(calls)
        self._reads = FEATURE in links.account.features
        self._places = Places(calls, links.clock)
        self._tasks = Tasks(calls, reader, links.clock)
        self._actions = Actions(calls, links.files, self._tasks.touch)
        self._attachments = Attachments(calls, links.http)
        self._search = Search(calls, reader)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,) if self._reads else ()

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.key == STREAM.key:
            return self._places.pull(cursor)
        return self._tasks.pull(stream.key, cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._attachments.fetch(part.part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return self._search.search(query, cursor)

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        raise NotPermitted("calendar")

    def brings(self, item: ServiceKey) -> Stream | None:
        return None

    def listen(self) -> tuple[str, ...] | None:
        return None

    def hush(self) -> None:
        pass
