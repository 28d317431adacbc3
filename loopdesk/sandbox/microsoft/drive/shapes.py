"""How drives, items and what belongs to them are shown to one of those who can see them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from loopdesk.sandbox.microsoft.account import oid_of
from loopdesk.sandbox.microsoft.drive import addresses
from loopdesk.sandbox.microsoft.drive.store import Content, Drive, DriveStore, Permission, Stored
from loopdesk.sandbox.model import Json, Who

_FAR = (
    *("id", "name", "size", "webUrl", "file", "folder", "createdBy", "createdDateTime"),
    *("lastModifiedBy", "lastModifiedDateTime", "fileSystemInfo"),
)
_QUOTA = 1_099_511_627_776


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def user(who: Who) -> Json:
    return {
        "user": {
            "id": oid_of(who.address),
            "displayName": who.name or who.address,
            "email": who.address,
        }
    }


def drive(store: DriveStore, one: Drive) -> Json:
    used = sum(len(each.data) for each in store.items.values() if each.drive == one.id)
    return {
        "id": one.id,
        "driveType": "business" if one.is_business else "personal",
        "name": "OneDrive",
        "owner": user(one.owner),
        "webUrl": addresses.web_url(one.owner.address, one.id, one.root, ""),
        "quota": {
            "total": _QUOTA,
            "used": used,
            "remaining": _QUOTA - used,
            "deleted": 0,
            "state": "normal",
        },
    }


def item(store: DriveStore, stored: Stored) -> Json:
    owner = store.owner(stored)
    path = store.path(stored)
    created, changed = stamp(stored.created_at), stamp(stored.changed_at)
    shown: Json = {
        "id": stored.id,
        "name": stored.name,
        "eTag": stored.etag,
        "cTag": stored.ctag,
        "size": _size(store, stored),
        "webUrl": addresses.web_url(owner.address, stored.drive, stored.id, path),
        "createdDateTime": created,
        "createdBy": user(stored.created_by),
        "lastModifiedDateTime": changed,
        "lastModifiedBy": user(stored.changed_by),
        "fileSystemInfo": {"createdDateTime": created, "lastModifiedDateTime": changed},
        "parentReference": reference(store, stored),
    }
    if stored.description:
        shown["description"] = stored.description
    if stored.is_root:
        shown["root"] = {}
    if stored.is_folder:
        shown["folder"] = {"childCount": len(store.children(stored))}
    else:
        shown["file"] = {
            "mimeType": stored.type,
            "hashes": {"quickXorHash": stored.versions[-1].hash},
        }
    if given := [each for level in store.chain(stored) for each in level.permissions.values()]:
        shown["shared"] = {
            "scope": "anonymous" if any(_is_open(each) for each in given) else "users",
            "owner": user(owner),
        }
    return shown


def reference(store: DriveStore, stored: Stored) -> Json:
    """Return where an item lies."""
    one = store.drives[stored.drive]
    shown: Json = {
        "driveId": one.id,
        "driveType": "business" if one.is_business else "personal",
    }
    if stored.is_root:
        return shown
    parent = store.items[stored.parent]
    above = store.path(parent)
    way = f"/drives/{one.id}/root:" if one.is_business else "/drive/root:"
    path = f"{way}/{quote(above)}" if above else way
    return shown | {"id": parent.id, "name": parent.name, "path": path}


def gone(stored_id: str, one: Drive) -> Json:
    """Return what delta calls say of an item that is no more."""
    kind = "business" if one.is_business else "personal"
    return {
        "id": stored_id,
        "deleted": {"state": "deleted"},
        "parentReference": {"driveId": one.id, "driveType": kind},
    }


def received(store: DriveStore, stored: Stored, given: Permission) -> Json:
    """Return an item of another's as lists of what was shared have it."""
    whole = item(store, stored)
    far = {name: whole[name] for name in _FAR if name in whole}
    place = {name: value for name, value in whole["parentReference"].items() if name != "path"}
    shared = {
        "scope": "users",
        "owner": user(store.owner(stored)),
        "sharedBy": user(given.by),
        "sharedDateTime": stamp(given.at),
    }
    near = {name: value for name, value in far.items() if name != "fileSystemInfo"}
    return {**near, "remoteItem": {**far, "parentReference": place, "shared": shared}}


def version(one: Content) -> Json:
    return {
        "id": one.id,
        "lastModifiedDateTime": stamp(one.at),
        "lastModifiedBy": user(one.by),
        "size": len(one.data),
    }


def owner_permission(store: DriveStore, stored: Stored) -> Json:
    owner = store.owner(stored)
    held = user(owner)
    key = oid_of(owner.address)
    return {"id": key, "roles": ["owner"], "grantedToV2": held, "grantedTo": held}


def permission(
    store: DriveStore, stored: Stored, one: Permission, source: Stored | None = None
) -> Json:
    """Return a permission; `source` is what it was given for, where that is above the item."""
    shown: Json = {"id": one.id, "roles": [one.role], "hasPassword": False}
    if one.link is not None:
        kind, scope = one.link
        at = source or stored
        owner = store.owner(stored).address
        url = addresses.link_url(owner, stored.drive, at.id, kind, scope)
        shown["link"] = {"type": kind, "scope": scope, "webUrl": url, "preventsDownload": False}
        shown["grantedToIdentitiesV2"] = []
    if one.who is not None:
        shown |= {
            "grantedToV2": user(one.who),
            "grantedTo": user(one.who),
            "invitation": {"email": one.who.address, "signInRequired": one.needs_sign_in},
        }
    if source is not None:
        shown["inheritedFrom"] = {"driveId": source.drive, "id": source.id}
    return shown


def _is_open(one: Permission) -> bool:
    return one.link is not None and one.link[1] == "anonymous"


def _size(store: DriveStore, stored: Stored) -> int:
    if not stored.is_folder:
        return len(stored.data)
    return sum(_size(store, each) for each in store.children(stored))
