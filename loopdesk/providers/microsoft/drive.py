"""OneDrive as one area of an account: reading, and what a person does."""

from __future__ import annotations

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Stream
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.file_query import file_query
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.convert_drive import Me
from loopdesk.providers.microsoft.drive_actions import DriveActions
from loopdesk.providers.microsoft.drive_fetch import DriveBytes
from loopdesk.providers.microsoft.drive_pull import SHARED, STREAM, Files
from loopdesk.providers.microsoft.drive_upload import DriveUploads


class Drive:
    def __init__(self, calls: Calls, links: Links) -> None:
        account = links.account
        me = Me(account.name, account.address, account.subject)
        self._files = Files(calls, links.clock, me, account.scopes)
        self._actions = DriveActions(calls, me, self._files)
        self._uploads = DriveUploads(calls, links, me)
        self._bytes = DriveBytes(calls)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM, SHARED)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.key == SHARED.key:
            return self._files.pull_shared(cursor)
        return self._files.pull(cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._ways(action).perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._ways(action).find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._bytes.fetch(part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        asked = file_query(query)
        return self._files.search(asked, cursor) if asked else Page()

    def _ways(self, action: Action) -> DriveActions | DriveUploads:
        return self._uploads if action.name == "upload" else self._actions
