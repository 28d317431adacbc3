"""The bytes of what is attached to cards."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests

from loopdesk.core.changes import Chunk
from loopdesk.core.errors import NotPermitted, Rejected
from loopdesk.net.http import Http
from loopdesk.providers.trello import FEATURES, wire
from loopdesk.providers.trello.calls import API, Calls

_PIECE = 1024 * 1024
_HOPS = 3
_DOWNLOAD = re.compile(r"(/cards/[0-9a-zA-Z]+/attachments/[0-9a-f]+/download/[^/]+)$")
_WHOLE = re.compile(r"bytes \S+/(\d+)")


class Attachments:
    def __init__(self, calls: Calls, http: Http) -> None:
        self._calls, self._http = calls, http

    def fetch(self, card: str, attachment: str, offset: int) -> Chunk:
        """Return a file's next bytes.

        Raises:
            Rejected: it is no more, or kept by another service.
        """
        path = f"/cards/{card}/attachments/{attachment}"
        known = self._calls.look(path, wire.Attachment, fields=wire.ATTACHMENT)
        if not known.isUpload:
            raise Rejected("elsewhere")
        reply = self._get(known.url, offset)
        if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return Chunk(b"", offset, last=True)
        if reply.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise NotPermitted(FEATURES[0].scopes[0])
        if reply.status_code >= HTTPStatus.BAD_REQUEST:
            raise Rejected("gone")
        if reply.status_code == HTTPStatus.OK:  # it took no notice of the range
            return Chunk(reply.content[offset:], len(reply.content), last=True)
        told = _WHOLE.fullmatch(reply.headers.get("Content-Range", ""))
        whole, ends = int(told[1]) if told else None, offset + len(reply.content)
        return Chunk(reply.content, whole, last=whole is None or ends >= whole)

    def _get(self, url: str, offset: int) -> requests.Response:
        """Follow redirects by hand: the token goes to Trello's own interface and nowhere else.

        Trello gives the address of a download on its other host, which answers the same.
        """
        span = {"Range": f"bytes={offset}-{offset + _PIECE - 1}"}
        own = _DOWNLOAD.search(urlsplit(url).path)
        if own is None:
            reply = self._http.once("GET", url, headers=span)
        else:
            url = API + own[1]
            given = {**span, "Authorization": self._calls.authorization()}
            reply = self._http.request("GET", url, headers=given)
        for _ in range(_HOPS):
            place = reply.headers.get("Location", "")
            if not reply.is_redirect or not place:
                return reply
            url = urljoin(url, place)
            reply = self._http.once("GET", url, headers=span)
        raise Rejected("elsewhere")
