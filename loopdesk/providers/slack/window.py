"""The newest messages of a conversation, compared with what was seen of them before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from loopdesk.core.changes import Skipped
from loopdesk.core.errors import BadPayload
from loopdesk.providers.payload import decode_one
from loopdesk.providers.slack import wire


def messages_of(found: wire.History) -> tuple[list[wire.Message], tuple[Skipped, ...]]:
    """Return those messages of a page whose shape is known.

    Raises:
        BadPayload: it is no page of messages.
    """
    if found.messages is None:
        raise BadPayload("messages")
    messages: list[wire.Message] = []
    skipped: list[Skipped] = []
    for number, raw in enumerate(found.messages):
        try:
            message = decode_one(raw, wire.Message)
            wire.moment(message.ts)
        except BadPayload as error:
            skipped.append(Skipped(f"messages[{number}]", error.where))
        else:
            messages.append(message)
    return messages, tuple(skipped)


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a history, newest first.

    Args:
        oldest: `ts` of its last message, "" where it has none.
        whole: nothing older exists.
        hidden: older messages exist and are not shown to anybody.
    """

    messages: list[wire.Message]
    skipped: tuple[Skipped, ...]
    oldest: str
    whole: bool
    next_page: str
    hidden: bool

    @classmethod
    def of(cls, found: wire.History) -> Window:
        messages, skipped = messages_of(found)
        oldest = min((one.ts for one in messages), default="")
        more = found.has_more or bool(found.next_cursor)
        return cls(
            messages, skipped, oldest, not more, found.next_cursor if more else "", found.is_limited
        )

    def lacks(self, seen: Collection[str]) -> set[str]:
        """Return those of the seen ones that should stand in it and do not: they were deleted."""
        here = {one.ts for one in self.messages}
        return {ts for ts in seen if ts not in here and (self.whole or ts >= self.oldest)}
