"""The bytes of files in messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests

from loopdesk.core.changes import Chunk
from loopdesk.core.errors import BadPayload, NotPermitted, Rejected
from loopdesk.net.http import Http
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.client import API

_PIECE = 1024 * 1024
_HOPS = 3
_WHOLE = re.compile(r"bytes \S+/(\d+)")
_HTML = "text/html"


class Files:
    def __init__(self, calls: Calls, http: Http) -> None:
        self._calls, self._http = calls, http
        self._known: dict[str, wire.File] = {}

    def fetch(self, file: str, offset: int) -> Chunk:
        """Return a file's next bytes.

        Raises:
            NotPermitted: Slack shows its sign-in page in place of the file.
            Rejected: it is no more, or kept by another service.
        """
        if file not in self._known:
            info = self._calls.look("files.info", wire.FileInfo, file=file).file
            if info is None:
                raise BadPayload("FileInfo")
            self._known[file] = info
        known = self._known[file]
        url = known.url_private_download or known.url_private
        if not url or known.is_external:
            raise Rejected("gone")
        reply = self._get(url, offset)
        if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return Chunk(b"", _size(reply), last=True)
        if reply.status_code >= HTTPStatus.BAD_REQUEST:
            self._known.pop(file)
            gone = reply.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
            raise Rejected("gone" if gone else str(reply.status_code))
        kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        page = reply.content[:15].lower().startswith((b"<!doctype html", b"<html"))
        if known.mimetype != _HTML and (kind == _HTML or (offset == 0 and page)):
            raise NotPermitted("files:read")
        if reply.status_code == HTTPStatus.OK:  # it took no notice of the range
            return Chunk(reply.content[offset:], len(reply.content), last=True)
        whole, ends = _size(reply), offset + len(reply.content)
        return Chunk(reply.content, whole, last=whole is None or ends >= whole)

    def _get(self, url: str, offset: int) -> requests.Response:
        """Follow redirects by hand: the token goes to Slack's own hosts and to no other."""
        headers = {
            "Range": f"bytes={offset}-{offset + _PIECE - 1}",
            "Authorization": f"Bearer {self._calls.token()}",
        }
        send: Callable[..., requests.Response] = self._http.request
        for _ in range(_HOPS):
            if not self._is_slacks(url):
                raise Rejected("elsewhere")
            reply = send("GET", url, headers=headers)
            place = reply.headers.get("Location", "")
            if not reply.is_redirect or not place:
                return reply
            # Each workspace has a host of its own, which nothing else needs.
            url, send = urljoin(url, place), self._http.once
        raise NotPermitted("files:read")  # only the sign-in leads in circles

    def _is_slacks(self, url: str) -> bool:
        parts, api = urlsplit(url), urlsplit(self._http.place(API))
        host = (parts.hostname or "").lower()
        if parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")):
            return True
        # A stand-in keeps its files where it keeps everything.
        return (parts.scheme, parts.netloc) == (api.scheme, api.netloc)


def _size(reply: requests.Response) -> int | None:
    match = _WHOLE.fullmatch(reply.headers.get("Content-Range", ""))
    return int(match[1]) if match else None
