"""Six services at once: what one of them holds and a mail announces is one row, and what leads
from one to the next is acted on without a network and arrives once.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.program import Program, StandIn, connected, eventually, running

SERVICES = ("google", "microsoft", "slack", "dropbox", "trello", "asana")


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("six"), SERVICES) as both:
        yield both


NOTICES = (
    ("google", "Budget 2027, first round", 'Item shared with you: "Budget 2027, first round"'),
    ("google", "Design review agenda", "Design review agenda: new comment"),
    ("google", "Design review", "Invitation: Design review"),
    ("microsoft", "Mole 2: which berth for the night line", "Mole 2: which berth"),
    ("microsoft", "Berth plan 2027.docx", 'Nils Berge shared "Berth plan 2027" with you'),
    ("microsoft", "Berth plan", "Omar mentioned you in Berth plan"),
    ("slack", "#deal-halden", "[Slack] Notifications from the Northwind workspace"),
    ("dropbox", "handbook-proof-3.pdf", 'Marek Wójcik shared "handbook-proof-3.pdf" with you'),
    ("trello", "Release of proof 2", "Marek Wójcik mentioned you on Release of proof 2"),
    ("asana", "Halden price sheet", "Ada Okafor mentioned you: Halden price sheet"),
)


def test_a_notice_and_what_it_tells_of_are_one_row(six: tuple[Program, StandIn]) -> None:
    program, _ = six
    rows = program.here("list", "--limit", "400")["items"]
    for service, title, notice in NOTICES:
        of_title = [row for row in rows if (row["service"], row["title"]) == (service, title)]
        assert len(of_title) == 1, title
        mails = [row for row in rows if row["kind"] == "message" and "chat" not in row]
        assert not [row for row in mails if row["title"].startswith(notice)], notice
        (echo, *_) = program.here("show", of_title[0]["id"])["echoes"]
        told = program.here("show", echo)
        assert told["title"].startswith(notice)
    # The quick pane and the tray count what the list shows.
    now = [row["id"] for row in rows if row["section"] == "now"]
    assert [row["id"] for row in program.here("list", "--section", "now")["items"]] == now[:50]


CHANGES = (
    ("POST", "/drafts/send"),
    ("POST", "/chat.postMessage"),
    ("PUT", "/trello/1/cards/"),
    ("POST", "/files/move_v2"),
    ("PUT", "/tasks/"),
    ("PATCH", "/checklistItems/"),
    ("PATCH", "/events/"),
)
"""The request by which each of the services is changed, once."""
LOST = (
    "latency=60@POST/chat.postMessage*1,latency=60@PUT/trello/1/cards*1,drop@POST/drafts/send*1,"
    "drop@POST/files/move_v2*1,drop@PUT/tasks*1,drop@PATCH/checklistItems*1,drop@PATCH/events*1"
)


def test_a_chain_across_services_is_acted_on_offline_and_arrives_once(
    six: tuple[Program, StandIn],
) -> None:
    program, stand_in = six
    known = {
        (item["service"], item["title"]): item
        for item in program.here("list", "--limit", "400")["items"]
    }
    mail = known["google", "Proof of the crew handbook"]
    card = known["trello", "Release of proof 2"]
    sheet = known["dropbox", "press-day.docx"]
    press = known["google", "Handbook on the press"]
    handbook = known["slack", "#handbook"]
    task = known["asana", "Halden price sheet"]
    todo = known["microsoft", "Second hour of the workshop: what a crew plan knows"]
    # The mail names the card, the card the sheet, the sheet is what the meeting goes by.
    for one, other in pairwise((mail, card, sheet, press)):
        assert other["id"] in program.here("show", one["id"])["loop"]
        assert one["id"] in program.here("show", other["id"])["loop"]
    board = _board(stand_in)
    here = next(c["list"] for c in board["cards"] if c["name"] == card["title"])
    there = next(one["id"] for one in board["lists"] if one["id"] != here)
    step = next(step["id"] for step in todo["task"]["steps"] if not step["done"])
    begun = _changes(stand_in)

    stand_in.down()
    acts = (
        ("reply", mail["id"], "--text", "The proof is fine."),
        ("reply", handbook["id"], "--text", "Proof 3 is mine today."),
        ("accept", press["id"]),
        ("move", card["id"], "--to", there),
        ("rename", sheet["id"], "--text", "press-day-agreed.docx"),
        ("complete", task["id"]),
        ("check", todo["id"], "--entry", step),
    )
    done = [program.here("do", *act) for act in acts]
    made = [one["action"] for one in done]
    # The mail that announced the task stays until somebody says otherwise.
    (notice,) = next(one["echoes"] for one in done if one["name"] == "complete")
    assert [one["name"] for one in program.here("outbox")["actions"]] == [act[0] for act in acts]
    program.here("do", "archive", notice)
    for waits_longer in made[:3]:
        assert program.here("send-now", waits_longer, code=4)["state"] == "waiting"
    # It dies while two services take their time, and the answers of the others were lost.
    stand_in.sandbox.set_faults(LOST)
    stand_in.up()
    with running(_engine(program)):
        eventually(lambda: _changes(stand_in)[:6] == [n + 1 for n in begun[:6]], "the requests")
    assert "sending" in [one["state"] for one in program.here("outbox")["actions"]]
    with running(_engine(program)) as again:
        eventually(lambda: not program.here("outbox")["actions"], "an empty outbox")
        assert again.poll() is None
    stand_in.sandbox.set_faults("")

    program.here("sync")
    assert _changes(stand_in) == [number + 1 for number in begun]
    state = stand_in.sandbox.state()
    assert len(stand_in.sent_by(made[0])) == 1
    conversations = state["slack"]["workspaces"][0]["conversations"]
    said = [message["text"] for each in conversations for message in each["messages"]]
    assert said.count("Proof 3 is mine today.") == 1
    arrived = {
        one["headers"]["Subject"]
        for one in state["google"]["messages"]
        if "INBOX" in one["labelIds"]
    }
    assert mail["title"] in arrived
    assert "Ada Okafor mentioned you: Halden price sheet" not in arrived
    assert stand_in.answers(press["title"]) == {"accepted"}
    assert {c["list"] for c in _board(stand_in)["cards"] if c["name"] == card["title"]} == {there}
    paths = [entry["path"] for space in state["dropbox"]["spaces"] for entry in space["entries"]]
    assert [path for path in paths if "press-day" in path] == ["/Handbook/press-day-agreed.docx"]
    assert [t["completed"] for t in state["asana"]["tasks"] if t["name"] == task["title"]] == [True]
    steps = [one for each in state["microsoft"]["tasks"] for one in each["checklistItems"]]
    assert [one["isChecked"] for one in steps if one["id"] == step] == [True]

    lane = next(one["name"] for one in board["lists"] if one["id"] == there)
    assert program.here("show", mail["id"])["entries"][-1]["text"] == "The proof is fine."
    assert program.here("show", card["id"])["places"] == [f"Crew handbook · {lane}"]
    assert program.here("show", sheet["id"])["title"] == "press-day-agreed.docx"
    assert program.here("show", press["id"])["meeting"]["answer"] == "accepted"
    assert program.here("show", task["id"])["task"]["done"]


def _engine(program: Program) -> subprocess.Popen[str]:
    """Start what the window starts to talk to the services, all of them at the same time."""
    engine = program.start("engine", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert engine.stdin
    print('{"vault_key":null}', file=engine.stdin, flush=True)
    return engine


def _changes(stand_in: StandIn) -> list[int]:
    """Return how often each of `CHANGES` was asked for."""
    log = stand_in.sandbox.log()
    return [
        sum(line["method"] == method and part in line["path"] for line in log)
        for method, part in CHANGES
    ]


def _board(stand_in: StandIn) -> dict[str, Any]:
    boards = stand_in.sandbox.state()["trello"]["boards"]
    board: dict[str, Any] = next(one for one in boards if one["name"] == "Crew handbook")
    return board
