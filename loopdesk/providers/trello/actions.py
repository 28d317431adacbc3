"""What a person does to a card that is there: changes that may come twice.

Trello has no preconditions. So each change reads the card first: what already is as wanted is not
written, and what somebody else has written meanwhile is not written over.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Conflict, Rejected
from loopdesk.core.items import Kind
from loopdesk.core.people import handle_of
from loopdesk.core.seams import Files, Steps
from loopdesk.providers.trello import convert, wire
from loopdesk.providers.trello.attach import CardFiles
from loopdesk.providers.trello.boards import CARDS
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.making import Making
from loopdesk.providers.trello.near import Near

_ID = re.compile(r"[0-9a-f]{24}")
_ME = frozenset({"me", "@me"})


class _Moving(msgspec.Struct):
    """What a card had on the board that it leaves: names by id."""

    board: str
    labels: dict[str, str]
    members: dict[str, str]


class Actions:
    def __init__(self, calls: Calls, files: Files, acted: set[str]) -> None:
        self._calls, self._near = calls, Near(calls, acted)
        self._making = Making(calls, self._near)
        self._attaching = CardFiles(calls, self._near, files)
        # What this process wrote itself is no change of somebody else's.
        self._own: dict[tuple[str, str], str] = {}

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        """Do it; of several files one at a time.

        Raises:
            Rejected: the card is gone, or Trello does not take this of it.
            Conflict: what is to be edited was edited by somebody else.
        """
        match action.name:
            case "task" | "comment" | "subtask":
                return self._making.perform(action, steps)
            case "attach":
                return self._attaching.perform(action, steps)
            case "move":
                return self._move(action, steps)
            case "assign" | "unassign" | "label" | "unlabel":
                return self._put_on(action)
            case "check" | "uncheck":
                return self._tick(action)
            case "read" if action.target.kind is Kind.MESSAGE:
                # Without ids it would be all that there are.
                ids = [action.target.key]
                self._calls.write("POST", "/notifications/all/read", Any, ids=ids, read=True)
                return self._noticed(action)
            case "read":
                path = f"/cards/{action.target.key}/markAssociatedNotificationsRead"
                self._calls.write("POST", path, Any)
                return self._near.receipt(self._near.card(action.target.key))
        return self._edit(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case "task" | "comment" | "subtask":
                return self._making.find(action, steps)
            case "attach":
                return self._attaching.find(action, steps)
        if action.target.kind is Kind.MESSAGE:
            return None if self._near.is_told(action.target.key) else self._noticed(action)
        card = self._near.card_or_none(action.target.key)
        if card is None:
            return None
        match action.name:
            case "move":
                is_there = card.idList == action.arguments.to[0]
                return self._moved(card, steps) if is_there else None
            case "assign" | "unassign" | "label" | "unlabel":
                wanted, held = self._meant(action, card)
                there = wanted <= held if _adds(action) else not wanted & held
                return self._put_receipt(action, card, wanted) if there else None
            case "check" | "uncheck":
                states = _states(card)
                there = states.get(action.arguments.entry) is (action.name == "check")
            case "read":
                there = not self._near.is_unread(card.id)
            case _:
                there = convert.holds(convert.change(action), card)
                return self._edited(action, card) if there else None
        return self._near.receipt(card) if there else None

    @staticmethod
    def _noticed(action: Action) -> Receipt:
        return Receipt({"key": action.target.key}, (CARDS.key,))

    # --- edits ------------------------------------------------------------------------------------

    def _edit(self, action: Action) -> Receipt:
        card = self._near.card(action.target.key)
        body = convert.change(action)
        if not convert.holds(body, card):
            self._look_for_others(action, card, body)
            card = self._calls.write("PUT", f"/cards/{card.id}", wire.Card, **body)
        return self._edited(action, card)

    def _look_for_others(self, action: Action, card: wire.Card, body: dict[str, Any]) -> None:
        for field in body:
            seen = convert.seen(action.target.version, field)
            there = convert.mark_of(card, field)
            if seen and there not in (seen, self._own.get((card.id, field))):
                raise Conflict

    def _edited(self, action: Action, card: wire.Card) -> Receipt:
        edited = [field for field in convert.change(action) if field in convert.EDITED]
        if not edited:
            return self._near.receipt(card)
        self._own |= {(card.id, field): convert.mark_of(card, field) for field in edited}
        # Whoever takes it back saw it like this.
        return self._near.receipt(card, {"version": convert.shares(card)})

    # --- moving -----------------------------------------------------------------------------------

    def _move(self, action: Action, steps: Steps) -> Receipt:
        card, to = self._near.card(action.target.key), action.arguments.to[0]
        if card.idList != to:
            lane = self._near.lane(to)
            before = _Moving(
                card.idBoard,
                {each.id: each.name or each.color or "" for each in card.labels},
                {each.id: convert.handle(each).name for each in card.members},
            )
            steps.save(msgspec.json.encode(before))
            body = {"idList": to, "pos": "bottom"}
            if lane.idBoard != card.idBoard:
                body["idBoard"] = lane.idBoard
            card = self._calls.write("PUT", f"/cards/{card.id}", wire.Card, **body)
        return self._moved(card, steps)

    def _moved(self, card: wire.Card, steps: Steps) -> Receipt:
        """Return the receipt of a move: another board has neither its labels nor all its people."""
        kept = steps.load()
        before = None if kept is None else msgspec.json.decode(kept, type=_Moving)
        if before is None or before.board == card.idBoard:
            return self._near.receipt(card)
        lost = {
            "lost_labels": [name for id, name in before.labels.items() if id not in card.idLabels],
            "lost_people": [
                name for id, name in before.members.items() if id not in card.idMembers
            ],
        }
        return self._near.receipt(card, {name: names for name, names in lost.items() if names})

    # --- people and labels ------------------------------------------------------------------------

    def _put_on(self, action: Action) -> Receipt:
        """Add or take off one by one: a whole list would undo what others do meanwhile."""
        card = self._near.card(action.target.key)
        wanted, held = self._meant(action, card)
        kind = "idMembers" if action.name.endswith("assign") else "idLabels"
        for id in sorted(wanted - held if _adds(action) else wanted & held):
            if _adds(action):
                self._calls.write("POST", f"/cards/{card.id}/{kind}", Any, value=id)
            else:
                self._calls.write("DELETE", f"/cards/{card.id}/{kind}/{id}", Any)
        return self._put_receipt(action, card, wanted)

    def _put_receipt(self, action: Action, card: wire.Card, wanted: set[str]) -> Receipt:
        comes_or_goes = action.name.endswith("assign") and self._calls.me.id in wanted
        return self._near.receipt(card, both=comes_or_goes)

    def _meant(self, action: Action, card: wire.Card) -> tuple[set[str], set[str]]:
        """Return the ids that are meant, and those that are on the card."""
        to = action.arguments.to
        if action.name.endswith("assign"):
            return {self._member(each, card.idBoard) for each in to}, {*card.idMembers}
        return {self._label(each, card.idBoard) for each in to}, {*card.idLabels}

    def _member(self, named: str, board: str) -> str:
        if _ID.fullmatch(named):
            return named
        if named.lower() in _ME:
            return self._calls.me.id
        wanted = {named.casefold().removeprefix("@"), handle_of(named).name.casefold()} - {""}
        found = self._calls.look(
            f"/boards/{board}/members", list[wire.Member], fields="fullName,username"
        )
        for each in found:
            if {(each.fullName or "").casefold(), (each.username or "").casefold()} & wanted:
                return each.id
        raise Rejected("not-a-member")

    def _label(self, named: str, board: str) -> str:
        if _ID.fullmatch(named):
            return named
        found = self._calls.look(f"/boards/{board}/labels", list[wire.Label], limit=1000)
        for each in found:
            if named.casefold() == convert.label_place(each, board).name.casefold():
                return each.id
        raise Rejected("no-label")

    # --- steps ------------------------------------------------------------------------------------

    def _tick(self, action: Action) -> Receipt:
        card, entry = self._near.card(action.target.key), action.arguments.entry
        done, states = action.name == "check", _states(card)
        if entry not in states:
            raise Rejected("gone")
        if states[entry] is not done:
            state = "complete" if done else "incomplete"
            self._calls.write("PUT", f"/cards/{card.id}/checkItem/{entry}", Any, state=state)
        return self._near.receipt(card)


def _adds(action: Action) -> bool:
    return action.name in ("assign", "label")


def _states(card: wire.Card) -> dict[str, bool]:
    return {
        item.id: item.state == "complete" for group in card.checklists for item in group.checkItems
    }
