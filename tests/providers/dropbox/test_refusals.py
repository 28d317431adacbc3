"""What Dropbox's refusals mean, one by one."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.errors import (
    AnswerLost,
    CursorExpired,
    Misunderstood,
    NotPermitted,
    ProviderError,
    RateLimited,
    Rejected,
    Remedy,
    SignInExpired,
)
from loopdesk.providers.dropbox import refusals
from loopdesk.providers.dropbox.refusals import refusal, tags
from loopdesk.ui import failures
from tests import spec_dropbox
from tests.providers.bench import NOW

_SCOPE = "files.metadata.read"


def told(status: int, error: Any, retry_after: str = "") -> ProviderError:
    body = error if isinstance(error, bytes) else json.dumps({"error": error}).encode()
    return refusal(status, body, _SCOPE, NOW, retry_after)


def nested(*path: str) -> dict[str, Any]:
    inner: dict[str, Any] = {".tag": path[-1]}
    for tag in reversed(path[:-1]):
        inner = {".tag": tag, tag: inner}
    return inner


def test_tags_are_read_wherever_they_stand() -> None:
    written = {
        ".tag": "path",
        "reason": nested("conflict", "file"),
        "upload_session_id": "AAA",
    }
    assert tags(json.dumps({"error": written}).encode()) == ("path", "conflict", "file")
    assert tags(json.dumps({"error": nested("path", "not_found")}).encode()) == (
        "path", "not_found",
    )  # fmt: skip
    offset = {".tag": "lookup_failed", "lookup_failed": {".tag": "incorrect_offset", "x": 7}}
    assert tags(json.dumps({"error": offset}).encode()) == ("lookup_failed", "incorrect_offset")
    for body in (b"", b"Error in call", b"[]", b"null", b'{"error":7}', b"\xff", b"[" * 9999):
        assert tags(body) == ()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (("path", "not_found"), "gone"),
        (("path", "locked"), "locked"),
        (("path", "restricted_content"), "restricted"),
        (("path", "unsupported_content_type"), "type-refused"),
        (("to", "conflict", "file"), "name-taken"),
        (("to", "conflict", "folder"), "name-taken"),
        (("to", "no_write_permission"), "read-only"),
        (("to", "insufficient_space"), "no-room"),
        (("to", "disallowed_name"), "name-refused"),
        (("to", "malformed_path"), "name-refused"),
        (("to", "access_restricted"), "blocked"),
        (("to", "team_folder"), "blocked"),
        (("to", "operation_suppressed"), "not-there"),
        (("insufficient_quota",), "no-room"),
        (("too_many_files",), "too-many"),
        (("cant_transfer_ownership",), "cant_transfer_ownership"),
        (("cant_move_into_vault", "is_shared_folder"), "not-there"),
        (("invalid_revision",), "gone"),
        (("payload_too_large",), "too-large"),
        (("encryption_not_supported",), "blocked"),
        (("email_not_verified",), "email_unverified"),
        (("settings_error", "not_authorized"), "blocked"),
        (("user_error", "email_unverified"), "email_unverified"),
        (("access_error", "invalid_file"), "gone"),
        (("unsupported_extension",), "type-refused"),
        (("something_new",), "refused"),
        (("path", "other"), "refused"),
        (("template_error", "restricted_content"), "restricted"),
        (("properties_error", "does_not_fit_template"), "misunderstood"),
    ],
)
def test_of_409_the_tags_decide(path: tuple[str, ...], reason: str) -> None:
    error = told(409, nested(*path))
    assert isinstance(error, Rejected)
    assert error.reason == reason


def test_what_is_not_final_is_waited_for() -> None:
    assert isinstance(told(409, nested("reset")), CursorExpired)
    for path in (("to", "too_many_write_operations"), ("too_many_write_operations",)):
        error = told(409, nested(*path))
        assert isinstance(error, RateLimited)
        assert error.budget == "writing"
    for tag in ("in_progress", "invalid_cursor", "retry_error"):
        error = told(409, nested(tag))
        assert isinstance(error, RateLimited)
        assert error.retry_at == NOW + timedelta(seconds=5)
    error = told(409, nested("rate_limit"))
    assert isinstance(error, RateLimited)
    assert error.budget == "sharing"
    for tag in ("internal_error", "content_hash_mismatch"):
        assert isinstance(told(409, nested(tag)), AnswerLost)


@pytest.mark.parametrize(
    ("body", "header", "wait_s", "budget"),
    [
        ({"reason": {".tag": "too_many_requests"}, "retry_after": 15}, "", 15, ""),
        ({"reason": {".tag": "too_many_requests"}, "retry_after": 15}, "300", 15, ""),
        (b"Too many requests. Slow down.", "20", 20, ""),
        (b"Too many requests. Slow down.", "soon", None, ""),
        ({"reason": {".tag": "too_many_write_operations"}, "retry_after": 1}, "", 1, "writing"),
        ({"reason": {".tag": "too_many_requests"}, "retry_after": 10**12}, "", 86_400, ""),
    ],
)
def test_too_fast_is_said_in_two_ways(
    body: Any, header: str, wait_s: int | None, budget: str
) -> None:
    error = told(429, body, header)
    assert isinstance(error, RateLimited)
    assert error.retry_at == (None if wait_s is None else NOW + timedelta(seconds=wait_s))
    assert error.budget == budget


def test_of_401_the_word_decides_who_can_help() -> None:
    for tag in ("invalid_access_token", "expired_access_token"):
        assert isinstance(told(401, nested(tag)), SignInExpired)
    suspended = told(401, nested("user_suspended"))
    assert isinstance(suspended, SignInExpired)
    assert suspended.reason == "disabled"
    missing = told(401, {".tag": "missing_scope", "required_scope": "sharing.read"})
    assert isinstance(missing, NotPermitted)
    assert missing.scope == "sharing.read"
    unnamed = told(401, {".tag": "missing_scope"})
    assert isinstance(unnamed, NotPermitted)
    assert unnamed.scope == _SCOPE
    assert isinstance(told(401, nested("invalid_select_user")), Misunderstood)


def test_plain_words_and_policies_are_final() -> None:
    error = told(400, b'Error in call to API function "files/x": bad path')
    assert isinstance(error, Misunderstood)
    assert error.remedy is Remedy.REPORT
    for status, reason in ((404, "gone"), (409, "refused"), (403, "refused")):
        error = told(status, b"<!DOCTYPE html><title>Error</title>")
        assert isinstance(error, Rejected)
        assert error.reason == reason
    for tag in ("no_permission", "team_access_denied", "invalid_account_type"):
        error = told(403, nested(tag))
        assert isinstance(error, Rejected)
        assert error.reason == "blocked"


@pytest.mark.skipif(spec_dropbox.FOLDER is None, reason="Dropbox's description does not lie here")
def test_each_refusal_of_what_is_called_has_a_sentence() -> None:
    folder = Path(refusals.__file__).parent
    source = "".join(each.read_text("utf-8") for each in folder.glob("*.py"))
    named = set(re.findall(r'"((?:files|sharing|users|auth)/[a-z_0-9/]+)"', source))
    routes = [each for each in sorted(named) if spec_dropbox.is_route(each)]
    assert len(routes) > 30
    unsaid = failures.code("rejected", "no reason that we know")
    for route in routes:
        for path in spec_dropbox.refusals_of(route):
            error = told(409, nested(*path))
            if isinstance(error, Rejected):
                assert failures.error(error) != unsaid, (route, path)
            # What Dropbox has no word for, and what is no refusal where it can come.
            if error.why == "refused":
                done = {"already_mounted", "shared_link_already_exists"}
                assert path[-1] == "other" or path[0] in done, (route, path)
