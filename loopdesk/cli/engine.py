"""`loopdesk engine`: the process that talks to the services, started by the window."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from io import FileIO

from loopdesk import app
from loopdesk.cli import output
from loopdesk.cli.home import open_home
from loopdesk.cli.output import Printer
from loopdesk.core.errors import LoopDeskError, SignInFailed
from loopdesk.engine import protocol
from loopdesk.engine.protocol import ToWindow
from loopdesk.engine.service import Engine
from loopdesk.system.browser import open_page
from loopdesk.system.engine_lock import EngineLock


def run(arguments: Namespace, printer: Printer) -> int:
    # Unbuffered: at the end a thread still waits here, and must hold no lock of Python's.
    window = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    to_window = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    vault_key = protocol.read_key(window.readline())
    telling = threading.Lock()

    def tell(word: ToWindow) -> None:
        # The window leaves at once; what waits is delivered after that, and nobody need hear of it.
        with telling, suppress(BrokenPipeError):
            to_window.write(protocol.write(word))

    try:
        home = open_home(arguments.profile, "engine", vault_key)
        lock = EngineLock(home.folder)
        called_off = threading.Event()
        _leave_on_signal(called_off.set)
        if not lock.wait(called_off):
            return output.DONE
        try:
            with app.opened_store(home, alone=True) as database:
                engine = app.build_engine(home, database, tell, _show_page)
                _leave_on_signal(engine.stop)
                threading.Thread(target=_listen, args=(window, engine), daemon=True).start()
                engine.run()
        finally:
            lock.release()
    except LoopDeskError as error:
        tell(ToWindow(trouble=(error.code, error.remedy)))
        return output.exit_code(error)
    return output.DONE


def _show_page(address: str) -> None:
    """Open a consent page; where no browser does, the window's page has its address to copy."""
    with suppress(SignInFailed):
        open_page(address)


def _listen(window: FileIO, engine: Engine) -> None:
    """Hear the window until it ends; an end without `quit` means that it died."""
    for line in window:
        engine.hear(protocol.read_to_engine(line))
    engine.window_gone()


def _leave_on_signal(leave: Callable[[], None]) -> None:
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: leave())
