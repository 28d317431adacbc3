"""What lies at Dropbox: namespaces, the files and folders in them, and what happened to those."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from loopdesk.sandbox.dropbox_world import Member, Version

BLOCK = 4 * 1024 * 1024


def content_hash(content: bytes) -> str:
    """Return Dropbox's hash: SHA-256 over the digests of each 4 MiB."""
    digests = (
        hashlib.sha256(content[start : start + BLOCK]).digest()
        for start in range(0, len(content), BLOCK)
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()


def lower(path: str) -> str:
    return path.lower()


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    return path.rpartition("/")[2]


@dataclass(slots=True, eq=False)
class Revision:
    """One version of a file; its content is asked for when it is first needed."""

    rev: str
    version: Version
    _content: bytes | None = None
    _hash: str = ""

    @property
    def content(self) -> bytes:
        if self._content is None:
            self._content = self.version.content
        return self._content

    @property
    def hash(self) -> str:
        if not self._hash:
            self._hash = content_hash(self.content)
        return self._hash


@dataclass(slots=True, eq=False)
class Node:
    """A file or a folder.

    Args:
        path: within its namespace, as people write it.
        revisions: oldest first; none: it is a folder.
        mount: id of the namespace that is shown here.
        deleted_at: it lies in the trash.
        members: whom this file alone was shared with.
        url: where a browser shows it; "": made from its id.
    """

    id: str
    path: str
    revisions: list[Revision] = field(default_factory=list)
    mount: str = ""
    deleted_at: datetime | None = None
    members: dict[str, Member] = field(default_factory=dict)
    export_as: tuple[str, ...] = ()
    locked_by: str = ""
    locked_at: datetime | None = None
    url: str = ""

    @property
    def lower(self) -> str:
        return lower(self.path)

    @property
    def name(self) -> str:
        return name_of(self.path)

    @property
    def is_folder(self) -> bool:
        return not self.revisions

    @property
    def now(self) -> Revision:
        return self.revisions[-1]


@dataclass(slots=True, eq=False)
class Space:
    """One namespace: a home, a shared folder, or what a team has in common.

    Args:
        owner: address of whose home it is, who alone has it; "": its members have it.
        members: who has it, by address, each with what they may.
        log: paths in lower case that came, changed or went, in order.
        shown: how each path of the log was written last.
    """

    id: str
    name: str
    owner: str = ""
    members: dict[str, Member] = field(default_factory=dict)
    is_team: bool = False
    nodes: dict[str, Node] = field(default_factory=dict)
    trash: dict[str, Node] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    busy_until: datetime | None = None

    def below(self, path: str) -> list[Node]:
        """Return everything under a path, parents first; "" is the whole."""
        prefix = f"{path}/"
        return [self.nodes[key] for key in sorted(self.nodes) if key.startswith(prefix)]

    def put(self, node: Node) -> None:
        """Lay a node at its path, in place of what is there."""
        self.nodes[node.lower] = node
        self.trash.pop(node.lower, None)
        self.note(node.path)

    def note(self, path: str) -> None:
        self.log.append(lower(path))
        self.shown[lower(path)] = path

    def take(self, node: Node) -> list[Node]:
        """Remove a node and all below it; return them, parents first."""
        gone = [node, *self.below(node.lower)]
        for one in gone:
            del self.nodes[one.lower]
            self.note(one.path)
        return gone

    def since(self, number: int) -> list[str]:
        """Return each path that changed after so many changes, in the order of the last change."""
        return list(reversed(dict.fromkeys(reversed(self.log[number:]))))


class Spaces:
    """All namespaces.

    Args:
        draw: gives so many random bytes, for ids.
    """

    def __init__(self, draw: Callable[[int], bytes]) -> None:
        self.by_id: dict[str, Space] = {}
        self._draw = draw
        self._revs = 0x1A1C10CE0
        self._where: dict[str, tuple[Space, Node]] = {}

    def rev(self) -> str:
        """Return the next revision's name."""
        self._revs += 1
        return f"{self._revs:015x}"

    def new_id(self, seed: str = "") -> str:
        """Return an id for a node; the same one for the same seed."""
        raw = hashlib.sha256(seed.encode()).digest()[:11] if seed else self._draw(11)
        return f"id:{raw.hex()}"

    def new_space(self) -> str:
        while (key := str(int.from_bytes(self._draw(5), "big") + 1000)) in self.by_id:
            pass
        return key

    def all(self) -> Iterator[tuple[Space, Node]]:
        for space in self.by_id.values():
            for node in space.nodes.values():
                yield space, node

    def find(self, id: str) -> tuple[Space, Node] | None:
        """Return where a node with this id is; one in the trash too."""
        if not (known := self._where.get(id)) or not _holds(*known):
            self._where = {
                node.id: (space, node)
                for space in self.by_id.values()
                for node in (*space.trash.values(), *space.nodes.values())
            }
            known = self._where.get(id)
        return known

    def find_rev(self, rev: str) -> tuple[Space, Node, Revision] | None:
        for space in self.by_id.values():
            for node in (*space.nodes.values(), *space.trash.values()):
                for revision in node.revisions:
                    if revision.rev == rev:
                        return space, node, revision
        return None

    def folder(self, space: Space, path: str) -> str:
        """Make the folder at this path, and those above it, where there is none.

        Returns:
            The path as it is written there.
        """
        if not path:
            return ""
        if (known := space.nodes.get(lower(path))) is None:
            known = Node(
                self.new_id(f"{space.id}{lower(path)}{len(space.log)}"), self.place(space, path)
            )
            space.put(known)
        return known.path

    def place(self, space: Space, path: str) -> str:
        """Make the folders above a path; return it as they are written."""
        return f"{self.folder(space, parent(path))}/{name_of(path)}"

    def write(self, space: Space, path: str, version: Version, node: Node | None = None) -> Node:
        """Give a file a version; a new one without `node`."""
        revision = Revision(self.rev(), version)
        if node is None:
            node = Node(self.new_id(), self.place(space, path))
        node.revisions.append(revision)
        space.put(node)
        return node

    def drop(self, space: Space, node: Node, at: datetime) -> None:
        """Delete a node; files keep their versions. What is mounted there is let go of only."""
        for one in space.take(node):
            if one.revisions:
                one.deleted_at = at
                space.trash[one.lower] = one


def _holds(space: Space, node: Node) -> bool:
    return space.nodes.get(node.lower) is node or space.trash.get(node.lower) is node
