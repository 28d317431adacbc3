"""What can be changed about a task, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopdesk.sandbox.asana import richtext
from loopdesk.sandbox.asana.errors import AsanaError, bad
from loopdesk.sandbox.asana.held import Section, Task
from loopdesk.sandbox.asana.method import Call, instant, on_day, several
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.model import Json

_ONLY_AT_FIRST = ("followers", "projects", "tags", "memberships", "workspace", "parent")
_EXCLUSIVE = (("due_on", "due_at"), ("start_on", "start_at"), ("notes", "html_notes"))
_APPROVALS = ("pending", "approved", "rejected", "changes_requested")
_LONGEST_EXTERNAL = 1024


def change(call: Call, task: Task, data: Json, *, fresh: bool = False) -> None:
    """Set the fields that are given.

    Args:
        fresh: it is being made, which leaves no other traces.

    Raises:
        AsanaError: a field is unknown, or what it is given is wrong; nothing has changed.
    """
    _check(data, fresh)
    steps = [_SETTERS[name](call, task, value) for name, value in data.items()]
    moved = []
    for name, step in zip(data, steps, strict=True):
        if step() and not fresh:
            moved.append(name)
    for name in moved:
        if name in _TOLD:
            subtype, words = _TOLD[name]
            call.space.note(task, call.user, subtype, words)
    if "completed" in moved:
        word = "marked_complete" if task.completed_at else "marked_incomplete"
        call.space.note(task, call.user, word, word.replace("_", " "))
    if moved:
        # Who likes it, and where it stands in somebody's own list, is no modification.
        counts = bool(set(moved) - {"liked", "assignee_section", "external"})
        call.space.touch(task, call.user, moved, moves=counts)


_TOLD = {
    "assignee": ("assigned", "changed the assignee"),
    "due_on": ("due_date_changed", "changed the due date"),
    "due_at": ("due_date_changed", "changed the due date"),
    "name": ("name_changed", "changed the name"),
    "notes": ("notes_changed", "changed the description"),
    "html_notes": ("notes_changed", "changed the description"),
    "approval_status": ("approval_changed", "answered"),
}


def _check(data: Json, fresh: bool) -> None:
    for one, other in _EXCLUSIVE:
        if data.get(one) is not None and data.get(other) is not None:
            raise bad(one, f"Cannot be given together with {other}")
    for name in data:
        if name in _ONLY_AT_FIRST and not fresh:
            raise bad(name, "Cannot be changed here")
        if name not in _SETTERS:
            raise bad(name, "Unknown field")


Step = Callable[[], bool]
"""Makes a change that was found good; says whether anything is other than before."""


def _set(task: Task, name: str, value: Any, *also: tuple[str, Any]) -> Step:
    def step() -> bool:
        was = getattr(task, name)
        setattr(task, name, value)
        for other, what in also:
            setattr(task, other, what)
        return bool(was != value)

    return step


def _name(call: Call, task: Task, value: Any) -> Step:
    if not isinstance(value, str):
        raise bad("name", "Not a valid string")
    return _set(task, "name", value)


def _notes(call: Call, task: Task, value: Any) -> Step:
    return _set(task, "html", richtext.of_plain(str(value)) if value else "")


def _html_notes(call: Call, task: Task, value: Any) -> Step:
    html = richtext.checked("html_notes", str(value), call.find, notes=True)

    def step() -> bool:
        call.space.join(task, richtext.mentioned(html))
        return _set(task, "html", html)()

    return step


def _completed(call: Call, task: Task, value: Any) -> Step:
    if not isinstance(value, bool):
        raise bad("completed", "Not a valid boolean")
    if value == (task.completed_at is not None):
        return lambda: False
    # One that asks for an approval is approved by that, or waits for it again.
    is_approval = task.subtype == "approval"
    approval = ("approved" if value else "pending") if is_approval else task.approval
    if not value:
        return _set(task, "completed_at", None, ("completed_by", ""), ("approval", approval))

    def step() -> bool:
        _repeat(call, task)
        also = ("completed_by", call.user), ("approval", approval)
        return _set(task, "completed_at", call.now, *also)()

    return step


def _repeat(call: Call, task: Task) -> None:
    """Make the next of a task that comes again."""
    every = call.space.repeating.pop(task.gid, None)
    if every is None:
        return
    space = call.space
    fresh = Task(
        space.id(),
        task.name,
        task.workspace,
        task.by,
        call.now,
        call.now,
        task.html,
        task.assignee,
        task.assigned_by,
        task.lane,
        dict(task.places),
        list(task.followers),
        None if task.due_on is None else task.due_on + every,
        None if task.due_at is None else task.due_at + every,
    )
    space.tasks[fresh.gid] = fresh
    space.repeating[fresh.gid] = every
    space.tell(call.user, fresh, "added", None, fresh)


def _approval(call: Call, task: Task, value: Any) -> Step:
    if task.subtype != "approval" or value not in _APPROVALS:
        raise bad("approval_status", "Not a valid approval status for this task")
    done = None if value == "pending" else call.now
    by = "" if done is None else call.user
    return _set(task, "approval", value, ("completed_at", done), ("completed_by", by))


def _due_on(call: Call, task: Task, value: Any) -> Step:
    on = None if value is None else on_day("due_on", value)
    is_new = on != task.due_on or task.due_at is not None
    step = _set(task, "due_on", on, ("due_at", None))
    return lambda: step() or is_new


def _due_at(call: Call, task: Task, value: Any) -> Step:
    if value is None:
        return _set(task, "due_at", None)
    at = instant("due_at", value)
    return _set(task, "due_at", at, ("due_on", at.date()))


def _start_on(call: Call, task: Task, value: Any) -> Step:
    on = None if value is None else on_day("start_on", value)
    if on is not None and task.due_on is None and "due_on" not in call.data:
        raise bad("start_on", "A task with a start date needs a due date")
    return _set(task, "start_on", on, ("start_at", None))


def _assignee(call: Call, task: Task, value: Any) -> Step:
    if value is None:
        return _set(task, "assignee", "", ("lane", ""), ("assigned_by", ""))
    who = call.space.person("assignee", call.user, task.workspace, str(value)).gid

    def step() -> bool:
        return assign(call.space, call.user, task, who)

    return step


def assign(space: Space, by: str, task: Task, who: str) -> bool:
    """Give a task to somebody, who then follows it; say whether they did not have it."""
    if task.assignee == who:
        return False
    own = space.own_list(who, task.workspace)
    task.assignee, task.assigned_by, task.lane = who, by, own.sections[0]
    space.join(task, [who])
    return True


def _lane(call: Call, task: Task, value: Any) -> Step:
    section = call.space.section(call.user, str(value))
    own = call.space.lists.get(section.holder)
    is_mine = call.user in (task.assignee, call.data.get("assignee")) or (
        call.data.get("assignee") == "me"
    )
    if own is None or own.workspace != task.workspace or not is_mine:
        raise bad("assignee_section", "Not a section of the assignee's own list")
    return _set(task, "lane", section.gid)


def _liked(call: Call, task: Task, value: Any) -> Step:
    if not isinstance(value, bool):
        raise bad("liked", "Not a valid boolean")
    others = [each for each in task.liked_by if each != call.user]
    liked = [*others, call.user] if value else others
    return _set(task, "liked_by", liked)


def _external(call: Call, task: Task, value: Any) -> Step:
    def step() -> bool:
        keep_external(call, task, value)
        return True

    return step


_SETTERS: dict[str, Callable[[Call, Task, Any], Step]] = {
    "name": _name,
    "notes": _notes,
    "html_notes": _html_notes,
    "completed": _completed,
    "approval_status": _approval,
    "due_on": _due_on,
    "due_at": _due_at,
    "start_on": _start_on,
    "assignee": _assignee,
    "assignee_section": _lane,
    "liked": _liked,
    "external": _external,
}


def keep_external(call: Call, task: Task, value: Any) -> None:
    """Keep with a task what a program wants to find it by.

    Raises:
        AsanaError: it is no such thing, or another task has that id.
    """
    if value is None:
        return
    word = value.get("gid") if isinstance(value, dict) else None
    if not isinstance(word, str) or len(word) > _LONGEST_EXTERNAL:
        raise bad("external", "Not a valid external value")
    for other in call.space.tasks.values():
        if other is not task and other.external and other.external["gid"] == word:
            raise AsanaError(400, "external: gid is already in use by another task")
    task.external = dict(value)


def places(call: Call, data: Json) -> dict[str, str]:
    """Take from a new task's fields the projects it goes into, and return them.

    Raises:
        AsanaError: one is unknown.
    """
    found: dict[str, str] = {}
    for gid in several("projects", data.pop("projects", None)):
        project = call.space.project(call.user, str(gid))
        found[project.gid] = project.sections[0]
    for each in several("memberships", data.pop("memberships", None)):
        if not isinstance(each, dict):
            raise bad("memberships", "Not a valid membership")
        project = call.space.project(call.user, str(each.get("project")))
        section = str(each.get("section") or project.sections[0])
        if section not in project.sections:
            raise bad("memberships", "Not a section of the project")
        found[project.gid] = section
    return found


def put_into(space: Space, by: str, task: Task, section: Section) -> None:
    """Move a task into a section of a project.

    Raises:
        AsanaError: it is one of somebody's own list.
    """
    if section.holder not in space.projects:
        raise bad("section", "Not a section of a project")
    was = task.places.get(section.holder)
    task.places[section.holder] = section.gid
    if was is None:
        space.note(task, by, "added_to_project", "added this to a project")
        space.tell(by, task, "added", space.projects[section.holder], task)
    elif was != section.gid:
        space.note(task, by, "section_changed", f"moved this to {section.name}")
        space.tell(by, task, "removed", space.sections[was], task)
        space.tell(by, task, "added", section, task)
