"""Methods for who may see a file, and the mails that tell people of it."""

from __future__ import annotations

import re

from loopdesk.sandbox.google.drive import notices, reading, shapes
from loopdesk.sandbox.google.drive.store import ROLES, Permission, Stored, permission_id
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.model import Json, Who
from loopdesk.sandbox.web import Response

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_ASKABLE = ("reader", "commenter", "writer")
_IN_DRIVES = ("fileOrganizer", "organizer")
_FIELDS = ("type", "role", "emailAddress", "allowFileDiscovery", "kind", "domain", "view")


def list_permissions(call: Call) -> Json:
    stored = reading.file_of(call)
    me = call.account.address
    if call.google.drive.role(stored, me) in ("reader", "commenter"):
        raise ApiError(
            403,
            "insufficientFilePermissions",
            "The user does not have sufficient permissions for this file.",
        )
    held = [shapes.permission(each) for each in shapes.all_permissions(call.google.drive, stored)]
    most = call.number("pageSize", 100, 100) or 100
    page, following = shapes.paged(call.number("pageToken", 0, len(held)), most, held)
    answer: Json = {"kind": "drive#permissionList", "permissions": page}
    return answer | ({"nextPageToken": following} if following else {})


def get_permission(call: Call) -> Json:
    return shapes.permission(_held(call, reading.file_of(call)))


def _held(call: Call, stored: Stored) -> Permission:
    wanted = call.path["permissionId"]
    for each in shapes.all_permissions(call.google.drive, stored):
        if each.id == wanted:
            return each
    raise ApiError(404, "notFound", f"Permission not found: {wanted}.", location="permissionId")


def _role(body: Json, stored: Stored) -> str:
    role = field_of(body, "role", str, "")
    if role not in (*_ASKABLE, *(_IN_DRIVES if stored.drive else ())):
        raise ApiError(400, "invalid", "The permission role field is required.")
    return role


def create_permission(call: Call) -> Json:
    stored = reading.file_of(call, "canShare")
    store, me = call.google.drive, call.account.address
    body = call.body(*_FIELDS)
    role = _role(body, stored)
    kind = field_of(body, "type", str, "")
    by = store.named(me)
    if kind == "anyone":
        if role in _IN_DRIVES:
            raise ApiError(400, "invalid", "Whoever has the link cannot organize.")
        given = Permission(Who("", "Anyone"), role, by, call.now)
    elif kind in ("user", "group"):
        address = field_of(body, "emailAddress", str, "").lower()
        if not _ADDRESS.fullmatch(address):
            raise ApiError(
                400, "invalidSharingRequest", "The specified emailAddress is invalid.",
                location="permission.emailAddress",
            )  # fmt: skip
        given = Permission(store.named(address), role, by, call.now)
    else:
        raise bad_request("The permission type field is required.", "permission.type", "required")
    known = stored.permissions.get(given.id)
    if stored.owner is not None and given.id == permission_id(stored.owner.address):
        return shapes.permission(Permission(stored.owner, "owner", stored.owner, stored.created_at))
    if known is not None and ROLES.index(known.role) > ROLES.index(role):
        given.role = known.role
    before = store.seen_by(stored)
    stored.permissions[given.id] = given
    store.note(stored, call.now, before)
    if kind != "anyone" and call.flag("sendNotificationEmail", default=True):
        notices.shared(call.google, stored, given, call.one("emailMessage"))
    return shapes.permission(given)


def update_permission(call: Call) -> Json:
    stored = reading.file_of(call, "canShare")
    held = _held(call, stored)
    body = call.body(*_FIELDS)
    if set(body) - {"role", "kind"}:
        raise ApiError(403, "fieldNotWritable", "Only the role can be changed.")
    own = _own(stored, held)
    before = call.google.drive.seen_by(stored)
    own.role = _role(body, stored)
    call.google.drive.note(stored, call.now, before)
    return shapes.permission(own)


def delete_permission(call: Call) -> Response:
    stored = reading.file_of(call)
    held = _held(call, stored)
    me = call.account.address
    # Who was given a file may always give it back.
    if held.who.address != me:
        reading.file_of(call, "canShare")
    own = _own(stored, held)
    before = call.google.drive.seen_by(stored)
    del stored.permissions[own.id]
    call.google.drive.note(stored, call.now, before)
    return Response(204)


def _own(stored: Stored, held: Permission) -> Permission:
    """Return the permission, where it is the file's own to change."""
    if held.id not in stored.permissions or held.role == "owner":
        raise ApiError(
            403,
            "cannotModifyInheritedPermission" if held.role != "owner" else "forbidden",
            "The permission cannot be changed on this file.",
        )
    return stored.permissions[held.id]
