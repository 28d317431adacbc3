"""Letters by keyboard in the real window: with a file, through a crash, and at Gmail meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.program import Program, StandIn, connected, end, eventually, running
from tests.stories.test_window import Screen, at_work, start


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("letters")) as found:
        yield found


def drafts(stand_in: StandIn, words: str) -> list[dict[str, Any]]:
    """Return the drafts at Gmail that hold these words."""
    return [
        mail
        for mail in stand_in.google["messages"]
        if "DRAFT" in mail["labelIds"] and words in mail["text"]
    ]


def sent(stand_in: StandIn, words: str) -> list[dict[str, Any]]:
    return [
        mail
        for mail in stand_in.google["messages"]
        if "SENT" in mail["labelIds"] and words in mail["text"]
    ]


def test_a_new_letter_with_a_file_is_written_and_sent_by_keyboard(
    both: tuple[Program, StandIn], display: str, tmp_path: Path
) -> None:
    program, stand_in = both
    sheet = tmp_path / "prices.txt"
    sheet.write_text("40 seats: 400")
    screen = Screen(display)
    with running(start(program, display)) as window:
        screen.window()
        eventually(lambda: at_work(program), "the engine")
        screen.press("c")
        screen.write("ines@halden.test,")
        screen.press("Tab")
        screen.write("Prices")
        screen.press("Tab")
        screen.write("They are attached.")
        screen.press("ctrl+shift+a")
        look = ("search", "--onlyvisible", "--name", "^Attach files")
        asked = eventually(lambda: screen.xdotool(*look).split(), "the dialog")[-1]
        screen.xdotool("windowfocus", "--sync", asked)
        screen.write(str(sheet))
        screen.press("Return")
        # What is being written lies at Gmail, too, with its file.
        eventually(
            lambda: [d for d in drafts(stand_in, "They are attached") if "prices.txt" in str(d)],
            "the draft at Gmail",
        )
        screen.window()
        screen.press("ctrl+Return")
        (letter,) = eventually(
            lambda: [a for a in program.say("outbox")["actions"] if a["name"] == "compose"],
            "the letter is on disk",
        )
        screen.press("ctrl+Return")
        eventually(lambda: sent(stand_in, "They are attached"), "the letter")
        end(window, signal.SIGTERM)
    (mail,) = sent(stand_in, "They are attached")
    assert mail["headers"]["Subject"] == "Prices"
    assert "ines@halden.test" in mail["headers"]["To"]
    assert "prices.txt" in str(mail)
    assert drafts(stand_in, "They are attached") == []
    assert stand_in.sent_by(letter["action"])


def test_what_was_being_written_when_the_window_was_killed_is_written_on(
    both: tuple[Program, StandIn], display: str
) -> None:
    program, stand_in = both
    screen = Screen(display)
    with running(start(program, display)) as window:
        screen.window()
        eventually(lambda: at_work(program), "the engine")
        screen.press("c")
        screen.write("ines@halden.test,")
        screen.press("Tab")
        screen.write("Thursday")
        screen.press("Tab")
        screen.write("Half a sentence")
        eventually(lambda: drafts(stand_in, "Half a sentence"), "the draft at Gmail")
        end(window)  # SIGKILL
    with running(start(program, display)) as window:
        screen.window()
        eventually(lambda: at_work(program), "the engine")
        screen.press("g", "d", "Return")
        screen.write(", and its end")
        # A person sends what they see; by the time a process has come and gone, it is there.
        eventually(lambda: at_work(program), "the engine")
        screen.press("ctrl+Return")
        eventually(
            lambda: [a for a in program.say("outbox")["actions"] if a["name"] == "compose"],
            "the letter is on disk",
        )
        screen.press("ctrl+Return")
        eventually(lambda: sent(stand_in, "Half a sentence"), "the letter")
        end(window, signal.SIGTERM)
    (mail,) = sent(stand_in, "Half a sentence")
    assert "Half a sentence, and its end" in mail["text"]
    assert mail["headers"]["Subject"] == "Thursday"
    assert drafts(stand_in, "Half a sentence") == []
