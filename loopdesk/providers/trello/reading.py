"""Cards read whole, several at once: with their steps, files and what was said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Entry, Item
from loopdesk.core.places import Place
from loopdesk.providers.trello import convert, wire
from loopdesk.providers.trello.calls import MOST_AT_ONCE, Calls, query
from loopdesk.providers.trello.refusals import Unreadable

AT_ONCE = MOST_AT_ONCE // 2
Told = Mapping[str, Collection[str]]
"""By card, the actions that unread notifications are about; "" for one that is about none."""
CARD: dict[str, Any] = {
    "fields": wire.FULL,
    "members": True,
    "member_fields": "fullName,username",
    "checklists": "all",
    "attachments": True,
    "attachment_fields": wire.ATTACHMENT,
}
"""How a card is asked for with all that is on it."""
UNREAD: dict[str, Any] = {
    "read_filter": "unread",
    "limit": 100,
    "fields": "id,type,date,data,idAction",
    "memberCreator_fields": "fullName,username",
}
UNREAD_PATH = query("/members/me/notifications", **UNREAD)
_SAID: dict[str, Any] = {"filter": convert.SAID, "limit": 1000}


@dataclass(frozen=True, slots=True)
class Read:
    """One card as it was read.

    Args:
        item: None where it is no task.
        trouble: where it is not of the documented shape; then there is nothing else.
    """

    card: wire.Card | None = None
    item: Item | None = None
    entries: Sequence[Entry] = ()
    trouble: str = ""

    @property
    def places(self) -> list[Place]:
        """Return its labels: one may be newer than the last look at all of them."""
        if self.card is None:
            return []
        return [convert.label_place(one, self.card.idBoard) for one in self.card.labels]


class Reader:
    """Reads cards for whoever signed in."""

    def __init__(self, calls: Calls, *, writes: bool) -> None:
        self._calls, self._writes = calls, writes

    @property
    def me(self) -> wire.Member:
        return self._calls.me

    def cards(self, ids: Sequence[str], told: Told, *, watched: bool = False) -> dict[str, Read]:
        """Return cards by id; those that are no more, or not for this person, are left out.

        Args:
            ids: a handful: two requests a card go into one batch.
            watched: all that is open on their board is shown.
        """
        paths = [
            path
            for id in ids
            for path in (query(f"/cards/{id}", **CARD), query(f"/cards/{id}/actions", **_SAID))
        ]
        answers = iter(self._calls.batch(paths))
        found: dict[str, Read] = {}
        for id, card, said in zip(ids, answers, answers, strict=True):
            try:
                whole = convert.Whole(
                    self._calls.read(card, wire.Card),
                    self._calls.read(said, list[wire.Action]),
                    told.get(id),
                )
                found[id] = self._read(whole, watched=watched)
            except Unreadable:
                continue
            except BadPayload as error:
                found[id] = Read(trouble=error.where)
        return found

    def _read(self, whole: convert.Whole, *, watched: bool) -> Read:
        if not whole.card.is_task:
            return Read(whole.card)
        made, entries = convert.item(whole, self.me, watched=watched, writes=self._writes)
        return Read(whole.card, made, entries)


def told_of(notifications: Sequence[wire.Notification]) -> dict[str, list[str]]:
    """Return what is unread, by card; of whatever kind it is, also of one that nobody knew."""
    told: dict[str, list[str]] = {}
    for each in notifications:
        if each.about:
            told.setdefault(each.about, []).append(each.idAction or "")
    return {card: sorted(actions) for card, actions in told.items()}
