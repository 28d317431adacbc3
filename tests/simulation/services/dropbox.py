"""Dropbox in a run: Ann's files, a folder that Bo shares with her, a file that Cy gave her, and a
folder of his that she has not added to her own yet.

Nothing listens there: long poll has sockets of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.clients import Client
from loopdesk.core.errors import Unknown
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.providers.dropbox import PROVIDER
from loopdesk.providers.dropbox.folders import ROOT
from loopdesk.sandbox.dropbox import oauth
from loopdesk.sandbox.dropbox_world import Boxes, File, Home, Member, Person, Put, Shared, Version
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox import tiny_dropbox
from tests.simulation.seams import START
from tests.simulation.service import BrokenError, Service, Sight, State, counted
from tests.simulation.sides import expect, nothing_left, taken

_ANN, _BO, _CY = tiny_dropbox.ANN, tiny_dropbox.BO, tiny_dropbox.CY
_HOME, _PLANS = tiny_dropbox.HOME, tiny_dropbox.PLANS
_KIT = "4004"
_COPY = "'s LoopDesk, "


@dataclass
class Dropbox(Service):
    provider = PROVIDER
    client = Client(oauth.CLIENT_ID)
    makes = ("upload",)
    faults = (
        "drop@/files/upload*2",
        "503-after@/files/upload*2,drop@/files/move_v2*2",
        "drop@/files/delete_v2*2,503-after@/sharing*2",
        "429=9@/files/list_folder%30",
        "drop@/oauth2/token*1,500-after@/oauth2/token*1",
    )
    _folders: tuple[str, ...] = field(default=(), init=False)

    # --- what there is ----------------------------------------------------------------------------

    def put_into(self, world: World) -> None:
        world.boxes = _boxes()

    def meet(self, sandbox: Sandbox) -> None:
        nodes = sandbox.dropbox.spaces.by_id[_HOME].nodes
        self._folders = (ROOT, nodes["/work"].id, nodes["/old"].id)

    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        draw = lots.random()
        space = sandbox.dropbox.spaces.by_id[_PLANS if draw < 0.6 else _HOME]
        by, number = _BO if draw < 0.6 else _ANN, name.rpartition("-")[2]
        there = sorted(node.path for node in space.nodes.values() if not node.is_folder)
        path = lots.choice(there) if there and lots.random() < 0.6 else f"/Late {number}.txt"
        version = Version(by, sandbox.now(), f"News {name}".encode())
        sandbox.dropbox.put(Put(space.id, path, None if draw < 0.1 else version))

    def expire_cursors(self, sandbox: Sandbox) -> None:
        sandbox.dropbox.expire_cursors()

    # --- what the person does ---------------------------------------------------------------------

    def given(self, desk: Desk, row: Row, name: str, words: str, lots: Random) -> Arguments | None:
        assert row.file is not None
        if name == "move":
            return Arguments(to=(lots.choice(self._folders),))
        if name == "restore" and not row.file.trashed:
            older = [one.key for one in row.file.revisions[1:]]
            if not older:
                raise Unknown("revision")
            return Arguments(entry=lots.choice(older))
        return None

    # --- what it came to --------------------------------------------------------------------------

    def words(self, state: State) -> Iterator[str]:
        for file in _files(state, "entries", "trash"):
            if _COPY not in file["path"]:  # not a copy beside what was changed meanwhile
                yield file["path"]

    def versions(self, state: State) -> Counter[str]:
        # An older version that came back is one more, of the same bytes.
        files = _files(state, "entries", "trash")
        return Counter(digest for file in files for digest in {*file["sha256"]})

    def check(self, done: Sequence[Action], state: State) -> None:
        shared, told = counted(done)["share"], len(state["invitations"])
        if told > shared:
            raise BrokenError(f"{told} mails of {shared} shares")

    def compare(self, sight: Sight, state: State) -> None:
        here = sight.rows[Kind.FILE]
        spaces = {space["id"]: space for space in state["spaces"]}
        folders = {one["path"].lower(): one["id"] for one in spaces[_HOME]["entries"]}
        mounts = {one["mount"]: one["id"] for one in spaces[_HOME]["entries"] if "mount" in one}
        if _KIT not in mounts:
            kit = taken(here, f"ns:{_KIT}", "Kit")
            expect("a folder", kit.file and kit.file.is_folder, True)
        for space, top in ((_HOME, ROOT), *mounts.items()):
            for file in spaces[space]["entries"]:
                if "rev" in file:
                    above = file["path"].rpartition("/")[0].lower()
                    row = taken(here, file["id"], file["path"])
                    _compare_file(row, file, folders.get(above, top), spaces[space]["members"])
        for file in _files(state, "entries"):
            if _ANN in file["members"] and file["id"] in here:
                here.pop(file["id"])
        for file in _files(state, "trash"):
            gone = here.get(file["id"])
            if gone is not None and gone.file and gone.file.trashed:
                del here[file["id"]]
        nothing_left(here)


# --- its part of the world ------------------------------------------------------------------------


def _boxes() -> Boxes:
    def file(path: str, hours: float, by: str = _ANN, members: Sequence[Member] = ()) -> File:
        at = START - timedelta(hours=hours)
        first = Version(by, at - timedelta(days=1), f"Once {path}".encode())
        return File(path, [first, Version(by, at, f"Now {path}".encode())], members=members)

    def member(address: str, level: Any, by: str) -> Member:
        return Member(address, level, by, START - timedelta(days=2))

    own = [
        *(file(f"/Work/Sheet {number}.txt", number) for number in range(4)),
        file("/Old/Note.txt", 70),
        file("/Loose.txt", 7),
    ]
    quote = file("/Quote.txt", 5, _CY, [member(_ANN, "viewer", _CY)])
    plans = [file(f"/Plan {number}.txt", number + 1, _BO) for number in range(3)]
    return Boxes(
        [
            Person(tiny_dropbox.ANN_ID, "Ann Arber", _ANN),
            Person(tiny_dropbox.BO_ID, "Bo Berg", _BO),
            Person(tiny_dropbox.CY_ID, "Cy Coe", _CY),
        ],
        [
            Home(_HOME, _ANN, own),
            Home(tiny_dropbox.BO_HOME, _BO),
            Home(tiny_dropbox.CY_HOME, _CY, [quote]),
        ],
        [
            Shared(
                _PLANS,
                "Plans",
                [member(_BO, "owner", _BO), member(_ANN, "editor", _BO)],
                plans,
                mounts={_ANN: "/Plans", _BO: "/Plans"},
            ),
            Shared(
                _KIT,
                "Kit",
                [member(_CY, "owner", _CY), member(_ANN, "editor", _CY)],
                [file("/Part.txt", 9, _CY)],
                mounts={_CY: "/Kit"},
            ),
        ],
    )


# --- both sides -----------------------------------------------------------------------------------


def _files(state: State, *where: str) -> Iterator[Mapping[str, Any]]:
    for space in state["spaces"]:
        for each in where:
            yield from (one for one in space[each] if "rev" in one)


def _compare_file(
    row: Row, file: Mapping[str, Any], folder: str, having: Mapping[str, Any]
) -> None:
    """Compare a file. `having`: who has all that lies in its namespace."""
    assert row.file is not None
    facts = (row.title, row.file.trashed, row.file.folder, row.file.revision, row.file.size_bytes)
    name = file["path"].rpartition("/")[2]
    expect("a file", facts, (name, False, folder, file["rev"], file["size"]))
    folders = {_ANN, *having}
    shares = {one.who.address for one in row.file.shares} - folders
    expect(f"shares of {row.title}", shares, {*file["members"]} - folders)
