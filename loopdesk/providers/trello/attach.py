"""Files put on a card, each with one request."""

from __future__ import annotations

import msgspec
from urllib3.filepost import encode_multipart_formdata

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Blob, Files, Steps
from loopdesk.providers.payload import decode
from loopdesk.providers.trello import wire
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.near import Near

_LARGEST_BYTES = 250 * 1024 * 1024
"""Of a paid workspace; a free one takes 10 MB, and says so itself."""


class _Attached(msgspec.Struct):
    """Ids of what was on the card before, and of the files that are through."""

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
            card = self._near.card(action.target.key)
            at = _Attached([each.id for each in card.attachments])
            self._save(at, blobs, steps)
        if len(at.done) < len(blobs):
            at.done.append(self._send(action, blobs[len(at.done)]))
            self._save(at, blobs, steps)
        return self._receipt(action, at) if len(at.done) == len(blobs) else None

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        at = _Attached.load(steps)
        card = self._near.card_or_none(action.target.key) if at is not None else None
        if at is None or card is None:
            return None
        blobs = [self._files.info(each) for each in action.arguments.files]
        if len(at.done) < len(blobs):
            next_one = blobs[len(at.done)]
            for each in card.attachments:
                is_new = each.id not in (*at.known, *at.done)
                if is_new and (each.name, each.bytes) == (next_one.name, next_one.size_bytes):
                    at.done.append(each.id)
                    self._save(at, blobs, steps)
                    break
        return self._receipt(action, at) if len(at.done) == len(blobs) else None

    def _send(self, action: Action, blob: Blob) -> str:
        data = self._files.read(blob.id, 0, blob.size_bytes)
        body, kind = encode_multipart_formdata(
            {
                "name": blob.name,
                "mimeType": blob.type,
                "file": (blob.name, data, blob.type or "application/octet-stream"),
            },
            boundary=f"loopdesk-{action.id}",
        )
        reply = self._calls.send(
            "POST",
            f"/cards/{action.target.key}/attachments",
            data=body,
            headers={"Content-Type": kind},
            acting=True,
        )
        return decode(reply.content, wire.Attachment).id

    def _save(self, at: _Attached, blobs: list[Blob], steps: Steps) -> None:
        steps.save(msgspec.json.encode(at), len(at.done) / max(len(blobs), 1))

    def _receipt(self, action: Action, at: _Attached) -> Receipt:
        return self._near.receipt(self._near.card(action.target.key), {"attachments": at.done})
