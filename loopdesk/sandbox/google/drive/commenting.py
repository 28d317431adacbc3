"""Methods for comments and the answers to them.

Source: developers.google.com/workspace/drive/api/guides/manage-comments (2026-11)
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from loopdesk.sandbox.google.drive import notices, reading, shapes, writing
from loopdesk.sandbox.google.drive.store import Comment, Reply, Stored
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.model import Json, Remark, Who
from loopdesk.sandbox.web import Response

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Google

_LARGEST = 32_768


def list_comments(call: Call) -> Json:
    reading.needs_fields(call)
    stored = reading.file_of(call)
    most = call.number("pageSize", 20, 100) or 20
    since = _since(call)
    with_deleted = call.flag("includeDeleted")
    # Newest change first.
    held = [
        _shown(call, one, with_deleted=with_deleted)
        for one in sorted(stored.comments, key=lambda one: one.modified_at, reverse=True)
        if (with_deleted or not one.deleted) and (since is None or one.modified_at >= since)
    ]
    page, following = shapes.paged(call.number("pageToken", 0, len(held)), most, held)
    answer: Json = {"kind": "drive#commentList", "comments": page}
    return answer | ({"nextPageToken": following} if following else {})


def _since(call: Call) -> datetime | None:
    text = call.one("startModifiedTime")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise bad_request("Invalid value", "startModifiedTime", "invalid") from None
    if at is not None and at.tzinfo is None:
        raise bad_request("Invalid value", "startModifiedTime", "invalid")
    return at


def _shown(call: Call, one: Comment, *, with_deleted: bool) -> Json:
    shown = shapes.comment(one, call.account.address)
    if not with_deleted:
        shown["replies"] = [each for each in shown["replies"] if not each["deleted"]]
    return shown


def get_comment(call: Call) -> Json:
    reading.needs_fields(call)
    with_deleted = call.flag("includeDeleted")
    one = _comment(call, reading.file_of(call), with_deleted=with_deleted)
    return _shown(call, one, with_deleted=with_deleted)


def _comment(call: Call, stored: Stored, *, with_deleted: bool = False) -> Comment:
    wanted = call.path["commentId"]
    for one in stored.comments:
        if one.id == wanted and (with_deleted or not one.deleted):
            return one
    raise ApiError(404, "notFound", f"Comment not found: {wanted}.", location="commentId")


def _reply(call: Call, comment: Comment) -> Reply:
    wanted = call.path["replyId"]
    for one in comment.replies:
        if one.id == wanted and not one.deleted:
            return one
    raise ApiError(404, "notFound", f"Reply not found: {wanted}.", location="replyId")


def _content(body: Json) -> str:
    text = field_of(body, "content", str, "")
    if len(text.encode()) > _LARGEST:
        raise bad_request("The content is too long.", "content", "invalid")
    return text


def create_comment(call: Call) -> Json:
    reading.needs_fields(call)
    stored = reading.file_of(call, "canComment")
    body = call.body("content", "anchor", "quotedFileContent", "kind")
    if not (text := _content(body)):
        raise bad_request("The content is required.", "content", "required")
    quote = str(field_of(body, "quotedFileContent", dict, {}).get("value", ""))
    by, anchor = writing.me_of(call), field_of(body, "anchor", str, "")
    one = _add(call.google, stored, by, call.now, text, quote)
    one.anchor = anchor
    _tell(call.google, stored, one, by, call.now, text)
    return shapes.comment(one, call.account.address)


def happen(google: Google, key: str, remark: Remark, now: datetime) -> None:
    """Let somebody of the story say something about a file, or answer a comment there."""
    stored = google.drive.files.get(key)
    if stored is None:
        return
    for comment in stored.live():
        if comment.id == remark.id:
            _answer(google, stored, comment, remark.by, now, remark.text)
            return
    _add(google, stored, remark.by, now, remark.text, remark.quote)


def _tell(
    google: Google, stored: Stored, comment: Comment, by: Who, now: datetime, text: str
) -> None:
    """Let the people of the story know what a person has said."""
    spoken_to = comment.by if comment.by != by else stored.owner
    document = {"id": stored.id, "to": spoken_to.address if spoken_to else ""}
    google.on_remark(document, Remark(by, now, text, id=comment.id), now)


def _answer(
    google: Google, stored: Stored, comment: Comment, by: Who, now: datetime, text: str
) -> None:
    comment.replies.append(Reply(f"AAAC{google.word(10)}", by, now, now, text))
    comment.modified_at = now
    _said(google, stored, now)
    notices.commented(google, by, now, stored, comment, text)


def _add(google: Google, stored: Stored, by: Who, now: datetime, text: str, quote: str) -> Comment:
    one = Comment(f"AAAB{google.word(10)}", by, now, now, text, quote)
    stored.comments.append(one)
    _said(google, stored, now)
    notices.commented(google, by, now, stored, one, text)
    return one


def update_comment(call: Call) -> Json:
    reading.needs_fields(call)
    stored = reading.file_of(call)
    one = _comment(call, stored)
    _own(call, one)
    one.text, one.modified_at = _content(call.body("content", "kind")), call.now
    _said(call.google, stored, call.now)
    return shapes.comment(one, call.account.address)


def delete_comment(call: Call) -> Response:
    stored = reading.file_of(call)
    one = _comment(call, stored)
    _own(call, one)
    one.deleted, one.modified_at = True, call.now
    _said(call.google, stored, call.now)
    return Response(204)


def _own(call: Call, one: Comment | Reply) -> None:
    if one.by.address != call.account.address:
        raise ApiError(
            403,
            "insufficientFilePermissions",
            "The user does not have sufficient permissions for this file.",
        )


def list_replies(call: Call) -> Json:
    reading.needs_fields(call)
    comment = _comment(call, reading.file_of(call))
    most = call.number("pageSize", 20, 100) or 20
    with_deleted = call.flag("includeDeleted")
    held = [
        shapes.reply(one, call.account.address)
        for one in comment.replies
        if with_deleted or not one.deleted
    ]
    page, following = shapes.paged(call.number("pageToken", 0, len(held)), most, held)
    answer: Json = {"kind": "drive#replyList", "replies": page}
    return answer | ({"nextPageToken": following} if following else {})


def get_reply(call: Call) -> Json:
    reading.needs_fields(call)
    one = _reply(call, _comment(call, reading.file_of(call)))
    return shapes.reply(one, call.account.address)


def create_reply(call: Call) -> Json:
    reading.needs_fields(call)
    stored = reading.file_of(call, "canComment")
    comment = _comment(call, stored)
    body = call.body("content", "action", "kind")
    text, action = _content(body), field_of(body, "action", str, "")
    if action not in ("", "resolve", "reopen"):
        raise bad_request("Invalid value", "reply.action", "invalid")
    if not text and not action:
        raise bad_request("The content is required.", "content", "required")
    by = writing.me_of(call)
    one = Reply(f"AAAC{call.google.word(10)}", by, call.now, call.now, text, action)
    comment.replies.append(one)
    comment.modified_at = call.now
    if action:
        comment.resolved = action == "resolve"
    _said(call.google, stored, call.now)
    if text:
        _tell(call.google, stored, comment, by, call.now, text)
        notices.commented(call.google, by, call.now, stored, comment, text)
    return shapes.reply(one, call.account.address)


def update_reply(call: Call) -> Json:
    reading.needs_fields(call)
    stored = reading.file_of(call)
    comment = _comment(call, stored)
    one = _reply(call, comment)
    _own(call, one)
    one.text, one.modified_at = _content(call.body("content", "kind")), call.now
    comment.modified_at = call.now
    _said(call.google, stored, call.now)
    return shapes.reply(one, call.account.address)


def delete_reply(call: Call) -> Response:
    stored = reading.file_of(call)
    comment = _comment(call, stored)
    one = _reply(call, comment)
    _own(call, one)
    one.deleted, one.modified_at = True, call.now
    comment.modified_at = call.now
    _said(call.google, stored, call.now)
    return Response(204)


def _said(google: Google, stored: Stored, now: datetime) -> None:
    if not google.drive.silent_comments:
        google.drive.note(stored, now)
