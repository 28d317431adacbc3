"""The boards of one person, with their lists; and what is picked from: labels and people."""

from __future__ import annotations

from datetime import date
from functools import partial

import msgspec

from loopdesk.core.changes import Cursor, Page, Stream
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.trello import convert, wire
from loopdesk.providers.trello.calls import READS, Calls, query
from loopdesk.providers.trello.refusals import Unreadable

FEATURE = "cards"
_ALL = partial(Stream, feature=FEATURE, budget=READS)
STREAM = _ALL("boards", poll_s=300, idle_poll_s=1800, rank=0)
CARDS = _ALL("cards", poll_s=60, idle_poll_s=600, rank=1, look_s=30, focus_s=30)
PICKED = _ALL("people", poll_s=3600, idle_poll_s=14_400, rank=3)
BOARD = "board:"
_BOARDS_AT_ONCE = 5
_ASKED = {
    "filter": "open",
    "fields": "name,dateLastActivity,subscribed",
    "lists": "open",
}


class _Boards(msgspec.Struct, omit_defaults=True):
    """The cursor of the boards.

    Args:
        day: when the inbox was asked for last.
        inbox: id of the list that new cards go to if nobody says where, "" where there is none.
    """

    day: date
    inbox: str = ""


class _Picked(msgspec.Struct, omit_defaults=True):
    """The cursor of what is picked from.

    Args:
        day: when the last round began.
        boards: ids of those still to be asked in this one.
        found: places of this round: key, kind, name, parents, colour.
    """

    day: date
    boards: list[str] = []
    found: list[tuple[str, str, str, str, str]] = []


def board_stream(board: str, *, chosen: bool) -> Stream:
    return _ALL(
        f"{BOARD}{board}",
        poll_s=120,
        idle_poll_s=900,
        rank=2,
        place_kind="board",
        place=board,
        chosen=chosen,
        look_s=60,
    )


class Boards:
    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls, self._clock = calls, clock

    def pull(self, cursor: Cursor | None) -> Page:
        """Return all boards and lists, and the streams of cards that there are.

        A board counts as chosen while the person watches it at Trello.
        """
        today = self._clock.now().date()
        at = load(cursor, _Boards) if cursor else None
        if at is None or at.day != today:
            at = _Boards(today, self._inbox())
        boards = self._calls.get("/members/me/boards", list[wire.Board], **_ASKED)
        places: list[Place] = []
        for board in boards:
            places.append(Place(board.id, "board", board.name, chosen=bool(board.subscribed)))
            places += (_lane(each, board.id, at.inbox) for each in board.lists)
        if at.inbox and all(place.key != at.inbox for place in places):
            places.append(Place(at.inbox, "list", "Inbox", default=True))
        return Page(
            places=tuple(places),
            place_kinds=frozenset({"board", "list"}),
            streams=(
                STREAM,
                CARDS,
                PICKED,
                *(board_stream(each.id, chosen=bool(each.subscribed)) for each in boards),
            ),
            cursor=dump(at),
        )

    def _inbox(self) -> str:
        """Return the list that cards are sent to by mail and by phone. Not in Trello's description:
        whoever has none is asked for a list."""
        home = self._calls.get("/members/me", wire.Home, fields="inbox")
        return "" if home.inbox is None else home.inbox.idList

    def pull_picked(self, cursor: Cursor | None) -> Page:
        """Return some boards' labels and people, once a day."""
        today = self._clock.now().date()
        at = load(cursor, _Picked) if cursor else None
        if at is None or (at.day != today and not at.boards):
            asked = {"filter": "open", "fields": "id"}
            boards = self._calls.get("/members/me/boards", list[wire.Board], **asked)
            at = _Picked(today, [each.id for each in boards])
        elif not at.boards:
            return Page(cursor=cursor)
        some, at.boards = at.boards[:_BOARDS_AT_ONCE], at.boards[_BOARDS_AT_ONCE:]
        known = {(key, kind): number for number, (key, kind, *_) in enumerate(at.found)}
        for place in self._of(some):
            number = known.setdefault((place.key, place.kind), len(at.found))
            if number == len(at.found):
                at.found.append((place.key, place.kind, place.name, place.parent, place.colour))
            else:  # somebody who is on another board, too
                key, kind, name, parents, colour = at.found[number]
                at.found[number] = (key, kind, name, f"{parents} {place.parent}", colour)
        if at.boards:
            return Page(cursor=dump(at), more=True)
        places = tuple(
            Place(key, kind, name, parent, colour=colour, also=tuple(also))
            for key, kind, name, parents, colour in at.found
            for parent, *also in [parents.split()]
        )
        at.found = []
        return Page(places=places, place_kinds=frozenset({"label", "member"}), cursor=dump(at))

    def _of(self, boards: list[str]) -> list[Place]:
        paths = [
            path
            for board in boards
            for path in (
                query(f"/boards/{board}/labels", limit=1000),
                query(f"/boards/{board}/members", fields="fullName,username"),
            )
        ]
        if not paths:
            return []
        found: list[Place] = []
        answers = iter(self._calls.batch(paths))
        for board, labels, members in zip(boards, answers, answers, strict=True):
            try:
                found += (
                    convert.label_place(each, board)
                    for each in self._calls.read(labels, list[wire.Label])
                )
                found += (
                    Place(each.id, "member", convert.handle(each).name, parent=board)
                    for each in self._calls.read(members, list[wire.Member])
                )
            except Unreadable:
                continue  # the board closed in between
        return found


def _lane(lane: wire.Lane, board: str, inbox: str) -> Place:
    return Place(lane.id, "list", lane.name, parent=board, default=lane.id == inbox)
