"""Who is told of what: the notifications that an action makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loopdesk.sandbox.trello.held import Action, Board, Card, Notification

if TYPE_CHECKING:
    from loopdesk.sandbox.trello.wall import Wall

_MENTION = re.compile(r"(?<![\w@])@([a-z0-9_]+)", re.IGNORECASE)
# What those on a card, and those who watch it, hear of what happens to it.
_TYPES = {
    "commentCard": "commentCard",
    "addAttachmentToCard": "addedAttachmentToCard",
    "updateCheckItemStateOnCard": "updateCheckItemStateOnCard",
    "updateCard": "changeCard",
    "moveCardToBoard": "changeCard",
}
_HEARD_CHANGES = {"closed", "idList", "due"}


def tell(wall: Wall, board: Board, action: Action) -> None:
    """Tell whoever an action concerns; never the one who did it."""
    card = board.cards.get(action.card)
    if card is None:
        return
    told = {action.by}

    def hear(members: list[str], type: str) -> None:
        for member in members:
            if member in told or member not in wall.people or not wall.sees(member, board):
                continue
            told.add(member)
            id = wall.id_at(action.at)
            data = {name: value for name, value in action.data.items() if name != "list"}
            wall.notifications[member].append(
                Notification(
                    *(id, member, type, action.at, action.by, data),
                    *(action.id, board.id, card.id),
                )
            )

    match action.type:
        case "commentCard":
            hear(mentioned(wall, board, card, str(action.data["text"])), "mentionedOnCard")
        case "addMemberToCard":
            hear([str(action.data["idMember"])], "addedToCard")
            return
        case "removeMemberFromCard":
            hear([str(action.data["idMember"])], "removedFromCard")
            return
        case "createCard":
            lane = board.lanes[card.lane]
            hear(sorted(board.watchers | lane.watchers), "createdCard")
            return
    changed = set(action.data.get("old", {}))
    if type := _TYPES.get(action.type):
        if action.type == "updateCard" and not changed & _HEARD_CHANGES:
            return
        listening = {*card.watchers, *board.watchers, *board.lanes[card.lane].watchers}
        hear([*card.members, *sorted(listening)], type)


def mentioned(wall: Wall, board: Board, card: Card, text: str) -> list[str]:
    """Return who is named in a text: by name, as everybody on the card or on the board."""
    found: list[str] = []
    for word in _MENTION.findall(text):
        match word.lower():
            case "card":
                found += card.members
            case "board":
                found += board.members
            case name if name in wall.by_username:
                found.append(wall.by_username[name])
    return list(dict.fromkeys(found))
