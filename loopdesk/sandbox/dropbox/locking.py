"""Keeping others from changing a file while one works on it."""

from __future__ import annotations

from collections.abc import Callable

from loopdesk.sandbox.dropbox import shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import DropboxError, refuse
from loopdesk.sandbox.dropbox.spaces import Node, Space
from loopdesk.sandbox.dropbox.view import lookup
from loopdesk.sandbox.model import Json

_MOST = 100


def lock(call: Call) -> Json:
    """Answer `files/lock_file_batch`."""

    def work(space: Space, node: Node) -> None:
        _check(call, space, node)
        node.locked_by, node.locked_at = call.address, call.now
        space.note(node.path)

    return _each(call, work)


def unlock(call: Call) -> Json:
    """Answer `files/unlock_file_batch`."""

    def work(space: Space, node: Node) -> None:
        _check(call, space, node)
        node.locked_by, node.locked_at = "", None
        space.note(node.path)

    return _each(call, work)


def look(call: Call) -> Json:
    """Answer `files/get_file_lock_batch`."""
    return _each(call, lambda space, node: None)


def _check(call: Call, space: Space, node: Node) -> None:
    if node.is_folder:
        raise refuse("cannot_be_locked")
    if space.owner:
        raise refuse("file_not_shared")
    if not call.view.may_write(space):
        raise refuse("no_write_permission")
    if node.locked_by not in ("", call.address):
        raise refuse("lock_conflict", lock=_lock(call, node))


def _each(call: Call, work: Callable[[Space, Node], None]) -> Json:
    entries: list[Json] = []
    for one in call.several("entries", _MOST):
        try:
            path = call.inner(one, "entries").text("path")
            item = lookup(call.view, path, lambda *tags: refuse("path_lookup", *tags))
            space, node = item.space, item.node
            work(space, node)
        except DropboxError as error:
            if error.status != 409:
                raise
            entries.append({".tag": "failure", "failure": error.error})
            continue
        prefix = call.view.mounts().get(space.id)
        shown = shapes.metadata(call.view, space, node, prefix, call.dropbox.people)
        entries.append({".tag": "success", "metadata": shown, "lock": _lock(call, node)})
    return {"entries": entries}


def _lock(call: Call, node: Node) -> Json:
    holder = call.dropbox.people.get(node.locked_by)
    if holder is None:
        return {"content": {".tag": "unlocked"}}
    created = shapes.stamp(node.locked_at or node.now.version.at)
    single = {".tag": "single_user", "created": created, "lock_holder_account_id": holder.id}
    return {"content": single}
