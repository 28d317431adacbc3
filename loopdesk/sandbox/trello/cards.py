"""Cards: reading them, making them, and what can be changed on one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import listing, shapes
from loopdesk.sandbox.trello.errors import TrelloError, invalid, not_found
from loopdesk.sandbox.trello.held import Board, Card, about_board, about_lane, moment
from loopdesk.sandbox.trello.method import Call
from loopdesk.sandbox.trello.moving import move

_KEPT = ("attachments", "checklists", "comments", "due", "labels", "members", "start")


def get(call: Call) -> Json:
    return shown(call, call.card())


def shown(call: Call, card: Card, prefix: str = "") -> Json:
    """Return a card with what was asked for beside it.

    Args:
        prefix: "card_" where the fields of cards are asked for beside something else.
    """
    wall = call.wall
    fields = call.names(f"{prefix}fields")
    found = shapes.card(wall, card, call.user, fields)
    board = wall.boards[card.board]
    if call.text("members") == "true":
        wanted = call.names("member_fields", "avatarHash,avatarUrl,fullName,initials,username")
        found["members"] = [shapes.member(wall, id, wanted) for id in card.members]
    if call.text("checklists", "none") == "all":
        wanted = call.names("checklist_fields")
        items = "none" if call.text("checkItems", "all") == "none" else "all"
        found["checklists"] = [
            shapes.checklist(wall, one, wanted, items) for one in card.checklists.values()
        ]
    if call.text("attachments", "false") == "true":
        wanted = call.names("attachment_fields")
        found["attachments"] = [
            shapes.attachment(one, card, call.base_url, wanted) for one in card.attachments.values()
        ]
    if filter := call.text("actions"):
        listed = [each for each in card.actions if each.is_listed]
        kept = [each for each in listed if filter == "all" or each.type in filter.split(",")]
        limit = call.number("actions_limit", 50, 1000)
        newest = sorted(kept, key=lambda one: one.id, reverse=True)[:limit]
        found["actions"] = [shapes.action(wall, one, frozenset({"all"})) for one in newest]
    if call.flag("board"):
        wanted = call.names("board_fields")
        found["board"] = shapes.board(wall, board, call.user, wanted)
    if call.flag("list"):
        lane = board.lanes[card.lane]
        found["list"] = shapes.lane(lane, call.user, frozenset({"all"}))
    return found


def listed(call: Call, cards: list[Card]) -> list[Json]:
    return [shown(call, card) for card in cards]


def mine(call: Call) -> list[Json]:
    me = call.me(call.path["id"])
    boards = call.wall.boards
    found = [
        card
        for card in call.wall.cards()
        if me in card.members and call.wall.sees(call.user, boards[card.board])
    ]
    filter = call.path.get("filter") or call.text("filter", "visible")
    return listed(call, listing.cards(call, found, filter))


def of_board(call: Call) -> list[Json]:
    board = call.board()
    ordered = sorted(board.cards.values(), key=lambda card: (card.pos, card.id))
    filter = call.path.get("filter") or call.text("filter", "visible")
    return listed(call, listing.cards(call, ordered, filter))


def of_lane(call: Call) -> list[Json]:
    lane = call.wall.lane(call.user, call.path["id"])
    found = call.wall.boards[lane.board].lane_cards(lane.id)
    return listed(call, listing.cards(call, found, call.text("filter", "open")))


def create(call: Call) -> Json:
    wall, now = call.wall, call.now
    id = call.text("idList")
    if not id:
        raise invalid("idList")
    try:
        lane = wall.lane(call.user, id)
    except TrelloError as error:
        raise error if error.status == 401 else invalid("idList") from None
    board = wall.boards[lane.board]
    wall.may_change(call.user, board, "list")
    if "cards" in board.full:
        raise TrelloError(403, "Board has too many cards", "BOARD_CARD_LIMIT_EXCEEDED")
    source = None
    if id := call.text("idCardSource"):
        source = wall.card(call.user, id)
    name = call.words("name", needed=source is None)
    board.numbers += 1
    card = Card(
        wall.id(),
        board.numbers,
        wall.word(),
        name or (source.name if source else ""),
        board.id,
        lane.id,
        call.place(card.pos for card in board.lane_cards(lane.id)),
        call.user,
        now,
        call.words("desc") or (source.desc if source else ""),
        start=call.at("start"),
        due=call.at("due"),
        due_complete=call.flag("dueComplete"),
        is_template=call.flag("isTemplate"),
        members=_members(call, board, call.text("idMembers")),
        labels=_labels(board, call.text("idLabels")),
    )
    board.cards[card.id] = card
    about: Json = {"list": about_lane(lane)}
    type = "createCard"
    if source is not None:
        about["cardSource"] = {"id": source.id, "name": source.name}
        type = "copyCard"
    wall.act(type, call.user, board, card, about, app=call.app)
    for member in card.members:
        wall.act(
            "addMemberToCard", call.user, board, card, about_member(call, member), app=call.app
        )
    if source is not None:
        _keep(call, board, source, card)
    return shown(call, card)


def _keep(call: Call, board: Board, source: Card, card: Card) -> None:
    """Take over from the card it is a copy of what was asked for."""
    asked = call.text("keepFromSource", "all")
    kept = set(_KEPT) if asked == "all" else set(asked.split(","))
    if "due" in kept:
        card.due = source.due
    if "start" in kept:
        card.start = source.start
    if "labels" in kept:
        card.labels = [id for id in source.labels if id in board.labels]
    if "members" in kept:
        card.members = [id for id in source.members if id in board.members]
    if "comments" in kept:
        for each in shapes.comments(source):
            data = {"text": each.data["text"], "idOriginalCommenter": each.by}
            call.wall.act("copyCommentCard", call.user, board, card, data, app=call.app, quiet=True)


def change(call: Call) -> Json:
    card = call.card(change=not set(call.args) <= {"subscribed", "fields"})
    if call.has("subscribed"):
        # Watching is nobody else's business: no action tells of it, and nothing moves.
        (card.watchers.add if call.flag("subscribed") else card.watchers.discard)(call.user)
    wall = call.wall
    if call.has("idMembers"):
        _set_members(call, card)
    if call.has("idLabels"):
        card.labels = _labels(wall.boards[card.board], call.text("idLabels"))
    if call.has("idBoard") or call.has("idList"):
        move(call, card)
    if call.has("pos"):
        board = wall.boards[card.board]
        others = (one.pos for one in board.lane_cards(card.lane) if one is not card)
        card.pos = call.place(others)
    _set_fields(call, card)
    return shown(call, card)


def _set_fields(call: Call, card: Card) -> None:
    """Change what was given; each change is an action of its own."""
    texts = {"name": call.words("name", needed=True)} if call.has("name") else {}
    if call.has("desc"):
        texts["desc"] = call.words("desc")
    for name, text in texts.items():
        _note(call, card, name, getattr(card, name), text)
    if call.has("closed"):
        _note(call, card, "closed", card.closed, call.flag("closed"))
    for name in ("due", "start"):
        if call.has(name):
            _note(call, card, name, getattr(card, name), call.at(name))
    if call.has("dueComplete"):
        _note(call, card, "dueComplete", card.due_complete, call.flag("dueComplete"))
        if card.due_complete and card.due and card.id in call.wall.recurring:
            # It is due again at once, and nobody is told of that.
            card.due, card.due_complete = card.due + call.wall.recurring[card.id], False
    if call.has("dueReminder"):
        text = call.text("dueReminder")
        if text and not text.lstrip("-").isdecimal():
            raise invalid("dueReminder")
        card.due_reminder = int(text) if text else None


def _note(call: Call, card: Card, name: str, old: Any, new: Any) -> None:
    if old == new:
        return
    setattr(card, "due_complete" if name == "dueComplete" else name, new)
    board = call.wall.boards[card.board]
    about = {"list": about_lane(board.lanes[card.lane])}
    data = {"card": {name: _plain(new)}, "old": {name: _plain(old)}, **about}
    call.wall.act("updateCard", call.user, board, card, data, app=call.app)


def _plain(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def delete(call: Call) -> Json:
    card = call.card(change=True)
    wall = call.wall
    board = wall.boards[card.board]
    about = {"card": {"id": card.id, "shortLink": card.link}, "board": about_board(board)}
    action = wall.act("deleteCard", call.user, board, None, about, app=call.app)
    action.card = card.id
    del board.cards[card.id]
    wall.gone.add(card.id)
    return {"limits": {}}


# -- who is on it, and its labels ----------------------------------------------------------


def add_member(call: Call) -> list[Json]:
    card = call.card(change=True)
    board = call.wall.boards[card.board]
    member = call.me(call.text("value"))
    if member not in call.wall.people:
        raise invalid("value")
    if member in card.members:
        raise TrelloError(400, "member is already on the card")
    if member not in board.members:
        raise TrelloError(400, "member not on the board")
    card.members.append(member)
    about = about_member(call, member)
    call.wall.act("addMemberToCard", call.user, board, card, about, app=call.app)
    return _people(call, card)


def remove_member(call: Call) -> list[Json]:
    card = call.card(change=True)
    member = call.me(call.path["idMember"])
    if member not in card.members:
        raise TrelloError(400, "member is not on the card")
    card.members.remove(member)
    board = call.wall.boards[card.board]
    about = about_member(call, member)
    call.wall.act("removeMemberFromCard", call.user, board, card, about, app=call.app)
    return _people(call, card)


def about_member(call: Call, member: str) -> Json:
    name = call.wall.people[member].full_name
    return {"idMember": member, "member": {"id": member, "name": name}}


def members(call: Call) -> list[Json]:
    return _people(call, call.card())


def _people(call: Call, card: Card) -> list[Json]:
    return [shapes.member(call.wall, id, call.names("fields")) for id in card.members]


def add_label(call: Call) -> list[str]:
    card = call.card(change=True)
    board = call.wall.boards[card.board]
    label = call.text("value")
    if label not in board.labels:
        raise invalid("value")
    if label in card.labels:
        raise TrelloError(400, "that label is already on the card")
    card.labels.append(label)
    call.wall.act("addLabelToCard", call.user, board, card, {}, app=call.app)
    return list(card.labels)


def remove_label(call: Call) -> Json:
    card = call.card(change=True)
    label = call.path["idLabel"]
    if label not in card.labels:
        raise not_found("label")
    card.labels.remove(label)
    board = call.wall.boards[card.board]
    call.wall.act("removeLabelFromCard", call.user, board, card, {}, app=call.app)
    return {"_value": None}


def _set_members(call: Call, card: Card) -> None:
    board = call.wall.boards[card.board]
    wanted = _members(call, board, call.text("idMembers"))
    for member in [each for each in card.members if each not in wanted]:
        card.members.remove(member)
        about = about_member(call, member)
        call.wall.act("removeMemberFromCard", call.user, board, card, about, app=call.app)
    for member in [each for each in wanted if each not in card.members]:
        card.members.append(member)
        about = about_member(call, member)
        call.wall.act("addMemberToCard", call.user, board, card, about, app=call.app)


def _members(call: Call, board: Board, text: str) -> list[str]:
    ids = _ids(text)
    if any(id not in board.members for id in ids):
        raise invalid("idMembers")
    return ids


def _labels(board: Board, text: str) -> list[str]:
    ids = _ids(text)
    if any(id not in board.labels for id in ids):
        raise TrelloError(400, "label not found")
    return ids


def _ids(text: str) -> list[str]:
    ids = [id for id in text.split(",") if id]
    if len(set(ids)) < len(ids):
        raise TrelloError(400, "label not found")
    return ids
