"""One action of each way in which OneDrive is changed, and how to see what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopdesk.core.actions import LINK
from loopdesk.core.changes import Part
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.sandbox.microsoft.drive.store import Stored
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act
from tests.providers.microsoft.week import act, drive_of, held_file, new, titled
from tests.sandbox.tiny_microsoft import BO

_DRIVE = "/microsoft/v1.0/me/drive"
_HANDED = "PUT/microsoft/handed"
# Three pieces and a little more.
_FILM = bytes(range(256)) * 4 * 1024 * 5


def drive_acts(bench: Bench, mirror: Mirror) -> list[Act]:
    blob = bench.files.add("New.txt", "text/plain", b"Newly written")
    old = held_file(bench, "Old things").id
    held = {name: held_file(bench, name) for name in _NAMES}

    def one(
        name: str, title: str, path: str, effects: Callable[[Stored], int], **given: Any
    ) -> Act:
        action = act(bench, mirror, name, title, **given)
        return Act(action, path, lambda: effects(held[title]))

    def told() -> int:
        return sum(each["to"] == BO for each in drive_of(bench).notices)

    return [
        one("rename", "Note0.txt", f"PATCH{_DRIVE}", lambda file: file.name == "N.txt",
            text="N.txt"),
        one("move", "Note1.txt", f"PATCH{_DRIVE}", lambda file: file.parent == old, to=(old,)),
        one("share", "Note2.txt", "/invite", lambda _: told(), to=(BO,), role="writer"),
        one("share", "Note3.txt", "/createLink", lambda file: len(file.permissions), to=(LINK,)),
        one("unshare", "Plan.txt", "DELETE/microsoft", lambda file: not file.permissions,
            to=("cleo@harbour.example",)),
        one("upload", "Report.txt", _HANDED,
            lambda file: sum(each.data == b"Newly written" for each in file.versions),
            files=(blob,)),
        Act(
            new(bench, "upload", Kind.FILE, files=(blob,)),
            _HANDED,
            lambda: _made(bench, "New.txt", b"Newly written"),
        ),
    ]  # fmt: skip


_NAMES = ("Note0.txt", "Note1.txt", "Note2.txt", "Note3.txt", "Plan.txt", "Report.txt")


def drive_transfers(bench: Bench, mirror: Mirror) -> list[Act]:
    """Return a large new version, and a large new file."""
    blob = bench.files.add("Film.bin", "application/octet-stream", _FILM)
    report = held_file(bench, "Report.txt")
    over = act(bench, mirror, "upload", "Report.txt", files=(blob,))
    return [
        Act(over, _HANDED, lambda: sum(each.data == _FILM for each in report.versions)),
        Act(
            new(bench, "upload", Kind.FILE, files=(blob,)),
            _HANDED,
            lambda: _made(bench, "Film.bin", _FILM),
        ),
    ]


def drive_part(mirror: Mirror) -> tuple[Part, bytes]:
    """Return a file to fetch, and what is in it."""
    key = ServiceKey(titled(mirror, "Report.txt").key)
    return Part(Kind.FILE, key, key), b"This is report."


def _made(bench: Bench, name: str, data: bytes) -> int:
    stem, dot, suffix = name.partition(".")
    return sum(
        each.name.startswith(stem) and each.name.endswith(dot + suffix) and each.data == data
        for each in drive_of(bench).store.items.values()
    )
