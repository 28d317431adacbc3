"""`packaging/start`, in a checkout of its own where every outside program is a recorder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
RECORDER = '#!/bin/sh\nfor word; do echo "$(basename "$0"): $word"; done\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose python3 and loopdesk print what they are given."""
    place = tmp_path / "a checkout"
    shutil.copytree(CHECKOUT / "packaging", place / "packaging")
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        shutil.copy(CHECKOUT / name, place)
    for program in (place / ".venv/bin/loopdesk", place / ".venv/bin/python", place / "python3"):
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(RECORDER)
        program.chmod(0o755)
    return place


def start(checkout: Path, *arguments: str, display: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "packaging/start", *arguments],
        env={"PATH": f"{checkout}:{os.environ['PATH']}", "DISPLAY": display},
        capture_output=True,
        text=True,
        check=True,
    )


def test_only_the_first_start_sets_up(checkout: Path) -> None:
    first = start(checkout, "list", "two words", "")
    assert "environment.py" in first.stderr
    second = start(checkout, "list", "two words", "")
    assert second.stderr == ""
    assert first.stdout == second.stdout == "loopdesk: list\nloopdesk: two words\nloopdesk: \n"


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml", ".venv/bin/python"])
def test_a_change_sets_up_again(checkout: Path, name: str) -> None:
    start(checkout)
    changed = checkout / name
    text = changed.read_text()
    changed.unlink()
    if name.endswith("python"):  # another Python stands there now
        changed.symlink_to(checkout / "python3")
    else:
        changed.write_text(text + "# changed\n")
    assert "environment.py" in start(checkout).stderr


@pytest.mark.parametrize(
    ("line", "display", "parts"),
    [
        ("", "", ["program"]),
        ("", ":1", ["program", "window"]),
        ("--profile list demo --mail x", ":1", ["program", "window"]),
        ("--json quick", ":1", ["program", "window"]),
        ("--profile demo list", ":1", ["program"]),
        ("demo --help", ":1", ["program"]),
        ("--help", ":1", ["program"]),
    ],
)
def test_only_a_window_asks_for_the_systems_libraries(
    checkout: Path, line: str, display: str, parts: list[str]
) -> None:
    said = start(checkout, *line.split(), display=display).stderr.splitlines()
    after = said[said.index(f"python3: {checkout}/packaging/environment.py") + 1 :]
    assert after == [f"python3: {part}" for part in parts]
