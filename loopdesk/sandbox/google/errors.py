"""Google's error bodies."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
# What a bare status says when no method has a better word for it.
_USUAL = {
    400: ("badRequest", "Bad request."),
    401: ("authError", "The access token is not valid, or no longer."),
    403: ("forbidden", "Forbidden."),
    404: ("notFound", "Requested entity was not found."),
    410: ("gone", "The resource is gone."),
    412: ("conditionNotMet", "The entity tag does not match."),
    429: ("rateLimitExceeded", "Too many requests."),
    503: ("backendError", "The service is unavailable for now."),
}


class ApiError(Exception):
    """A refusal in the shape that all of Google's interfaces share."""

    def __init__(
        self,
        code: int,
        reason: str = "",
        message: str = "",
        *,
        domain: str = "global",
        location: str = "",
        retry_after_s: int | None = None,
        detail: str = "",
    ) -> None:
        usual = _USUAL.get(code, ("backendError", "The service failed."))
        self.code = code
        self.reason = reason or usual[0]
        self.message = message or usual[1]
        self.domain = domain
        self.location = location
        self.retry_after_s = retry_after_s
        self.detail = detail
        super().__init__(f"{code} {self.reason}")

    def response(self) -> Response:
        first: Json = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            first |= {"location": self.location, "locationType": "parameter"}
        error: Json = {"code": self.code, "message": self.message, "errors": [first]}
        # Calendar's own refusals come without a status word.
        if self.domain != "calendar" and self.code in _STATUS:
            error["status"] = _STATUS[self.code]
        if self.detail:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": self.detail,
                    "domain": "googleapis.com",
                }
            ]
        headers = {}
        if self.code == 401:
            headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'

        if self.retry_after_s is not None:
            headers["Retry-After"] = str(self.retry_after_s)
        return json_response({"error": error}, self.code, headers)


def bad_request(message: str, location: str = "", reason: str = "badRequest") -> ApiError:
    return ApiError(400, reason, message, location=location)


def not_found() -> ApiError:
    return ApiError(404)
