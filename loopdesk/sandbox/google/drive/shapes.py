"""How files and what belongs to them are shown to one of those who can see them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from loopdesk.sandbox.google.drive import formats
from loopdesk.sandbox.google.drive.store import (
    ANYONE,
    FOLDER,
    ROLES,
    SHORTCUT,
    Comment,
    DriveStore,
    Permission,
    Reply,
    Revision,
    Stored,
    permission_id,
)
from loopdesk.sandbox.model import Json, SharedDrive, Who

_MENTION = re.compile(r"[@+]([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_PAGES = {
    "application/vnd.google-apps.document": "https://docs.google.com/document/d/{}/edit",
    "application/vnd.google-apps.spreadsheet": "https://docs.google.com/spreadsheets/d/{}/edit",
    "application/vnd.google-apps.presentation": "https://docs.google.com/presentation/d/{}/edit",
    FOLDER: "https://drive.google.com/drive/folders/{}",
}


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def address(stored: Stored) -> str:
    """Return where a browser opens a file."""
    return _PAGES.get(stored.type, "https://drive.google.com/file/d/{}/view").format(stored.id)


def user(who: Who, me: str, *, full: bool = True) -> Json:
    shown: Json = {
        "kind": "drive#user",
        "displayName": who.name or who.address,
        "me": who.address == me,
    }
    # A comment names its author without an address.
    if full:
        shown |= {"permissionId": permission_id(who.address), "emailAddress": who.address}
    return shown


def file(store: DriveStore, stored: Stored, me: str) -> Json:
    role = store.role(stored, me)
    trashed = store.is_trashed(stored)
    own = stored.permissions.get(permission_id(me))
    mark = "" if stored.is_folder else "?usp=drivesdk"
    shown: Json = {
        "kind": "drive#file",
        "id": stored.id,
        "name": stored.name,
        "mimeType": stored.type,
        "starred": me in stored.starred,
        "trashed": trashed,
        "explicitlyTrashed": stored.trashed,
        "spaces": ["drive"],
        "version": str(stored.version),
        "webViewLink": address(stored) + mark,
        "iconLink": f"https://drive-thirdparty.googleusercontent.com/16/type/{stored.type}",
        "viewedByMe": me in stored.viewed,
        "createdTime": stamp(stored.created_at),
        "modifiedTime": stamp(stored.changed_at),
        "modifiedByMe": me in stored.edited,
        "lastModifyingUser": user(stored.changed_by, me),
        "capabilities": capabilities(store, stored, me, role),
        "isAppAuthorized": True,
    }
    if stored.description:
        shown["description"] = stored.description
    parent = store.files.get(stored.folder)
    if parent is not None and store.role(parent, me, by_link=False):
        shown["parents"] = [parent.id]
    if me in stored.viewed:
        shown["viewedByMeTime"] = stamp(stored.viewed[me])
    if me in stored.edited:
        shown["modifiedByMeTime"] = stamp(stored.edited[me])
    if stored.drive:
        shown |= {"driveId": stored.drive, "hasAugmentedPermissions": bool(stored.permissions)}
    elif stored.owner is not None:
        shared = any(each.permissions for each in store.chain(stored))
        shown |= {
            "owners": [user(stored.owner, me)],
            "ownedByMe": stored.owner.address == me,
            "shared": shared,
            "writersCanShare": True,
        }
        if shown["capabilities"]["canShare"]:
            shown["permissions"] = [permission(each) for each in all_permissions(store, stored)]
            shown["permissionIds"] = [each["id"] for each in shown["permissions"]]
    if own is not None and role != "owner" and not stored.drive:
        shown |= {"sharedWithMeTime": stamp(own.at), "sharingUser": user(own.by, me)}
    if stored.shortcut_to and (target := store.files.get(stored.shortcut_to)):
        details = {"targetId": target.id, "targetMimeType": target.type}
        shown["shortcutDetails"] = details
    if stored.is_googles:
        if stored.type in formats.EXPORTS:
            shown["exportLinks"] = export_links(stored)
            shown["size"] = str(len(stored.data))
    else:
        head = stored.revisions[-1]
        shown |= {
            "size": str(len(head.data)),
            "quotaBytesUsed": str(len(head.data)),
            "md5Checksum": head.md5,
            "headRevisionId": head.id,
            "originalFilename": stored.name,
            "fileExtension": stored.name.rpartition(".")[2] if "." in stored.name else "",
            "webContentLink": f"https://drive.google.com/uc?id={stored.id}&export=download",
        }
    return shown


def export_links(stored: Stored) -> Json:
    return {
        kind: f"https://docs.google.com/feeds/download/export?id={stored.id}&exportFormat={short}"
        for kind, short in formats.EXPORTS[stored.type].items()
    }


def capabilities(store: DriveStore, stored: Stored, me: str, role: str) -> Json:
    """Return what somebody may do.

    Source: developers.google.com/workspace/drive/api/guides/ref-roles (2026-11)
    """
    rank = ROLES.index(role)
    writes = rank >= ROLES.index("writer")
    manages = rank >= ROLES.index("fileOrganizer")
    parent = store.files.get(stored.folder)
    above = store.role(parent, me, by_link=False) if parent else ""
    moves_out = ROLES.index(above) >= ROLES.index("fileOrganizer" if stored.drive else "writer")
    plain = not stored.is_root
    trashed = store.is_trashed(stored)
    return {
        "canAddChildren": stored.is_folder and writes,
        "canComment": rank >= ROLES.index("commenter") and not stored.is_folder and not trashed,
        "canCopy": not stored.is_folder,
        "canDelete": plain and (role == "owner" or (bool(stored.drive) and role == "organizer")),
        "canDownload": not stored.is_folder and stored.type != SHORTCUT,
        "canEdit": writes and not trashed,
        "canListChildren": stored.is_folder,
        "canModifyContent": writes and not trashed,
        "canMoveItemWithinDrive": plain and writes and moves_out and not trashed,
        "canReadRevisions": writes and not stored.is_folder and stored.type != SHORTCUT,
        "canRename": plain and writes and not trashed,
        "canShare": plain and writes and not trashed,
        "canTrash": plain and manages and not stored.trashed,
        "canUntrash": plain and manages and stored.trashed,
    }


def all_permissions(store: DriveStore, stored: Stored) -> list[Permission]:
    """Return who may see a file, the owner first; what a folder gives is given here too."""
    found: dict[str, Permission] = {}
    if stored.owner is not None:
        owner = Permission(stored.owner, "owner", stored.owner, stored.created_at)
        found[owner.id] = owner
    for each in store.chain(stored):
        for key, one in each.permissions.items():
            if key not in found or ROLES.index(found[key].role) < ROLES.index(one.role):
                found[key] = one
    return list(found.values())


def permission(one: Permission) -> Json:
    shown: Json = {
        "kind": "drive#permission",
        "id": one.id,
        "type": "anyone" if one.id == ANYONE else "user",
        "role": one.role,
    }
    if one.id == ANYONE:
        return shown | {"allowFileDiscovery": False}
    return shown | {
        "emailAddress": one.who.address,
        "displayName": one.who.name or one.who.address,
        "deleted": False,
        "pendingOwner": False,
    }


def comment(one: Comment, me: str) -> Json:
    shown: Json = {
        "kind": "drive#comment",
        **_said(one, me),
        "resolved": one.resolved,
        "replies": [reply(each, me) for each in one.replies],
    }
    if one.quote:
        shown["quotedFileContent"] = {"mimeType": "text/html", "value": escape(one.quote)}
    if one.anchor:
        shown["anchor"] = one.anchor
    return shown


def reply(one: Reply, me: str) -> Json:
    shown = {"kind": "drive#reply", **_said(one, me)}
    return shown | ({"action": one.action} if one.action else {})


def _said(one: Comment | Reply, me: str) -> Json:
    shown: Json = {
        "id": one.id,
        "createdTime": stamp(one.at),
        "modifiedTime": stamp(one.modified_at),
        "deleted": one.deleted,
        "author": user(one.by, me, full=False),
    }
    if one.deleted:
        return shown
    shown |= {"content": one.text, "htmlContent": escape(one.text)}
    if named := mentioned(one.text):
        shown["mentionedEmailAddresses"] = named
    return shown


def mentioned(text: str) -> list[str]:
    return list(dict.fromkeys(address.lower().rstrip(".") for address in _MENTION.findall(text)))


def revision(stored: Stored, one: Revision, me: str) -> Json:
    shown: Json = {
        "kind": "drive#revision",
        "id": one.id,
        "mimeType": stored.type,
        "modifiedTime": stamp(one.at),
        "lastModifyingUser": user(one.by, me),
    }
    if stored.is_googles:
        return shown | {"published": False, "exportLinks": export_links(stored)}
    return shown | {
        "keepForever": False,
        "originalFilename": stored.name,
        "md5Checksum": one.md5,
        "size": str(len(one.data)),
    }


def drive(one: SharedDrive, role: str) -> Json:
    writes = ROLES.index(role) >= ROLES.index("writer")
    return {
        "kind": "drive#drive",
        "id": one.id,
        "name": one.name,
        "createdTime": stamp(one.at),
        "hidden": False,
        "capabilities": {"canAddChildren": writes, "canListChildren": True, "canEdit": writes},
    }


def paged(call_number: int, most: int, things: Sequence[Json]) -> tuple[list[Json], str]:
    """Return one page of things, and the token of the next, "" where there is none."""
    end = call_number + most
    return list(things[call_number:end]), str(end) if len(things) > end else ""
