"""All boards, what is on them and who may see it; what is done there leaves its traces here."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count

from loopdesk.sandbox import trello_world
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import loading, telling
from loopdesk.sandbox.trello.errors import TrelloError, no_access, not_found
from loopdesk.sandbox.trello.held import (
    SHARED,
    Action,
    Board,
    Card,
    Lane,
    Notification,
    about_board,
    about_card,
)

_MACHINE = "5eed10bde5"
_MAIL = re.compile(r"\bmid:([\w.-]+@[\w.-]+)")
_THREAD = "https://mail.google.com/mail/u/0/#all/{}"
EXCLUDED = frozenset(
    {
        *("updateCheckItem", "updateComment", "deleteComment", "createCheckItem"),
        *("deleteCheckItem", "addLabelToCard", "removeLabelFromCard"),
    }
)
"""Types of actions that nobody can list."""


class Wall:
    """Attributes:
    thread_of: the thread of a mail, by its Message-ID.
    only: the program is a Power-Up's, and somebody let it into these workspaces; None: it is none.
    recurring: cards that are due anew when they are done, and how much later.
    """

    def __init__(
        self, given: trello_world.TrelloWorld, now: Callable[[], datetime], seed: int
    ) -> None:
        self.now = now
        self._draw = random.Random(f"trello-{seed}")
        self._numbers = count(self._draw.randrange(1 << 20) << 4)
        self.people = {person.id: person for person in given.people}
        self.by_username = {person.username: person.id for person in given.people}
        self.workspaces = {each.id: each for each in given.workspaces}
        self.notifications: dict[str, list[Notification]] = {id: [] for id in self.people}
        self.thread_of: Callable[[str], str] = lambda message_id: ""
        self.only: frozenset[str] | None = None
        self.recurring: dict[str, timedelta] = {}
        self._given = {board.id: board for board in given.boards}
        self._told = given.told
        self._boards: dict[str, Board] = {}
        self.gone: set[str] = set()

    def follow(self, text: str) -> str:
        """Return a text in which each `mid:` is the address of that mail."""
        return _MAIL.sub(lambda found: _THREAD.format(self.thread_of(found[1])), text)

    # -- ids -------------------------------------------------------------------------------

    def id(self) -> str:
        """Return a fresh id of this moment."""
        return self.id_at(self.now())

    def id_at(self, at: datetime) -> str:
        return f"{int(at.timestamp()):08x}{_MACHINE}{next(self._numbers) & 0xFFFFFF:06x}"

    def word(self) -> str:
        """Return the 8 characters of a short address."""
        letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        return "".join(self._draw.choices(letters, k=8))

    # -- finding ---------------------------------------------------------------------------

    @property
    def boards(self) -> dict[str, Board]:
        """Return every board, with what the story left to be made when it is needed."""
        for given in self._given.values():
            if given.id not in self._boards:
                self._boards[given.id] = loading.board(self, given)
        if self._given:
            self._given = {}
            loading.notifications(self, self._told)
        return self._boards

    def sees(self, member: str, board: Board) -> bool:
        if self.only is not None and board.workspace not in self.only:
            return False
        if member in board.members:
            return True
        workspace = self.workspaces.get(board.workspace)
        return board.is_for_workspace and workspace is not None and member in workspace.members

    def board(self, member: str, id: str) -> Board:
        """Return a board, by its id or the word of its short address.

        Raises:
            TrelloError: there is none, or it is not for this person.
        """
        found = self.boards.get(_valid(id)) or next(
            (board for board in self.boards.values() if board.link == id), None
        )
        if found is None:
            raise not_found("board")
        self._let_in(member, found, "board")
        return found

    def card(self, member: str, id: str) -> Card:
        """Return a card, by its id or the word of its short address.

        Raises:
            TrelloError: there is none, or it is not for this person.
        """
        found = self.any_card(_valid(id))
        if found is None:
            raise not_found("card" if id in self.gone else "")
        self._let_in(member, self.boards[found.board], "card")
        return found

    def any_card(self, id: str) -> Card | None:
        for board in self.boards.values():
            if id in board.cards:
                return board.cards[id]
        return next((card for card in self.cards() if card.link == id), None)

    def cards(self) -> Iterable[Card]:
        for board in self.boards.values():
            yield from board.cards.values()

    def lane(self, member: str, id: str) -> Lane:
        for board in self.boards.values():
            if id in board.lanes:
                self._let_in(member, board, "list")
                return board.lanes[id]
        _valid(id)
        raise not_found()

    def _let_in(self, member: str, board: Board, what: str) -> None:
        if self.only is not None and board.workspace not in self.only:
            raise TrelloError(403, "forbidden")
        if not self.sees(member, board):
            raise no_access(what)

    def may_change(self, member: str, board: Board, what: str = "card") -> None:
        """Raises TrelloError: this person only looks at the board."""
        if board.members.get(member) not in SHARED:
            raise no_access(what)

    def told(self, member: str) -> list[Notification]:
        """Return what somebody was told, oldest first."""
        _ = self.boards  # with them comes what their story told
        return self.notifications[member]

    # -- what is done ----------------------------------------------------------------------

    def act(
        self,
        type: str,
        by: str,
        board: Board,
        card: Card | None,
        data: Json,
        *,
        app: str = "",
        quiet: bool = False,
    ) -> Action:
        """Keep what somebody did.

        Args:
            quiet: it is not told to those whom it concerns.
        """
        now = self.now()
        where: Json = {}
        if card is not None:
            where["card"] = {**about_card(card), **data.pop("card", {})}
        where["board"] = about_board(board)
        action = Action(
            self.id(),
            type,
            by,
            now,
            {**where, **data},
            board.id,
            "" if card is None else card.id,
            app,
            type not in EXCLUDED,
        )
        board.actions.append(action)
        board.moved_at = now
        if card is not None:
            card.actions.append(action)
            card.moved_at = now
        if not quiet:
            telling.tell(self, board, action)
        return action


def _valid(id: str) -> str:
    is_id = len(id) == 24 and set(id) <= set("0123456789abcdefABCDEF")
    if not is_id and not (len(id) == 8 and id.isalnum()):
        raise TrelloError(400, "invalid id")
    return id
