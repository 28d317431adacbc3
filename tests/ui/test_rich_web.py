"""The web engine shows mail and nothing leaves it. In processes of its own: it refuses root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]


def _ordinary_user() -> list[str] | None:
    """Return what a command begins with so that the engine's sandbox works; None: it cannot."""
    asked = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x70000000) != 0)"
    for before in ([], ["unshare", "-U", "--map-user=1000", "--map-group=1000"]):
        if not before and os.geteuid() == 0:
            continue
        try:
            done = subprocess.run(
                [*before, sys.executable, "-I", "-S", "-c", asked], capture_output=True, check=False
            )
        except OSError:
            continue
        if done.returncode == 0:
            return before
    return None


_BEFORE = _ordinary_user()
pytestmark = pytest.mark.skipif(
    _BEFORE is None, reason="no user namespaces here: the web engine's sandbox cannot work"
)


def _run(case: str, address: str, home: Path) -> dict[str, Any]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(home)}
    environment.pop("XDG_RUNTIME_DIR", None)
    done = subprocess.run(
        [*(_BEFORE or []), sys.executable, "-m", "tests.ui.rich_process", case, address],
        capture_output=True, text=True, env=environment, cwd=CHECKOUT, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


class _Far(ThreadingHTTPServer):
    """A place elsewhere that counts who comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counting)
        self.seen: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Counting(BaseHTTPRequestHandler):
    server: _Far

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        self.send_error(404)

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def far() -> Iterator[_Far]:
    server = _Far()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_that_tries_every_way_out_makes_no_request(far: _Far, tmp_path: Path) -> None:
    came = _run("locked", far.address, tmp_path)
    assert came["why"] == ""
    assert came["first"]
    assert came["second"]
    assert came["links"] == []  # nothing but a press is a wish to follow
    assert far.seen == []


def test_the_same_page_in_an_open_engine_does(far: _Far, tmp_path: Path) -> None:
    _run("open", far.address, tmp_path)
    tried = {path.partition("?")[0] for path in far.seen}
    assert {"/picture.png", "/sheet.css", "/import.css", "/frame", "/script.js"} <= tried


def test_the_sheet_is_as_high_as_the_mail(tmp_path: Path) -> None:
    came = _run("height", "", tmp_path)
    assert 1500 <= came["high"] < 1600
    assert 200 <= came["low"] < 300
    assert came["endless"] <= 20_000
    assert came["narrow"] > 1.3 * came["wide"]
    assert abs(came["back"] - came["wide"]) < 30
    assert came["again"] == came["back"]


def test_a_mails_own_pictures_are_drawn_and_no_other_is_asked_for(tmp_path: Path) -> None:
    came = _run("pictures", "", tmp_path)
    assert came == {"asked": ["red dot/1@x"], "colour": "#ff0000", "ground": "#ffffff"}


def test_links_keys_and_the_wheel_are_the_windows(tmp_path: Path) -> None:
    came = _run("input", "", tmp_path)
    assert came["links"] == ["https://x.test/a?b=1&c=%20d"]
    assert came["url"] == "loopdesk-mail"
    assert came["keys"] == ["e", "j"]
    assert came["scrolled"] > 0
    assert came["menu"] == ["Copy", "Select all"]


def test_the_engine_comes_when_needed_and_goes_when_idle(tmp_path: Path) -> None:
    assert _run("life", "", tmp_path) == {"before": False, "live": 4, "gone": True, "again": True}
