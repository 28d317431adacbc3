"""What the simulation must be able to replace goes through the seams of `core.seams`."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "loopdesk"
REPLACEABLE = ("engine", "providers", "store", "sync")
REFUSED_MODULES = {"time", "random", "secrets", "threading", "queue"}
# One value a thread: nobody waits for it, and a connection of sqlcipher3 stays in its thread.
HARMLESS = {"threading.local"}
REFUSED_NAMES = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "os.urandom",
    "uuid.uuid1",
    "uuid.uuid4",
}


def refused(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of each refused thing that the module uses."""
    full_names: dict[str, str] = {}  # what each imported name stands for here
    used: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                full_names[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full_names[alias.asname or alias.name] = name = f"{node.module}.{alias.name}"
                used.append((node.lineno, name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            used.append((node.lineno, f"{full_names.get(first, first)}.{rest}"))
    for line, name in used:
        if name in REFUSED_NAMES or (
            name.partition(".")[0] in REFUSED_MODULES and name not in HARMLESS
        ):
            yield line, name


def test_no_clock_chance_or_thread_behind_the_back_of_the_seams() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line} {name}"
        for package in REPLACEABLE
        for path in sorted((PACKAGE / package).rglob("*.py"))
        for line, name in refused(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_each_way_of_writing_it_is_seen() -> None:
    source = """
import time, os, datetime as dt, uuid, threading
from datetime import datetime, date
from os import urandom
from threading import Thread
dt.datetime.now(dt.UTC)
datetime.now()
date.today()
os.urandom(4)
uuid.uuid4()
time.sleep(1)
threading.local()
threading.Lock()
datetime.fromisoformat("2026-11-25")
self.clock.now()
"""
    assert [name for _, name in refused(ast.parse(source))] == [
        "os.urandom",
        "threading.Thread",
        "datetime.datetime.now",
        "datetime.datetime.now",
        "datetime.date.today",
        "os.urandom",
        "uuid.uuid4",
        "time.sleep",
        "threading.Lock",
    ]
