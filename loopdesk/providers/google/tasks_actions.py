"""What a person does to their tasks at Google."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
import requests

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Clock, Steps
from loopdesk.providers.google import convert_tasks as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google import wire_tasks as wire_of
from loopdesk.providers.google.calls import TASKS, Calls
from loopdesk.providers.google.times import stamp

_MAKES = frozenset({"task", "subtask"})
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_AROUND = timedelta(minutes=1)
_EVERYTHING = {
    "showAssigned": "true",
    "showCompleted": "true",
    "showDeleted": "true",
    "showHidden": "true",
    "maxResults": "100",
}


class _Making(msgspec.Struct):
    """What is known before a task is made, to tell later whether it was.

    Args:
        holder: the id of its list.
        since: shortly before, by the service's clock.
        known: ids of what had changed by then.
    """

    holder: str
    since: str
    known: list[str]

    @classmethod
    def load(cls, steps: Steps) -> _Making | None:
        saved = steps.load()
        return None if saved is None else msgspec.json.decode(saved, type=cls)


class TaskActions:
    """Changes may come twice; what is made takes no id of ours and has to be looked for."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    def perform(self, action: Action, steps: Steps) -> Receipt:
        """Do it.

        Raises:
            Rejected: the task is gone, or Google does not take this of it.
        """
        if action.name in _MAKES:
            return self._make(action, steps)
        holder, _ = convert.split_key(action.target.key)
        url = _url(action.target.key)
        match action.name:
            case "move":
                (target,) = action.arguments.to[:1]
                if target == holder:
                    return _receipt(action.target.key)
                params = {"destinationTasklist": target}
                moved = self._calls.call("POST", f"{url}/move", params=params)
                task = wire.decode(moved.content, wire_of.Task)
                return _moved(convert.task_key(target, task.id), holder)
            case "delete":
                self._calls.call("DELETE", url, allow=_GONE)
            case _:
                if body := self._change(action):
                    self._calls.call("PATCH", url, json=body)
        return _receipt(action.target.key)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in _MAKES:
            made = _Making.load(steps)
            # Saved before anything is made.
            return None if made is None else self._find_made(action, made)
        holder, task_id = convert.split_key(action.target.key)
        if action.name == "move":
            (target,) = action.arguments.to[:1]
            key = convert.task_key(target, task_id)
            return _moved(key, holder) if self._task(key) else None
        task = self._task(action.target.key)
        if task is None:
            return _receipt(action.target.key) if action.name == "delete" else None
        return _receipt(action.target.key) if _holds(action, task) else None

    # --- changing ---------------------------------------------------------------------------------

    def _change(self, action: Action) -> dict[str, Any] | None:
        """Return the body of a PATCH, None where everything is as it should be."""
        given = action.arguments
        match action.name:
            case "complete":
                return {"status": convert.DONE}
            case "reopen":
                return {"status": convert.OPEN, "completed": None}
            case "rename":
                return {"title": given.text}
            case "describe":
                return {"notes": convert.notes_alone(given.text, self._needed(action))}
            case "due":
                if given.on is None and given.at is not None:
                    raise Rejected("dayNeeded")
                # Whoever writes the day loses the time that Google's own programs keep beside it.
                if _holds(action, self._needed(action)):
                    return None
                return {"due": convert.due_text(given.on) if given.on else None}
        raise Rejected("notSupported")

    def _needed(self, action: Action) -> wire_of.Task:
        task = self._task(action.target.key)
        if task is None:
            raise Rejected("gone")
        return task

    def _task(self, key: str) -> wire_of.Task | None:
        """Return a task as it is, None where it is no more."""
        reply = self._calls.call("GET", _url(key), allow=_GONE)
        if reply.status_code != HTTPStatus.OK:
            return None
        task = wire.decode(reply.content, wire_of.Task)
        return None if task.deleted else task

    # --- making -----------------------------------------------------------------------------------

    def _make(self, action: Action, steps: Steps) -> Receipt:
        made = _Making.load(steps)
        if made is None:
            made = self._look_around(action)
            steps.save(msgspec.json.encode(made))
        parent = _parent(action)
        reply = self._calls.call(
            "POST",
            f"{TASKS}/lists/{quote(made.holder, safe='')}/tasks",
            params={"parent": parent} if parent else None,
            json=convert.new_task(action),
        )
        task = wire.decode(reply.content, wire_of.Task)
        return _receipt(convert.task_key(made.holder, task.id))

    def _look_around(self, action: Action) -> _Making:
        holder = action.arguments.place or "@default"
        if action.name == "subtask":
            holder, _ = convert.split_key(action.target.key)
        reply = self._calls.call("GET", f"{TASKS}/users/@me/lists/{quote(holder, safe='@')}")
        found = wire.decode(reply.content, wire_of.TaskList)
        # By its own clock: ours may be wrong by more than the minute.
        since = stamp(self._said_at(reply) - _AROUND)
        return _Making(found.id, since, [task.id for task in self._changed(found.id, since)])

    def _find_made(self, action: Action, made: _Making) -> Receipt | None:
        body, parent = convert.new_task(action), _parent(action)
        for task in self._changed(made.holder, made.since):
            if task.id not in made.known and convert.is_made_of(task, body, parent):
                return _receipt(convert.task_key(made.holder, task.id))
        return None

    def _changed(self, holder: str, since: str) -> list[wire_of.Task]:
        url = f"{TASKS}/lists/{quote(holder, safe='')}/tasks"
        found: list[wire_of.Task] = []
        page = ""
        while True:
            asked = _EVERYTHING | {"updatedMin": since} | ({"pageToken": page} if page else {})
            answer = self._calls.get(url, wire_of.Tasks, asked)
            found += [wire.decode_one(raw, wire_of.Task) for raw in answer.items]
            page = answer.nextPageToken
            if not page:
                return found

    def _said_at(self, reply: requests.Response) -> datetime:
        """Return when an answer was given, by the clock of who gave it."""
        try:
            return parsedate_to_datetime(reply.headers.get("Date", ""))
        except ValueError:
            return self._clock.now()


def _holds(action: Action, task: wire_of.Task) -> bool:
    """Whether a task already is as an action wants it."""
    given = action.arguments
    match action.name:
        case "complete":
            return task.status == convert.DONE
        case "reopen":
            return task.status == convert.OPEN
        case "rename":
            return task.title == given.text
        case "describe":
            return task.notes == convert.notes_alone(given.text, task)
        case "due":
            return convert.due_day(task.due) == given.on
    return False


def _parent(action: Action) -> str:
    return convert.split_key(action.target.key)[1] if action.name == "subtask" else ""


def _url(key: str) -> str:
    holder, task = convert.split_key(key)
    return f"{TASKS}/lists/{quote(holder, safe='')}/tasks/{quote(task, safe='')}"


def _receipt(key: str) -> Receipt:
    """Return the receipt of what holds now."""
    holder, _ = convert.split_key(key)
    return Receipt(facts={"key": key}, streams=(f"tasks:{holder}",))


def _moved(key: str, left: str) -> Receipt:
    """Return the receipt of a move. `left`: the list that it is in no more."""
    holder, _ = convert.split_key(key)
    streams = (f"tasks:{holder}", f"tasks:{left}")
    return Receipt(facts={"key": key}, streams=streams, moved_to=key)
