"""One action of each way in which Dropbox is changed, and how to see what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopdesk.core.actions import LINK
from loopdesk.sandbox.dropbox.spaces import Node
from tests.providers.bench import Bench, Mirror
from tests.providers.conformance import Act
from tests.providers.dropbox.shelf import BO, CY, KIT, OPENED, act, new, node, titled

_FILM = OPENED[:-7]


def acts(bench: Bench, mirror: Mirror) -> list[Act]:
    dropbox = bench.sandbox.dropbox
    blob = bench.files.add("New.txt", "text/plain", b"Newly written")
    report = titled(mirror, "Report.txt").file
    assert report is not None
    first = report.revisions[-1].key

    def one(name: str, title: str, path: str, effects: Callable[[Node], int], **given: Any) -> Act:
        there = node(bench, title)
        return Act(act(bench, mirror, name, title, **given), path, lambda: effects(there))

    def told() -> int:
        return sum(each["to"] == BO for each in dropbox.invitations)

    def linked(there: Node) -> int:
        return sum(link.id == there.id for link in dropbox.links.by_url.values())

    return [
        one("rename", "Note 0.txt", "/files/move_v2", lambda file: file.name == "N.txt",
            text="N.txt"),
        one("move", "Note 1.txt", "/files/move_v2", lambda file: file.path == "/Work/Note 1.txt",
            to=(report.folder,)),
        one("delete", "Note 2.txt", "/files/delete_v2", lambda file: bool(file.deleted_at)),
        one("restore", "Report.txt", "/files/restore",
            lambda file: [each.content for each in file.revisions].count(b"First") - 1,
            entry=first),
        one("share", "Note 3.txt", "/sharing/add_file_member", lambda _: told(), to=(BO,),
            role="writer", text="Have a look"),
        one("share", "Note 4.txt", "/sharing/create_shared_link_with_settings", linked,
            to=(LINK,)),
        one("unshare", "Given.txt", "/sharing/remove_file_member_2", lambda file: not file.members,
            to=(CY,)),
        Act(act(bench, mirror, "accept", "Press kit"), "/sharing/mount_folder",
            lambda: sum(each.mount == KIT for _, each in dropbox.spaces.all()) - 1),
        one("upload", "Note 5.txt", "/files/upload",
            lambda file: [each.content for each in file.revisions].count(b"Newly written"),
            files=(blob,)),
        Act(new(bench, files=(blob,)), "/files/upload", lambda: _made(bench, "New", b"Newly")),
    ]  # fmt: skip


def transfers(bench: Bench, mirror: Mirror) -> list[Act]:
    """Return a large new version, and a large new file."""
    blob = bench.files.add("Cut.bin", "application/octet-stream", _FILM)
    path, film = "/upload_session/append_v2", node(bench, "Film.bin")
    return [
        Act(
            act(bench, mirror, "upload", "Film.bin", files=(blob,)),
            path,
            lambda: [each.content for each in film.revisions].count(_FILM),
        ),
        Act(new(bench, files=(blob,)), path, lambda: _made(bench, "Cut", _FILM)),
    ]


def _made(bench: Bench, stem: str, data: bytes) -> int:
    return sum(
        one.name.startswith(stem) and bool(one.revisions) and one.now.content.startswith(data)
        for _, one in bench.sandbox.dropbox.spaces.all()
    )
