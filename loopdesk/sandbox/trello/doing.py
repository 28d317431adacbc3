"""What the people of the story do on Trello's own page."""

from __future__ import annotations

from loopdesk.sandbox.trello.held import STEP, about_lane
from loopdesk.sandbox.trello.wall import Wall
from loopdesk.sandbox.trello_world import Done


def do(wall: Wall, what: Done) -> None:
    """Do it, unless the card is gone by now."""
    card = wall.any_card(what.card)
    if card is None:
        return
    board = wall.boards[card.board]
    about = {"list": about_lane(board.lanes[card.lane])}
    if what.comment:
        wall.act("commentCard", what.by, board, card, {"text": what.comment, **about})
    for one in card.checklists.values():
        for step in one.steps.values():
            if step.name == what.check and not step.done:
                step.done = True
                item = {"id": step.id, "name": step.name, "state": "complete"}
                data = {"checklist": {"id": one.id, "name": one.name}, "checkItem": item}
                wall.act("updateCheckItemStateOnCard", what.by, board, card, data)
    if what.lane in board.lanes and what.lane != card.lane:
        before, after = board.lanes[card.lane], board.lanes[what.lane]
        places = [each.pos for each in board.lane_cards(after.id)]
        card.lane, card.pos = after.id, max(places, default=0.0) + STEP
        lanes = {"listBefore": about_lane(before), "listAfter": about_lane(after)}
        change = {"card": {"idList": after.id}, "old": {"idList": before.id}, **lanes}
        wall.act("updateCard", what.by, board, card, change)
    if what.join in board.members and what.join not in card.members:
        card.members.append(what.join)
        member = {"id": what.join, "name": wall.people[what.join].full_name}
        joined = {"idMember": what.join, "member": member}
        wall.act("addMemberToCard", what.by, board, card, joined)
