"""Large bodies sent to Google piece by piece, so that a cut connection costs one piece."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import requests

from loopdesk.core.errors import BadPayload, Rejected
from loopdesk.net.http import Http
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import Calls

PIECE = 4 * 256 * 1024
"""Each piece but the last is a multiple of 256 KiB."""
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_RANGE = re.compile(r"bytes=0-(\d+)")


class Upload(msgspec.Struct, omit_defaults=True):
    """An upload under way, as an action's steps keep it.

    Args:
        session: the address that Google handed out for it: whoever has it may go on with it.
        offset: how many bytes are there.
    """

    session: str
    size_bytes: int
    offset: int = 0

    @property
    def done(self) -> float:
        return self.offset / self.size_bytes if self.size_bytes else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an upload stands.

    Args:
        answer: the body of Google's answer to the whole, None before.
        lost: Google has forgotten it; it begins anew.
    """

    offset: int = 0
    answer: bytes | None = None
    lost: bool = False


class Uploads:
    """Resumable uploads.

    Source: developers.google.com/workspace/gmail/api/guides/uploads,
        developers.google.com/workspace/drive/api/guides/manage-uploads (2026-11)
    """

    def __init__(self, calls: Calls, http: Http) -> None:
        self._calls = calls
        self._http = http

    def begin(
        self,
        method: str,
        url: str,
        *,
        about: Any,
        kind: str,
        size_bytes: int,
        params: Mapping[str, str] | None = None,
    ) -> Upload:
        """Ask for a session.

        Args:
            about: what the method is called with, sent as JSON beside the bytes.
            kind: the bytes' MIME type.
        """
        reply = self._calls.call(
            method,
            url,
            params={"uploadType": "resumable", **(params or {})},
            json=about,
            headers={"X-Upload-Content-Type": kind, "X-Upload-Content-Length": str(size_bytes)},
        )
        session = reply.headers.get("Location", "")
        if not session:
            raise BadPayload("Location")
        return Upload(session, size_bytes)

    def push(self, upload: Upload, piece: bytes) -> Standing:
        """Send the piece at `upload.offset`."""
        first, last = upload.offset, upload.offset + len(piece) - 1
        return self._put(upload, f"bytes {first}-{last}/{upload.size_bytes}", piece)

    def ask(self, upload: Upload) -> Standing:
        """Ask how much is there: the answer to a piece may have been lost."""
        return self._put(upload, f"bytes */{upload.size_bytes}", b"")

    def _put(self, upload: Upload, span: str, piece: bytes) -> Standing:
        # The address is the permission: no token goes to where an answer pointed.
        reply = self._http.once("PUT", upload.session, data=piece, headers={"Content-Range": span})
        if reply.status_code in _GONE:
            return Standing(lost=True)
        if reply.status_code == HTTPStatus.PERMANENT_REDIRECT:  # here: "resume incomplete"
            there = _RANGE.fullmatch(reply.headers.get("Range", ""))
            return Standing(int(there[1]) + 1 if there else 0)
        if reply.status_code >= HTTPStatus.BAD_REQUEST:
            raise Rejected(_reason(reply))
        return Standing(upload.size_bytes, answer=reply.content)


def _reason(reply: requests.Response) -> str:
    if reply.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "tooLarge"
    return wire.reason(reply.content) or str(reply.status_code)
