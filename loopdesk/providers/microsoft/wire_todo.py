"""The fields we read of what Graph says about To Do, named as Graph names them."""

# ruff: noqa: N815

from __future__ import annotations

from typing import Any

import msgspec

from loopdesk.providers.microsoft.wire_calendar import Body, When


class TaskList(msgspec.Struct):
    id: str
    removed: dict[str, Any] | None = msgspec.field(default=None, name="@removed")
    displayName: str | None = None
    wellknownListName: str | None = None


class Step(msgspec.Struct):
    id: str
    displayName: str | None = None
    isChecked: bool | None = None


class Linked(msgspec.Struct):
    webUrl: str | None = None
    applicationName: str | None = None
    displayName: str | None = None
    externalId: str | None = None


class Task(msgspec.Struct):
    """A task, or what a delta says of one.

    Args:
        checklistItems: unset where the answer does not have them at all.
    """

    id: str
    etag: str = msgspec.field(default="", name="@odata.etag")
    removed: dict[str, Any] | None = msgspec.field(default=None, name="@removed")
    title: str | None = None
    status: str | None = None
    importance: str | None = None
    body: Body | None = None
    dueDateTime: When | None = None
    completedDateTime: When | None = None
    createdDateTime: str | None = None
    lastModifiedDateTime: str | None = None
    checklistItems: list[Step] | msgspec.UnsetType | None = msgspec.UNSET
    linkedResources: list[Linked] | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def steps(self) -> list[Step]:
        return self.checklistItems or []

    @property
    def links(self) -> list[Linked]:
        return self.linkedResources or []

    @property
    def is_whole(self) -> bool:
        """Whether it came with its steps and links."""
        unset = msgspec.UNSET
        return self.checklistItems is not unset and self.linkedResources is not unset
