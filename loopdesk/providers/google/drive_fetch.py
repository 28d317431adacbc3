"""The bytes of a file: its own, or what Google makes of a document of its kind."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import quote

import requests

from loopdesk.core.changes import Chunk, Part
from loopdesk.core.errors import Rejected
from loopdesk.providers.google import wire_drive as wire
from loopdesk.providers.google.calls import DRIVE, Calls
from loopdesk.providers.google.drive_actions import ALL_DRIVES

REVISION = "revision:"
"""What a part begins with that names an older version of a file."""
_PIECE = 1024 * 1024
_PDF = "application/pdf"
_WHOLE = re.compile(r"bytes \S+/(\d+)")
_NO_BYTES = "fileNotDownloadable"


def fetch(calls: Calls, part: Part, offset: int) -> Chunk:
    """Return a file's next bytes.

    Of a document of Google's own all comes at once: exports have no ranges. Above 10 MB there are
    only links of another host, which wants the browser's own sign-in.

    Args:
        part: without a name the file's bytes, or a document's PDF; else a MIME type to be made of
            the document, or `REVISION` with the id of an older version.
    Raises:
        Rejected: with Google's reason, `exportSizeLimitExceeded` among them.
    """
    file = f"{DRIVE}/files/{quote(part.item)}"
    if part.part.startswith(REVISION):
        key = part.part.removeprefix(REVISION)
        return _bytes(calls, f"{file}/revisions/{quote(key)}", {}, offset)
    if part.part:
        return _export(calls, file, part.part, offset)
    try:
        return _bytes(calls, file, ALL_DRIVES, offset)
    except Rejected as error:
        if error.reason != _NO_BYTES:
            raise
    asked = {"fields": "id,mimeType,shortcutDetails(targetId,targetMimeType)", **ALL_DRIVES}
    found = calls.get(file, wire.File, asked)
    if found.shortcutDetails is not None and found.shortcutDetails.targetId != part.item:
        target = f"{DRIVE}/files/{quote(found.shortcutDetails.targetId)}"
        if not found.shortcutDetails.targetMimeType.startswith("application/vnd.google-apps."):
            return _bytes(calls, target, ALL_DRIVES, offset)
        file = target
    return _export(calls, file, _PDF, offset)


def _bytes(calls: Calls, url: str, params: dict[str, str], offset: int) -> Chunk:
    reply = calls.call(
        "GET",
        url,
        params={"alt": "media", **params},
        headers={"Range": f"bytes={offset}-{offset + _PIECE - 1}"},
        allow=(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,),
    )
    whole = _size(reply)
    if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        # Nothing lies there: the file is empty, or ends where the last piece did.
        return Chunk(b"", whole, last=True)
    if reply.status_code == HTTPStatus.OK:  # it took no notice of the range
        return Chunk(reply.content[offset:], len(reply.content), last=True)
    ends = offset + len(reply.content)
    return Chunk(reply.content, whole, last=whole is None or ends >= whole)


def _size(reply: requests.Response) -> int | None:
    match = _WHOLE.fullmatch(reply.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _export(calls: Calls, file: str, kind: str, offset: int) -> Chunk:
    data = calls.call("GET", f"{file}/export", params={"mimeType": kind}).content
    return Chunk(data[offset:], len(data), last=True)
