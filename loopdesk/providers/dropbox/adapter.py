"""One Dropbox account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import NotPermitted
from loopdesk.core.items import ServiceKey
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.dropbox import READING, WRITING, joining, received, tree
from loopdesk.providers.dropbox.actions import Actions
from loopdesk.providers.dropbox.around import Surroundings
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Me
from loopdesk.providers.dropbox.ear import Ear
from loopdesk.providers.dropbox.fetch import Bytes
from loopdesk.providers.dropbox.joining import Joining
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.dropbox.received import ReceivedFiles
from loopdesk.providers.dropbox.search import Search
from loopdesk.providers.dropbox.sharing import Sharing
from loopdesk.providers.dropbox.tree import Tree
from loopdesk.providers.dropbox.upload import Uploads

_SHARING = ("share", "unshare")
_JOINING = ("accept", "decline")


class DropboxAdapter:
    """The contract of `providers.api.Adapter`."""

    def __init__(self, links: Links) -> None:
        account, clock = links.account, links.clock
        self._features, self._scopes = account.features, account.scopes
        me = Me(account.name, account.address, account.subject)
        calls, notes = Calls(links), Notes(clock.wake())
        surroundings = Surroundings(calls, clock, account.scopes, me)
        self._tree = Tree(calls, surroundings, notes, clock, me)
        self._received = ReceivedFiles(calls, notes, clock, me)
        self._joining = Joining(calls, clock, me)
        self._actions = Actions(calls, notes)
        self._sharing = Sharing(calls, surroundings, notes)
        self._uploads = Uploads(calls, surroundings, notes, links, me)
        self._bytes = Bytes(calls)
        self._search = Search(calls, surroundings, notes, clock, me)
        self._ear = Ear(links, notes)

    def streams(self) -> tuple[Stream, ...]:
        if READING not in self._features:
            return ()
        given = (received.STREAM, joining.STREAM) if "sharing.read" in self._scopes else ()
        return (tree.STREAM, *given)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.key == received.STREAM.key:
            return self._received.pull(cursor)
        if stream.key == joining.STREAM.key:
            return self._joining.pull(cursor)
        return self._tree.pull(cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._ways(action).perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._ways(action).find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._bytes.fetch(part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return self._search.search(query, cursor)

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        raise NotPermitted("calendar")

    def brings(self, item: ServiceKey) -> Stream | None:
        return None

    def listen(self) -> tuple[str, ...] | None:
        return self._ear.listen() if READING in self._features else None

    def hush(self) -> None:
        self._ear.hush()

    def _ways(self, action: Action) -> Actions | Sharing | Uploads | Joining:
        """Return who does it.

        Raises:
            NotPermitted: the person allows only reading, or no sharing.
        """
        shares = action.name in _SHARING + _JOINING
        needed = "sharing.write" if shares else "files.content.write"
        if WRITING not in self._features or needed not in self._scopes:
            raise NotPermitted(needed)
        if action.name in _SHARING:
            return self._sharing
        if action.name in _JOINING:
            return self._joining
        return self._uploads if action.name == "upload" else self._actions
