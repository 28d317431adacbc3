"""Lays out what a story hands to Dropbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loopdesk.sandbox.dropbox.spaces import Node, Revision, Space, Spaces, lower, parent
from loopdesk.sandbox.dropbox_world import Boxes, File, Home, Shared


def build(spaces: Spaces, given: Boxes) -> None:
    homes = {home.address: _home(spaces, home) for home in given.homes}
    for shared in given.shared:
        _shared(spaces, shared, homes)
    for home in given.homes:
        if home.root:
            name = next(one.name for one in given.people if one.address == home.address)
            _mount(spaces, spaces.by_id[home.root], f"/{name}", homes[home.address])


def _home(spaces: Spaces, home: Home) -> Space:
    space = Space(home.id, "", owner=home.address)
    spaces.by_id[space.id] = space
    _fill(spaces, space, home.files, home.folders)
    return space


def _shared(spaces: Spaces, shared: Shared, homes: dict[str, Space]) -> None:
    space = Space(shared.id, shared.name, is_team=shared.is_team)
    space.members = {member.address: member for member in shared.members}
    spaces.by_id[space.id] = space
    _fill(spaces, space, shared.files, shared.folders)
    for address, path in shared.mounts.items():
        _mount(spaces, homes[address], path, space)


def _mount(spaces: Spaces, space: Space, path: str, inner: Space) -> None:
    spaces.folder(space, parent(path))
    space.put(Node(spaces.new_id(f"{space.id} {lower(path)}"), path, mount=inner.id))


def _fill(
    spaces: Spaces,
    space: Space,
    files: Sequence[File] | Callable[[], Sequence[File]],
    folders: Sequence[str],
) -> None:
    for path in folders:
        spaces.folder(space, path)
    for file in files() if callable(files) else files:
        spaces.folder(space, parent(file.path))
        node = Node(
            file.id or spaces.new_id(f"{space.id} {lower(file.path)}"),
            file.path,
            [Revision(spaces.rev(), version) for version in file.versions],
            members={member.address: member for member in file.members},
            export_as=file.export_as,
            locked_by=file.locked_by,
            url=file.url,
            deleted_at=file.deleted_at,
        )
        if file.deleted_at is None:
            space.put(node)
        else:
            space.trash[node.lower] = node
            space.note(node.path)
