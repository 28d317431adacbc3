"""What Trello's stand-in holds: boards, cards and what was done to them, as they are by now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from loopdesk.sandbox.model import Json

STEP = 16384.0
"""How far things stand from each other in their order."""
SHARED = ("admin", "normal")
"""The roles in which somebody may change what is on a board."""


@dataclass(slots=True)
class Action:
    """Something that somebody did.

    Args:
        app: id of the program that did it for them; "": Trello's own page.
        is_listed: whether it can be read; other actions are only heard of by webhooks.
    """

    id: str
    type: str
    by: str
    at: datetime
    data: Json
    board: str
    card: str = ""
    app: str = ""
    is_listed: bool = True


@dataclass(slots=True)
class Step:
    id: str
    name: str
    pos: float
    done: bool = False
    due: datetime | None = None
    member: str = ""


@dataclass(slots=True)
class Checklist:
    id: str
    name: str
    card: str
    pos: float
    steps: dict[str, Step] = field(default_factory=dict)


@dataclass(slots=True)
class Attachment:
    """A file or a link on a card; `content` is None for a link."""

    id: str
    name: str
    by: str
    at: datetime
    pos: float
    url: str = ""
    type: str = ""
    content: bytes | None = None


@dataclass(slots=True)
class Card:
    id: str
    number: int
    link: str
    name: str
    board: str
    lane: str
    pos: float
    by: str
    moved_at: datetime
    """What Trello shows as `dateLastActivity`."""
    desc: str = ""
    closed: bool = False
    due: datetime | None = None
    due_complete: bool = False
    due_reminder: int | None = None
    start: datetime | None = None
    members: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    watchers: set[str] = field(default_factory=set)
    checklists: dict[str, Checklist] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    is_template: bool = False
    role: str = ""
    mirrors: str = ""


@dataclass(slots=True)
class Label:
    id: str
    name: str
    color: str | None


@dataclass(slots=True)
class Lane:
    id: str
    name: str
    board: str
    pos: float
    closed: bool = False
    watchers: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Board:
    """Args:
    actions: all that was done, oldest first.
    full: kinds of things ("cards", "comments", ...) of which it takes no more.
    """

    id: str
    name: str
    link: str
    by: str
    moved_at: datetime
    desc: str = ""
    workspace: str = ""
    is_for_workspace: bool = False
    closed: bool = False
    members: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    watchers: set[str] = field(default_factory=set)
    starred: set[str] = field(default_factory=set)
    actions: list[Action] = field(default_factory=list)
    numbers: int = 0
    full: set[str] = field(default_factory=set)

    def lane_cards(self, lane: str) -> list[Card]:
        """Return the cards of a list in their order."""
        found = [card for card in self.cards.values() if card.lane == lane]
        return sorted(found, key=lambda card: (card.pos, card.id))

    def is_visible(self, card: Card) -> bool:
        """Say whether a card is shown on the open board."""
        return not (self.closed or card.closed or self.lanes[card.lane].closed)


@dataclass(slots=True)
class Notification:
    id: str
    to: str
    type: str
    at: datetime
    by: str
    data: Json
    action: str = ""
    board: str = ""
    card: str = ""
    read_at: datetime | None = None
    unread: bool = True


def about_card(card: Card) -> Json:
    return {"id": card.id, "name": card.name, "idShort": card.number, "shortLink": card.link}


def about_board(board: Board) -> Json:
    return {"id": board.id, "name": board.name, "shortLink": board.link}


def about_lane(lane: Lane) -> Json:
    return {"id": lane.id, "name": lane.name}


def moment(at: datetime | None) -> str | None:
    """Return a moment as Trello writes it."""
    if at is None:
        return None
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
