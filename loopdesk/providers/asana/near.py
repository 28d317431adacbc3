"""What an action looks at before it acts, and the receipt that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from loopdesk.core.actions import Receipt
from loopdesk.core.errors import Rejected
from loopdesk.providers.asana import fields, wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.places import FOLLOWED, MINE, PROJECT

NONE: Mapping[str, Any] = MappingProxyType({})


class Near:
    """
    Args:
        touch: told which stream is to look at which task.
    """

    def __init__(self, calls: Calls, touch: Callable[[str, str], None]) -> None:
        self._calls, self._touch = calls, touch
        self.fields = fields.task(calls.scopes)

    def task(self, gid: str) -> wire.Task:
        """Return a task as it is.

        Raises:
            Rejected: it is no more, or not for this person.
        """
        return self._calls.look(f"/tasks/{gid}", wire.Task, opt_fields=self.fields)

    def task_or_none(self, gid: str) -> wire.Task | None:
        try:
            return self.task(gid)
        except Rejected:
            return None

    def change(self, gid: str, **given: Any) -> wire.Task:
        path = f"/tasks/{gid}?opt_fields={self.fields}"
        return self._calls.write("PUT", path, wire.Task, **given)

    def receipt(
        self,
        task: wire.Task,
        facts: Mapping[str, Any] = NONE,
        *,
        both: bool = False,
        left: str = "",
    ) -> Receipt:
        """Return the receipt of what holds now.

        Args:
            facts: what it says beside which task it was.
            both: it comes to the person, or leaves them.
            left: the project that it was taken out of.
        """
        streams = self._streams(task, both=both)
        streams += (f"{PROJECT}{left}",) if left else ()
        shown = task
        if not streams and task.parent is not None:
            parent = self.task_or_none(task.parent.gid)
            if parent is not None:  # it comes with that
                shown, streams = parent, self._streams(parent, both=False)
        streams = streams or self._followed(task)
        for stream in streams:
            self._touch(stream, shown.gid)
        return Receipt({"key": task.gid, **facts}, streams)

    def _followed(self, task: wire.Task) -> tuple[str, ...]:
        """Return what shows a task that is followed alone: a search, or where there is none the
        person's own, which keep it."""
        workspace = task.workspace.gid if task.workspace is not None else ""
        searches = self._calls.searches.get(workspace)
        found = () if searches is False else (f"{FOLLOWED}{workspace}",)
        return found if searches else (*found, f"{MINE}{workspace}")

    def _streams(self, task: wire.Task, *, both: bool) -> tuple[str, ...]:
        mine = task.assignee is not None and task.assignee.gid == self._calls.me
        workspace = task.workspace.gid if task.workspace is not None else ""
        own = (f"{MINE}{workspace}",) if mine or both else ()
        known = (
            f"{PROJECT}{each.project.gid}" for each in task.held_in if each.project is not None
        )
        projects = tuple(each for each in known if each in self._calls.pulled)
        return own + (projects if both or not mine else ())
