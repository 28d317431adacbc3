"""The checks that have a tool of their own: types, lint, format, and the table of imports."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    ["ruff check", "ruff format --check", "mypy --cache-dir=/dev/null", "lint-imports --no-cache"],
)
def test_tool_finds_nothing(command: str) -> None:
    tool, *arguments = command.split()
    run = subprocess.run(
        [TOOLS / tool, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
