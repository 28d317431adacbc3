"""Tasks: lists of them, one of them, what is made, moved and thrown away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from loopdesk.sandbox.asana import changes
from loopdesk.sandbox.asana.errors import AsanaError, bad
from loopdesk.sandbox.asana.held import Task
from loopdesk.sandbox.asana.method import Call, Operation, several
from loopdesk.sandbox.web import Response, json_response

_CUSTOM = "include_asana_created_custom_types"
"""With this flag a listing has tasks of Asana's own custom types, which it hides otherwise."""


def _list(call: Call) -> Response:
    space, user = call.space, call.user
    project, section, assignee = (call.arg(each) for each in ("project", "section", "assignee"))
    if project:
        if assignee or call.arg("workspace"):
            raise bad("project", "Cannot be combined with assignee or workspace")
        return _answer(call, _in_project(call, project))
    if section:
        return _answer(call, _in_section(call, section))
    if not assignee or not call.arg("workspace"):
        words = "You should specify one of workspace and assignee, project, section"
        raise AsanaError(400, words)
    workspace = space.workspace(user, call.arg("workspace"))
    who = space.person("assignee", user, workspace.gid, assignee).gid
    seen = (task for task in space.seen(user) if task.workspace == workspace.gid)
    return _answer(call, (task for task in seen if task.assignee == who))


def _in_project(call: Call, gid: str) -> Iterable[Task]:
    project = call.space.project(call.user, gid)
    return (task for task in call.space.seen(call.user) if project.gid in task.places)


def _in_section(call: Call, gid: str) -> Iterable[Task]:
    section = call.space.section(call.user, gid)
    return (
        task
        for task in call.space.seen(call.user)
        if section.gid in (task.lane, *task.places.values())
    )


def _of_project(call: Call) -> Response:
    return _answer(call, _in_project(call, call.path["project_gid"]))


def _of_section(call: Call) -> Response:
    return _answer(call, _in_section(call, call.path["section_gid"]))


def _of_list(call: Call) -> Response:
    own = call.space.lists.get(call.path["user_task_list_gid"])
    if own is None:
        raise AsanaError(404, "user_task_list: Unknown object")
    call.space.workspace(call.user, own.workspace)
    return _answer(
        call,
        (
            task
            for task in call.space.seen(call.user)
            if (task.assignee, task.workspace) == (own.owner, own.workspace)
        ),
    )


def _answer(call: Call, tasks: Iterable[Task]) -> Response:
    done, moved = call.since("completed_since"), call.since("modified_since")
    has_custom = _CUSTOM in call.request.header("Asana-Enable")

    def is_asked(task: Task) -> bool:
        if task.subtype == "custom" and not has_custom:
            return False
        is_late = task.completed_at is None or done is None or task.completed_at >= done
        return is_late and (moved is None or task.modified_at >= moved)

    return call.many([task for task in tasks if is_asked(task)])


def _get(call: Call) -> Response:
    return call.one(call.task())


def _put(call: Call) -> Response:
    task = call.task()
    changes.change(call, task, call.data)
    return call.one(task)


def _post(call: Call) -> Response:
    return call.one(_made(call, None), 201)


def _subtasks(call: Call) -> Response:
    inner = [call.space.tasks[gid] for gid in call.task().subtasks]
    return call.many([each for each in inner if each.trashed_at is None])


def _post_subtask(call: Call) -> Response:
    return call.one(_made(call, call.task()), 201)


def _made(call: Call, parent: Task | None) -> Task:
    space, data = call.space, dict(call.data)
    places = changes.places(call, data)
    workspace = data.pop("workspace", None) or (parent.workspace if parent else "")
    if not workspace and places:
        workspace = space.projects[next(iter(places))].workspace
    if not workspace:
        raise bad("workspace", "Missing input")
    space.workspace(call.user, str(workspace))
    followers = several("followers", data.pop("followers", None))
    now: datetime = call.now
    task = Task(space.id(), "", str(workspace), call.user, now, now, followers=[call.user])
    if parent is not None:
        task.parent = parent.gid
    changes.keep_external(call, task, data.pop("external", None))
    task.subtype = str(data.pop("resource_subtype", "default_task"))
    task.places = places
    changes.change(call, task, data, fresh=True)
    for each in followers:
        space.join(task, [space.person("followers", call.user, task.workspace, str(each)).gid])
    space.tasks[task.gid] = task
    if parent is not None:
        parent.subtasks.append(task.gid)
    space.tell(call.user, task, "added", parent, task)
    return task


