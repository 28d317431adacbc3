"""One action of each way in which Trello is changed, and what others do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.items import Item, Kind
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.trello.crew import Crew
from tests.providers.trello.plan import (
    ANN,
    BLUE,
    BOOKS,
    CY,
    DEE,
    DOING,
    DUE,
    DUST,
    FLYER,
    GLUE,
    IDEAS,
    OVER,
    PAGE,
    PAPER,
    PLANS,
    POSTER,
    PRESS,
    PRINTED,
    TODO,
    ago,
)


class Doer:
    """Makes actions of Ann's, aimed as the desk does it."""

    def __init__(self, bench: Bench, mirror: Mirror) -> None:
        self.bench, self.mirror, self.crew = bench, mirror, Crew(bench)

    def action(self, name: str, card: str, **given: Any) -> Action:
        held = self.mirror.items.get(card)
        version = held.version if held is not None else ""
        target = Target(kind=Kind.TASK, key=card, version=version)
        return self.bench.action(name, target, Arguments(**given))

    def step(self, card: str, number: int) -> str:
        task = self.mirror.items[card].task
        assert task is not None
        return task.steps[number].key

    def act(self, name: str, card: str, path: str, done: Callable[[], int], **given: Any) -> Act:
        def effects() -> int:
            # Each look draws on what may be asked within ten seconds.
            self.bench.clock.pass_by(seconds=10)
            return int(done())

        return Act(self.action(name, card, **given), path, effects)


def acts(bench: Bench, mirror: Mirror) -> list[Act]:
    do = Doer(bench, mirror)
    act, crew = do.act, do.crew
    blob = bench.files.add("Grüße.txt", "text/plain", b"Hello")

    def attached() -> int:
        files = crew.card(PAGE).attachments.values()
        return sum(one.content == b"Hello" and one.name == "Grüße.txt" for one in files)

    def told(step: int) -> bool:
        steps = [s for one in crew.card(PAGE).checklists.values() for s in one.steps.values()]
        return steps[step].done

    def added() -> int:
        lists = crew.card(PAGE).checklists.values()
        return sum(step.name == "And you" for one in lists for step in one.steps.values())

    put = "PUT/trello/1/cards"
    return [
        act("complete", GLUE, put, lambda: crew.card(GLUE).due_complete),
        act("comment", PAGE, "/actions/comments", lambda: crew.texts(PAGE).count("On it **now**"),
            text="On it **now**"),
        act("check", PAGE, put, lambda: told(0), entry=do.step(PAGE, 0)),
        act("subtask", PAGE, "/checkItems", added, text="And you"),
        act("rename", POSTER, put, lambda: crew.card(POSTER).name == "A2", text="A2"),
        act("describe", POSTER, put, lambda: crew.card(POSTER).desc == "*New*", text="*New*"),
        act("due", PAGE, put, lambda: crew.card(PAGE).due == DUE + ago(days=1),
            at=DUE + ago(days=1)),
        act("move", PAGE, put, lambda: crew.card(PAGE).lane == DOING, to=(DOING,)),
        act("assign", PAGE, "/idMembers", lambda: crew.card(PAGE).members.count(CY), to=(CY,)),
        act("label", PAGE, "/idLabels", lambda: crew.card(PAGE).labels.count(BLUE), to=("blue",)),
        act("attach", PAGE, "/attachments", attached, files=(blob,)),
        act("archive", GLUE, put, lambda: crew.card(GLUE).closed),
        act("read", GLUE, "/markAssociated", lambda: not crew.unread(ANN, GLUE)),
        act("task", "", "POST/trello/1/cards", lambda: len(crew.named("Buy ink")),
            subject="Buy ink", text="Blue", place=TODO),
    ]  # fmt: skip


# --- meanwhile ------------------------------------------------------------------------------------


