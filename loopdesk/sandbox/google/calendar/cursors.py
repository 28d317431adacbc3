"""Sync tokens and page tokens: what they carry, and what is said of old ones."""

from __future__ import annotations

import json

from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.mail.payload import from_base64url, to_base64url
from loopdesk.sandbox.model import Json


def expired() -> ApiError:
    return ApiError(
        410,
        "fullSyncRequired",
        "Sync token is no longer valid, a full sync is required.",
        domain="calendar",
        location="syncToken",
    )


def sealed(**content: object) -> str:
    return to_base64url(json.dumps(content, separators=(",", ":")).encode())


def opened(text: str, name: str) -> Json:
    try:
        content = json.loads(from_base64url(text))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise bad_request(f"Invalid {name}.", name, "invalid")
    return content
