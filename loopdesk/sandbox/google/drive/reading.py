"""Methods that read files: listing, one file, its bytes, its revisions."""

from __future__ import annotations

import re

from loopdesk.sandbox.google.drive import formats, query, shapes
from loopdesk.sandbox.google.drive.store import Stored, root_of
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

_SORT_KEYS = frozenset({
    "createdTime", "folder", "modifiedByMeTime", "modifiedTime", "name", "name_natural",
    "quotaBytesUsed", "recency", "sharedWithMeTime", "starred", "viewedByMeTime",
})  # fmt: skip


def file_of(call: Call, needs: str = "") -> Stored:
    """Return the file that a call names.

    Args:
        needs: the capability without which it may not be done.
    Raises:
        ApiError: 404 whether it is gone or only hidden; 403.
    """
    key = call.path["fileId"]
    return found(call, root_of(call.account.address) if key == "root" else key, needs)


def found(call: Call, key: str, needs: str = "") -> Stored:
    store = call.google.drive
    stored = store.files.get(key)
    me = call.account.address
    if stored is None or not (role := store.role(stored, me)):
        raise missing(key)
    # Comments and revisions have no such parameter, and need none.
    plain = not re.search(r"/(comments|revisions|export)", call.request.path)
    if stored.drive and plain and call.request.params.get("supportsAllDrives") != ["true"]:
        raise missing(key)
    if needs and not shapes.capabilities(store, stored, me, role)[needs]:
        raise ApiError(
            403,
            "insufficientFilePermissions",
            "The user does not have sufficient permissions for this file.",
        )
    return stored


def missing(key: str) -> ApiError:
    return ApiError(404, "notFound", f"File not found: {key}.", location="fileId")


def get_file(call: Call) -> Json | Response:
    if call.one("alt") == "media":
        stored = file_of(call)
        return media(call, stored, stored.data if not stored.is_googles else None)
    return shapes.file(call.google.drive, file_of(call), call.account.address)


def media(call: Call, stored: Stored, data: bytes | None) -> Response:
    """Return bytes, or the part of them that the request asks for.

    Args:
        data: None where it has none of its own.
    """
    if data is None:
        raise ApiError(
            403,
            "fileNotDownloadable",
            "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
            location="alt",
        )
    whole = len(data)
    headers = {"Content-Type": stored.type, "Accept-Ranges": "bytes"}
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", call.request.header("Range"))
    if asked is None:
        return Response(200, headers, data)
    first = int(asked[1])
    if first >= whole:
        error = ApiError(416, "requestedRangeNotSatisfiable", "Request range not satisfiable")
        response = error.response()
        response.headers["Content-Range"] = f"bytes */{whole}"
        return response
    last = min(int(asked[2]), whole - 1) if asked[2] else whole - 1
    headers["Content-Range"] = f"bytes {first}-{last}/{whole}"
    return Response(206, headers, data[first : last + 1])


def export_file(call: Call) -> Response:
    kind = call.one("mimeType")
    if not kind:
        raise ApiError(400, "required", "Required parameter: mimeType", location="mimeType")
    return Response(200, {"Content-Type": kind}, formats.export(file_of(call), kind))


def list_files(call: Call) -> Json:
    store, me = call.google.drive, call.account.address
    most = call.number("pageSize", 100, 1000)
    if not most:
        raise bad_request("pageSize is at least 1.", "pageSize", "invalidParameter")
    corpora = call.choice("corpora", ("user", "domain", "drive", "allDrives"))
    call.choice("spaces", ("drive", "appDataFolder"))
    everywhere = call.flag("includeItemsFromAllDrives")
    if everywhere and not call.flag("supportsAllDrives"):
        raise bad_request("supportsAllDrives must be set.", "supportsAllDrives", "invalid")
    if corpora in ("drive", "allDrives") and not everywhere:
        raise bad_request("includeItemsFromAllDrives must be set.", "corpora", "invalid")
    within = call.one("driveId")
    if (corpora == "drive") != bool(within):
        raise bad_request("driveId goes with corpora=drive.", "driveId", "invalid")
    test = query.parse(call.one("q"), store, me)
    hits = [
        stored
        for stored in store.files.values()
        if (not within or stored.drive == within)
        and (everywhere or not stored.drive)
        and test(stored)
        and store.is_listed(stored, me, all_drives=corpora in ("drive", "allDrives"))
    ]
    for key in reversed([one for one in call.one("orderBy").split(",") if one]):
        hits = _sorted(hits, key.strip(), me)
    start = call.number("pageToken", 0, len(hits))
    page = [shapes.file(store, stored, me) for stored in hits[start : start + most]]
    answer: Json = {"kind": "drive#fileList", "incompleteSearch": False, "files": page}
    if len(hits) > start + most:
        answer["nextPageToken"] = str(start + most)
    return answer


