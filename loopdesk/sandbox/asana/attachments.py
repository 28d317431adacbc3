"""Files and links on tasks."""

from __future__ import annotations

import re
from email import message_from_bytes
from urllib.parse import unquote

from loopdesk.sandbox import mime
from loopdesk.sandbox.asana.errors import AsanaError, bad, unknown
from loopdesk.sandbox.asana.held import Attachment
from loopdesk.sandbox.asana.method import Call, Operation
from loopdesk.sandbox.web import Request, Response

_NAME = re.compile(r'\b(name|filename)="([^"]*)"')


def _list(call: Call) -> Response:
    task = call.space.task(call.user, call.needed("parent"))
    return call.many([call.space.attachments[gid] for gid in task.attachments])


def _get(call: Call) -> Response:
    gid = call.path["attachment_gid"]
    one = call.space.attachments.get(gid)
    if one is None:
        raise unknown("attachment", gid)
    call.space.task(call.user, one.task)
    return call.one(one)


def _post(call: Call) -> Response:
    file, fields = _parts(call.request)
    fields |= {name: str(value) for name, value in call.data.items()}
    task = call.space.task(call.user, fields.get("parent", ""))
    is_link = fields.get("resource_subtype") == "external"
    one = Attachment(call.space.id(), task.gid, call.user, call.now, fields.get("name", ""), "")
    if is_link:
        if not one.name or not fields.get("url"):
            raise bad("url", "Missing input")
        one.host, one.url = "external", fields["url"]
    elif file is None:
        raise bad("file", "Missing input")
    else:
        if len(file[1]) > call.asana.longest_file:
            raise AsanaError(413, "file: Too large")
        one.host, one.content = "asana", file[1]
        one.name = one.name or unquote(file[0])
    call.space.attachments[one.gid] = one
    task.attachments.append(one.gid)
    call.space.note(task, call.user, "attachment_added", f"attached {one.name}")
    call.space.touch(task, call.user, ())
    call.space.tell(call.user, one, "added", task, task)
    return call.one(one, 200)


def _parts(request: Request) -> tuple[tuple[str, bytes] | None, dict[str, str]]:
    """Return the file and the fields of a body that holds both.

    Raises:
        AsanaError: it cannot be read.
    """
    if request.content_type != "multipart/form-data":
        return None, {}
    head = b"Content-Type: " + request.header("Content-Type").encode()
    boundary = message_from_bytes(head).get_boundary("")
    pieces = re.split(rb"(?:^|\r\n)--" + re.escape(boundary.encode()), request.body)
    if not boundary or len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise AsanaError(400, "Could not parse request data")
    file, fields = None, {}
    for piece in pieces[1:-1]:
        raw, content = mime.split(piece.removeprefix(b"\r\n"))
        said = {name.lower(): value for name, value in mime.fields(raw)}
        names = dict(_NAME.findall(said.get("content-disposition", "")))
        if names.get("name") == "file" and "filename" in names:
            file = names["filename"], content
        else:
            fields[names.get("name", "")] = content.decode("utf-8", "replace")
    return file, fields


OPERATIONS = (
    Operation("GET", "/attachments", _list, "attachments:read"),
    Operation("POST", "/attachments", _post, "attachments:write"),
    Operation("GET", "/attachments/{attachment_gid}", _get, "attachments:read"),
)
