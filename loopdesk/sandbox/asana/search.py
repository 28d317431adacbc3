"""Search in a paid workspace: by an index that learns of changes some time later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopdesk.sandbox.asana.errors import AsanaError, bad
from loopdesk.sandbox.asana.held import Task
from loopdesk.sandbox.asana.method import Call, Operation, instant
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.web import Response, json_response

LAG = timedelta(seconds=30)
_PEOPLE: dict[str, Callable[[Space, Task], set[str]]] = {
    "assignee": lambda space, task: {task.assignee},
    "assigned_by": lambda space, task: {task.assigned_by},
    "created_by": lambda space, task: {task.by},
    "followers": lambda space, task: set(task.followers),
    "commented_on_by": lambda space, task: {
        space.stories[each].by for each in task.stories if space.stories[each].html
    },
}
_SORTS = ("created_at", "modified_at", "completed_at", "due_date", "likes", "relevance")
_NO_FILTERS = {"limit", "opt_fields", "sort_by", "sort_ascending"}


@dataclass(slots=True)
class Entry:
    """What the index knows of a task."""

    people: dict[str, set[str]]
    projects: set[str]
    name: str
    completed: bool
    created_at: datetime
    modified_at: datetime
    due: str


class Index:
    """Attributes:
    lag: so much later it knows of a change.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self.lag = LAG
        self._entries: dict[str, Entry] = {}
        self._known: dict[str, datetime] = {}

    def catch_up(self, now: datetime) -> dict[str, Entry]:
        """Return what is known of every task at this moment."""
        for gid, task in self._space.tasks.items():
            changed_at = self._space.changed.get(gid, task.created_at)
            known_at = self._known.get(gid)
            if changed_at <= now - self.lag and (known_at is None or known_at < changed_at):
                self._entries[gid], self._known[gid] = _entry(self._space, task), changed_at
        return self._entries


def _entry(space: Space, task: Task) -> Entry:
    return Entry(
        {name: of(space, task) for name, of in _PEOPLE.items()},
        set(task.places),
        task.name,
        task.completed_at is not None,
        task.created_at,
        task.modified_at,
        "" if task.due_on is None else task.due_on.isoformat(),
    )


def _search(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.path["workspace_gid"])
    if not workspace.is_paid:
        raise AsanaError(402, "This action is only available to premium users.")
    text = call.arg("limit", "20")
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise bad("limit", "Must be between 1 and 100")
    sort = call.arg("sort_by", "modified_at")
    if sort not in _SORTS:
        raise bad("sort_by", "Not a valid order")
    tests = [_test(call, name, values[0]) for name, values in call.request.params.items()]
    index = call.asana.index.catch_up(call.now)
    found = []
    for gid, entry in index.items():
        task = call.space.tasks[gid]
        is_here = task.workspace == workspace.gid and call.space.sees(call.user, task)
        if is_here and all(test(entry) for test in tests):
            found.append((entry, task))
    key = "created_at" if sort == "created_at" else "modified_at"
    found.sort(key=lambda pair: getattr(pair[0], key), reverse=call.arg("sort_ascending") != "true")
    # There are no pages.
    return json_response({"data": call.records([task for _, task in found[: int(text)]])})


def _test(call: Call, name: str, value: str) -> Callable[[Entry], bool]:
    field, _, how = name.rpartition(".")
    if name in _NO_FILTERS:
        return lambda entry: True
    if name == "completed":
        return lambda entry: entry.completed == (value == "true")
    if name == "text":
        return lambda entry: value.casefold() in entry.name.casefold()
    if field in ("modified_at", "created_at") and how in ("before", "after"):
        at, is_later = instant(name, value), how == "after"
        return lambda entry: (getattr(entry, field) > at) == is_later
    if field == "due_on" and how in ("before", "after"):
        is_later = how == "after"
        return lambda entry: bool(entry.due) and (entry.due > value) == is_later
    if how in ("any", "not") and (field in _PEOPLE or field == "projects"):
        wanted = {call.user if each == "me" else each for each in value.split(",")}
        is_any = how == "any"
        if field == "projects":
            return lambda entry: bool(entry.projects & wanted) == is_any
        return lambda entry: bool(entry.people[field] & wanted) == is_any
    raise bad(name, "Unknown filter")


OPERATIONS = (Operation("GET", "/workspaces/{workspace_gid}/tasks/search", _search, "tasks:read"),)
