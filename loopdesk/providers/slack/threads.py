"""One thread: what began it, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from loopdesk.core.changes import Skipped
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.seams import Clock
from loopdesk.providers.slack import convert, wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.convert import UNREAD_FOR, Convert, Place
from loopdesk.providers.slack.refusals import Unreadable
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.slack.window import messages_of

_PAGE = 200
_READ_AGAIN = 100
"""So many of the newest answers are read again, for edits and deletions."""


class Known(msgspec.Struct, omit_defaults=True):
    """What is known of a thread.

    Args:
        latest: `ts` of its newest answer.
        seen: digests of its newest messages by their `ts`.
        item: digest of the item.
    """

    latest: str = ""
    seen: dict[str, str] = {}
    item: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What one page of a thread brought; `page`: where it goes on, "" where it does not."""

    known: Known
    items: tuple[Item, ...]
    entries: tuple[Entry, ...]
    gone: frozenset[tuple[ServiceKey, ServiceKey]]
    skipped: tuple[Skipped, ...]
    page: str


class Threads:
    def __init__(self, calls: Calls, roster: Roster, converter: Convert, clock: Clock) -> None:
        self._calls, self._roster = calls, roster
        self._convert, self._clock = converter, clock

    def read(self, channel: str, root: str, known: Known, page: str) -> Read:
        """Read a thread, or what of a long one may have changed.

        Raises:
            Unreadable: it is no more.
        """
        again = len(known.seen) > _READ_AGAIN and not page
        oldest = sorted(known.seen)[-_READ_AGAIN] if again else ""
        found = self._calls.read(
            "conversations.replies",
            wire.History,
            channel=channel,
            ts=root,
            limit=_PAGE,
            oldest=oldest,
            cursor=page,
        )
        messages, skipped = messages_of(found)
        # What began it comes first on each page.
        parent = next((one for one in messages if one.ts == root), None)
        if parent is None:
            raise Unreadable("thread_not_found")
        answers = sorted((one for one in messages if one.ts != root), key=lambda one: one.ts)
        read = self._read_up_to(parent, answers)
        place = Place(self._roster.conversation(channel), root)
        digests = {
            one.ts: convert.digest(one, unread=self._is_unread(one, root, read))
            for one in (parent, *answers)
        }
        whole = not found.next_cursor and not page
        gone = {
            ts for ts in known.seen if whole and ts not in digests and (not oldest or ts > oldest)
        }
        changed = [ts for ts, digest in digests.items() if known.seen.get(ts) != digest]
        entries = [
            self._convert.entry(one, place, unread=self._is_unread(one, root, read))
            for one in (parent, *answers)
        ]
        item = self._convert.item(place, entries, read)
        after = convert.item_digest(item)
        says = bool(changed or gone or after != known.item)
        kept = {ts: digest for ts, digest in (known.seen | digests).items() if ts not in gone}
        newest = sorted(kept)[-_READ_AGAIN - 1 :]
        following = Known(
            max(known.latest, parent.latest_reply, *(one.ts for one in answers), ""),
            {ts: kept[ts] for ts in newest},
            after,
        )
        return Read(
            following,
            (item,) if says else (),
            tuple(entry for entry in entries if entry.key in changed),
            frozenset((place.key, ServiceKey(ts)) for ts in gone),
            skipped,
            found.next_cursor,
        )

    def _read_up_to(self, parent: wire.Message, answers: list[wire.Message]) -> str:
        """Return up to which answer the owner has read.

        Slack says it of threads that they follow; of others nothing waits for them.
        """
        own = [one.ts for one in answers if one.user == self._roster.me]
        if parent.subscribed and parent.last_read:
            return max(parent.last_read, *own, "")
        return max(parent.latest_reply, parent.ts, *(one.ts for one in answers))

    def _is_unread(self, message: wire.Message, root: str, read: str) -> bool:
        if message.ts == root or message.user == self._roster.me or message.ts <= read:
            return False
        return wire.moment(message.ts) > self._recently()

    def _recently(self) -> datetime:
        return self._clock.now() - UNREAD_FOR
