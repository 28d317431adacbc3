"""Ann's Dropbox, large enough for several pages, and how the stand-in holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.items import Item, Kind
from loopdesk.providers.dropbox import PROVIDER
from loopdesk.sandbox.dropbox.spaces import Node, Space
from loopdesk.sandbox.dropbox_world import (
    Boxes,
    File,
    Home,
    Link,
    Member,
    Person,
    Put,
    Shared,
    Version,
)
from loopdesk.sandbox.model import World
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror, bench
from tests.spec_dropbox import check_request, check_response

ANN, BO, CY, DEE = "ann@lumen.example", "bo@lumen.example", "cy@coe.example", "dee@dune.example"
IDS = {address: f"dbid:AA{name:_<33}" for address, name in ((ANN, "Ann"), (BO, "Bo"), (CY, "Cy"))}
HOME, PLANS, KIT, TEAM = "1001", "2002", "3003", "7"
LINK = "https://www.dropbox.com/scl/fi/a1b2c3/Report.txt?rlkey=k1"
OPENED = bytes(range(256)) * 4 * 1024 * 5
"""5 MiB: two blocks."""


def key(name: str) -> str:
    return f"id:a4_{name.lower().replace(' ', '_').replace('.', '-'):_<19}"


def file(path: str, days: float, *texts: str | bytes, by: str = ANN, **more: Any) -> File:
    """Return a file whose last version is so many days old, and each before it a day more."""
    given = texts or (f"This is {path}.",)
    versions = [
        Version(
            by,
            NOW - timedelta(days=days + len(given) - 1 - number),
            text.encode() if isinstance(text, str) else text,
        )
        for number, text in enumerate(given)
    ]
    return File(path, versions, key(path.rpartition("/")[2]), **more)


def boxes(*more: File, team: bool = False) -> Boxes:
    own = [
        *(file(f"/Notes/Note {number}.txt", number + 1) for number in range(14)),
        *(file(f"/Notes/Old/Old {number}.txt", 40 + number) for number in range(5)),
        file("/Ancient.txt", 200),
        file("/Work/Report.txt", 2, "First", "Second"),
        file("/Work/Offer.docx", 3),
        file("/Work/Film.bin", 4, OPENED),
        file("/Minutes.paper", 5, export_as=("docx", "pdf")),
        file("/Given.txt", 6, members=[Member(CY, "editor", ANN, NOW - timedelta(days=5))]),
        file("/Gone.txt", 9, deleted_at=NOW - timedelta(days=1)),
        *more,
    ]
    received = [
        file("/Offers/Quote.pdf", 3, b"%PDF-1.4 quote", by=CY, members=[_to_ann(2, "editor")]),
        file("/Offers/Terms.txt", 60, "Terms", by=CY, members=[_to_ann(50)]),
        file("/Private.txt", 4, "Mine", by=CY),
        file("/Offers/Long ago.txt", 500, "Old", by=CY, members=[_to_ann(490)]),
    ]
    plans = [
        file("/Plan.txt", 1, "One", "Two", by=BO),
        *(file(f"/Sketch {number}.txt", 10 + number, by=BO) for number in range(3)),
    ]
    shared = [
        Shared(
            PLANS,
            "Plans",
            [Member(BO, "owner", BO, NOW - timedelta(days=30)), _to_ann(29, "editor", BO)],
            plans,
            mounts={ANN: "/Plans", BO: "/Plans"},
        ),
        Shared(
            KIT,
            "Press kit",
            [Member(CY, "owner", CY, NOW - timedelta(days=9)), _to_ann(8)],
            [file("/Kit.txt", 8, by=CY)],
            mounts={CY: "/Press kit"},
        ),
        Shared(
            TEAM,
            "Lumen",
            [_to_ann(99, "editor", ANN)],
            [file("/Team.txt", 2, by=BO)],
            is_team=True,
        ),
    ]
    return Boxes(
        [
            Person(IDS[ANN], "Ann Arber", ANN, team="Lumen" if team else ""),
            Person(IDS[BO], "Bo Berg", BO, team="Lumen" if team else ""),
            Person(IDS[CY], "Cy Coe", CY),
        ],
        [
            Home(HOME, ANN, own, ["/Empty"], root=TEAM if team else ""),
            Home("1002", BO),
            Home("1003", CY, received),
        ],
        shared,
        [Link(LINK, key("Report.txt"), ANN)],
    )


def _to_ann(days: float, level: Any = "viewer", by: str = CY) -> Member:
    return Member(ANN, level, by, NOW - timedelta(days=days))


def world(*more: File, team: bool = False) -> World:
    return World([], boxes=boxes(*more, team=team))


@contextmanager
def shelf(
    tmp_path: Path, *more: File, team: bool = False, sockets: bool = False, **given: Any
) -> Iterator[tuple[Bench, Mirror]]:
    """Open Ann's account, pulled once."""
    with bench(PROVIDER, world(*more, team=team), tmp_path, sockets=sockets, **given) as found:
        found.sandbox.dropbox.poll.longest_s = 0
        mirror = Mirror(found)
        mirror.pull()
        found.wire.passed.clear()
        yield found, mirror
        check(found)


