"""One person at Trello."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import NotPermitted
from loopdesk.core.items import ServiceKey
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.trello.actions import Actions
from loopdesk.providers.trello.boards import BOARD, CARDS, FEATURE, PICKED, STREAM, Boards
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.cards import Cards
from loopdesk.providers.trello.files import Attachments
from loopdesk.providers.trello.reading import Reader
from loopdesk.providers.trello.search import Search


class TrelloAdapter:
    """The contract of `providers.api.Adapter`."""

    def __init__(self, links: Links) -> None:
        calls = Calls(links)
        reader = Reader(calls, writes=calls.writes)
        self._reads = FEATURE in links.account.features
        self._boards = Boards(calls, links.clock)
        acted: set[str] = set()
        self._cards = Cards(calls, reader, links.clock, acted)
        self._pulls = {
            STREAM.key: self._boards.pull,
            CARDS.key: self._cards.pull,
            PICKED.key: self._boards.pull_picked,
        }
        self._actions = Actions(calls, links.files, acted)
        self._attachments = Attachments(calls, links.http)
        self._search = Search(calls, reader)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM, CARDS, PICKED) if self._reads else ()

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next page of a stream. All cursors are our own, and none is ever forgotten."""
        if stream.key.startswith(BOARD):
            return self._cards.pull_board(stream.key.removeprefix(BOARD), cursor)
        return self._pulls[stream.key](cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._attachments.fetch(part.item, part.part, offset)

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
