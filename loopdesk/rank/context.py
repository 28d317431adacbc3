"""What the person's own things say: who they are, and how they treat others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from loopdesk.core.people import Handle
from loopdesk.rank.intent import Intent


@dataclass(frozen=True, slots=True)
class Person:
    """How the person treats one correspondent, in counts.

    Args:
        mails: received from them.
        written: sent to them by the person, answers included.
        fast: of these, answers within the hour.
        opened: of theirs, opened here.
        unopened: of theirs, archived or trashed without being opened.
    """

    mails: int = 0
    written: int = 0
    fast: int = 0
    opened: int = 0
    unopened: int = 0

    @property
    def closeness(self) -> float:
        """0 for a stranger, towards 1 for who is written to often."""
        return self.written / (self.written + 3)

    @property
    def promptness(self) -> float:
        return self.fast / (self.written + 1)

    @property
    def neglect(self) -> float:
        return self.unopened / (self.unopened + self.opened + self.written + 3)


@dataclass(frozen=True, slots=True)
class Context:
    """What the person's own things say about an item.

    Args:
        me: the person's own addresses and user ids, lower case.
        names: the person's names as others write them, e.g. "Mira Dahl", "Mira".
        people: correspondents by `Handle.key`.
        zone: where the person's days begin.
        own_words: takes quotes and signature off a mail's text.
    """

    me: frozenset[str]
    names: tuple[str, ...]
    people: Mapping[str, Person]
    zone: tzinfo
    intent: Intent
    own_words: Callable[[str], str]


def is_me(who: Handle, context: Context) -> bool:
    local, _, domain = who.address.partition("@")
    return who.key in context.me or f"{local.partition('+')[0]}@{domain}" in context.me


def dealings(key: str, context: Context) -> dict[str, Any]:
    person = context.people.get(key, Person())
    return {
        "person": key,
        "closeness": round(person.closeness, 3),
        "promptness": round(person.promptness, 3),
        "neglect": round(person.neglect, 3),
    }
