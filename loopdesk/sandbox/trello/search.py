"""Search in the cards that somebody can see: every word, and some of Trello's operators."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import cards, shapes
from loopdesk.sandbox.trello.errors import invalid
from loopdesk.sandbox.trello.held import Board, Card
from loopdesk.sandbox.trello.method import Call


def answer(call: Call) -> Json:
    query = call.text("query")
    if not query.strip() or len(query) > 16_384:
        raise invalid("query")
    wall, kinds = call.wall, call.names("modelTypes")
    words = query.lower().split()
    seen = [board for board in wall.boards.values() if wall.sees(call.user, board)]
    if (wanted := call.names("idBoards", "mine")) != {"mine"}:
        seen = [board for board in seen if board.id in wanted]
    found: Json = {
        "options": {
            "terms": [{"text": word} for word in words],
            "modifiers": [],
            "modelTypes": sorted(kinds),
            "partial": call.flag("partial"),
        }
    }
    if kinds & {"all", "cards"}:
        hits = [
            card
            for board in seen
            for card in board.cards.values()
            if all(_fits(call, board, card, word) for word in words)
        ]
        hits.sort(key=lambda card: card.moved_at, reverse=True)
        limit = call.number("cards_limit", 10, 1000)
        first = limit * call.number("cards_page", 0, 100)
        found["cards"] = [cards.shown(call, card, "card_") for card in hits[first : first + limit]]
    if kinds & {"all", "boards"}:
        named = [board for board in seen if all(word in board.name.lower() for word in words)]
        fields = call.names("board_fields", "name,idOrganization")
        limit = call.number("boards_limit", 10, 1000)
        found["boards"] = [shapes.board(wall, board, call.user, fields) for board in named[:limit]]
    return found


def _fits(call: Call, board: Board, card: Card, word: str) -> bool:
    name, colon, value = word.partition(":")
    if word.startswith("@"):
        member = call.user if word == "@me" else call.wall.by_username.get(word[1:])
        return member in card.members
    if colon and name in ("is", "board", "list", "label", "comment", "name", "description"):
        match name, value:
            case "is", "open":
                return board.is_visible(card)
            case "is", "archived":
                return card.closed
            case "board", _:
                return value in board.name.lower() or value == board.id
            case "list", _:
                return value in board.lanes[card.lane].name.lower()
            case "label", _:
                return any(value in board.labels[id].name.lower() for id in card.labels)
            case "name", _:
                return value in card.name.lower()
            case "description", _:
                return value in card.desc.lower()
        return any(value in text for text in _said(card))
    return any(word in text for text in (card.name.lower(), card.desc.lower(), *_said(card)))


def _said(card: Card) -> list[str]:
    return [str(one.data["text"]).lower() for one in shapes.comments(card)] + [
        step.name.lower() for one in card.checklists.values() for step in one.steps.values()
    ]
