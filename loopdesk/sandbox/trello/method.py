"""What the operations of Trello's interface have in common: how they are declared and called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello.errors import TrelloError, invalid
from loopdesk.sandbox.trello.held import STEP, Board, Card
from loopdesk.sandbox.web import Request

if TYPE_CHECKING:
    from loopdesk.sandbox.trello.service import Trello
    from loopdesk.sandbox.trello.wall import Wall

LONGEST_TEXT = 16_384
_FARTHEST = 1e15


@dataclass(slots=True)
class Call:
    """One call of an operation by a signed-in person.

    Args:
        path: the segments that the operation's path leaves open.
        args: from query, form or JSON body, wherever they stood.
        base_url: where the stand-in for Trello is reached.
    """

    trello: Trello
    user: str
    path: dict[str, str]
    args: Json
    scopes: frozenset[str]
    now: datetime
    base_url: str
    request: Request

    @property
    def wall(self) -> Wall:
        return self.trello.wall

    @property
    def app(self) -> str:
        return self.trello.app

    def has(self, name: str) -> bool:
        return name in self.args

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ",".join(value)
        if isinstance(value, (dict, list)):
            raise invalid(name)
        return str(value)

    def words(self, name: str, needed: bool = False) -> str:
        """Return a text that a person wrote."""
        text = self.text(name)
        if (needed and not text.strip()) or len(text) > LONGEST_TEXT:
            raise invalid(name)
        return text

    def flag(self, name: str, default: bool = False) -> bool:
        match self.text(name).lower():
            case "":
                return default
            case "true" | "1":
                return True
            case "false" | "0":
                return False
        raise invalid(name)

    def number(self, name: str, default: int, most: int) -> int:
        text = self.text(name) or str(default)
        if not text.isdecimal() or not 0 <= (value := int(text)) <= most:
            raise invalid(name)
        return value

    def at(self, name: str) -> datetime | None:
        text = self.text(name)
        if text in ("", "null"):
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise invalid(name) from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def place(self, others: Iterable[float], default: str = "bottom") -> float:
        """Return where among others something goes; a number stays as it is."""
        places = list(others)
        match self.args.get("pos", default):
            case "top":
                return min(places, default=2 * STEP) / 2
            case "bottom":
                return max(places, default=0.0) + STEP
            case bool() | list() | dict() | None:
                raise invalid("pos")
            case asked:
                try:
                    pos = float(asked)
                except ValueError:
                    raise invalid("pos") from None
        if not 0 < pos < _FARTHEST:
            raise invalid("pos")
        return pos

    def names(self, name: str, default: str = "all") -> frozenset[str]:
        """Return what a list with commas names."""
        return frozenset(filter(None, self.text(name, default).split(",")))

    def me(self, id: str) -> str:
        """Return the person of an id or a username; `me` is who is signed in."""
        if id == "me":
            return self.user
        return self.wall.by_username.get(id, id)

    def board(self, name: str = "id") -> Board:
        return self.wall.board(self.user, self.path[name])

    def card(self, name: str = "id", *, change: bool = False) -> Card:
        """Return the card of the path.

        Raises:
            TrelloError: it is none that the person may see, or change.
        """
        card = self.wall.card(self.user, self.path[name])
        if change:
            self.wall.may_change(self.user, self.wall.boards[card.board])
        return card


Answer = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Args:
        scopes: all of these are needed.
    """

    verb: str
    path: str
    answer: Answer
    scopes: tuple[str, ...] = ()


def arguments(request: Request) -> Json:
    """Return what a request brings, wherever it stands.

    Raises:
        TrelloError: the JSON cannot be read.
    """
    found: Json = {name: values[-1] for name, values in request.params.items()}
    found |= {name: values[-1] for name, values in request.form.items()}
    if request.content_type == "application/json" and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            raise TrelloError(400, "Error parsing body") from None
        if not isinstance(body, dict):
            raise TrelloError(400, "Error parsing body")
        found |= body
    return found
