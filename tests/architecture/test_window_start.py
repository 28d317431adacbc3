"""What the window's process imports before its first paint: a start is mostly imports."""

import subprocess
import sys

import pytest

# Each is needed by some window some time, and by none to be painted for the first time.
_LATER = (
    "PySide6.QtPdf",
    "PySide6.QtWebEngineCore",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "loopdesk.content.mail",
    "loopdesk.content.rich",
    "loopdesk.engine.service",
    "loopdesk.net",
    "loopdesk.ui.accounts",
    "loopdesk.ui.composer",
    "loopdesk.ui.connect",
    "loopdesk.ui.due",
    "loopdesk.ui.file",
    "loopdesk.ui.first_run",
    "loopdesk.ui.help",
    "loopdesk.ui.leaving",
    "loopdesk.ui.outbox",
    "loopdesk.ui.palette",
    "loopdesk.ui.preview",
    "loopdesk.ui.quick",
    "loopdesk.ui.rich",
    "loopdesk.ui.sharing",
    "loopdesk.ui.snooze",
    "loopdesk.ui.task",
    "loopdesk.ui.tray",
    "loopdesk.ui.why",
    "markdown_it",
    "multiprocessing.connection",
    "requests",
    "selectolax",
    "tinycss2",
    "tomllib",
)
_START = """
import sys
from loopdesk.cli import main, window
from loopdesk.ui import main
window.services()
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    done = subprocess.run([sys.executable, "-c", _START], capture_output=True, check=True)
    return set(done.stdout.decode().split())


@pytest.mark.parametrize("name", _LATER)
def test_the_first_paint_does_not_wait_for(name: str, imported: set[str]) -> None:
    assert name not in imported
