"""Tasks of Microsoft To Do as items, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from loopdesk.content.html import html_to_text
from loopdesk.core.actions import Action
from loopdesk.core.errors import Rejected
from loopdesk.core.items import Entry, Item, Kind, Link, ServiceKey, Step, Task, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.microsoft import wire_todo as wire
from loopdesk.providers.microsoft.convert_times import instant, moment, nearest_day, some_time_on

DONE, OPEN = "completed", "notStarted"
FLAGGED = "flaggedEmails"
"""The list that mirrors flagged mail, which is here already."""
APPLICATION = "LoopDesk"
_PAGE = "https://to-do.office.com/tasks/id/{}/details"
_SNIPPET = 200


def task_key(holder: str, task: str) -> ServiceKey:
    """Return a task's key: every call names its list too."""
    return ServiceKey(f"{holder}/{task}")


def split_key(key: str) -> tuple[str, str]:
    """Return the ids of the list and of the task."""
    holder, _, task = key.rpartition("/")
    return holder, task


def place(holder: wire.TaskList) -> Place:
    default = holder.wellknownListName == "defaultList"
    return Place(holder.id, "list", holder.displayName or "", default=default)


def item(task: wire.Task, holder: str, zone: str, me: Handle) -> tuple[Item, Entry]:
    """Return a task, and its notes as its one entry.

    Args:
        zone: the person's, in which a day is meant.
    Raises:
        BadPayload: its day or its times are none.
    """
    key = task_key(holder, task.id)
    text = notes(task)
    html = task.body is not None and (task.body.contentType or "").lower() == "html"
    due_on = due_day(task, zone)
    changed_at = moment(task.lastModifiedDateTime or task.createdDateTime, "Task.modified")
    done = task.status == DONE
    done_at = task.completedDateTime
    return (
        Item(
            key=key,
            kind=Kind.TASK,
            title=Untrusted(task.title or ""),
            snippet=Untrusted(text[:_SNIPPET]),
            at=None if due_on else changed_at,
            on=due_on,
            version=task.etag,
            places=frozenset({holder}),
            starred=task.importance == "high",
            in_pane=not done,
            actions=tuple(_actions(task, done=done)),
            url=_PAGE.format(quote(task.id, safe="")),
            task=Task(
                done=done,
                done_at=instant(done_at, "Task.completed") if done and done_at else None,
                due_on=due_on,
                list=holder,
                steps=tuple(
                    Step(each.id, each.displayName or "", bool(each.isChecked))
                    for each in task.steps
                ),
            ),
        ),
        Entry(
            key=key,
            item=key,
            author=me,
            # An entry keeps its time for life: not that of the last change.
            at=moment(task.createdDateTime or task.lastModifiedDateTime, "Task.created"),
            text=Untrusted(text),
            html=task.body.content if html and task.body is not None and text else None,
            places=frozenset({holder}),
            mine=True,
            version=task.etag,
            links=tuple(_links(task)),
        ),
    )


def _actions(task: wire.Task, *, done: bool) -> Iterator[str]:
    yield "reopen" if done else "complete"
    yield from ("rename", "describe", "due")
    if any(not each.isChecked for each in task.steps):
        yield "check"
    if any(each.isChecked for each in task.steps):
        yield "uncheck"
    yield from ("subtask", "delete")


def _links(task: wire.Task) -> Iterator[Link]:
    for each in task.links:
        if each.webUrl:
            yield Link(each.displayName or each.applicationName or "", each.webUrl)


def notes(task: wire.Task) -> str:
    if task.body is None:
        return ""
    content = task.body.content or ""
    is_html = (task.body.contentType or "").lower() == "html"
    return (html_to_text(content) if is_html else content).strip()


def due_day(task: wire.Task, zone: str) -> date | None:
    if task.dueDateTime is None:
        return None
    return nearest_day(task.dueDateTime, zone, "Task.dueDateTime")


# --- what is written ------------------------------------------------------------------------------


def new_task(action: Action, zone: str) -> dict[str, Any]:
    """Return the body of a task to be made, with a mark by which it is found again."""
    given = action.arguments
    title, text = (given.subject, given.text) if given.subject else (given.text, "")
    body: dict[str, Any] = {
        "title": " ".join(title.split()),
        "linkedResources": [
            {
                "applicationName": APPLICATION,
                "displayName": APPLICATION,
                "externalId": action.id,
            }
        ],
    }
    if text:
        body["body"] = {"content": text, "contentType": "text"}
    if given.on:
        body["dueDateTime"] = some_time_on(given.on, zone)
    return body


def is_made_of(task: wire.Task, action: Action) -> bool:
    return any(each.externalId == action.id for each in task.links)


def change(action: Action, zone: str) -> dict[str, Any]:
    """Return the body of the PATCH by which an action takes effect.

    Raises:
        Rejected: To Do has no such change.
    """
    given = action.arguments
    match action.name:
        case "complete":
            return {"status": DONE}
        case "reopen":
            return {"status": OPEN}
        case "rename":
            return {"title": given.text}
        case "describe":
            return {"body": {"content": given.text, "contentType": "text"}}
        case "due":
            if given.on is None and given.at is not None:
                raise Rejected("dayNeeded")
            return {"dueDateTime": some_time_on(given.on, zone) if given.on else None}
    raise Rejected("notSupported")


def holds(action: Action, task: wire.Task, zone: str) -> bool:
    """Whether a task already is as an action wants it."""
    given = action.arguments
    match action.name:
        case "complete":
            return task.status == DONE
        case "reopen":
            return task.status != DONE
        case "rename":
            return task.title == given.text
        case "describe":
            return notes(task) == given.text.strip()
        case "due":
            return due_day(task, zone) == given.on
        case "check" | "uncheck":
            checked = {each.id: bool(each.isChecked) for each in task.steps}
            return checked.get(given.entry) is (action.name == "check")
    return False
