"""Things made here: shown from the moment they are written, until their service has given them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from loopdesk.content.clean import clean_line
from loopdesk.core.actions import Action, Arguments, Target, made_id
from loopdesk.core.items import (
    Answer,
    Attendee,
    Chat,
    File,
    Form,
    Item,
    ItemId,
    Kind,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
)
from loopdesk.core.people import Handle, Identity, handle_of
from loopdesk.core.seams import Connection
from loopdesk.desk import chats
from loopdesk.desk.targets import sender, written
from loopdesk.rank.features import Features
from loopdesk.store import accounts, pane, streams
from loopdesk.store.items import Stored
from loopdesk.store.pane import Kept

_TAKES = {
    Kind.MESSAGE: (),
    Kind.MEETING: ("reschedule", "edit", "cancel"),
    Kind.TASK: ("complete", "rename", "describe", "due", "delete"),
    Kind.FILE: ("rename", "delete"),
}
"""What can be done to a thing that its service does not know yet."""


def load(db: Connection, ids: Sequence[ItemId], now: datetime) -> list[Kept]:
    """Return the items of these ids, with those that are only being made."""
    found = {kept.stored.id: kept for kept in pane.load(db, ids, now)}
    missing = [this for this in ids if this not in found]
    if missing:
        for this, actions in pane.unseen_actions(db, missing).items():
            if made_id(actions[0].id) == this and not actions[0].undo_wanted:
                found[this] = _kept(db, actions[0], actions[1:], now)
    return [found[this] for this in ids if this in found]


def target(
    kind: Kind, address: str, place: str, arguments: Arguments, identities: Sequence[Identity]
) -> Target:
    """Return where something new goes. Its key is "" until its service gives one."""
    own = sender(identities, address, arguments.sender)
    return Target(
        kind=kind,
        me=address,
        place=arguments.place or place,
        to=arguments.to,
        cc=arguments.cc,
        bcc=arguments.bcc,
        subject=arguments.subject,
        sender=written(own.who) if kind is Kind.MESSAGE else "",
    )


def _kept(db: Connection, making: Action, later: Sequence[Action], now: datetime) -> Kept:
    account = accounts.get(db, making.account)
    if making.name == "send":
        item = _conversation(db, making)
    else:
        item = _item(making, Handle("", making.target.me))
    features = Features(item.kind, at=item.at, on=item.on, due_on=item.on)
    stored = Stored(
        id=made_id(making.id),
        account=making.account,
        item=item,
        pulse=making.id,
        features=features.to_json(),
        base=0.0,
        ends_at=making.arguments.until or making.written_at,
    )
    service = "" if account is None else account.service
    marks = pane.marks_of(db, stored.id, stored.pulse, now)
    return Kept(stored, marks, (making, *later), item.kind is Kind.MESSAGE, service)


def _conversation(db: Connection, making: Action) -> Item:
    """Return the conversation in which something was said that is not here yet."""
    given, to = making.arguments, making.target.to
    meant = [
        place
        for key in to
        for kind in (chats.CHANNEL, chats.DIRECT)
        if (place := streams.place(db, making.account, kind, key)) is not None
    ]
    people = tuple(
        Handle(place.name, place.address, place.key)
        for place in meant
        if place.kind == chats.DIRECT
    )
    form = Form.CHANNEL if not people else Form.DIRECT if len(to) == 1 else Form.GROUP
    return Item(
        key=ServiceKey(""),
        kind=Kind.MESSAGE,
        title=Untrusted(", ".join(place.name for place in meant)),
        snippet=Untrusted(clean_line(given.text, 200)),
        people=people,
        at=making.written_at,
        in_pane=False,
        actions=_TAKES[Kind.MESSAGE],
        chat=Chat(form, making.target.place),
    )


def _item(making: Action, me: Handle) -> Item:
    given, kind = making.arguments, making.target.kind
    item = Item(
        key=ServiceKey(""),
        kind=kind,
        title=Untrusted(given.subject or given.text),
        at=making.written_at,
        actions=_TAKES[kind],
    )
    guests = tuple(map(handle_of, making.target.to))
    match kind:
        case Kind.TASK:
            task = Task(due_on=given.on, list=making.target.place)
            return replace(item, on=given.on, at=None if given.on else item.at, task=task)
        case Kind.MEETING:
            meeting = Meeting(
                start_at=given.at,
                end_at=given.until,
                start_on=given.on,
                end_on=given.until_on,
                location=given.location,
                organizer=me,
                attendees=tuple(Attendee(one, Answer.PENDING) for one in guests),
                answer=Answer.ACCEPTED,
                calendar=making.target.place,
                repeats=given.repeats,
            )
            return replace(item, at=given.at, on=given.on, people=guests, meeting=meeting)
        case Kind.FILE:
            return replace(item, file=File("", folder=making.target.place, owner=me))
        case _:
            words = Untrusted(" ".join(given.text.split())[:200])
            return replace(item, people=guests, snippet=words, in_pane=False)
