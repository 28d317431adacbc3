"""Files put on a task, each with one request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.seams import Blob, Files
from loopdesk.providers.asana import fields, wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.near import Near
from loopdesk.providers.attaching import Attaching, There
from loopdesk.providers.payload import decode


class _Made(msgspec.Struct):
    data: wire.Named


class TaskFiles(Attaching):
    LARGEST_BYTES = 100 * 1024 * 1024
    """Source: github.com/Asana/openapi, createAttachmentForObject (2026-06)"""

    def __init__(self, calls: Calls, near: Near, files: Files) -> None:
        super().__init__(files)
        self._calls, self._near = calls, near

    def there(self, task: str) -> Iterable[There]:
        asked = {"parent": task, "opt_fields": fields.ATTACHMENT}
        found = self._calls.all("/attachments", wire.Attachment, acting=True, **asked)
        return (There(one.gid, one.name or "", one.size) for one in found)

    def send(self, action: Action, blob: Blob, data: bytes) -> str:
        boundary = f"loopdesk-{action.id}"
        # Asana wants a name that is not plain percent-encoded in the head of its part.
        name = quote(blob.name, safe=" !#$&+-.^_`|~()[]{},;=@'")
        head = (
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="parent"\r\n\r\n{action.target.key}\r\n'
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="file"; filename="{name}"\r\n'
            f"Content-Type: {blob.type or 'application/octet-stream'}\r\n\r\n"
        )
        reply = self._calls.send(
            "POST",
            "/attachments",
            data=b"".join((head.encode(), data, f"\r\n--{boundary}--\r\n".encode())),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            acting=True,
            scope="attachments:write",
        )
        return decode(reply.content, _Made).data.gid

    def receipt(self, action: Action, ids: Sequence[str]) -> Receipt:
        return self._near.receipt(self._near.task(action.target.key), {"attachments": [*ids]})
