"""Asana's tasks as items, and what is done to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from loopdesk.core.actions import Action
from loopdesk.core.errors import Rejected
from loopdesk.core.fold import APPROVALS
from loopdesk.core.items import (
    Approval,
    Attachment,
    Entry,
    Field,
    Item,
    Kind,
    Link,
    ServiceKey,
    Task,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.asana import wire
from loopdesk.providers.asana.links import task_page
from loopdesk.providers.asana.prose import (
    body_from,
    body_of,
    html_of,
    is_editable,
    names,
    normal,
    text_of,
)
from loopdesk.providers.asana.wire import day, moment, written

_ANSWERS = {
    Approval.PENDING: "pending",
    Approval.APPROVED: "approved",
    Approval.CHANGES: "changes_requested",
    Approval.REJECTED: "rejected",
}
"""What Asana calls them; all but the first complete the task.
Source: github.com/Asana/openapi (2026-06)"""
_APPROVALS = {word: answer for answer, word in _ANSWERS.items()}
_SNIPPET = 200
LONGEST_NAME = 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Whole:
    """A task with what was said about it and what is attached."""

    task: wire.Task
    said: Sequence[wire.Story] = ()
    attached: Sequence[wire.Attachment] = ()


def item(
    whole: Whole, me: str, scopes: AbstractSet[str], *, watched: bool, position: str = ""
) -> tuple[Item, list[Entry]]:
    """Return a task, its description as its entry 0, and its comments.

    Args:
        me: the owner's id.
        watched: its project is, so that all that is open there is shown.
        position: sorts it among the subtasks of its task.
    Raises:
        BadPayload: its times are none.
    """
    task = whole.task
    key = ServiceKey(task.gid)
    done = bool(task.completed)
    mine = task.assignee is not None and task.assignee.gid == me
    followed = any(each.gid == me for each in task.followers or ())
    due_at = moment(task.due_at, "Task.due_at") if task.due_at else None
    due_on = day(task.due_on, "Task.due_on") if task.due_on and due_at is None else None
    entries = [_description(whole, me), *_comments(whole, me)]
    words = entries[-1].text or ""
    # What the person put below a task is seen there.
    made_here = task.created_by is not None and task.created_by.gid == me
    own_step = made_here and task.parent is not None and not any(one.mentions for one in entries)
    return (
        Item(
            key=key,
            kind=Kind.TASK,
            title=Untrusted(task.name or ""),
            snippet=Untrusted(" ".join(words.split())[:_SNIPPET]),
            people=tuple(_people(entries, task, me)),
            at=None if due_on else due_at or _at(task.modified_at, "Task.modified_at"),
            on=due_on,
            version=version(task),
            places=frozenset(_held_in(task)),
            in_pane=not done and (mine or watched or (followed and not own_step)),
            actions=tuple(_actions(task, scopes)),
            url=task.permalink_url or task_page(task.gid),
            task=Task(
                done=done,
                done_at=moment(task.completed_at, "Task.completed_at")
                if done and task.completed_at
                else None,
                due_on=due_on,
                due_at=due_at,
                list=_list_of(task),
                parent=task.parent.gid if task.parent is not None else "",
                position=position,
                assignees=(handle(task.assignee),) if task.assignee is not None else (),
                mine=mine,
                liked=bool(task.liked),
                likes=task.num_likes or 0,
                followed=followed,
                single=True,
                formats=True,
                approval=_approval(task),
                milestone=task.resource_subtype == "milestone",
                fields=tuple(
                    Field(each.name or "", each.display_value)
                    for each in task.custom_fields or ()
                    if each.display_value
                ),
            ),
        ),
        entries,
    )


def handle(person: wire.Named | None) -> Handle:
    if person is None:
        return Handle("")
    return Handle(person.name or "", (person.email or "").lower(), person.gid)


def sections(task: wire.Task) -> Iterator[Place]:
    """Yield the sections that a task names: Asana lists them to nobody with single scopes."""
    for each in task.held_in:
        if each.section is not None:
            parent = each.project.gid if each.project is not None else ""
            yield Place(each.section.gid, "section", each.section.name or "", parent=parent)
    if task.assignee_section is not None:
        parent = task.workspace.gid if task.workspace is not None else ""
        own = task.assignee_section
        yield Place(own.gid, "section", own.name or "", parent=parent)


def tags(task: wire.Task) -> Iterator[Place]:
    """Yield its tags. Their colours take a scope of their own."""
    parent = task.workspace.gid if task.workspace is not None else ""
    for each in task.tags or ():
        yield Place(each.gid, "label", each.name or "", parent=parent)


def _approval(task: wire.Task) -> Approval:
    return _APPROVALS.get(task.approval_status or "", Approval.NONE)


def _held_in(task: wire.Task) -> Iterator[str]:
    for each in task.held_in:
        if each.project is not None:
            yield each.project.gid
        if each.section is not None:
            yield each.section.gid
    if task.assignee_section is not None:
        yield task.assignee_section.gid
    yield from (each.gid for each in task.tags or ())


def _list_of(task: wire.Task) -> str:
    found = [each.section.gid for each in task.held_in if each.section is not None]
    if found:
        return found[0]
    return task.assignee_section.gid if task.assignee_section is not None else ""


def _people(entries: Sequence[Entry], task: wire.Task, me: str) -> Iterator[Handle]:
    """Yield others: who spoke last first, then whose task it is, then who follows it."""
    spoke = (entry.author for entry in reversed(entries))
    others = (*spoke, handle(task.assignee), *map(handle, task.followers or ()))
    yield from {who.id: who for who in others if who.id not in ("", me)}.values()


def _description(whole: Whole, me: str) -> Entry:
    task, body = whole.task, whole.task.html_notes or ""
    author = handle(task.created_by)
    return Entry(
        key=ServiceKey(task.gid),
        item=ServiceKey(task.gid),
        author=author,
        at=_at(task.created_at, "Task.created_at"),
        text=Untrusted(text_of(body)),
        html=html_of(body),
        attachments=tuple(
            Attachment(each.gid, each.name or "", "", each.size or 0)
            for each in whole.attached
            if each.is_file
        ),
        mine=author.id == me,
        mentions=author.id != me and names(body, me),
        links=tuple(
            Link(each.name or "", each.view_url or each.permanent_url or "")
            for each in whole.attached
            if not each.is_file and (each.view_url or each.permanent_url)
        ),
    )


def _comments(whole: Whole, me: str) -> list[Entry]:
    found = [_comment(each, whole.task.gid, me) for each in whole.said if each.is_comment]
    return sorted(found, key=lambda entry: (entry.at, entry.key))


def _comment(story: wire.Story, task: str, me: str) -> Entry:
    body, author = story.html_text or "", handle(story.created_by)
    at = moment(story.created_at, "Story.created_at")
    return Entry(
        key=ServiceKey(story.gid),
        item=ServiceKey(task),
        author=author,
        at=at,
        text=Untrusted(text_of(body) if body else story.text or ""),
        html=html_of(body),
        mine=author.id == me,
        mentions=author.id != me and names(body, me),
        # When it was edited Asana does not say.
        edited_at=at if story.is_edited else None,
    )


def _at(text: str | None, where: str) -> datetime:
    return moment(text, where) if text else _EPOCH


def _actions(task: wire.Task, scopes: AbstractSet[str]) -> Iterator[str]:
    if "tasks:write" in scopes:
        approval = _approval(task)
        if approval is not Approval.NONE:
            yield from (name for name, answer in APPROVALS.items() if answer is not approval)
        if task.completed:
            yield "reopen"
        elif approval is Approval.NONE:  # else it is done when it is answered
            yield "complete"
        yield "rename"
        if is_editable(task.html_notes or ""):
            yield "describe"
        yield from ("due", "assign")
        if task.assignee is not None:
            yield "unassign"
        yield "unlike" if task.liked else "like"
        if task.held_in or task.assignee_section is not None:
            yield "move"
        yield "subtask"
    if "stories:write" in scopes:
        yield "comment"
    if "attachments:write" in scopes:
        yield "attach"


# --- what is written ------------------------------------------------------------------------------


def change(action: Action, task: wire.Task) -> dict[str, Any]:
    """Return what a PUT is given for an action to take effect.

    Args:
        task: as it is.
    Raises:
        Rejected: Asana has no such change.
    """
    given = action.arguments
    match action.name:
        case "accept" | "request-changes" | "decline":
            return {"approval_status": _ANSWERS[APPROVALS[action.name]]}
        case "reopen" if task.approval_status:
            return {"approval_status": _ANSWERS[Approval.PENDING]}
        case "complete" | "reopen":
            return {"completed": action.name == "complete"}
        case "like" | "unlike":
            return {"liked": action.name == "like"}
        case "rename":
            return {"name": fitting(one_line(given.text))}
        case "describe":
            return {"html_notes": body(action, task.html_notes or "")}
        case "due":
            return due(action)
    raise Rejected("notSupported")


def due(action: Action) -> dict[str, Any]:
    """Return when it is due: a moment or a day, never both."""
    given = action.arguments
    if given.at is not None:
        return {"due_at": written(given.at)}
    return {"due_on": given.on.isoformat() if given.on is not None else None}


def body(action: Action, before: str = "") -> str:
    """Return the words of an action as Asana's rich text. `before`: what they take the place of."""
    given = action.arguments
    if given.html:
        return body_from(given.html, before, given.mentions)
    return body_of(given.text, given.mentions)


