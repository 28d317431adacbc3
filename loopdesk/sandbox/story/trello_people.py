"""Who of the story is at Trello, and how things there are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from loopdesk.sandbox.story.cast import ADA, JONAS, MAREK, MIRA, PRIYA, SOFIA, Person
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.trello_world import (
    Attachment,
    Card,
    Checklist,
    Comment,
    Label,
    Lane,
    Step,
    Workspace,
    object_id,
)
from loopdesk.sandbox.trello_world import Person as Member

PEOPLE = (MIRA, MAREK, SOFIA, PRIYA, JONAS, ADA)
_JOINED = datetime(2025, 2, 3, 9, tzinfo=UTC)
_UNREAD_HOURS = 5
"""What Trello told Mira since then she has not read."""


def fixed(*words: str) -> str:
    """Return an id that is the same whenever the story begins."""
    return object_id(_JOINED, *words)


def member(person: Person) -> str:
    return fixed("member", person.address)


def username(person: Person) -> str:
    return person.name.lower().replace(" ", "").replace("ó", "o")


INBOX = fixed("board", "inbox")
NORTHWIND = Workspace(
    fixed("workspace", "northwind"),
    "northwind",
    "Northwind",
    tuple(member(one) for one in PEOPLE if one is not MAREK),
)
PAPIERHAUS = Workspace(
    fixed("workspace", "papierhaus"), "papierhaus", "Papierhaus", (member(MAREK),)
)


def members(m: Moments) -> list[Member]:
    return [
        Member(
            member(one),
            username(one),
            one.name,
            one.address,
            INBOX if one is MIRA else "",
            m.ago(hours=_UNREAD_HOURS) if one is MIRA else None,
        )
        for one in PEOPLE
    ]


def short(board: str, key: str) -> str:
    """Return the word of a card's short address."""
    letters = mark("trello link", board, key)
    return f"{letters[:4]}{letters[4:8].upper()}"


def address(board: str, key: str) -> str:
    return f"https://trello.com/c/{short(board, key)}"


class Sheet:
    """One board while it is being filled.

    Args:
        lanes, labels: key, name and colour of each.
    """

    def __init__(
        self,
        key: str,
        lanes: Sequence[tuple[str, str]],
        labels: Sequence[tuple[str, str, str | None]] = (),
    ) -> None:
        self.key = key
        self.id = fixed("board", key)
        self.lanes = [Lane(self.lane(word), name) for word, name in lanes]
        self.labels = [Label(self.label(word), name, color) for word, name, color in labels]
        self.cards: list[Card] = []

    def lane(self, key: str) -> str:
        return fixed("list", self.key, key)

    def label(self, key: str) -> str:
        return fixed("label", self.key, key)

    def put(
        self,
        key: str,
        lane: str,
        name: str,
        by: Person,
        at: datetime,
        *,
        desc: str = "",
        on: Sequence[Person] = (),
        watching: Sequence[Person] = (),
        labels: Sequence[str] = (),
        start: datetime | None = None,
        due: datetime | None = None,
        done: bool = False,
        closed: bool = False,
        steps: Sequence[tuple[str, Sequence[tuple[str, bool]]]] = (),
        said: Sequence[tuple[Person, datetime, str]] = (),
        kept: Sequence[Attachment] = (),
        is_template: bool = False,
        role: str = "",
        mirrors: str = "",
        link: str = "",
        number: int = 0,
    ) -> str:
        """Put a card on the board, and return its id.

        Args:
            steps: name of each checklist, and its items with whether they are done.
            link: the word of its short address, where a mail or a message has it already.
        """
        id = object_id(at, "card", self.key, key)
        self.cards.append(
            Card(
                id,
                name,
                self.lane(lane),
                member(by),
                desc,
                link or short(self.key, key),
                tuple(member(one) for one in on),
                frozenset(member(one) for one in watching),
                tuple(self.label(word) for word in labels),
                start,
                due,
                done,
                closed,
                tuple(
                    Checklist(title, tuple(Step(text, ticked) for text, ticked in items))
                    for title, items in steps
                ),
                tuple(Comment(member(one), when, text) for one, when, text in said),
                tuple(kept),
                is_template,
                role,
                mirrors,
                number,
            )
        )
        return id


def linked(by: Person, at: datetime, name: str, url: str) -> Attachment:
    return Attachment(member(by), at, name, url)
