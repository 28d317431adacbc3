"""Files that are shared one by one."""

from __future__ import annotations

from collections.abc import Callable

from loopdesk.sandbox.dropbox import shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import DropboxError, refuse, tagged
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
from loopdesk.sandbox.dropbox.spaces import Space
from loopdesk.sandbox.dropbox.view import Item, Malformed
from loopdesk.sandbox.dropbox_world import Level, Member, file_url
from loopdesk.sandbox.model import Json

_RECEIVED, _MEMBERS = "received files", "members of a file"
_WRITES = ("edit_contents", "invite_editor", "invite_viewer", "unshare")
_ACTIONS = (
    *_WRITES,
    *("share_link", "create_link", "create_view_link", "create_edit_link"),
    *("relinquish_membership", "invite_viewer_no_comment"),
    *("enable_viewer_info", "disable_viewer_info"),
)


def list_received(call: Call) -> Json:
    """Answer `sharing/list_received_files`."""
    if not call.view.person.verified:
        raise refuse("email_unverified")
    size = call.number("limit", 100, 1, 300)
    keys = [
        (node.members[call.address].at, node.id)
        for space, node in call.dropbox.spaces.all()
        if call.address in node.members and not call.view.level(space)
    ]
    newest_first = [id for _, id in sorted(keys, reverse=True)]
    return _received(call, call.dropbox.pages.first(call, _RECEIVED, newest_first, size))


def more_received(call: Call) -> Json:
    page = call.dropbox.pages.after(call, _RECEIVED)
    if page is None:
        raise refuse("invalid_cursor")
    return _received(call, page)


def get_metadata(call: Call) -> Json:
    """Answer `sharing/get_file_metadata`."""
    return _metadata(call, _file(call, call.text("file"), _access))


def get_metadata_batch(call: Call) -> list[Json]:
    """Answer `sharing/get_file_metadata/batch`."""
    results = []
    for path in call.several("files", 100):
        try:
            file = _file(call, str(path), lambda tag: refuse("access_error", tag))
            result = {".tag": "metadata", **_metadata(call, file)}
        except DropboxError as error:
            if error.status != 409:
                raise
            result = error.error
        results.append({"file": str(path), "result": result})
    return results


def list_members(call: Call) -> Json:
    """Answer `sharing/list_file_members`."""
    file = _file(call, call.text("file"), _access)
    size = call.number("limit", 100, 1, 300)
    keys = _holders(file, inherited=call.flag("include_inherited", True))
    return _members(call, call.dropbox.pages.first(call, _MEMBERS, keys, size))


def list_members_batch(call: Call) -> list[Json]:
    """Answer `sharing/list_file_members/batch`."""
    size = call.number("limit", 1000, 0, 3000)
    results = []
    for path in call.several("files", 100):
        try:
            keys = _holders(_file(call, str(path), _access), inherited=True)
            members = membership(call, keys[:size])
            result: Json = {".tag": "result", "members": members, "member_count": len(keys)}
        except DropboxError as error:
            if error.status != 409:
                raise
            result = error.error
        results.append({"file": str(path), "result": result})
    return results


def more_members(call: Call) -> Json:
    page = call.dropbox.pages.after(call, _MEMBERS)
    if page is None:
        raise refuse("invalid_cursor")
    return _members(call, page)


def add_member(call: Call) -> list[Json]:
    """Answer `sharing/add_file_member`: each member has an answer of their own."""
    if not call.view.person.verified:
        raise refuse("user_error", "email_unverified")
    file = _file(call, call.text("file"), _access)
    if call.view.file_level(file.space, file.node) not in ("owner", "editor"):
        raise refuse("access_error", "no_permission")
    level = level_of(call, "access_level", ("viewer", "editor"))
    results = []
    for selector in call.several("members", 20):
        address = selected(call, selector)
        if address is None or address == file.space.owner:
            result = tagged("member_error", "invalid_member")
        else:
            known = file.node.members.get(address)
            at = known.at if known else call.now
            file.node.members[address] = Member(address, level, call.address, at)
            if not call.flag("quiet"):
                call.dropbox.invite(address, file.node.name, call.text("custom_message", ""))
            result = tagged("success", level)
        results.append({"member": selector, "result": result})
    return results


