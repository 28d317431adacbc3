"""How Asana writes things down: whole, compact, or with the fields that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loopdesk.sandbox.asana import richtext, scopes
from loopdesk.sandbox.asana.errors import AsanaError, forbidden
from loopdesk.sandbox.asana.held import Attachment, Project, Story, Task, Thing, day, moment
from loopdesk.sandbox.asana.oauth import Access
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.model import Json

Tree = dict[str, Any]
_COMPACT = ("gid", "resource_type", "name", "resource_subtype")
_STORY = ("gid", "resource_type", "created_at", "created_by", "resource_subtype", "text")
_APP = "https://app.asana.com"


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, and with what permission.

    Args:
        lend: gives the address of an attachment's bytes.
    """

    space: Space
    access: Access
    lend: Callable[[Attachment], str]


Field = Callable[[View, Any], Any]


def _task_page(view: View, task: Task) -> str:
    return f"{_APP}/1/{task.workspace}/task/{task.gid}"


def _external(view: View, task: Task) -> Json | None:
    return task.external


def _people(view: View, gids: Any) -> list[Thing]:
    return [view.space.people[gid] for gid in gids]


def _projects(view: View, task: Task) -> list[Project]:
    """Return those that the person may see."""
    found = [view.space.projects[gid] for gid in task.places]
    return [each for each in found if view.space.sees_project(view.access.user, each)]


def _memberships(view: View, task: Task) -> list[Json]:
    return [
        {"project": each, "section": view.space.sections.get(task.places[each.gid])}
        for each in _projects(view, task)
    ]


def _subtasks(view: View, task: Task) -> list[Task]:
    found = [view.space.tasks[each] for each in task.subtasks]
    return [each for each in found if each.trashed_at is None]


def _lane(view: View, task: Task) -> Thing | None:
    mine = task.assignee == view.access.user
    return view.space.sections.get(task.lane) if mine else None


def _attachment_page(attachment: Attachment) -> str:
    return f"{_APP}/app/asana/-/get_asset?asset_id={attachment.gid}"


_TASK: dict[str, Field] = {
    "name": lambda view, task: task.name,
    "resource_subtype": lambda view, task: task.subtype,
    "approval_status": lambda view, task: task.approval,
    "assignee": lambda view, task: view.space.people.get(task.assignee),
    "assignee_section": _lane,
    "assigned_by": lambda view, task: view.space.people.get(task.assigned_by),
    "completed": lambda view, task: task.completed_at is not None,
    "completed_at": lambda view, task: moment(task.completed_at),
    "completed_by": lambda view, task: view.space.people.get(task.completed_by),
    "created_at": lambda view, task: moment(task.created_at),
    "created_by": lambda view, task: view.space.people[task.by],
    "custom_fields": lambda view, task: list(task.values),
    "due_at": lambda view, task: moment(task.due_at),
    "due_on": lambda view, task: day(task.due_on),
    "external": _external,
    "followers": lambda view, task: _people(view, task.followers),
    "hearted": lambda view, task: view.access.user in task.liked_by,
    "html_notes": lambda view, task: task.html or "<body></body>",
    "is_rendered_as_separator": lambda view, task: task.is_heading,
    "liked": lambda view, task: view.access.user in task.liked_by,
    "likes": lambda view, task: [
        {"gid": each, "user": view.space.people[each]} for each in task.liked_by
    ],
    "memberships": _memberships,
    "modified_at": lambda view, task: moment(task.modified_at),
    "notes": lambda view, task: richtext.plain(task.html),
    "num_hearts": lambda view, task: len(task.liked_by),
    "num_likes": lambda view, task: len(task.liked_by),
    "num_subtasks": lambda view, task: len(_subtasks(view, task)),
    "parent": lambda view, task: view.space.tasks.get(task.parent),
    "permalink_url": _task_page,
    "projects": _projects,
    "start_at": lambda view, task: moment(task.start_at),
    "start_on": lambda view, task: day(task.start_on),
    "tags": lambda view, task: [view.space.tags[each] for each in task.tags],
    "workspace": lambda view, task: view.space.workspaces[task.workspace],
}
_STORIES: dict[str, Field] = {
    "created_at": lambda view, story: moment(story.at),
    "created_by": lambda view, story: view.space.people[story.by],
    "html_text": lambda view, story: story.html or richtext.of_plain(story.text),
    "is_editable": lambda view, story: bool(story.html) and story.by == view.access.user,
    "is_edited": lambda view, story: story.edited,
    "is_pinned": lambda view, story: False,
    "liked": lambda view, story: view.access.user in story.liked_by,
    "num_likes": lambda view, story: len(story.liked_by),
    "resource_subtype": lambda view, story: story.subtype,
    "source": lambda view, story: "web",
    "target": lambda view, story: view.space.tasks[story.task],
    "text": lambda view, story: story.text,
    "type": lambda view, story: "comment" if story.html else "system",
}
_FIELDS: Mapping[str, dict[str, Field]] = {
    "attachment": {
        "name": lambda view, one: one.name,
        "resource_subtype": lambda view, one: one.host,
        "created_at": lambda view, one: moment(one.at),
        "connected_to_app": lambda view, one: False,
        "download_url": lambda view, one: None if one.url else view.lend(one),
        "host": lambda view, one: one.host,
        "parent": lambda view, one: view.space.tasks[one.task],
        "permanent_url": lambda view, one: _attachment_page(one),
        "size": lambda view, one: None if one.url else len(one.content),
        "view_url": lambda view, one: one.url or _attachment_page(one),
    },
    "custom_field": {
        "name": lambda view, one: one.name,
        "display_value": lambda view, one: one.shown,
        "resource_subtype": lambda view, one: one.subtype,
        "type": lambda view, one: one.subtype,
    },
    "project": {
        "name": lambda view, one: one.name,
        "archived": lambda view, one: one.archived,
        "color": lambda view, one: one.color,
        "members": lambda view, one: _people(view, sorted(one.members)),
        "owner": lambda view, one: view.space.people[one.owner],
        "permalink_url": lambda view, one: f"{_APP}/1/{one.workspace}/project/{one.gid}",
        "privacy_setting": lambda view, one: "public_to_workspace" if one.is_public else "private",
        "workspace": lambda view, one: view.space.workspaces[one.workspace],
    },
    "section": {
        "name": lambda view, one: one.name,
        "project": lambda view, one: view.space.projects.get(one.holder),
    },
    "story": _STORIES,
    "tag": {
        "name": lambda view, one: one.name,
        "color": lambda view, one: one.color,
        "workspace": lambda view, one: view.space.workspaces[one.workspace],
    },
    "task": _TASK,
    "user": {
        "name": lambda view, one: one.name,
        "email": lambda view, one: one.email,
        "photo": lambda view, one: None,
        "workspaces": lambda view, one: [
            each
            for each in view.space.workspaces.values()
            if {one.gid, view.access.user} <= set(each.members)
        ],
    },
    "user_task_list": {
        "name": lambda view, one: one.name,
        "owner": lambda view, one: view.space.people[one.owner],
        "workspace": lambda view, one: view.space.workspaces[one.workspace],
    },
    "workspace": {
        "name": lambda view, one: one.name,
        "email_domains": lambda view, one: [],
        "is_organization": lambda view, one: one.is_organization,
    },
}
_ON_REQUEST = frozenset(
    {
        *("html_notes", "assigned_by", "external", "num_subtasks", "is_rendered_as_separator"),
        *("html_text", "is_editable", "is_edited", "is_pinned", "source"),
    }
)
"""Fields that only `opt_fields` brings."""


