"""Microsoft To Do as it is read, and what is done to its tasks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from loopdesk.core.errors import CursorExpired, Rejected, ServiceDown
from loopdesk.core.items import Kind, Link, Step
from loopdesk.core.places import Place
from loopdesk.providers.microsoft.convert_times import nearest_day
from loopdesk.providers.microsoft.wire_calendar import When
from tests.providers.bench import MemorySteps, Mirror
from tests.providers.microsoft.week import (
    ZONE,
    act,
    asked,
    do,
    expected,
    held_task,
    new,
    shown,
    titled,
    todo_of,
    week,
)
from tests.sandbox.tiny_microsoft import ANN


def streams_of(mirror: Mirror) -> list[str]:
    return [key for key in mirror.streams if key.startswith("todo")]


# --- reading --------------------------------------------------------------------------------------


def test_all_lists_and_tasks_come_and_then_nothing(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        assert mirror.held == {key for key in expected(bench) if "/" in key}
        again = mirror.pull()
        assert not any(page.items or page.gone or page.listing for page in again)
        # One for the lists and one for each list; what mirrors flagged mail is not there.
        assert len(asked(bench)) == len(streams_of(mirror)) == 3


def test_lists_are_places_and_come_and_go(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        (first,) = [page for page in mirror.pages if page.places]
        home = next(each for each in first.places if each.name == "Home")
        assert [each.name for each in first.places] == ["Tasks", "Home"]
        assert [each.default for each in first.places] == [True, False]
        store = todo_of(bench).stores[ANN]
        store.rename_list(store.lists[home.key], "House")
        store.add_list("extra", "Extra")
        mirror.pull()
        (page,) = [page for page in mirror.pages[-5:] if page.places]
        assert [each.name for each in page.places] == ["Tasks", "House", "Extra"]
        store.remove_list(store.lists[home.key])
        mirror.pull()
        assert f"todo:{home.key}" not in mirror.offered
        assert Place(home.key, "list", "House") not in mirror.pages[-1].places


def test_a_task_has_its_day_its_steps_and_its_links(tmp_path: Path) -> None:
    with week(tmp_path, "tasks", "calendar") as (_, mirror):
        figures, offer = titled(mirror, "Send figures"), titled(mirror, "Offer")
        assert (figures.on, figures.starred) == (date(2026, 11, 27), True)
        assert figures.task is not None
        assert figures.task.due_on == date(2026, 11, 27)
        assert offer.task is not None
        assert [(each.title, each.done) for each in offer.task.steps] == [
            ("Ask Bo", True),
            ("Write it", False),
        ]
        (entry,) = mirror.of(offer.key)
        assert entry.links == (Link("The mail", "https://outlook.office365.com/owa/?ItemID=x"),)
        assert offer.actions == (
            *("complete", "rename", "describe", "due", "check", "uncheck", "subtask", "delete"),
        )
        (tea,) = mirror.of(titled(mirror, "Tea").key)
        assert tea.text == "Green"
        bread = titled(mirror, "Bread")
        assert bread.task is not None
        assert (bread.task.done, bread.in_pane, bread.actions[0]) == (True, False, "reopen")


@pytest.mark.parametrize(
    ("time", "zone", "day"),
    [
        ("2026-11-24T23:00:00.0000000", ZONE, "2026-11-25"),
        ("2026-11-24T23:00:00.0000000", "", "2026-11-25"),
        ("2026-11-25T08:00:00.0000000", "Pacific Standard Time", "2026-11-25"),
        ("2026-11-25T08:00:00.0000000", "", "2026-11-25"),
        ("2026-11-24T11:00:00.0000000", "New Zealand Standard Time", "2026-11-25"),
        ("2026-11-25T00:00:00.0000000", "", "2026-11-25"),
    ],
)
def test_a_day_is_the_persons_wherever_it_is_midnight(time: str, zone: str, day: str) -> None:
    assert nearest_day(When(time, "UTC"), zone, "") == date.fromisoformat(day)


@pytest.mark.parametrize("bare", [False, True])
def test_a_change_costs_one_request_or_two(tmp_path: Path, bare: bool) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        todo_of(bench).bare_delta = bare
        action = act(bench, mirror, "rename", "Tea", text="Green tea")
        receipt = do(bench, action)
        asked(bench)
        found = shown(mirror, receipt)
        assert [each.title for each in found.values()] == ["Green tea"]
        assert len(asked(bench)) == (2 if bare else 1)


def test_a_delta_without_steps_is_asked_for_them(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        whole = dict(mirror.items)
        todo_of(bench).bare_delta = True
        again = Mirror(bench)
        again.pull()
        assert again.items == whole
        assert not any(page.more for page in again.pages)


def test_a_lost_cursor_is_told(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        bench.sandbox.expire_cursors()
        for key in streams_of(mirror):
            with pytest.raises(CursorExpired):
                mirror.step(mirror.streams[key])
            mirror.cursors[key] = None
        mirror.pull()
        assert mirror.held == {key for key in expected(bench) if "/" in key}


# --- acting ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title", "given"),
    [
        ("complete", "Tea", {}),
        ("reopen", "Bread", {}),
        ("rename", "Tea", {"text": "Green tea"}),
        ("describe", "Tea", {"text": "Not too hot\nplease"}),
        ("due", "Tea", {"on": date(2026, 12, 1)}),
        ("due", "Send figures", {}),
        ("check", "Offer", {"entry": 1}),
        ("uncheck", "Offer", {"entry": 0}),
        ("subtask", "Offer", {"text": "Send it"}),
        ("delete", "Tea", {}),
    ],
)
def test_what_is_done_is_done_once_and_found_again(
    tmp_path: Path, name: str, title: str, given: dict[str, object]
) -> None:
    with week(tmp_path, "tasks", "calendar") as (bench, mirror):
        if "entry" in given:
            task = titled(mirror, title).task
            assert task is not None
            given = {"entry": task.steps[int(str(given["entry"]))].key}
        action, steps = act(bench, mirror, name, title, **given), MemorySteps()
        assert bench.adapter.find(action, steps) is None
        verb = {"delete": "DELETE", "subtask": "POST"}.get(name, "PATCH")
        bench.sandbox.set_faults(f"500-after@{verb}/microsoft*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        bench.restart()
        receipt = bench.adapter.find(action, steps)
        assert receipt is not None
        found = shown(mirror, receipt)
        if name == "delete":
            assert action.target.key not in mirror.held
            return
        item = found[action.target.key]
        assert item.task is not None
        steps_now = [(each.title, each.done) for each in item.task.steps]
        wanted = {
            "complete": item.task.done and item.task.done_at is not None and not item.in_pane,
            "reopen": not item.task.done and item.in_pane,
            "rename": item.title == "Green tea",
            "describe": [e.text for e in mirror.of(item.key)] == ["Not too hot\nplease"],
            "due": item.task.due_on == given.get("on"),
            "check": steps_now == [("Ask Bo", True), ("Write it", True)],
            "uncheck": steps_now == [("Ask Bo", False), ("Write it", False)],
            "subtask": steps_now[2:] == [("Send it", False)],
        }
        assert wanted[name]


def test_a_task_is_made_once_whatever_its_answer(tmp_path: Path) -> None:
    with week(tmp_path, "tasks", "calendar") as (bench, mirror):
        action = new(
            bench, "task", Kind.TASK, subject="Ask  Bo", text="About it", on=date(2026, 12, 1)
        )
        steps = MemorySteps()
        assert bench.adapter.find(action, steps) is None
        bench.sandbox.set_faults("503-after@POST/microsoft*1")
        with pytest.raises(ServiceDown):
            bench.adapter.perform(action, steps)
        bench.restart()
        receipt = bench.adapter.find(action, steps)
        assert receipt is not None
        made = shown(mirror, receipt)[receipt.facts["key"]]
        assert (made.title, made.on) == ("Ask Bo", date(2026, 12, 1))
        (entry,) = mirror.of(made.key)
        assert (entry.text, entry.links) == ("About it", ())  # our mark is no link of theirs
        assert bench.adapter.find(new(bench, "task", Kind.TASK, text="Ask Bo"), steps) is None


def test_a_task_goes_into_the_list_that_was_chosen(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        home = next(key for key in mirror.streams if key.startswith("todo:"))[5:]
        receipt = do(bench, new(bench, "task", Kind.TASK, text="Bins", place=home))
        assert receipt.streams == (f"todo:{home}",)
        assert receipt.facts["key"] in shown(mirror, receipt)


def test_one_that_recurs_makes_the_next(tmp_path: Path) -> None:
    day = {"dateTime": "2026-11-25T00:00:00", "timeZone": ZONE}
    pattern = {"type": "daily", "interval": 1}
    span = {"type": "noEnd", "startDate": "2026-11-25"}
    task = {
        "id": "water",
        "title": "Water",
        "dueDateTime": day,
        "recurrence": {"pattern": pattern, "range": span},
    }
    lists = [{"id": "m", "displayName": "T", "wellknownListName": "defaultList", "tasks": [task]}]
    with week(tmp_path, "tasks", "calendar", lists=lists) as (bench, mirror):
        found = shown(mirror, do(bench, act(bench, mirror, "complete", "Water")))
        days = sorted((i.on, i.task.done) for i in found.values() if i.task and i.on)
        assert days == [(date(2026, 11, 25), True), (date(2026, 11, 26), False)]


def test_a_step_said_twice_is_there_twice(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        for _ in range(2):
            action, steps = act(bench, mirror, "subtask", "Tea", text="Boil"), MemorySteps()
            bench.sandbox.set_faults("503@POST/microsoft*1")
            with pytest.raises(ServiceDown):
                bench.adapter.perform(action, steps)
            assert bench.adapter.find(action, steps) is None
            bench.adapter.perform(action, steps)
            assert bench.adapter.find(action, steps) is not None
        assert [each["displayName"] for each in held_task(bench, "Tea").steps] == ["Boil", "Boil"]
        mirror.pull()
        task = titled(mirror, "Tea").task
        assert task is not None
        assert [type(each) for each in task.steps] == [Step, Step]


def test_a_task_is_due_on_a_day(tmp_path: Path) -> None:
    with week(tmp_path, "tasks") as (bench, mirror):
        action = act(bench, mirror, "due", "Tea", at=bench.clock.now())
        with pytest.raises(Rejected, match="dayNeeded"):
            do(bench, action)
