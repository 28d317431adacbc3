"""Commands beside a window's engine: they leave their row, and read the answer there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from loopdesk.engine import protocol
from loopdesk.vault.profile import open_profile
from tests.program import PATIENCE_S, Program, StandIn, connected, end, eventually, running


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("beside")) as found:
        yield found


def start_engine(program: Program) -> subprocess.Popen[str]:
    """Start the engine as a window does: with the key as its first line."""
    keys = open_profile(program.folder, environment=program.environment)
    process = program.start("engine", stdin=subprocess.PIPE, stderr=None)
    assert process.stdin
    process.stdin.write(protocol.key_line(keys.vault_key).decode())
    process.stdin.flush()
    return process


def ready(engine: subprocess.Popen[str]) -> bool:
    assert engine.stdout
    return bool(json.loads(engine.stdout.readline()) == {"ready": True})


def test_a_windows_engine_does_the_work(both: tuple[Program, StandIn]) -> None:
    program, stand_in = both
    with running(start_engine(program)) as engine:
        assert ready(engine)
        item = program.item("Ten minutes tomorrow")["id"]
        stars = stand_in.starred()
        star = program.say("do", "star", item, "--wait")
        assert star["state"] == "sent"
        assert program.item("Ten minutes tomorrow")["starred"]
        back = program.say("undo", star["action"])["action"]
        eventually(lambda: stand_in.starred() == stars, "the star is taken back")
        assert program.say("send-now", back)["state"] == "sent"

        letter = program.say("do", "reply", item, "--text", "At nine.")["action"]
        assert [one["action"] for one in program.say("outbox")["actions"]] == [letter]
        assert program.say("send-now", letter)["state"] == "sent"
        assert len(stand_in.sent_by(letter)) == 1
        assert program.shown(item)["entries"][-1]["state"] == "ok"
        eventually(lambda: program.say("sync")["changed"] == 0, "a pull without changes")
        assert program.say("sync", "--full")["changed"] == 0

        # It leaves at the end of its input, and what it did not know of is a command's again.
        assert engine.stdin
        engine.stdin.close()
        assert engine.wait(PATIENCE_S) == 0
    assert program.say("sync")["changed"] == 0


def test_a_window_gets_the_engine_while_a_command_pulls(both: tuple[Program, StandIn]) -> None:
    program, stand_in = both
    stand_in.sandbox.set_faults("latency=0.5@GET/gmail,latency=0.5@POST/batch")
    try:
        with running(program.start("--json", "sync", "--full")) as pulling:
            assert pulling.stdout
            assert "progress" in json.loads(pulling.stdout.readline())
            with running(start_engine(program)) as engine:
                assert ready(engine)
                assert pulling.poll() is None
                stand_in.sandbox.set_faults("")
                output, _ = pulling.communicate(timeout=PATIENCE_S)
                assert pulling.returncode == 0
                last = json.loads(output.splitlines()[-1])
                assert [one["error"] for one in last["accounts"]] == [None]
    finally:
        stand_in.sandbox.set_faults("")


def test_an_engine_that_is_killed_leaves_its_work_to_the_next(
    both: tuple[Program, StandIn],
) -> None:
    program, stand_in = both
    item = program.item("Offsite dates")["id"]
    before = stand_in.asked("POST", "/drafts/send")
    with running(start_engine(program)) as engine:
        assert ready(engine)
        stand_in.sandbox.set_faults("latency=60@POST/drafts/send*1")
        letter = program.say("do", "reply", item, "--text", "The second week.")["action"]
        with running(program.start("--json", "send-now", letter)) as waiting:
            eventually(lambda: stand_in.asked("POST", "/drafts/send") > before, "the request")
            end(engine)
            # The command that waited becomes the engine, looks first, and finds it.
            output, _ = waiting.communicate(timeout=PATIENCE_S)
    stand_in.sandbox.set_faults("")
    assert json.loads(output)["state"] == "sent"
    assert len(stand_in.sent_by(letter)) == 1


def test_a_command_beside_an_engine_hears_what_keeps_its_action(
    both: tuple[Program, StandIn],
) -> None:
    program, stand_in = both
    first, second = (
        program.item(title)["id"] for title in ("Ten minutes tomorrow", "Design review")
    )
    with running(start_engine(program)) as engine:
        assert ready(engine)
        stand_in.down()
        try:
            program.say("do", "unread", first, "--wait", code=4)
            kept = program.say("do", "accept", second, "--wait", code=4)
            assert (kept["state"], kept["error"]["code"]) == ("waiting", "offline")
        finally:
            stand_in.up()
