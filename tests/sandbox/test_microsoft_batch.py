"""Batches, limits and faults of Microsoft's stand-in."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from loopdesk.sandbox.microsoft.errors import ApiError
from loopdesk.sandbox.microsoft.limits import Limits
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_microsoft import ANN, IMMUTABLE, Client, sandbox, sign_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> Sandbox:
    return sandbox(clock=clock)


@pytest.fixture
def ann(place: Sandbox) -> Client:
    return sign_in(place)


def part(number: int, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": method, "url": url, **more}


def batch(ann: Client, *parts: dict[str, Any], parallel: int = 1) -> dict[str, Any]:
    response = ann.send("POST", "/$batch", {"requests": parts}, parallel=parallel)
    assert response.status == 200, response.body
    return {row["id"]: row for row in response.json()["responses"]}


def test_each_part_has_its_own_answer_and_line_in_the_log(place: Sandbox, ann: Client) -> None:
    rows = ann.get("/me/messages", IMMUTABLE)["value"]
    address = f"/me/messages/{rows[0]['id']}"
    answers = batch(
        ann,
        part(1, f"{address}?$select=subject", headers=IMMUTABLE),
        part(2, "/me/messages/nothing"),
        part(3, address, "PATCH", body={"isRead": True},
             headers={"Content-Type": "application/json", **IMMUTABLE}),
        part(4, f"{address}/$value"),
    )  # fmt: skip
    assert answers["1"]["body"]["id"] == rows[0]["id"]
    assert (answers["2"]["status"], answers["2"]["body"]["error"]["code"]) == (
        404,
        "ErrorItemNotFound",
    )
    assert answers["3"]["body"]["isRead"]
    assert base64.b64decode(answers["4"]["body"]).startswith(b"From:")
    lines = [line for line in place.log() if line.get("batch")]
    assert [(line["method"], line["status"]) for line in lines] == [
        ("GET", 200), ("GET", 404), ("PATCH", 200), ("GET", 200),
    ]  # fmt: skip
    assert {line["account"] for line in lines} == {ANN}
    assert lines[0]["path"].startswith("/microsoft/v1.0/me/messages/")


def test_who_depends_on_a_failure_is_not_tried(ann: Client) -> None:
    answers = batch(
        ann,
        part(1, "/me/messages/nothing"),
        part(2, "/me", dependsOn=["1"]),
        part(3, "/me"),
        part(4, "/me", dependsOn=["3"]),
    )
    assert [answers[key]["status"] for key in "1234"] == [404, 424, 200, 200]


def test_what_no_batch_may_be(ann: Client) -> None:
    def refused(*parts: dict[str, Any]) -> int:
        return ann.send("POST", "/$batch", {"requests": parts}).status

    assert len(batch(ann, *(part(number, "/me") for number in range(20)))) == 20
    assert refused(*(part(number, "/me") for number in range(21))) == 400
    assert refused(part(1, "/me"), part(1, "/me")) == 400
    assert refused(part(1, "https://graph.microsoft.com/v1.0/me")) == 400
    assert refused(part(1, "/me/messages", "POST", body={"subject": "x"})) == 400
    assert Client(ann.sandbox).send("POST", "/$batch", {"requests": [part(1, "/me")]}).status == 401


def test_faults_strike_parts_alone(place: Sandbox, ann: Client) -> None:
    place.set_faults("429=7@GET/mailFolders*1")
    answers = batch(ann, part(1, "/me"), part(2, "/me/mailFolders"))
    assert answers["1"]["status"] == 200
    assert (answers["2"]["status"], answers["2"]["headers"]["Retry-After"]) == (429, "7")
    assert batch(ann, part(2, "/me/mailFolders"))["2"]["status"] == 200


def test_more_than_four_at_once_are_too_many_for_a_mailbox(place: Sandbox, ann: Client) -> None:
    assert ann.send("GET", "/me/mailFolders", parallel=4).status == 200
    refused = ann.send("GET", "/me/mailFolders", parallel=5)
    assert ann.error(refused) == (429, "ApplicationThrottled")
    assert refused.headers["Retry-After"] == "1"
    assert ann.send("GET", "/me", parallel=5).status == 200
    answers = batch(ann, part(1, "/me"), part(2, "/me/mailFolders"), parallel=5)
    assert [answers[key]["status"] for key in "12"] == [200, 429]


def test_a_mailbox_answers_ten_thousand_calls_in_ten_minutes(place: Sandbox, clock: Clock) -> None:
    limits = Limits()
    account = place.microsoft.account(ANN)
    request = Request("GET", "/v1.0/me/messages")

    def spend() -> None:
        call = Call(place.microsoft, account, request, {}, frozenset(), clock(), "")
        limits.spend("mailbox", call)

    for _ in range(10_000):
        spend()
    with pytest.raises(ApiError) as refused:
        spend()
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "600")
    clock.forward(minutes=10)
    spend()


def test_limits_can_be_off(clock: Clock) -> None:
    ann = sign_in(sandbox(clock=clock, limits="off"))
    assert ann.send("GET", "/me/mailFolders", parallel=9).status == 200


def test_the_service_s_own_words_for_a_fault(place: Sandbox, ann: Client) -> None:
    place.set_faults("503=30@/me*1,410@/me*1")
    refused = ann.send("GET", "/me")
    assert ann.error(refused) == (503, "serviceNotAvailable")
    assert refused.headers["Retry-After"] == "30"


def test_what_is_not_known_is_refused(ann: Client) -> None:
    assert ann.error(ann.send("GET", "/me/nonsense")) == (400, "BadRequest")
    assert ann.error(ann.send("POST", "/me/messages", b"{}"))[0] == 415
    assert ann.send("GET", "/me/messages", params={"$top": "x"}).status == 400
