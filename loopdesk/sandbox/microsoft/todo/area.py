"""Microsoft To Do as one part of Graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loopdesk.sandbox.microsoft import odata
from loopdesk.sandbox.microsoft.calendar import recurrence, times
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.mail.box import Box
from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.paging import paged, selected
from loopdesk.sandbox.microsoft.scopes import TASKS_READ, TASKS_WRITE
from loopdesk.sandbox.microsoft.todo import flagged, forms
from loopdesk.sandbox.microsoft.todo.opening import opened, zone_of
from loopdesk.sandbox.microsoft.todo.store import (
    FLAGGED,
    PLAIN,
    Task,
    TaskList,
    TodoStore,
    key_of,
    part_of,
    text,
)
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.service import Microsoft

_HANGING = frozenset({"checklistItems", "linkedResources"})
_USUAL = 100
_Part = Callable[[Json, Json], Json]


class TodoArea(Area):
    """Attributes:
    stores: everybody's lists by address.
    bare_delta: delta calls leave out what hangs on a task, whatever they are asked for. The
        service's pages do not show it.
    """

    key = "todo"

    def __init__(self, service: Microsoft) -> None:
        self.service = service
        self.bare_delta = False
        boxes, now = service.mail.boxes, service.now()
        self.stores = {
            account.address: opened(account, boxes[account.address], now)
            for account in service.accounts
        }
        self.methods = list(self._methods())

    def _methods(self) -> Iterator[Method]:
        lists, tasks = "/me/todo/lists", "/me/todo/lists/{list}/tasks"
        task = f"{tasks}/{{task}}"
        for verb, path, answer in (
            ("GET", f"{lists}/delta", self._lists_delta),
            ("GET", f"{lists}/delta()", self._lists_delta),
            ("GET", lists, self._lists),
            ("GET", f"{lists}/{{list}}", self._get_list),
            ("GET", f"{tasks}/delta", self._tasks_delta),
            ("GET", f"{tasks}/delta()", self._tasks_delta),
            ("GET", tasks, self._tasks),
            ("GET", task, self._get_task),
        ):
            yield Method(verb, path, answer, TASKS_READ)
        for verb, path, change in (
            ("POST", lists, self._create_list),
            ("PATCH", f"{lists}/{{list}}", self._update_list),
            ("DELETE", f"{lists}/{{list}}", self._delete_list),
            ("POST", tasks, self._create_task),
            ("PATCH", task, self._update_task),
            ("DELETE", task, self._delete_task),
        ):
            yield Method(verb, path, change, TASKS_WRITE)
        for name, form in (("checklistItems", forms.step), ("linkedResources", forms.link)):
            one = f"{task}/{name}/{{part}}"
            yield Method("GET", f"{task}/{name}", partial(self._parts, name), TASKS_READ)
            yield Method("GET", one, partial(self._get_part, name), TASKS_READ)
            add = partial(self._add_part, name, form)
            yield Method("POST", f"{task}/{name}", add, TASKS_WRITE)
            yield Method("PATCH", one, partial(self._update_part, name, form), TASKS_WRITE)
            yield Method("DELETE", one, partial(self._delete_part, name), TASKS_WRITE)

    # -- lists ---------------------------------------------------------------------------------

    def _lists(self, call: Call) -> Json:
        return paged(call, list(self._mine(call).lists.values()), forms.shown_list, usual=_USUAL)

    def _lists_delta(self, call: Call) -> Json:
        store = self._mine(call)

        def show(key: str) -> Json | None:
            held = store.lists.get(key)
            return forms.shown_list(held) if held else None

        return self.service.deltas.answer(
            call, store.feed, lambda: list(store.lists), show, usual=_USUAL
        )

    def _get_list(self, call: Call) -> Json:
        return forms.shown_list(self._held(call))

    def _create_list(self, call: Call) -> Response:
        name = text(call.body().get("displayName"), "displayName")
        made = self._mine(call).add_list(self.service.word(24), name)
        return json_response(forms.shown_list(made), HTTPStatus.CREATED)

    def _update_list(self, call: Call) -> Json:
        held = self._held(call)
        name = text(call.body().get("displayName"), "displayName")
        if held.role != PLAIN:
            raise bad_request("This list keeps its name.")
        self._mine(call).rename_list(held, name)
        return forms.shown_list(held)

    def _delete_list(self, call: Call) -> Response:
        self._mine(call).remove_list(self._held(call))
        return Response(HTTPStatus.NO_CONTENT)

    # -- tasks ---------------------------------------------------------------------------------

    def _tasks(self, call: Call) -> Json:
        held = list(self._held(call).tasks.values())
        if wanted := call.one("$filter"):
            condition = odata.compiled(wanted)
            if _HANGING & {name.partition("/")[0] for name in condition.names}:
                raise bad_request("What hangs on a task is not filtered by.")
            held = [task for task in held if condition.holds(self._shown(call, task).get)]
        name, _, way = (call.one("$orderby") or "createdDateTime desc").partition(" ")
        if name not in ("createdDateTime", "lastModifiedDateTime"):
            raise bad_request("The order is not supported.")
        changed = name == "lastModifiedDateTime"
        held.sort(
            key=lambda task: (task.changed_at if changed else task.created_at, task.seq),
            reverse=way == "desc",
        )
        return paged(call, held, lambda task: self._shown(call, task), usual=_USUAL)

    def _tasks_delta(self, call: Call) -> Json:
        held, fields = self._held(call), call.listed("$select")

        def show(key: str) -> Json | None:
            task = held.tasks.get(key)
            if task is None:
                return None
            bare: frozenset[str] | None = frozenset() if self.bare_delta else None
            return selected(self._shown(call, task, bare), [*fields, *_HANGING] if fields else [])

        return self.service.deltas.answer(
            call, held.feed, lambda: list(held.tasks), show, usual=_USUAL
        )

    def _get_task(self, call: Call) -> Json:
        return selected(self._shown(call, self._task(call)), call.listed("$select"))

    def _create_task(self, call: Call) -> Response:
        store, held, given = self._mine(call), self._held(call), call.body()
        if held.role == FLAGGED:
            raise bad_request("Tasks come into this list by flagging a mail.")
        links = given.pop("linkedResources", None) or []
        if not isinstance(links, list) or not all(isinstance(each, dict) for each in links):
            raise bad_request("linkedResources is a list of them.", "RequestBodyRead")
        task = Task(key_of(self.service.word(24)), {}, 0, call.now, call.now)
        forms.take(task, given, self._zone(call), call.now)
        task.links = [forms.link(each, {"id": self._part_id()}) for each in links]
        store.put(held, task, call.now)
        expanded = frozenset({"linkedResources"}) if links else frozenset()
        return json_response(self._shown(call, task, expanded), HTTPStatus.CREATED)

    def _update_task(self, call: Call) -> Json:
        store, held, task = self._mine(call), self._held(call), self._task(call)
        was_done = task.is_done
        forms.take(task, call.body(), self._zone(call), call.now)
        if task.is_done and not was_done and "recurrence" in task.body:
            self._begin_next(store, held, task, call.now)
        store.put(held, task, call.now)
        if task.mail:
            flagged.tell(task, self._box(store), call.now)
        return self._shown(call, task)

    def _delete_task(self, call: Call) -> Response:
        store, task = self._mine(call), self._task(call)
        store.remove(self._held(call), task)
        if task.mail:
            flagged.forget(task, self._box(store), call.now)
        return Response(HTTPStatus.NO_CONTENT)

    def _begin_next(self, store: TodoStore, held: TaskList, task: Task, now: datetime) -> None:
        """Make the next task of one that recurs; the one that is done recurs no more."""
        rule = task.body.pop("recurrence")
        on = recurrence.following(rule, task.due or now.date())
        if on is None:
            return
        begins = task.begins and on - ((task.due or on) - task.begins)
        fresh = Task(key_of(self.service.word(24)), {**task.body, "recurrence": rule}, 0, now, now)
        fresh.body["status"] = "notStarted"
        fresh.due, fresh.begins = on, begins
        for each in task.steps:
            bare = {name: value for name, value in each.items() if name != "checkedDateTime"}
            fresh.steps.append({**bare, "id": self._part_id(), "isChecked": False})
        fresh.links = [{**each, "id": self._part_id()} for each in task.links]
        store.put(held, fresh, now)

    # -- what hangs on a task ------------------------------------------------------------------

    def _parts(self, name: str, call: Call) -> Json:
        return paged(call, _hanging(self._task(call), name), lambda each: each, usual=_USUAL)

    def _get_part(self, name: str, call: Call) -> Json:
        return part_of(_hanging(self._task(call), name), call.path["part"])

    def _add_part(self, name: str, form: _Part, call: Call) -> Response:
        task = self._task(call)
        usual: Json = {"id": self._part_id()}
        if name == "checklistItems":
            usual |= {"createdDateTime": times.stamp(call.now), "isChecked": False}
        made = _dated(form(call.body(), usual), call.now)
        if not made.get("displayName"):
            raise bad_request("It has no displayName.")
        _hanging(task, name).append(made)
        self._mine(call).put(self._held(call), task, call.now)
        return json_response(made, HTTPStatus.CREATED)

    def _update_part(self, name: str, form: _Part, call: Call) -> Json:
        task = self._task(call)
        parts = _hanging(task, name)
        old = part_of(parts, call.path["part"])
        made = _dated(form(call.body(), old), call.now)
        parts[parts.index(old)] = made
        self._mine(call).put(self._held(call), task, call.now)
        return made

    def _delete_part(self, name: str, call: Call) -> Response:
        task = self._task(call)
        parts = _hanging(task, name)
        parts.remove(part_of(parts, call.path["part"]))
        self._mine(call).put(self._held(call), task, call.now)
        return Response(HTTPStatus.NO_CONTENT)

    # -- where a call leads --------------------------------------------------------------------

    def _mine(self, call: Call) -> TodoStore:
        store = self.stores[call.account.address]
        self._mirror(store, self._zone(call))
        return store

    def _box(self, store: TodoStore) -> Box:
        return self.service.mail.boxes[store.address]

    def _mirror(self, store: TodoStore, zone: ZoneInfo) -> None:
        for held in store.lists.values():
            if held.role == FLAGGED:
                flagged.mirror(store, held, self._box(store), zone, self.service.now())

    def _held(self, call: Call) -> TaskList:
        return self._mine(call).list(call.path["list"])

    def _task(self, call: Call) -> Task:
        return self._held(call).find(call.path["task"])

    def _zone(self, call: Call) -> ZoneInfo:
        return zone_of(call.account)

    def _shown(self, call: Call, task: Task, expanded: frozenset[str] | None = None) -> Json:
        if expanded is None:
            expanded = frozenset(call.listed("$expand"))
        if not expanded <= _HANGING:
            raise ApiError(400, "BadRequest", "This cannot be expanded.")
        return forms.shown(task, self._zone(call), expanded)

    def _part_id(self) -> str:
        return (
            self.service.word(8, "0123456789abcdef")
            + "-0000-4000-8000-"
            + self.service.word(12, "0123456789abcdef")
        )

    # -- what it holds -------------------------------------------------------------------------

    def state(self) -> Json:
        for account in self.service.accounts:
            self._mirror(self.stores[account.address], zone_of(account))
        return {
            "task_lists": [
                {"account": address, "id": held.key, "name": held.name, "role": held.role}
                for address, store in self.stores.items()
                for held in store.lists.values()
            ],
            "tasks": [
                {
                    "account": address,
                    "list": held.key,
                    "listName": held.name,
                    "id": task.key,
                    **task.body,
                    "due": _written(task.due),
                    "completed": _written(task.done_on),
                    "checklistItems": task.steps,
                    "linkedResources": task.links,
                }
                for address, store in self.stores.items()
                for held, task in store.all()
            ],
        }


def _written(on: date | None) -> str:
    return on.isoformat() if on else ""


def _hanging(task: Task, name: str) -> list[Json]:
    return task.steps if name == "checklistItems" else task.links


def _dated(part: Json, now: datetime) -> Json:
    """Return a step with when it was checked; a link as it is."""
    if part.get("isChecked") and "checkedDateTime" not in part:
        return {**part, "checkedDateTime": times.stamp(now)}
    if part.get("isChecked") is False:
        return {name: value for name, value in part.items() if name != "checkedDateTime"}
    return part
