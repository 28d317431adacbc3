"""A person at the keyboard and the mouse of the real window: a meeting made, moved, called off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.program import Program, StandIn, alive, connected, descendants, end, eventually, running
from tests.stories.test_window import Screen, at_work, start

_GUEST = "priya@northwind.test"
_X = 1100
"""Right of every word and of the toast, inside a meeting of a day that has the window alone."""
_TAKEN = (0xE6, 0xED, 0xFB)
"""What fills a time that is taken."""
_HOUR = 64
_LOOK = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
screen = app.primaryScreen().grabWindow(0).toImage()
x = int(sys.argv[1])
print(*("%d,%d,%d" % screen.pixelColor(x, y).getRgb()[:3] for y in range(screen.height())))
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("calendar")) as found:
        yield found


def held(stand_in: StandIn, title: str) -> dict[str, Any]:
    """Return the owner's copy of a meeting at the service, {} while there is none."""
    owner = stand_in.google["accounts"][0]["address"]
    return next(
        (
            event
            for event in stand_in.google["events"]
            if event.get("summary") == title and event["organizer"]["email"] == owner
        ),
        {},
    )


def starts_at(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"])


def names(program: Program) -> list[str]:
    return [action["name"] for action in program.say("outbox")["actions"]]


def block(display: str) -> range:
    """Return where on the screen a meeting stands, empty while there is none."""
    surroundings = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK, str(_X)],
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    column = [tuple(map(int, pixel.split(","))) for pixel in looked.stdout.split()]
    taken = [y for y, colour in enumerate(column) if colour == _TAKEN]
    return range(taken[0], taken[-1]) if len(taken) > _HOUR / 2 else range(0)


def drag(screen: Screen, display: str) -> None:
    """Drag the one meeting of the day an hour down."""
    there = eventually(lambda: block(display), "a meeting on the screen")
    y = (there.start + there.stop) // 2
    screen.xdotool("mousemove", str(_X), str(y), "mousedown", "1")
    for step in (1, 2, 3, 4):
        screen.xdotool("mousemove", str(_X), str(y + _HOUR * step // 4))
    screen.xdotool("mouseup", "1")


def test_a_meeting_is_made_moved_taken_back_and_called_off(
    both: tuple[Program, StandIn], display: str
) -> None:
    program, stand_in = both
    screen = Screen(display)
    with running(start(program, display)) as window:
        screen.window()
        eventually(lambda: at_work(program), "the engine")
        screen.press("g", "c")
        screen.press("c")
        screen.write("Budget for the spring")
        screen.press("Tab")
        screen.write("in 3 weeks 14:00")
        screen.press(*["Tab"] * 5)
        screen.write("1 h")
        screen.press(*["Tab"] * 3)
        screen.write(_GUEST)
        # The first may only choose among what is offered for the address.
        screen.press("Return", "Return", "ctrl+Return")
        eventually(lambda: names(program) == ["meet"], "the meeting is on disk")
        screen.press("ctrl+Return")
        made = eventually(lambda: held(stand_in, "Budget for the spring"), "the meeting")
        assert [guest["email"] for guest in made["attendees"] if guest["email"] == _GUEST]
        eventually(lambda: names(program) == [], "the receipt")
        began = starts_at(made)
        assert (began.hour, began.minute) == (14, 0)

        drag(screen, display)
        eventually(lambda: names(program) == ["reschedule"], "it was moved")
        screen.press("z")
        eventually(lambda: names(program) == [], "it was moved back")
        assert starts_at(held(stand_in, "Budget for the spring")) == began

        drag(screen, display)
        eventually(lambda: names(program) == ["reschedule"], "it was moved again")
        screen.press("ctrl+Return")
        eventually(
            lambda: (
                starts_at(held(stand_in, "Budget for the spring")) == began + timedelta(hours=1)
            ),
            "the service has moved it",
        )
        eventually(lambda: names(program) == [], "the receipt")

        screen.press("Down")
        screen.press("ctrl+k")
        screen.write("meeting: cancel")
        screen.press("Return")
        screen.press("Tab", "Return")
        eventually(lambda: names(program) == ["cancel"], "it was called off")
        screen.press("ctrl+Return")
        eventually(
            lambda: (
                held(stand_in, "Budget for the spring").get("status", "cancelled") == "cancelled"
            ),
            "the service has called it off",
        )
        started = descendants(window.pid)
        end(window, signal.SIGTERM)
        eventually(lambda: not alive(started), "the end of all")
