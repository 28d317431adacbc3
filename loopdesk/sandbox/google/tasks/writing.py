"""Methods that make, change, move and delete task lists and tasks."""

from __future__ import annotations

import string

from loopdesk.sandbox.google.errors import ApiError, not_found
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.google.tasks import shapes
from loopdesk.sandbox.google.tasks.store import OPEN, StoredList, StoredTask
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

_ID_LETTERS = string.ascii_letters + string.digits + "_-"


def insert_list(call: Call) -> Json:
    store = call.account.tasks
    title = _list_title(call)
    return shapes.shown_list(store.add_list(call.google.word(32, _ID_LETTERS), title, call.now))


def change_list(call: Call) -> Json:
    store = call.account.tasks
    stored = store.list(call.path["tasklist"])
    shapes.match(call, stored.etag)
    store.rename_list(stored, _list_title(call), call.now)
    return shapes.shown_list(stored)


def delete_list(call: Call) -> Response:
    store = call.account.tasks
    store.drop_list(store.list(call.path["tasklist"]))
    return Response(204)


def insert_task(call: Call) -> Json:
    store = call.account.tasks
    holder = store.list(call.path["tasklist"])
    given = call.body()
    body = {"status": OPEN, **_without_nothing(shapes.checked(given, None, call.now))}
    parent, previous = call.one("parent"), call.one("previous")
    _check_place(holder, parent, previous)
    if parent:
        body["parent"] = parent
    made = store.add(holder, call.google.word(22, _ID_LETTERS), body, previous, call.now)
    return shapes.one(holder, made)


def patch_task(call: Call) -> Json:
    return _change(call, whole=False)


def update_task(call: Call) -> Json:
    return _change(call, whole=True)


def _change(call: Call, *, whole: bool) -> Json:
    store = call.account.tasks
    holder, stored = _live(call)
    shapes.match(call, stored.etag)
    given = call.body()
    wanted = shapes.checked(given, stored, call.now)
    body = dict(stored.body)
    if whole:
        for name in ("title", "notes", "due"):
            body.pop(name, None)
    store.put(stored, _without_nothing({**body, **wanted}), call.now)
    if given.get("deleted") is True:
        store.delete(holder, stored, call.now)
    return shapes.one(holder, stored)


def delete_task(call: Call) -> Response:
    holder, stored = _live(call)
    shapes.match(call, stored.etag)
    call.account.tasks.delete(holder, stored, call.now)
    return Response(204)


def move_task(call: Call) -> Json:
    store = call.account.tasks
    holder, stored = _live(call)
    wanted = call.one("destinationTasklist")
    target = store.list(wanted) if wanted else holder
    parent, previous = call.one("parent"), call.one("previous")
    if stored.recurs and target is not holder:
        raise ApiError(400, "invalid", "A task that recurs cannot be moved to another list.")
    if parent and (stored.is_assigned or stored.recurs or any(holder.children(stored))):
        raise ApiError(400, "invalid", "This task cannot be a subtask.")
    _check_place(target, parent, previous)
    store.move(holder, target, stored, parent, previous, call.now)
    return shapes.one(target, stored)


def clear_list(call: Call) -> Response:
    store = call.account.tasks
    store.clear(store.list(call.path["tasklist"]), call.now)
    return Response(204)


def _live(call: Call) -> tuple[StoredList, StoredTask]:
    holder = call.account.tasks.list(call.path["tasklist"])
    stored = holder.find(call.path["task"])
    if stored.deleted:
        raise not_found()
    return holder, stored


def _check_place(holder: StoredList, parent: str, previous: str) -> None:
    """Raises ApiError(400) for a parent or a previous sibling that cannot be one."""
    if parent:
        above = _known(holder, parent, "parent")
        if above.is_assigned or above.recurs or above.parent:
            raise ApiError(400, "invalid", "This task cannot have subtasks.")
    if previous and _known(holder, previous, "previous").parent != parent:
        raise ApiError(400, "invalid", "The previous task is no sibling.")


def _known(holder: StoredList, task: str, name: str) -> StoredTask:
    for each in holder.tasks:
        if each.id == task and not each.deleted and not each.body.get("hidden"):
            return each
    raise ApiError(400, "invalid", f"Invalid {name}.", location=name)


def _list_title(call: Call) -> str:
    title = field_of(call.body(), "title", str, "")
    if not title or len(title) > 1024:
        raise ApiError(400, "invalid", "A list needs a title of at most 1024 characters.")
    return title


def _without_nothing(body: Json) -> Json:
    return {name: value for name, value in body.items() if value not in (None, "")}
