"""The bytes of what is attached to tasks."""

from __future__ import annotations

import re
from http import HTTPStatus

from loopdesk.core.changes import Chunk
from loopdesk.core.errors import Rejected
from loopdesk.net.http import Http
from loopdesk.providers.asana import fields, wire
from loopdesk.providers.asana.calls import Calls

_PIECE = 1024 * 1024
_WHOLE = re.compile(r"bytes \S+/(\d+)")


class Attachments:
    def __init__(self, calls: Calls, http: Http) -> None:
        self._calls, self._http = calls, http

    def fetch(self, attachment: str, offset: int) -> Chunk:
        """Return a file's next bytes, from an address that lives for two minutes: asked anew.

        Raises:
            Rejected: it is no more, or kept by another service.
        """
        path = f"/attachments/{attachment}"
        known = self._calls.look(path, wire.Attachment, opt_fields=fields.ATTACHMENT)
        if not known.is_file or not known.download_url:
            raise Rejected("elsewhere")
        span = {"Range": f"bytes={offset}-{offset + _PIECE - 1}"}
        # On another host, by a signature of its own: our token does not go there.
        reply = self._http.once("GET", known.download_url, headers=span)
        if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return Chunk(b"", offset, last=True)
        if reply.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise Rejected("gone")
        if reply.status_code == HTTPStatus.OK:  # it took no notice of the range
            return Chunk(reply.content[offset:], len(reply.content), last=True)
        told = _WHOLE.fullmatch(reply.headers.get("Content-Range", ""))
        whole, ends = int(told[1]) if told else None, offset + len(reply.content)
        return Chunk(reply.content, whole, last=whole is None or ends >= whole)