def closed(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew

    def nothing() -> int:
        return 0

    def fill() -> None:
        crew.board(PRESS).full.add("comments")

    return [
        Met(do.action("move", PAGE, to=(OVER,)), nothing,
            lambda: crew.card(PAGE).lane == OVER, "closed"),
        Met(do.action("task", "", text="New", place=OVER), nothing,
            lambda: len(crew.named("New")), "closed"),
        # Ann only looks at that board.
        Met(do.action("complete", DUST), nothing, lambda: crew.card(DUST).due_complete,
            "not-a-member"),
        Met(do.action("comment", POSTER, text="Full"), fill,
            lambda: crew.texts(POSTER).count("Full"), "too-many"),
        Met(do.action("assign", PAGE, to=(DEE,)), nothing,
            lambda: DEE in crew.card(PAGE).members, "not-a-member"),
    ]  # fmt: skip


def overtaken(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew
    return [
        Met(do.action("describe", PAGE, text="Mine"), lambda: crew.change(PAGE, desc="Theirs"),
            lambda: crew.card(PAGE).desc == "Mine"),
        Met(do.action("rename", GLUE, text="Mine"), lambda: crew.change(GLUE, name="Theirs"),
            lambda: crew.card(GLUE).name == "Mine"),
        Met(do.action("due", POSTER, at=DUE),
            lambda: crew.change(POSTER, due="2026-12-24T12:00:00.000Z"),
            lambda: crew.card(POSTER).due == DUE),
    ]  # fmt: skip


def vanished(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew

    def delete(card: str) -> Callable[[], object]:
        return lambda: crew.call("DELETE", f"/cards/{card}")

    step = do.step(PAGE, 0)

    def nothing() -> int:
        return 0

    def done() -> int:
        lists = crew.card(PAGE).checklists.values()
        return sum(one.done for each in lists for one in each.steps.values()) - 1

    return [
        Met(do.action("complete", GLUE), delete(GLUE), nothing, "gone"),
        Met(do.action("comment", PAPER, text="Hm"), delete(PAPER), nothing, "gone"),
        Met(do.action("check", PAGE, entry=step),
            lambda: crew.call("DELETE", f"/cards/{PAGE}/checkItem/{step}"), done, "gone"),
    ]  # fmt: skip


def answered(bench: Bench, mirror: Mirror) -> list[Met]:
    do = Doer(bench, mirror)
    crew = do.crew
    return [
        Met(do.action("comment", PAGE, text="Fine"), lambda: crew.change(PAGE, desc="Otherwise"),
            lambda: crew.texts(PAGE).count("Fine")),
    ]  # fmt: skip


def moved(bench: Bench, mirror: Mirror) -> list[Moved]:
    crew = Crew(bench)

    def lies_in(key: str) -> Callable[[Item], bool]:
        return lambda item: key in item.places and item.task is not None

    def is_archived(item: Item) -> bool:
        return not item.in_pane and "restore" in item.actions

    return [
        Moved("Page 12", lambda: crew.change(PAGE, idList=DOING), lies_in(DOING)),
        Moved("Glue", lambda: crew.change(GLUE, idBoard=PRESS, idList=PRINTED), lies_in(PRESS)),
        Moved("Flyer", lambda: crew.change(FLYER, idList=PRINTED), lies_in(PRINTED)),
        Moved("Poster", lambda: crew.change(POSTER, name="A2"), lies_in(IDEAS), titled="A2"),
    ]


# --- costs ----------------------------------------------------------------------------------------


def costs(bench: Bench, mirror: Mirror) -> list[Cost]:
    crew = Crew(bench)
    board = f"board:{PRESS}"
    daily = "Labels and people are asked for once a day"
    return [
        Cost("boards", 1, 1, lambda: crew.call("PUT", f"/boards/{PRESS}", name="Prints")),
        # In one batch: own cards, boards, what is unread; then boards that moved, then the card.
        Cost("cards", 1, 3, lambda: crew.say(PAGE, "One"), parts=3 + 1 + 2),
        Cost("board:", 1, 2, lambda: crew.change(BOOKS, name="Book"), parts=2 + 2, key=board),
        Cost("people", 0, 0, daily),
    ]


__all__ = ["PLANS", "Doer", "acts", "answered", "closed", "costs", "moved", "overtaken", "vanished"]
