"""Methods that make, change and take away files."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import datetime

from loopdesk.sandbox.google.drive import reading, shapes
from loopdesk.sandbox.google.drive.store import (
    FOLDER,
    GOOGLES,
    SHORTCUT,
    Stored,
    root_of,
)
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.model import Json, Version, Who
from loopdesk.sandbox.web import Response

_MOST_IDS = 1000
# What a body may hold; of these some are the service's own and are passed over, as Google does.
WRITABLE = frozenset({
    "id", "name", "mimeType", "description", "starred", "trashed", "parents", "shortcutDetails",
    "modifiedTime", "createdTime", "viewedByMeTime", "originalFilename", "properties",
    "appProperties", "writersCanShare", "copyRequiresWriterPermission", "kind",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """What comes beside the JSON of a call: the bytes and their type."""

    data: bytes
    type: str


def me_of(call: Call) -> Who:
    return call.google.drive.named(call.account.address)


def shown(call: Call, stored: Stored) -> Json:
    return shapes.file(call.google.drive, stored, call.account.address)


def generate_ids(call: Call) -> Json:
    count = call.number("count", 10, _MOST_IDS)
    call.choice("space", ("drive", "appDataFolder"))
    call.choice("type", ("files", "shortcuts"))
    if not count:
        raise bad_request("count is at least 1.", "count", "invalidParameter")
    ids = [call.google.drive.new_id() for _ in range(count)]
    call.google.drive.generated.update(ids)
    return {"kind": "drive#generatedIds", "space": "drive", "ids": ids}


def create_file(call: Call) -> Json:
    return create(call, call.body(*WRITABLE), None)


def check_new(call: Call, body: Json) -> Stored:
    """Return the folder that something new goes into.

    Raises:
        ApiError: 409 an id that is taken; 400 one that nobody was given; 404, 403 the folder.
    """
    store = call.google.drive
    key = field_of(body, "id", str, "")
    if key in store.files:
        raise ApiError(
            409, "fileIdInUse", "A file already exists with the provided ID.", location="file.id"
        )
    googles = field_of(body, "mimeType", str, "").startswith(GOOGLES)
    kinds = (FOLDER, SHORTCUT)
    if key and (key not in store.generated or (googles and body["mimeType"] not in kinds)):
        raise bad_request("The provided file ID is not usable.", "file.id", "invalid")
    parents = field_of(body, "parents", list, [])
    if len(parents) > 1:
        raise ApiError(403, "multipleParentsNotAllowed", "A file cannot have more than one parent.")
    top = root_of(call.account.address)
    folder = reading.found(call, top if not parents or parents[0] == "root" else str(parents[0]))
    _check_takes(call, folder)
    return folder


def _check_takes(call: Call, folder: Stored) -> None:
    """Refuse to put something into a folder that this person may not add to."""
    store, me = call.google.drive, call.account.address
    if not shapes.capabilities(store, folder, me, store.role(folder, me))["canAddChildren"]:
        raise ApiError(
            403,
            "insufficientParentPermissions",
            "Insufficient permissions for the specified parent.",
        )


def create(call: Call, body: Json, upload: Upload | None) -> Json:
    folder = check_new(call, body)
    store, me = call.google.drive, me_of(call)
    name = field_of(body, "name", str, "") or "Untitled"
    kind = field_of(body, "mimeType", str, "")
    if not kind:
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = upload.type if upload and upload.type else guessed
    stored = Stored(
        field_of(body, "id", str, "") or store.new_id(),
        name,
        kind,
        None if folder.drive else me,
        call.now,
        call.now,
        me,
        folder.id,
        folder.drive,
        field_of(body, "description", str, ""),
    )
    if kind == SHORTCUT:
        details = field_of(body, "shortcutDetails", dict, {})
        stored.shortcut_to = reading.found(call, str(details.get("targetId", ""))).id
    if kind != FOLDER:
        data = upload.data if upload else b""
        store.add_revision(stored, Version(me, call.now, data))
    stored.viewed[me.address] = call.now
    if field_of(body, "starred", bool, default=False):
        stored.starred.add(me.address)
    store.files[stored.id] = stored
    store.note(stored, call.now)
    return shown(call, stored)


def copy_file(call: Call) -> Json:
    original = reading.file_of(call, "canCopy")
    body = call.body(*WRITABLE)
    body = {"name": f"Copy of {original.name}", "mimeType": original.type} | body
    return create(call, body, Upload(original.data, original.type))


def update_file(call: Call) -> Json:
    return update(call, call.body(*WRITABLE), None)


def update(call: Call, body: Json, upload: Upload | None) -> Json:
    """Change a file: its own fields first checked all, then taken all."""
    store, me = call.google.drive, call.account.address
    stored = reading.file_of(call)
    may = shapes.capabilities(store, stored, me, store.role(stored, me))
    if "id" in body or "parents" in body:
        reason = "fieldNotWritable"
        raise ApiError(403, reason, "The resource body includes fields that cannot be written.")
    needed = {
        "name": "canRename",
        "description": "canEdit",
        "mimeType": "canEdit",
        "trashed": "canTrash" if body.get("trashed") else "canUntrash",
    }
    for name, capability in needed.items():
        if name in body and not (may[capability] or _is_so(call, stored, name, body[name])):
            raise _denied()
    if upload is not None and not may["canModifyContent"]:
        raise _denied()
    if upload is not None and stored.is_googles:
        raise bad_request("Docs Editors files take no bytes here.", "uploadType", "badRequest")
    before = store.seen_by(stored)
    moved = _move(call, stored, may)
    _take(call, stored, body, upload)
    if moved or body or upload:
        store.note(stored, call.now, before)
    return shown(call, stored)


def _denied() -> ApiError:
    return ApiError(
        403,
        "insufficientFilePermissions",
        "The user does not have sufficient permissions for this file.",
    )


def _is_so(call: Call, stored: Stored, name: str, value: object) -> bool:
    """Say whether a change would change nothing."""
    if name == "trashed":
        return stored.trashed is value and call.google.drive.role(stored, call.account.address) in (
            "owner",
            "organizer",
            "fileOrganizer",
        )
    return {"name": stored.name, "description": stored.description, "mimeType": stored.type}[
        name
    ] == value


def _move(call: Call, stored: Stored, may: Json) -> bool:
    store = call.google.drive
    added = [one for one in call.one("addParents").split(",") if one]
    removed = [one for one in call.one("removeParents").split(",") if one]
    if not added and not removed:
        return False
    if len(added) > 1:
        raise ApiError(403, "cannotAddParent", "Increasing the number of parents is not allowed.")
    if not may["canMoveItemWithinDrive"]:
        raise _denied()
    top = root_of(call.account.address)
    removed = [top if one == "root" else one for one in removed]
    if any(one != stored.folder for one in removed):
        raise ApiError(400, "invalid", "removeParents names no parent of the file.")
    if not added:
        raise ApiError(403, "cannotRemoveLastParent", "A file has exactly one parent.")
    folder = reading.found(call, top if added[0] == "root" else added[0])
    if folder.id == stored.folder:
        return False
    if not folder.is_folder or any(each is stored for each in store.chain(folder)):
        raise ApiError(403, "cyclicFolder", "The file cannot go into what lies in it.")
    if not removed:
        raise ApiError(403, "cannotAddParent", "Increasing the number of parents is not allowed.")
    _check_takes(call, folder)
    stored.folder, stored.drive = folder.id, folder.drive
    return True


def _take(call: Call, stored: Stored, body: Json, upload: Upload | None) -> None:
    me = me_of(call)
    changed = bool(upload)
    if "name" in body:
        changed = changed or stored.name != body["name"]
        stored.name = field_of(body, "name", str, "")
    if "description" in body:
        stored.description = field_of(body, "description", str, "")
        changed = True
    if "trashed" in body:
        stored.trashed = field_of(body, "trashed", bool, default=False)
    if "starred" in body:
        starred = field_of(body, "starred", bool, default=False)
        (stored.starred.add if starred else stored.starred.discard)(me.address)
    if "viewedByMeTime" in body:
        stored.viewed[me.address] = datetime.fromisoformat(body["viewedByMeTime"])
    if upload is not None:
        stored.type = upload.type or stored.type
        call.google.drive.add_revision(stored, Version(me, call.now, upload.data))
    if changed:
        stored.changed_at, stored.changed_by = call.now, me
        stored.edited[me.address] = call.now


def delete_file(call: Call) -> Response:
    call.google.drive.remove(reading.file_of(call, "canDelete"), call.now)
    return Response(204)
