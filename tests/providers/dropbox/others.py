"""What others, and Ann's other devices, do at Dropbox while she acts, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopdesk.core.items import Item
from loopdesk.sandbox.dropbox_world import Member
from tests.providers.bench import Bench, Mirror
from tests.providers.dropbox.shelf import (
    ANN,
    BO,
    CY,
    IDS,
    KIT,
    act,
    deletes,
    held,
    moves,
    new,
    node,
    titled,
    writes,
)
from tests.providers.granting import Refusal
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost


def refusals(bench: Bench) -> list[Refusal]:
    suspended = bench.sandbox.dropbox.oauth.suspended
    return [
        Refusal(lambda: suspended.add(IDS[ANN]), suspended.clear, "disabled"),
        Refusal(bench.sandbox.revoke_tokens, lambda: None, ""),
    ]


def closed(bench: Bench, mirror: Mirror) -> list[Met]:
    old = titled(mirror, "Old 1.txt").file
    assert old is not None
    space, _ = held(bench, "Plan.txt")
    blob = bench.files.add("New.txt", "text/plain", b"Newly written")
    plan, report, lock = node(bench, "Plan.txt"), node(bench, "Report.txt"), "locked_by"

    def reads_only() -> None:
        space.members[ANN] = Member(ANN, "viewer", BO, bench.clock.now())

    return [
        Met(
            act(bench, mirror, "move", "Note 1.txt", to=(old.folder,)),
            lambda: deletes(bench, "Old"),
            lambda: node(bench, "Note 1.txt").path != "/Notes/Note 1.txt",
            "gone",
        ),
        Met(
            new(bench, files=(blob,), place=old.folder),
            lambda: None,
            lambda: bench.sandbox.dropbox.spaces.find("New.txt") is not None,
            "gone",
        ),
        Met(
            act(bench, mirror, "rename", "Plan.txt", text="Mine.txt"),
            reads_only,
            lambda: plan.name != "Plan.txt",
            "read-only",
        ),
        Met(
            act(bench, mirror, "delete", "Report.txt"),
            lambda: setattr(report, lock, BO),
            lambda: report.deleted_at is not None,
            "locked",
        ),
        Met(
            act(bench, mirror, "accept", "Press kit"),
            lambda: bench.sandbox.dropbox.spaces.by_id[KIT].members.pop(ANN),
            lambda: sum(one.mount == KIT for _, one in bench.sandbox.dropbox.spaces.all()) > 1,
            "not-a-member",
        ),
    ]


def overtaken(bench: Bench, mirror: Mirror) -> list[Met]:
    report = node(bench, "Report.txt")
    return [
        Met(
            act(bench, mirror, "delete", "Report.txt"),
            lambda: writes(bench, "Report.txt", b"Theirs"),
            lambda: report.deleted_at is not None,
        )
    ]


def vanished(bench: Bench, mirror: Mirror) -> list[Met]:
    blob = bench.files.add("New.txt", "text/plain", b"Newly written")
    report = titled(mirror, "Report.txt").file
    assert report is not None

    def one(name: str, title: str, **given: Any) -> Met:
        gone = node(bench, title)
        return Met(
            act(bench, mirror, name, title, **given),
            lambda: None if gone.deleted_at else deletes(bench, title),
            lambda: len(gone.revisions) > 2 or gone.deleted_at is None or len(gone.members),
            "gone",
        )

    return [
        one("rename", "Note 2.txt", text="N.txt"),
        one("move", "Note 3.txt", to=(report.folder,)),
        one("share", "Note 4.txt", to=(BO,)),
        one("upload", "Note 5.txt", files=(blob,)),
    ]


def moved(bench: Bench, mirror: Mirror) -> list[Moved]:
    work = titled(mirror, "Report.txt").file
    assert work is not None

    def lies_in_work(item: Item) -> bool:
        return item.file is not None and item.file.folder == work.folder

    return [
        Moved("Note 6.txt", lambda: moves(bench, "Note 6.txt", "/Work/Note 6.txt"), lies_in_work),
        Moved(
            "Old 2.txt",
            lambda: moves(bench, "Old", "/Work/Older"),
            lambda item: "Older" in item.url,
        ),
    ]


def costs(bench: Bench, mirror: Mirror) -> list[Cost]:
    def gives() -> None:
        offers = next(space for space, _ in bench.sandbox.dropbox.spaces.all() if space.owner == CY)
        letter = next(one for one in offers.nodes.values() if one.name == "Private.txt")
        letter.members[ANN] = Member(ANN, "viewer", CY, bench.clock.now())

    change: Callable[[], object] = lambda: writes(bench, "Report.txt", b"Third", ANN)  # noqa: E731

    def lets_go() -> None:
        del bench.sandbox.dropbox.spaces.by_id[KIT].members[ANN]

    return [
        # What changed, its versions, its links.
        Cost("tree", nothing=1, one=3, change=change),
        # The list, and the file itself.
        Cost("received", nothing=1, one=2, change=gives),
        Cost("mountable", nothing=1, one=1, change=lets_go),
    ]
