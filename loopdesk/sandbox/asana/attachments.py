"""Files and links on tasks."""

from __future__ import annotations

from urllib.parse import unquote

from loopdesk.sandbox import mime
from loopdesk.sandbox.asana.errors import AsanaError, bad, unknown
from loopdesk.sandbox.asana.held import Attachment
from loopdesk.sandbox.asana.method import Call, Operation
from loopdesk.sandbox.web import Response


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
    try:
        file, fields = mime.form(call.request.header("Content-Type"), call.request.body)
    except ValueError:
        raise AsanaError(400, "Could not parse request data") from None
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


OPERATIONS = (
    Operation("GET", "/attachments", _list, "attachments:read"),
    Operation("POST", "/attachments", _post, "attachments:write"),
    Operation("GET", "/attachments/{attachment_gid}", _get, "attachments:read"),
)
