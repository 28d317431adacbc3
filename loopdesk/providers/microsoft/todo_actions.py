"""What a person does to their tasks in Microsoft To Do."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.microsoft import convert_todo as convert
from loopdesk.providers.microsoft import wire, wire_todo
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.zone import Zone
from loopdesk.providers.payload import decode, decode_one

TASKS = "todo:"
"""What the key of a list's stream begins with."""
WITH_ALL = {"$expand": "checklistItems,linkedResources"}
_GONE = (HTTPStatus.NOT_FOUND,)
_PAGE = "100"


class _Before(msgspec.Struct):
    """The steps that a task had before one was added: ids."""

    ids: list[str]


class TaskActions:
    """Changes may come twice; what is made has a mark of ours, or is told by what was there."""

    def __init__(self, calls: Calls, zone: Zone) -> None:
        self._calls = calls
        self._zone = zone

    def perform(self, action: Action, steps: Steps) -> Receipt:
        """Do it.

        Raises:
            Rejected: the task is gone, or To Do does not take this of it.
        """
        if action.name == "task":
            return self._make(action)
        url = task_url(action.target.key)
        match action.name:
            case "subtask":
                if steps.load() is None:
                    known = [each.id for each in self._needed(action).steps]
                    steps.save(msgspec.json.encode(_Before(known)))
                body = {"displayName": action.arguments.text}
                self._calls.call("POST", f"{url}/checklistItems", json=body)
            case "check" | "uncheck":
                step = quote(action.arguments.entry, safe="")
                ticked = {"isChecked": action.name == "check"}
                self._calls.call("PATCH", f"{url}/checklistItems/{step}", json=ticked)
            case "delete":
                self._calls.call("DELETE", url, allow=_GONE)
            case _:
                zone = self._zone.name if action.name == "due" else ""
                self._calls.call("PATCH", url, json=convert.change(action, zone))
        return _receipt(action.target.key)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name == "task":
            return self._find_made(action)
        task = self._task(action.target.key)
        if task is None:
            return _receipt(action.target.key) if action.name == "delete" else None
        if action.name == "subtask":
            there = self._is_added(action, task, steps)
        else:
            zone = self._zone.name if action.name == "due" else ""
            there = convert.holds(action, task, zone)
        return _receipt(action.target.key) if there else None

    def _needed(self, action: Action) -> wire_todo.Task:
        task = self._task(action.target.key)
        if task is None:
            raise Rejected("gone")
        return task

    def _task(self, key: str) -> wire_todo.Task | None:
        """Return a task as it is, None where it is no more."""
        reply = self._calls.call("GET", task_url(key), params=WITH_ALL, allow=_GONE)
        if reply.status_code != HTTPStatus.OK:
            return None
        return decode(reply.content, wire_todo.Task)

    @staticmethod
    def _is_added(action: Action, task: wire_todo.Task, steps: Steps) -> bool:
        saved = steps.load()
        if saved is None:
            return False
        before = msgspec.json.decode(saved, type=_Before).ids
        new = [each.displayName for each in task.steps if each.id not in before]
        return action.arguments.text in new

    # --- making -----------------------------------------------------------------------------------

    def _make(self, action: Action) -> Receipt:
        holder = self._holder(action)
        zone = self._zone.name if action.arguments.on else ""
        body = convert.new_task(action, zone)
        reply = self._calls.call("POST", f"{list_url(holder)}/tasks", json=body)
        return _receipt(convert.task_key(holder, decode(reply.content, wire_todo.Task).id))

    def _find_made(self, action: Action) -> Receipt | None:
        holder = self._holder(action)
        asked = {
            "$expand": "linkedResources",
            "$filter": f"status ne '{convert.DONE}'",
            "$top": _PAGE,
        }
        page = self._calls.get(f"{list_url(holder)}/tasks", wire.Values, asked)
        while True:
            for raw in page.value:
                task = decode_one(raw, wire_todo.Task)
                if convert.is_made_of(task, action):
                    return _receipt(convert.task_key(holder, task.id))
            if not page.next_link:
                return None
            page = self._calls.get(page.next_link, wire.Values)

    def _holder(self, action: Action) -> str:
        """Return the id of the list in which a new one goes."""
        if action.arguments.place:
            return action.arguments.place
        page = self._calls.get("/me/todo/lists", wire.Values, {"$top": _PAGE})
        while True:
            for raw in page.value:
                found = decode_one(raw, wire_todo.TaskList)
                if found.wellknownListName == "defaultList":
                    return found.id
            if not page.next_link:
                raise Rejected("gone")
            page = self._calls.get(page.next_link, wire.Values)


def list_url(holder: str) -> str:
    return f"/me/todo/lists/{quote(holder, safe='')}"


def task_url(key: str) -> str:
    holder, task = convert.split_key(key)
    return f"{list_url(holder)}/tasks/{quote(task, safe='')}"


def _receipt(key: str) -> Receipt:
    holder, _ = convert.split_key(key)
    return Receipt(facts={"key": key}, streams=(f"{TASKS}{holder}",))
