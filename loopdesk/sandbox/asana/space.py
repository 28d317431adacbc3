"""Everything at Asana, who may see it, and the traces that changes leave."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from loopdesk.sandbox.asana import loading, richtext
from loopdesk.sandbox.asana.errors import AsanaError, forbidden, unknown
from loopdesk.sandbox.asana.held import (
    Attachment,
    OwnList,
    Project,
    Section,
    Story,
    Tag,
    Task,
    Thing,
    User,
    Workspace,
)
from loopdesk.sandbox.asana_world import AsanaWorld
from loopdesk.sandbox.model import Json

_MAIL = re.compile(r"\bmid:([\w.-]+@[\w.-]+)")
_THREAD = "https://mail.google.com/mail/u/0/#all/{}"


@dataclass(frozen=True, slots=True)
class Event:
    """One change, as it is told to those who watch `roots`."""

    at: datetime
    by: str
    thing: Thing
    action: str
    parent: Thing | None
    roots: frozenset[str]
    change: Json = field(default_factory=dict)


class Space:
    """Attributes:
    thread_of: the thread of a mail, by its Message-ID.
    loses_events: events are delivered at most once: those of now are not.
    repeating: after how long a task is due again once it is done.
    changed: when anything about a task was other than before, whether it counts or not.
    """

    def __init__(self, given: AsanaWorld, now: Callable[[], datetime], seed: int) -> None:
        self.now = now
        self._numbers = count(10**15 + random.Random(f"asana-{seed}").randrange(10**12))
        self.thread_of: Callable[[str], str] = lambda message_id: ""
        self.loses_events = False
        self.repeating: dict[str, timedelta] = {}
        self.people = {one.gid: User(one.gid, one.name, one.email) for one in given.people}
        self.workspaces = {
            one.gid: Workspace(one.gid, one.name, one.members, one.is_paid, one.is_organization)
            for one in given.workspaces
        }
        self.projects: dict[str, Project] = {}
        self.sections: dict[str, Section] = {}
        self.lists: dict[str, OwnList] = {}
        self.tags: dict[str, Tag] = {}
        self.stories: dict[str, Story] = {}
        self.attachments: dict[str, Attachment] = {}
        self.events: list[Event] = []
        self.changed: dict[str, datetime] = {}
        self._tasks: dict[str, Task] = {}
        self._given: AsanaWorld | None = given
        loading.places(self, given)

    @property
    def tasks(self) -> dict[str, Task]:
        """Return every task; the story's are made when they are first needed."""
        if self._given is not None:
            given, self._given = self._given, None
            loading.tasks(self, given)
        return self._tasks

    def id(self) -> str:
        return str(next(self._numbers))

    def follow(self, html: str) -> str:
        """Return a text in which each `mid:` is the address of that mail."""
        return _MAIL.sub(lambda found: _THREAD.format(self.thread_of(found[1])), html)

    # -- finding ---------------------------------------------------------------------------

    def any(self, gid: str) -> Thing | None:
        """Return whatever has this id."""
        for held in (
            *(self.people, self.tasks, self.projects, self.sections, self.workspaces),
            *(self.stories, self.attachments, self.tags, self.lists),
        ):
            if gid in held:
                return held[gid]
        return None

    def shown(self, user: str, gid: str) -> Thing | None:
        """Return whatever has this id, if this person may see it."""
        match self.any(gid):
            case Task() as task:
                return task if self.sees(user, task) else None
            case Project() as project:
                return project if self.sees_project(user, project) else None
            case other:
                return other

    def workspace(self, user: str, gid: str) -> Workspace:
        """Raises AsanaError: there is none, or this person is not in it."""
        found = self.workspaces.get(gid)
        if found is None:
            raise unknown("workspace", gid)
        if user not in found.members:
            raise forbidden()
        return found

    def project(self, user: str, gid: str) -> Project:
        """Raises AsanaError: there is none, or it is not for this person."""
        found = self.projects.get(gid)
        if found is None:
            raise unknown("project", gid)
        if not self.sees_project(user, found):
            raise forbidden()
        return found

    def section(self, user: str, gid: str) -> Section:
        """Raises AsanaError: there is none, or it is not for this person."""
        found = self.sections.get(gid)
        if found is None:
            raise unknown("section", gid)
        own = self.lists.get(found.holder)
        if own is not None and own.owner != user:
            raise forbidden()
        if own is None:
            self.project(user, found.holder)
        return found

    def task(self, user: str, gid: str) -> Task:
        """Raises AsanaError: there is none, or it is not for this person."""
        found = self.tasks.get(gid)
        if found is None or found.trashed_at is not None:
            raise unknown("task", gid)
        if not self.sees(user, found):
            raise forbidden()
        return found

    def sees_project(self, user: str, project: Project) -> bool:
        if project.is_public and user in self.workspaces[project.workspace].members:
            return True
        return user in project.members

    def sees(self, user: str, task: Task) -> bool:
        """Say whether somebody may see a task that is not in the trash."""
        if task.trashed_at is not None or user not in self.workspaces[task.workspace].members:
            return False
        if user in (task.assignee, task.by) or user in task.followers:
            return True
        if any(self.sees_project(user, self.projects[each]) for each in task.places):
            return True
        return bool(task.parent) and self.sees(user, self.tasks[task.parent])

    def seen(self, user: str) -> Iterator[Task]:
        return (task for task in self.tasks.values() if self.sees(user, task))

    def person(self, name: str, user: str, workspace: str, words: str) -> User:
        """Return who is meant by an id, an address or `me`.

        Raises:
            AsanaError: nobody in this workspace.
        """
        members = self.workspaces[workspace].members if workspace else tuple(self.people)
        for gid in members:
            one = self.people[gid]
            if words in (gid, one.email) or (words == "me" and gid == user):
                return one
        raise AsanaError(400, f"{name}: Not a user in the workspace: {words}")

    def own_list(self, user: str, workspace: str) -> OwnList:
        return next(
            each
            for each in self.lists.values()
            if (each.owner, each.workspace) == (user, workspace)
        )

    def paid(self, user: str) -> bool:
        return any(each.is_paid and user in each.members for each in self.workspaces.values())

    # -- traces ----------------------------------------------------------------------------

    def touch(self, task: Task, by: str, fields: Iterable[str], *, moves: bool = True) -> None:
        """Tell that fields of a task have changed.

        Args:
            moves: the change is one of those that count as a modification.
        """
        if moves:
            task.modified_at = self.now()
        for name in fields:
            self.tell(by, task, "changed", None, task, {"field": name, "action": "changed"})

    def tell(
        self,
        by: str,
        thing: Thing,
        action: str,
        parent: Thing | None,
        task: Task,
        change: Json | None = None,
        also: Iterable[str] = (),
    ) -> None:
        self.changed[task.gid] = self.now()
        if self.loses_events:
            return
        roots = frozenset({*self._roots(task), *also})
        self.events.append(Event(self.now(), by, thing, action, parent, roots, change or {}))

    def _roots(self, task: Task) -> set[str]:
        found = {task.gid, *task.places}
        return found | self._roots(self.tasks[task.parent]) if task.parent else found

    def note(self, task: Task, by: str, subtype: str, text: str) -> Story:
        """Add a line to the history of a task. It moves nothing by itself."""
        name = self.people[by].name
        story = Story(self.id(), task.gid, by, self.now(), subtype, f"{name} {text}")
        return self._add(task, story)

    def say(self, task: Task, by: str, html: str) -> Story:
        """Add a comment; whom it names follows the task from now on."""
        text = richtext.plain(html)
        story = Story(self.id(), task.gid, by, self.now(), "comment_added", text, html)
        task.modified_at = self.now()
        self.join(task, [by, *richtext.mentioned(html)])
        return self._add(task, story)

    def _add(self, task: Task, story: Story) -> Story:
        self.stories[story.gid] = story
        task.stories.append(story.gid)
        self.tell(story.by, story, "added", task, task)
        return story

    def join(self, task: Task, people: Iterable[str]) -> None:
        """Let people follow a task; those who are not in its workspace cannot."""
        for each in people:
            if each in self.workspaces[task.workspace].members and each not in task.followers:
                task.followers.append(each)
                self.changed[task.gid] = self.now()
