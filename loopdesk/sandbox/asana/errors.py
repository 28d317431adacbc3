"""Asana's refusals: a list with one message, and where to read on.

Source: developers.asana.com/docs/errors, developers.asana.com/docs/rate-limits (2026-11)
"""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

_HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)
_PHRASE = "6 calm gulls circle quietly"
TOO_FAST = (
    "You've made too many requests and hit a rate limit. "
    "Please retry after the given amount of time."
)
_WORDS = {
    401: "Not Authorized",
    402: "This action is only available to premium users.",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Sync token invalid or too old.",
    429: TOO_FAST,
    500: "Server Error",
}


class AsanaError(Exception):
    """What is answered instead.

    Args:
        more: fields beside the list of errors.
    """

    def __init__(
        self,
        status: int,
        message: str,
        headers: dict[str, str] | None = None,
        more: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.headers, self.more = headers or {}, more or {}

    def response(self) -> Response:
        error = {"message": self.message, "help": _HELP}
        if self.status == 500:
            error["phrase"] = _PHRASE
        return json_response({"errors": [error], **self.more}, self.status, self.headers)


def unknown(name: str, gid: str) -> AsanaError:
    return AsanaError(404, f"{name}: Unknown object: {gid}")


def forbidden(what: str = "You do not have access to this resource.") -> AsanaError:
    return AsanaError(403, what)


def bad(name: str, words: str) -> AsanaError:
    return AsanaError(400, f"{name}: {words}")


def too_fast(seconds: int) -> AsanaError:
    return AsanaError(429, TOO_FAST, {"Retry-After": str(seconds)})


def refusal(status: int, retry_after_s: int | None) -> Response:
    """Return what Asana answers with this status."""
    headers: dict[str, str] = {}
    if status == 429 or retry_after_s is not None:
        headers["Retry-After"] = str(30 if retry_after_s is None else retry_after_s)
    if status in (502, 503, 504):
        page = b"<html><head><title>Asana</title></head><body>Something broke</body></html>"
        return Response(status, {"Content-Type": "text/html", **headers}, page)
    return AsanaError(status, _WORDS.get(status, "Bad Request"), headers).response()
