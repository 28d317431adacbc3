"""What a story hands to Trello: people, boards with their lists and cards, what was said there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

Role = Literal["admin", "normal", "observer"]


def object_id(at: datetime, *words: str) -> str:
    """Return an id as Trello makes them: its first 8 digits are the moment it was made in."""
    word = blake2b("/".join(words).encode(), digest_size=8).hexdigest()
    return f"{int(at.timestamp()):08x}{word}"


def comment_id(card: str, comment: Comment) -> str:
    """Return the id that a comment of the story has on its card."""
    return object_id(comment.at, card, comment.text)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at Trello.

    Args:
        id: 24 hex digits, as all ids here.
        username: in lower case, what stands behind the @ of a mention.
        address: "" for one who cannot sign in here.
        inbox: id of the board that is their inbox, which has one list; "": they have none.
        read: up to when they have read what Trello told them; None: all.
    """

    id: str
    username: str
    full_name: str
    address: str = ""
    inbox: str = ""
    read: datetime | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """What Trello's interface calls an organization; `members`: ids."""

    id: str
    name: str
    title: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    name: str
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One list of a board."""

    id: str
    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a checklist."""

    name: str
    done: bool = False
    due: datetime | None = None
    member: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    name: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a card; `edited_at`: when they changed it last."""

    by: str
    at: datetime
    text: str
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was put on a card, or a link.

    Args:
        url: of a link; "" for a file. `mid:MESSAGE-ID` becomes the address of that mail in the
            person's mailbox, here and in the text of a card.
        source: the file's bytes, or what makes them.
    """

    by: str
    at: datetime
    name: str
    url: str = ""
    type: str = ""
    source: bytes | Callable[[], bytes] = b""

    @property
    def content(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


@dataclass(frozen=True, slots=True)
class Card:
    """One card.

    Args:
        id: its first 8 digits are when it was made.
        by: who made it.
        lane: id of the list it is in.
        link: the 8 characters of its short address; "": made from the id.
        number: of the board's cards; 0: the next one.
        role: "separator", "board", "mirror" or "link"; "" for an ordinary one.
        mirrors: id of the card that a mirror shows.
    """

    id: str
    name: str
    lane: str
    by: str
    desc: str = ""
    link: str = ""
    members: tuple[str, ...] = ()
    watchers: frozenset[str] = frozenset()
    labels: tuple[str, ...] = ()
    start: datetime | None = None
    due: datetime | None = None
    due_complete: bool = False
    closed: bool = False
    checklists: tuple[Checklist, ...] = ()
    comments: tuple[Comment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_template: bool = False
    role: str = ""
    mirrors: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """One board.

    Args:
        link: as a card's.
        members: ids and what they may do; only they see it unless it is the workspace's.
        cards: in the order they stand in their lists, or what makes them when first asked for.
        watchers: who watches the whole board.
    """

    id: str
    name: str
    members: Mapping[str, Role]
    lanes: Sequence[Lane]
    labels: Sequence[Label] = ()
    cards: Sequence[Card] | Callable[[], Sequence[Card]] = ()
    link: str = ""
    desc: str = ""
    workspace: str = ""
    is_for_workspace: bool = False
    closed: bool = False
    watchers: frozenset[str] = frozenset()
    starred: frozenset[str] = frozenset()

    @property
    def all_cards(self) -> Sequence[Card]:
        return self.cards() if callable(self.cards) else self.cards


@dataclass(frozen=True, slots=True)
class Told:
    """A notification that is no consequence of what stands on a card.

    Args:
        type: as Trello names it.
        board: id of the board it is about, "" of none; `card`: of the card, if it is one.
        by: who did it; "": Trello itself.
    """

    to: str
    at: datetime
    type: str
    board: str
    card: str = ""
    by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrelloWorld:
    """Everything at Trello; the demo's person first. Whoever has an address can sign in."""

    people: Sequence[Person] = ()
    workspaces: Sequence[Workspace] = ()
    boards: Sequence[Board] = ()
    told: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody does on a card while the story goes on: each field that is given.

    Args:
        check: name of a check item that is ticked.
        lane: id of the list it is moved to.
        join: id of somebody who is put on it.
    """

    card: str
    by: str
    comment: str = ""
    check: str = ""
    lane: str = ""
    join: str = ""
