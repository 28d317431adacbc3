"""Asana in a run: Ann's tasks in a workspace that she shares with Bo, paid for or not, with an app
that has full permissions or none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.actions import State as Standing
from loopdesk.core.clients import Client
from loopdesk.core.items import Kind, ServiceKey, item_id
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.providers.asana import PROVIDER
from loopdesk.sandbox.asana import oauth
from loopdesk.sandbox.asana_world import (
    AsanaWorld,
    Comment,
    Person,
    Project,
    Section,
    Task,
    TaskDone,
    Workspace,
    gid,
)
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox import tiny_asana
from tests.simulation.seams import START
from tests.simulation.service import BrokenError, Service, Sight, State, counted
from tests.simulation.sides import expect, nothing_left, said, taken

_ANN, _BO, _CY = tiny_asana.ANN, tiny_asana.BO, tiny_asana.CY
_LUMEN, _PLANS = tiny_asana.LUMEN, tiny_asana.PLANS
_TODO, _DOING = tiny_asana.TODO, tiny_asana.DOING
_TASKS = tuple(gid(f"sim{number}") for number in range(6))
_OTHERS = _TASKS[5]


@dataclass
class Asana(Service):
    provider = PROVIDER
    client = Client(oauth.CLIENT_ID, oauth.CLIENT_SECRET)
    makes = ("task",)
    faults = (
        "drop@POST/tasks*2",
        "503-after@POST/tasks*2,drop@PUT/tasks*2",
        "drop@/stories*2,503-after@/attachments*2",
        "429=9@/batch%30",
        "drop@/oauth_token*1,500-after@/oauth_token*1",
    )
    lists = (_TODO, _DOING)
    calm_s = 1200.0
    _now: Callable[[], datetime] = field(init=False)
    _is_full: bool = field(default=False, init=False)

    # --- what there is ----------------------------------------------------------------------------

    def put_into(self, world: World) -> None:
        world.asana = _world()

    def begin(self, sandbox: Sandbox, lots: Random) -> None:
        space = sandbox.asana.space
        space.workspaces[_LUMEN].is_paid = lots.random() < 0.5
        if lots.random() < 0.5:
            space.projects[_PLANS].favored_by.add(_ANN)
        self._is_full = sandbox.asana.oauth.is_full = lots.random() < 0.5

    @property
    def features(self) -> tuple[str, ...]:
        return (*PROVIDER.usual, "events") if self._is_full else PROVIDER.usual

    def meet(self, sandbox: Sandbox) -> None:
        self._now = sandbox.now

    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        tasks = [one.gid for one in sandbox.asana.space.tasks.values() if one.workspace == _LUMEN]
        task, by = lots.choice(tasks), lots.choice((_BO, _ANN))
        with suppress(LookupError):
            if lots.random() < 0.6:
                sandbox.asana.do(TaskDone(task, by, comment=f"Late news {name}"))
            elif lots.random() < 0.4:
                sandbox.asana.do(TaskDone(_OTHERS, _BO, completed=lots.random() < 0.8))
            else:
                sandbox.asana.do(TaskDone(task, by, assign=lots.choice((_ANN, _ANN, _BO))))

    def expire_cursors(self, sandbox: Sandbox) -> None:
        sandbox.asana.expire_cursors()

    # --- what the person does ---------------------------------------------------------------------

    def takes(self, row: Row, name: str) -> bool:
        # Of one task others say when it is done.
        theirs = item_id(self.account, Kind.TASK, ServiceKey(_OTHERS))
        return name not in ("complete", "reopen") or row.id != theirs

    def given(self, desk: Desk, row: Row, name: str, words: str, lots: Random) -> Arguments | None:
        match name:
            case "assign" | "unassign":
                return Arguments(to=(lots.choice((_ANN, _BO)),) if name == "assign" else ())
            case "due" if lots.random() < 0.5:
                return Arguments(at=self._now().replace(microsecond=0) + timedelta(hours=9))
            case "attach":
                blob = desk.files.attach(row.account, words, words.encode())
                return Arguments(files=(blob.id,))
        return None

    def made_with(self, name: str, words: str, lots: Random) -> Arguments | None:
        day = self._now().date() + timedelta(days=lots.randrange(9))
        return Arguments(text=words, on=day, place=lots.choice((*self.lists, "")))

    # --- what it came to --------------------------------------------------------------------------

    def words(self, state: State) -> Iterator[str]:
        for task in state["tasks"]:
            yield task["name"]
            yield from (one["text"] for one in task["comments"] if one["by"] == _ANN)

    def check(self, done: Sequence[Action], state: State) -> None:
        files = Counter(one["name"] for task in state["tasks"] for one in task["attachments"])
        twice = [name for name, times in files.items() if times > 1]
        if twice or files.total() != counted(done)["attach"]:
            raise BrokenError(f"{files.total()} files arrived, twice {twice}")

    def compare(self, sight: Sight, state: State) -> None:
        here = sight.rows[Kind.TASK]
        for task in state["tasks"]:
            if task["assignee"] == _ANN and not task["completed"] and not task["trashed"]:
                _compare_task(sight, taken(here, task["gid"], task["name"]), task)
            elif (row := here.pop(task["gid"], None)) is not None:
                assert row.task is not None
                facts = row.title, row.task.done
                expect("a task of others", facts, (task["name"], task["completed"]))
        nothing_left(here)


# --- its part of the world ------------------------------------------------------------------------


def _world() -> AsanaWorld:
    def task(number: int) -> Task:
        at = START - timedelta(hours=9 - number)
        return Task(
            _TASKS[number],
            f"Job {number}",
            _LUMEN,
            _BO if number else _ANN,
            at,
            f"About {number}",
            _ANN,
            places=((_PLANS, (_TODO, _DOING)[number % 2]),) if number else (),
            due_on=(START + timedelta(days=number - 1)).date() if number % 2 else None,
            comments=(Comment(_BO, at + timedelta(hours=1), "Any news?"),) if number > 3 else (),
        )

    return AsanaWorld(
        [
            Person(_ANN, "Ann Arber", "ann@lumen.example", signs_in=True),
            Person(_BO, "Bo Berg", "bo@lumen.example", signs_in=True),
            Person(_CY, "Cy Coe", "cy@lumen.example"),
        ],
        [Workspace(_LUMEN, "Lumen", (_ANN, _BO, _CY), is_paid=True)],
        [
            Project(
                _PLANS,
                "Plans",
                _LUMEN,
                _BO,
                sections=(Section(_TODO, "To do"), Section(_DOING, "Doing")),
            )
        ],
        tasks=[task(number) for number in range(len(_TASKS))],
    )


# --- both sides -----------------------------------------------------------------------------------


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told).astimezone(UTC) if told else None


def _held_in(task: Mapping[str, Any]) -> set[str]:
    return {place for pair in task["places"].items() for place in pair}


def _compare_task(sight: Sight, row: Row, task: Mapping[str, Any]) -> None:
    assert row.task is not None
    facts = (row.title, row.task.done, row.task.due_at, row.task.parent, row.task.liked)
    due_at, liked = _moment(task["due_at"]), _ANN in task["liked_by"]
    expect("a task", facts, (task["name"], task["completed"], due_at, task["parent"], liked))
    if due_at is None:
        expect(f"day of {row.title}", str(row.task.due_on or ""), task["due_on"] or "")
    expect(f"projects of {row.title}", row.places & {_PLANS, *Asana.lists}, _held_in(task))
    people = [each.id for each in row.task.assignees]
    expect(f"assigned: {row.title}", people, [task["assignee"]])
    shown = {
        key: one for key, one in said(sight, row).items() if one.pending is not Standing.REFUSED
    }
    about = shown.pop(task["gid"])
    files = [each.name for each in about.attachments]
    expect(f"files of {row.title}", files, [one["name"] for one in task["attachments"]])
    comments = {key: one.own for key, one in shown.items()}
    expect(f"said on {row.title}", comments, {one["gid"]: one["text"] for one in task["comments"]})
