"""The network goes, answers get lost, the program dies: each action still arrives once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopdesk.store.connection import InlineDatabase
from loopdesk.vault.profile import open_profile
from tests.program import Program, StandIn, connected, end, eventually


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("offline")) as found:
        yield found


@pytest.fixture
def program(both: tuple[Program, StandIn]) -> Program:
    return both[0]


@pytest.fixture
def stand_in(both: tuple[Program, StandIn]) -> Iterator[StandIn]:
    yield both[1]
    both[1].sandbox.set_faults("")


def test_reply_star_and_accept_without_a_network_arrive_once(
    program: Program, stand_in: StandIn
) -> None:
    mail, invitation = "Ten minutes tomorrow", "Design review"
    stars = stand_in.starred()
    letter, meeting = program.item(mail)["id"], program.item(invitation)["id"]
    stand_in.down()
    try:
        reply = program.say("do", "reply", letter, "--text", "Written in the train.")["action"]
        sent = program.say("send-now", reply, code=4)
        assert (sent["state"], sent["error"]["code"]) == ("waiting", "offline")
        star = program.say("do", "star", letter)["not_before_at"]
        accept = program.say("do", "accept", meeting)["action"]
        # The star is tried first, and what keeps it keeps the answer as well.
        eventually(lambda: datetime.now(UTC) > datetime.fromisoformat(star), "a star that is due")
        kept = program.say("send-now", accept, code=4)
        assert (kept["state"], kept["error"]["code"]) == ("waiting", "offline")
        # Another process, and the network is still away.
        assert program.say("sync", code=4)["error"]["code"] == "offline"
        item = program.item(mail)
        assert (item["state"], item["starred"]) == ("waiting", True)
        assert program.shown(letter)["entries"][-1]["text"] == "Written in the train."
        assert len(program.say("outbox")["actions"]) == 3
    finally:
        # When it is back, the answers to the first tries get lost.
        stand_in.sandbox.set_faults("drop@POST/drafts/send*1,drop@POST/modify*1,drop@PATCH*1")
        stand_in.up()

    def delivered() -> bool:
        program.ended("sync")
        return not program.say("outbox")["actions"]

    eventually(delivered, "an empty outbox")
    assert len(stand_in.sent_by(reply)) == 1
    assert len(stand_in.starred() - stars) == 1
    assert stand_in.answers(invitation) == {"accepted"}
    assert stand_in.asked("POST", "/drafts/send") == 1
    assert program.item(mail)["state"] == "ok"
    program.say("sync")
    assert program.say("sync")["changed"] == 0


def test_killed_between_request_and_receipt(program: Program, stand_in: StandIn) -> None:
    item = program.item("Clause 7, one question")["id"]
    action = program.say("do", "reply", item, "--text", "The second sentence.")["action"]
    before = stand_in.asked("POST", "/drafts/send")
    # It takes effect, but the answer is still on its way when the program dies.
    stand_in.sandbox.set_faults("latency=60@POST/drafts/send*1")
    sending = program.start("send-now", action)
    try:
        eventually(lambda: stand_in.asked("POST", "/drafts/send") > before, "the request")
    finally:
        end(sending)
    stand_in.sandbox.set_faults("")
    assert program.say("outbox")["actions"][0]["state"] == "sending"
    assert len(stand_in.sent_by(action)) == 1
    assert program.say("send-now", action)["state"] == "sent"
    assert len(stand_in.sent_by(action)) == 1
    assert stand_in.asked("POST", "/drafts/send") == before + 1


def test_taken_back_after_a_try_that_came_to_nothing(program: Program, stand_in: StandIn) -> None:
    item = program.item("Proof of the crew handbook")["id"]
    action = program.say("do", "reply", item, "--text", "Print it.")["action"]
    stand_in.down()
    program.say("send-now", action, code=4)
    stand_in.up()
    assert program.ended("--json", "undo", action).last["action"] == action
    program.say("sync")
    assert program.say("outbox")["actions"] == []
    assert stand_in.sent_by(action) == []


def test_a_damaged_cache_is_pulled_again_and_the_outbox_kept(
    program: Program, stand_in: StandIn
) -> None:
    items = program.items()
    program.say("do", "pin", items[3]["id"])
    action = program.say("do", "reply", items[0]["id"], "--text", "Kept.")["action"]
    cache = program.folder / "cache.db"
    cache.write_bytes(b"\xa5" * cache.stat().st_size)
    for left in program.folder.glob("cache.db-*"):
        left.unlink()

    assert program.say("sync")["changed"] > 50
    assert {item["id"] for item in program.items()} == {item["id"] for item in items}
    assert [one["action"] for one in program.say("outbox")["actions"]] == [action]
    assert "pinned" in [
        reason["signal"] for reason in program.say("why", items[3]["id"])["reasons"]
    ]
    assert program.say("send-now", action)["state"] == "sent"
    assert len(stand_in.sent_by(action)) == 1


@pytest.mark.parametrize("file", ["own", "cache"])
def test_a_newer_file_is_left_alone(program: Program, tmp_path: Path, file: str) -> None:
    copy = Program(tmp_path / "copy", program.environment)
    shutil.copytree(program.folder, copy.folder)
    keys = open_profile(copy.folder, environment=copy.environment)
    database = InlineDatabase(copy.folder, keys.database_key)
    writer = database.own if file == "own" else database.cache
    writer.transact(lambda db: db.execute("PRAGMA user_version = 9000"))
    database.close()
    before = (copy.folder / f"{file}.db").read_bytes()
    error = copy.say("list", code=1)["error"]
    assert error["code"] == "newer-file"
    assert "Update LoopDesk" in error["text"]
    assert (copy.folder / f"{file}.db").read_bytes() == before
