"""Uploads that may be resumed: a session is asked for, then the bytes come in pieces.

Source: developers.google.com/workspace/gmail/api/guides/uploads,
    developers.google.com/workspace/drive/api/guides/manage-uploads (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from loopdesk.sandbox.google.errors import ApiError, bad_request, not_found
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response

_LIFE = timedelta(days=7)
_GRAIN = 256 * 1024
_SPAN = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")
Finish = Callable[[Call], Response]


@dataclass(slots=True)
class _Session:
    """An upload under way.

    Args:
        finish: calls the method whose bytes these are, once they are all here.
        answer: what that gave; whoever missed it may ask again.
    """

    call: Call
    about: Json
    size_bytes: int | None
    finish: Finish
    ends_at: datetime
    held: bytearray = field(default_factory=bytearray)
    answer: Response | None = None


class Sessions:
    def __init__(self, word: Callable[[int], str]) -> None:
        self._word = word
        self._sessions: dict[str, _Session] = {}

    def begin(self, call: Call, base_url: str, most_bytes: int, finish: Finish) -> Response:
        """Answer the request for a session with its address.

        Args:
            base_url: where this stand-in is reached.
            most_bytes: that the method takes.
        """
        about = call.body() if call.request.body else {}
        length = call.request.header("X-Upload-Content-Length")
        if length and not length.isdecimal():
            raise bad_request("X-Upload-Content-Length is no number.", reason="invalid")
        if length and int(length) > most_bytes:
            raise too_large()
        upload_id = self._word(40)
        self._sessions[upload_id] = _Session(
            call, about, int(length) if length else None, finish, call.now + _LIFE
        )
        query = urlencode({"uploadType": "resumable", "upload_id": upload_id})
        return Response(200, {"Location": f"{base_url}{call.request.path}?{query}"})

    def put(self, request: Request, now: datetime) -> Response:
        """Take a piece, or say how much is here."""
        session = self._sessions.get(request.params["upload_id"][0])
        if session is None or now >= session.ends_at:
            raise not_found()
        # A copy: what befalls an answer on its way must not befall the next one.
        response = replace(session.answer or self._take(session, request, now))
        response.account = session.call.account.address
        return response

    def _take(self, session: _Session, request: Request, now: datetime) -> Response:
        span = request.header("Content-Range") or f"bytes 0-{len(request.body) - 1}/*"
        whole = re.sub(r"/\*$", f"/{len(request.body)}", span)
        match = _SPAN.fullmatch(whole)
        if match is None:
            raise bad_request("Content-Range cannot be read.", reason="invalid")
        total = int(match[3])
        if session.size_bytes not in (None, total):
            raise bad_request("The size is not the one announced.", reason="invalid")
        if match[1] is not None:
            first, last = int(match[1]), int(match[2])
            is_last = last + 1 == total
            if last + 1 - first != len(request.body) or last >= total:
                raise bad_request("Content-Range does not fit the bytes.", reason="invalid")
            if not is_last and len(request.body) % _GRAIN:
                raise bad_request("A piece is a multiple of 256 KiB.", reason="invalid")
            if first > len(session.held):
                raise bad_request("Bytes are missing before these.", reason="invalid")
            # What is here already is passed over.
            session.held += request.body[len(session.held) - first :]
        if len(session.held) < total or match[1] is None:
            return self._so_far(session)
        session.call.uploaded = session.about, bytes(session.held)
        session.call.now = now
        session.answer = session.finish(session.call)
        session.held.clear()
        return session.answer

    def _so_far(self, session: _Session) -> Response:
        ends = {"Range": f"bytes=0-{len(session.held) - 1}"} if session.held else {}
        return Response(HTTPStatus.PERMANENT_REDIRECT, ends)


def too_large() -> ApiError:
    return ApiError(413, "uploadTooLarge", "The content is larger than this method takes.")
