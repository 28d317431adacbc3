"""Google Drive as one area of an account: reading, and what a person does."""

from __future__ import annotations

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Stream
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google.calls import Calls
from loopdesk.providers.google.drive_actions import DriveActions
from loopdesk.providers.google.drive_fetch import fetch
from loopdesk.providers.google.drive_pull import STREAM, Files
from loopdesk.providers.google.drive_upload import DriveUploads
from loopdesk.providers.google.query import drive_query


class Drive:
    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._files = Files(calls, links.clock, links.account)
        self._actions = DriveActions(calls)
        self._uploads = DriveUploads(calls, links)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        return self._files.pull(cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._ways(action).perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._ways(action).find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return fetch(self._calls, part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        asked = drive_query(query)
        return self._files.search(asked, cursor) if asked else Page()

    def _ways(self, action: Action) -> DriveActions | DriveUploads:
        return self._uploads if action.name == "upload" else self._actions
