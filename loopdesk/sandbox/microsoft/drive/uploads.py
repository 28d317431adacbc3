"""Uploads in pieces: a session is asked for, then the bytes come in order.

Source: learn.microsoft.com/graph/api/driveitem-createuploadsession (2026-11)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.drive import shapes, writing
from loopdesk.sandbox.microsoft.drive.store import Stored, missing
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account
    from loopdesk.sandbox.microsoft.drive.area import DriveArea

GRAIN = 327_680
_LARGEST_PIECE = 60 * 1024 * 1024
_LIFE = timedelta(days=7)
_SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def begin(area: DriveArea, call: Call) -> Json:
    target, parent, name = writing.place(area, call)
    about = call.body().get("item") or {}
    if not isinstance(about, dict):
        raise bad_request("item is no object.", "invalidRequest")
    if target is not None:
        area.match(call, target)
    usual = "replace" if "path" not in call.path else "fail"
    session = _Session(
        area,
        call.account,
        None if "path" in call.path else target,
        parent,
        writing.checked_name(about["name"]) if about.get("name") else name,
        writing.behaviour(about.get(writing.CONFLICT), usual),
        call.request.header("If-Match"),
        call.now + _LIFE,
    )
    return {
        "uploadUrl": call.hand_out(session.answer),
        "expirationDateTime": shapes.stamp(session.ends_at),
        "nextExpectedRanges": ["0-"],
    }


@dataclass(slots=True)
class _Session:
    """An upload under way.

    Args:
        target: the file that gets a new version; None where one is made by its name.
        seen: the version the caller has seen of it, "" for any.
    """

    area: DriveArea
    account: Account
    target: Stored | None
    parent: Stored
    name: str
    wanted: str
    seen: str
    ends_at: datetime
    total: int = 0
    held: bytearray = field(default_factory=bytearray)
    over: bool = False

    def answer(self, request: Request, now: datetime) -> Response:
        if self.over or now >= self.ends_at:
            raise missing()
        match request.method:
            case "GET":
                return json_response(self._status())
            case "DELETE":
                self.over = True
                return Response(HTTPStatus.NO_CONTENT)
            case "PUT":
                return self._take(request, now)
        raise ApiError(405, "methodNotAllowed", "The method is not allowed here.")

    def _take(self, request: Request, now: datetime) -> Response:
        span = _SPAN.fullmatch(request.header("Content-Range"))
        if span is None:
            raise bad_request("Content-Range is missing or cannot be read.", "invalidRequest")
        first, last, total = (int(part) for part in span.groups())
        size = len(request.body)
        if last + 1 - first != size or last >= total or self.total not in (0, total):
            raise bad_request("Content-Range does not fit the bytes.", "invalidRequest")
        if size > _LARGEST_PIECE:
            raise ApiError(413, "invalidRequest", "The piece is too large.")
        if last + 1 < total and size % GRAIN:
            raise bad_request(f"A piece is a multiple of {GRAIN} bytes.", "invalidRequest")
        if first != len(self.held):
            raise ApiError(416, "invalidRange", "This is not the range that comes next.")
        self.total = total
        if last + 1 < total:
            self.held += request.body
            return json_response(self._status(), HTTPStatus.ACCEPTED)
        # Refused here, the last piece may come again: a name can be made free in between.
        made, status = self._finish(bytes(self.held) + request.body, now)
        self.over = True
        self.held.clear()
        return json_response(shapes.item(self.area.store, made), status)

    def _finish(self, data: bytes, now: datetime) -> tuple[Stored, HTTPStatus]:
        target = self.target or self.area.store.named(self.parent, self.name)
        if self.target is not None and self.target.id not in self.area.store.items:
            raise missing()
        if target is not None:
            self.area.check_seen(target, self.seen)
        return writing.store_bytes(
            *(self.area, self.account, target, self.parent, self.name, data, "", self.wanted, now)
        )

    def _status(self) -> Json:
        return {
            "expirationDateTime": shapes.stamp(self.ends_at),
            "nextExpectedRanges": [f"{len(self.held)}-"],
        }
