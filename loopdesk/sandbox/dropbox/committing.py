"""What happens when content is put at a path: conflicts, rights, room."""

from __future__ import annotations

from collections.abc import Callable

from loopdesk.sandbox.dropbox import shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import BadInput, DropboxError
from loopdesk.sandbox.dropbox.spaces import Node, Space, content_hash, lower, name_of, parent
from loopdesk.sandbox.dropbox.view import Malformed, Spot, checked
from loopdesk.sandbox.dropbox_world import Version
from loopdesk.sandbox.model import Json

Failed = Callable[..., DropboxError]
"""Makes the route's error out of the tags of a WriteError."""

_MODES = ("add", "overwrite", "update")
_DISALLOWED = frozenset({".dropbox", ".dropbox.cache", "desktop.ini", "thumbs.db", ".ds_store"})


def commit(call: Call, args: Json, content: bytes, failed: Failed) -> Json:
    """Put content at a path as an upload's arguments say; return the file's metadata."""
    inner = call.inner(args, "commit")
    mode, rev = inner.tag("mode", "add", _MODES)
    if mode == "update" and not isinstance(rev, str):
        raise BadInput("mode: update needs the rev that it replaces")
    client_at = inner.moment("client_modified")
    spot = target(inner, inner.text("path"), failed)
    node = spot.node
    node_level = call.view.file_level(spot.space, node) if node else None
    if not call.view.may_write(spot.space) and node_level != "editor":
        raise failed("no_write_permission")
    call.dropbox.occupy(spot.space, failed)
    strict = inner.flag("strict_conflict")
    is_same = node and not node.is_folder and node.now.hash == content_hash(content)
    if node is not None and is_same and not strict:
        return metadata(call, spot.space, node)
    if word := _conflict(spot, mode, rev, strict):
        if not inner.flag("autorename"):
            raise failed("conflict", word)
        spot, node = Spot(spot.space, free(spot, _mark(mode))), None
    if node is not None and node.locked_by not in ("", call.address):
        raise failed("access_restricted")
    if not call.dropbox.has_room(spot.space, len(content)):
        raise failed("insufficient_space")
    version = Version(call.address, call.now, content, client_at)
    written = call.dropbox.spaces.write(spot.space, spot.path, version, node)
    return metadata(call, spot.space, written)


def target(call: Call, path: str, failed: Failed) -> Spot:
    """Return where something is to be put.

    Raises:
        DropboxError: nothing can be put there.
    """
    try:
        spot = call.view.at(checked(path))
    except Malformed:
        raise failed("malformed_path") from None
    except LookupError:
        raise failed("no_write_permission") from None
    if not spot.path:
        raise failed("conflict", "folder")
    if name_of(spot.lower) in _DISALLOWED:
        raise failed("disallowed_name")
    above = parent(spot.lower)
    while above:
        node = spot.space.nodes.get(above)
        if node is not None and not node.is_folder:
            raise failed("conflict", "file_ancestor")
        above = parent(above)
    return spot


def free(spot: Spot, mark: str) -> str:
    """Return a path beside this one at which nothing lies."""
    stem, dot, ending = name_of(spot.path).rpartition(".")
    if not stem:
        stem, dot, ending = ending, "", ""
    number = 0 if mark else 1
    while True:
        words = " ".join(filter(None, (mark, str(number or ""))))
        path = f"{parent(spot.path)}/{stem} ({words}){dot}{ending}"
        if lower(path) not in spot.space.nodes:
            return path
        number += 1


def metadata(call: Call, space: Space, node: Node) -> Json:
    """Return the metadata of a file without its tag."""
    prefix = call.view.mounts().get(space.id)
    return shapes.file(call.view, space, node, node.now, prefix, call.dropbox.people)


def _conflict(spot: Spot, mode: str, rev: object, strict: bool) -> str:
    """Return with what this collides, "" for nothing."""
    node = spot.node
    if node is None:
        # Whoever changes a file that is gone makes it anew, unless they want to know.
        return "file" if mode == "update" and strict else ""
    if node.is_folder:
        return "folder"
    if mode == "overwrite" or (mode == "update" and rev == node.now.rev):
        return ""
    return "file"


def _mark(mode: str) -> str:
    return "conflicted copy" if mode == "update" else ""
