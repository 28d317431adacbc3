"""One person's task lists: what is in them, in which order, and what changed when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from loopdesk.sandbox.google.errors import ApiError, not_found
from loopdesk.sandbox.model import Json, TaskList

# How long lists still name what was deleted. The service says no more than "for a while".
_REMEMBERED = timedelta(days=7)
_BARE = TaskList("MDAwMDAwMDE", "My Tasks")
OPEN, DONE = "needsAction", "completed"


def written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


@dataclass(slots=True)
class StoredTask:
    """A task as it is kept.

    Args:
        body: title, notes, status, due, completed, parent, hidden, links, assignmentInfo.
        seq: the store's counter at its last change; the entity tag is made from it.
        recurs: made anew by the service itself; no field shows it.
    """

    id: str
    body: Json
    seq: int
    updated_at: datetime
    deleted: bool = False
    recurs: bool = False

    @property
    def etag(self) -> str:
        return f'"LTk{self.seq:010d}"'

    @property
    def parent(self) -> str:
        return str(self.body.get("parent", ""))

    @property
    def is_assigned(self) -> bool:
        return "assignmentInfo" in self.body


@dataclass(slots=True)
class StoredList:
    """Args:
    tasks: in the order they are shown in, those with a parent among each other only.
    """

    id: str
    title: str
    seq: int
    updated_at: datetime
    tasks: list[StoredTask] = field(default_factory=list)

    @property
    def etag(self) -> str:
        return f'"LTl{self.seq:010d}"'

    def find(self, task: str) -> StoredTask:
        """Return a task, a deleted one too while it is remembered; raises ApiError(404)."""
        for stored in self.tasks:
            if stored.id == task:
                return stored
        raise not_found()

    def siblings(self, parent: str) -> list[StoredTask]:
        return [each for each in self.tasks if each.parent == parent and not each.deleted]

    def children(self, task: StoredTask) -> Iterator[StoredTask]:
        return (each for each in self.tasks if each.parent == task.id)


class TaskStore:
    """Attributes:
    lists: the first is what `@default` stands for.
    age: page tokens of an earlier one are no longer taken.
    """

    def __init__(
        self, lists: Sequence[TaskList], now: datetime, thread_of: Callable[[str], str]
    ) -> None:
        self._seq = 0
        self.age = 0
        self.lists = [self._taken(given, now, thread_of) for given in lists or (_BARE,)]

    def _taken(self, given: TaskList, now: datetime, thread_of: Callable[[str], str]) -> StoredList:
        tasks = []
        for task in given.tasks:
            body = {"status": OPEN, **task}
            if "links" in body:
                body["links"] = [_followed(link, thread_of) for link in body["links"]]
            changed = body.pop("updated", None)
            at = datetime.fromisoformat(changed) if changed else now
            recurs = bool(body.pop("recurs", False))
            tasks.append(StoredTask(body.pop("id"), body, self._next(), at, recurs=recurs))
        return StoredList(given.id, given.title, self._next(), now, tasks)

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def list(self, key: str) -> StoredList:
        """Return a list by its id or `@default`; raises ApiError(404)."""
        if key == "@default":
            return self.lists[0]
        for each in self.lists:
            if each.id == key:
                return each
        raise not_found()

    def add_list(self, key: str, title: str, now: datetime) -> StoredList:
        made = StoredList(key, title, self._next(), now)
        self.lists.append(made)
        return made

    def rename_list(self, stored: StoredList, title: str, now: datetime) -> None:
        stored.title, stored.seq, stored.updated_at = title, self._next(), now

    def drop_list(self, stored: StoredList) -> None:
        if stored is self.lists[0]:
            raise ApiError(400, "invalid", "The default list cannot be deleted.")
        self.lists.remove(stored)

    def put(self, stored: StoredTask, body: Json, now: datetime) -> None:
        stored.body, stored.seq, stored.updated_at = body, self._next(), now

    def add(
        self, holder: StoredList, key: str, body: Json, previous: str, now: datetime
    ) -> StoredTask:
        made = StoredTask(key, body, self._next(), now)
        holder.tasks.insert(self._place(holder, made, previous), made)
        return made

    def move(
        self,
        source: StoredList,
        target: StoredList,
        stored: StoredTask,
        parent: str,
        previous: str,
        now: datetime,
    ) -> None:
        """Put a task elsewhere, its subtasks with it; in the list it leaves it is as deleted."""
        body = {name: value for name, value in stored.body.items() if name != "parent"}
        here = target.find(previous) if previous else None
        source.tasks.remove(stored)
        if source is not target:
            moved = list(source.children(stored))
            # It may have been here before: what is there is not deleted too.
            known = {stored.id, *(each.id for each in moved)}
            target.tasks = [each for each in target.tasks if each.id not in known]
            for each in moved:
                source.tasks.remove(each)
                target.tasks.append(each)
                self._leave_word(source, each, now)
                self.put(each, each.body, now)
            self._leave_word(source, stored, now)
        self.put(stored, {**body, "parent": parent} if parent else body, now)
        target.tasks.insert(self._place(target, stored, here.id if here else ""), stored)

    def delete(self, holder: StoredList, stored: StoredTask, now: datetime) -> None:
        """Delete a task and what hangs below it."""
        for each in (stored, *holder.children(stored)):
            each.deleted = True
            self.put(each, each.body, now)

    def clear(self, holder: StoredList, now: datetime) -> None:
        """Hide what is completed."""
        for each in holder.tasks:
            if each.body["status"] == DONE and not each.body.get("hidden"):
                self.put(each, {**each.body, "hidden": True}, now)

    def forget(self, now: datetime) -> None:
        """Let go of what was deleted long enough ago."""
        for each in self.lists:
            each.tasks = [t for t in each.tasks if not (t.deleted and _is_old(t, now))]

    def forget_all(self) -> None:
        """Let go of all that was deleted, and of the page tokens given out."""
        self.age += 1
        for each in self.lists:
            each.tasks = [t for t in each.tasks if not t.deleted]

    def _leave_word(self, source: StoredList, stored: StoredTask, now: datetime) -> None:
        gone = StoredTask(stored.id, dict(stored.body), self._next(), now, deleted=True)
        source.tasks.append(gone)

    def _place(self, holder: StoredList, stored: StoredTask, previous: str) -> int:
        """Return where among all tasks it belongs: behind `previous`, else before its siblings."""
        if previous:
            return holder.tasks.index(holder.find(previous)) + 1
        siblings = holder.siblings(stored.parent)
        return holder.tasks.index(siblings[0]) if siblings else len(holder.tasks)


def _is_old(task: StoredTask, now: datetime) -> bool:
    return now - task.updated_at > _REMEMBERED


def _followed(link: Json, thread_of: Callable[[str], str]) -> Json:
    scheme, _, message = link["link"].partition("mid:")
    if scheme:
        return link
    return {**link, "link": f"https://mail.google.com/mail/u/0/#all/{thread_of(message)}"}