def new_task(action: Action) -> dict[str, Any]:
    """Return what a task to be made is given, without its place."""
    given = action.arguments
    name, text = (given.subject, given.text) if given.subject else (given.text, "")
    made: dict[str, Any] = {"name": fitting(one_line(name)), "external": {"gid": action.id}}
    if text:
        made["html_notes"] = body_from(given.html) if given.html else body_of(text)
    return made | (due(action) if given.at is not None or given.on is not None else {})


def holds(given: dict[str, Any], task: wire.Task) -> bool:
    """Say whether a task already is as a PUT would make it."""
    return all(_same(name, value, task) for name, value in given.items())


def _same(name: str, wanted: Any, task: wire.Task) -> bool:
    found = getattr(task, name)
    match name:
        case "due_at":
            return bool(found) and moment(wanted, "due_at") == moment(found, "Task.due_at")
        case "due_on":
            return bool(wanted == found) and not task.due_at
        case "html_notes":
            return normal(wanted) == normal(found or "")
        case "approval_status":
            return bool(wanted == found)
        case "name":
            return bool(wanted == one_line(found or ""))
    return bool(wanted == bool(found))


def same_words(one: str, other: str) -> bool:
    """Say whether two texts read alike, whatever their formats."""
    return text_of(one).split() == text_of(other).split()


def fitting(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise Rejected("too-long")
    return name


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- versions -------------------------------------------------------------------------------------

EDITED = ("name", "html_notes", "due_on")
"""What an edit would write over: each has its own share of a version, eight digits."""


def version(task: wire.Task) -> str:
    """Return what changes with a task: Asana itself has nothing of the kind."""
    return f"{shares(task)}.{task.modified_at or ''}"


def shares(task: wire.Task) -> str:
    return "".join(mark_of(task, name) for name in EDITED)


def edited(field: str) -> str:
    """Return under which name a field has its share: a moment and a day are one."""
    return "due_on" if field == "due_at" else field


def mark_of(task: wire.Task, field: str) -> str:
    field = edited(field)
    value = str(getattr(task, field) or "")
    if field == "due_on":
        value = task.due_at or value
    if field == "html_notes":
        value = normal(value)
    return blake2b(value.strip().encode(), digest_size=4).hexdigest()


def seen(version: str, field: str) -> str:
    """Return the mark that a field had as the person saw it, "" where that is not known."""
    field = edited(field)
    marks = version.partition(".")[0]
    if field not in EDITED or len(marks) != 8 * len(EDITED):
        return ""
    at = 8 * EDITED.index(field)
    return marks[at : at + 8]