def _sorted(hits: list[Stored], key: str, me: str) -> list[Stored]:
    name, _, way = key.partition(" ")
    if name not in _SORT_KEYS or way not in ("", "desc"):
        raise bad_request("Invalid Value", "orderBy", "invalid")

    def rank(one: Stored) -> tuple[bool, object]:
        match name:
            case "name" | "name_natural":
                return True, one.name.casefold()
            case "folder":
                return True, not one.is_folder
            case "starred":
                return True, me not in one.starred
            case "quotaBytesUsed":
                return True, 0 if one.is_googles else len(one.data)
        at = query.time_of(one, name, me)
        return at is not None, at.timestamp() if at else 0.0

    return sorted(hits, key=rank, reverse=way == "desc")


def about(call: Call) -> Json:
    needs_fields(call)
    store, me = call.google.drive, call.account.address
    used = sum(
        len(stored.data)
        for stored in store.files.values()
        if stored.revisions and stored.owner is not None and stored.owner.address == me
    )
    return {
        "kind": "drive#about",
        "user": shapes.user(store.named(me), me),
        "storageQuota": {"limit": str(15 * 1024**3), "usage": str(used), "usageInDrive": str(used)},
        "maxUploadSize": "5497558138880",
        "exportFormats": {kind: list(ways) for kind, ways in formats.EXPORTS.items()},
        "appInstalled": True,
        "canCreateDrives": False,
    }


def needs_fields(call: Call) -> None:
    """Raises ApiError(400) where the call does not say which fields it wants.

    Source: developers.google.com/workspace/drive/api/guides/fields-parameter (2026-11)
    """
    if not call.one("fields"):
        message = "The 'fields' parameter is required for this method."
        raise ApiError(400, "required", message, location="fields")


def list_revisions(call: Call) -> Json:
    stored = file_of(call, "canReadRevisions")
    most = call.number("pageSize", 200, 1000) or 200
    start = call.number("pageToken", 0, len(stored.revisions))
    shown = [shapes.revision(stored, one, call.account.address) for one in stored.revisions]
    page, following = shapes.paged(start, most, shown)
    answer: Json = {"kind": "drive#revisionList", "revisions": page}
    return answer | ({"nextPageToken": following} if following else {})


def get_revision(call: Call) -> Json | Response:
    stored = file_of(call, "canReadRevisions")
    wanted = call.path["revisionId"]
    for one in stored.revisions:
        if one.id == wanted or (wanted == "head" and one is stored.revisions[-1]):
            if call.one("alt") == "media":
                return media(call, stored, one.data if not stored.is_googles else None)
            return shapes.revision(stored, one, call.account.address)
    raise ApiError(404, "notFound", f"Revision not found: {wanted}.", location="revisionId")


def list_drives(call: Call) -> Json:
    store, me = call.google.drive, call.account.address
    most = call.number("pageSize", 10, 100) or 10
    roles = {key: store.role(store.files[key], me) for key in store.drives}
    held = [shapes.drive(store.drives[key], role) for key, role in roles.items() if role]
    page, following = shapes.paged(call.number("pageToken", 0, len(held)), most, held)
    answer: Json = {"kind": "drive#driveList", "drives": page}
    return answer | ({"nextPageToken": following} if following else {})


def get_drive(call: Call) -> Json:
    store, key = call.google.drive, call.path["driveId"]
    role = store.role(store.files[key], call.account.address) if key in store.drives else ""
    if not role:
        raise ApiError(404, "notFound", f"Shared drive not found: {key}", location="driveId")
    return shapes.drive(store.drives[key], role)
