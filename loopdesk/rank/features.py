"""The timeless part of a score, as it is stored with an item."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from loopdesk.core.items import Kind


class Addressed(StrEnum):
    """How the newest mail of somebody else names the person, or who hears what is said there."""

    ALONE = "alone"
    FEW = "few"
    MANY = "many"
    COPY = "copy"
    UNNAMED = "unnamed"
    GROUP = "group"
    THREAD = "thread"
    CHANNEL = "channel"
    UNKNOWN = "unknown"
    """Nothing says to whom it went, or there is no such mail."""


@dataclass(frozen=True, slots=True)
class Features:
    """The timeless part of a score, stored with the item.

    Args:
        at, on: the item's own time.
        person: key of who wrote last (the person aside), or who invites.
        asks: words put a request to the person, who has not answered since.
        mentions: the person is named in the words, beyond a greeting.
        promised_at: when the person said they would do something, and has not written since.
        due_at, due_on: by when; a day alone where no time was named.
        answered: the newest entry is the person's; `waiting`: and it asks for something.
        unanswered: an invitation without an answer.
        bot: a program spoke last in a conversation.
    """

    kind: Kind
    at: datetime | None = None
    on: date | None = None
    person: str = ""
    closeness: float = 0.0
    promptness: float = 0.0
    neglect: float = 0.0
    addressed: Addressed = Addressed.UNKNOWN
    asks: bool = False
    mentions: bool = False
    promised_at: datetime | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    answered: bool = False
    waiting: bool = False
    listed: bool = False
    automatic: bool = False
    unread: bool = False
    starred: bool = False
    attachments: int = 0
    entries: int = 0
    unanswered: bool = False
    organizer: bool = False
    ends_at: datetime | None = None
    bot: bool = False

    def to_json(self) -> str:
        changed = {
            one.name: value
            for one in fields(self)
            if (value := getattr(self, one.name)) != one.default
        }
        return json.dumps(
            {name: v.isoformat() if isinstance(v, date) else v for name, v in changed.items()},
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Features:
        data: dict[str, Any] = json.loads(text)
        return cls(**{name: _READ.get(name, _as_it_is)(value) for name, value in data.items()})


def _as_it_is(value: Any) -> Any:
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "addressed": Addressed,
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "promised_at": datetime.fromisoformat,
    "due_at": datetime.fromisoformat,
    "due_on": date.fromisoformat,
    "ends_at": datetime.fromisoformat,
}
