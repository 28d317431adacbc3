"""Making, naming, moving and throwing away items, and new bytes for them.

Source: learn.microsoft.com/graph/api/driveitem-update, driveitem-put-content,
    driveitem-post-children, driveitem-delete, driveitemversion-restore (2026-11)
"""

from __future__ import annotations

import mimetypes
import re
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.drive import addresses, shapes
from loopdesk.sandbox.microsoft.drive.reading import version_of
from loopdesk.sandbox.microsoft.drive.store import Stored, missing
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json, Version, Who
from loopdesk.sandbox.offices import FOLDER
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account
    from loopdesk.sandbox.microsoft.drive.area import DriveArea

CONFLICT = "@microsoft.graph.conflictBehavior"
_BEHAVIOURS = ("fail", "replace", "rename")
_BAD_NAME = re.compile(r'["*:<>?/\\|]|^\s|\s$|^\.*$')


def make_folder(area: DriveArea, call: Call) -> Response:
    parent, body = area.writable(call), call.body()
    if not isinstance(body.get("folder"), dict):
        raise bad_request("Only folders are made so.", "invalidRequest")
    name = checked_name(body.get("name"))
    if area.store.named(parent, name) is not None:
        if behaviour(body.get(CONFLICT), "fail") != "rename":
            raise taken()
        name = _numbered(area, parent, name)
    made = made_in(area, call.account, parent, name, FOLDER, call.now)
    area.store.add(made)
    return json_response(shapes.item(area.store, made), HTTPStatus.CREATED)


def update(area: DriveArea, call: Call) -> Json:
    """Name or move an item."""
    stored, body = area.writable(call), call.body()
    area.match(call, stored)
    if stored.is_root:
        raise bad_request("The top of a drive stays what it is.", "invalidRequest")
    name = checked_name(body["name"]) if "name" in body else stored.name
    parent = area.store.items[stored.parent]
    above = body.get("parentReference") or {}
    if not isinstance(above, dict):
        raise bad_request("parentReference is no object.", "invalidRequest")
    if wanted := above.get("id"):
        parent = _new_parent(area, call, stored, str(wanted))
    there = area.store.named(parent, name)
    if there is not None and there is not stored:
        if behaviour(body.get(CONFLICT), "fail") != "rename":
            raise taken()
        name = _numbered(area, parent, name)
    if "description" in body:
        stored.description = str(body["description"] or "")
    old = area.store.items[stored.parent]
    stored.name, stored.parent = name, parent.id
    area.store.changed(stored, who(call.account), call.now)
    if old is not parent:
        area.store.shared(old)
    return shapes.item(area.store, stored)


def delete(area: DriveArea, call: Call) -> Response:
    stored = area.writable(call)
    area.match(call, stored)
    if stored.is_root:
        raise bad_request("The top of a drive stays.", "invalidRequest")
    area.store.remove(stored)
    return Response(HTTPStatus.NO_CONTENT)


def put_content(area: DriveArea, call: Call) -> Response:
    """Take the bytes of a small file: a new one by its name, or a new version of one."""
    wanted = behaviour(call.one(CONFLICT), "replace")
    target, parent, name = place(area, call)
    if target is not None:
        area.match(call, target)
    data, kind = call.request.body, call.request.content_type
    made, status = store_bytes(
        area, call.account, target, parent, name, data, kind, wanted, call.now
    )
    return json_response(shapes.item(area.store, made), status)


def restore_version(area: DriveArea, call: Call) -> Response:
    stored = area.writable(call)
    old = version_of(stored, call.path["version"])
    area.check_space(call.account.address)
    hold(area, call.account, stored, old.data, call.now)
    return Response(HTTPStatus.NO_CONTENT)


def place(area: DriveArea, call: Call) -> tuple[Stored | None, Stored, str]:
    """Return where a call's bytes go: the file that is there if any, its folder, its name."""
    if "path" not in call.path:
        stored = area.writable(call)
        if stored.is_folder:
            raise bad_request("A folder has no content.", "invalidRequest")
        return stored, area.store.items[stored.parent], stored.name
    way, _, name = call.path["path"].strip("/").rpartition("/")
    start = area.start(call)
    try:
        parent = area.store.at_path(start, way)
    except ApiError:
        # What is missing on the way is made.
        parent = _made_way(area, call, start, way)
    area.check_writable(call, parent)
    there = area.store.named(parent, name)
    if there is not None:
        area.check_writable(call, there)
    return there, parent, checked_name(name)


def store_bytes(
    area: DriveArea,
    account: Account,
    target: Stored | None,
    parent: Stored,
    name: str,
    data: bytes,
    kind: str,
    wanted: str,
    now: datetime,
) -> tuple[Stored, HTTPStatus]:
    """Keep bytes as a file.

    Args:
        target: the file that is there already.
        kind: media type; "" to go by the name.
        wanted: what to do where there is one.
    """
    area.check_space(account.address)
    if parent.id not in area.store.items:
        raise missing()
    if target is not None and target.is_folder:
        raise taken()
    if target is not None and wanted == "fail":
        raise taken()
    if target is not None and wanted == "replace":
        hold(area, account, target, data, now)
        return target, HTTPStatus.OK
    if target is not None:
        name = _numbered(area, parent, name)
    guessed = mimetypes.guess_type(name)[0] or kind or "application/octet-stream"
    made = made_in(area, account, parent, name, guessed, now)
    area.store.hold(made, Version(who(account), now, data))
    area.store.add(made)
    return made, HTTPStatus.CREATED


def hold(area: DriveArea, account: Account, stored: Stored, data: bytes, now: datetime) -> None:
    """Give a file new content."""
    area.store.hold(stored, Version(who(account), now, data))
    area.store.changed(stored, who(account), now, content=True)


def made_in(
    area: DriveArea, account: Account, parent: Stored, name: str, kind: str, now: datetime
) -> Stored:
    by = who(account)
    key = addresses.item_id(parent.drive, area.service.word(20))
    return Stored(key, parent.drive, parent.id, name, kind, by, now, by, now)


def who(account: Account) -> Who:
    return Who(account.address, account.name)


def behaviour(value: object, default: str) -> str:
    if not value:
        return default
    if value not in _BEHAVIOURS:
        raise bad_request("conflictBehavior is fail, replace or rename.", "invalidRequest")
    return str(value)


def checked_name(name: object) -> str:
    if not isinstance(name, str) or _BAD_NAME.search(name):
        raise bad_request("The name is not allowed.", "invalidRequest")
    return name


def taken() -> ApiError:
    return ApiError(409, "nameAlreadyExists", "The name is taken already.")


def _numbered(area: DriveArea, parent: Stored, name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (name, "")
    number = 1
    while area.store.named(parent, f"{stem} {number}{ending}"):
        number += 1
    return f"{stem} {number}{ending}"


def _new_parent(area: DriveArea, call: Call, stored: Stored, key: str) -> Stored:
    parent = area.store.items.get(key)
    if parent is None or not area.store.role(parent, call.account.address):
        raise missing()
    area.check_writable(call, parent)
    if parent.drive != stored.drive:
        raise bad_request("An item is not moved between drives so.", "notSupported")
    if not parent.is_folder or stored in area.store.chain(parent):
        raise bad_request("It cannot lie there.", "invalidRequest")
    return parent


def _made_way(area: DriveArea, call: Call, start: Stored, way: str) -> Stored:
    at = start
    for name in way.split("/"):
        there = area.store.named(at, name)
        if there is None:
            area.check_writable(call, at)
            there = made_in(area, call.account, at, checked_name(name), FOLDER, call.now)
            area.store.add(there)
        at = there
    return at
