"""LoopDesk's search language as Slack's, and what Slack finds."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.conversation import Conversations
from loopdesk.providers.slack.convert import Convert, Place, thread_key
from loopdesk.providers.slack.mentions import METHOD, holder_of, matches_of
from loopdesk.providers.slack.refusals import Unreadable
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.terms import terms

_SAME = frozenset({"from", "to", "in"})
_KINDS = frozenset({"message", "messages", "chat", "chats"})
_COUNT = 10


class _Place(msgspec.Struct, omit_defaults=True):
    page: int = 1


def slack_query(query: str) -> str | None:
    """Return what Slack is asked for, None where it cannot hold what is wanted.

    Source: slack.com/help/articles/202528808 (2026-11)
    """
    asked: list[str] = []
    for term in terms(query):
        minus, said = "-" if term.minus else "", term.said
        name, value = term.name, term.value
        if not name or name in _SAME:
            asked.append(minus + said)
        elif name == "kind":
            if term.excludes(_KINDS):
                return None
        elif name in ("before", "after") and (day := _day(value)) is not None:
            # Of Slack's the day itself is part of neither; of ours it is part of the later.
            day -= timedelta(days=name == "after")
            asked.append(f"{minus}{name}:{day}")
        elif name == "has" and value in ("link", "reaction", "pin"):
            asked.append(minus + said)
        elif name in ("is", "has"):
            return None
        else:
            # Not one of ours: Slack must not read it as one of its own.
            asked.append(f'{minus}"{said}"')
    return " ".join(asked) or None


class Search:
    def __init__(
        self, calls: Calls, roster: Roster, converter: Convert, conversations: Conversations
    ) -> None:
        self._calls, self._roster = calls, roster
        self._convert, self._conversations = converter, conversations

    def search(self, query: str, cursor: Cursor | None) -> Page:
        """Return the conversations and threads that hold what is found.

        Each is read as it is now: of what was found alone no item could be made.
        """
        asked, at = slack_query(query), load(cursor, _Place)
        if asked is None:
            return Page()
        found = self._calls.look(
            METHOD, wire.Found, query=asked, sort="timestamp", count=_COUNT, page=at.page
        )
        matches, skipped = matches_of(found)
        items: dict[ServiceKey, Item] = {}
        entries: dict[tuple[ServiceKey, ServiceKey], Entry] = {}
        for match in matches:
            channel, _, root = holder_of(match).partition("/")
            key = thread_key(channel, root) if root else ServiceKey(channel)
            if key not in items:
                try:
                    page = self._conversations.look(channel, root)
                except Unreadable:
                    skipped += (Skipped("matches", "unreadable"),)
                    continue
                items |= {item.key: item for item in page.items}
                entries |= {(entry.item, entry.key): entry for entry in page.entries}
            if key in items and (key, match.ts) not in entries:
                place = Place(self._roster.conversation(channel), root)
                entries[key, ServiceKey(match.ts)] = self._convert.entry(match, place, unread=False)
        more = found.messages.paging.pages > at.page
        return Page(
            items=tuple(items.values()),
            entries=tuple(entries.values()),
            cursor=dump(_Place(at.page + 1)) if more else None,
            more=more,
            skipped=skipped,
        )


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value.replace("/", "-")[:10])
    except ValueError:
        return None
