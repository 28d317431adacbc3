"""Slack's words for what went wrong, in ours: one table.

Source: docs.slack.dev/reference/methods, the errors of each (2026-11)
"""

from __future__ import annotations

from datetime import datetime, timedelta

from loopdesk.core.errors import (
    BadPayload,
    CursorExpired,
    LoopDeskError,
    Misunderstood,
    NotPermitted,
    RateLimited,
    Rejected,
    ServiceDown,
    SignInExpired,
)

_DOWN_STATUS = 500
_LATER = timedelta(minutes=15)
DEFAULT_WAIT = timedelta(seconds=30)
"""How long to wait where Slack does not say."""

TOO_FAST = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
DOWN = frozenset({"service_unavailable", "internal_error", "fatal_error", "request_timeout"})
BUSY_ELSEWHERE = frozenset(
    {"team_added_to_org", "org_login_required", "external_channel_migrating", "accesslimited"}
)
"""The workspace or the channel is being moved; that takes a while."""
EXPIRED = {
    "token_expired": "",
    "invalid_auth": "",
    "not_authed": "",
    "token_revoked": "",
    "invalid_refresh_token": "",
    "account_inactive": "disabled",
    "two_factor_setup_required": "second-proof",
    "team_access_not_granted": "removed",
}
FORBIDDEN = frozenset(
    {
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "access_denied",
        "ekm_access_denied",
    }
)
LOST = frozenset({"invalid_cursor", "invalid_ts_oldest"})
UNREADABLE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "thread_not_found",
        "method_not_supported_for_channel_type",
        "channel_is_limited_access",
    }
)
"""Where something is read."""
_OURS = frozenset(
    {
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_form_data",
        "invalid_post_type",
        "invalid_charset",
        "unknown_method",
        "method_deprecated",
    }
)
"""What only a mistake of ours is answered with."""
DECIDED = {
    "channel_not_found": "gone",
    "message_not_found": "gone",
    "thread_not_found": "gone",
    "file_not_found": "gone",
    "user_not_found": "gone",
    "users_not_found": "gone",
    "user_not_visible": "gone",
    "user_disabled": "gone",
    "invalid_scheduled_message_id": "gone",
    # Named was what is no message.
    "invalid_ts_oldest": "gone",
    "invalid_ts_latest": "gone",
    "not_in_channel": "not-a-member",
    "is_archived": "closed",
    "is_inactive": "closed",
    "thread_locked": "closed",
    "cannot_reply_to_message": "closed",
    "edit_window_closed": "closed",
    "cant_update_message": "not-theirs",
    "cant_delete_message": "not-theirs",
    "msg_too_long": "too-long",
    "too_long": "too-long",
    "too_many_reactions": "too-many",
    "too_many_emoji": "too-many",
    "restricted_too_many": "too-many",
    "too_many_users": "too-many",
    "posting_to_channel_denied": "blocked",
    "file_uploads_disabled": "blocked",
    "cannot_dm_bot": "blocked",
    "file_type_not_allowed": "type-refused",
    "file_upload_size_restricted": "too-large",
    "storage_limit_reached": "no-room",
    "time_too_far": "too-far",
    "time_in_past": "too-late",
    "invalid_time": "too-late",
}
"""Who acted decides; by Slack's word, the reason of `Rejected`."""
HISTORY = frozenset({"conversations.history", "conversations.replies"})
"""What reads messages shares one budget, as the streams of conversations name it."""
_BLOCKED = ("restricted_action", "slack_connect_")


class Unreadable(Rejected):
    """There is nothing more to be had of this conversation or thread."""


def refusal(
    code: str, method: str, *, acting: bool, now: datetime, retry_at: datetime | None, needed: str
) -> LoopDeskError:
    """Return the error that Slack's word means.

    Args:
        method: the quota that is spent goes by its name.
        acting: something was to be changed.
        retry_at: as the answer's `Retry-After` has it.
    """
    if code in TOO_FAST:
        return RateLimited(retry_at or now + DEFAULT_WAIT, budget_of(method))
    if code in DOWN:
        return ServiceDown(_DOWN_STATUS)
    if code in BUSY_ELSEWHERE:
        return RateLimited(now + _LATER, budget_of(method))
    if code in EXPIRED:
        return SignInExpired(EXPIRED[code])
    if code in FORBIDDEN:
        return NotPermitted(needed or code)
    if code in LOST and not (acting and code in DECIDED):
        return CursorExpired()
    if code in UNREADABLE and not acting:
        return Unreadable(DECIDED.get(code, code))
    if acting and code in _OURS:
        return Misunderstood()
    if acting or code in DECIDED:
        blocked = code.startswith(_BLOCKED)
        return Rejected(DECIDED.get(code, "blocked" if blocked else code))
    # Of an unknown word only what looks like one is told on.
    return BadPayload(code if code.replace("_", "").isalnum() else "error")


def budget_of(method: str) -> str:
    """Return the quota that a method draws on."""
    return "history" if method in HISTORY else method
