"""Which of many things are meant, and how many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from loopdesk.sandbox.trello.errors import TrelloError, invalid
from loopdesk.sandbox.trello.held import Action, Board, Card
from loopdesk.sandbox.trello.method import Call

_MOST = 1000
_LAST_PAGE, _LAST_HEARD = 19, 100


class Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=Named)


def cards(call: Call, found: Iterable[Card], filter: str) -> list[Card]:
    """Return cards as listings of cards do: those made since and before, cut at 1000.

    Raises:
        TrelloError: the filter is none.
    """
    boards = call.wall.boards
    keeps: dict[str, Callable[[Card], bool]] = {
        "all": lambda card: True,
        "open": lambda card: not card.closed,
        "closed": lambda card: card.closed,
        "visible": lambda card: boards[card.board].is_visible(card),
        "none": lambda card: False,
    }
    if filter not in keeps:
        raise invalid("filter")
    kept = [card for card in found if keeps[filter](card)]
    if not any(call.has(name) for name in ("since", "before", "limit", "sort")):
        if len(kept) > call.trello.too_many:
            raise TrelloError(429, "Too many cards requested", "API_TOO_MANY_CARDS_REQUESTED")
        return kept[:_MOST]
    # Of a card `since` is when it was made, and so its id.
    return sliced(call, kept, default=_MOST)


def actions(call: Call, found: Iterable[Action], default: str) -> list[Action]:
    """Return actions, the newest first, as every listing of them does."""
    wanted = call.text("filter", default).split(",")
    kept = [each for each in found if each.is_listed and _is_wanted(each, wanted)]
    return sliced(call, kept, default=50)


def sliced(call: Call, found: Iterable[N], *, default: int, dates: bool = True) -> list[N]:
    """Return the part that `since`, `before`, `limit` and `page` ask for, the newest first.

    Args:
        dates: whether a moment may stand in place of an id.
    """
    kept = sorted(found, key=lambda one: one.id, reverse=True)
    if edge := call.text("since"):
        low = _edge(edge, "since", dates)
        kept = [one for one in kept if one.id > low]
    if edge := call.text("before"):
        high = _edge(edge, "before", dates)
        kept = [one for one in kept if one.id < high]
    limit = call.number("limit", default, _MOST)
    skipped = limit * call.number("page", 0, _LAST_PAGE if dates else _LAST_HEARD)
    return kept[skipped : skipped + limit]


def _edge(text: str, name: str, dates: bool) -> str:
    if len(text) == 24 and set(text) <= set("0123456789abcdef"):
        return text
    if not dates:
        raise invalid(name)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{max(0, int(at.timestamp())):08x}" + ("f" if name == "since" else "0") * 16


def _is_wanted(action: Action, wanted: list[str]) -> bool:
    for each in wanted:
        type, _, field = each.partition(":")
        if type == "all" or (type == action.type and (not field or _touches(action, field))):
            return True
    return False


def _touches(action: Action, field: str) -> bool:
    old: dict[str, Any] = action.data.get("old", {})
    return field in old


def lanes_of(board: Board, filter: str) -> list[str]:
    """Return ids of a board's lists in their order."""
    keeps: dict[str, Callable[[bool], bool]] = {
        "all": lambda closed: True,
        "open": lambda closed: not closed,
        "closed": lambda closed: closed,
        "none": lambda closed: False,
    }
    if filter not in keeps:
        raise invalid("filter")
    found = sorted(board.lanes.values(), key=lambda lane: (lane.pos, lane.id))
    return [lane.id for lane in found if keeps[filter](lane.closed)]
