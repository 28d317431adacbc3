"""Google's tasks as items, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from loopdesk.core.actions import Action
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import FILE_HEADER, Entry, Item, Kind, ServiceKey, Task, Untrusted
from loopdesk.core.people import Handle
from loopdesk.providers.google import wire_tasks as wire
from loopdesk.providers.google.appended import without
from loopdesk.providers.google.times import moment

DONE, OPEN = "completed", "needsAction"
_DOCUMENT = "DOCUMENT"
_SNIPPET = 200


def task_key(holder: str, task: str) -> ServiceKey:
    """Return a task's key: every call names its list too."""
    return ServiceKey(f"{holder}/{task}")


def split_key(key: str) -> tuple[str, str]:
    """Return the ids of the list and of the task."""
    holder, _, task = key.rpartition("/")
    return holder, task


def item(task: wire.Task, holder: str, me: Handle) -> tuple[Item, Entry]:
    """Return a task, and its notes as its one entry.

    Raises:
        BadPayload: its day or its times are none.
    """
    key = task_key(holder, task.id)
    text = "\n\n".join(filter(None, (task.notes, links_text(task))))
    due_on = due_day(task.due)
    changed_at = moment(task.updated, "Task.updated")
    done = task.status == DONE
    return (
        Item(
            key=key,
            kind=Kind.TASK,
            title=Untrusted(task.title),
            snippet=Untrusted(text[:_SNIPPET]),
            at=None if due_on else changed_at,
            on=due_on,
            version=task.etag,
            places=frozenset({holder}),
            in_pane=not done and (not task.parent or due_on is not None),
            actions=tuple(_actions(task, done=done)),
            url=task.webViewLink,
            task=Task(
                done=done,
                done_at=moment(task.completed, "Task.completed") if task.completed else None,
                due_on=due_on,
                list=holder,
                parent=task_key(holder, task.parent) if task.parent else "",
                position=task.position,
                assigned=""
                if task.assignmentInfo is None
                else task.assignmentInfo.surfaceType.lower(),
            ),
        ),
        Entry(
            key=key,
            item=key,
            author=me,
            at=changed_at,
            text=Untrusted(text),
            headers=tuple(_headers(task)),
            places=frozenset({holder}),
            mine=True,
            version=task.etag,
        ),
    )


def _actions(task: wire.Task, *, done: bool) -> Iterator[str]:
    """Yield what it takes. Source: the discovery document tasks.v1 (2026-11)."""
    assigned = task.assignmentInfo
    yield "reopen" if done else "complete"
    yield "rename"
    # What a document assigned has no notes of its own.
    if assigned is None or assigned.surfaceType != _DOCUMENT:
        yield "describe"
    yield "due"
    yield "move"
    if not task.parent and assigned is None and not done:
        yield "subtask"
    yield "delete"


def _headers(task: wire.Task) -> Iterator[tuple[str, str]]:
    """Yield the document in which it was assigned."""
    file = task.assignmentInfo.driveResourceInfo if task.assignmentInfo is not None else None
    if file is not None and file.driveFileId:
        yield FILE_HEADER, file.driveFileId


def links_text(task: wire.Task) -> str:
    """Return what a task links, one a line."""
    lines = [f"{each.description} {each.link}".strip() for each in task.links]
    if task.assignmentInfo is not None:
        lines.append(task.assignmentInfo.linkToTask)
    return "\n".join(filter(None, lines))


def notes_alone(text: str, task: wire.Task) -> str:
    """Return notes without the links that were shown below them, which are no part of them."""
    return without(text, links_text(task))


def due_day(text: str) -> date | None:
    """Return the day of a `due`: a midnight in UTC that means a day everywhere."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadPayload("Task.due") from error


# --- what is written ------------------------------------------------------------------------------


def new_task(action: Action) -> dict[str, str]:
    """Return the body of a task to be made."""
    given = action.arguments
    title, notes = (given.subject, given.text) if given.subject else (given.text, "")
    body = {"title": _one_line(title)}
    body |= {"notes": notes} if notes else {}
    body |= {"due": due_text(given.on)} if given.on else {}
    return body


def is_made_of(task: wire.Task, body: dict[str, str], parent: str) -> bool:
    """Whether a task may be what this body made. The service trims what it keeps."""
    return (
        _one_line(task.title) == body["title"]
        and task.notes.strip() == body.get("notes", "").strip()
        and task.due[:10] == body.get("due", "")[:10]
        and task.parent == parent
    )


def due_text(day: date) -> str:
    return f"{day.isoformat()}T00:00:00.000Z"


def _one_line(text: str) -> str:
    return " ".join(text.split())
