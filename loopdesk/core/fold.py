"""Folding open actions over a row: what the person did shows before any service has heard of it.

Used by the window for the next frame, by the desk for every reading, and by the simulation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from loopdesk.core.actions import HERE, LINK, NOTHING, Action, Arguments, State
from loopdesk.core.items import (
    Answer,
    Approval,
    Chat,
    Clean,
    File,
    Form,
    Kind,
    Meeting,
    Share,
    Step,
    Task,
)
from loopdesk.core.people import Handle, handle_of
from loopdesk.core.rows import Marks, Row

_LEAVE = frozenset({"archive", "trash", "spam", "complete", "cancel", "done", "snooze", "mute"})
_RETURN = frozenset({"restore", "not-done", "unsnooze", "unmute"})
_LEAVE_AS = {
    ("move", Kind.MESSAGE),
    ("delete", Kind.TASK),
    ("delete", Kind.FILE),
    ("accept", Kind.FILE),
    ("accept", Kind.TASK),
    ("request-changes", Kind.TASK),
    ("decline", Kind.TASK),
}
"""What lets only items of one kind leave the pane."""
_FINISH = {
    Kind.MESSAGE: frozenset({"read", "done"}),
    Kind.MEETING: frozenset({"accept", "tentative", "decline", "cancel", "done"}),
    Kind.TASK: frozenset(
        {"complete", "accept", "request-changes", "decline", "archive", "delete", "done"}
    ),
    Kind.FILE: frozenset({"accept", "delete", "done"}),
}
"""What ends what an item asks of the person. What puts it off (snooze, mute) does not."""
_BELOW = re.compile(r"(?:^|\n)(?:-- ?\n|On [^\n]{10,300} wrote:\n>|-{10} Forwarded message)")
"""What a letter written here has below its words: a signature, what it quotes or passes on."""
_TICKS = frozenset({"check", "uncheck"})
_ANSWERS = {
    "accept": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "decline": Answer.DECLINED,
    # Who proposes another time says maybe to this one.
    "propose": Answer.TENTATIVE,
}
APPROVALS = {
    "accept": Approval.APPROVED,
    "request-changes": Approval.CHANGES,
    "decline": Approval.REJECTED,
}
"""What answers a task that asks for an approval; opened again, it waits for one."""
ANYBODY = Handle("")
# What is kept here can be turned again in the next frame.
_WAY_BACK = {
    spec.name: spec.inverse
    for spec in HERE
    if spec.inverse is not None and spec.name not in ("snooze", "more", "less")
}
INBOX = "INBOX"
"""The place whose threads are in the pane, as every mail adapter spells it in `Item.places`."""
UNREAD = "UNREAD"
"""Moved to this as well as to the inbox, an archived mail is unread again."""


def fold(row: Row, name: str, arguments: Arguments = NOTHING) -> Row:
    """Return the row as it is once the action has its effect; `in_pane` says if it stays."""
    if name == "move" and INBOX in arguments.to:
        unread = row.unread or UNREAD in arguments.to
        return replace(row, in_pane=True, places=row.places | {INBOX}, unread=unread)
    if name in _LEAVE or (name, row.kind) in _LEAVE_AS:
        row = replace(row, in_pane=False)
    if name in _RETURN:
        row = replace(row, in_pane=True)
    match row.kind:
        case Kind.MESSAGE if row.chat is not None:
            row = _chat(row, row.chat, name, arguments)
        case Kind.MESSAGE:
            row = _message(row, name, arguments)
        case Kind.MEETING if row.meeting is not None:
            row = _meeting(row, row.meeting, name, arguments)
        case Kind.TASK if row.task is not None:
            row = _task(row, row.task, name, arguments)
        case Kind.FILE if row.file is not None:
            row = _file(row, row.file, name, arguments)
    if (back := _WAY_BACK.get(name)) is not None:
        row = _swapped(row, name, back)
    return replace(row, marks=_marked(row.marks, name, arguments))


def finishes(row: Row, name: str, arguments: Arguments = NOTHING) -> bool:
    """Say whether nothing is left to do about an item after this: its echoes may go, too.

    What announced a series is about more than one of its days.
    """
    if row.meeting is not None and row.meeting.series and not arguments.series:
        return False
    return name in _FINISH[row.kind]


def _message(row: Row, name: str, arguments: Arguments) -> Row:
    match name:
        case "read" | "forward":
            return replace(row, unread=False)
        case "reply" | "reply-all":
            return replace(row, unread=False, snippet=_words(arguments.text), mine_last=True)
        case "unread":
            return replace(row, unread=True, seen=False)
        case "star" | "unstar":
            return replace(row, starred=name == "star")
        case "archive":
            return replace(row, places=row.places - {INBOX}, unread=False)
        case "trash" | "spam":
            return replace(row, places=row.places - {INBOX})
        case "restore":
            return replace(row, places=row.places | {INBOX})
        case "label":
            return replace(row, places=row.places | frozenset(arguments.to))
        case "unlabel":
            return replace(row, places=row.places - frozenset(arguments.to))
    return row


def _chat(row: Row, chat: Chat, name: str, arguments: Arguments) -> Row:
    match name:
        # What was read to its end asks for nothing more.
        case "read":
            return replace(row, unread=False, in_pane=False)
        case "unread":
            return replace(row, unread=True, seen=False, in_pane=True)
        case "reply" | "upload" | "send" if arguments.at is None:
            in_thread = arguments.entry and chat.threads and chat.form is not Form.THREAD
            if in_thread:
                return row
            said = _words(arguments.text) or row.snippet
            return replace(row, unread=False, snippet=said, mine_last=True)
    return row


def _meeting(row: Row, meeting: Meeting, name: str, arguments: Arguments) -> Row:
    if name in _ANSWERS:
        answer = _ANSWERS[name]
        invited = tuple(replace(one, answer=answer) if one.me else one for one in meeting.attendees)
        meeting = replace(meeting, answer=answer, attendees=invited)
        return replace(row, meeting=meeting, in_pane=row.in_pane and answer is not Answer.DECLINED)
    if name == "reschedule":
        meeting = replace(
            meeting,
            start_at=arguments.at,
            end_at=arguments.until,
            start_on=arguments.on,
            end_on=arguments.until_on,
        )
        return replace(row, meeting=meeting, at=arguments.at, on=arguments.on)
    if name == "edit":
        location = "" if "location" in arguments.cleared else meeting.location
        meeting = replace(meeting, location=arguments.location or location)
        return replace(row, title=_words(arguments.subject) or row.title, meeting=meeting)
    return row


def _task(row: Row, task: Task, name: str, arguments: Arguments) -> Row:
    match name:
        case "complete":
            return _swapped(replace(row, task=replace(task, done=True)), "complete", "reopen")
        case "accept" | "request-changes" | "decline":
            return _approved(row, task, APPROVALS[name])
        case "reopen" if task.approval is not Approval.NONE:
            return _approved(replace(row, in_pane=True), task, Approval.PENDING)
        case "reopen":
            row = replace(row, task=replace(task, done=False), in_pane=True)
            return _swapped(row, "reopen", "complete")
        case "rename":
            return replace(row, title=_words(arguments.text))
        case "due":
            task = replace(task, due_on=arguments.on, due_at=arguments.at)
            at = arguments.at or (row.at if arguments.on is None else None)
            return replace(row, task=task, on=arguments.on, at=at)
        case "move":
            places = row.places - {task.list} | {arguments.to[0]}
            if arguments.place:  # onto another board, where it has none of its labels
                places = frozenset({arguments.to[0], arguments.place})
            return replace(row, task=replace(task, list=arguments.to[0]), places=places)
        case "comment":
            return replace(row, snippet=_words(arguments.text), mine_last=True)
        case "read":
            return replace(row, unread=False)
        case "label" | "unlabel":
            put = frozenset(arguments.to)
            if name == "unlabel":
                return replace(row, places=row.places - put)
            return _offered(replace(row, places=row.places | put), "unlabel", given=True)
        case "assign":
            held = {who.id for who in task.assignees}
            # By the keys of their places; whoever shows it knows what they are called.
            added = tuple(Handle("", id=key) for key in arguments.to if key not in held)
            stay = () if task.single and added else task.assignees
            row = replace(row, task=replace(task, assignees=(*stay, *added)))
            return _offered(row, "unassign", given=True)
        case "unassign":
            named = {*arguments.to}
            left = tuple(who for who in task.assignees if not {who.id, who.key} & named)
            if task.single:
                left = ()
            row = replace(row, task=replace(task, assignees=left))
            return _offered(row, "unassign", given=bool(left))
        case "like" | "unlike":
            liked = name == "like"
            likes = max(task.likes + liked - task.liked, 0)
            row = replace(row, task=replace(task, liked=liked, likes=likes))
            return _swapped(row, name, "unlike" if liked else "like")
        case "archive":
            return _swapped(row, "archive", "restore")
        case "restore":
            return _swapped(row, "restore", "archive")
        case "check" | "uncheck":
            done = name == "check"
            steps = tuple(
                replace(step, done=done) if step.key == arguments.entry else step
                for step in task.steps
            )
            return _stepped(row, task, steps)
        # Where steps cannot be ticked off they are tasks of their own.
        case "subtask" if not _TICKS.isdisjoint(row.actions):
            return _stepped(row, task, (*task.steps, Step("", _words(arguments.text))))
    return row


def _approved(row: Row, task: Task, answer: Approval) -> Row:
    """Return a task with its answer; any other can be given in its place."""
    rest = [name for name in row.actions if name not in APPROVALS and name != "reopen"]
    others = [name for name, other in APPROVALS.items() if other is not answer]
    done = answer is not Approval.PENDING
    task = replace(task, approval=answer, done=done)
    return replace(row, task=task, actions=(*others, *(["reopen"] if done else []), *rest))


def _stepped(row: Row, task: Task, steps: tuple[Step, ...]) -> Row:
    """Return a task with these steps, of which each can be ticked off or opened again."""
    rest = [name for name in row.actions if name not in _TICKS]
    ticks = [
        name
        for name, holds in (
            ("check", any(not step.done for step in steps)),
            ("uncheck", any(step.done for step in steps)),
        )
        if holds
    ]
    return replace(row, task=replace(task, steps=steps), actions=(*rest, *ticks))


def _file(row: Row, file: File, name: str, arguments: Arguments) -> Row:
    match name:
        case "rename":
            return replace(row, title=_words(arguments.text))
        case "move":
            return replace(row, file=replace(file, folder=arguments.to[0]))
        case "comment":
            return replace(row, snippet=_words(arguments.text), mine_last=True)
        case "decline":
            return replace(row, in_pane=True)
        case "delete":
            return _swapped(replace(row, file=replace(file, trashed=True)), "delete", "restore")
        case "restore" if file.trashed:  # else it is an older version that comes back
            return _swapped(replace(row, file=replace(file, trashed=False)), "restore", "delete")
        case "share":
            given = tuple(
                Share("", ANYBODY if to == LINK else handle_of(to), arguments.role or "reader")
                for to in arguments.to
            )
            return replace(row, file=replace(file, shares=(*file.shares, *given)))
        case "unshare":
            left = tuple(one for one in file.shares if not is_meant(one, arguments.to))
            return replace(row, file=replace(file, shares=left))
    return row


def is_meant(share: Share, named: Iterable[str]) -> bool:
    """Say whether a share is one of those named by address, by key, or as `LINK`."""
    return any(
        name == share.key or (share.who == ANYBODY if name == LINK else _is(share.who, name))
        for name in named
    )


def _is(who: Handle, name: str) -> bool:
    return bool(who.address) and handle_of(name).address == who.address


def _swapped(row: Row, old: str, new: str) -> Row:
    """Offer the way back instead of what was just done."""
    return replace(row, actions=tuple(new if name == old else name for name in row.actions))


def _offered(row: Row, name: str, *, given: bool) -> Row:
    """Have a row take an action, or take it no more."""
    rest = tuple(one for one in row.actions if one != name)
    return replace(row, actions=(*rest, name) if given else rest)


def _words(text: str) -> Clean:
    return Clean(" ".join(_BELOW.split(text, 1)[0].split())[:200])


def fold_all(row: Row, actions: Iterable[Action]) -> Row:
    """Fold an item's open actions, oldest first, and show how the newest of them stands."""
    for action in actions:
        if action.name == "draft" and action.state is not State.REFUSED:
            continue  # nothing happens to an item by what is only being written in it
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
                done=action.done,
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
        case "download" | "undownload":
            return replace(marks, offline=name == "download")
        case "save" | "unsave":
            return replace(marks, saved=name == "save")
        case "done" | "not-done":
            return replace(marks, done=name == "done")
        case "more" | "less":
            return replace(marks, liking=marks.liking + (1 if name == "more" else -1))
    return marks
