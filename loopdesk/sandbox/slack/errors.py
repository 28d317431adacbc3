"""Slack's refusals: a word in a body of status 200."""

from __future__ import annotations

from typing import Any

from loopdesk.sandbox.web import Response, json_response

RETRY_AFTER_S = 30
_WORDS = {
    401: "invalid_auth",
    403: "access_denied",
    404: "channel_not_found",
    409: "is_archived",
    410: "invalid_cursor",
    412: "edit_window_closed",
}


class SlackError(Exception):
    """What a method answers instead of its own.

    Args:
        more: further fields of the body.
    """

    def __init__(self, word: str, **more: Any) -> None:
        super().__init__(word)
        self.word, self.more = word, more

    def response(self) -> Response:
        return json_response({"ok": False, "error": self.word, **self.more})


class RateLimited(SlackError):  # noqa: N818 - as in core.errors
    def __init__(self, wait_s: int) -> None:
        super().__init__("ratelimited")
        self.wait_s = wait_s

    def response(self) -> Response:
        body = {"ok": False, "error": self.word}
        return json_response(body, 429, {"Retry-After": str(self.wait_s)})


def invalid(message: str) -> SlackError:
    """Return the refusal of an argument that is missing or cannot be read."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})


def refusal(status: int, retry_after_s: int | None) -> Response:
    """Return what Slack answers where others answer with this status."""
    if status == 429:
        return RateLimited(RETRY_AFTER_S if retry_after_s is None else retry_after_s).response()
    if status >= 500:
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if retry_after_s is not None:
            headers["Retry-After"] = str(retry_after_s)
        return Response(status, headers, b"<!DOCTYPE html><title>Server Error</title>")
    return SlackError(_WORDS.get(status, "internal_error")).response()
