"""One action of each way in which Asana is changed, and what others do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.items import Item, Kind
from tests.providers.asana.crew import Crew
from tests.providers.asana.plan import (
    ANN,
    ASKED,
    BILLS,
    BO,
    COVER,
    CY,
    DEE,
    DOING,
    DUE,
    GLUE,
    HOUSE,
    INK,
    LUMEN,
    OFFER,
    PAPER,
    PLANS,
    TODO,
)
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.conformance import Act
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost


class Doer:
    """Makes actions of Ann's, aimed as the desk does it."""

    def __init__(self, bench: Bench, mirror: Mirror) -> None:
        self.bench, self.mirror, self.crew = bench, mirror, Crew(bench)

    def action(self, name: str, task: str, **given: Any) -> Action:
        held = self.mirror.items.get(task)
        target = Target(kind=Kind.TASK, key=task, version=held.version if held else "")
        return self.bench.action(name, target, Arguments(**given))

    def act(self, name: str, task: str, path: str, done: Callable[[], int], **given: Any) -> Act:
        def effects() -> int:
            # Each look draws on what may be asked within a minute.
            self.bench.clock.pass_by(seconds=30)
            return int(done())

        return Act(self.action(name, task, **given), path, effects)


def acts(bench: Bench, mirror: Mirror) -> list[Act]:
    do = Doer(bench, mirror)
    act, crew = do.act, do.crew
    blob = bench.files.add("Grüße.txt", "text/plain", b"Hello")
    put = "PUT/asana/api/1.0/tasks"
    space = bench.sandbox.asana.space

    def lane() -> str:
        return space.own_list(ANN, LUMEN).sections[1]

    return [
        act("complete", GLUE, put, lambda: crew.task(GLUE).completed_at is not None),
        act("accept", ASKED, put, lambda: crew.task(ASKED).approval == "approved"),
        act("like", OFFER, put, lambda: ANN in crew.task(OFFER).liked_by),
        act("comment", OFFER, "/stories", lambda: crew.texts(OFFER).count("On it & now"),
            text="On it & now"),
        act("rename", INK, put, lambda: crew.task(INK).name == "Ink", text="Ink"),
        act("describe", INK, put, lambda: crew.task(INK).html == "<body>a &lt; b</body>",
            text="a < b"),
        act("due", INK, put, lambda: crew.task(INK).due_at is None,
            on=NOW.date()),
        act("move", OFFER, "/addTask", lambda: crew.task(OFFER).places == {PLANS: DOING},
            to=(DOING,)),
        act("move", INK, put, lambda: crew.task(INK).lane == lane(), to=(lane(),)),
        act("assign", BILLS[0], put, lambda: crew.task(BILLS[0]).assignee == CY,
            to=("cy@lumen.example",)),
        act("unassign", COVER, put, lambda: not crew.task(COVER).assignee),
        act("subtask", OFFER, "POST/asana/api/1.0/tasks", lambda: len(crew.named("And you")),
            text="And you"),
        act("attach", OFFER, "POST/asana/api/1.0/attachments",
            lambda: crew.files(OFFER).count(("Grüße.txt", b"Hello")), files=(blob,)),
        act("task", "", "POST/asana/api/1.0/tasks", lambda: len(crew.named("Buy ink")),
            subject="Buy ink", text="Blue", place=TODO),
    ]  # fmt: skip


# --- meanwhile ------------------------------------------------------------------------------------


def nothing() -> int:
    return 0


def closed(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    return [
        Met(do.action("assign", GLUE, to=(DEE,)), nothing,
            lambda: do.crew.task(GLUE).assignee == DEE, "not-a-member"),
        Met(do.action("describe", PAPER, text="Thin"), nothing,
            lambda: do.crew.task(PAPER).html == "<body>Thin</body>", "formatted"),
        Met(do.action("task", "", text="New", place="123"), nothing,
            lambda: len(do.crew.named("New")), "gone"),
    ]  # fmt: skip


def overtaken(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew
    return [
        Met(do.action("describe", INK, text="Mine"), lambda: crew.change(INK, notes="Theirs"),
            lambda: "Mine" in crew.task(INK).html),
        Met(do.action("rename", GLUE, text="Mine"), lambda: crew.change(GLUE, name="Theirs"),
            lambda: crew.task(GLUE).name == "Mine"),
        Met(do.action("due", OFFER, at=DUE), lambda: crew.change(OFFER, due_on="2026-12-24"),
            lambda: crew.task(OFFER).due_at == DUE),
    ]  # fmt: skip


def vanished(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew

    def delete(task: str) -> Callable[[], object]:
        def happens() -> None:
            crew.delete(task)
            bench.clock.pass_by(minutes=10)

        return happens

    return [
        Met(do.action("complete", GLUE), delete(GLUE), nothing, "gone"),
        Met(do.action("comment", PAPER, text="Hm"), delete(PAPER), nothing, "gone"),
        Met(do.action("subtask", COVER, text="Hm"), delete(COVER), nothing, "gone"),
    ]


def answered(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew
    return [
        Met(do.action("comment", OFFER, text="Fine"), lambda: crew.change(OFFER, notes="Else"),
            lambda: crew.texts(OFFER).count("Fine")),
    ]  # fmt: skip


def moved(bench: Bench, mirror: Mirror) -> list[Moved]:
    crew = Crew(bench)

    def move(task: str, section: str) -> None:
        crew.call("POST", f"/sections/{section}/addTask", task=task)
        bench.clock.pass_by(minutes=10)  # it does not count as modified

    def lies_in(key: str) -> Callable[[Item], bool]:
        return lambda item: key in item.places and item.task is not None

    return [
        Moved("Send offer", lambda: move(OFFER, DOING), lies_in(DOING)),
        Moved("Cover", lambda: crew.change(COVER, name="A2"), lies_in(DOING), titled="A2"),
        Moved("Glue", lambda: crew.change(GLUE, assignee=BO),
              lambda item: item.task is not None and not item.task.mine),
    ]  # fmt: skip


# --- costs ----------------------------------------------------------------------------------------


def costs(bench: Bench, mirror: Mirror) -> list[Cost]:
    crew = Crew(bench)

    def late() -> None:
        crew.say(PAPER, "Hm")
        bench.clock.pass_by(minutes=2)

    return [
        Cost("workspaces", 4, 4, "Nobody makes a project by a program here"),
        Cost(f"followed:{LUMEN}", 1, 4, late),
        # Who does not pay is told so once a day.
        Cost(f"followed:{HOUSE}", 0, 0, "Nothing is found there"),
        # What was modified; then what was said and attached.
        Cost("mine:", 1, 3, lambda: crew.say(GLUE, "One"), key=f"mine:{LUMEN}"),
        Cost("project:", 1, 3, lambda: crew.change(COVER, name="C"), key=f"project:{PLANS}"),
    ]
