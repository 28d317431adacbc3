"""Graph's error bodies."""

from __future__ import annotations

from collections.abc import Mapping

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

# What a bare status says when no method has a better word for it.
_USUAL = {
    400: ("ErrorInvalidRequest", "The request is invalid."),
    401: ("InvalidAuthenticationToken", "Access token is empty, invalid or expired."),
    403: ("ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    404: ("ErrorItemNotFound", "The specified object was not found in the store."),
    409: ("ErrorIrresolvableConflict", "The item was changed by someone else."),
    410: ("SyncStateNotFound", "The sync state generation is not found; sync again."),
    412: ("ErrorIrresolvableConflict", "The change key passed does not match the current one."),
    413: ("RequestEntityTooLarge", "The request is too large."),
    429: ("ApplicationThrottled", "Application is over its limit."),
    503: ("serviceNotAvailable", "The service is temporarily unavailable."),
    504: ("UnknownError", ""),
}


class ApiError(Exception):
    """A refusal in the shape that all of Graph shares.

    Args:
        headers: such as `Location` of a 410, or `WWW-Authenticate` of a 401.
    """

    def __init__(
        self,
        status: int,
        code: str = "",
        message: str = "",
        *,
        retry_after_s: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        usual = _USUAL.get(status, ("generalException", "The service failed."))
        self.status = status
        self.code = code or usual[0]
        self.message = message or usual[1]
        self.headers = dict(headers or {})
        if retry_after_s is not None:
            self.headers["Retry-After"] = str(retry_after_s)
        super().__init__(f"{status} {self.code}")

    def response(self) -> Response:
        error: Json = {
            "code": self.code,
            "message": self.message,
            "innerError": {
                "date": "2026-11-24T08:00:00",
                "request-id": "00000000-0000-0000-0000-000000000000",
                "client-request-id": "00000000-0000-0000-0000-000000000000",
            },
        }
        return json_response({"error": error}, self.status, self.headers)


def bad_request(message: str, code: str = "") -> ApiError:
    return ApiError(400, code, message)


def not_found() -> ApiError:
    return ApiError(404)
