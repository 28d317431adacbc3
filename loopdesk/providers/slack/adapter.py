"""One person in one Slack workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import NotPermitted, RateLimited
from loopdesk.core.items import ServiceKey
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.slack import listing, mentions, scheduled
from loopdesk.providers.slack.actions import Actions
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.conversation import Conversations
from loopdesk.providers.slack.convert import Convert
from loopdesk.providers.slack.ear import Ear
from loopdesk.providers.slack.files import Files
from loopdesk.providers.slack.listing import Listing, People
from loopdesk.providers.slack.mentions import Mentions
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.slack.scheduled import Scheduled
from loopdesk.providers.slack.search import Search


class SlackAdapter:
    """The contract of `providers.api.Adapter`."""

    def __init__(self, links: Links) -> None:
        account, clock = links.account, links.clock
        scopes = frozenset(account.scopes)
        self._reads = listing.FEATURE in account.features
        self._others = (
            *([mentions.STREAM] if "search:read" in scopes else []),
            People.STREAM,
            *([scheduled.STREAM] if "chat:write" in scopes else []),
        )
        calls, notes = Calls(links), Notes(clock)
        self._pace, self._notes = calls.pace, notes
        roster = Roster(calls, account.subject)
        converter = Convert(roster, lambda: calls.secret.home, scopes)
        self._ear = Ear(links, roster, notes)
        self._conversations = Conversations(calls, roster, converter, notes, clock)
        self._listing = Listing(calls, roster, notes, clock, self._others, lambda: self._ear.hears)
        self._pulls = {
            listing.STREAM.key: self._listing.pull,
            People.STREAM.key: People(calls, roster).pull,
            mentions.STREAM.key: Mentions(calls, roster, self._conversations, notes, clock).pull,
            scheduled.STREAM.key: Scheduled(calls, converter).pull,
        }
        self._actions = Actions(calls, roster, notes, links.files, clock, scopes)
        self._files = Files(calls, links.http)
        self._search = Search(calls, roster, converter, self._conversations)

    def streams(self) -> tuple[Stream, ...]:
        return (listing.STREAM, *self._others) if self._reads else ()

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next page of a stream.

        Raises:
            RateLimited: whichever quota is spent, it is this stream's budget that waits.
        """
        try:
            page = self._pull(stream.key, cursor)
            return replace(page, notice="few-reads") if self._pace.crippled else page
        except RateLimited as spent:
            raise RateLimited(spent.retry_at, stream.budget or spent.budget) from spent

    def _pull(self, key: str, cursor: Cursor | None) -> Page:
        if key.startswith(listing.CONVERSATION):
            return self._conversations.pull(key.removeprefix(listing.CONVERSATION), cursor)
        if key.startswith(listing.THREAD):
            return self._conversations.pull_thread(key.removeprefix(listing.THREAD), cursor)
        return self._pulls[key](cursor)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        return self._files.fetch(part.part, offset)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return self._search.search(query, cursor)

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        raise NotPermitted("calendar")

    def brings(self, item: ServiceKey) -> Stream | None:
        if "/" not in item:
            return self._listing.stream(item)
        self._notes.looked[item] = None
        return listing.thread_stream(item)

    def listen(self) -> tuple[str, ...] | None:
        return self._ear.listen()

    def hush(self) -> None:
        self._ear.hush()
