"""Methods about attachments: to list, read, add and upload them.

Source: learn.microsoft.com/graph/api/attachment-createuploadsession (2026-11)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.errors import ApiError, bad_request, not_found
from loopdesk.sandbox.microsoft.mail import shapes, writing
from loopdesk.sandbox.microsoft.mail.box import Box, Message
from loopdesk.sandbox.microsoft.mail.letter import Attached
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import selected
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.mail.area import MailArea

_OF_FILES = "microsoft.graph.fileAttachment/"
"""Before the name of a field that only files have."""
_MOST_AT_ONCE = 3 * 1024 * 1024
_MOST = 150 * 1024 * 1024
_MOST_PIECE = 4 * 1024 * 1024
_LIFE = timedelta(hours=1)
_SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def list_attachments(area: MailArea, call: Call) -> Json:
    message = area.message(call)
    view = shapes.View.of(call, area.box(call))
    fields = [name.removeprefix(_OF_FILES) for name in call.listed("$select")]
    whole = not fields or "contentBytes" in fields
    rows = [view.attachment(message, each, whole=whole) for each in message.letter.attachments]
    return {"value": [selected(row, fields) for row in rows]}


def get_attachment(area: MailArea, call: Call) -> Json:
    message, each = _found(area, call)
    view = shapes.View.of(call, area.box(call))
    shown = view.attachment(message, each)
    if each.kind == "itemAttachment" and "itemAttachment/item" in call.one("$expand"):
        shown["item"] = view.item(each)
    return selected(shown, call.listed("$select"))


def get_bytes(area: MailArea, call: Call) -> Response:
    _, each = _found(area, call)
    if each.kind == "referenceAttachment":
        raise ApiError(405, "ErrorInvalidOperation", "A reference has no bytes.")
    kind = "text/plain" if each.kind == "itemAttachment" else each.type
    return Response(200, {"Content-Type": kind}, each.data)


def add(area: MailArea, call: Call) -> Response:
    message = _draft(area, call)
    if len(call.request.body) > _MOST_AT_ONCE * 4 // 3 + 2000:
        raise ApiError(413, "ErrorMessageSizeExceeded", "Use an upload session for this size.")
    new = writing.file_of(call.body(), _next(message))
    _attach(area.box(call), message, new, call.now)
    view = shapes.View.of(call, area.box(call))
    return json_response(view.attachment(message, new), 201)


def delete(area: MailArea, call: Call) -> Response:
    message, each = _found(area, call)
    kept = [one for one in message.letter.attachments if one.number != each.number]
    message.write(replace(message.letter, attachments=kept))
    area.box(call).changed(message, call.now)
    return Response(204)


@dataclass(slots=True)
class _Upload:
    """Bytes that come in pieces for one attachment."""

    box: Box
    message: Message
    item: Json
    size: int
    ends_at: datetime
    location: str
    held: bytearray = field(default_factory=bytearray)
    over: bool = False

    def answer(self, request: Request, now: datetime) -> Response:
        if self.over or now >= self.ends_at:
            raise not_found()
        match request.method:
            case "DELETE":
                self.over = True
                return Response(204)
            case "GET":
                return json_response(self._so_far())
            case "PUT":
                return self._take(request, now)
        raise ApiError(405, "ErrorInvalidOperation", "Pieces are put.")

    def _take(self, request: Request, now: datetime) -> Response:
        first, last, total = _span(request)
        if total != self.size or len(request.body) > _MOST_PIECE:
            raise bad_request("The piece does not fit the session.", "ErrorInvalidRequest")
        if first != len(self.held):
            raise ApiError(416, "invalidRange", "These bytes are not the next ones.")
        self.held += request.body
        if last + 1 < total:
            return json_response(self._so_far())
        new = Attached(
            _next(self.message),
            "fileAttachment",
            str(self.item["name"]),
            str(self.item.get("contentType") or "application/octet-stream"),
            bytes(self.held),
            bool(self.item.get("isInline")),
            str(self.item.get("contentId") or ""),
        )
        self.over = True
        _attach(self.box, self.message, new, now)
        place = shapes.attachment_id(self.box.id_of(self.message, immutable=True), new)
        return Response(201, {"Location": f"{self.location}('{place}')"})

    def _so_far(self) -> Json:
        return {
            "expirationDateTime": shapes.stamp(self.ends_at),
            "nextExpectedRanges": [f"{len(self.held)}-"],
        }


def create_session(area: MailArea, call: Call) -> Response:
    message, body = _draft(area, call), call.body()
    item = body.get("AttachmentItem", body.get("attachmentItem"))
    if not isinstance(item, dict) or not item.get("name") or item.get("attachmentType") != "file":
        raise bad_request("The attachment is not described.", "ErrorInvalidRequest")
    size = item.get("size")
    if not isinstance(size, int) or size <= 0:
        raise bad_request("The size is missing.", "ErrorInvalidRequest")
    if size > _MOST:
        raise ApiError(413, "ErrorAttachmentSizeLimitExceeded", "The attachment is too large.")
    box = area.box(call)
    where = f"https://outlook.office.com/api/v2.0/Users('{call.account.oid}')/Messages"
    upload = _Upload(
        box,
        message,
        item,
        size,
        call.now + _LIFE,
        f"{where}('{box.id_of(message, immutable=True)}')/Attachments",
    )
    session = {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.uploadSession",
        "uploadUrl": call.hand_out(upload.answer),
        "expirationDateTime": shapes.stamp(upload.ends_at),
        "nextExpectedRanges": ["0-"],
    }
    return json_response(session, 201)


def _span(request: Request) -> tuple[int, int, int]:
    span = _SPAN.fullmatch(request.header("Content-Range"))
    first, last, total = map(int, span.groups()) if span else (0, -1, 0)
    if last + 1 - first != len(request.body) or not request.body:
        raise bad_request("Content-Range does not fit the bytes.", "ErrorInvalidRequest")
    return first, last, total


def _found(area: MailArea, call: Call) -> tuple[Message, Attached]:
    message = area.message(call)
    number = shapes.attachment_number(call.path["attachment"])
    for each in message.letter.attachments:
        if each.number == number:
            return message, each
    raise not_found()


def _draft(area: MailArea, call: Call) -> Message:
    message = area.message(call)
    if not message.is_draft:
        raise bad_request("Only drafts take attachments.", "ErrorInvalidOperation")
    return message


def _next(message: Message) -> int:
    return max((each.number for each in message.letter.attachments), default=-1) + 1


def _attach(box: Box, message: Message, new: Attached, now: datetime) -> None:
    attachments = [*message.letter.attachments, new]
    message.write(replace(message.letter, attachments=attachments))
    box.changed(message, now)
