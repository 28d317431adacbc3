"""Workspaces, projects, sections and tags, and finding things as one types."""

from __future__ import annotations

from collections.abc import Iterable

from loopdesk.sandbox.asana.errors import AsanaError, bad, unknown
from loopdesk.sandbox.asana.held import Project, Thing
from loopdesk.sandbox.asana.method import Call, Operation
from loopdesk.sandbox.web import Response

_KINDS = ("task", "user", "project", "tag")


def _workspaces(call: Call) -> Response:
    return call.many([w for w in call.space.workspaces.values() if call.user in w.members])


def _workspace(call: Call) -> Response:
    return call.one(call.space.workspace(call.user, call.path["workspace_gid"]))


def _projects(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.needed("workspace"))
    archived = call.arg("archived")

    def is_asked(project: Project) -> bool:
        is_of_kind = not archived or project.archived == (archived == "true")
        is_here = project.workspace == workspace.gid
        return is_of_kind and is_here and call.space.sees_project(call.user, project)

    return call.many([each for each in call.space.projects.values() if is_asked(each)])


def _project(call: Call) -> Response:
    return call.one(call.space.project(call.user, call.path["project_gid"]))


def _sections(call: Call) -> Response:
    project = call.path["project_gid"]
    own = call.space.lists.get(project)
    if own is not None and own.owner == call.user:
        return call.many([call.space.sections[gid] for gid in own.sections])
    held = call.space.project(call.user, project)
    return call.many([call.space.sections[gid] for gid in held.sections])


def _section(call: Call) -> Response:
    return call.one(call.space.section(call.user, call.path["section_gid"]))


def _members(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.path["workspace_gid"])
    return call.many([call.space.people[gid] for gid in workspace.members])


def _tags(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.needed("workspace"))
    return call.many([t for t in call.space.tags.values() if t.workspace == workspace.gid])


def _tag(call: Call, add: bool) -> Response:
    task, gid = call.task(), call.given("tag")
    if gid not in call.space.tags:
        raise unknown("tag", gid)
    if add and gid not in task.tags:
        task.tags.append(gid)
    elif not add and gid in task.tags:
        task.tags.remove(gid)
    call.space.touch(task, call.user, ["tags"], moves=False)
    return call.one(task)


def _typeahead(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.path["workspace_gid"])
    kind, text = call.needed("resource_type"), call.arg("query").casefold()
    count = call.arg("count", "20")
    if kind not in _KINDS:
        raise bad("resource_type", "Not a valid resource type")
    if not count.isdecimal() or not 1 <= int(count) <= 100:
        raise bad("count", "Must be between 1 and 100")
    found = [
        each
        for each in _all(call, kind, workspace.gid)
        if text in str(getattr(each, "name", "")).casefold()
    ]
    return call.many(found[: int(count)])


def _all(call: Call, kind: str, workspace: str) -> Iterable[Thing]:
    space, user = call.space, call.user
    match kind:
        case "user":
            return [space.people[gid] for gid in space.workspaces[workspace].members]
        case "project":
            held = space.projects.values()
            return [p for p in held if p.workspace == workspace and space.sees_project(user, p)]
        case "tag":
            return [tag for tag in space.tags.values() if tag.workspace == workspace]
        case "task":
            seen = [task for task in space.seen(user) if task.workspace == workspace]
            # What somebody follows comes first.
            return sorted(seen, key=lambda task: user not in task.followers)
    raise AsanaError(400, "resource_type: Not a valid resource type")


OPERATIONS = (
    Operation("GET", "/workspaces", _workspaces, "workspaces:read"),
    Operation("GET", "/workspaces/{workspace_gid}", _workspace, "workspaces:read"),
    Operation("GET", "/workspaces/{workspace_gid}/users", _members, "users:read"),
    Operation(
        "GET", "/workspaces/{workspace_gid}/typeahead", _typeahead, "workspaces.typeahead:read"
    ),
    Operation("GET", "/projects", _projects, "projects:read"),
    Operation("GET", "/projects/{project_gid}", _project, "projects:read"),
    Operation("GET", "/projects/{project_gid}/sections", _sections),
    Operation("GET", "/sections/{section_gid}", _section),
    Operation("GET", "/tags", _tags, "tags:read"),
    Operation("POST", "/tasks/{task_gid}/addTag", lambda call: _tag(call, add=True), "tasks:write"),
    Operation(
        "POST", "/tasks/{task_gid}/removeTag", lambda call: _tag(call, add=False), "tasks:write"
    ),
)
