"""Files put on a card, each with one request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from urllib3.filepost import encode_multipart_formdata

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.seams import Blob, Files
from loopdesk.providers.attaching import Attaching, There
from loopdesk.providers.payload import decode
from loopdesk.providers.trello import wire
from loopdesk.providers.trello.calls import Calls
from loopdesk.providers.trello.near import Near


class CardFiles(Attaching):
    LARGEST_BYTES = 250 * 1024 * 1024
    """Of a paid workspace; a free one takes 10 MB, and says so itself."""

    def __init__(self, calls: Calls, near: Near, files: Files) -> None:
        super().__init__(files)
        self._calls, self._near = calls, near

    def there(self, task: str) -> Iterable[There]:
        return (There(one.id, one.name, one.bytes) for one in self._near.card(task).attachments)

    def send(self, action: Action, blob: Blob, data: bytes) -> str:
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

    def receipt(self, action: Action, ids: Sequence[str]) -> Receipt:
        return self._near.receipt(self._near.card(action.target.key), {"attachments": [*ids]})
