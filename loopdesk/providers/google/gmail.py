"""Gmail as one area of an account: reading, and what a person does."""

from __future__ import annotations

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Stream
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google.calls import Calls
from loopdesk.providers.google.mail import STREAM, Mail
from loopdesk.providers.google.mail_actions import MailActions
from loopdesk.providers.google.pace import gmail_pace


class Gmail:
    def __init__(self, calls: Calls, links: Links) -> None:
        pace = gmail_pace(links.clock, paced=links.paced)
        self._mail = Mail(calls, pace, links.clock, links.account)
        self._actions = MailActions(calls, links, self._mail)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        return self._mail.pull(cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._mail.fetch(part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return self._mail.search(query, cursor)
