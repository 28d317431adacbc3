"""What Graph's refusals mean, in our words. Pure.

Only a status and a code decide: Microsoft's sentences may change.

Source: learn.microsoft.com/graph/errors (2026-11)
"""

from __future__ import annotations

from http import HTTPStatus

from loopdesk.core.errors import (
    Conflict,
    CursorExpired,
    NotPermitted,
    ProviderError,
    RateLimited,
    Rejected,
    SignInExpired,
)

_REASONS = {
    "erroritemnotfound": "gone",
    "itemnotfound": "gone",
    "errormessagesizeexceeded": "too-large",
    "errorquotaexceeded": "no-room",
    "malwaredetected": "type-refused",
    "namealreadyexists": "name-taken",
    "notallowed": "blocked",
    "notsupported": "blocked",
    "quotalimitreached": "no-room",
    "resourcelocked": "locked",
}
_STATUSES: dict[int, str] = {
    HTTPStatus.PAYMENT_REQUIRED: "no-room",
    HTTPStatus.NOT_FOUND: "gone",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.LOCKED: "locked",
    HTTPStatus.INSUFFICIENT_STORAGE: "no-room",
}
_TOO_FAST = frozenset({"activitylimitreached", "applicationthrottled", "toomanyrequests"})
_FORGOTTEN = frozenset(
    {"syncstatenotfound", "resyncrequired", "resyncchangesapplydifferences"}
    | {"resyncchangesuploaddifferences"}
)
_CHANGED = frozenset({"resourcemodified", "errorirresolvableconflict", "errorchangekeyrequired"})
_NO_MAILBOX = "mailboxnotenabledforrestapi"
BANDWIDTH = 509

ANSWERED = frozenset({HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.INSUFFICIENT_STORAGE, BANDWIDTH})
"""Statuses from 500 on that say for sure that nothing was done."""


def refusal(
    status: int, code: str, *, scope: str, feature: str, granted: bool, asking: bool
) -> ProviderError:
    """Return the error that an answer from 400 on means.

    Args:
        code: Graph's own, may be "".
        scope, feature: what the request needed.
        granted: the access token has that scope.
        asking: the request only read.
    """
    told = code.lower()
    if status == HTTPStatus.UNAUTHORIZED:
        return SignInExpired()
    if status in (HTTPStatus.TOO_MANY_REQUESTS, BANDWIDTH) or told in _TOO_FAST:
        return RateLimited()
    if status == HTTPStatus.GONE or told in _FORGOTTEN:
        return CursorExpired()
    if status == HTTPStatus.PRECONDITION_FAILED or told in _CHANGED:
        return Conflict()
    if told == _NO_MAILBOX:
        return NotPermitted(feature)
    if status == HTTPStatus.FORBIDDEN and told not in _REASONS:
        return NotPermitted(scope) if asking or not granted else Rejected("blocked")
    return Rejected(_REASONS.get(told) or _STATUSES.get(status) or code or str(status))
