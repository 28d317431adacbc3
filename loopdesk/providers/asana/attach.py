"""Files put on a task, each with one request."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Blob, Files, Steps
from loopdesk.providers.asana import fields, wire
from loopdesk.providers.asana.calls import Calls
from loopdesk.providers.asana.near import Near
from loopdesk.providers.payload import decode

_LARGEST_BYTES = 100 * 1024 * 1024
"""Source: github.com/Asana/openapi, createAttachmentForObject (2026-06)"""


class _Made(msgspec.Struct):
    data: wire.Named


class _Attached(msgspec.Struct):
    """Ids of what was on the task before, and of the files that are through."""

    known: list[str]
    done: list[str] = []

    @classmethod
    def load(cls, steps: Steps) -> _Attached | None:
        saved = steps.load()
        return None if saved is None else msgspec.json.decode(saved, type=cls)


class Attaching:
    def __init__(self, calls: Calls, near: Near, files: Files) -> None:
        self._calls, self._near, self._files = calls, near, files

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        """Send the next file; None where there are more."""
        blobs = [self._files.info(each) for each in action.arguments.files]
        if any(blob.size_bytes > _LARGEST_BYTES for blob in blobs):
            raise Rejected("too-large")
        at = _Attached.load(steps)
        if at is None:
            at = _Attached([each.gid for each in self._there(action)])
            self._save(at, blobs, steps)
        if len(at.done) < len(blobs):
            at.done.append(self._send(action, blobs[len(at.done)]))
            self._save(at, blobs, steps)
        return self._receipt(action, at) if len(at.done) == len(blobs) else None

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        at = _Attached.load(steps)
        if at is None or self._near.task_or_none(action.target.key) is None:
            return None
        blobs = [self._files.info(each) for each in action.arguments.files]
        if len(at.done) < len(blobs):
            next_one = blobs[len(at.done)]
            for each in self._there(action):
                is_new = each.gid not in (*at.known, *at.done)
                if is_new and (each.name, each.size) == (next_one.name, next_one.size_bytes):
                    at.done.append(each.gid)
                    self._save(at, blobs, steps)
                    break
        return self._receipt(action, at) if len(at.done) == len(blobs) else None

    def _there(self, action: Action) -> list[wire.Attachment]:
        asked = {"parent": action.target.key, "opt_fields": fields.ATTACHMENT}
        return self._calls.all("/attachments", wire.Attachment, acting=True, **asked)

    def _send(self, action: Action, blob: Blob) -> str:
        data = self._files.read(blob.id, 0, blob.size_bytes)
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

    def _save(self, at: _Attached, blobs: list[Blob], steps: Steps) -> None:
        steps.save(msgspec.json.encode(at), len(at.done) / max(len(blobs), 1))

    def _receipt(self, action: Action, at: _Attached) -> Receipt:
        return self._near.receipt(self._near.task(action.target.key), {"attachments": at.done})
