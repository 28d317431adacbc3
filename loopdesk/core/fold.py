"""Folding open actions over a row: what the person did shows before any service has heard of it.

Used by the window for the next frame, by the desk for every reading, and by the simulation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from loopdesk.core.actions import NOTHING, Action, Arguments, State
from loopdesk.core.items import Answer, Clean
from loopdesk.core.rows import Marks, Row

_LEAVE = frozenset({"archive", "trash", "spam", "move", "delete", "done", "snooze", "mute"})
_RETURN = frozenset({"restore", "not-done", "unsnooze", "unmute"})
_ANSWERS = {
    "accept": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "decline": Answer.DECLINED,
}
INBOX = "INBOX"
"""The place whose threads are in the pane, as every mail adapter spells it in `Item.places`."""


def fold(row: Row, name: str, arguments: Arguments = NOTHING) -> Row:
    """Return the row as it is once the action has its effect; `in_pane` says if it stays."""
    if name == "move" and INBOX in arguments.to:
        return replace(row, in_pane=True, places=row.places | {INBOX})
    if name in _LEAVE:
        row = replace(row, in_pane=False)
    if name in _RETURN:
        row = replace(row, in_pane=True)
    match name:
        case "read" | "reply" | "reply-all":
            row = replace(row, unread=False)
        case "unread":
            row = replace(row, unread=True, seen=False)
        case "star" | "unstar":
            row = replace(row, starred=name == "star")
        case "archive":
            row = replace(row, places=row.places - {INBOX}, unread=False)
        case "label" | "unlabel":
            wanted = frozenset(arguments.to)
            places = row.places | wanted if name == "label" else row.places - wanted
            row = replace(row, places=places)
    if name in ("reply", "reply-all"):
        row = replace(row, snippet=Clean(" ".join(arguments.text.split())[:200]), mine_last=True)
    if name in _ANSWERS and row.meeting is not None:
        answer = _ANSWERS[name]
        invited = tuple(
            replace(one, answer=answer) if one.me else one for one in row.meeting.attendees
        )
        row = replace(row, meeting=replace(row.meeting, answer=answer, attendees=invited))
        if answer is Answer.DECLINED:
            row = replace(row, in_pane=False)
    return replace(row, marks=_marked(row.marks, name, arguments))


def fold_all(row: Row, actions: Iterable[Action]) -> Row:
    """Fold an item's open actions, oldest first, and show how the newest of them stands."""
    for action in actions:
        taken_back = action.undo_wanted and action.state is not State.SENT
        if action.state is State.REFUSED:
            row = replace(row, in_pane=True)
        elif not taken_back:
            row = fold(row, action.name, action.arguments)
        if action.state is not State.SENT:
            row = replace(
                row,
                state=action.state,
                pending=action.id,
                pending_name=action.name,
                leaves_at=action.not_before_at,
                failure=action.error,
            )
    return row


def _marked(marks: Marks, name: str, arguments: Arguments) -> Marks:
    match name:
        case "snooze":
            return replace(marks, snoozed_until=arguments.at, returned=False)
        case "unsnooze":
            return replace(marks, snoozed_until=None)
        case "pin" | "unpin":
            return replace(marks, pinned=name == "pin")
        case "mute" | "unmute":
            return replace(marks, muted=name == "mute")
        case "save" | "unsave":
            return replace(marks, saved=name == "save")
        case "done" | "not-done":
            return replace(marks, done=name == "done")
        case "more" | "less":
            return replace(marks, liking=marks.liking + (1 if name == "more" else -1))
    return marks
