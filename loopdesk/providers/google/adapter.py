"""One Google account: what is asked of it goes to its mail or its calendars."""

from __future__ import annotations

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Stream
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google import calendar, mail
from loopdesk.providers.google.calls import Calls
from loopdesk.providers.google.convert_calendar import ANSWERS
from loopdesk.providers.google.mail_actions import MailActions
from loopdesk.providers.google.pace import NoPace, Pace


class GoogleAdapter:
    """The contract of `providers.api.Adapter`."""

    def __init__(self, links: Links) -> None:
        calls = Calls(links)
        pace = Pace(links.clock) if links.paced else NoPace(links.clock)
        self._features = links.account.features
        self._mail = mail.Mail(calls, pace, links.clock, links.account)
        self._mail_actions = MailActions(calls, links.clock)
        self._calendar = calendar.Calendar(calls, links.clock)

    def streams(self) -> tuple[Stream, ...]:
        return tuple(
            stream for stream in (calendar.STREAM, mail.STREAM) if stream.feature in self._features
        )

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.key == mail.STREAM.key:
            return self._mail.pull(cursor)
        return self._calendar.pull(stream, cursor, self.streams())

    def perform(self, action: Action, steps: Steps) -> Receipt:
        if action.name in ANSWERS:
            return self._calendar.perform(action)
        return self._mail_actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in ANSWERS:
            return self._calendar.find(action)
        return self._mail_actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._mail.fetch(part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return self._mail.search(query, cursor) if "mail" in self._features else Page()

    def listen(self, cursor: Cursor) -> bool:
        # Gmail's and Calendar's notices go to a public server; a desktop has none.
        return False
