"""A person works through their tasks and calls a meeting, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.program import Program, StandIn, connected

Json = dict[str, Any]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("tasks")) as found:
        yield found


def task(stand_in: StandIn, title: str) -> Json:
    """Return a task as Google has it, wherever it lies."""
    held = [each for each in stand_in.google["tasks"] if each.get("title") == title]
    found: Json
    (found,) = [each for each in held if not each["deleted"]]
    return found


def row(program: Program, title: str, kind: str = "task") -> Json:
    items = program.say("list", "--kind", kind, "--limit", "90")["items"]
    found: Json = next((item for item in items if item["title"] == title), {})
    return found


def test_a_task_is_done_and_written_and_moved_and_moved_back(
    both: tuple[Program, StandIn],
) -> None:
    program, stand_in = both
    account = program.say("accounts")["accounts"][0]["id"]
    notes = row(program, "Three lines about Daniel for Tomas")["id"]
    program.say("do", "complete", notes, "--wait")
    assert task(stand_in, "Three lines about Daniel for Tomas")["status"] == "completed"
    assert not row(program, "Three lines about Daniel for Tomas")

    made = program.say("do", "task", account, "--text", "Buy rolls", "--wait")
    assert row(program, "Buy rolls")["id"] == made["item"]
    assert task(stand_in, "Buy rolls")["listTitle"] == "My Tasks"

    price = row(program, "Price sheet")["id"]
    target = task(stand_in, "Release the proof for the press")["list"]
    program.say("do", "pin", price)
    moved = program.say("do", "move", price, "--to", target, "--wait")
    assert task(stand_in, "Price sheet")["list"] == target
    # It is the same row, pinned as before, although Google calls it something else now.
    shown = program.say("show", price)
    assert shown["task"]["list"] == target
    assert "unpin" in shown["actions"]
    program.say("do", "rename", price, "--text", "Price sheet, last one", "--wait")
    assert task(stand_in, "Price sheet, last one")["list"] == target

    back = program.say("undo", moved["action"])
    program.say("send-now", back["action"])
    assert task(stand_in, "Price sheet, last one")["listTitle"] == "Halden contract"
    program.say("sync")
    assert program.say("show", price)["task"]["list"] != target


def test_a_meeting_is_called_changed_and_called_off(both: tuple[Program, StandIn]) -> None:
    program, stand_in = both
    account = program.say("accounts")["accounts"][0]["id"]
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=4)
    made = program.say(
        *("do", "meet", account, "--subject", "Walk along the quay", "--at", begins.isoformat()),
        *("--to", "ada@northwind.test", "--location", "Quay 2"),
    )
    sent = program.say("send-now", made["action"])
    (event,) = [e for e in stand_in.google["events"] if e.get("summary") == "Walk along the quay"]
    assert event["id"] == sent["receipt"]["event"]
    assert event["location"] == "Quay 2"
    called = stand_in.google["notices"][-1]
    assert (called["what"], called["to"]) == ("invited", ["ada@northwind.test"])
    program.say("sync")
    an_hour_later = begins + timedelta(hours=1)
    later = program.say("do", "reschedule", made["item"], "--at", an_hour_later.isoformat())
    program.say("send-now", later["action"])
    (event,) = [e for e in stand_in.google["events"] if e.get("summary") == "Walk along the quay"]
    assert datetime.fromisoformat(event["start"]["dateTime"]) == an_hour_later
    assert stand_in.google["notices"][-1]["what"] == "updated"
    off = program.say("do", "cancel", made["item"])
    program.say("send-now", off["action"])
    assert stand_in.google["notices"][-1]["what"] == "cancelled"


def test_a_series_moves_and_moves_back(both: tuple[Program, StandIn]) -> None:
    program, stand_in = both

    def begins() -> str:
        events = stand_in.google["events"]
        (series,) = [e for e in events if e["summary"] == "Ada and Mira" and "recurrence" in e]
        return str(series["start"]["dateTime"])

    before, one = begins(), row(program, "Ada and Mira", "meeting")
    later = datetime.fromisoformat(one["at"]) + timedelta(hours=2)
    action = program.say("do", "reschedule", one["id"], "--series", "--at", later.isoformat())
    assert program.say("send-now", action["action"])["state"] == "sent"
    assert datetime.fromisoformat(begins()) - datetime.fromisoformat(before) == timedelta(hours=2)
    # The occurrence has another key at Google, and is the same row here.
    assert datetime.fromisoformat(program.say("show", one["id"])["at"]) == later
    back = program.say("undo", action["action"])
    assert program.say("send-now", back["action"])["state"] == "sent"
    assert begins() == before
