"""What Drive is asked about files beside themselves, and how its answers are opened."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote, urlencode

from loopdesk.core.errors import AnswerLost, RateLimited, Rejected, ServiceDown
from loopdesk.providers.google import wire_drive as wire
from loopdesk.providers.google.calls import Inner
from loopdesk.providers.google.times import moment, stamp
from loopdesk.providers.google.wire import decode

T = TypeVar("T")


def said_of(file: wire.File) -> dict[str, str]:
    """Return the paths at which more is to be had about a file, each with what it brings."""
    key = quote(file.id)
    paths = {comments_path(file.id, wire.COMMENTS, includeDeleted="true"): "comments"}
    if file.capabilities.canReadRevisions:
        asked = urlencode({"pageSize": "1000", "fields": wire.REVISIONS})
        paths[f"/files/{key}/revisions?{asked}"] = "revisions"
    if file.driveId and file.capabilities.canShare:
        # Of other files they come with the file itself.
        asked = urlencode(
            {"pageSize": "100", "fields": wire.PERMISSIONS, "supportsAllDrives": "true"}
        )
        paths[f"/files/{key}/permissions?{asked}"] = "permissions"
    return paths


def if_any(answer: Inner | None, kind: type[T]) -> T:
    """Return an answer, or an empty one where it was not asked for or not to be had."""
    if answer is None or answer.status != HTTPStatus.OK:
        return decode(b"{}", kind)
    return decode(answer.body, kind)


def any_comment(body: bytes) -> bool:
    return bool(decode(body, wire.CommentList).comments)


def comments_asked(fields: str, **more: str) -> dict[str, str]:
    return {"pageSize": "100", "fields": fields, **more}


def comments_path(file: str, fields: str, **more: str) -> str:
    return f"/files/{quote(file)}/comments?{urlencode(comments_asked(fields, **more))}"


def needed(answer: Inner) -> bytes:
    """Return the body of a part of a batch without which the others are of no use.

    Raises:
        RateLimited, ServiceDown, Rejected: it has none.
    """
    if answer.too_fast:
        raise RateLimited
    if answer.broken:
        raise (
            AnswerLost
            if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
            else ServiceDown(answer.status)
        )
    if answer.status != HTTPStatus.OK:
        raise Rejected(str(answer.status))
    return answer.body


def after(text: str) -> str:
    """Return the moment after one of Drive's times."""
    return stamp(moment(text, "Comment.modifiedTime") + timedelta(milliseconds=1))
