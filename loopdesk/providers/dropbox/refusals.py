"""What Dropbox's refusals mean, in our words. Pure.

Only a status and the tags of the route's error union decide: the words beside them may change, and
a tag that nobody knew counts as "other".

Source: dropbox.com/developers/documentation/http/documentation,
developers.dropbox.com/error-handling-guide (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import msgspec

from loopdesk.core.errors import (
    AnswerLost,
    CursorExpired,
    Misunderstood,
    NotPermitted,
    ProviderError,
    RateLimited,
    Rejected,
    SignInExpired,
)
from loopdesk.providers.dropbox import wire

_REASONS = {
    "access_denied": "blocked",
    "access_restricted": "blocked",
    "banned_member": "blocked",
    "cant_copy_shared_folder": "not-there",
    "cant_move_folder_into_itself": "not-there",
    "cant_move_into_family": "not-there",
    "cant_move_into_vault": "not-there",
    "cant_move_shared_folder": "not-there",
    "cant_nest_shared_folder": "not-there",
    "cant_transfer_ownership": "cant_transfer_ownership",
    "conflict": "name-taken",
    "disallowed_name": "name-refused",
    "duplicated_or_nested_paths": "name-taken",
    "email_not_verified": "email_unverified",
    "email_unverified": "email_unverified",
    "encryption_not_supported": "blocked",
    "inside_osx_package": "link-only",
    "inside_public_folder": "link-only",
    "inside_shared_folder": "not-there",
    "insufficient_quota": "no-room",
    "insufficient_space": "no-room",
    "invalid_account_type": "blocked",
    "invalid_comment": "words-refused",
    "invalid_export_format": "type-refused",
    "invalid_file": "gone",
    "invalid_id": "gone",
    "invalid_member": "unreachable",
    "invalid_revision": "gone",
    "locked": "locked",
    "malformed_path": "name-refused",
    "must_automount": "team-adds",
    "no_account": "no_account",
    "no_explicit_access": "inherited",
    "no_permission": "blocked",
    "no_write_permission": "read-only",
    "non_exportable": "type-refused",
    "not_a_member": "not-a-member",
    "not_authorized": "blocked",
    "not_file": "gone",
    "not_folder": "gone",
    "not_found": "gone",
    "not_mountable": "team-adds",
    "not_unmountable": "team-adds",
    "operation_suppressed": "not-there",
    "paper_access_denied": "blocked",
    "payload_too_large": "too-large",
    "restricted_content": "restricted",
    "shared_link_access_denied": "read-only",
    "shared_link_malformed": "gone",
    "shared_link_not_found": "gone",
    "team_access_denied": "blocked",
    "team_folder": "blocked",
    "too_large": "too-large",
    "too_many_files": "too-many",
    "too_many_shared_folders": "too-many",
    "unmounted": "gone",
    "unsupported_content": "type-refused",
    "unsupported_content_type": "type-refused",
    "unsupported_extension": "type-refused",
    "unsupported_file": "type-refused",
    "unsupported_link_type": "type-refused",
}
# What only a mistake of ours is answered with.
_OURS = frozenset(
    {
        "before_rev_not_supported",
        "closed",
        "concurrent_session_close_not_allowed",
        "concurrent_session_data_not_allowed",
        "concurrent_session_invalid_data_size",
        "concurrent_session_invalid_offset",
        "concurrent_session_missing_data",
        "concurrent_session_not_closed",
        "incorrect_offset",
        "invalid_argument",
        "invalid_before_rev",
        "invalid_select_admin",
        "invalid_select_user",
        "invalid_settings",
        "is_folder",
        "not_closed",
        "properties_error",
        "route_access_denied",
        "template_error",
        "too_many_shared_folder_targets",
        "unsupported_parameter_field",
    }
)
_RENEWABLE = frozenset({"expired_access_token", "invalid_access_token"})
# Nothing was done, and soon it can be.
_NOT_YET = frozenset({"in_progress", "invalid_cursor", "retry_error"})
_UNKNOWN = frozenset({"content_hash_mismatch", "internal_error"})
_WRITES = "too_many_write_operations"
WRITING, MAKING, SHARING = "writing", "making", "sharing"
"""Budgets: another write has a folder for itself; what was asked for is still being made; nobody
else may be invited today."""
_SOON = timedelta(seconds=5)
_INVITATIONS = timedelta(hours=1)
_LONGEST_S = 86_400
_REFUSED = "refused"
"""Why, Dropbox does not say: "other", or a tag that nobody knew when this was written."""


def tags(content: bytes) -> tuple[str, ...]:
    """Return the tags of a refusal, outermost first; none where it is in plain words."""
    return _tags(error_of(content))


def error_of(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content, type=wire.Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _tags(error: Any) -> tuple[str, ...]:
    found: list[str] = []
    while isinstance(error, dict):
        tag = error.get(".tag")
        if isinstance(tag, str):
            found.append(tag)
        # A variant that is a struct has its members beside the tag.
        inner = error.get(tag) if isinstance(tag, str) else None
        error = inner if isinstance(inner, dict) else error.get("reason")
    if isinstance(error, str):
        found.append(error)
    return tuple(found)


def inner(content: bytes, tag: str) -> Any:
    """Return the variant of a refusal that has a tag, wherever it stands in it."""
    error = error_of(content)
    while isinstance(error, dict):
        if error.get(".tag") == tag:
            return error.get(tag, error)
        error = error.get(error.get(".tag"), error.get("reason"))
    return None


def is_over(status: int, told: tuple[str, ...]) -> bool:
    """Whether an access token is over, or the grant behind it."""
    if status != HTTPStatus.UNAUTHORIZED:
        return False
    return not told or told[0] in _RENEWABLE


def refusal(
    status: int, content: bytes, scope: str, now: datetime, retry_after: str = ""
) -> ProviderError:
    """Return the error that an answer from 400 on means.

    Args:
        scope: what the request needed.
        retry_after: seconds, as a header of the answer has them; the body counts more.
    """
    told = tags(content)
    last = told[-1] if told else ""
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return _unauthorized(content, told, scope)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _too_fast(content, told, now, retry_after)
        case HTTPStatus.CONFLICT if "reset" in told:
            return CursorExpired()
        case HTTPStatus.CONFLICT if _WRITES in told:
            return RateLimited(None, WRITING)
        case HTTPStatus.CONFLICT if last in _NOT_YET:
            return RateLimited(now + _SOON, MAKING)
        case HTTPStatus.CONFLICT if last in _UNKNOWN:
            return AnswerLost()
        case HTTPStatus.CONFLICT if last == "rate_limit":
            # So many invitations a day.
            return RateLimited(now + _INVITATIONS, SHARING)
        case HTTPStatus.NOT_FOUND if not told:
            return Rejected("gone")
        case HTTPStatus.BAD_REQUEST:
            return Misunderstood()
    return rejected(told)


def rejected(told: Iterable[str]) -> Rejected:
    """Return the refusal that tags stand for, innermost last.

    Every one of them has a reason of ours, so that it can be said what it is and whose turn.
    """
    for tag in (*told,)[::-1]:
        if tag in _OURS:
            return Misunderstood()
        if tag in _REASONS:
            return Rejected(_REASONS[tag])
    return Rejected(_REFUSED)


def of_one(error: Any) -> Rejected:
    """Return why one of several was refused."""
    return rejected(_tags(error))


def _unauthorized(content: bytes, told: tuple[str, ...], scope: str) -> ProviderError:
    match told[0] if told else "":
        case "missing_scope":
            missing = inner(content, "missing_scope")
            named = missing.get("required_scope") if isinstance(missing, dict) else None
            return NotPermitted(named if isinstance(named, str) else scope)
        case "user_suspended":
            return SignInExpired("disabled")
        case "route_access_denied" | "invalid_select_user" | "invalid_select_admin":
            return Misunderstood()
    return SignInExpired()


def _too_fast(
    content: bytes, told: tuple[str, ...], now: datetime, retry_after: str
) -> RateLimited:
    error = error_of(content)
    said = error.get("retry_after") if isinstance(error, dict) else None
    if not isinstance(said, int):
        said = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
    retry_at = None if said is None else now + timedelta(seconds=min(max(said, 0), _LONGEST_S))
    return RateLimited(retry_at, WRITING if _WRITES in told else "")
