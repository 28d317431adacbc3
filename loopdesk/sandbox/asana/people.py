"""Who is signed in, who else is there, and their own lists."""

from __future__ import annotations

from loopdesk.sandbox.asana.errors import AsanaError, bad, forbidden, unknown
from loopdesk.sandbox.asana.held import User
from loopdesk.sandbox.asana.method import Call, Operation
from loopdesk.sandbox.web import Response


def _user(call: Call) -> User:
    word = call.path["user_gid"]
    for one in call.space.people.values():
        if word in (one.gid, one.email) or (word == "me" and one.gid == call.user):
            return one
    raise unknown("user", word)


def _get_user(call: Call) -> Response:
    return call.one(_user(call))


def _users(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.needed("workspace"))
    return call.many([call.space.people[gid] for gid in workspace.members])


def _own_list(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.needed("workspace"))
    user = _user(call)
    if user.gid not in workspace.members:
        raise AsanaError(404, "user: Not a member of the workspace")
    return call.one(call.space.own_list(user.gid, workspace.gid))


def _favorites(call: Call) -> Response:
    workspace = call.space.workspace(call.user, call.needed("workspace"))
    if call.needed("resource_type") != "project":
        raise bad("resource_type", "Not a valid resource type")
    user = _user(call)
    if user.gid != call.user:
        raise forbidden()
    return call.many(
        [
            each
            for each in call.space.projects.values()
            if each.workspace == workspace.gid
            and user.gid in each.favored_by
            and call.space.sees_project(call.user, each)
        ]
    )


OPERATIONS = (
    Operation("GET", "/users", _users, "users:read"),
    Operation("GET", "/users/{user_gid}", _get_user, "users:read"),
    Operation("GET", "/users/{user_gid}/user_task_list", _own_list, "tasks:read"),
    Operation("GET", "/users/{user_gid}/favorites", _favorites, "users:read"),
)
