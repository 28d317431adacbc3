"""What takes an action back, given how its item is when the person acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from loopdesk.core.actions import NOTHING, Action, ActionSpec, Arguments, Inverse
from loopdesk.core.fold import APPROVALS, INBOX, UNREAD
from loopdesk.core.items import Answer, Approval, Entry, Item, Kind, Meeting, Task
from loopdesk.store.pane import Kept

_ANSWERING = {
    Answer.ACCEPTED: "accept",
    Answer.TENTATIVE: "tentative",
    Answer.DECLINED: "decline",
}

_APPROVING = {answer: name for name, answer in APPROVALS.items()}


def inverse(
    spec: ActionSpec, arguments: Arguments, kept: Kept, notes: Arguments, entry: Entry | None = None
) -> Inverse | None:
    """Return what takes an action back, None where nothing does.

    Args:
        notes: the item's own description (its entry 0): its words, and how they look.
        entry: the one that the action names, where it names one.
    """
    item = kept.stored.item
    if item.chat is not None and spec.name == "reply" and arguments.at is not None:
        return Inverse("delete")  # its service keeps it until then, and says under which key
    if spec.name in _ANSWERING.values() and item.meeting is not None:
        # Back to the earlier answer; an invitation cannot become unanswered again.
        earlier = _ANSWERING.get(item.meeting.answer)
        return None if earlier in (None, spec.name) else Inverse(earlier)
    if spec.inverse is None:
        return None
    if spec.name == "edit" and item.kind is Kind.MESSAGE:
        return None if entry is None else Inverse("edit", _old_words(entry))
    asks = item.task is not None and item.task.approval is not Approval.NONE
    if item.task is not None and asks and spec.name in (*APPROVALS, "reopen"):
        return Inverse(_APPROVING.get(item.task.approval, "reopen"))
    if spec.name in ("assign", "unassign") and item.task is not None:
        return _as_it_was(item.task, spec, arguments)
    before = _BEFORE.get((spec.name, item.kind))
    if before is not None:
        return Inverse(spec.inverse, before(item, arguments, notes))
    if spec.inverse == "move":
        unread = (UNREAD,) if spec.name == "archive" and item.unread else ()
        return Inverse("move", Arguments(to=(INBOX, *unread)))
    if spec.inverse == "snooze":
        return Inverse("snooze", Arguments(at=kept.marks.snoozed_until))
    if spec.inverse in ("react", "unreact"):
        return Inverse(spec.inverse, Arguments(text=arguments.text, entry=arguments.entry))
    return Inverse(spec.inverse, Arguments(to=arguments.to, entry=arguments.entry))


def taking_back(spec: ActionSpec, given: Arguments) -> Inverse | None:
    """Return what takes back something that was made."""
    if spec.name == "send" and given.at is not None:
        return Inverse("delete")
    return None if spec.inverse is None else Inverse(spec.inverse)


def again(spec: ActionSpec, last: Action | None, now: datetime) -> Inverse | None:
    """Return what takes back something said of the person: what was said before, if it holds.

    Args:
        last: the action of this name before this one.
    """
    if spec.inverse is None:
        return None
    ended = last is None or (last.arguments.until is not None and last.arguments.until <= now)
    return Inverse(spec.inverse, NOTHING if last is None or ended else last.arguments)


def _as_it_was(task: Task, spec: ActionSpec, arguments: Arguments) -> Inverse:
    """Return what gives a task back to those who had it."""
    held = tuple(who.id or who.address for who in task.assignees)
    if task.single and held:
        return Inverse("assign", Arguments(to=held))
    return Inverse(spec.inverse or "", Arguments(to=arguments.to))


def _old_words(entry: Entry) -> Arguments:
    return Arguments(text=entry.text or "", html=entry.html or "", entry=entry.key)


def _old_name(item: Item, arguments: Arguments, notes: Arguments) -> Arguments:
    return Arguments(text=item.title)


def _old_notes(item: Item, arguments: Arguments, notes: Arguments) -> Arguments:
    if item.task is None or not item.task.formats:
        return Arguments(text=notes.text)
    plain = escape(notes.text, quote=False).replace("\n", "<br>")
    return Arguments(text=notes.text, html=notes.html or f"<p>{plain}</p>")


def _old_due(item: Item, arguments: Arguments, notes: Arguments) -> Arguments:
    return Arguments(on=item.task.due_on, at=item.task.due_at) if item.task else NOTHING


def _old_place(item: Item, arguments: Arguments, notes: Arguments) -> Arguments:
    if item.task is not None:
        return Arguments(to=(item.task.list,))
    return Arguments(to=(item.file.folder,)) if item.file else NOTHING


def _old_time(item: Item, arguments: Arguments, notes: Arguments) -> Arguments:
    meeting = item.meeting or Meeting()
    return Arguments(
        at=meeting.start_at,
        until=meeting.end_at,
        on=meeting.start_on,
        until_on=meeting.end_on,
        series=arguments.series,
    )


def _old_facts(item: Item, arguments: Arguments, notes: Arguments) -> Arguments:
    """Return what an edit of a meeting changes, as it was."""
    meeting = item.meeting or Meeting()
    changed = {name for name in ("subject", "text", "location", "to") if getattr(arguments, name)}
    before: dict[str, Any] = {
        "subject": item.title,
        "text": notes.text,
        "location": meeting.location,
        "to": tuple(guest.who.address for guest in meeting.guests),
    }
    old = {name: before[name] for name in changed | set(arguments.cleared)}
    return Arguments(
        **{name: value for name, value in old.items() if value},
        cleared=tuple(sorted(name for name, value in old.items() if not value)),
        reminders=meeting.reminders if arguments.reminders is not None else None,
        series=arguments.series,
    )


_BEFORE: dict[tuple[str, Kind], Callable[[Item, Arguments, Arguments], Arguments]] = {
    ("rename", Kind.TASK): _old_name,
    ("rename", Kind.FILE): _old_name,
    ("describe", Kind.TASK): _old_notes,
    ("due", Kind.TASK): _old_due,
    ("move", Kind.TASK): _old_place,
    ("move", Kind.FILE): _old_place,
    ("reschedule", Kind.MEETING): _old_time,
    ("edit", Kind.MEETING): _old_facts,
}
