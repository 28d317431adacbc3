"""What an action looks at before it acts, and the receipt that it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from loopdesk.core.actions import Receipt
from loopdesk.core.errors import Rejected
from loopdesk.providers.trello import wire
from loopdesk.providers.trello.boards import BOARD, CARDS
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.reading import CARD, UNREAD, told_of

NONE: Mapping[str, Any] = MappingProxyType({})


class Near:
    """Args:
    acted: takes the ids of archived cards that something was done to: no listing names those.
    """

    def __init__(self, calls: Calls, acted: set[str]) -> None:
        self._calls, self._acted = calls, acted

    def card(self, id: str) -> wire.Card:
        """Return a card as it is.

        Raises:
            Rejected: it is no more, or not for this person.
        """
        return self._calls.look(f"/cards/{id}", wire.Card, **CARD)

    def card_or_none(self, id: str) -> wire.Card | None:
        try:
            return self.card(id)
        except Rejected:
            return None

    def lane(self, id: str) -> wire.Lane:
        """Return a list that something can be put in.

        Raises:
            Rejected: it is archived, no more, or not for this person.
        """
        lane = self._calls.look(f"/lists/{id}", wire.Lane, fields="name,closed,idBoard")
        if lane.closed:
            raise Rejected("closed")
        return lane

    def is_unread(self, card: str) -> bool:
        return card in told_of(self._unread())

    def is_told(self, notice: str) -> bool:
        return any(each.id == notice for each in self._unread())

    def _unread(self) -> list[wire.Notification]:
        return self._calls.look("/members/me/notifications", list[wire.Notification], **UNREAD)

    def receipt(
        self, card: wire.Card, facts: Mapping[str, Any] = NONE, *, both: bool = False
    ) -> Receipt:
        """Return the receipt of what holds now.

        Args:
            facts: what it says beside which card it was.
            both: the card joins or leaves what concerns the person.
        """
        if card.closed:
            self._acted.add(card.id)
        concerns = self._calls.me.id in card.idMembers or bool(card.subscribed)
        others = () if concerns and not both else (f"{BOARD}{card.idBoard}",)
        return Receipt({"key": card.id, **facts}, (CARDS.key, *others))
