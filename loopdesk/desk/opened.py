"""An item opened: its entries as the reader shows them, open actions folded over them too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from loopdesk.content.clean import clean_line
from loopdesk.core.actions import Action, State
from loopdesk.core.items import (
    AccountId,
    Attachment,
    Form,
    ItemId,
    Kind,
    ServiceKey,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import NO_WORDS, Body, Row, Shown
from loopdesk.core.seams import Connection
from loopdesk.desk import chats, cleaned, filling
from loopdesk.desk.folded import folded
from loopdesk.desk.shown import is_of, said, shown, written
from loopdesk.store import accounts, aliases, blobs, items, pane, people, streams

_WRITES = frozenset({"reply", "reply-all", "forward", "comment"})
"""Actions that add an entry to the item they are aimed at."""
_NONE: frozenset[str] = frozenset()


def opened(db: Connection, row: Row, steps: Sequence[Row], now: datetime) -> Body:
    """Return an item with its entries, their own words parted from what they quote.

    Args:
        steps: the tasks that are its parts, in their order.
    """
    account = accounts.get(db, row.account)
    found = items.entries(db, row.id)
    actions = [
        action
        for action in pane.unseen_actions(db, [row.id]).get(row.id, ())
        if not action.undo_wanted
    ]
    is_chat = row.chat is not None
    here = blobs.parts_of(db, row.id)
    every = [
        (entry.draft, shown(entry, row.kind, here.get(entry.key, _NONE), chat=is_chat))
        for entry in found
    ]
    sent = [
        entry for is_draft, entry in every if not (is_draft or _is_posted(entry.leaves_at, now))
    ]
    me = people.me(db, row.account)
    if row.task is not None and account is not None:
        me = (*me, Handle(account.name, account.address))  # boards say nothing of the owner
    waiting = [
        said(action, me, blobs.attached(db, action.arguments.files))
        if is_chat
        else written(action, me)
        for action in actions
        if action.name in (chats.SAYS if is_chat else _WRITES)
        and not any(is_of(entry, action) for entry in found)
        and not (action.state is State.SENT and _is_posted(action.arguments.at, now))
    ]
    if is_chat:
        every_said = folded([*sent, *waiting], row, actions)
        entries = _in_order([_with_thread(db, row.account, entry) for entry in every_said])
    else:
        entries = [*_with_files(db, folded(sent, row, actions), row, actions), *waiting]
    return Body(
        row=row,
        entries=tuple(entries),
        drafts=tuple(entry for is_draft, entry in every if is_draft),
        account_name="" if account is None else account.address,
        places=_places(db, row),
        steps=tuple(steps),
        around=_around(db, row) if row.task is not None else (),
        checked_at=streams.checked_at(db, row.id),
    )


def _is_posted(leaves_at: datetime | None, now: datetime) -> bool:
    """Say whether a service was to post something and has by now, as another entry."""
    return leaves_at is not None and leaves_at <= now


def _in_order(entries: Sequence[Shown]) -> list[Shown]:
    """Return what was said, as it came, then what is to be posted later, by its time."""
    later = [(entry.leaves_at, entry) for entry in entries if entry.leaves_at is not None]
    later.sort(key=lambda each: each[0])
    said_now = [entry for entry in entries if entry.leaves_at is None]
    return [*said_now, *(entry for _, entry in later)]


def _with_thread(db: Connection, account: AccountId, entry: Shown) -> Shown:
    if not entry.thread_key:
        return entry
    this = aliases.of(db, account, Kind.MESSAGE, ServiceKey(entry.thread_key))
    return replace(entry, thread=this)


def _places(db: Connection, row: Row) -> tuple[str, ...]:
    """Return the names of its labels, its list, its calendar, its folder or its conversation."""
    held = set(row.places)
    if row.task is not None:
        return _lanes(db, row.account, held | {row.task.list})
    if row.file is not None:
        held = {row.file.folder}
    elif row.meeting is not None:
        held = {row.meeting.calendar}
    # What only says in which mailbox a mail lies is no label of the person's.
    found = [
        place.name
        for place in streams.holding_places(db, row.account, held)
        if place.kind not in ("mailbox", chats.DIRECT)
    ]
    return tuple(sorted(found))


def _lanes(db: Connection, account: AccountId, held: Iterable[str]) -> tuple[str, ...]:
    """Return the lists that a task is in, each after the board or the project that it is part of.

    Of a project that it is in without a list of its own there is the name alone.
    """
    found = [
        place
        for place in streams.holding_places(db, account, held)
        if place.kind in (*filling.LANES, *filling.BOARDS)
    ]
    boards = {place.key: place.name for place in found if place.kind in filling.BOARDS}
    lanes = [place for place in found if place.kind in filling.LANES]
    whole = set(boards) - {lane.parent for lane in lanes}
    for lane in lanes:
        if lane.parent and lane.parent not in boards:
            (holder, *_) = [*streams.holding_places(db, account, [lane.parent]), lane]
            boards[lane.parent] = holder.name if holder is not lane else ""
    names = [" · ".join(filter(None, (boards.get(one.parent), one.name))) for one in lanes]
    return tuple(sorted(map(cleaned.line, {*names, *(boards[key] for key in whole)})))


def _around(db: Connection, row: Row) -> tuple[Place, ...]:
    """Return the people and labels for a task: none of boards alone that it is not on."""
    boards = {
        place.key for kind in filling.BOARDS for place in streams.places(db, row.account, kind)
    }
    elsewhere = boards - row.places
    held = row.places | {who.id for who in row.task.assignees} if row.task else row.places
    named = [
        replace(place, name=cleaned.line(place.name))
        for kind in ("label", "member")
        for place in streams.places(db, row.account, kind)
        if place.key in held or not {place.parent, *place.also} <= elsewhere
    ]
    return tuple(sorted(named, key=lambda place: (place.kind, place.name.casefold())))


def _with_files(
    db: Connection, entries: Sequence[Shown], row: Row, actions: Sequence[Action]
) -> list[Shown]:
    """Return entries of which a task's own has what the person attaches to it."""
    if row.task is None or not entries:
        return list(entries)
    added = tuple(
        Attachment("", clean_line(Untrusted(file.name)), file.type, file.size_bytes)
        for action in actions
        if action.name == "attach" and action.state is not State.REFUSED
        for file in blobs.attached(db, action.arguments.files)
    )
    first, *rest = entries
    return [replace(first, attachments=(*first.attachments, *added)), *rest]


