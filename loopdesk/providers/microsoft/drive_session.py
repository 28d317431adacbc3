"""The address that OneDrive hands out for an upload, and the pieces that go there.

Source: learn.microsoft.com/graph/api/driveitem-createuploadsession (2026-11)
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import requests

from loopdesk.core.errors import AnswerLost, BadPayload, Conflict, Rejected
from loopdesk.net.http import Http
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_drive as wire_of
from loopdesk.providers.payload import decode

PIECE = 5 * 320 * 1024
"""Each piece but the last is a multiple of 320 KiB."""
_OVER = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNAUTHORIZED})
NAME_TAKEN = "name-taken"
_REASONS: dict[int, str] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.LOCKED: "locked",
    HTTPStatus.INSUFFICIENT_STORAGE: "no-room",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an upload stands.

    Args:
        made: the file that came of it, None before.
        over: there is no such upload (any more).
    """

    offset: int = 0
    made: wire_of.DriveItem | None = None
    over: bool = False


def push(http: Http, address: str, piece: bytes, offset: int, size_bytes: int) -> Standing:
    """Send the piece that begins at `offset`.

    Raises:
        Conflict: the file changed since the upload began.
        Rejected: among others `NAME_TAKEN`.
    """
    last = offset + len(piece) - 1
    # The address is the permission: no token goes to where an answer pointed.
    reply = http.once(
        "PUT",
        address,
        data=piece,
        headers={"Content-Range": f"bytes {offset}-{last}/{size_bytes}"},
        allow=(HTTPStatus.INSUFFICIENT_STORAGE,),
    )
    status = reply.status_code
    if status in (HTTPStatus.OK, HTTPStatus.CREATED):
        return Standing(size_bytes, made=decode(reply.content, wire_of.DriveItem))
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # these bytes are there already
        return ask(http, address)
    return _standing(reply)


def ask(http: Http, address: str) -> Standing:
    """Ask how much is there: the answer to a piece may have been lost."""
    return _standing(http.once("GET", address))


def _standing(reply: requests.Response) -> Standing:
    status = reply.status_code
    if status in _OVER:
        return Standing(over=True)
    if status == HTTPStatus.PRECONDITION_FAILED:
        raise Conflict
    if status >= HTTPStatus.BAD_REQUEST:
        raise Rejected(_reason(reply))
    expected = decode(reply.content, wire.UploadSession).nextExpectedRanges
    if not expected:
        raise AnswerLost  # all is there, and it is not a file yet
    first = expected[0].partition("-")[0]
    if not first.isdecimal():
        raise BadPayload("nextExpectedRanges")
    return Standing(int(first))


def _reason(reply: requests.Response) -> str:
    code = wire.reason(reply.content)
    if code.lower() == "namealreadyexists":
        return NAME_TAKEN
    return _REASONS.get(reply.status_code) or code or str(reply.status_code)
