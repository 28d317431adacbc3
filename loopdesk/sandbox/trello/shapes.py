"""How Trello shows what it holds: resources with the fields that were asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello.held import (
    Action,
    Attachment,
    Board,
    Card,
    Checklist,
    Label,
    Lane,
    Notification,
    Step,
    moment,
)

if TYPE_CHECKING:
    from loopdesk.sandbox.trello.wall import Wall

_HOST = "https://trello.com"
_MOST = {"cards": 5000, "attachments": 1000, "checklists": 500, "comments": 1000}
Fields = frozenset[str]


def pick(made: Mapping[str, Callable[[], object]], fields: Fields, hidden: Fields) -> Json:
    """Return the fields asked for; `all` leaves out those that are hidden."""
    wanted = set(made) - hidden if "all" in fields else {"id", *fields}
    return {name: make() for name, make in made.items() if name in wanted}


def card(wall: Wall, one: Card, user: str, fields: Fields) -> Json:
    board = wall.boards[one.board]
    return pick(
        {
            "id": lambda: one.id,
            "badges": lambda: badges(one, user),
            "cardRole": lambda: one.role or None,
            "checkItemStates": lambda: None,
            "closed": lambda: one.closed,
            "cover": lambda: {"idAttachment": None, "color": None, "size": "normal"},
            "dateLastActivity": lambda: moment(one.moved_at),
            "desc": lambda: one.desc,
            "descData": lambda: {"emoji": {}},
            "due": lambda: moment(one.due),
            "dueComplete": lambda: one.due_complete,
            "dueReminder": lambda: one.due_reminder,
            "idAttachmentCover": lambda: None,
            "idBoard": lambda: one.board,
            "idChecklists": lambda: list(one.checklists),
            "idLabels": lambda: list(one.labels),
            "idList": lambda: one.lane,
            "idMembers": lambda: list(one.members),
            "idMembersVoted": list,
            "idShort": lambda: one.number,
            "isTemplate": lambda: one.is_template,
            "labels": lambda: [label(board, board.labels[each]) for each in one.labels],
            "limits": lambda: limits(board, "attachments", "checklists"),
            "manualCoverAttachment": lambda: False,
            "mirrorSourceId": lambda: one.mirrors or None,
            "name": lambda: one.name,
            "pos": lambda: _number(one.pos),
            "shortLink": lambda: one.link,
            "shortUrl": lambda: f"{_HOST}/c/{one.link}",
            "start": lambda: moment(one.start),
            "subscribed": lambda: user in one.watchers,
            "url": lambda: f"{_HOST}/c/{one.link}/{one.number}-{_slug(one.name)}",
        },
        fields,
        frozenset({"limits"}),
    )


def badges(one: Card, user: str) -> Json:
    steps = [step for checklist in one.checklists.values() for step in checklist.steps.values()]
    open_due = [step.due for step in steps if step.due and not step.done]
    return {
        "attachments": len(one.attachments),
        "attachmentsByType": {"trello": {"board": 0, "card": 0}},
        "checkItems": len(steps),
        "checkItemsChecked": sum(step.done for step in steps),
        "checkItemsEarliestDue": moment(min(open_due, default=None)),
        "comments": len(comments(one)),
        "description": bool(one.desc),
        "due": moment(one.due),
        "dueComplete": one.due_complete,
        "fogbugz": "",
        "lastUpdatedByAi": False,
        "location": False,
        "start": moment(one.start),
        "subscribed": user in one.watchers,
        "viewingMemberVoted": False,
        "votes": 0,
    }


def comments(one: Card) -> list[Action]:
    return [each for each in one.actions if each.type in ("commentCard", "copyCommentCard")]


def board(wall: Wall, one: Board, user: str, fields: Fields) -> Json:
    seen = "org" if one.is_for_workspace else "private"
    return pick(
        {
            "id": lambda: one.id,
            "closed": lambda: one.closed,
            "dateLastActivity": lambda: moment(one.moved_at),
            "dateLastView": lambda: moment(one.moved_at),
            "desc": lambda: one.desc,
            "idMemberCreator": lambda: one.by,
            "idOrganization": lambda: one.workspace or None,
            "limits": lambda: limits(one, "cards"),
            "memberships": lambda: [
                {"id": id[:8] + id[::-1][:16], "idMember": id, "memberType": role}
                for id, role in one.members.items()
            ],
            "name": lambda: one.name,
            "pinned": lambda: False,
            "prefs": lambda: {"permissionLevel": seen, "isTemplate": False},
            "shortLink": lambda: one.link,
            "shortUrl": lambda: f"{_HOST}/b/{one.link}",
            "starred": lambda: user in one.starred,
            "subscribed": lambda: user in one.watchers,
            "url": lambda: f"{_HOST}/b/{one.link}/{_slug(one.name)}",
        },
        fields,
        frozenset({"limits", "memberships"}),
    )


def limits(one: Board, *kinds: str) -> Json:
    """Return how much more a board takes of some kinds of things."""
    found: Json = {}
    for kind in kinds:
        most = _MOST[kind]
        status = "disabled" if kind in one.full else "ok"
        known = {"status": status, "disableAt": most, "warnAt": most * 9 // 10}
        found[kind] = {"openPerBoard" if kind == "cards" else "perCard": known}
    return found


def lane(one: Lane, user: str, fields: Fields) -> Json:
    return pick(
        {
            "id": lambda: one.id,
            "closed": lambda: one.closed,
            "idBoard": lambda: one.board,
            "name": lambda: one.name,
            "pos": lambda: _number(one.pos),
            "subscribed": lambda: user in one.watchers,
        },
        fields,
        frozenset(),
    )


def label(on: Board, one: Label, fields: Fields = frozenset({"all"})) -> Json:
    return pick(
        {
            "id": lambda: one.id,
            "idBoard": lambda: on.id,
            "name": lambda: one.name,
            "color": lambda: one.color,
        },
        fields,
        frozenset(),
    )


def member(wall: Wall, id: str, fields: Fields, *, is_self: bool = False) -> Json:
    """Return a person; the mail address and the inbox are shown to themselves alone."""
    one = wall.people[id]
    made: dict[str, Callable[[], object]] = {
        "id": lambda: one.id,
        "aaId": lambda: f"712020:{one.id}",
        "activityBlocked": lambda: False,
        "avatarHash": lambda: None,
        "avatarUrl": lambda: None,
        "bio": lambda: "",
        "confirmed": lambda: True,
        "fullName": lambda: one.full_name,
        "idMemberReferrer": lambda: None,
        "initials": lambda: "".join(word[0] for word in one.full_name.split()[:2]).upper(),
        "memberType": lambda: "normal",
        "url": lambda: f"{_HOST}/{one.username}",
        "username": lambda: one.username,
    }
    if is_self:
        made["email"] = lambda: one.address
        made["idBoards"] = lambda: [
            each.id for each in wall.boards.values() if id in each.members and each.id != one.inbox
        ]
        made["idOrganizations"] = lambda: [
            each.id for each in wall.workspaces.values() if id in each.members
        ]
        if one.inbox:
            inbox = wall.boards[one.inbox]
            made["inbox"] = lambda: {
                "idBoard": inbox.id,
                "idList": next(iter(inbox.lanes)),
                "idOrganization": inbox.workspace or None,
            }
    return pick(made, fields, frozenset({"memberType"}))


MEMBER: Fields = frozenset(
    {"id", "activityBlocked", "avatarHash", "avatarUrl", "fullName", "initials", "username"}
)
"""What is shown of somebody who did something."""


def action(wall: Wall, one: Action, fields: Fields, *, with_member: Fields | None = MEMBER) -> Json:
    data = dict(one.data)
    if "text" in data:
        data["textData"] = {"emoji": {}}
    shown = pick(
        {
            "id": lambda: one.id,
            "appCreator": lambda: {"id": one.app} if one.app else None,
            "data": lambda: data,
            "date": lambda: moment(one.at),
            "idMemberCreator": lambda: one.by,
            "limits": dict,
            "type": lambda: one.type,
        },
        fields,
        frozenset(),
    )
    if with_member is not None:
        shown["memberCreator"] = member(wall, one.by, with_member)
    return shown


def checklist(wall: Wall, one: Checklist, fields: Fields, items: str = "all") -> Json:
    shown = pick(
        {
            "id": lambda: one.id,
            "idBoard": lambda: _board_of(wall, one.card),
            "idCard": lambda: one.card,
            "name": lambda: one.name,
            "pos": lambda: _number(one.pos),
        },
        fields,
        frozenset(),
    )
    if items == "all":
        shown["checkItems"] = [step(one, each) for each in in_order(one.steps.values())]
    return shown


def step(on: Checklist, one: Step) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "nameData": {"emoji": {}},
        "pos": _number(one.pos),
        "state": "complete" if one.done else "incomplete",
        "due": moment(one.due),
        "dueReminder": None,
        "idMember": one.member or None,
        "idChecklist": on.id,
    }


def attachment(one: Attachment, on: Card, base_url: str, fields: Fields) -> Json:
    is_upload = one.content is not None
    name = quote(one.name, safe="")
    here = f"{base_url}/1/cards/{on.id}/attachments/{one.id}/download/{name}"
    return pick(
        {
            "id": lambda: one.id,
            "bytes": lambda: None if one.content is None else len(one.content),
            "date": lambda: moment(one.at),
            "edgeColor": lambda: None,
            "fileName": lambda: one.name if is_upload else None,
            "idMember": lambda: one.by,
            "isUpload": lambda: is_upload,
            "mimeType": lambda: one.type,
            "name": lambda: one.name,
            "pos": lambda: _number(one.pos),
            "previews": list,
            "url": lambda: here if is_upload else one.url,
        },
        fields,
        frozenset(),
    )


def notification(
    wall: Wall, one: Notification, fields: Fields, *, with_member: Fields | None = MEMBER
) -> Json:
    shown = pick(
        {
            "id": lambda: one.id,
            "appCreator": lambda: None,
            "data": lambda: one.data,
            "date": lambda: moment(one.at),
            "dateRead": lambda: moment(one.read_at),
            "idAction": lambda: one.action or None,
            "idMemberCreator": lambda: one.by or None,
            "reactions": list,
            "type": lambda: one.type,
            "unread": lambda: one.unread,
        },
        fields,
        frozenset(),
    )
    if with_member is not None and one.by:
        shown["memberCreator"] = member(wall, one.by, with_member)
    return shown


def workspace(wall: Wall, id: str, fields: Fields) -> Json:
    one = wall.workspaces[id]
    return pick(
        {
            "id": lambda: one.id,
            "desc": lambda: "",
            "displayName": lambda: one.title,
            "name": lambda: one.name,
            "url": lambda: f"{_HOST}/w/{one.name}",
        },
        fields,
        frozenset(),
    )


def in_order(found: Iterable[Step]) -> list[Step]:
    return sorted(found, key=lambda one: (one.pos, one.id))


def _board_of(wall: Wall, card: str) -> str:
    found = wall.any_card(card)
    return "" if found is None else found.board


def _slug(name: str) -> str:
    return quote(re.sub(r"[^\w]+", "-", name.lower()).strip("-"))


def _number(pos: float) -> float | int:
    return int(pos) if pos == int(pos) else pos
