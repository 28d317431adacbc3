"""Moving, copying, deleting and bringing back."""

from __future__ import annotations

from dataclasses import replace

from loopdesk.sandbox.dropbox import committing, shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.committing import Failed
from loopdesk.sandbox.dropbox.errors import BadInput, DropboxError, refuse
from loopdesk.sandbox.dropbox.spaces import Node, Revision, Space, parent
from loopdesk.sandbox.dropbox.view import Item, Spot, checked, lookup
from loopdesk.sandbox.model import Json

_MOST_FILES = 10_000


def create_folder(call: Call) -> Json:
    """Answer `files/create_folder_v2`."""

    def failed(*tags: str) -> DropboxError:
        return refuse("path", *tags)

    spot = committing.target(call, call.text("path"), failed)
    _check_rights(call, spot.space, failed)
    if spot.node is not None:
        if not call.flag("autorename"):
            raise failed("conflict", "folder" if spot.node.is_folder else "file")
        spot = Spot(spot.space, committing.free(spot, ""))
    spaces = call.dropbox.spaces
    node = Node(spaces.new_id(), spaces.place(spot.space, spot.path))
    spot.space.put(node)
    prefix = call.view.mounts().get(spot.space.id)
    return {"metadata": shapes.folder(call.view, spot.space, node, prefix)}


def move(call: Call) -> Json:
    """Answer `files/move_v2`."""
    return {"metadata": _move(call)}


def move_batch(call: Call) -> Json:
    """Answer `files/move_batch_v2`."""
    more = {"autorename", "allow_ownership_transfer"} & call.args.keys()
    shared = {name: call.args[name] for name in more}
    entries = []
    for one in call.several("entries"):
        inner = call.inner(one, "entries")
        inner.args = inner.args | shared
        entries.append(_moved(inner))
    return call.dropbox.jobs.launch(call, {"entries": entries})


def copy(call: Call) -> Json:
    """Answer `files/copy_v2`."""
    source = _source(call)
    node = source.node
    spot = committing.target(call, call.text("to_path"), _to)
    _check_rights(call, spot.space, _to)
    spot = _room(call, spot)
    spaces = call.dropbox.spaces
    everything = [node, *source.space.below(node.lower)]
    if any(one.mount for one in everything):
        raise refuse("cant_copy_shared_folder")
    size = sum(len(one.now.content) for one in everything if one.revisions)
    if not call.dropbox.has_room(spot.space, size):
        raise refuse("to", "insufficient_space")
    target = spaces.place(spot.space, spot.path)
    for one in everything:
        path = target + one.path[len(node.path) :]
        if one.is_folder:
            spot.space.put(Node(spaces.new_id(), path))
        else:
            version = replace(one.now.version, by=call.address, at=call.now)
            spaces.write(spot.space, path, version)
    return {"metadata": _metadata(call, spot.space, spot.space.nodes[spot.lower])}


def delete(call: Call) -> Json:
    """Answer `files/delete_v2`."""
    return {"metadata": _delete(call)}


def delete_batch(call: Call) -> Json:
    """Answer `files/delete_batch`."""
    entries: list[Json] = []
    for one in call.several("entries"):
        try:
            inner = call.inner(one, "entries")
            entries.append({".tag": "success", "metadata": _delete(inner)})
        except DropboxError as error:
            if error.status != 409:
                raise
            entries.append({".tag": "failure", "failure": error.error})
    return call.dropbox.jobs.launch(call, {"entries": entries})


def restore(call: Call) -> Json:
    """Answer `files/restore`."""

    def failed(*tags: str) -> DropboxError:
        return refuse("path_write", *tags)

    path, rev = checked(call.text("path")), call.text("rev")
    if path.startswith(("id:", "rev:")):
        raise BadInput(f"path: '{path}' did not match pattern")
    spot = committing.target(call, path, failed)
    _check_rights(call, spot.space, failed)
    node = spot.node or spot.space.trash.get(spot.lower)
    if node is None:
        raise refuse("path_lookup", "not_found")
    chosen = next((one for one in node.revisions if one.rev == rev), None)
    if chosen is None:
        raise refuse("invalid_revision")
    if call.dropbox.is_preparing(rev):
        raise refuse("in_progress")
    node.deleted_at = None
    call.dropbox.spaces.folder(spot.space, parent(node.path))
    version = replace(chosen.version, by=call.address, at=call.now)
    call.dropbox.spaces.write(spot.space, node.path, version, node)
    return committing.metadata(call, spot.space, node)


