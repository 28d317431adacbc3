"""Moving a card to another list or board: what is not known there is lost on the way."""

from __future__ import annotations

from loopdesk.sandbox.trello.errors import invalid
from loopdesk.sandbox.trello.held import STEP, Board, Card, Lane, about_board, about_lane
from loopdesk.sandbox.trello.method import Call


def move(call: Call, card: Card) -> None:
    wall = call.wall
    board = wall.boards[card.board]
    target = board
    if id := call.text("idBoard"):
        target = wall.board(call.user, id)
        wall.may_change(call.user, target, "board")
    lane = _lane(call, target, card)
    if target is board:
        _within(call, board, card, lane)
    else:
        _across(call, board, target, card, lane)


def _lane(call: Call, target: Board, card: Card) -> Lane:
    if id := call.text("idList"):
        if id not in target.lanes:
            raise invalid("idList")
        return target.lanes[id]
    if card.lane in target.lanes:
        return target.lanes[card.lane]
    open_ones = [lane for lane in target.lanes.values() if not lane.closed]
    if not open_ones:
        raise invalid("idList")
    return min(open_ones, key=lambda lane: lane.pos)


def _within(call: Call, board: Board, card: Card, lane: Lane) -> None:
    if lane.id == card.lane:
        return
    before = board.lanes[card.lane]
    _put(board, card, lane)
    data = {
        "card": {"idList": lane.id},
        "old": {"idList": before.id},
        "listBefore": about_lane(before),
        "listAfter": about_lane(lane),
    }
    call.wall.act("updateCard", call.user, board, card, data, app=call.app)


def _across(call: Call, board: Board, target: Board, card: Card, lane: Lane) -> None:
    wall = call.wall
    there = {"boardTarget": about_board(target)}
    left = wall.act("moveCardFromBoard", call.user, board, card, there, app=call.app, quiet=True)
    # Whoever reads the card hears of its arrival alone.
    card.actions.remove(left)
    del board.cards[card.id]
    card.labels = [id for id in card.labels if id in target.labels]
    card.members = [id for id in card.members if id in target.members]
    card.watchers = {id for id in card.watchers if wall.sees(id, target)}
    target.numbers += 1
    card.number, card.board = target.numbers, target.id
    _put(target, card, lane)
    target.cards[card.id] = card
    for each in card.actions:
        each.board = target.id
    data = {"boardSource": about_board(board), "list": about_lane(lane)}
    wall.act("moveCardToBoard", call.user, target, card, data, app=call.app)


def _put(board: Board, card: Card, lane: Lane) -> None:
    others = [each.pos for each in board.lane_cards(lane.id) if each is not card]
    card.lane, card.pos = lane.id, max(others, default=0.0) + STEP
