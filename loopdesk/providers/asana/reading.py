"""One task read whole: what was said, what is attached, and its subtasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from loopdesk.core.items import Entry, Item
from loopdesk.core.places import Place
from loopdesk.providers.asana import convert, fields, wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.refusals import Unreadable


@dataclass(slots=True)
class Read:
    """What a task came to. Of its subtasks, `subs`, only the descriptions."""

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    subs: list[str] = field(default_factory=list)


class Reader:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.fields = fields.task(calls.scopes)

    @property
    def me(self) -> str:
        return self._calls.me

    def task(self, gid: str, opt_fields: str = "") -> wire.Task | None:
        """Return a task, None where it is no more or not for this person."""
        try:
            asked = opt_fields or self.fields
            return self._calls.get(f"/tasks/{gid}", wire.Task, opt_fields=asked)
        except Unreadable:
            return None

    def whole(self, task: wire.Task, *, watched: bool, apart: Collection[str]) -> Read:
        """Return a task as items.

        Args:
            watched: its project is.
            apart: ids of tasks that are read by themselves, so not as somebody's subtasks.
        """
        try:
            whole = convert.Whole(task, self._said(task.gid), self._attached(task.gid))
            subtasks = self._subtasks(task)
        except Unreadable:  # it went in between; the next look finds that
            return Read()
        read = Read()
        self._add(read, whole, watched=watched)
        for number, each in enumerate(subtasks):
            is_mine = each.assignee is not None and each.assignee.gid == self.me
            if not (is_mine or each.is_heading or each.gid in apart):
                read.subs.append(each.gid)
                self._add(read, convert.Whole(each), watched=False, position=f"{number:04}")
        return read

    def _add(self, read: Read, whole: convert.Whole, *, watched: bool, position: str = "") -> None:
        item, entries = convert.item(
            whole, self.me, self._calls.scopes, watched=watched, position=position
        )
        read.items.append(item)
        read.entries += entries
        read.places += (*convert.sections(whole.task), *convert.tags(whole.task))

    def _said(self, task: str) -> list[wire.Story]:
        if "stories:read" not in self._calls.scopes:
            return []
        asked = fields.story(self._calls.scopes)
        return self._calls.all(f"/tasks/{task}/stories", wire.Story, opt_fields=asked)

    def _attached(self, task: str) -> list[wire.Attachment]:
        if "attachments:read" not in self._calls.scopes:
            return []
        given = fields.ATTACHMENT
        return self._calls.all("/attachments", wire.Attachment, parent=task, opt_fields=given)

    def _subtasks(self, task: wire.Task) -> list[wire.Task]:
        if not task.num_subtasks:
            return []
        return self._calls.all(f"/tasks/{task.gid}/subtasks", wire.Task, opt_fields=self.fields)
