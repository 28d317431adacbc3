"""What comes along when a part of the program is imported."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "loopdesk"
# Between 90 and 230 ms each: imported where they are first used, never at the start.
HEAVY = {
    "dropbox",
    "google_auth_oauthlib",
    "google.auth",
    "googleapiclient",
    "icalendar",
    "msal",
    "requests",
    "slack_sdk",
}


def loaded_by(module: str) -> set[str]:
    """Return the names of all modules that a new interpreter holds after `import module`."""
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("part", ["sync", "engine", "cli", "sandbox", "desk", "__main__"])
def test_nothing_but_the_window_brings_qt(part: str) -> None:
    assert "PySide6" not in loaded_by(f"loopdesk.{part}")


@pytest.mark.parametrize("part", ["__main__", "desk", "ui"])
def test_no_sdk_is_imported_at_the_start(part: str) -> None:
    assert loaded_by(f"loopdesk.{part}") & HEAVY == set()


def test_core_needs_python_alone() -> None:
    roots = {
        name.partition(".")[0]
        for path in (PACKAGE / "core").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert roots - sys.stdlib_module_names == {"loopdesk"}
