"""Graph's refusals as they come over the wire, and what becomes of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from loopdesk.core.actions import Arguments, Target
from loopdesk.core.errors import (
    BadPayload,
    Conflict,
    CursorExpired,
    LoopDeskError,
    NotPermitted,
    RateLimited,
    Rejected,
    Remedy,
    ServiceDown,
    SignInExpired,
)
from loopdesk.core.items import AccountId
from loopdesk.providers.microsoft import PROVIDER
from tests.providers.bench import Bench, MemorySteps, bench
from tests.sandbox import tiny_microsoft

CLAIMS = '{"access_token":{"nbf":{"essential":true}}}'


class Refusing(BaseAdapter):
    """Answers what goes to Graph as a test says; everything else travels on."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []
        self.asked = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        if not str(request.url).startswith("https://graph.microsoft.com") or not self.answers:
            return self._inner.send(request, *args, **kwargs)
        self.asked += 1
        status, body, headers = self.answers[min(self.asked, len(self.answers)) - 1]
        response = requests.Response()
        response.status_code, response._content = status, body
        response.headers.update(headers)
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[tuple[Bench, Refusing]]:
    world = tiny_microsoft.world()
    with bench(PROVIDER, world, tmp_path, sockets=False, features=("mail", "files")) as found:
        found.clock.runs = True
        refusing = Refusing(found.wire)
        found.http.session.mount("https://", refusing)
        yield found, refusing


def body(code: str) -> bytes:
    inner = {"date": "2026-11-24T08:00:00", "request-id": "r", "client-request-id": "c"}
    return json.dumps({"error": {"code": code, "message": "Words", "innerError": inner}}).encode()


@pytest.mark.parametrize(
    ("status", "code", "error", "remedy"),
    [
        (400, "ErrorInvalidRequest", Rejected, Remedy.DECIDE),
        (401, "InvalidAuthenticationToken", SignInExpired, Remedy.ASK_USER),
        (402, "paymentRequired", Rejected, Remedy.DECIDE),
        (403, "ErrorAccessDenied", NotPermitted, Remedy.ASK_USER),
        (403, "Authorization_RequestDenied", NotPermitted, Remedy.ASK_USER),
        (404, "ErrorItemNotFound", Rejected, Remedy.DECIDE),
        (404, "MailboxNotEnabledForRESTAPI", NotPermitted, Remedy.ASK_USER),
        (409, "nameAlreadyExists", Rejected, Remedy.DECIDE),
        (410, "SyncStateNotFound", CursorExpired, Remedy.REPULL),
        (412, "resourceModified", Conflict, Remedy.DECIDE),
        (423, "resourceLocked", Rejected, Remedy.DECIDE),
        (429, "ApplicationThrottled", RateLimited, Remedy.WAIT),
        (500, "generalException", ServiceDown, Remedy.WAIT),
        (503, "serviceNotAvailable", ServiceDown, Remedy.WAIT),
        (504, "", ServiceDown, Remedy.WAIT),
        (507, "quotaLimitReached", Rejected, Remedy.DECIDE),
        (509, "", RateLimited, Remedy.WAIT),
        (501, "notSupported", Rejected, Remedy.DECIDE),
        (200, "", BadPayload, Remedy.REPORT),
    ],
)
def test_each_refusal_has_its_remedy(
    microsoft: tuple[Bench, Refusing],
    status: int,
    code: str,
    error: type[LoopDeskError],
    remedy: Remedy,
) -> None:
    found, refusing = microsoft
    refusing.answers = [(status, body(code) if status != 200 else b"[]", {})]
    with pytest.raises(error) as caught:
        found.adapter.pull(found.adapter.streams()[1], None)
    assert caught.value.remedy is remedy
    # Only a token that was refused is worth asking again at once.
    assert refusing.asked == (2 if status == 401 else 1)


def test_a_drive_that_begins_anew_says_where(microsoft: tuple[Bench, Refusing]) -> None:
    found, refusing = microsoft
    stream = next(each for each in found.adapter.streams() if each.key == "drive")
    link = "https://graph.microsoft.com/v1.0/me/drive/root/delta?token=fresh"
    refusing.answers = [(410, body("resyncChangesApplyDifferences"), {"Location": link})]
    with pytest.raises(CursorExpired) as caught:
        found.adapter.pull(stream, None)
    assert caught.value.fresh is None or link in caught.value.fresh


def test_only_what_draws_on_a_spent_budget_waits(microsoft: tuple[Bench, Refusing]) -> None:
    found, refusing = microsoft
    refusing.answers = [(429, body("activityLimitReached"), {"Retry-After": "30"})]
    budgets = {}
    for stream in found.adapter.streams():
        with pytest.raises(RateLimited) as caught:
            found.adapter.pull(stream, None)
        budgets[stream.key] = caught.value.budget
    assert budgets["drive"] == "files"
    # The mailbox is the account: all of it waits.
    assert {budgets[key] for key in budgets if key.startswith("mail:")} == {""}


@pytest.mark.parametrize("status", [401, 403])
def test_a_proof_that_graph_asks_for_is_kept_for_the_next_sign_in(
    microsoft: tuple[Bench, Refusing], status: int
) -> None:
    found, refusing = microsoft
    asked = base64.b64encode(CLAIMS.encode()).decode()
    told = f'Bearer realm="", error="insufficient_claims", claims="{asked}"'
    refusing.answers = [(status, body("insufficient_claims"), {"WWW-Authenticate": told})]
    with pytest.raises(SignInExpired) as caught:
        found.adapter.pull(found.adapter.streams()[1], None)
    assert caught.value.reason == "second-proof"
    assert json.loads(found.tokens.kept[AccountId(found.account.id)])["claims"] == CLAIMS


def test_an_action_that_may_not_be_done_is_refused_not_asked_for_again(
    microsoft: tuple[Bench, Refusing],
) -> None:
    found, refusing = microsoft
    target = Target(me=tiny_microsoft.ANN, to=(tiny_microsoft.BO,), subject="Plan")
    action = found.action("compose", target, Arguments(text="Hello"))
    steps = MemorySteps()
    found.adapter.pull(found.adapter.streams()[0], None)
    refusing.answers = [(403, body("ErrorAccessDenied"), {})]
    with pytest.raises(Rejected) as caught:
        found.adapter.perform(action, steps)
    assert caught.value.reason == "blocked"


def test_each_request_has_an_id_of_ours(microsoft: tuple[Bench, Refusing]) -> None:
    found, _ = microsoft
    found.wire.passed.clear()
    found.adapter.pull(found.adapter.streams()[1], None)
    ids = [
        request.headers["client-request-id"]
        for request, _, _ in found.wire.passed
        if "graph.microsoft.com" in str(request.url)
    ]
    assert len(ids) == len(set(ids)) > 1
    assert all(len(each) == 36 for each in ids)
