"""What Asana's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from loopdesk.sandbox.asana.held import Task, day, moment
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.asana.space import Space


def state(space: Space) -> Json:
    return {
        "people": [
            {"gid": one.gid, "name": one.name, "email": one.email} for one in space.people.values()
        ],
        "workspaces": [
            {"gid": one.gid, "name": one.name, "members": list(one.members), "paid": one.is_paid}
            for one in space.workspaces.values()
        ],
        "projects": [
            {
                "gid": one.gid,
                "name": one.name,
                "workspace": one.workspace,
                "sections": {each: space.sections[each].name for each in one.sections},
            }
            for one in space.projects.values()
        ],
        "tasks": [_task(space, task) for task in space.tasks.values()],
    }


def _task(space: Space, task: Task) -> Json:
    comments = (space.stories[each] for each in task.stories)
    files = (space.attachments[each] for each in task.attachments)
    return {
        "gid": task.gid,
        "name": task.name,
        "html_notes": task.html,
        "assignee": task.assignee,
        "lane": task.lane,
        "completed": task.completed_at is not None,
        "approval": task.approval,
        "due_on": day(task.due_on),
        "due_at": moment(task.due_at),
        "modified_at": moment(task.modified_at),
        "places": dict(task.places),
        "followers": list(task.followers),
        "liked_by": list(task.liked_by),
        "tags": list(task.tags),
        "parent": task.parent,
        "subtasks": list(task.subtasks),
        "external": task.external,
        "trashed": task.trashed_at is not None,
        "comments": [
            {"gid": one.gid, "by": one.by, "text": one.text, "html": one.html}
            for one in comments
            if one.html
        ],
        "attachments": [
            {
                "gid": one.gid,
                "name": one.name,
                "by": one.by,
                "url": one.url,
                "sha256": "" if one.url else sha256(one.content).hexdigest(),
            }
            for one in files
        ],
    }
