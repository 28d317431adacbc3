"""What may be written into tasks, and how they are shown.

Source: learn.microsoft.com/graph/api/resources/todotask, .../todotask-update (2026-11)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from loopdesk.sandbox.microsoft.calendar import recurrence, times
from loopdesk.sandbox.microsoft.errors import bad_request
from loopdesk.sandbox.microsoft.todo.store import DONE, Task, TaskList, text
from loopdesk.sandbox.model import Json

_STATUSES = ("notStarted", "inProgress", DONE, "waitingOnOthers", "deferred")
_IMPORTANCES = ("low", "normal", "high")
_DAYS = {"dueDateTime": "due", "startDateTime": "begins"}
_PLAIN = frozenset({
    "title", "body", "status", "importance", "isReminderOn", "reminderDateTime", "recurrence",
    "categories",
})  # fmt: skip
_PASSED_OVER = frozenset({
    "id", "createdDateTime", "lastModifiedDateTime", "bodyLastModifiedDateTime", "hasAttachments",
    "completedDateTime",
})  # fmt: skip
_USUAL: Json = {
    "title": "",
    "body": {"content": "", "contentType": "text"},
    "status": "notStarted",
    "importance": "normal",
    "isReminderOn": False,
    "categories": [],
}


def shown_list(held: TaskList) -> Json:
    return {
        "@odata.etag": held.etag,
        "id": held.key,
        "displayName": held.name,
        "isOwner": True,
        "isShared": False,
        "wellknownListName": held.role,
    }


def shown(task: Task, zone: ZoneInfo, expanded: frozenset[str]) -> Json:
    """Return a task.

    Args:
        zone: the person's; a day is shown as its midnight there.
        expanded: what of that which hangs on it is asked for.
    """
    found: Json = {
        "@odata.etag": task.etag,
        "id": task.key,
        "createdDateTime": times.stamp(task.created_at),
        "lastModifiedDateTime": times.stamp(task.changed_at),
        "hasAttachments": False,
        **task.body,
    }
    for name, on in (("dueDateTime", task.due), ("startDateTime", task.begins)):
        if on is not None:
            found[name] = times.written(datetime.combine(on, time(), zone), "UTC")
    if task.done_on is not None:
        found["completedDateTime"] = times.midnight(task.done_on, "UTC")
    if "checklistItems" in expanded:
        found["checklistItems"] = task.steps
    if "linkedResources" in expanded:
        found["linkedResources"] = task.links
    return found


def take(task: Task, given: Json, zone: ZoneInfo, now: datetime) -> None:
    """Write what a body says into a task; raises ApiError(400), with nothing changed."""
    body, days = {**_USUAL, **task.body}, {"due": task.due, "begins": task.begins}
    for name, value in given.items():
        if name in _DAYS:
            days[_DAYS[name]] = _day(value, zone, name)
        elif name in _PLAIN:
            body[name] = _checked(name, value)
        elif name not in _PASSED_OVER and not name.startswith("@"):
            raise bad_request(f"The property '{name}' is not written so.", "RequestBodyRead")
    if body.get("recurrence") and days["due"] is None:
        raise bad_request("A task that recurs has a day on which it is due.")
    was_done = task.body.get("status") == DONE
    task.body = {name: value for name, value in body.items() if value is not None}
    task.due, task.begins = days["due"], days["begins"]
    if body["status"] != DONE:
        task.done_on = None
    elif not was_done or task.done_on is None:
        task.done_on = now.astimezone(UTC).date()


def step(given: Json, old: Json) -> Json:
    """Return a step after a change; raises ApiError(400)."""
    made = dict(old)
    for name, value in given.items():
        if name == "displayName":
            made[name] = text(value, name)
        elif name == "isChecked" and isinstance(value, bool):
            made[name] = value
        elif name not in ("id", "createdDateTime", "checkedDateTime"):
            raise bad_request(f"{name} is not written so.", "RequestBodyRead")
    return made


def link(given: Json, old: Json) -> Json:
    """Return a link after a change; raises ApiError(400)."""
    made = dict(old)
    for name, value in given.items():
        if name in ("webUrl", "applicationName", "displayName", "externalId"):
            made[name] = text(value, name)
        elif name not in ("id", "@odata.type"):
            raise bad_request(f"{name} is not written so.", "RequestBodyRead")
    return made


def _checked(name: str, value: Any) -> Any:
    match name:
        case "title":
            return text(value, name)
        case "status" if value not in _STATUSES:
            raise bad_request("There is no such status.", "RequestBodyRead")
        case "importance" if value not in _IMPORTANCES:
            raise bad_request("There is no such importance.", "RequestBodyRead")
        case "body":
            if not isinstance(value, dict):
                raise bad_request("body is an itemBody.", "RequestBodyRead")
            kind = str(value.get("contentType") or "text")
            return {"content": text(value.get("content", ""), name), "contentType": kind}
        case "reminderDateTime" if value is not None:
            return times.written(_moment(value, name), "UTC")
        case "recurrence" if value is not None:
            try:
                recurrence.check(value)
            except ValueError as error:
                raise bad_request(str(error), "ErrorInvalidRecurrencePattern") from None
    return value


def _day(value: Any, zone: ZoneInfo, name: str) -> date | None:
    """Return the day that is meant: whatever time is named, a day is all that is kept."""
    return None if value is None else _moment(value, name).astimezone(zone).date()


def _moment(value: Any, name: str) -> datetime:
    try:
        return times.moment(value)
    except (AttributeError, ValueError):
        raise bad_request(f"{name} cannot be read.", "InvalidDateTimeFormat") from None
