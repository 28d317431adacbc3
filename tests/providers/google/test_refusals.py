"""What each of Google's refusals means, in whichever of its services it is met."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.errors import NotPermitted, ProviderError, RateLimited, Rejected
from loopdesk.core.items import Kind
from loopdesk.providers.google import PROVIDER
from tests.providers.bench import Bench, MemorySteps, bench
from tests.providers.google.mailbox import ANN, HOME, world

FEATURES = {feature.key: feature for feature in PROVIDER.features}
TOMORROW = datetime(2026, 11, 26, 8, tzinfo=UTC)
"""Midnight on Google's own coast."""


@pytest.mark.parametrize("feature", ["mail", "calendar", "tasks", "files"])
@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("rateLimitExceeded", RateLimited()),
        ("userRateLimitExceeded", RateLimited()),
        ("dailyLimitExceeded", RateLimited(TOMORROW)),
        ("quotaExceeded", RateLimited(TOMORROW)),
        ("insufficientPermissions", "scope"),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "scope"),
        ("accessNotConfigured", "feature"),
        ("SERVICE_DISABLED", "feature"),
        *(
            (reason, Rejected(reason))
            for reason in (
                "appNotAuthorizedToFile",
                "sharingRateLimitExceeded",
                "insufficientFilePermissions",
                "cannotDownloadAbusiveFile",
                "PERMISSION_DENIED",
            )
        ),
        ("domainPolicy", Rejected("blocked")),
        ("storageQuotaExceeded", Rejected("no-room")),
        ("", Rejected("403")),
    ],
)
def test_why_something_is_forbidden_says_whose_turn_it_is(
    google: Bench, feature: str, reason: str, error: ProviderError | str
) -> None:
    (stream,) = (each for each in google.adapter.streams() if each.feature == feature)
    google.sandbox.set_faults("403@/v")  # not where tokens are renewed
    google.wire.bend = lambda body: _told(reason) if b"rateLimitExceeded" in body else body
    if isinstance(error, str):
        needs = FEATURES[feature]
        error = NotPermitted(needs.scopes[0] if error == "scope" else needs.key)
    with pytest.raises(type(error)) as caught:
        google.adapter.pull(stream, None)
    assert caught.value.args == error.args


def test_what_the_person_allows_no_more_is_not_done(tmp_path: Path) -> None:
    """A grant may be renewed with less while something waits here."""
    with bench(PROVIDER, world(), tmp_path, sockets=False, features=("mail",)) as google:
        task = Target(kind=Kind.TASK, key=f"{HOME}/milk", me=ANN)
        action = google.action("complete", task, Arguments())
        for asked in (google.adapter.perform, google.adapter.find):
            with pytest.raises(NotPermitted) as caught:
                asked(action, MemorySteps())
            assert caught.value.scope == FEATURES["tasks"].scopes[0]


def _told(reason: str) -> bytes:
    """Return a refusal that has its reason where Google puts such a one."""
    error: dict[str, object] = {"code": 403, "message": "No."}
    if not reason.isupper():
        error["errors"] = [{"domain": "global", "reason": reason, "message": "No."}]
    elif reason == "PERMISSION_DENIED":
        error["status"] = reason
    else:
        error |= {"status": "PERMISSION_DENIED", "details": [{"reason": reason}]}
    return json.dumps({"error": error}).encode()
