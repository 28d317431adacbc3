"""What is made: cards, comments, check items. None takes an id of ours, so each is looked for."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.trello import convert, wire
from loopdesk.providers.trello.boards import CARDS
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.convert import same_words
from loopdesk.providers.trello.near import Near

_AROUND = timedelta(minutes=1)
_LATEST = 50
_GAP = 16_384
"""How far Trello itself puts cards apart."""
_CHECKLIST = "Checklist"


class _Before(msgspec.Struct, omit_defaults=True):
    """What was there before something was made.

    Args:
        since: shortly before, by Trello's clock.
        known: ids of what may be taken for it.
        lane, board: where a card goes.
        pos: the place in its list that a card is given: no other has it.
    """

    since: str = ""
    known: list[str] = []
    lane: str = ""
    board: str = ""
    pos: float = 0.0

    @classmethod
    def load(cls, steps: Steps) -> _Before | None:
        saved = steps.load()
        return None if saved is None else msgspec.json.decode(saved, type=cls)


class Making:
    def __init__(self, calls: Calls, near: Near) -> None:
        self._calls, self._near = calls, near

    def perform(self, action: Action, steps: Steps) -> Receipt:
        before = _Before.load(steps)
        if before is None:
            before = self._look_around(action)
            steps.save(msgspec.json.encode(before))
        match action.name:
            case "task":
                return self._make(action, before)
            case "comment":
                return self._comment(action)
        return self._add_step(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        before = _Before.load(steps)
        if before is None:  # saved before anything is made
            return None
        try:
            match action.name:
                case "task":
                    return self._find_card(action, before)
                case "comment":
                    return self._find_comment(action, before)
            return self._find_step(action, before)
        except Rejected:  # there is nothing any more in which it could be
            return None

    def _look_around(self, action: Action) -> _Before:
        since = wire.written(self._calls.now() - _AROUND)
        match action.name:
            case "task":
                return self._place(action, since)
            case "comment":
                said = self._said(action.target.key, since)
                return _Before(since, [each.id for each in said])
        return _Before(since, [each.id for each in self._steps(action.target.key)])

    # --- cards ------------------------------------------------------------------------------------

    def _place(self, action: Action, since: str) -> _Before:
        """Return where a new card goes: below all others, by a number of our own."""
        lane = self._near.lane(action.arguments.place or action.target.place or self._inbox())
        cards = self._cards(lane.id)
        last = ceil(max((card.pos for card in cards), default=0.0))
        # A whole number, since it must come back as it was given.
        pos = last + _GAP + 1 + int(action.id[:3], 16)
        name = str(convert.new_card(action)["name"])
        known = [card.id for card in cards if same_words(card.name, name)]
        return _Before(since, known, lane.id, lane.idBoard, pos)

    def _inbox(self) -> str:
        home = self._calls.look("/members/me", wire.Home, fields="inbox")
        if home.inbox is None or not home.inbox.idList:
            raise Rejected("listNeeded")
        return home.inbox.idList

    def _cards(self, lane: str) -> list[wire.Light]:
        fields = "name,pos,closed,idMembers,idBoard,idList"
        return self._calls.look(f"/lists/{lane}/cards", list[wire.Light], fields=fields)

    def _make(self, action: Action, before: _Before) -> Receipt:
        card = self._calls.write(
            "POST",
            "/cards",
            wire.Card,
            idList=before.lane,
            pos=before.pos,
            idMembers=[self._calls.me.id],
            **convert.new_card(action),
        )
        return _made(card.id)

    def _find_card(self, action: Action, before: _Before) -> Receipt | None:
        """Look in the list, by its place; then in what was made, since it may have been moved."""
        name = str(convert.new_card(action)["name"])
        for card in self._cards(before.lane):
            if card.pos == before.pos and same_words(card.name, name):
                return _made(card.id)
        made = self._calls.look(
            f"/boards/{before.board}/actions",
            list[wire.Action],
            filter="createCard",
            since=before.since,
            limit=_LATEST,
        )
        for each in made:
            card_, lane = each.data.card, each.data.list
            if (
                self._is_mine(each)
                and card_ is not None
                and card_.id not in before.known
                and lane is not None
                and lane.id == before.lane
                and same_words(card_.name, name)
                and self._is_ours(each, card_.id, before)
            ):
                return _made(card_.id)
        return None

    def _is_ours(self, made: wire.Action, card: str, before: _Before) -> bool:
        """Say whether a card of these words is the one, and not made by hand at the same time.

        Elsewhere in its list it is, if a program made it; in another list its place says nothing.
        """
        now = self._near.card_or_none(card)
        return now is not None and (now.idList != before.lane or made.appCreator is not None)

    # --- comments ---------------------------------------------------------------------------------

    def _comment(self, action: Action) -> Receipt:
        text = convert.fitting(self._named(action))
        path = f"/cards/{action.target.key}/actions/comments"
        said = self._calls.write("POST", path, wire.Action, text=text)
        return self._commented(action, said)

    def _named(self, action: Action) -> str:
        """Return a comment as Trello reads it: people by the name that each has there."""
        text, mentions = action.arguments.text, action.arguments.mentions
        if not mentions:
            return text
        board = self._near.card(action.target.key).idBoard
        path = f"/boards/{board}/members"
        people = self._calls.look(path, list[wire.Member], fields="fullName,username")
        known = {each.id: each.username for each in people}
        for name, key in sorted(mentions, key=lambda each: len(each[0]), reverse=True):
            if known.get(key):
                text = text.replace(name, f"@{known[key]}")
        return text

    def _find_comment(self, action: Action, before: _Before) -> Receipt | None:
        text = self._named(action)
        for said in self._said(action.target.key, before.since):
            if (
                said.id not in before.known
                and self._is_mine(said)
                and same_words(said.data.text, text)
            ):
                return self._commented(action, said)
        return None

    def _commented(self, action: Action, said: wire.Action) -> Receipt:
        return self._near.receipt(self._near.card(action.target.key), {"message": said.id})

    def _said(self, card: str, since: str) -> list[wire.Action]:
        return self._calls.look(
            f"/cards/{card}/actions",
            list[wire.Action],
            filter="commentCard",
            since=since,
            limit=_LATEST,
        )

    def _is_mine(self, said: wire.Action) -> bool:
        return said.idMemberCreator == self._calls.me.id

    # --- check items ------------------------------------------------------------------------------

    def _add_step(self, action: Action) -> Receipt:
        card = self._near.card(action.target.key)
        groups = sorted(card.checklists, key=lambda each: (each.pos, each.id))
        if groups:
            group = groups[-1]
        else:
            path = f"/cards/{card.id}/checklists"
            group = self._calls.write("POST", path, wire.Checklist, name=_CHECKLIST)
        step = self._calls.write(
            "POST",
            f"/checklists/{group.id}/checkItems",
            wire.CheckItem,
            name=convert.fitting(action.arguments.text),
            pos="bottom",
        )
        return self._near.receipt(card, {"step": step.id})

    def _find_step(self, action: Action, before: _Before) -> Receipt | None:
        for step in self._steps(action.target.key):
            if step.id not in before.known and same_words(step.name, action.arguments.text):
                return self._near.receipt(self._near.card(action.target.key), {"step": step.id})
        return None

    def _steps(self, card: str) -> list[wire.CheckItem]:
        return [item for group in self._near.card(card).checklists for item in group.checkItems]


def _made(card: str) -> Receipt:
    return Receipt({"key": card}, (CARDS.key,))
