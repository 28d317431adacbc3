"""An item opened: its entries as the reader shows them, open actions folded over them too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loopdesk.content.clean import clean_line, clean_text
from loopdesk.core.actions import Action, made_id
from loopdesk.core.items import Clean, ItemId, Kind, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.rows import NO_WORDS, Body, Row, Shown
from loopdesk.core.seams import Connection
from loopdesk.desk.shown import is_of, shown, written
from loopdesk.store import accounts, blobs, items, pane, people, streams

_WRITES = frozenset({"reply", "reply-all", "forward", "comment"})
"""Actions that add an entry to the item they are aimed at."""
_NONE: frozenset[str] = frozenset()
_SETTLES = {"resolve": True, "reopen": False}


def opened(db: Connection, row: Row, steps: Sequence[Row]) -> Body:
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
    here = blobs.parts_of(db, row.id)
    sent = [
        shown(entry, row.kind, here.get(entry.key, _NONE)) for entry in found if not entry.draft
    ]
    waiting = [
        written(action, people.me(db, row.account))
        for action in actions
        if action.name in _WRITES and not any(is_of(entry, action) for entry in found)
    ]
    return Body(
        row=row,
        entries=(*_folded(sent, row, actions), *waiting),
        drafts=tuple(
            shown(entry, row.kind, here.get(entry.key, _NONE)) for entry in found if entry.draft
        ),
        account_name="" if account is None else account.address,
        places=_places(db, row),
        steps=tuple(steps),
    )


def _folded(entries: Sequence[Shown], row: Row, actions: Sequence[Action]) -> list[Shown]:
    """Return entries as they are once the actions on them have their effect."""
    entries = list(entries)
    for action in actions:
        given = action.arguments
        if action.name in _SETTLES and row.kind is Kind.FILE:
            entries = [
                replace(entry, resolved=_SETTLES[action.name]) if entry.id == given.entry else entry
                for entry in entries
            ]
        elif (words := _notes(action, row)) is not None:
            own = Clean(clean_text(Untrusted(words)))
            if entries:
                entries[0] = replace(entries[0], own=own)
            else:
                who = Handle("", action.target.me)
                entries = [_first(row.id, who, own, action)]
    return entries


def _notes(action: Action, row: Row) -> str | None:
    """Return what an action makes of the item's own description, None where it leaves it."""
    given = action.arguments
    if row.kind is Kind.TASK and action.name == "describe":
        return given.text
    if row.kind is Kind.MEETING and action.name == "edit":
        return given.text or ("" if "text" in given.cleared else None)
    # Of a task without notes the text is its title.
    titled = bool(given.subject) or row.kind is Kind.MEETING
    return given.text if action.item == made_id(action.id) and titled and given.text else None


def _first(item: ItemId, who: Handle, own: Clean, action: Action) -> Shown:
    return Shown(
        id=item,
        author=who,
        to=(),
        cc=(),
        at=action.written_at,
        own=own,
        quoted=Clean(""),
        unread=False,
        mine=True,
    )


def _places(db: Connection, row: Row) -> tuple[str, ...]:
    """Return the names of its labels, its list, its calendar or its folder."""
    held = set(row.places)
    if row.task is not None:
        held = {row.task.list}
    elif row.file is not None:
        held = {row.file.folder}
    elif row.meeting is not None:
        held = {row.meeting.calendar}
    # What only says in which mailbox a mail lies is no label of the person's.
    found = [
        place.name
        for place in streams.places(db, row.account)
        if place.key in held and place.kind != "mailbox"
    ]
    return tuple(sorted(found))


def steps_of(db: Connection, item: ItemId) -> list[ItemId]:
    """Return the tasks that are parts of a task, in the order of their list."""
    found = items.parts(db, item)
    found.sort(key=lambda each: each.item.task.position if each.item.task else "")
    return [each.id for each in found]


def in_places(db: Connection, rows: Sequence[Row]) -> list[Row]:
    """Return rows with the name of the list or the folder that holds each."""
    accounts_held = {row.account for row in rows if _holder(row)}
    names = {
        (account, place.kind, place.key): clean_line(Untrusted(place.name))
        for account in accounts_held
        for place in streams.places(db, account)
    }
    return [
        replace(row, place=names.get((row.account, *held), NO_WORDS))
        if (held := _holder(row))
        else row
        for row in rows
    ]


def _holder(row: Row) -> tuple[str, str] | None:
    """Return the kind and the key of the place that a task or a file lies in."""
    if row.task is not None:
        return "list", row.task.list
    return ("folder", row.file.folder) if row.file is not None else None
