"""Who of the story is at Asana, and how things there are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from loopdesk.sandbox.asana_world import (
    Attachment,
    Comment,
    Project,
    Section,
    Subtype,
    Task,
    Value,
    Workspace,
    gid,
)
from loopdesk.sandbox.asana_world import Person as Member
from loopdesk.sandbox.story.cast import (
    ADA,
    JONAS,
    KOFI,
    LENA,
    MIRA,
    PRIYA,
    SOFIA,
    TOMAS,
    YUSUF,
    Person,
)

PEOPLE = (MIRA, ADA, JONAS, PRIYA, TOMAS, LENA, KOFI, YUSUF, SOFIA)
# Mails and tasks of the story have these in their links.
_WORKSPACE = "1201"
_PROJECTS = {"halden": "1202"}
_TASKS = {("halden", "price-sheet"): "1207740021"}


def user(person: Person) -> str:
    return gid("story user", person.address)


def tag(name: str) -> str:
    """Return what stands in a text for a person by name, or for a task by its id."""
    return f'<a data-asana-gid="{name}"/>'


def named(person: Person) -> str:
    """Return what stands in a text where somebody is mentioned."""
    return tag(user(person))


def anchor(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def task_gid(project: str, key: str) -> str:
    return _TASKS.get((project, key)) or gid("story task", project, key)


def address(project: str, key: str) -> str:
    return f"https://app.asana.com/1/{_WORKSPACE}/task/{task_gid(project, key)}"


NORTHWIND = Workspace(_WORKSPACE, "Northwind", tuple(user(one) for one in PEOPLE), is_paid=True)


def members() -> list[Member]:
    return [Member(user(one), one.name, one.address, one is MIRA) for one in PEOPLE]


def linked(by: Person, at: datetime, name: str, url: str, host: str = "external") -> Attachment:
    return Attachment(user(by), at, name, url, host)


class Sheet:
    """One project while it is being filled; without a name, tasks of no project.

    Args:
        lanes: key and name of each section.
    """

    def __init__(
        self,
        key: str,
        name: str = "",
        owner: Person = MIRA,
        lanes: Sequence[tuple[str, str]] = (),
        *,
        people: Sequence[Person] = (),
        is_public: bool = True,
        favored: bool = False,
        color: str | None = None,
    ) -> None:
        self.key = key
        self.gid = _PROJECTS.get(key) or gid("story project", key)
        self.tasks: list[Task] = []
        self._lanes = {lane: gid("story section", key, lane) for lane, _ in lanes}
        self.project = Project(
            self.gid,
            name,
            _WORKSPACE,
            user(owner),
            tuple(user(one) for one in people),
            tuple(Section(self._lanes[lane], title) for lane, title in lanes),
            is_public,
            color=color,
            favored_by=frozenset({user(MIRA)}) if favored else frozenset(),
        )

    def section(self, lane: str) -> str:
        return self._lanes[lane]

    def put(
        self,
        key: str,
        lane: str,
        name: str,
        by: Person,
        at: datetime,
        *,
        html: str = "",
        to: Person | None = None,
        mine: str = "",
        following: Sequence[Person] = (),
        due: date | datetime | None = None,
        start: date | None = None,
        done: datetime | None = None,
        kind: Subtype = "default_task",
        approval: str | None = None,
        said: Sequence[tuple[Person, datetime, str]] = (),
        kept: Sequence[Attachment] = (),
        below: Sequence[tuple[str, Person | None, datetime | None]] = (),
        priority: str = "",
        liked: Sequence[Person] = (),
        tags: Sequence[str] = (),
    ) -> None:
        """Put a task into the project.

        Args:
            lane: key of its section; "" where the sheet is no project.
            mine: name of the section of its assignee's own list.
            below: name of each subtask, whose it is, and when it was done.
        """
        is_hour = isinstance(due, datetime)
        inner = tuple(
            Task(
                gid("story task", self.key, key, words),
                words,
                _WORKSPACE,
                user(by),
                at,
                assignee=user(one) if one else "",
                completed_at=when,
                completed_by=user(one or by) if when else "",
            )
            for words, one, when in below
        )
        self.tasks.append(
            Task(
                task_gid(self.key, key),
                name,
                _WORKSPACE,
                user(by),
                at,
                html,
                user(to) if to else "",
                lane=mine,
                places=((self.gid, self._lanes[lane]),) if lane else (),
                followers=tuple(user(one) for one in following),
                due_on=None if is_hour else due,
                due_at=due if isinstance(due, datetime) else None,
                start_on=start,
                completed_at=done,
                completed_by=user(to or by) if done else "",
                subtype=kind,
                approval=approval,
                comments=tuple(Comment(user(one), when, words) for one, when, words in said),
                attachments=tuple(kept),
                subtasks=inner,
                values=(Value(gid("field", "priority"), "Priority", priority),) if priority else (),
                liked_by=tuple(user(one) for one in liked),
                tags=tuple(tags),
            )
        )
