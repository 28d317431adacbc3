"""Outlook mail as one area of an account: reading, and what a person does."""

from __future__ import annotations

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Stream
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.mail import Mail
from loopdesk.providers.microsoft.mail_actions import MailActions
from loopdesk.providers.microsoft.mail_around import FOLDERS, PULLED
from loopdesk.providers.microsoft.pace import outlook_pace


class Outlook:
    def __init__(self, calls: Calls, links: Links) -> None:
        pace = outlook_pace(links.clock, paced=links.paced)
        self._mail = Mail(calls, pace, links.clock, links.account)
        self._actions = MailActions(calls, links, self._mail)

    def streams(self) -> tuple[Stream, ...]:
        return (FOLDERS, *PULLED)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        return self._mail.pull(stream, cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._mail.fetch(part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return self._mail.search(query, cursor)