def _delete(call: Call) -> Response:
    task = call.task()
    task.trashed_at = task.modified_at = call.now
    call.space.tell(call.user, task, "deleted", None, task)
    return empty()


def _add_project(call: Call) -> Response:
    task, project = call.task(), call.space.project(call.user, call.given("project"))
    section = str(call.data.get("section") or project.sections[0])
    if section not in project.sections:
        raise bad("section", "Not a section of the project")
    if len(task.places) >= 20 and project.gid not in task.places:
        raise bad("project", "A task can be in at most 20 projects")
    is_new = project.gid not in task.places
    task.places[project.gid] = section
    if is_new:
        call.space.note(task, call.user, "added_to_project", f"added to {project.name}")
        call.space.tell(call.user, task, "added", project, task)
    return empty()


def _remove_project(call: Call) -> Response:
    task, project = call.task(), call.space.project(call.user, call.given("project"))
    if task.places.pop(project.gid, None):
        call.space.note(task, call.user, "removed_from_project", f"removed from {project.name}")
        call.space.tell(call.user, task, "removed", project, task, also=[project.gid])
    return empty()


def _add_to_section(call: Call) -> Response:
    """Move a task; what it was in of the same project it leaves. Nothing counts as modified."""
    section = call.space.section(call.user, call.path["section_gid"])
    task = call.space.task(call.user, call.given("task"))
    changes.put_into(call.space, call.user, task, section)
    return empty()


def _followers(call: Call, add: bool) -> Response:
    task = call.task()
    given = call.data.get("followers")
    words = given if isinstance(given, list) else str(given or "").split(",")
    people = [
        call.space.person("followers", call.user, task.workspace, str(each)).gid for each in words
    ]
    if add:
        call.space.join(task, people)
    else:
        task.followers = [each for each in task.followers if each not in people]
    call.space.touch(task, call.user, ["followers"], moves=False)
    return call.one(task)


def empty() -> Response:
    return json_response({"data": {}})


OPERATIONS = (
    Operation("GET", "/tasks", _list, "tasks:read"),
    Operation("POST", "/tasks", _post, "tasks:write"),
    Operation("GET", "/tasks/{task_gid}", _get, "tasks:read"),
    Operation("PUT", "/tasks/{task_gid}", _put, "tasks:write"),
    Operation("DELETE", "/tasks/{task_gid}", _delete, "tasks:delete"),
    Operation("GET", "/tasks/{task_gid}/subtasks", _subtasks, "tasks:read"),
    Operation("POST", "/tasks/{task_gid}/subtasks", _post_subtask, "tasks:write"),
    Operation("POST", "/tasks/{task_gid}/addProject", _add_project, "tasks:write"),
    Operation("POST", "/tasks/{task_gid}/removeProject", _remove_project, "tasks:write"),
    Operation(
        "POST",
        "/tasks/{task_gid}/addFollowers",
        lambda call: _followers(call, add=True),
        "tasks:write",
    ),
    Operation(
        "POST",
        "/tasks/{task_gid}/removeFollowers",
        lambda call: _followers(call, add=False),
        "tasks:write",
    ),
    Operation("GET", "/user_task_lists/{user_task_list_gid}/tasks", _of_list, "tasks:read"),
    Operation("GET", "/projects/{project_gid}/tasks", _of_project, "tasks:read"),
    Operation("GET", "/sections/{section_gid}/tasks", _of_section, "tasks:read"),
    Operation("POST", "/sections/{section_gid}/addTask", _add_to_section, "tasks:write"),
)
