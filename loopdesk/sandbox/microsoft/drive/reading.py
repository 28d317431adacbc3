"""Drives and items: one, what is in a folder, what changed, what others gave, bytes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from loopdesk.sandbox.microsoft.drive import formats, shapes
from loopdesk.sandbox.microsoft.drive.store import Content, Permission, Stored, missing
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import paged, selected
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.office_text import words
from loopdesk.sandbox.web import Request, Response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.drive.area import DriveArea

_USUAL = 200
_LINK_LIFE = timedelta(hours=1)
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_ORDERS = {
    "name": lambda each: each.name.casefold(),
    "lastModifiedDateTime": lambda each: each.changed_at,
    "size": lambda each: len(each.data),
}
_DOWNLOAD = "@microsoft.graph.downloadUrl"


def get_drive(area: DriveArea, call: Call) -> Json:
    one = area.drive(call)
    return selected(shapes.drive(area.store, one), call.listed("$select"))


def list_drives(area: DriveArea, call: Call) -> Json:
    own = [area.store.drive_of(call.account.address)]
    return paged(call, own, lambda one: shapes.drive(area.store, one))


def get_item(area: DriveArea, call: Call) -> Json:
    stored = area.item(call)
    shown = shapes.item(area.store, stored)
    if not stored.is_folder:
        shown[_DOWNLOAD] = _address(call, stored.name, stored.type, stored.data)
    return selected(shown, call.listed("$select"))


def children(area: DriveArea, call: Call) -> Json:
    folder = area.item(call)
    if not folder.is_folder:
        raise bad_request("The item is no folder.", "invalidRequest")
    held = area.store.children(folder)
    name, _, way = (call.one("$orderby") or "name").partition(" ")
    if name not in _ORDERS or way not in ("", "asc", "desc"):
        raise bad_request("The order is not supported.", "invalidRequest")
    held.sort(key=_ORDERS[name], reverse=way == "desc")
    return paged(call, held, lambda each: shapes.item(area.store, each), usual=_USUAL)


def delta(area: DriveArea, call: Call) -> Json:
    """Answer all of a drive, then what changed in it."""
    one = area.drive(call)
    store, fields = area.store, call.listed("$select")

    def show(key: str) -> Json | None:
        stored = store.items.get(key)
        return selected(shapes.item(store, stored), fields) if stored else None

    def expired() -> ApiError:
        query = urlencode({"$select": call.one("$select")}, quote_via=quote, safe="$,")
        path = call.request.path.removeprefix("/v1.0")
        fresh = call.url(f"{path}?{query}" if fields else path)
        return ApiError(
            410,
            "resyncChangesApplyDifferences",
            "Begin again, and take what the service has.",
            headers={"Location": fresh},
        )

    return call.service.deltas.answer(
        call,
        one.feed,
        lambda: [each.id for each in store.ordered(one)],
        show,
        usual=_USUAL,
        gone=lambda key, reason: shapes.gone(key, one),
        expired=expired,
        token="token",  # noqa: S106 - a parameter's name
    )


def shared_with_me(area: DriveArea, call: Call) -> Json:
    """List what others gave to this person; of other organisations only when asked for."""
    me = call.account.address
    everywhere = call.one("allowexternal").lower() == "true" or call.account.is_personal
    held: list[tuple[Stored, Permission]] = []
    for stored in area.store.items.values():
        owner = area.store.owner(stored).address
        near = owner.rpartition("@")[2] == me.rpartition("@")[2]
        if owner == me or not (near or everywhere):
            continue
        held += [
            (stored, given)
            for given in stored.permissions.values()
            if given.who is not None and given.who.address.lower() == me
        ]
    held.sort(key=lambda pair: pair[1].at, reverse=True)
    return paged(call, held, lambda pair: shapes.received(area.store, *pair), usual=_USUAL)


def recent(area: DriveArea, call: Call) -> Json:
    """Answer what the service still answers here: nothing.

    Source: learn.microsoft.com/graph/api/drive-recent (2026-11)
    """
    return {"value": []}


def search(area: DriveArea, call: Call) -> Json:
    """Find items of a drive by their name and what is in them."""
    one, wanted = area.drive(call), call.path["q"].replace("''", "'").casefold()
    held = [
        each
        for each in area.store.ordered(one)
        if not each.is_root
        and (wanted in each.name.casefold() or wanted in words(each.name, each.data).casefold())
    ]
    return paged(call, held, lambda each: shapes.item(area.store, each), usual=_USUAL)


def content(area: DriveArea, call: Call) -> Response:
    """Say where the bytes are: at an address that is good for an hour, without a token."""
    stored = area.item(call)
    if stored.is_folder:
        raise bad_request("A folder has no content.", "invalidRequest")
    name, kind, data = stored.name, stored.type, stored.data
    if "version" in call.path:
        data = version_of(stored, call.path["version"]).data
    if (wanted := call.one("format")) == "pdf":
        name, kind, data = f"{name}.pdf", "application/pdf", formats.as_pdf(name, data)
    elif wanted:
        raise ApiError(406, "notSupported", "There is no such format.")
    return Response(302, {"Location": _address(call, name, kind, data)})


def list_versions(area: DriveArea, call: Call) -> Json:
    stored = area.item(call)
    return paged(call, stored.versions[::-1], shapes.version, usual=_USUAL)


def get_version(area: DriveArea, call: Call) -> Json:
    return shapes.version(version_of(area.item(call), call.path["version"]))


def version_of(stored: Stored, key: str) -> Content:
    """Return a version of a file; raises ApiError(404)."""
    for each in stored.versions:
        if key in (each.id, "current" if each is stored.versions[-1] else ""):
            return each
    raise missing()


def _address(call: Call, name: str, kind: str, data: bytes) -> str:
    ends_at = call.now + _LINK_LIFE

    def answer(request: Request, now: datetime) -> Response:
        if now >= ends_at:
            raise ApiError(401, "unauthenticated", "The address is no longer good.")
        if request.method not in ("GET", "HEAD"):
            raise ApiError(405, "methodNotAllowed")
        headers = {
            "Content-Type": kind,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Accept-Ranges": "bytes",
        }
        match = _RANGE.fullmatch(request.header("Range"))
        if match is None:
            return Response(200, headers, data)
        first = int(match[1])
        last = min(int(match[2] or len(data)), len(data) - 1)
        if first > last:
            return Response(416, {"Content-Range": f"bytes */{len(data)}"})
        headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
        return Response(206, headers, data[first : last + 1])

    return call.hand_out(answer)
