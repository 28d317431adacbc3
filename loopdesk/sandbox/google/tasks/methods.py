"""Google Tasks v1: the table of its methods.

Source: the discovery document tasks.v1; developers.google.com/workspace/tasks (2026-11)
"""

from __future__ import annotations

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.method import Answer, Method
from loopdesk.sandbox.google.tasks import reading, writing

_WRITES = frozenset({known.TASKS})
_READS = _WRITES | {known.TASKS_READONLY}
_NONE: frozenset[str] = frozenset()
_LISTS = "users/@me/lists"
_LIST = f"{_LISTS}/{{tasklist}}"
_TASKS = "lists/{tasklist}/tasks"
_TASK = f"{_TASKS}/{{task}}"
_SHOW = frozenset({"showAssigned", "showCompleted", "showDeleted", "showHidden"})
_TIMES = frozenset({"completedMin", "completedMax", "dueMin", "dueMax", "updatedMin"})
_PAGES = frozenset({"maxResults", "pageToken"})
_PLACE = frozenset({"parent", "previous"})


def _method(
    name: str, verb: str, path: str, answer: Answer, scopes: frozenset[str], params: frozenset[str]
) -> Method:
    return Method(f"tasks.{name}", verb, f"/tasks/v1/{path}", answer, scopes, params)


METHODS = [
    _method("tasklists.list", "GET", _LISTS, reading.list_lists, _READS, _PAGES),
    _method("tasklists.get", "GET", _LIST, reading.get_list, _READS, _NONE),
    _method("tasklists.insert", "POST", _LISTS, writing.insert_list, _WRITES, _NONE),
    _method("tasklists.patch", "PATCH", _LIST, writing.change_list, _WRITES, _NONE),
    _method("tasklists.update", "PUT", _LIST, writing.change_list, _WRITES, _NONE),
    _method("tasklists.delete", "DELETE", _LIST, writing.delete_list, _WRITES, _NONE),
    _method("tasks.list", "GET", _TASKS, reading.list_tasks, _READS, _SHOW | _TIMES | _PAGES),
    _method("tasks.get", "GET", _TASK, reading.get_task, _READS, _NONE),
    _method("tasks.insert", "POST", _TASKS, writing.insert_task, _WRITES, _PLACE),
    _method("tasks.patch", "PATCH", _TASK, writing.patch_task, _WRITES, _NONE),
    _method("tasks.update", "PUT", _TASK, writing.update_task, _WRITES, _NONE),
    _method("tasks.delete", "DELETE", _TASK, writing.delete_task, _WRITES, _NONE),
    _method(
        "tasks.move",
        "POST",
        f"{_TASK}/move",
        writing.move_task,
        _WRITES,
        _PLACE | {"destinationTasklist"},
    ),
    _method("tasks.clear", "POST", "lists/{tasklist}/clear", writing.clear_list, _WRITES, _NONE),
]
