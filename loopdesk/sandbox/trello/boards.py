"""Boards, their lists, labels and people."""

from __future__ import annotations

from collections.abc import Callable

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import listing, shapes
from loopdesk.sandbox.trello.errors import invalid, no_access
from loopdesk.sandbox.trello.held import Board, Lane
from loopdesk.sandbox.trello.method import Call


def mine(call: Call) -> list[Json]:
    wall = call.wall
    member = call.me(call.path["id"])
    keeps: dict[str, Callable[[Board], bool]] = {
        "all": lambda board: True,
        "open": lambda board: not board.closed,
        "closed": lambda board: board.closed,
        "starred": lambda board: member in board.starred,
        "members": lambda board: not board.is_for_workspace,
        "organization": lambda board: board.is_for_workspace,
    }
    wanted = call.text("filter", "all").split(",")
    if any(each not in keeps for each in wanted):
        raise invalid("filter")
    inbox = wall.people[call.user].inbox
    return [
        _shown(call, board)
        for board in wall.boards.values()
        if member in board.members
        and wall.sees(call.user, board)
        and board.id != inbox
        and any(keeps[each](board) for each in wanted)
    ]


def get(call: Call) -> Json:
    return _shown(call, call.board())


def _shown(call: Call, board: Board) -> Json:
    wall = call.wall
    found = shapes.board(wall, board, call.user, call.names("fields"))
    if filter := call.text("lists"):
        wanted = call.names("list_fields")
        found["lists"] = [
            shapes.lane(board.lanes[id], call.user, wanted)
            for id in listing.lanes_of(board, filter)
        ]
    if call.text("members", "none") == "all":
        wanted = call.names("member_fields")
        found["members"] = [shapes.member(wall, id, wanted) for id in board.members]
    if call.text("labels", "none") == "all":
        found["labels"] = [shapes.label(board, one) for one in board.labels.values()]
    if call.flag("organization") and board.workspace:
        wanted = call.names("organization_fields")
        found["organization"] = shapes.workspace(wall, board.workspace, wanted)
    return found


def change(call: Call) -> Json:
    board = call.board()
    if call.has("subscribed"):
        (board.watchers.add if call.flag("subscribed") else board.watchers.discard)(call.user)
    if call.has("closed") or call.has("name"):
        if board.members.get(call.user) != "admin":
            raise no_access("board")
        old = {"closed": board.closed, "name": board.name}
        board.closed = call.flag("closed", board.closed)
        board.name = call.words("name") or board.name
        call.wall.act("updateBoard", call.user, board, None, {"old": old}, app=call.app)
    return _shown(call, board)


def lanes(call: Call) -> list[Json]:
    board = call.board()
    filter = call.path.get("filter") or call.text("filter", "open")
    return [_lane(call, board.lanes[id]) for id in listing.lanes_of(board, filter)]


def _lane(call: Call, lane: Lane) -> Json:
    return shapes.lane(lane, call.user, call.names("fields"))


def lane(call: Call) -> Json:
    return _lane(call, call.wall.lane(call.user, call.path["id"]))


def change_lane(call: Call) -> Json:
    lane = call.wall.lane(call.user, call.path["id"])
    board = call.wall.boards[lane.board]
    call.wall.may_change(call.user, board, "list")
    if call.has("subscribed"):
        (lane.watchers.add if call.flag("subscribed") else lane.watchers.discard)(call.user)
    if call.has("closed") or call.has("name"):
        old = {"closed": lane.closed, "name": lane.name}
        lane.closed = call.flag("closed", lane.closed)
        lane.name = call.words("name") or lane.name
        about = {"list": {"id": lane.id, "name": lane.name}, "old": old}
        call.wall.act("updateList", call.user, board, None, about, app=call.app)
    return _lane(call, lane)


def create_lane(call: Call) -> Json:
    board = call.wall.board(call.user, call.text("idBoard"))
    call.wall.may_change(call.user, board, "board")
    pos = call.place((each.pos for each in board.lanes.values()), "top")
    lane = Lane(call.wall.id(), call.words("name", needed=True), board.id, pos)
    board.lanes[lane.id] = lane
    about = {"list": {"id": lane.id, "name": lane.name}}
    call.wall.act("createList", call.user, board, None, about, app=call.app)
    return _lane(call, lane)


def labels(call: Call) -> list[Json]:
    board = call.board()
    limit = call.number("limit", 50, 1000)
    fields = call.names("fields")
    return [shapes.label(board, one, fields) for one in board.labels.values()][:limit]


def members(call: Call) -> list[Json]:
    fields = call.names("fields", "fullName,username")
    return [shapes.member(call.wall, id, fields) for id in call.board().members]


def memberships(call: Call) -> list[Json]:
    shown = shapes.board(call.wall, call.board(), call.user, frozenset({"memberships"}))
    return list(shown["memberships"])
