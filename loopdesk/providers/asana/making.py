"""What is made: tasks and subtasks take an id of ours, comments are looked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.asana import convert, fields, wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.near import Near
from loopdesk.providers.asana.prose import text_of

_AROUND = timedelta(minutes=1)


class _Before(msgspec.Struct):
    """Since when a comment is looked for, and the ids of those that were there."""

    since: str
    known: list[str]


class Making:
    def __init__(self, calls: Calls, near: Near) -> None:
        self._calls, self._near = calls, near

    def perform(self, action: Action, steps: Steps) -> Receipt:
        if action.name == "comment":
            return self._comment(action, steps)
        try:
            return self._made(self._make(action))
        except Rejected:
            # Asana refuses an id that is taken: then it is there already.
            made = self._by_id(action)
            if made is None:
                raise
            return self._made(made)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name == "comment":
            return self._find_comment(action, steps)
        made = self._by_id(action)
        return None if made is None else self._made(made)

    # --- tasks ------------------------------------------------------------------------------------

    def _make(self, action: Action) -> wire.Task:
        body = convert.new_task(action)
        if action.name == "subtask":
            path = f"/tasks/{action.target.key}/subtasks"
        else:
            path = "/tasks"
            body |= {"assignee": "me"} | self._place(action.arguments.place or action.target.place)
        path = f"{path}?opt_fields={self._near.fields}"
        return self._calls.write("POST", path, wire.Task, **body)

    def _place(self, place: str) -> dict[str, Any]:
        """Return where a task is made: a project, a section, a workspace, or the first of these."""
        me = self._calls.look("/users/me", wire.Me, opt_fields="workspaces.name")
        workspaces = [each.gid for each in me.workspaces]
        if not workspaces:
            raise Rejected("gone")
        if not place or place in workspaces:
            return {"workspace": place or workspaces[0]}
        if self._is(f"/projects/{place}"):
            return {"projects": [place]}
        return self._section(place)

    def _section(self, section: str) -> dict[str, Any]:
        """Return what a section belongs to; to programs with single scopes only what is in it
        says so."""
        if self._calls.is_told:
            asked_of = self._calls.look(f"/sections/{section}", wire.Section, opt_fields="project")
            if asked_of.project is not None:
                member = {"project": asked_of.project.gid, "section": section}
                return {"projects": [asked_of.project.gid], "memberships": [member]}
        asked = {"section": section, "opt_fields": self._near.fields, "limit": 1}
        tasks = self._calls.page("/tasks", acting=True, **asked).read(wire.Task)
        for each in tasks[0].held_in if tasks else ():
            if (
                each.project is not None
                and each.section is not None
                and each.section.gid == section
            ):
                member = {"project": each.project.gid, "section": section}
                return {"projects": [each.project.gid], "memberships": [member]}
        if tasks and tasks[0].workspace is not None:
            return {"workspace": tasks[0].workspace.gid, "assignee_section": section}
        raise Rejected("gone")

    def _is(self, path: str) -> bool:
        try:
            self._calls.look(path, wire.Named, opt_fields="name")
        except Rejected:
            return False
        return True

    def _by_id(self, action: Action) -> wire.Task | None:
        """Return what was made with this id. It is not in an index, but there at once."""
        return self._near.task_or_none(f"external:{quote(action.id)}")

    def _made(self, task: wire.Task) -> Receipt:
        return self._near.receipt(task)

    # --- comments ---------------------------------------------------------------------------------

    def _comment(self, action: Action, steps: Steps) -> Receipt:
        if steps.load() is None:
            since = wire.written(self._calls.now() - _AROUND)
            known = [each.gid for each in self._said(action.target.key)]
            steps.save(msgspec.json.encode(_Before(since, known)))
        path = f"/tasks/{action.target.key}/stories"
        said = self._calls.write("POST", path, wire.Named, html_text=convert.body(action))
        return self._commented(action, said.gid)

    def _find_comment(self, action: Action, steps: Steps) -> Receipt | None:
        saved = steps.load()
        if saved is None:  # saved before anything is said
            return None
        before = msgspec.json.decode(saved, type=_Before)
        since = wire.moment(before.since, "since")
        try:
            for said in self._said(action.target.key):
                if (
                    said.gid not in before.known
                    and said.created_by is not None
                    and said.created_by.gid == self._calls.me
                    and wire.moment(said.created_at, "Story.created_at") >= since
                    and _is_said(action, said)
                ):
                    return self._commented(action, said.gid)
        except Rejected:  # there is nothing any more in which it could be
            return None
        return None

    def _commented(self, action: Action, story: str) -> Receipt:
        return self._near.receipt(self._near.task(action.target.key), {"message": story})

    def _said(self, task: str) -> list[wire.Story]:
        path = f"/tasks/{task}/stories"
        found = self._calls.all(path, wire.Story, acting=True, opt_fields=fields.STORY)
        return [each for each in found if each.is_comment]


def _is_said(action: Action, story: wire.Story) -> bool:
    body = story.html_text or ""
    found = (text_of(body) if body else story.text or "").split()
    return found in (action.arguments.text.split(), text_of(convert.body(action)).split())
