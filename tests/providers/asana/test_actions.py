"""What is done to tasks: what is looked at first, what is written, how it is found again."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.errors import Conflict, Rejected, ServiceDown
from loopdesk.core.items import Kind
from tests.providers.asana.acts import Doer
from tests.providers.asana.crew import Crew
from tests.providers.asana.plan import (
    ANN,
    BO,
    COVER,
    DOING,
    DUE,
    GLUE,
    HOUSE,
    INK,
    LUMEN,
    OFFER,
    PAPER,
    PLANS,
    PRESS,
    STEP,
    TODO,
)
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror


@pytest.fixture
def do(asana: Bench, mirror: Mirror) -> Doer:
    return Doer(asana, mirror)


def writes(asana: Bench, since: int = 0) -> list[tuple[str, Any]]:
    """Return what was written since so many calls: where, and the data."""
    return [
        (
            f"{request.method} {urlsplit(str(request.url)).path.removeprefix('/api/1.0')}",
            json.loads(request.body or b"{}").get("data"),
        )
        for request, _, _ in asana.wire.passed[since:]
        if request.method != "GET" and "/api/" in str(request.url)
    ]


def test_what_is_so_already_is_not_written(asana: Bench, do: Doer) -> None:
    for name, task, given in (
        ("rename", GLUE, {"text": " Glue "}),
        ("describe", INK, {"text": "Blue"}),
        ("due", INK, {"at": DUE}),
        ("due", OFFER, {"on": NOW.date()}),
        ("reopen", GLUE, {}),
        ("unlike", GLUE, {}),
        ("assign", GLUE, {"to": ("me",)}),
        ("move", GLUE, {"to": (TODO,)}),
    ):
        action = do.action(name, task, **given)
        receipt = asana.adapter.perform(action, MemorySteps())
        assert receipt == asana.adapter.find(action, MemorySteps()), name
        assert receipt is not None, name
    assert writes(asana) == []


def test_only_what_changes_is_written(asana: Bench, do: Doer) -> None:
    for name, task, given, body in (
        ("complete", GLUE, {}, {"completed": True}),
        ("like", GLUE, {}, {"liked": True}),
        ("rename", GLUE, {"text": "A\nB"}, {"name": "A B"}),
        ("describe", GLUE, {"text": "x < y"}, {"html_notes": "<body>x &lt; y</body>"}),
        ("due", GLUE, {"at": DUE}, {"due_at": "2026-12-01T09:00:00.000Z"}),
        ("due", GLUE, {}, {"due_on": None}),
        ("assign", GLUE, {"to": ("Bo Berg",)}, {"assignee": BO}),
        ("unassign", GLUE, {}, {"assignee": None}),
    ):
        since = len(asana.wire.passed)
        asana.adapter.perform(do.action(name, task, **given), MemorySteps())
        assert writes(asana, since) == [(f"PUT /tasks/{task}", body)], name


def test_an_edit_that_nobody_overtook_may_be_followed_and_taken_back(
    asana: Bench, mirror: Mirror, do: Doer, crew: Crew
) -> None:
    before = do.action("rename", INK, text="One")
    receipt = asana.adapter.perform(before, MemorySteps())
    assert receipt is not None
    # A second one was aimed before the first came back.
    asana.adapter.perform(do.action("rename", INK, text="Two"), MemorySteps())
    assert crew.task(INK).name == "Two"
    # In another process nobody knows that the second was one's own.
    asana.restart()
    target = Target(kind=Kind.TASK, key=INK, version=str(receipt.facts["version"]))
    with pytest.raises(Conflict):
        asana.adapter.perform(asana.action("rename", target, Arguments(text="?")), MemorySteps())


def test_what_reads_otherwise_but_is_not_overtaken_is_written(
    asana: Bench, do: Doer, crew: Crew
) -> None:
    """Another field than the one that is edited may change meanwhile."""
    action = do.action("rename", INK, text="Ink")
    crew.change(INK, notes="Theirs", due_on="2026-12-24")
    asana.adapter.perform(action, MemorySteps())
    assert crew.task(INK).name == "Ink"


def test_a_task_goes_where_it_belongs(asana: Bench, do: Doer, crew: Crew) -> None:
    space = asana.sandbox.asana.space
    lane = space.own_list(ANN, LUMEN).sections[2]
    asana.adapter.perform(do.action("move", OFFER, to=(PRESS,)), MemorySteps())
    assert {*crew.task(OFFER).places} == {PLANS, PRESS}
    asana.adapter.perform(do.action("move", OFFER, to=(lane,)), MemorySteps())
    assert crew.task(OFFER).lane == lane
    with pytest.raises(Rejected):
        asana.adapter.perform(do.action("move", COVER, to=("12",)), MemorySteps())


@pytest.mark.parametrize(
    ("place", "places", "workspace"),
    [
        ("", {}, LUMEN),
        (HOUSE, {}, HOUSE),
        (PLANS, {PLANS: TODO}, LUMEN),
        (DOING, {PLANS: DOING}, LUMEN),
    ],
)
def test_a_new_task_is_made_where_it_was_meant(
    asana: Bench, do: Doer, crew: Crew, place: str, places: dict[str, str], workspace: str
) -> None:
    action = do.action("task", "", subject="Buy ink", text="a & b", place=place, on=NOW.date())
    receipt = asana.adapter.perform(action, MemorySteps())
    (made,) = crew.named("Buy ink")
    assert (made.places, made.workspace, made.assignee) == (places, workspace, ANN)
    assert (made.html, made.due_on) == ("<body>a &amp; b</body>", NOW.date())
    assert made.external == {"gid": action.id}
    assert receipt is not None
    assert receipt.facts["key"] == made.gid
    assert asana.adapter.find(action, MemorySteps()) == receipt


def test_a_second_try_makes_no_second_task(asana: Bench, do: Doer, crew: Crew) -> None:
    action = do.action("subtask", OFFER, text="And you")
    asana.sandbox.set_faults("500-after@/subtasks*1")
    with pytest.raises(ServiceDown):
        asana.adapter.perform(action, MemorySteps())
    # Even if nobody had asked first: Asana refuses an id that is taken.
    receipt = asana.adapter.perform(action, MemorySteps())
    (made,) = crew.named("And you")
    assert made.parent == OFFER
    assert receipt is not None
    assert receipt.facts["key"] == made.gid


def test_a_comment_is_told_from_one_of_the_same_words(asana: Bench, do: Doer, crew: Crew) -> None:
    crew.say(OFFER, "Yes", who=ANN)
    action, steps = do.action("comment", OFFER, text="Yes"), MemorySteps()
    assert asana.adapter.find(action, steps) is None
    asana.sandbox.set_faults("500-after@POST/asana/api/1.0/tasks*1")
    with pytest.raises(ServiceDown):
        asana.adapter.perform(action, steps)
    crew.say(OFFER, "Yes", who=BO)
    asana.restart()
    receipt = asana.adapter.find(action, steps)
    assert receipt is not None
    ours = crew.said(OFFER)[-2]
    assert (receipt.facts["message"], ours.by) == (ours.gid, ANN)
    assert crew.texts(OFFER).count("Yes") == 3


def test_a_comment_names_people_by_their_id(asana: Bench, do: Doer, crew: Crew) -> None:
    given = {"text": "Thanks @Bo Berg", "mentions": (("@Bo Berg", BO),)}
    action, steps = do.action("comment", PAPER, **given), MemorySteps()
    receipt = asana.adapter.perform(action, steps)
    assert f'data-asana-gid="{BO}"' in crew.said(PAPER)[-1].html
    assert asana.adapter.find(action, steps) == receipt


def test_a_change_of_a_subtask_shows_with_its_task(
    asana: Bench, mirror: Mirror, do: Doer, crew: Crew
) -> None:
    receipt = asana.adapter.perform(do.action("complete", STEP), MemorySteps())
    assert receipt is not None
    assert receipt.streams == (f"mine:{LUMEN}",)
    while mirror.step(mirror.streams[receipt.streams[0]]).more:
        pass
    task = mirror.items[STEP].task
    assert task is not None
    assert task.done


def test_several_files_go_one_by_one(asana: Bench, do: Doer, crew: Crew) -> None:
    files = tuple(asana.files.add(f"{n}.txt", "text/plain", b"%d" % n) for n in range(2))
    action, steps = do.action("attach", GLUE, files=files), MemorySteps()
    assert asana.adapter.perform(action, steps) is None
    asana.restart()
    assert asana.adapter.find(action, steps) is None
    assert asana.adapter.perform(action, steps) is not None
    assert crew.files(GLUE) == [("0.txt", b"0"), ("1.txt", b"1")]
