"""A person at the keyboard of the real window, on a screen of the suite's own."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.program import (
    PATIENCE_S,
    Program,
    StandIn,
    alive,
    connected,
    descendants,
    end,
    eventually,
    running,
)


class Screen:
    """The screen, and the keyboard before it."""

    def __init__(self, name: str) -> None:
        self._environment = os.environ | {"DISPLAY": name}

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    def window(self) -> str:
        """Return the program's window once it can be seen, with the keys going to it."""
        look = ("search", "--onlyvisible", "--name", "^LoopDesk")
        found = eventually(lambda: self.xdotool(*look).split(), "the window")[-1]
        # Nobody else on this screen gives a window the focus.
        self.xdotool("windowfocus", "--sync", found)
        return found

    def press(self, *keys: str) -> None:
        self.xdotool("key", *keys)

    def write(self, text: str) -> None:
        self.xdotool("type", "--delay", "20", text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("window")) as found:
        yield found


def start(program: Program, display: str) -> subprocess.Popen[str]:
    with_screen = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    return Program(program.folder, program.environment | with_screen).start(
        stdout=subprocess.DEVNULL, stderr=None
    )


def at_work(program: Program) -> bool:
    """Say whether a window's engine has the profile; by then its first rows are shown."""
    findings = program.ended("--json", "doctor").last["findings"]
    return any(f["what"] == "engine" and "another process" in f["found"] for f in findings)


def hastened(program: Program, written: dict[str, Any]) -> bool:
    """Say whether an action left before its delay was over."""
    actions = program.say("activity")["actions"]
    (left,) = [one for one in actions if one["action"] == written["action"]]
    return bool(left["not_before_at"] < written["not_before_at"])


def test_a_reply_by_keyboard_arrives_once_and_leaving_sends_what_counts_down(
    both: tuple[Program, StandIn], display: str
) -> None:
    program, stand_in = both
    screen = Screen(display)
    with running(start(program, display)) as window:
        screen.window()
        eventually(lambda: at_work(program), "the engine")
        screen.press("r")
        screen.write("Yes, by four.")
        screen.press("ctrl+Return")
        (written,) = eventually(lambda: program.say("outbox")["actions"], "the reply is on disk")
        assert written["name"] in ("reply", "reply-all")
        screen.press("ctrl+Return")
        eventually(lambda: stand_in.sent_by(written["action"]), "the reply")
        assert hastened(program, written)
        (mail,) = stand_in.sent_by(written["action"])
        assert mail["text"].strip().startswith("Yes, by four.")

        # A command and a signal: the window leaves at once, its engine when the letter has gone.
        item = program.item("Rosters for the test run")["id"]
        letter = program.say("do", "reply", item, "--text", "They fit.")["action"]
        other = program.item("Ten minutes tomorrow")["id"]
        second = program.say("do", "reply", other, "--text", "At ten.")["action"]
        started = descendants(window.pid)
        end(window, signal.SIGTERM)
        assert window.returncode == 0
        eventually(lambda: not alive(started), "the end of all", PATIENCE_S)
    # The second, too, although nobody was left to be told of the first.
    assert [len(stand_in.sent_by(one)) for one in (letter, second)] == [1, 1]
    assert len(stand_in.sent_by(written["action"])) == 1
    assert program.say("outbox")["actions"] == []


def test_no_letter_is_lost_to_the_list_behind_the_key_that_answers(
    both: tuple[Program, StandIn], display: str
) -> None:
    program, stand_in = both
    screen = Screen(display)
    with running(start(program, display)) as window:
        screen.window()
        eventually(lambda: at_work(program), "the engine")
        done_before = len(program.say("activity")["actions"])
        pieces = [f"Yes, go {n} " for n in range(12)]
        for piece in pieces:
            # Everything in one call, without a pause: keys lie ready before the first is taken.
            screen.xdotool("key", "r", "type", "--delay", "0", piece)
            screen.xdotool("key", "Escape")
        screen.press("r", "ctrl+Return")
        (letter,) = eventually(lambda: program.say("outbox")["actions"], "the reply is on disk")
        assert len(program.say("activity")["actions"]) == done_before + 1
        screen.press("ctrl+Return")
        eventually(lambda: stand_in.sent_by(letter["action"]), "the reply")
        assert hastened(program, letter)
        (mail,) = stand_in.sent_by(letter["action"])
        assert mail["text"].strip().startswith("".join(pieces).strip())
        started = descendants(window.pid)
        end(window, signal.SIGTERM)
        eventually(lambda: not alive(started), "the end of all")


def test_a_second_start_shows_the_first_window(both: tuple[Program, StandIn], display: str) -> None:
    program, _ = both
    screen = Screen(display)
    with running(start(program, display)) as window:
        screen.window()
        with running(start(program, display)) as second:
            assert second.wait(PATIENCE_S) == 0
        assert window.poll() is None
        started = descendants(window.pid)
        end(window, signal.SIGTERM)
        eventually(lambda: not alive(started), "the end of all")


def test_keys_act_while_the_service_is_away(both: tuple[Program, StandIn], display: str) -> None:
    program, stand_in = both
    screen = Screen(display)
    stars = stand_in.starred()
    stand_in.down()
    try:
        with running(start(program, display)) as window:
            screen.window()
            eventually(lambda: at_work(program), "the engine")
            screen.press("s")
            (star,) = eventually(lambda: program.say("outbox")["actions"], "the star is on disk")
            assert star["name"] == "star"
            end(window, signal.SIGTERM)
    finally:
        stand_in.up()
    program.say("send-now", star["action"])
    assert len(stand_in.starred() - stars) == 1
