"""Showing a page in the person's own browser."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit

from loopdesk.core.errors import SignInFailed

_FAILS_WITHIN_S = 1.0


def open_page(
    address: str,
    environment: Mapping[str, str] = os.environ,
    launch: Callable[[Sequence[str]], None] | None = None,
) -> None:
    """Show a web page; `BROWSER` is asked first, then the system.

    Args:
        launch: starts a command where this process must not, as `Starter.launch` does.
    Raises:
        SignInFailed: "no-browser".
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("not a web page")
    if sys.platform == "win32":
        os.startfile(address)  # noqa: S606  # the system's own way, and no program's name in it
        return
    for command in browser_commands(address, environment):
        if launch is None:
            if _starts(command, environment):
                return
        else:
            with suppress(OSError):
                launch(command)
                return
    raise SignInFailed("no-browser")


def browser_commands(address: str, environment: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the commands to try, best first."""
    for wanted in filter(None, environment.get("BROWSER", "").split(":")):
        words = shlex.split(wanted)
        named = [word.replace("%s", address) for word in words]
        yield named if named != words else [*words, address]
    if sys.platform == "darwin":
        yield ["open", address]
    elif environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        # Without a screen it would look for a browser in the terminal, which is ours.
        yield ["xdg-open", address]


def _starts(command: list[str], environment: Mapping[str, str]) -> bool:
    if shutil.which(command[0], path=environment.get("PATH")) is None:
        return False
    process = subprocess.Popen(  # noqa: S603  # the person's own choice, and no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
    )
    try:
        # A launcher that finds no browser says so at once; a browser itself may stay.
        return process.wait(_FAILS_WITHIN_S) == 0
    except subprocess.TimeoutExpired:
        Thread(target=process.wait, name="browser", daemon=True).start()
        return True
