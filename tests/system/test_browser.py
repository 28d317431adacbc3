import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from loopdesk.core.errors import SignInFailed
from loopdesk.system.autostart import clear_autostart, has_autostart, set_autostart
from loopdesk.system.browser import browser_commands, open_page

PAGE = "https://accounts.example/auth?a=b&c=d%20e"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="each system has its own way")


def script(folder: Path, name: str, body: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"]} | more


def test_the_persons_own_choice_opens_the_page(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    browser = script(tmp_path, "browser", f'echo "$@" > {seen}')
    open_page(PAGE, environment(BROWSER=str(browser)))
    assert seen.read_text() == f"{PAGE}\n"
    open_page(PAGE, environment(BROWSER=f"nobody-has-this:{browser} --new '%s'"))
    assert seen.read_text() == f"--new {PAGE}\n"


def test_a_browser_that_stays_is_not_waited_for(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    open_page(PAGE, environment(BROWSER=str(script(tmp_path, "browser", f"cat {gate}"))))
    gate.write_text("close")


def test_another_process_may_start_it(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def launch(command: Sequence[str]) -> None:
        asked.append(list(command))
        if command[0] == "missing":
            raise FileNotFoundError

    open_page(PAGE, environment(BROWSER="missing:there"), launch)
    assert asked == [["missing", PAGE], ["there", PAGE]]
    with pytest.raises(SignInFailed, match="no-browser"):
        open_page(PAGE, environment(BROWSER="missing"), launch)


def test_no_browser_is_said(tmp_path: Path) -> None:
    for choice in ("", "nobody-has-this", str(script(tmp_path, "broken", "exit 3"))):
        with pytest.raises(SignInFailed, match="no-browser"):
            open_page(PAGE, environment(BROWSER=choice))


def test_the_systems_own_is_asked_where_there_is_a_screen(tmp_path: Path) -> None:
    assert list(browser_commands(PAGE, {"DISPLAY": ":1"})) == [["xdg-open", PAGE]]
    assert list(browser_commands(PAGE, {})) == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "--help", "javascript:alert(1)"])
def test_only_web_pages_are_opened(address: str) -> None:
    with pytest.raises(ValueError, match="not a web page"):
        open_page(address, environment(BROWSER="true"))


def test_starting_with_the_session_can_be_switched(tmp_path: Path) -> None:
    here = {"HOME": str(tmp_path)}
    assert not has_autostart(here)
    set_autostart(["/opt/Loop Desk/loopdesk", "--profile", '50%"x$'], here)
    assert has_autostart(here)
    file = tmp_path / ".config" / "autostart" / "org.loopdesk.LoopDesk.desktop"
    assert 'Exec="/opt/Loop Desk/loopdesk" "--profile" "50%%\\\\"x\\\\$"\n' in file.read_text()
    clear_autostart(here)
    clear_autostart(here)
    assert not has_autostart(here)
