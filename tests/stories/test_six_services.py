"""Six services at once: what one of them holds and a mail announces is one row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.program import Program, StandIn, connected

SERVICES = ("google", "microsoft", "slack", "dropbox", "trello", "asana")


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("six"), SERVICES) as both:
        yield both


def test_a_notice_and_what_it_tells_of_are_one_row(six: tuple[Program, StandIn]) -> None:
    program, _ = six
    rows = program.items()
    titles = [row["title"] for row in rows]
    for service, title, notice in (
        ("trello", "Release of proof 2", "Marek Wójcik mentioned you on Release of proof 2"),
        ("asana", "Halden price sheet", "Ada Okafor mentioned you: Halden price sheet"),
    ):
        (item,) = [row for row in rows if (row["service"], row["title"]) == (service, title)]
        assert notice not in titles
        found = {row["id"]: row["title"] for row in program.say("search", notice)["items"]}
        assert [found[echo] for echo in program.shown(item["id"])["echoes"]] == [notice]
    slack = "[Slack] Notifications from the Northwind workspace"
    assert slack not in titles
    (told,) = [row["id"] for row in program.say("search", slack)["items"] if row["title"] == slack]
    (channel,) = [
        row for row in rows if (row["service"], row["title"]) == ("slack", "#deal-halden")
    ]
    assert told in program.shown(channel["id"])["echoes"]


def _named(program: Program, *wanted: tuple[str, str]) -> list[dict[str, Any]]:
    known = {(item["service"], item["title"]): item for item in program.items()}
    return [known[name] for name in wanted]


def test_what_is_done_offline_at_six_services_arrives_once(six: tuple[Program, StandIn]) -> None:
    program, stand_in = six
    mail, card, press, proof, file, handbook, meeting, task, todo = _named(
        program,
        ("google", "Proof of the crew handbook"),
        ("trello", "Release of proof 2"),
        ("google", "Handbook on the press"),
        ("dropbox", "handbook-proof-3.pdf"),
        ("dropbox", "handbook-proof-2.pdf"),
        ("slack", "#handbook"),
        ("microsoft", "Mole 2: which berth for the night line"),
        ("asana", "Sign off the final terms"),
        ("microsoft", "Second hour of the workshop: what a crew plan knows"),
    )
    # From the mail to the card, to the meeting; from the file to where it is talked about.
    assert card["id"] in program.shown(mail["id"])["loop"]
    assert press["id"] in program.shown(card["id"])["loop"]
    assert handbook["id"] in program.shown(proof["id"])["loop"]
    board = _board(stand_in)
    here = next(c["list"] for c in board["cards"] if c["name"] == card["title"])
    there = next(one["id"] for one in board["lists"] if one["id"] != here)
    step = next(step for step in todo["task"]["steps"] if not step["done"])
    stand_in.down()
    acts = (
        ("reply", mail["id"], "--text", "The proof is fine."),
        ("reply", handbook["id"], "--text", "Proof 3 is mine today."),
        ("move", card["id"], "--to", there),
        ("rename", file["id"], "--text", "handbook-agreed.pdf"),
        ("accept", meeting["id"]),
        ("complete", task["id"]),
        ("check", todo["id"], "--entry", step["id"]),
    )
    made = [program.say("do", *act) for act in acts]
    assert program.say("do", "star", mail["id"], "--wait", code=4)["state"] == "waiting"

    stand_in.up()
    for one in made:
        assert program.say("send-now", one["action"])["state"] == "sent"
    program.say("sync")
    before = _effects(stand_in, made[0]["action"], card, meeting, task, todo, step)
    assert before == [1, 1, there, 1, "accepted", True, True]
    lane = next(one["name"] for one in board["lists"] if one["id"] == there)
    assert program.shown(card["id"])["places"] == [f"Crew handbook · {lane}"]
    assert program.shown(file["id"])["title"] == "handbook-agreed.pdf"
    assert program.shown(task["id"])["task"]["done"]
    assert program.say("outbox")["actions"] == []
    program.say("sync")
    assert _effects(stand_in, made[0]["action"], card, meeting, task, todo, step) == before


def _board(stand_in: StandIn) -> dict[str, Any]:
    boards = stand_in.sandbox.state()["trello"]["boards"]
    board: dict[str, Any] = next(one for one in boards if one["name"] == "Crew handbook")
    return board


def _effects(
    stand_in: StandIn,
    reply: str,
    card: dict[str, Any],
    meeting: dict[str, Any],
    task: dict[str, Any],
    todo: dict[str, Any],
    step: dict[str, Any],
) -> list[Any]:
    """Return what each service holds of it, in the order in which it was done."""
    state = stand_in.sandbox.state()
    conversations = state["slack"]["workspaces"][0]["conversations"]
    said = [message["text"] for each in conversations for message in each["messages"]]
    paths = {
        entry["id"]: entry["path"] for s in state["dropbox"]["spaces"] for entry in s["entries"]
    }
    office = state["microsoft"]
    (event,) = [one for one in office["events"] if one["subject"] == meeting["title"]]
    (done,) = [one for one in state["asana"]["tasks"] if one["name"] == task["title"]]
    (listed,) = [one for one in office["tasks"] if one["title"] == todo["title"]]
    return [
        len(stand_in.sent_by(reply)),
        said.count("Proof 3 is mine today."),
        next(c["list"] for c in _board(stand_in)["cards"] if c["name"] == card["title"]),
        sum(path.endswith("handbook-agreed.pdf") for path in paths.values()),
        event["responseStatus"]["response"],
        done["completed"],
        next(one["isChecked"] for one in listed["checklistItems"] if one["id"] == step["id"]),
    ]
