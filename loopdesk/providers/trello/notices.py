"""What Trello tells a person that is about no card: a board or a workspace. Each is a message.

What it tells about a card is on the card: what was said is an entry of it, and whatever else makes
it unread. Source: developer.atlassian.com/cloud/trello/guides/rest-api/action-types (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from loopdesk.core.items import Entry, Item, Kind, ServiceKey, Untrusted
from loopdesk.core.people import Handle
from loopdesk.providers.trello import convert, wire

_HOME = "https://trello.com"
_SAYS = {
    "addedToBoard": "Added you to the board {board}",
    "invitedToBoard": "Invited you to the board {board}",
    "removedFromBoard": "Took you off the board {board}",
    "makeAdminOfBoard": "Made you an admin of the board {board}",
    "closeBoard": "Closed the board {board}",
    "addedToOrganization": "Added you to the workspace {workspace}",
    "invitedToOrganization": "Invited you to the workspace {workspace}",
    "removedFromOrganization": "Took you out of the workspace {workspace}",
    "makeAdminOfOrganization": "Made you an admin of the workspace {workspace}",
}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def message(notice: wire.Notification, *, marks: bool) -> tuple[Item, Entry]:
    """Return a notification as a message.

    Args:
        marks: it can be marked as read there.
    Raises:
        BadPayload: its time is none.
    """
    by, key = notice.memberCreator, ServiceKey(notice.id)
    who = Handle("Trello") if by is None else convert.handle(by)
    at = wire.moment(notice.date, "Notification.date")
    item = Item(
        key=key,
        kind=Kind.MESSAGE,
        title=Untrusted(_title(notice)),
        snippet=Untrusted(notice.data.text),
        people=(who,),
        at=at,
        unread=True,
        actions=("read",) if marks else (),
        url=_page(notice.data.board),
    )
    words = notice.data.text or _title(notice)
    return item, Entry(key, key, who, at, text=Untrusted(words), unread=True, automatic=by is None)


def _title(notice: wire.Notification) -> str:
    data = notice.data
    board, workspace = data.board or wire.About(), data.organization or wire.About()
    said = _SAYS.get(notice.type)
    if said is None:  # of a kind that nobody knew: as it is called
        said = _WORD.sub(" ", notice.type).capitalize()
        about = board.name or workspace.name
        return f"{said}: {about}" if about else said
    return said.format(board=board.name, workspace=workspace.name)


def _page(board: wire.About | None) -> str:
    return f"{_HOME}/b/{board.shortLink}" if board is not None and board.shortLink else _HOME


def of(notifications: Sequence[wire.Notification]) -> dict[str, wire.Notification]:
    """Return those that are about no card, by id."""
    return {each.id: each for each in notifications if not each.about}
