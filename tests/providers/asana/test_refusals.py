"""Each of Asana's answers for trouble ends in the remedy that it needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loopdesk.core.errors import LoopDeskError, NotPermitted, RateLimited, Rejected, Remedy
from loopdesk.providers.asana.refusals import Unpaid, refusal, words
from tests.providers.bench import NOW

WAIT, ASK, DECIDE, REPORT = Remedy.WAIT, Remedy.ASK_USER, Remedy.DECIDE, Remedy.REPORT
REPULL = Remedy.REPULL
# Status, words, remedy while reading, remedy while acting.
TABLE: list[tuple[int, str, Remedy, Remedy]] = [
    (400, "offset: Your pagination token is invalid.", REPULL, DECIDE),
    (400, "project: Missing input", REPORT, DECIDE),
    (400, "project: Not a recognized ID: 12", DECIDE, DECIDE),
    (400, "html_notes: XML is invalid", REPORT, DECIDE),
    (401, "The bearer token has expired.", ASK, ASK),
    (401, "Not Authorized", ASK, ASK),
    (402, "Payment Required", DECIDE, DECIDE),
    (403, "Your app is missing the scope stories:read for this request.", ASK, ASK),
    (403, "You do not have access to this resource.", DECIDE, DECIDE),
    (404, "task: Unknown object: 12", DECIDE, DECIDE),
    (413, "", DECIDE, DECIDE),
    (429, "You've made too many requests and hit a rate limit.", WAIT, WAIT),
    (451, "", ASK, ASK),
    (500, "Server Error", WAIT, WAIT),
    (504, "", WAIT, WAIT),
    (418, "", REPORT, DECIDE),
]


def error(status: int, said: str, *, acting: bool = True) -> LoopDeskError:
    return refusal(status, said, acting=acting, scope="tasks:write", now=NOW)


@pytest.mark.parametrize(("status", "said", "reading", "acting"), TABLE)
def test_a_word_has_its_remedy(status: int, said: str, reading: Remedy, acting: Remedy) -> None:
    assert error(status, said, acting=False).remedy is reading
    assert error(status, said).remedy is acting


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (400, "assignee: Not a user in the workspace: 12", "not-a-member"),
        (400, "section: Not a recognized ID: 12", "gone"),
        (400, "project: A task can be in a limit of 20 projects", "too-many"),
        (400, "name: Value is too long", "too-long"),
        (400, "something with a name in it", "refused"),
        (402, "Payment Required", "paid-plan"),
        (403, "You do not have access to this resource.", "not-a-member"),
        (404, "task: Unknown object", "gone"),
        (413, "", "too-large"),
    ],
)
def test_who_decides_hears_why(status: int, said: str, reason: str) -> None:
    refused = error(status, said)
    assert isinstance(refused, Rejected)
    assert refused.reason == reason


def test_a_scope_that_is_missing_is_named() -> None:
    missing = error(403, "Your app is missing the scope tasks:write for this request.")
    assert isinstance(missing, NotPermitted)
    assert missing.scope == "tasks:write"
    limited = error(429, "")
    assert isinstance(limited, RateLimited)
    assert limited.retry_at == NOW + timedelta(seconds=30)
    assert isinstance(error(402, "", acting=False), Unpaid)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errors":[{"message":"task: Missing","help":"x","phrase":"6 sad squid"}]}',
         "task: Missing"),
        (b'{"errors":[]}', ""),
        (b"<html>", ""),
        (b"\xff", ""),
        (b"[]", ""),
    ],
)  # fmt: skip
def test_whatever_a_refusal_looks_like_it_is_read(body: bytes, said: str) -> None:
    assert words(body) == said
