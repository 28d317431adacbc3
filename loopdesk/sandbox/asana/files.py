"""The bytes of attachments, which lie on another host for a short time."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote

from loopdesk.sandbox.asana.held import Attachment
from loopdesk.sandbox.asana.space import Space
from loopdesk.sandbox.web import Request, Response

_LENT = timedelta(minutes=2)


class Files:
    def __init__(self, space: Space) -> None:
        self._space = space
        self._lent: dict[str, tuple[Attachment, datetime]] = {}

    def lend(self, one: Attachment, base_url: str) -> str:
        """Return an address that is good for a while, without a token."""
        now = self._space.now()
        word = sha256(f"{one.gid}/{now.isoformat()}".encode()).hexdigest()[:40]
        self._lent[word] = one, now + _LENT
        return f"{base_url}/assets/{one.gid}/{quote(one.name, safe='')}?signature={word}"

    def bring(self, request: Request) -> Response:
        if request.header("Authorization"):
            # Storage takes one way of signing in, and the address has it already.
            return Response(400, {"Content-Type": "application/xml"}, b"<Error/>")
        word = request.params.get("signature", [""])[0]
        one, ends_at = self._lent.get(word, (None, self._space.now()))
        if one is None or ends_at <= self._space.now():
            return Response(403, {"Content-Type": "application/xml"}, b"<Error>Expired</Error>")
        return Response(200, {"Content-Type": "application/octet-stream"}, one.content)
