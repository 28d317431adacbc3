"""Methods that read task lists and tasks."""

from __future__ import annotations

from datetime import datetime

from loopdesk.sandbox.google.calendar.cursors import opened, sealed
from loopdesk.sandbox.google.errors import bad_request
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.google.tasks import shapes
from loopdesk.sandbox.google.tasks.store import DONE, StoredTask
from loopdesk.sandbox.model import Json


def list_lists(call: Call) -> Json:
    lists = call.account.tasks.lists
    most = call.number("maxResults", 1000, 1000) or 1000
    start = _start(call)
    answer: Json = {
        "kind": "tasks#taskLists",
        "etag": f'"{max(each.seq for each in lists)}"',
        "items": [shapes.shown_list(each) for each in lists[start : start + most]],
    }
    if len(lists) > start + most:
        answer["nextPageToken"] = _token(call, start + most)
    return answer


def get_list(call: Call) -> Json:
    return shapes.shown_list(call.account.tasks.list(call.path["tasklist"]))


def list_tasks(call: Call) -> Json:
    store = call.account.tasks
    store.forget(call.now)
    holder = store.list(call.path["tasklist"])
    most = call.number("maxResults", 20, 100) or 20
    found = [each for each in holder.tasks if _wanted(call, each)]
    start = _start(call)
    places = shapes.places(holder)
    answer: Json = {
        "kind": "tasks#tasks",
        "etag": f'"{max((each.seq for each in holder.tasks), default=holder.seq)}"',
    }
    if page := found[start : start + most]:
        answer["items"] = [shapes.shown(holder, each, places) for each in page]
    if len(found) > start + most:
        answer["nextPageToken"] = _token(call, start + most)
    return answer


def get_task(call: Call) -> Json:
    call.account.tasks.forget(call.now)
    holder = call.account.tasks.list(call.path["tasklist"])
    return shapes.one(holder, holder.find(call.path["task"]))


def _wanted(call: Call, task: StoredTask) -> bool:
    body = task.body
    done = body["status"] == DONE
    return (
        (not task.deleted or call.flag("showDeleted"))
        and (not body.get("hidden") or call.flag("showHidden"))
        and (not done or call.flag("showCompleted", default=True))
        and (not task.is_assigned or call.flag("showAssigned"))
        and _within(call, task.updated_at, "updatedMin", "")
        and _within(call, _at(body.get("completed")), "completedMin", "completedMax")
        and _within(call, _at(body.get("due")), "dueMin", "dueMax")
    )


def _within(call: Call, at: datetime | None, least: str, most: str) -> bool:
    low = shapes.bound(call, least)
    high = shapes.bound(call, most) if most else None
    if at is None:
        return low is None and high is None
    return (low is None or at >= low) and (high is None or at < high)


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _start(call: Call) -> int:
    token = call.one("pageToken")
    if not token:
        return 0
    content = opened(token, "pageToken")
    if content.get("a") != call.account.tasks.age:
        raise bad_request("Invalid page token.", "pageToken", "invalid")
    return int(content.get("n", 0))


def _token(call: Call, start: int) -> str:
    return sealed(n=start, a=call.account.tasks.age)
