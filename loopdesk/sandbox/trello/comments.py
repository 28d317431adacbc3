"""Actions, of which comments are one kind: reading them, and writing, changing, deleting one."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import listing, scopes, shapes
from loopdesk.sandbox.trello.errors import TrelloError, no_access, not_found
from loopdesk.sandbox.trello.held import Action, about_lane, moment
from loopdesk.sandbox.trello.method import Call

_OF_CARD = "commentCard,updateCard:idList"


def of_card(call: Call) -> list[Json]:
    return _shown(call, listing.actions(call, call.card().actions, _OF_CARD))


def of_board(call: Call) -> list[Json]:
    return _shown(call, listing.actions(call, call.board("boardId").actions, "all"))


def of_member(call: Call) -> list[Json]:
    member = call.me(call.path["id"])
    wall = call.wall
    found = [
        action
        for board in wall.boards.values()
        if wall.sees(call.user, board)
        for action in board.actions
        if action.by == member
    ]
    return _shown(call, listing.actions(call, found, "all"))


def _shown(call: Call, found: list[Action]) -> list[Json]:
    fields = call.names("fields")
    wanted = call.names("memberCreator_fields", ",".join(shapes.MEMBER))
    with_member = wanted if call.flag("memberCreator", True) else None
    return [shapes.action(call.wall, one, fields, with_member=with_member) for one in found]


def get(call: Call) -> Json:
    if not call.scopes & {scopes.READ_BOARD, scopes.READ_WORKSPACE}:
        raise scopes_missing()
    return _shown(call, [_action(call)])[0]


def scopes_missing() -> TrelloError:
    return TrelloError(401, "Unauthorized; scope does not match")


def write(call: Call) -> Json:
    card = call.card()
    board = call.wall.boards[card.board]
    # Whoever may only look at a board may not speak there either.
    call.wall.may_change(call.user, board)
    text = call.words("text", needed=True)
    if "comments" in board.full:
        raise TrelloError(403, "Card has too many actions", "CARD_ACTION_LIMIT_EXCEEDED")
    data = {"text": text, "list": about_lane(board.lanes[card.lane])}
    action = call.wall.act("commentCard", call.user, board, card, data, app=call.app)
    shown = shapes.action(call.wall, action, frozenset({"all"}))
    call.trello.on_comment({**shown, "idMembers": list(card.members)}, call.now)
    return shown


def change(call: Call) -> Json:
    action = _own(call)
    text = call.words("value" if call.has("value") else "text", needed=True)
    action.data["text"] = text
    action.data["dateLastEdited"] = moment(call.now)
    _touch(call, action, "updateComment")
    return shapes.action(call.wall, action, frozenset({"all"}))


def delete(call: Call) -> Json:
    action = _own(call)
    board = call.wall.boards[action.board]
    card = board.cards[action.card]
    card.actions.remove(action)
    if action in board.actions:
        board.actions.remove(action)
    _touch(call, action, "deleteComment")
    return {"_value": None}


def _touch(call: Call, action: Action, type: str) -> None:
    """Move when the card was last active; the action itself is one that nobody can list."""
    if call.trello.silent_edits:
        return
    board = call.wall.boards[action.board]
    call.wall.act(type, call.user, board, board.cards[action.card], {}, app=call.app, quiet=True)


def _action(call: Call) -> Action:
    id = call.path.get("idAction") or call.path["id"]
    for board in call.wall.boards.values():
        found = next((one for one in board.actions if one.id == id and one.is_listed), None)
        if found is None:
            continue
        if not call.wall.sees(call.user, board):
            raise no_access("action")
        return found
    moved = next((one for card in call.wall.cards() for one in card.actions if one.id == id), None)
    if moved is None or not call.wall.sees(call.user, call.wall.boards[moved.board]):
        raise not_found()
    return moved


def _own(call: Call) -> Action:
    action = _action(call)
    if action.type != "commentCard":
        raise TrelloError(400, "invalid action type")
    if action.card not in call.wall.boards[action.board].cards:
        raise not_found("card")
    if action.by != call.user:
        raise no_access("action")
    return action