def tree(fields: list[str]) -> Tree:
    """Return which fields are asked for, of `a.b` and of groups like `(a|b).c`.

    Raises:
        AsanaError: the text is no list of fields.
    """
    found: Tree = {}
    for path in fields:
        _grow(found, path)
    return found


def _grow(found: Tree, path: str) -> None:
    if "(" not in path:
        for step in filter(None, path.split(".")):
            found = found.setdefault(step, {})
        return
    head, _, rest = path.partition("(")
    group, closed, tail = rest.partition(")")
    if not closed:
        raise AsanaError(400, f"opt_fields: Invalid field: {path}")
    for each in group.split("|"):
        _grow(found, f"{head}{each}{tail}")


def whole(view: View, thing: Thing) -> Json:
    """Return the full record, in which others stand compact."""
    fields = _FIELDS[thing.kind]
    inner = {
        name: _value(view, fields[name](view, thing), {}) for name in fields.keys() - _ON_REQUEST
    }
    return {"gid": thing.gid, "resource_type": thing.kind, **inner}


def compact(view: View, thing: Thing) -> Json:
    wanted = _STORY if isinstance(thing, Story) else _COMPACT
    return shaped(view, thing, {name: {} for name in wanted if name != "created_by"}) | (
        {"created_by": compact(view, view.space.people[thing.by])}
        if isinstance(thing, Story)
        else {}
    )


def shaped(view: View, thing: Thing, wanted: Tree) -> Json:
    """Return the fields that were asked for; unknown ones are left out."""
    fields = _FIELDS[thing.kind]
    record: Json = {"gid": thing.gid}
    for name, inner in wanted.items():
        if name == "resource_type":
            record[name] = thing.kind
        elif name in fields:
            record[name] = _value(view, fields[name](view, thing), inner, asked=True)
    return record


def _value(view: View, value: Any, inner: Tree, *, asked: bool = False) -> Any:
    match value:
        case Thing():
            if not inner:
                bare = {"gid": value.gid, "resource_type": value.kind}
                return bare if asked else compact(view, value)
            scope = scopes.OF_KIND[value.kind]
            if not inner.keys() <= set(_COMPACT) and not view.access.allows(scope):
                raise forbidden(f"Your app is missing the scope {scope} for a requested field.")
            return shaped(view, value, inner)
        case list():
            return [_value(view, each, inner, asked=asked) for each in value]
        case dict():
            names = inner or {name: {} for name in value}
            return {
                name: _value(view, value[name], names[name], asked=asked)
                for name in names
                if name in value
            }
    return value
