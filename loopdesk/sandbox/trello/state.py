"""What Trello's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import shapes
from loopdesk.sandbox.trello.held import Board, Card, moment

if TYPE_CHECKING:
    from loopdesk.sandbox.trello.wall import Wall


def state(wall: Wall) -> Json:
    return {
        "people": [
            {"id": one.id, "name": one.full_name, "username": one.username, "address": one.address}
            for one in wall.people.values()
        ],
        "boards": [_board(board) for board in wall.boards.values()],
        "notifications": {
            member: [
                {
                    "id": one.id,
                    "type": one.type,
                    "by": one.by,
                    "card": one.card,
                    "text": one.data.get("text", ""),
                    "unread": one.unread,
                }
                for one in wall.told(member)
            ]
            for member in wall.people
        },
    }


def _board(board: Board) -> Json:
    return {
        "id": board.id,
        "name": board.name,
        "closed": board.closed,
        "members": board.members,
        "watchers": sorted(board.watchers),
        "lists": [
            {"id": lane.id, "name": lane.name, "closed": lane.closed}
            for lane in board.lanes.values()
        ],
        "labels": {label.id: label.name or label.color for label in board.labels.values()},
        "cards": [_card(card) for card in board.cards.values()],
    }


def _card(card: Card) -> Json:
    return {
        "id": card.id,
        "name": card.name,
        "desc": card.desc,
        "list": card.lane,
        "pos": card.pos,
        "closed": card.closed,
        "due": moment(card.due),
        "start": moment(card.start),
        "due_complete": card.due_complete,
        "members": list(card.members),
        "watchers": sorted(card.watchers),
        "labels": list(card.labels),
        "checklists": [
            {
                "id": one.id,
                "name": one.name,
                "items": [
                    {"id": step.id, "name": step.name, "done": step.done}
                    for step in shapes.in_order(one.steps.values())
                ],
            }
            for one in card.checklists.values()
        ],
        "comments": [
            {"id": one.id, "by": one.by, "text": one.data["text"], "app": one.app}
            for one in shapes.comments(card)
        ],
        "attachments": [
            {
                "id": one.id,
                "name": one.name,
                "by": one.by,
                "url": one.url,
                "sha256": "" if one.content is None else sha256(one.content).hexdigest(),
            }
            for one in card.attachments.values()
        ],
    }
