"""Files: put into conversations in three steps, listed, and brought back.

Source: docs.slack.dev/reference/methods/files.getUploadURLExternal (2026-11)
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from loopdesk.sandbox import workspaces
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import consent, events, shapes
from loopdesk.sandbox.slack.conversation import File, Message
from loopdesk.sandbox.slack.errors import SlackError, invalid
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.slack.mrkdwn import rewritten
from loopdesk.sandbox.slack.oauth import APP_ID
from loopdesk.sandbox.web import Request, Response, html_response

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.service import Slack
    from loopdesk.sandbox.slack.workspace import Workspace

_LIFE = timedelta(minutes=15)
_SHARED_AFTER = timedelta(seconds=2)
_DOWN = re.compile(r"/files/files-pri/(T\w+)-(F\w+)/(?:download/)?[^/]+")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(slots=True)
class Coming:
    """A file under way."""

    id: str
    name: str
    size: int
    user: str
    ends_at: datetime
    content: bytes | None = None


def begin(call: Call) -> Json:
    name, size = call.needed("filename"), call.number("length", 0)
    if size < 1:
        raise invalid("must be greater than 0 [length]")
    key, id = call.slack.word(24), f"F{call.slack.word(10)}"
    call.workspace.coming[key] = Coming(id, name, size, call.user, call.now + _LIFE)
    return {"upload_url": f"{call.base_url}/files/upload/v1/{key}", "file_id": id}


def take(slack: Slack, request: Request) -> Response:
    """Take the bytes; the address is all the right that is needed."""
    if request.header("Authorization"):
        return _said(400, "the address needs no token")
    key = request.path.rpartition("/")[2]
    for workspace in slack.workspaces.values():
        coming = workspace.coming.get(key)
        if coming is None or coming.ends_at <= slack.now():
            continue
        if len(request.body) != coming.size:
            return _said(400, "not the length that was announced")
        coming.content = request.body
        return _said(200, f"OK - {len(request.body)}")
    return _said(404, "no upload goes here")


def _said(status: int, text: str) -> Response:
    return Response(status, {"Content-Type": "text/plain"}, text.encode())


def complete(call: Call) -> Json:
    asked = call.structure("files")
    if not isinstance(asked, list) or not asked or not all(isinstance(f, dict) for f in asked):
        raise invalid("missing required field: files")
    workspace = call.workspace
    by_id = {coming.id: (key, coming) for key, coming in workspace.coming.items()}
    arrived: list[tuple[str, Coming, str]] = []
    for one in asked:
        key, coming = by_id.get(str(one.get("id")), ("", None))
        if coming is None or coming.content is None or coming.user != call.user:
            raise SlackError("file_not_found")
        arrived.append((key, coming, str(one.get("title") or coming.name)))
    channels = [one for one in call.text("channels").split(",") if one]
    channels = channels or [call.text("channel_id")]
    places = [replace(call, args={**call.args, "channel": one}) for one in channels if one]
    wheres = [place.conversation("") for place in places]
    if any(call.user not in where.members or where.is_archived for where in wheres):
        raise SlackError("posting_to_channel_denied")
    thread = call.text("thread_ts")
    if thread and any(where.get(thread) is None for where in wheres):
        raise SlackError("thread_not_found")
    for key, coming, title in arrived:
        del workspace.coming[key]
        type = mimetypes.guess_type(coming.name)[0] or "application/octet-stream"
        kept = workspaces.Upload(coming.id, coming.name, type, coming.content or b"", title)
        workspace.files[coming.id] = File(kept, call.user, int(call.now.timestamp()))
    ids = [coming.id for _, coming, _ in arrived]
    comment = rewritten(call.text("initial_comment"))

    def share() -> None:
        now = call.slack.now()
        for where in wheres:
            message = Message(
                where.free_stamp(now),
                call.user,
                comment,
                thread,
                files=ids,
                stamps={"app_id": APP_ID},
            )
            where.add(message)
            for id in ids:
                workspace.files[id].shares.append((where.id, message.ts))
            events.written(call.slack, workspace, where, message)
            call.slack.written(workspace, where, message, now)

    # The answer comes first; the message shows up a little later.
    call.slack.after(call.now + _SHARED_AFTER, share)
    return {"files": [shapes.file(workspace, id, call.base_url, whole=True) for id in ids]}


def bring(slack: Slack, request: Request) -> Response:
    """Answer with a file's bytes; without the right to it with a page, and no error."""
    match = _DOWN.fullmatch(request.path)
    if match is None:
        return Response(404)
    try:
        access = slack.oauth.check(request.header("Authorization").partition(" ")[2].strip())
    except SlackError:
        return html_response(consent.login_page())
    workspace, id = slack.workspaces.get(match[1]), match[2]
    if (
        workspace is None
        or access.team != workspace.id
        or "files:read" not in access.scopes
        or not _is_visible(workspace, id, access.user)
    ):
        return html_response(consent.login_page())
    upload = workspace.files[id].upload
    headers = {"Content-Type": upload.type, "Accept-Ranges": "bytes"}
    content = upload.content
    part = _RANGE.fullmatch(request.header("Range"))
    if part is None:
        return Response(200, headers, content)
    first, last = int(part[1]), int(part[2] or len(content) - 1)
    if first >= len(content):
        return Response(416, {"Content-Range": f"bytes */{len(content)}"})
    piece = content[first : last + 1]
    span = f"bytes {first}-{first + len(piece) - 1}/{len(content)}"
    return Response(206, {**headers, "Content-Range": span}, piece)


def _is_visible(workspace: Workspace, id: str, user: str) -> bool:
    held = workspace.files.get(id)
    return held is not None and (
        held.user == user
        or any(workspace.conversations[c].is_visible_to(user) for c, _ in held.shares)
    )


def info(call: Call) -> Json:
    id = call.needed("file")
    if not _is_visible(call.workspace, id, call.user):
        raise SlackError("file_not_found")
    shown = shapes.file(call.workspace, id, call.base_url, whole=True)
    return {"file": shown, "comments": [], **call.next_cursor("comments", "")}


def listed(call: Call) -> Json:
    user, channel = call.text("user"), call.text("channel")
    first, last = call.number("ts_from", 0), call.number("ts_to", 0)
    for where in call.workspace.of(call.user):
        where.tops()
    found = [
        id
        for id, held in call.workspace.files.items()
        if _is_visible(call.workspace, id, call.user)
        and user in ("", held.user)
        and (not channel or channel in [place for place, _ in held.shares])
        and held.at >= first
        and not 0 < last < held.at
    ]
    found.sort(key=lambda id: call.workspace.files[id].at, reverse=True)
    count, page = max(1, min(call.number("count", 100), 1000)), call.number("page", 1)
    shown = found[(page - 1) * count : page * count]
    pages = max(1, ceil(len(found) / count))
    return {
        "files": [shapes.file(call.workspace, id, call.base_url, whole=True) for id in shown],
        "paging": {"count": count, "total": len(found), "page": page, "pages": pages},
    }
