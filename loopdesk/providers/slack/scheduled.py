"""What Slack is to post later: only the program that asked for it can list it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Entry, ServiceKey
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.payload import decode_one
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.convert import Convert
from loopdesk.providers.slack.listing import FEATURE

METHOD = "chat.scheduledMessages.list"
STREAM = Stream("scheduled", poll_s=1800, idle_poll_s=7200, feature=FEATURE, rank=9, budget=METHOD)
_PAGE = 100


class _Pending(msgspec.Struct, omit_defaults=True):
    """The cursor. `held`: channel and time of each, by id."""

    held: dict[str, tuple[str, int]] = {}


class Scheduled:
    def __init__(self, calls: Calls, converter: Convert) -> None:
        self._calls, self._convert = calls, converter

    def pull(self, cursor: Cursor | None) -> Page:
        """Return what is pending as messages of their conversations, and drop what is not."""
        before = load(cursor, _Pending).held
        pending, skipped = scheduled(self._calls)
        held = {one.id: (one.channel_id, one.post_at) for one in pending}
        entries: list[Entry] = [
            self._convert.scheduled(one, datetime.fromtimestamp(one.post_at, UTC))
            for one in pending
            if before.get(one.id) != held[one.id]
        ]
        gone = {
            (ServiceKey(channel), ServiceKey(key))
            for key, (channel, _) in before.items()
            if key not in held
        }
        return Page(
            entries=tuple(entries),
            gone_entries=frozenset(gone),
            cursor=dump(_Pending(held)),
            skipped=skipped,
        )


def scheduled(calls: Calls, channel: str = "") -> tuple[list[wire.Scheduled], tuple[Skipped, ...]]:
    """Return all that is pending, of one conversation or of all."""
    pending: list[wire.Scheduled] = []
    skipped: list[Skipped] = []
    page = ""
    while True:
        found = calls.look(METHOD, wire.ScheduledList, channel=channel, limit=_PAGE, cursor=page)
        for number, raw in enumerate(found.scheduled_messages):
            try:
                pending.append(decode_one(raw, wire.Scheduled))
            except BadPayload as error:
                skipped.append(Skipped(f"scheduled_messages[{number}]", error.where))
        page = found.next_cursor
        if not page:
            return pending, tuple(skipped)
