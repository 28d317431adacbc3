"""Checklists and their items."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import shapes
from loopdesk.sandbox.trello.errors import invalid, not_found
from loopdesk.sandbox.trello.held import STEP, Board, Card, Checklist, Step
from loopdesk.sandbox.trello.method import Call


def of_card(call: Call) -> list[Json]:
    return [_shown(call, one) for one in call.card().checklists.values()]


def of_board(call: Call) -> list[Json]:
    cards = call.board().cards.values()
    return [_shown(call, one) for card in cards for one in card.checklists.values()]


def _shown(call: Call, one: Checklist) -> Json:
    items = "none" if call.text("checkItems", "all") == "none" else "all"
    return shapes.checklist(call.wall, one, call.names("fields"), items)


def create(call: Call) -> Json:
    """Make one on the card of the path, or of `idCard`."""
    wall = call.wall
    if "id" in call.path:
        card = call.card(change=True)
    else:
        card = wall.card(call.user, call.text("idCard"))
        wall.may_change(call.user, wall.boards[card.board])
    last = max((each.pos for each in card.checklists.values()), default=0.0)
    name = call.words("name") or "Checklist"
    one = Checklist(wall.id(), name, card.id, last + STEP)
    card.checklists[one.id] = one
    _act(call, "addChecklistToCard", card, one)
    return _shown(call, one)


def get(call: Call) -> Json:
    return _shown(call, _checklist(call)[1])


def rename(call: Call) -> Json:
    card, one = _checklist(call, change=True)
    one.name = call.words("name", needed=True)
    _act(call, "updateChecklist", card, one)
    return _shown(call, one)


def delete(call: Call) -> Json:
    card, one = _checklist(call, change=True)
    del card.checklists[one.id]
    _act(call, "removeChecklistFromCard", card, one)
    return {}


def items(call: Call) -> list[Json]:
    one = _checklist(call)[1]
    return [shapes.step(one, each) for each in shapes.in_order(one.steps.values())]


def add_item(call: Call) -> Json:
    card, one = _checklist(call, change=True)
    member = call.text("idMember")
    step = Step(
        call.wall.id(),
        call.words("name", needed=True),
        call.place(each.pos for each in one.steps.values()),
        call.flag("checked"),
        call.at("due"),
        member if member in call.wall.people else "",
    )
    one.steps[step.id] = step
    _act(call, "createCheckItem", card, one, step)
    return shapes.step(one, step)


def item(call: Call) -> Json:
    return shapes.step(*_item(call, call.card()))


def change_item(call: Call) -> Json:
    card = call.card(change=True)
    one, step = _item(call, card)
    if call.has("state"):
        done = {"complete": True, "true": True, "incomplete": False, "false": False}
        if (state := call.text("state")) not in done:
            raise invalid("state")
        if step.done != done[state]:
            step.done = done[state]
            _act(call, "updateCheckItemStateOnCard", card, one, step)
    if call.has("name"):
        step.name = call.words("name", needed=True)
        _act(call, "updateCheckItem", card, one, step)
    if call.has("due"):
        step.due = call.at("due")
        _act(call, "updateCheckItem", card, one, step)
    return shapes.step(one, step)


def delete_item(call: Call) -> Json:
    """Delete one of the checklist of the path, or of the card."""
    if call.request.path.startswith("/1/checklists"):
        card = _checklist(call, change=True)[0]
    else:
        card = call.card(change=True)
    one, step = _item(call, card)
    del one.steps[step.id]
    _act(call, "deleteCheckItem", card, one, step)
    return {"limits": {}}


def _checklist(call: Call, *, change: bool = False) -> tuple[Card, Checklist]:
    id, wall = call.path["id"], call.wall
    card = next((card for card in wall.cards() if id in card.checklists), None)
    if card is None:
        raise not_found()
    # Whether it may be seen is asked of its card.
    wall.card(call.user, card.id)
    if change:
        wall.may_change(call.user, wall.boards[card.board], "checklist")
    return card, card.checklists[id]


def _item(call: Call, card: Card) -> tuple[Checklist, Step]:
    id = call.path["idCheckItem"]
    for one in card.checklists.values():
        if id in one.steps:
            return one, one.steps[id]
    raise not_found("checkItem")


def _act(call: Call, type: str, card: Card, one: Checklist, step: Step | None = None) -> None:
    board: Board = call.wall.boards[card.board]
    data: Json = {"checklist": {"id": one.id, "name": one.name}}
    if step is not None:
        state = "complete" if step.done else "incomplete"
        data["checkItem"] = {"id": step.id, "name": step.name, "state": state}
    call.wall.act(type, call.user, board, card, data, app=call.app)
