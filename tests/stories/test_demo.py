"""`loopdesk demo` anywhere: without keychain, bus, account or browser; nothing is left behind."""

from __future__ import annotations

import json
import mailbox
import os
import re
import signal
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.program import (
    CHECKOUT,
    PATIENCE_S,
    alive,
    connected,
    descendants,
    end,
    eventually,
    running,
)

MAILS = Path(os.environ.get("LOOPDESK_TEST_MAILS", CHECKOUT.parent / "shared/data/mails"))


def start(place: Path, *words: str, **more: str) -> subprocess.Popen[str]:
    """Start the demo with almost nothing around it; what it leaves behind would be in `place`."""
    place.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "loopdesk", "demo", *words],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(place), **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(place: Path, *words: str) -> tuple[int, str, str]:
    with running(start(place, *words)) as demo:
        output, said = demo.communicate(timeout=4 * PATIENCE_S)
        return demo.returncode, output, said


def test_without_a_display_the_pane_is_printed_with_its_reasons(tmp_path: Path) -> None:
    code, output, said = run(tmp_path / "left")
    assert code == 0, said
    assert "Needs you now" in output
    assert re.search(r"Asks you .*\+\d", output)
    assert "nothing here is real or leaves this computer" in output
    assert "To see the window" in output
    assert "Traceback" not in said
    assert list((tmp_path / "left").iterdir()) == []


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_a_signal_ends_all_that_was_started(tmp_path: Path, which: signal.Signals) -> None:
    with running(start(tmp_path / "left")) as demo:
        assert demo.stderr
        assert demo.stderr.readline().startswith("Pulling")
        started = descendants(demo.pid)
        assert started
        demo.send_signal(which)
        assert demo.wait(PATIENCE_S) == 0
        eventually(lambda: not alive(started), "the end of all")
    assert list((tmp_path / "left").iterdir()) == []


def test_a_killed_demo_leaves_no_process(tmp_path: Path) -> None:
    demo = start(tmp_path / "left")
    with running(demo):
        eventually(lambda: descendants(demo.pid), "the sandbox")
        started = descendants(demo.pid)
        demo.kill()
        eventually(lambda: not alive(started), "the end of the sandbox")


def letter(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Ann <ann@lumen.example>"
    mail["To"] = "me@lumen.example"
    mail["Subject"] = f"Letter {number}"
    mail["Date"] = f"Mon, {number + 1:02} Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = f"<{number}@lumen.example>"
    mail.set_content(f"Grüße number {number}. Could you answer until Friday?\n")
    return bytes(mail)


def own_mail(place: Path, kind: str) -> Path:
    match kind:
        case "zip":
            with zipfile.ZipFile(place / "mails.zip", "w") as packed:
                for number in range(5):
                    packed.writestr(f"deep/{number}.eml", letter(number))
            return place / "mails.zip"
        case "mbox":
            box = mailbox.mbox(place / "mails.mbox")
            for number in range(5):
                box.add(letter(number))
            box.close()
            return place / "mails.mbox"
        case _:
            folder = mailbox.Maildir(place / "Maildir")
            for number in range(5):
                folder.add(letter(number))
            folder.close()
            return place / "Maildir"


@pytest.mark.parametrize("kind", ["zip", "mbox", "Maildir"])
def test_on_ones_own_mail(tmp_path: Path, kind: str) -> None:
    code, output, said = run(tmp_path / "left", "--json", "--mail", str(own_mail(tmp_path, kind)))
    assert code == 0, said
    pane = json.loads(output)
    assert {item["title"] for item in pane["items"]} == {f"Letter {n}" for n in range(5)}
    assert pane["skipped"] == 0
    assert list((tmp_path / "left").iterdir()) == []


def test_mail_that_is_not_there_is_said(tmp_path: Path) -> None:
    code, output, said = run(tmp_path / "left", "--json", "--mail", str(tmp_path / "missing"))
    assert code > 0
    assert "error" in json.loads(output)
    assert "Traceback" not in said
    assert list((tmp_path / "left").iterdir()) == []


def test_thousands_of_real_mails_are_each_listed_or_counted(tmp_path: Path) -> None:
    packs = sorted(MAILS.glob("*.zip"))
    if not packs:
        pytest.skip(f"NOT RUN: there are no mails at {MAILS}")
    with zipfile.ZipFile(packs[0]) as packed:
        given = sum(not name.is_dir() for name in packed.infolist())
    with connected(tmp_path, mail=packs[0]) as (program, stand_in):
        kept = program.say("export", str(tmp_path / "all"))["messages"]
        assert kept + len(stand_in.sandbox.skipped) == given
        assert kept > given * 0.99


def test_the_window_appears_and_a_signal_ends_all_of_it(tmp_path: Path, display: str) -> None:
    demo = start(tmp_path / "left", DISPLAY=display)
    with running(demo):
        eventually(lambda: windows(display), "the window")
        # Sandbox, window, starter, and the engine, which comes after the first picture.
        eventually(lambda: len(descendants(demo.pid)) >= 4, "the engine")
        started = descendants(demo.pid)
        end(demo, signal.SIGTERM)
        assert demo.returncode == 0
        eventually(lambda: not alive(started), "the end of all")
    assert list((tmp_path / "left").iterdir()) == []


def windows(display: str) -> list[str]:
    """Return the program's windows that can be seen on a screen."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "^LoopDesk"],
        env=os.environ | {"DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()