def _move(call: Call) -> Json:
    source = _source(call)
    node = source.node
    spot = committing.target(call, call.text("to_path"), _to)
    _check_rights(call, source.space, lambda *tags: refuse("from_write", *tags))
    if spot.space is not source.space:
        _check_rights(call, spot.space, _to)
    if (spot.space, spot.lower) == (source.space, node.lower):
        # Also where only upper and lower case would change.
        raise refuse("duplicated_or_nested_paths")
    everything = [node, *source.space.below(node.lower)]
    if spot.space is source.space and spot.lower.startswith(f"{node.lower}/"):
        raise refuse("cant_move_folder_into_itself")
    if len(everything) > _MOST_FILES:
        raise refuse("too_many_files")
    if any(one.mount for one in everything) and not spot.space.owner:
        raise refuse("cant_nest_shared_folder")
    gives_away = source.space.owner == call.address and not _is_own(call, spot.space)
    if gives_away and not call.flag("allow_ownership_transfer"):
        raise refuse("cant_transfer_ownership")
    if any(one.locked_by not in ("", call.address) for one in everything):
        raise refuse("from_lookup", "locked")
    spot = _room(call, spot)
    target, old = call.dropbox.spaces.place(spot.space, spot.path), node.path
    source.space.take(node)
    for one in everything:
        one.path = target + one.path[len(old) :]
        if one.revisions:
            # The same content under a new rev: the journal of Dropbox knows places, too.
            one.revisions.append(Revision(call.dropbox.spaces.rev(), one.now.version))
        spot.space.put(one)
    return _metadata(call, spot.space, node)


def _source(call: Call) -> Item:
    path = call.text("from_path")
    return lookup(call.view, path, lambda *tags: refuse("from_lookup", *tags))


def _room(call: Call, spot: Spot) -> Spot:
    """Return where there is room for what comes; raises DropboxError: something lies there."""
    if spot.node is None:
        return spot
    if not call.flag("autorename"):
        raise _to("conflict", "folder" if spot.node.is_folder else "file")
    return Spot(spot.space, committing.free(spot, ""))


def _delete(call: Call) -> Json:
    def failed(*tags: str) -> DropboxError:
        return refuse("path_write", *tags)

    rev = call.text("parent_rev", "")
    path = call.text("path")
    item = lookup(call.view, path, lambda *tags: refuse("path_lookup", *tags))
    space, node = item.space, item.node
    _check_rights(call, space, failed)
    if rev and (node.is_folder or rev != node.now.rev):
        raise failed("conflict", "folder" if node.is_folder else "file")
    if node.locked_by not in ("", call.address):
        raise refuse("path_lookup", "locked")
    inner = call.dropbox.spaces.by_id.get(node.mount) if node.mount else None
    if inner is not None and inner.owner:
        raise failed("team_folder")
    shown = _metadata(call, space, node)
    call.dropbox.spaces.drop(space, node, call.now)
    return shown


def _moved(call: Call) -> Json:
    try:
        return {".tag": "success", "success": _move(call)}
    except DropboxError as error:
        if error.status != 409:
            raise
        failure = {".tag": "relocation_error", "relocation_error": error.error}
        return {".tag": "failure", "failure": failure}


def _check_rights(call: Call, space: Space, failed: Failed) -> None:
    """Refuse a write where the person may only read, or another write has not ended."""
    if not call.view.may_write(space):
        raise failed("no_write_permission")
    call.dropbox.occupy(space, failed)


def _is_own(call: Call, space: Space) -> bool:
    return call.view.level(space) == "owner"


def _to(*tags: str) -> DropboxError:
    return refuse("to", *tags)


def _metadata(call: Call, space: Space, node: Node) -> Json:
    prefix = call.view.mounts().get(space.id)
    return shapes.metadata(call.view, space, node, prefix, call.dropbox.people)