def update_member(call: Call) -> Json:
    """Answer `sharing/update_file_member`."""
    file = _file(call, call.text("file"), _access)
    if call.view.file_level(file.space, file.node) not in ("owner", "editor"):
        raise refuse("no_permission")
    address = selected(call, call.args.get("member"))
    member = file.node.members.get(address or "")
    if member is None:
        raise refuse("no_explicit_access", access_level=None)
    level = level_of(call, "access_level", ("viewer", "editor"))
    file.node.members[member.address] = Member(member.address, level, member.by, member.at)
    return access(level)


def remove_member(call: Call) -> Json:
    """Answer `sharing/remove_file_member_2`."""
    file = _file(call, call.text("file"), _access)
    if call.view.file_level(file.space, file.node) not in ("owner", "editor"):
        raise refuse("access_error", "no_permission")
    address = selected(call, call.args.get("member"))
    if address is None:
        return tagged("member_error", "invalid_member")
    if address not in file.node.members:
        raise refuse("no_explicit_access")
    del file.node.members[address]
    return {".tag": "success"}


def unshare(call: Call) -> None:
    """Answer `sharing/unshare_file`."""
    file = _file(call, call.text("file"), _access)
    if call.view.file_level(file.space, file.node) != "owner":
        raise refuse("access_error", "no_permission")
    file.node.members.clear()


def relinquish(call: Call) -> None:
    """Answer `sharing/relinquish_file_membership`."""
    file = _file(call, call.text("file"), _access)
    if file.node.members.pop(call.address, None) is None:
        raise refuse("no_permission")


def _holders(file: Item, *, inherited: bool) -> list[tuple[str, Level, bool]]:
    """Return who has a file: address, level, and whether a folder gives it to them."""
    found: dict[str, tuple[Level, bool]] = {
        address: (one.level, False) for address, one in file.node.members.items()
    }
    if file.space.owner:
        found[file.space.owner] = ("owner", False)
    elif inherited:
        for address, one in file.space.members.items():
            found.setdefault(address, (one.level, True))
    return [(address, *held) for address, held in found.items()]


def _received(call: Call, page: Page) -> Json:
    found = (call.dropbox.spaces.find(id) for id in page.keys)
    entries = [_metadata(call, Item(*one)) for one in found if one]
    return {"entries": entries} | ({"cursor": page.cursor} if page.cursor else {})


def _members(call: Call, page: Page) -> Json:
    return membership(call, page.keys) | ({"cursor": page.cursor} if page.cursor else {})


def _access(tag: str) -> DropboxError:
    return refuse("access_error", tag)


def _file(call: Call, path: str, refused: Callable[[str], DropboxError]) -> Item:
    """Return a file that the person can see; raises DropboxError: it is none."""
    try:
        item = call.view.seen(path)
    except (LookupError, Malformed):
        raise refused("invalid_file") from None
    if item.node.is_folder:
        raise refused("is_folder")
    return item


def _metadata(call: Call, file: Item) -> Json:
    """Return a `SharedFileMetadata`."""
    space, node = file.space, file.node
    level = call.view.file_level(space, node) or "viewer"
    prefix = call.view.mounts().get(space.id)
    shown: Json = {
        **shapes.placed(node.name, node.path, prefix),
        "id": node.id,
        "policy": policy(),
        "preview_url": node.url or file_url(node.id, node.name),
        "access_type": {".tag": level},
        "owner_display_names": well_known(call, _owners(space)),
    }
    if call.address in node.members:
        shown["time_invited"] = shapes.stamp(node.members[call.address].at)
    if not space.owner:
        shown["parent_shared_folder_id"] = space.id
    if asked := call.choices("actions", _ACTIONS):
        shown["permissions"] = permissions(asked, level, _WRITES)
    return shown


def _owners(space: Space) -> list[str]:
    if space.owner:
        return [space.owner]
    return [address for address, one in space.members.items() if one.level == "owner"]
