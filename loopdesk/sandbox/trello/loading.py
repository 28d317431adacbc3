"""What a story tells of Trello, as the stand-in holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from loopdesk.sandbox import trello_world as given
from loopdesk.sandbox.trello import telling
from loopdesk.sandbox.trello.held import (
    STEP,
    Action,
    Attachment,
    Board,
    Card,
    Checklist,
    Label,
    Lane,
    Notification,
    Step,
    about_board,
    about_card,
    about_lane,
    moment,
)

if TYPE_CHECKING:
    from loopdesk.sandbox.trello.wall import Wall


def board(wall: Wall, told: given.Board) -> Board:
    made_at = made(told.id)
    first = next(iter(told.members))
    new = Board(
        told.id,
        told.name,
        told.link or short(told.id),
        first,
        made_at,
        told.desc,
        told.workspace,
        told.is_for_workspace,
        told.closed,
        dict(told.members),
        {
            lane.id: Lane(lane.id, lane.name, told.id, STEP * number, lane.closed)
            for number, lane in enumerate(told.lanes, 1)
        },
        {label.id: Label(label.id, label.name, label.color) for label in told.labels},
        watchers=set(told.watchers),
        starred=set(told.starred),
    )
    for one in told.all_cards:
        _card(wall, new, one)
    new.actions.sort(key=lambda action: action.at)
    new.moved_at = new.actions[-1].at if new.actions else made_at
    return new


def _card(wall: Wall, board: Board, told: given.Card) -> None:
    board.numbers = told.number or board.numbers + 1
    card = Card(
        told.id,
        board.numbers,
        told.link or short(told.id),
        told.name,
        board.id,
        told.lane,
        STEP * (len(board.cards) + 1),
        told.by,
        made(told.id),
        wall.follow(told.desc),
        told.closed,
        told.due,
        told.due_complete,
        None,
        told.start,
        list(told.members),
        list(told.labels),
        set(told.watchers),
        is_template=told.is_template,
        role=told.role,
        mirrors=told.mirrors,
    )
    for number, checklist in enumerate(told.checklists, 1):
        id = _id(made(told.id), "checklist", told.id, str(number))
        steps = {
            step_id: Step(step_id, step.name, STEP * place, step.done, step.due, step.member)
            for place, step in enumerate(checklist.steps, 1)
            for step_id in [_id(made(told.id), "step", id, str(place))]
        }
        card.checklists[id] = Checklist(id, checklist.name, told.id, STEP * number, steps)
    board.cards[card.id] = card
    _history(wall, board, card, told)
    card.actions.sort(key=lambda action: action.at)
    card.moved_at = card.actions[-1].at
    board.actions += card.actions


def _history(wall: Wall, board: Board, card: Card, told: given.Card) -> None:
    """Make the actions that led to the card as it is told."""
    made_at = made(card.id)

    def act(type: str, by: str, at: datetime, data: dict[str, object], id: str = "") -> None:
        about = {
            "card": about_card(card),
            "board": about_board(board),
            "list": about_lane(board.lanes[card.lane]),
        }
        action = Action(id or wall.id_at(at), type, by, at, {**about, **data}, board.id, card.id)
        card.actions.append(action)

    act("createCard", card.by, made_at, {})
    for member in card.members:
        if member != card.by:
            name = wall.people[member].full_name
            act(
                "addMemberToCard",
                card.by,
                made_at,
                {"idMember": member, "member": {"id": member, "name": name}},
            )
    for number, one in enumerate(told.attachments, 1):
        id = _id(one.at, "attachment", card.id, str(number))
        content = None if one.url else one.content
        card.attachments[id] = Attachment(
            id, one.name, one.by, one.at, STEP * number, wall.follow(one.url), one.type, content
        )
        shown = {"id": id, "name": one.name, **({"url": wall.follow(one.url)} if one.url else {})}
        act("addAttachmentToCard", one.by, one.at, {"attachment": shown})
    for comment in told.comments:
        data: dict[str, object] = {"text": comment.text}
        if comment.edited_at is not None:
            data["dateLastEdited"] = moment(comment.edited_at)
        id = given.comment_id(card.id, comment)
        act("commentCard", comment.by, comment.at, data, id)


def notifications(wall: Wall, told: Sequence[given.Told]) -> None:
    """Tell everybody what the story did, as if it had happened here."""
    for board in wall.boards.values():
        for action in board.actions:
            telling.tell(wall, board, action)
    for one in told:
        about: dict[str, object] = {**one.data}
        if one.board:
            known = wall.boards[one.board]
            about |= {"board": about_board(known)}
            if one.card:
                about |= {"card": about_card(known.cards[one.card])}
        id = _id(one.at, one.type, one.to, one.card)
        wall.notifications[one.to].append(
            Notification(id, one.to, one.type, one.at, one.by, about, "", one.board, one.card)
        )
    for member, heard in wall.notifications.items():
        heard.sort(key=lambda each: (each.at, each.id))
        read = wall.people[member].read
        for each in heard:
            if read is None or each.at <= read:
                each.unread, each.read_at = False, max(read or each.at, each.at)


def made(id: str) -> datetime:
    """Return when something was made, by its id."""
    return datetime.fromtimestamp(int(id[:8], 16), UTC)


def short(id: str) -> str:
    """Return the word of a short address for an id."""
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(letters[byte % len(letters)] for byte in blake2b(id.encode()).digest()[:8])


def _id(at: datetime, *words: str) -> str:
    return given.object_id(at, *words)
