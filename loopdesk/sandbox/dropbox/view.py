"""How one person sees Dropbox: which path leads where, and what they may do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from loopdesk.sandbox.dropbox.errors import BadInput, DropboxError
from loopdesk.sandbox.dropbox.spaces import Node, Space, Spaces, lower
from loopdesk.sandbox.dropbox_world import Level, Person

READ_PATH = re.compile(
    r"(/(.|[\r\n])*|id:.*)|(rev:[0-9a-f]{9,})|(ns:[0-9]+(/(.|[\r\n])*)?)", re.DOTALL
)
_LONGEST_NAME = 255
_LEVELS: tuple[Level, ...] = ("viewer", "editor", "owner")


class Malformed(Exception):  # noqa: N818 - as in core.errors
    """No file could ever be there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a namespace, whether or not something lies there.

    Args:
        path: within the namespace, as the program wrote it; "" is the namespace itself.
    """

    space: Space
    path: str

    @property
    def lower(self) -> str:
        return lower(self.path)

    @property
    def node(self) -> Node | None:
        return self.space.nodes.get(self.lower)


@dataclass(frozen=True, slots=True)
class Item:
    """What lies at a spot."""

    space: Space
    node: Node


@dataclass(frozen=True, slots=True)
class View:
    """Args:
    root: the namespace at which paths begin.
    """

    spaces: Spaces
    person: Person
    root: Space

    @property
    def address(self) -> str:
        return self.person.address

    def level(self, space: Space) -> Level | None:
        """Return what the person may do in a namespace; None: not even see it."""
        if space.owner:
            return "owner" if space.owner == self.address else None
        member = space.members.get(self.address)
        return member.level if member else None

    def may_write(self, space: Space) -> bool:
        return self.level(space) in ("owner", "editor")

    def file_level(self, space: Space, node: Node) -> Level | None:
        """Return what the person may do with one file."""
        member = node.members.get(self.address)
        levels = [self.level(space), member.level if member else None]
        return max(filter(None, levels), key=_LEVELS.index, default=None)

    def mounts(self) -> dict[str, str]:
        """Return the namespaces in sight, each with the path at which it begins."""
        found = {self.root.id: ""}
        waiting = [self.root]
        while waiting:
            space = waiting.pop(0)
            for node in space.nodes.values():
                inner = self.spaces.by_id.get(node.mount) if node.mount else None
                if inner and inner.id not in found and self.level(inner):
                    found[inner.id] = found[space.id] + node.path
                    waiting.append(inner)
        return found

    def path(self, space: Space, path: str) -> str | None:
        """Return the whole path of something; None: it is not mounted."""
        prefix = self.mounts().get(space.id)
        return None if prefix is None else prefix + path

    def is_hidden(self, node: Node) -> bool:
        """Say whether a node leads into somebody else's home."""
        inner = self.spaces.by_id.get(node.mount) if node.mount else None
        return inner is not None and self.level(inner) is None

    def at(self, path: str) -> Spot:
        """Return where a path leads.

        Args:
            path: from the root of sight, `id:...`, `id:.../name` or `ns:7/name`.

        Raises:
            Malformed: it is no path.
            LookupError: the id or namespace it begins with is not there.
        """
        if path.startswith("id:"):
            id, _, rest = path.partition("/")
            found = self.spaces.find(id)
            if found is None or not self.file_level(*found):
                raise LookupError(path)
            space, node = found
            if node.deleted_at is not None:
                raise LookupError(path)
            if node.mount and rest:
                return self._within(self.spaces.by_id[node.mount], f"/{rest}")
            return self._within(space, node.path + (f"/{rest}" if rest else ""))
        if path.startswith("ns:"):
            key, _, rest = path[3:].partition("/")
            inner = self.spaces.by_id.get(key)
            if inner is None or not self.level(inner):
                raise LookupError(path)
            return self._within(inner, f"/{rest}" if rest else "")
        return self._within(self.root, path)

    def _within(self, space: Space, path: str) -> Spot:
        """Go through what is mounted on the way."""
        parts = path.split("/")[1:]
        if any(not part or len(part) > _LONGEST_NAME or part.endswith(" ") for part in parts):
            raise Malformed(path)
        for count in range(1, len(parts)):
            node = space.nodes.get(lower("/" + "/".join(parts[:count])))
            inner = self.spaces.by_id.get(node.mount) if node and node.mount else None
            if inner is not None:
                if not self.level(inner):
                    raise LookupError(path)
                return self._within(inner, "/" + "/".join(parts[count:]))
        return Spot(space, path)

    def seen(self, path: str) -> Item:
        """Return what lies at a path. The root is nothing.

        Raises:
            Malformed, LookupError: as above.
        """
        spot = self.at(path)
        node = spot.node
        if node is None or self.is_hidden(node) or not self.file_level(spot.space, node):
            raise LookupError(path)
        return Item(spot.space, node)


def checked(path: str, *, may_be_root: bool = False) -> str:
    """Return a path that Dropbox reads at all.

    Raises:
        BadInput: it is none.
    """
    if path == "/":
        raise BadInput('path: Specify the root folder as an empty string rather than as "/".')
    if path == "" and not may_be_root:
        raise BadInput("path: The root folder is unsupported.")
    if path and not READ_PATH.fullmatch(path):
        raise BadInput(f"path: '{path}' did not match pattern")
    return path


def lookup(view: View, path: str, refuse: Callable[..., DropboxError]) -> Item:
    """Return what lies at a path.

    Args:
        refuse: makes the route's error out of the tags of a LookupError.
    """
    try:
        return view.seen(checked(path))
    except Malformed:
        raise refuse("malformed_path") from None
    except LookupError:
        raise refuse("not_found") from None