def steps_of(db: Connection, item: ItemId) -> list[ItemId]:
    """Return the tasks that are parts of a task, in the order of their list."""
    found = items.parts(db, item)
    found.sort(key=lambda each: each.item.task.position if each.item.task else "")
    return [each.id for each in found]


def in_places(db: Connection, rows: Sequence[Row]) -> list[Row]:
    """Return rows with the name of the list, the folder or the conversation that holds each."""
    held = {(row.account, *holder) for row in rows if (holder := _holder(row))}
    names = {
        each: clean_line(Untrusted(found.name))
        for each in held
        if (found := _found(db, *each)) is not None
    }
    return [
        replace(row, place=names.get((row.account, *holder), NO_WORDS))
        if (holder := _holder(row))
        else row
        for row in rows
    ]


def _holder(row: Row) -> tuple[str, str] | None:
    """Return the kind and the key of the place that a task, a file or a thread lies in."""
    if row.task is not None:
        return "", row.task.list
    if row.chat is not None and row.chat.form is Form.THREAD:
        return chats.CHANNEL, row.chat.place
    return ("folder", row.file.folder) if row.file is not None else None


def _found(db: Connection, account: AccountId, kind: str, key: str) -> Place | None:
    """Return a place; "" stands for the kinds of list that tasks are in."""
    kinds = (kind,) if kind else filling.LANES
    return next((each for one in kinds if (each := streams.place(db, account, one, key))), None)
