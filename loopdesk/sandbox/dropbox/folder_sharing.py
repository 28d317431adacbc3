"""Folders that several people have."""

from __future__ import annotations

from loopdesk.sandbox.dropbox import committing, shapes
from loopdesk.sandbox.dropbox.call import Call, variant
from loopdesk.sandbox.dropbox.errors import refuse
from loopdesk.sandbox.dropbox.members import (
    access,
    level_of,
    membership,
    permissions,
    policy,
    selected,
    well_known,
)
from loopdesk.sandbox.dropbox.paging import Page
from loopdesk.sandbox.dropbox.spaces import Node, Space, parent
from loopdesk.sandbox.dropbox.view import Malformed, Spot, checked
from loopdesk.sandbox.dropbox_world import Member, folder_url
from loopdesk.sandbox.model import Json

_FOLDERS, _MOUNTABLE, _MEMBERS = "folders", "mountable folders", "members of a folder"
_WRITES = ("change_options", "edit_contents", "invite_editor", "invite_viewer", "unshare")
_ACTIONS = (
    *_WRITES,
    *("relinquish_membership", "unmount", "leave_a_copy", "share_link", "create_link"),
    *("create_view_link", "create_edit_link", "set_access_inheritance"),
    *("invite_viewer_no_comment", "enable_viewer_info", "disable_viewer_info"),
)


def list_folders(call: Call) -> Json:
    """Answer `sharing/list_folders`."""
    return _first(call, _FOLDERS, [space.id for space in _mine(call)])


def more_folders(call: Call) -> Json:
    return _more(call, _FOLDERS)


def list_mountable(call: Call) -> Json:
    """Answer `sharing/list_mountable_folders`."""
    # All that can be put among one's own files or taken away there: what is there, too.
    return _first(call, _MOUNTABLE, [space.id for space in _mine(call)])


def more_mountable(call: Call) -> Json:
    return _more(call, _MOUNTABLE)


def get_metadata(call: Call) -> Json:
    """Answer `sharing/get_folder_metadata`."""
    return _metadata(call, _space(call, in_access=False))


def mount(call: Call) -> Json:
    """Answer `sharing/mount_folder`."""
    space = _space(call)
    if _mount(call, space) is not None:
        raise refuse("already_mounted")
    home = call.dropbox.home(call.view.person)
    spot = Spot(home, f"/{space.name}")
    path = committing.free(spot, "") if spot.node else spot.path
    home.put(Node(call.dropbox.spaces.new_id(), path, mount=space.id))
    return _metadata(call, space)


def unmount(call: Call) -> None:
    """Answer `sharing/unmount_folder`."""
    space = _space(call)
    node = _mount(call, space)
    if node is None:
        raise refuse("access_error", "unmounted")
    call.dropbox.home(call.view.person).take(node)


def share(call: Call) -> Json:
    """Answer `sharing/share_folder`."""
    if not call.view.person.verified:
        raise refuse("email_unverified")
    try:
        spot = call.view.at(checked(call.text("path")))
    except (LookupError, Malformed):
        raise refuse("bad_path", "invalid_path") from None
    home = call.dropbox.home(call.view.person)
    node = spot.node
    if node is not None and node.mount:
        known = _metadata(call, call.dropbox.spaces.by_id[node.mount])
        raise refuse("bad_path", "already_shared", **known)
    if spot.space is not home or not spot.path:
        raise refuse("bad_path", "inside_shared_folder")
    if node is not None and not node.is_folder:
        raise refuse("bad_path", "is_file")
    if any(one.mount for one in home.below(spot.lower)):
        raise refuse("bad_path", "contains_shared_folder")
    call.dropbox.spaces.folder(home, spot.path)
    space = _part_off(call, home, home.nodes[spot.lower])
    done = _metadata(call, space)
    return call.dropbox.jobs.launch(call, done, always=call.flag("force_async"))


def unshare(call: Call) -> Json:
    """Answer `sharing/unshare_folder`."""
    space = _space(call)
    if call.view.level(space) != "owner":
        raise refuse("no_permission")
    for address in list(space.members):
        _leave(call, space, address, keeps=address == call.address)
    del call.dropbox.spaces.by_id[space.id]
    return call.dropbox.jobs.launch(call, None)


def list_members(call: Call) -> Json:
    """Answer `sharing/list_folder_members`."""
    space = _space(call, in_access=False)
    size = call.number("limit", 1000, 1, 1000)
    keys = [(address, one.level, False) for address, one in space.members.items()]
    return _members(call, call.dropbox.pages.first(call, _MEMBERS, keys, size))


def more_members(call: Call) -> Json:
    page = call.dropbox.pages.after(call, _MEMBERS)
    if page is None:
        raise refuse("invalid_cursor")
    return _members(call, page)


def add_member(call: Call) -> None:
    """Answer `sharing/add_folder_member`."""
    space = _space(call)
    if not call.view.person.verified:
        raise refuse("email_unverified")
    if not call.view.may_write(space):
        raise refuse("no_permission")
    for one in call.several("members", 20):
        inner = call.inner(one, "members")
        selector = inner.args.get("member")
        address = selected(call, selector)
        if address is None:
            tag, value = variant(selector, "member", ("email", "dropbox_id"))
            raise refuse("bad_member", f"invalid_{tag}", **{f"invalid_{tag}": str(value)})
        known = space.members.get(address)
        level = level_of(inner, "access_level", ("viewer", "editor"))
        at = known.at if known else call.now
        if known is None or known.level != "owner":
            space.members[address] = Member(address, level, call.address, at)
        if not call.flag("quiet"):
            call.dropbox.invite(address, space.name, call.text("custom_message", ""))


