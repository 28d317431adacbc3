"""What a person does to a task that is there: changes that may come twice.

Asana has no preconditions. So each change reads the task first: what already is as wanted is not
written, and what somebody else has written meanwhile is not written over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Conflict, Rejected
from loopdesk.core.people import handle_of
from loopdesk.core.seams import Files, Steps
from loopdesk.providers.asana import convert, wire
from loopdesk.providers.asana.attach import TaskFiles
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.making import Making
from loopdesk.providers.asana.near import Near
from loopdesk.providers.asana.prose import is_editable, is_plain

_ID = re.compile(r"[0-9]{1,20}")
_ME = frozenset({"me", "@me"})


class Actions:
    def __init__(self, calls: Calls, files: Files, touch: Callable[[str, str], None]) -> None:
        self._calls, self._near = calls, Near(calls, touch)
        self._making = Making(calls, self._near)
        self._attaching = TaskFiles(calls, self._near, files)
        # What this process wrote itself is no change of somebody else's.
        self._own: dict[tuple[str, str], str] = {}

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        """Do it; of several files one at a time.

        Raises:
            Rejected: the task is gone, or Asana does not take this of it.
            Conflict: what is to be edited was edited by somebody else.
        """
        match action.name:
            case "task" | "comment" | "subtask":
                return self._making.perform(action, steps)
            case "attach":
                return self._attaching.perform(action, steps)
            case "move":
                return self._move(action, steps)
            case "assign" | "unassign":
                return self._assign(action)
        return self._edit(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case "task" | "comment" | "subtask":
                return self._making.find(action, steps)
            case "attach":
                return self._attaching.find(action, steps)
        task = self._near.task_or_none(action.target.key)
        if task is None:
            return None
        match action.name:
            case "move":
                is_so = _lies_in(task, action.arguments.to[0]) and not _joined(action, task)
                return self._moved(action, task, steps) if is_so else None
            case "assign" | "unassign":
                _, is_so = self._meant(action, task)
                return self._near.receipt(task, both=True) if is_so else None
        holds = convert.holds(convert.change(action, task), task)
        return self._edited(action, task) if holds else None

    # --- edits ------------------------------------------------------------------------------------

    def _edit(self, action: Action) -> Receipt:
        task = self._near.task(action.target.key)
        given = convert.change(action, task)
        if not convert.holds(given, task):
            self._look_for_others(action, task, given)
            if "html_notes" in given and not _keeps_formats(action, task.html_notes or ""):
                raise Rejected("formatted")
            task = self._near.change(task.gid, **given)
        return self._edited(action, task)

    def _look_for_others(self, action: Action, task: wire.Task, given: dict[str, Any]) -> None:
        for field in given:
            seen = convert.seen(action.target.version, field)
            there = convert.mark_of(task, field)
            if seen and there not in (seen, self._own.get((task.gid, convert.edited(field)))):
                raise Conflict

    def _edited(self, action: Action, task: wire.Task) -> Receipt:
        given = convert.change(action, task)
        fields = {convert.edited(field) for field in given} & {*convert.EDITED}
        if not fields:
            return self._near.receipt(task)
        self._own |= {(task.gid, field): convert.mark_of(task, field) for field in fields}
        # Whoever takes it back saw it like this.
        return self._near.receipt(task, {"version": convert.shares(task)})

    # --- moving -----------------------------------------------------------------------------------

    def _move(self, action: Action, steps: Steps) -> Receipt:
        task, to = self._near.task(action.target.key), action.arguments.to[0]
        if steps.load() is None:
            steps.save(msgspec.json.encode(_projects(task)))
        joined = _joined(action, task)
        if not _lies_in(task, to):
            self._put(task, to)
        elif not joined:
            return self._moved(action, task, steps)
        if joined:
            path = f"/tasks/{task.gid}/removeProject"
            self._calls.write("POST", path, Any, project=joined)
        return self._moved(action, self._near.task(task.gid), steps)

    def _moved(self, action: Action, task: wire.Task, steps: Steps) -> Receipt:
        """Return the receipt, with the project that the task was not in before."""
        before = msgspec.json.decode(steps.load() or b"[]", type=list[str])
        now = _projects(task)
        new = [each for each in now if each not in before] if steps.load() is not None else []
        gone = next((each for each in before if each not in now), "")
        return self._near.receipt(task, {"place": new[0]} if new else {}, left=gone)

    def _put(self, task: wire.Task, to: str) -> None:
        """Put a task into a section, of a project or of the person's own list, or in a project.

        What `to` is only Asana knows; a section is likeliest.
        """
        mine = task.assignee is not None and task.assignee.gid == self._calls.me
        tries: list[Callable[[], object]] = [
            lambda: self._calls.write("POST", f"/sections/{to}/addTask", Any, task=task.gid),
            lambda: self._calls.write("POST", f"/tasks/{task.gid}/addProject", Any, project=to),
        ]
        if mine and (not task.held_in):
            tries.insert(0, lambda: self._near.change(task.gid, assignee_section=to))
        elif mine:
            tries.insert(1, lambda: self._near.change(task.gid, assignee_section=to))
        for number, each in enumerate(tries, 1):
            try:
                each()
            except Rejected as error:
                if error.reason == "closed":
                    raise
                if number == len(tries):  # whatever each of them says: it is none of these
                    raise Rejected("not-there") from error
            else:
                return

    # --- people -----------------------------------------------------------------------------------

    def _assign(self, action: Action) -> Receipt:
        """Give a task to one person: Asana knows no more than one."""
        task = self._near.task(action.target.key)
        wanted, is_so = self._meant(action, task)
        if not is_so:
            task = self._near.change(task.gid, assignee=wanted)
        return self._near.receipt(task, both=True)

    def _meant(self, action: Action, task: wire.Task) -> tuple[str | None, bool]:
        """Return whose the task is to be, and whether it is so."""
        now = task.assignee.gid if task.assignee is not None else None
        if action.name == "assign":
            if len(action.arguments.to) != 1:
                raise Rejected("too-many")
            wanted = self._member(action.arguments.to[0], task)
            return wanted, now == wanted
        named = {self._member(each, task) for each in action.arguments.to}
        return None, now is None or bool(named and now not in named)

    def _member(self, named: str, task: wire.Task) -> str:
        if _ID.fullmatch(named):
            return named
        if named.lower() in _ME:
            return self._calls.me
        who = handle_of(named)
        wanted = {named.casefold().removeprefix("@"), who.name.casefold()} - {""}
        workspace = task.workspace.gid if task.workspace is not None else ""
        asked = {"workspace": workspace, "opt_fields": "name,email"}
        for each in self._calls.all("/users", wire.Named, acting=True, **asked):
            address = (each.email or "").lower()
            if (each.name or "").casefold() in wanted or (address and address == who.address):
                return each.gid
        raise Rejected("not-a-member")


def _keeps_formats(action: Action, before: str) -> bool:
    """Say whether a new description loses nothing of the one before that was not to be changed."""
    return is_editable(before) if action.arguments.html else is_plain(before)


def _projects(task: wire.Task) -> list[str]:
    return [each.project.gid for each in task.held_in if each.project is not None]


def _joined(action: Action, task: wire.Task) -> str:
    """Return the project that a move which is taken back had put a task into, "" where none."""
    place = action.target.place
    return place if action.undoes and place in _projects(task) else ""


def _lies_in(task: wire.Task, place: str) -> bool:
    held = {each.section.gid for each in task.held_in if each.section is not None}
    held |= {each.project.gid for each in task.held_in if each.project is not None}
    mine = task.workspace.gid if task.assignee_section is not None and task.workspace else ""
    return place in {*held, mine} or (
        task.assignee_section is not None and task.assignee_section.gid == place
    )
