"""What the people of the story do on Asana's own page."""

from __future__ import annotations

from loopdesk.sandbox.asana import changes, richtext
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.asana_world import TaskDone


def do(space: Space, what: TaskDone) -> None:
    """Do it, unless the task is gone by now."""
    task = space.tasks.get(what.task)
    if task is None or task.trashed_at is not None:
        return
    if what.comment:
        html = f"<body>{space.follow(what.comment)}</body>"
        space.say(task, what.by, richtext.checked("html_text", html, space.any, notes=False))
    if what.assign and changes.assign(space, what.by, task, what.assign):
        space.note(task, what.by, "assigned", f"assigned to {space.people[what.assign].name}")
        space.touch(task, what.by, ["assignee"])
    if what.section:
        changes.put_into(space, what.by, task, space.sections[what.section])
    if what.completed is not None and what.completed != (task.completed_at is not None):
        task.completed_at = space.now() if what.completed else None
        task.completed_by = what.by if what.completed else ""
        word = "marked_complete" if what.completed else "marked_incomplete"
        space.note(task, what.by, word, word.replace("_", " "))
        space.touch(task, what.by, ["completed"])
