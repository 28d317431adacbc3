"""Trello's cards as items, and what is done to them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import Any

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.errors import Rejected
from loopdesk.core.items import (
    Attachment,
    Entry,
    Item,
    Kind,
    Link,
    ServiceKey,
    Step,
    Task,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.trello import wire
from loopdesk.providers.trello.links import card_page
from loopdesk.providers.trello.prose import html_of, names, text_of
from loopdesk.providers.trello.wire import made_at, moment, written

COMMENTS = frozenset({"commentCard", "copyCommentCard"})
"""What is said about a card; a copied card brings along what was said about the first."""
MAKING = frozenset(
    {"createCard", "copyCard", "emailCard", "convertToCardFromCheckItem", "createCardFromTemplate"}
)
SAID = ",".join([*sorted(COMMENTS), *sorted(MAKING - {"createCardFromTemplate"})])
LONGEST = 16_384
"""Characters of a name, a description, a comment."""
_SNIPPET = 200
_COLOURS = {
    "green": "#4bce97",
    "yellow": "#e2b203",
    "orange": "#faa53d",
    "red": "#f87462",
    "purple": "#9f8fef",
    "blue": "#579dff",
    "sky": "#60c6d2",
    "lime": "#94c748",
    "pink": "#e774bb",
    "black": "#8590a2",
}
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Whole:
    """A card with what was said about it.

    Args:
        told: the actions that unread notifications are about, "" for one that is about none; None
            where nothing about the card is unread.
    """

    card: wire.Card
    said: Sequence[wire.Action]
    told: Collection[str] | None


def item(whole: Whole, me: wire.Member, *, watched: bool, writes: bool) -> tuple[Item, list[Entry]]:
    """Return a card, its description as its entry 0, and its comments.

    Args:
        watched: its board is, so that all that is open there is shown.
        writes: the account may change cards.
    Raises:
        BadPayload: its times are none.
    """
    card, told = whole.card, whole.told
    key = ServiceKey(card.id)
    due_at = moment(card.due, "Card.due") if card.due else None
    mine, followed = me.id in card.idMembers, bool(card.subscribed)
    entries = [_description(whole, me), *_comments(whole, me)]
    # The description is kept as it is edited, and told as it reads.
    words = text_of(card.desc) if len(entries) == 1 else entries[-1].text or ""
    return (
        Item(
            key=key,
            kind=Kind.TASK,
            title=Untrusted(card.name),
            snippet=Untrusted(" ".join(words.split())[:_SNIPPET]),
            people=tuple(_people(entries, card, me)),
            at=due_at or changed_at(card),
            version=version(card),
            places=frozenset({card.idBoard, card.idList, *(each.id for each in card.labels)}),
            unread=told is not None,
            in_pane=not (card.closed or card.dueComplete)
            and (mine or followed or watched or told is not None),
            actions=tuple(_actions(card, unread=told is not None)) if writes else (),
            url=card.shortUrl or card_page(card.shortLink),
            task=Task(
                done=card.dueComplete,
                due_at=due_at,
                list=card.idList,
                position=f"{card.pos:020.4f}",
                assignees=tuple(handle(each) for each in card.members),
                mine=mine,
                steps=tuple(_steps(card)),
                followed=followed,
            ),
        ),
        entries,
    )


def handle(member: wire.Member) -> Handle:
    return Handle(member.fullName or member.username or "", id=member.id)


def label_place(label: wire.Label, board: str) -> Place:
    """Return a label as a place; many have a colour and no name."""
    base = (label.color or "").partition("_")[0]
    return Place(label.id, "label", label.name or base, parent=board, colour=_COLOURS.get(base, ""))


def changed_at(card: wire.Light) -> datetime:
    if card.dateLastActivity:
        return moment(card.dateLastActivity, "Card.dateLastActivity")
    return made_at(card.id)


def _people(entries: Sequence[Entry], card: wire.Card, me: wire.Member) -> Iterator[Handle]:
    """Yield others: who spoke last first, then whose card it is."""
    spoke = (entry.author for entry in reversed(entries) if entry.author.key)
    others = (*spoke, *map(handle, card.members))
    yield from {who.id: who for who in others if who.id != me.id}.values()


def _description(whole: Whole, me: wire.Member) -> Entry:
    card = whole.card
    made = next((each for each in whole.said if each.type in MAKING), None)
    author = _author(made) if made is not None else Handle("")
    return Entry(
        key=ServiceKey(card.id),
        item=ServiceKey(card.id),
        author=author,
        at=made_at(card.id),
        # As it is edited: in Trello's Markdown.
        text=Untrusted(card.desc),
        html=html_of(card.desc),
        attachments=tuple(
            Attachment(each.id, each.name, each.mimeType or "", each.bytes or 0)
            for each in card.attachments
            if each.isUpload
        ),
        mine=author.id == me.id,
        mentions=names(card.desc, me),
        links=tuple(
            Link(each.name, each.url) for each in card.attachments if not each.isUpload and each.url
        ),
    )


def _comments(whole: Whole, me: wire.Member) -> list[Entry]:
    found = [_comment(each, whole, me) for each in whole.said if each.type in COMMENTS]
    return sorted(found, key=lambda entry: (entry.at, entry.key))


def _comment(action: wire.Action, whole: Whole, me: wire.Member) -> Entry:
    author, words = _author(action), action.data.text
    edited = action.data.dateLastEdited
    return Entry(
        key=ServiceKey(action.id),
        item=ServiceKey(whole.card.id),
        author=author,
        at=moment(action.date, "Action.date"),
        text=Untrusted(text_of(words)),
        html=html_of(words),
        unread=whole.told is not None and action.id in whole.told,
        mine=author.id == me.id,
        mentions=author.id != me.id and names(words, me),
        edited_at=moment(edited, "Action.dateLastEdited") if edited else None,
    )


def _author(action: wire.Action) -> Handle:
    if action.memberCreator is not None:
        return handle(action.memberCreator)
    return Handle("", id=action.idMemberCreator or "")


def _steps(card: wire.Card) -> Iterator[Step]:
    for group in sorted(card.checklists, key=lambda each: (each.pos, each.id)):
        for each in sorted(group.checkItems, key=lambda each: (each.pos, each.id)):
            yield Step(each.id, text_of(each.name), each.state == "complete", group.name)


def _actions(card: wire.Card, *, unread: bool) -> Iterator[str]:
    if card.closed:
        yield "restore"
        yield "comment"
        return
    yield "reopen" if card.dueComplete else "complete"
    yield from ("comment", "rename", "describe", "due", "move", "assign")
    if card.idMembers:
        yield "unassign"
    yield "label"
    if card.labels:
        yield "unlabel"
    steps = [each.state == "complete" for group in card.checklists for each in group.checkItems]
    if not all(steps):
        yield "check"
    if any(steps):
        yield "uncheck"
    yield from ("subtask", "attach", "archive")
    if unread:
        yield "read"


# --- what is written ------------------------------------------------------------------------------


def change(action: Action) -> dict[str, Any]:
    """Return the body of the PUT by which an action takes effect.

    Raises:
        Rejected: Trello has no such change.
    """
    given = action.arguments
    match action.name:
        case "complete" | "reopen":
            return {"dueComplete": action.name == "complete"}
        case "rename":
            return {"name": fitting(one_line(given.text))}
        case "describe":
            return {"desc": fitting(given.text)}
        case "due":
            return {"due": due(given)}
        case "archive" | "restore":
            return {"closed": action.name == "archive"}
    raise Rejected("notSupported")


def due(given: Arguments) -> str | None:
    """Return when something is due: Trello knows no days, so a day is its noon.

    Noon in UTC is on the same day in nearly all zones.
    """
    if given.at is not None:
        return written(given.at)
    return None if given.on is None else written(datetime.combine(given.on, _NOON))


def holds(body: dict[str, Any], card: wire.Card) -> bool:
    """Whether a card already is as a PUT would make it."""
    return all(_same(name, value, getattr(card, name)) for name, value in body.items())


def _same(name: str, wanted: Any, found: Any) -> bool:
    if name == "due" and wanted and found:
        return moment(wanted, "due") == moment(found, "Card.due")
    if isinstance(wanted, str) and isinstance(found, str):
        return same_words(wanted, found)
    return bool(wanted == found)


def same_words(one: str, other: str) -> bool:
    return _trimmed(one) == _trimmed(other)


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def fitting(text: str) -> str:
    if len(text) > LONGEST:
        raise Rejected("too-long")
    return text


def one_line(text: str) -> str:
    return " ".join(text.split())


def new_card(action: Action) -> dict[str, Any]:
    """Return the body of a card to be made, without its place."""
    given = action.arguments
    name, desc = (given.subject, given.text) if given.subject else (given.text, "")
    body: dict[str, Any] = {"name": fitting(one_line(name))}
    body |= {"desc": fitting(desc)} if desc else {}
    body |= {"due": due(given)} if given.at is not None or given.on is not None else {}
    return body


# --- versions -------------------------------------------------------------------------------------

EDITED = ("name", "desc", "due")
"""What an edit would write over: each has its own share of a version, eight digits."""


def version(card: wire.Card) -> str:
    """Return what changes with a card: Trello itself has nothing of the kind."""
    return f"{shares(card)}.{card.dateLastActivity or ''}"


def shares(card: wire.Card) -> str:
    return "".join(mark_of(card, name) for name in EDITED)


def mark_of(card: wire.Card, field: str) -> str:
    value = str(getattr(card, field) or "")
    return blake2b(_trimmed(value).encode(), digest_size=4).hexdigest()


def seen(version: str, field: str) -> str:
    """Return the mark that a field had as the person saw it, "" where that is not known."""
    marks = version.partition(".")[0]
    if field not in EDITED or len(marks) != 8 * len(EDITED):
        return ""
    at = 8 * EDITED.index(field)
    return marks[at : at + 8]
