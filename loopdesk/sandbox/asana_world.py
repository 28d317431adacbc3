"""What a story hands to Asana: people, workspaces, projects, tasks, what was said there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Literal

Subtype = Literal["default_task", "milestone", "approval", "custom"]


def gid(*words: str) -> str:
    """Return an id as Asana has them: 16 digits."""
    number = int.from_bytes(blake2b("/".join(words).encode(), digest_size=8).digest())
    return str(10**15 + number % (9 * 10**15))


def comment_gid(task: str, comment: Comment) -> str:
    """Return the id that a comment of the story has on its task."""
    return gid(task, comment.at.isoformat(), comment.html)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at Asana."""

    gid: str
    name: str
    email: str
    signs_in: bool = False


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where people work together; one that is not paid has no search.

    Args:
        members: ids.
    """

    gid: str
    name: str
    members: tuple[str, ...]
    is_paid: bool = False
    is_organization: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """One project; who may see it: its members, or the whole workspace where it is public."""

    gid: str
    name: str
    workspace: str
    owner: str
    members: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    is_public: bool = True
    archived: bool = False
    color: str | None = None
    favored_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tag:
    gid: str
    name: str
    workspace: str
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a task.

    Args:
        html: what stands in its `body`; `<a data-asana-gid="GID"/>` names a person or a thing.
            An address `mid:MESSAGE-ID` becomes that of the mail in the person's mailbox, here
            and in notes.
    """

    by: str
    at: datetime
    html: str
    edited: bool = False
    liked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was put on a task, or a link.

    Args:
        url: of a link; "" for a file.
        host: where what a link shows lies, as Asana names it.
        source: the file's bytes, or what makes them.
    """

    by: str
    at: datetime
    name: str
    url: str = ""
    host: str = "asana"
    source: bytes | Callable[[], bytes] = b""

    @property
    def content(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


@dataclass(frozen=True, slots=True)
class Value:
    """What a task has in a custom field."""

    field: str
    name: str
    shown: str
    subtype: str = "enum"


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Args:
        by: who made it.
        html: what stands in the `body` of its notes.
        places: project and section ids.
        lane: name of the section of its assignee's own list; "": the first.
        followers: beside whom it is assigned to and who made it.
        subtasks: in order.
        approval: of one that asks for an approval.
        is_heading: it is drawn as a line between others.
    """

    gid: str
    name: str
    workspace: str
    by: str
    at: datetime
    html: str = ""
    assignee: str = ""
    assigned_by: str = ""
    lane: str = ""
    places: tuple[tuple[str, str], ...] = ()
    followers: tuple[str, ...] = ()
    due_on: date | None = None
    due_at: datetime | None = None
    start_on: date | None = None
    completed_at: datetime | None = None
    completed_by: str = ""
    subtype: Subtype = "default_task"
    approval: str | None = None
    comments: tuple[Comment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    subtasks: tuple[Task, ...] = ()
    tags: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    liked_by: tuple[str, ...] = ()
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class AsanaWorld:
    """Everything at Asana; the demo's person first.

    Args:
        tasks: or what makes them when somebody first asks.
    """

    people: Sequence[Person] = ()
    workspaces: Sequence[Workspace] = ()
    projects: Sequence[Project] = ()
    tags: Sequence[Tag] = ()
    tasks: Sequence[Task] | Callable[[], Sequence[Task]] = ()

    @property
    def all_tasks(self) -> Sequence[Task]:
        return self.tasks() if callable(self.tasks) else self.tasks


@dataclass(frozen=True, slots=True)
class TaskDone:
    """What somebody does to a task while the story goes on: each field that is given.

    Args:
        comment: what stands in the `body` of what they say.
        assign: id of whom it is given to.
        section: id of the section it is moved to.
        completed: it is done, or open again.
    """

    task: str
    by: str
    comment: str = ""
    assign: str = ""
    section: str = ""
    completed: bool | None = None
