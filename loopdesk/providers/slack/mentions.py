"""What names the owner, found by Slack's search: also in threads and channels nobody looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Item, ServiceKey
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.payload import decode_one
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.conversation import Conversations
from loopdesk.providers.slack.convert import thread_key
from loopdesk.providers.slack.listing import FEATURE
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.refusals import Unreadable
from loopdesk.providers.slack.roster import Roster

METHOD = "search.messages"
STREAM = Stream(
    "mentions", poll_s=60, idle_poll_s=300, feature=FEATURE, rank=1, budget=METHOD, focus_s=30
)
_COUNT = 20
_FOR = timedelta(days=14)
"""So long what named the owner is kept for that; later its own conversation decides."""
_SEEN = 100


class _Mentions(msgspec.Struct, omit_defaults=True):
    """The cursor.

    Args:
        seen: "channel/ts" of what was found before, the newest last.
        due: keys of what holds the new ones, to be brought one after the other.
        held: `ts` of the newest mention in each item that was brought.
    """

    seen: list[str] = []
    due: list[str] = []
    held: dict[str, str] = {}


class Mentions:
    def __init__(
        self,
        calls: Calls,
        roster: Roster,
        conversations: Conversations,
        notes: Notes,
        clock: Clock,
    ) -> None:
        self._calls, self._roster, self._conversations = calls, roster, conversations
        self._notes, self._clock = notes, clock
        self._followed: set[str] = set()

    def pull(self, cursor: Cursor | None) -> Page:
        """Search, and bring one thing after the other that was found."""
        at = load(cursor, _Mentions)
        if at.due:
            key, *rest = at.due
            page = self._bring(key)
            following = msgspec.structs.replace(at, due=rest)
            return replace(page, cursor=dump(following), more=bool(rest))
        found = self._calls.read(
            METHOD,
            wire.Found,
            query=f"<@{self._roster.me}>",
            sort="timestamp",
            sort_dir="desc",
            count=_COUNT,
        )
        since = wire.stamp(self._clock.now() - _FOR)
        seen, held = dict.fromkeys(at.seen), dict(at.held)
        due: dict[str, None] = {}
        matches, skipped = matches_of(found)
        for match in matches:
            name = f"{match.channel.id}/{match.ts}"
            if name in seen or match.ts < since or match.user == self._roster.me:
                continue
            seen[name] = None
            key = holder_of(match)
            due[key] = None
            held[key] = max(held.get(key, ""), match.ts)
        self._follow(held)
        gone = {key for key, ts in held.items() if ts < since}
        following = _Mentions(
            list(seen)[-_SEEN:],
            list(due),
            {key: ts for key, ts in held.items() if key not in gone},
        )
        return Page(
            gone=frozenset(map(ServiceKey, gone)),
            cursor=dump(following),
            more=bool(due),
            skipped=skipped,
        )

    def _follow(self, held: Iterable[str]) -> None:
        """Have the conversations' own streams bring these threads, too, from now on."""
        for key in held:
            channel, _, root = key.partition("/")
            if root and key not in self._followed:
                self._followed.add(key)
                self._notes.answer(channel, root)

    def _bring(self, key: str) -> Page:
        channel, _, root = key.partition("/")
        try:
            page = self._conversations.look(channel, root)
        except Unreadable:
            return Page()
        if not root and self._roster.conversation(channel).is_member is False:
            # Nobody marks there what they have read: that it names the owner is all there is.
            return replace(page, items=tuple(map(_named, page.items)))
        for entry in () if root else page.entries:
            # The conversation's own stream has not seen it yet, and would miss that it is deleted.
            self._notes.change(channel, entry.key)
        return page


def _named(item: Item) -> Item:
    return replace(item, in_pane=True)


def matches_of(found: wire.Found) -> tuple[list[wire.Match], tuple[Skipped, ...]]:
    matches: list[wire.Match] = []
    skipped: list[Skipped] = []
    for number, raw in enumerate(found.messages.matches):
        try:
            matches.append(decode_one(raw, wire.Match))
        except BadPayload as error:
            skipped.append(Skipped(f"matches[{number}]", error.where))
    return matches, tuple(skipped)


def holder_of(match: wire.Match) -> str:
    """Return the key of the item that holds what was found; only its address tells of a thread."""
    try:
        query = parse_qs(urlsplit(match.permalink).query)
    except ValueError:
        query = {}
    root = query.get("thread_ts", [""])[0]
    in_thread = root and root != match.ts
    return thread_key(match.channel.id, root) if in_thread else match.channel.id