def check(bench: Bench) -> None:
    """Compare what passed with Dropbox's own description, and forget it."""
    cut_short = any(line.get("faults") for line in bench.sandbox.log())
    for request, response, body in bench.wire.passed:
        sent = request.body or b""
        name = check_request(
            str(request.method),
            str(request.url),
            request.headers,
            sent.encode() if isinstance(sent, str) else sent,
        )
        if name and not cut_short:
            check_response(name, response.status_code, response.headers, body)
    bench.wire.passed.clear()


# --- at the service -------------------------------------------------------------------------------


def held(bench: Bench, name: str) -> tuple[Space, Node]:
    """Return what the stand-in holds of this name."""
    return next(
        (space, node) for space, node in bench.sandbox.dropbox.spaces.all() if node.name == name
    )


def node(bench: Bench, name: str) -> Node:
    return held(bench, name)[1]


def names(bench: Bench) -> list[str]:
    return sorted(node.name for _, node in bench.sandbox.dropbox.spaces.all() if node.revisions)


def contents(bench: Bench, name: str) -> list[bytes]:
    """Return what a file held, oldest first."""
    return [each.content for each in node(bench, name).revisions]


def writes(bench: Bench, name: str, data: bytes, by: str = BO) -> None:
    """Let somebody put a new version over a file."""
    space, there = held(bench, name)
    bench.sandbox.dropbox.put(Put(space.id, there.path, Version(by, bench.clock.now(), data)))


def moves(bench: Bench, name: str, to: str) -> None:
    """Let another device move something within its folder's namespace."""
    space, there = held(bench, name)
    old = there.path
    for one in space.take(there):
        one.path = to + one.path[len(old) :]
        space.put(one)


def deletes(bench: Bench, name: str) -> None:
    space, there = held(bench, name)
    bench.sandbox.dropbox.spaces.drop(space, there, bench.clock.now())


def expected(bench: Bench) -> set[str]:
    """Return the keys of what is to be pulled."""
    ann = bench.sandbox.dropbox.people[ANN]
    view = bench.sandbox.dropbox.view(ann, bench.sandbox.dropbox.root(ann))
    found: set[str] = set()
    for space, one in bench.sandbox.dropbox.spaces.all():
        if not one.revisions:
            continue
        age = bench.clock.now() - one.now.version.at
        if view.mounts().get(space.id) is not None:
            found |= {one.id} if age <= timedelta(days=90) else set()
        elif ANN in one.members and bench.clock.now() - one.members[ANN].at < timedelta(days=365):
            found.add(one.id)
    spaces = bench.sandbox.dropbox.spaces.by_id.values()
    added = {one.mount for one in bench.sandbox.dropbox.home(ann).nodes.values()}
    found |= {
        f"ns:{space.id}"
        for space in spaces
        if view.level(space) and not space.owner and not space.is_team and space.id not in added
    }
    return found


# --- here -----------------------------------------------------------------------------------------


def titled(mirror: Mirror, title: str) -> Item:
    (item,) = [mirror.items[each] for each in mirror.held if mirror.items[each].title == title]
    return item


def act(bench: Bench, mirror: Mirror, name: str, title: str, **given: Any) -> Action:
    item = titled(mirror, title)
    assert item.file is not None
    target = Target(
        kind=Kind.FILE,
        key=item.key,
        entries=(item.key,),
        entry=given.get("entry", item.key),
        place=item.file.folder,
        me=ANN,
        version=item.file.revision,
    )
    return bench.action(name, target, Arguments(**given))


def new(bench: Bench, **given: Any) -> Action:
    return bench.action("upload", Target(kind=Kind.FILE, me=ANN), Arguments(**given))


def do(bench: Bench, action: Action) -> Receipt:
    """Do it whole, with a start in between each piece."""
    steps, receipt = MemorySteps(), None
    while receipt is None:
        receipt = bench.adapter.perform(action, steps)
    return receipt


def shown(mirror: Mirror, receipt: Receipt) -> dict[str, Item]:
    """Pull what shows an action, and return what that brought."""
    found: dict[str, Item] = {}
    for stream in receipt.streams:
        more = True
        while more:
            page = mirror.step(mirror.streams[stream])
            found |= {item.key: item for item in page.items}
            more = page.more
    return found


def asked(bench: Bench) -> list[str]:
    """Return the routes that were called since the last time."""
    urls = [str(request.url) for request, _, _ in bench.wire.passed]
    check(bench)
    return [url.partition("/2/")[2] for url in urls if "/2/" in url]
