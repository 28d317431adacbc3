"""What is at Asana, as it stands now. Everything has an id of its own, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import ClassVar

from loopdesk.sandbox.model import Json


class Thing:
    """Something that can be asked for; `kind` is its `resource_type`."""

    kind: ClassVar[str]
    gid: str


@dataclass(slots=True)
class User(Thing):
    kind: ClassVar[str] = "user"
    gid: str
    name: str
    email: str


@dataclass(slots=True)
class Workspace(Thing):
    kind: ClassVar[str] = "workspace"
    gid: str
    name: str
    members: tuple[str, ...]
    is_paid: bool
    is_organization: bool


@dataclass(slots=True)
class Section(Thing):
    """A part of a project, or of somebody's own list; `holder` is the id of either."""

    kind: ClassVar[str] = "section"
    gid: str
    name: str
    holder: str


@dataclass(slots=True)
class Project(Thing):
    kind: ClassVar[str] = "project"
    gid: str
    name: str
    workspace: str
    owner: str
    members: set[str]
    sections: list[str]
    is_public: bool
    archived: bool
    color: str | None
    favored_by: set[str]


@dataclass(slots=True)
class OwnList(Thing):
    """What somebody calls My Tasks in one workspace."""

    kind: ClassVar[str] = "user_task_list"
    gid: str
    owner: str
    workspace: str
    sections: list[str]
    name: str = "My Tasks"


@dataclass(slots=True)
class Tag(Thing):
    kind: ClassVar[str] = "tag"
    gid: str
    name: str
    workspace: str
    color: str | None


@dataclass(slots=True)
class CustomField(Thing):
    """A custom field with what a task has in it."""

    kind: ClassVar[str] = "custom_field"
    gid: str
    name: str
    shown: str
    subtype: str


@dataclass(slots=True)
class Story(Thing):
    """A comment, or one line of a task's history (then `html` is "")."""

    kind: ClassVar[str] = "story"
    gid: str
    task: str
    by: str
    at: datetime
    subtype: str
    text: str
    html: str = ""
    edited: bool = False
    liked_by: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Attachment(Thing):
    kind: ClassVar[str] = "attachment"
    gid: str
    task: str
    by: str
    at: datetime
    name: str
    host: str
    url: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Task(Thing):
    """One task.

    Args:
        places: id of each project it is in, with that of the section there.
        lane: id of the section of its assignee's own list.
        external: what a program keeps with it for itself.
        trashed_at: it is in the trash since then.
    """

    kind: ClassVar[str] = "task"
    gid: str
    name: str
    workspace: str
    by: str
    created_at: datetime
    modified_at: datetime
    html: str = ""
    assignee: str = ""
    assigned_by: str = ""
    lane: str = ""
    places: dict[str, str] = field(default_factory=dict)
    followers: list[str] = field(default_factory=list)
    due_on: date | None = None
    due_at: datetime | None = None
    start_on: date | None = None
    start_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: str = ""
    subtype: str = "default_task"
    approval: str | None = None
    parent: str = ""
    subtasks: list[str] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    values: tuple[CustomField, ...] = ()
    liked_by: list[str] = field(default_factory=list)
    is_heading: bool = False
    external: Json | None = None
    trashed_at: datetime | None = None


def moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
