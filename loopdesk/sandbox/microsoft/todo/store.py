"""One person's lists of tasks, and what changed in them when."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from loopdesk.sandbox.microsoft.deltas import Feed
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request, not_found
from loopdesk.sandbox.model import Json

DEFAULT, FLAGGED, PLAIN = "defaultList", "flaggedEmails", "none"
DONE = "completed"


def key_of(*words: str) -> str:
    """Return an id, the same for the same words."""
    digest = blake2b("\0".join(words).encode(), digest_size=18).digest()
    return f"AAMkADIy{base64.urlsafe_b64encode(digest).decode()}="


@dataclass(slots=True)
class Task:
    """A task as it is kept.

    Args:
        body: a `todoTask` of Graph without its days and what hangs on it.
        due, begins: days without a time, as the person's calendar has them.
        done_on: the day it was completed.
        steps, links: `checklistItem`s and `linkedResource`s.
        mail: of one that mirrors a flagged mail, that mail's key.
    """

    key: str
    body: Json
    seq: int
    created_at: datetime
    changed_at: datetime
    due: date | None = None
    begins: date | None = None
    done_on: date | None = None
    steps: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    mail: str = ""

    @property
    def etag(self) -> str:
        return f'W/"{base64.b64encode(f"todo{self.seq:012d}".encode()).decode()}"'

    @property
    def is_done(self) -> bool:
        return bool(self.body["status"] == DONE)


@dataclass(slots=True)
class TaskList:
    """Args:
    role: its `wellknownListName`.
    feed: what tells of changes of its tasks.
    """

    key: str
    name: str
    role: str
    seq: int
    tasks: dict[str, Task] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)

    @property
    def etag(self) -> str:
        return f'W/"{base64.b64encode(f"list{self.seq:012d}".encode()).decode()}"'

    def find(self, key: str) -> Task:
        """Return a task; raises ApiError(404)."""
        if key not in self.tasks:
            raise not_found()
        return self.tasks[key]


class TodoStore:
    """Attributes:
    lists: the default one first.
    feed: what tells of changes of the lists themselves.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.lists: dict[str, TaskList] = {}
        self.feed = Feed()
        self._seq = 0

    def next(self) -> int:
        self._seq += 1
        return self._seq

    def list(self, key: str) -> TaskList:
        """Return a list; raises ApiError(404)."""
        if key not in self.lists:
            raise not_found()
        return self.lists[key]

    def add_list(self, word: str, name: str, role: str = PLAIN) -> TaskList:
        made = TaskList(key_of(self.address, "list", word), name, role, self.next())
        self.lists[made.key] = made
        self.feed.note(made.key)
        return made

    def rename_list(self, held: TaskList, name: str) -> None:
        held.name, held.seq = name, self.next()
        self.feed.note(held.key)

    def remove_list(self, held: TaskList) -> None:
        if held.role != PLAIN:
            raise bad_request("This list stays.")
        del self.lists[held.key]
        self.feed.note(held.key, "deleted")

    def put(self, held: TaskList, task: Task, now: datetime) -> None:
        """Keep a task as it is now."""
        task.seq, task.changed_at = self.next(), now
        held.tasks[task.key] = task
        held.feed.note(task.key)

    def remove(self, held: TaskList, task: Task) -> None:
        del held.tasks[task.key]
        held.feed.note(task.key, "deleted")

    def all(self) -> Iterator[tuple[TaskList, Task]]:
        for held in self.lists.values():
            yield from ((held, task) for task in held.tasks.values())


def part_of(parts: list[Json], key: str) -> Json:
    """Return a step or a link by its id; raises ApiError(404)."""
    for each in parts:
        if each["id"] == key:
            return each
    raise not_found()


def text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ApiError(400, "RequestBodyRead", f"{name} is a text.")
    return value