def update_member(call: Call) -> Json:
    """Answer `sharing/update_folder_member`."""
    space = _space(call)
    if call.view.level(space) != "owner":
        raise refuse("no_permission")
    member = space.members.get(selected(call, call.args.get("member")) or "")
    if member is None:
        raise refuse("member_error", "not_a_member")
    level = level_of(call, "access_level", ("viewer", "editor"))
    space.members[member.address] = Member(member.address, level, member.by, member.at)
    return access(level)


def remove_member(call: Call) -> Json:
    """Answer `sharing/remove_folder_member`: always with a job."""
    space = _space(call)
    if call.view.level(space) != "owner":
        raise refuse("no_permission")
    address = selected(call, call.args.get("member"))
    member = space.members.get(address or "")
    if member is None:
        raise refuse("member_error", "not_a_member")
    if member.level == "owner":
        raise refuse("folder_owner")
    _leave(call, space, member.address, keeps=call.flag("leave_a_copy"))
    return call.dropbox.jobs.launch(call, None, always=True)


def relinquish(call: Call) -> Json:
    """Answer `sharing/relinquish_folder_membership`."""
    space = _space(call)
    if call.view.level(space) == "owner":
        raise refuse("folder_owner")
    _leave(call, space, call.address, keeps=call.flag("leave_a_copy"))
    return call.dropbox.jobs.launch(call, None)


def _mine(call: Call) -> list[Space]:
    return [
        space
        for space in call.dropbox.spaces.by_id.values()
        if not space.owner and not space.is_team and call.view.level(space)
    ]


def _space(call: Call, *, in_access: bool = True) -> Space:
    """Return the folder that is named.

    Args:
        in_access: the route has the reason within its own union.
    """
    tags = ("access_error",) if in_access else ()
    space = call.dropbox.spaces.by_id.get(call.text("shared_folder_id"))
    if space is None or space.owner:
        raise refuse(*tags, "invalid_id")
    if not call.view.level(space):
        raise refuse(*tags, "not_a_member")
    return space


def _mount(call: Call, space: Space) -> Node | None:
    """Return where the person has put a folder in their own."""
    nodes = call.dropbox.home(call.view.person).nodes.values()
    return next((node for node in nodes if node.mount == space.id), None)


def _part_off(call: Call, home: Space, node: Node) -> Space:
    """Make a folder a namespace of its own; what is in it goes and comes again, ids and all."""
    spaces = call.dropbox.spaces
    space = Space(spaces.new_space(), node.name)
    space.members[call.address] = Member(call.address, "owner", call.address, call.now)
    spaces.by_id[space.id] = space
    prefix = node.path
    for one in home.take(node)[1:]:
        one.path = one.path[len(prefix) :]
        space.put(one)
    node.mount = space.id
    home.put(node)
    return space


def _leave(call: Call, space: Space, address: str, *, keeps: bool) -> None:
    """Take a folder from a member, who may keep what is in it."""
    spaces = call.dropbox.spaces
    del space.members[address]
    person = call.dropbox.people.get(address)
    home = call.dropbox.home(person) if person else None
    if home is None:
        return
    for mount in [node for node in home.nodes.values() if node.mount == space.id]:
        home.take(mount)
        if not keeps:
            continue
        spaces.folder(home, parent(mount.path))
        home.put(Node(mount.id, mount.path))
        for one in space.below(""):
            home.put(Node(spaces.new_id(), mount.path + one.path, list(one.revisions)))


def _first(call: Call, listing: str, ids: list[str]) -> Json:
    size = call.number("limit", 1000, 1, 1000)
    return _listed(call, call.dropbox.pages.first(call, listing, ids, size))


def _more(call: Call, listing: str) -> Json:
    page = call.dropbox.pages.after(call, listing)
    if page is None:
        raise refuse("invalid_cursor")
    return _listed(call, page)


def _listed(call: Call, page: Page) -> Json:
    found = (call.dropbox.spaces.by_id.get(id) for id in page.keys)
    entries = [_metadata(call, space) for space in found if space]
    return {"entries": entries} | ({"cursor": page.cursor} if page.cursor else {})


def _members(call: Call, page: Page) -> Json:
    return membership(call, page.keys) | ({"cursor": page.cursor} if page.cursor else {})


def _metadata(call: Call, space: Space) -> Json:
    """Return a `SharedFolderMetadata`."""
    level = call.view.level(space) or "viewer"
    owners = [address for address, one in space.members.items() if one.level == "owner"]
    shown: Json = {
        "name": space.name,
        "shared_folder_id": space.id,
        "access_type": {".tag": level},
        "is_inside_team_folder": False,
        "is_team_folder": False,
        "policy": policy(),
        "preview_url": folder_url(space.id),
        "time_invited": shapes.stamp(space.members[call.address].at),
        "owner_display_names": well_known(call, owners),
        "access_inheritance": {".tag": "inherit"},
    }
    if node := _mount(call, space):
        home = call.dropbox.home(call.view.person)
        prefix = call.view.mounts().get(home.id)
        shown |= {**shapes.placed(node.name, node.path, prefix), "folder_id": node.id}
    if asked := call.choices("actions", _ACTIONS):
        shown["permissions"] = permissions(asked, level, _WRITES)
    return shown
