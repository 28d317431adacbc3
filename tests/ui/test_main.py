"""The window's process, as it is run: it shows itself and leaves when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from loopdesk.engine.protocol import ToEngine
from loopdesk.ui.main import Main, _Leave
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from tests.ui.conftest import Profile
from tests.ui.rows import ZONE


def _main(qtbot: QtBot, profile: Profile) -> Main:
    services = [Service("google", "Google", (), "accounts.google.com")]
    main = Main(profile.bridge, ZONE, services, Owner(), lambda _: None)
    qtbot.addWidget(main.window)
    qtbot.addWidget(main.quick)
    main.start()
    main.window.show()
    return main


def test_a_signal_quits_and_lets_the_engine_finish(qtbot: QtBot, profile: Profile) -> None:
    main = _main(qtbot, profile)
    qtbot.waitExposed(main.window)
    leave = _Leave(main.quit)
    try:
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
        qtbot.waitUntil(lambda: ToEngine(quit=True) in profile.engine.heard)
    finally:
        leave.restore()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_without_a_tray_closing_quits_and_that_is_said_once(qtbot: QtBot, profile: Profile) -> None:
    main = _main(qtbot, profile)
    qtbot.waitUntil(main.window.toast.isVisible)
    assert "closing the window quits" in main.window.toast.text.text()
    qtbot.waitUntil(lambda: profile.desk.setting("closing-told") == "yes")
    main.window.close()
    qtbot.waitUntil(lambda: ToEngine(quit=True) in profile.engine.heard)


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_the_process_ends_when_it_is_told_to(
    which: signal.Signals, profile: Profile, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.ui.window_process", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(which)
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()
