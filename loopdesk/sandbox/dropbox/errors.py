"""Dropbox's refusals: the unions of its routes, and what is no union at all."""

from __future__ import annotations

import json
from typing import Any

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

RETRY_AFTER_S = 15
_REFUSED = {
    404: ("path", "not_found"),
    409: ("path", "conflict", "file"),
    410: ("reset",),
    412: ("path", "conflict", "file"),
}


def json_answer(value: object, status: int = 200) -> Response:
    # Dropbox names no charset, and its own SDK refuses an answer that does.
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, {"Content-Type": "application/json"}, body)


def tagged(*tags: str, **fields: Any) -> Json:
    """Return tags inside each other; the fields go to the innermost.

    `tagged("path", "not_found")` is `{".tag": "path", "path": {".tag": "not_found"}}`.
    """
    inner: Json = {".tag": tags[-1], **fields}
    for tag in reversed(tags[:-1]):
        inner = {".tag": tag, tag: inner}
    return inner


class DropboxError(Exception):
    """A refusal with its status.

    Args:
        error: the route's own union, by its tags; what is said to programs under `error`.
        summary: the same as a path of words, as people see it.
    """

    def __init__(self, status: int, error: Json, summary: str) -> None:
        super().__init__(summary)
        self.status, self.error, self.summary = status, error, summary

    def response(self) -> Response:
        # The dots at its end tell programs not to compare it.
        body = {"error_summary": f"{self.summary}/...", "error": self.error}
        return json_answer(body, self.status)


class BadInput(DropboxError):  # noqa: N818 - as in core.errors
    """The call itself is wrong: said in plain words."""

    def __init__(self, words: str) -> None:
        super().__init__(400, {}, words)

    def response(self) -> Response:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        return Response(400, headers, self.summary.encode())


class RateLimited(DropboxError):  # noqa: N818 - as in core.errors
    """Too fast, or another write has not ended.

    Args:
        as_text: as Dropbox says it where no part of the API has seen the request yet.
    """

    def __init__(
        self, wait_s: int, reason: str = "too_many_requests", *, as_text: bool = False
    ) -> None:
        super().__init__(429, {"reason": {".tag": reason}, "retry_after": wait_s}, reason)
        self.wait_s, self.as_text = wait_s, as_text

    def response(self) -> Response:
        if self.as_text:
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            response = Response(429, headers, b"Too many requests. Slow down.")
        else:
            response = super().response()
        response.headers["Retry-After"] = str(self.wait_s)
        return response


def refuse(*tags: str, **fields: Any) -> DropboxError:
    """Return a refusal of the route itself."""
    return DropboxError(409, tagged(*tags, **fields), "/".join(tags))


def unauthorized(word: str, **fields: Any) -> DropboxError:
    return DropboxError(401, {".tag": word, **fields}, word)


def refusal(status: int, retry_after_s: int | None) -> Response:
    """Return what Dropbox answers where others answer with this status."""
    if status == 429:
        return RateLimited(RETRY_AFTER_S if retry_after_s is None else retry_after_s).response()
    if status == 401:
        return unauthorized("invalid_access_token").response()
    if status == 403:
        error = tagged(
            "no_permission", "unauthorized_account_id_usage", unauthorized_account_ids=[]
        )
        return DropboxError(403, error, "no_permission").response()
    if status in _REFUSED:
        return refuse(*_REFUSED[status]).response()
    headers = {"Content-Type": "text/html"}
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return Response(status, headers, b"<!DOCTYPE html><title>Dropbox - Error</title>")
