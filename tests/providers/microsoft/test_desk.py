"""Meetings, tasks and files at Microsoft from the person's desk to the service and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.actions import Arguments, State
from loopdesk.core.items import Answer
from loopdesk.core.rows import Row
from tests.providers.bench import NOW, Bench
from tests.providers.google.served import Served
from tests.providers.microsoft.week import calendar_of, held_file, held_task, week
from tests.sandbox.tiny_microsoft import BO, CLEO


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with week(tmp_path, "calendar", "tasks", "files") as (found, _):
        yield found


@pytest.fixture
def served(bench: Bench, tmp_path: Path) -> Served:
    served = Served(bench, tmp_path / "profile")
    served.pull()
    return served


def row(served: Served, title: str) -> Row:
    return next(each for each in served.desk.top().rows if each.title == title)


def do(served: Served, name: str, title: str, arguments: Arguments) -> State:
    """Do it, deliver it, and let time pass until all of it was pulled; return how it stands."""
    action = served.desk.do(name, row(served, title).id, arguments)
    served.deliver(action.id)
    served.google.clock.pass_by(minutes=15)
    served.pull()
    return next(each.state for each in served.desk.activity(50) if each.id == action.id)


def test_an_invitation_is_answered_and_a_meeting_moved(bench: Bench, served: Served) -> None:
    assert row(served, "Asked1").meeting is not None
    assert do(served, "accept", "Asked1", Arguments(text="Gladly")) is State.SENT
    asked = row(served, "Asked1").meeting
    assert asked is not None
    assert asked.answer is Answer.ACCEPTED
    at = NOW + timedelta(days=2, hours=3)
    assert do(served, "reschedule", "Called1", Arguments(at=at)) is State.SENT
    assert row(served, "Called1").at == at
    told = [(each["to"], each["kind"]) for each in calendar_of(bench).meetings.notices]
    assert told == [(CLEO, "accepted"), (BO, "request"), (CLEO, "request")]


def test_a_step_is_ticked_off_and_another_added(bench: Bench, served: Served) -> None:
    task = row(served, "Offer").task
    assert task is not None
    step = task.steps[1].key
    assert do(served, "check", "Offer", Arguments(entry=step)) is State.SENT
    assert do(served, "subtask", "Offer", Arguments(text="Send it")) is State.SENT
    task = row(served, "Offer").task
    assert task is not None
    assert [(each.title, each.done) for each in task.steps] == [
        ("Ask Bo", True),
        ("Write it", True),
        ("Send it", False),
    ]
    assert do(served, "complete", "Offer", Arguments()) is State.SENT
    assert held_task(bench, "Offer").is_done
    assert "Offer" not in {each.title for each in served.desk.top().rows}


def test_a_file_is_shared_and_another_named(bench: Bench, served: Served) -> None:
    assert do(served, "share", "Note0.txt", Arguments(to=(BO,))) is State.SENT
    file = row(served, "Note0.txt").file
    assert file is not None
    assert {each.who.address for each in file.shares} >= {BO}
    assert do(served, "rename", "Note1.txt", Arguments(text="Notes.txt")) is State.SENT
    assert held_file(bench, "Notes.txt").name == row(served, "Notes.txt").title
