"""What others do on the boards, as their own programs would, and what these hold."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from loopdesk.sandbox.trello.held import Action as Said
from loopdesk.sandbox.trello.held import Board, Card, Notification
from loopdesk.sandbox.trello.shapes import comments
from tests.providers.bench import Bench
from tests.providers.trello.plan import BO
from tests.sandbox import tiny_trello


class Crew:
    def __init__(self, trello: Bench) -> None:
        self._trello = trello
        self._clients: dict[str, tiny_trello.Client] = {}

    def call(self, method: str, path: str, /, who: str = BO, **args: Any) -> Any:
        """Do something some seconds later."""
        self._trello.clock.pass_by(seconds=2)
        # A token lives for an hour.
        self._clients[who] = tiny_trello.sign_in(self._trello.sandbox, who)
        return self._clients[who].call(method, path, **args)

    def change(self, card: str, who: str = BO, **fields: Any) -> None:
        self.call("PUT", f"/cards/{card}", who, **fields)

    def say(self, card: str, text: str, who: str = BO) -> str:
        said = self.call("POST", f"/cards/{card}/actions/comments", who, text=text)
        return str(said["id"])

    def card(self, id: str) -> Card:
        found = self._trello.sandbox.trello.wall.any_card(id)
        assert found is not None
        return found

    def board(self, id: str) -> Board:
        return self._trello.sandbox.trello.wall.boards[id]

    def named(self, name: str) -> list[Card]:
        return [one for one in self._trello.sandbox.trello.wall.cards() if one.name == name]

    def said(self, card: str) -> list[Said]:
        return comments(self.card(card))

    def texts(self, card: str) -> list[str]:
        return [str(one.data["text"]) for one in self.said(card)]

    def tell(self, who: str, type: str, by: str = BO, **data: Any) -> Notification:
        """Let Trello tell somebody of what is about no card."""
        self._trello.clock.pass_by(seconds=2)
        wall = self._trello.sandbox.trello.wall
        notice = Notification(wall.id(), who, type, wall.now(), by, data)
        wall.told(who).append(notice)
        return notice

    def unread(self, who: str, card: str) -> int:
        told = self._trello.sandbox.trello.wall.told(who)
        return sum(one.unread and one.card == card for one in told)


def asked(trello: Bench, since: int = 0) -> list[str]:
    """Return what was asked since so many calls: paths, and those of batches in brackets."""
    found: list[str] = []
    for request, _, _ in trello.wire.passed[since:]:
        parts = urlsplit(str(request.url))
        path = parts.path.partition("/1")[2]
        if path == "/batch":
            inner = parts.query.removeprefix("urls=").split(",")
            found.append(f"[{' '.join(unquote(each).partition('?')[0] for each in inner)}]")
        else:
            found.append(f"{request.method} {path}")
    return found


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
