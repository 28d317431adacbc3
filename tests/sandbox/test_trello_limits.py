"""How fast a program may ask at Trello's stand-in, several reads at once, and faults."""

from __future__ import annotations

import http.client
from datetime import timedelta
from urllib.parse import quote

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import serve
from loopdesk.sandbox.trello.errors import TrelloError
from loopdesk.sandbox.trello.limits import Limits
from loopdesk.sandbox.web import Request, Response
from tests.sandbox.tiny import BASE, NOW, Clock
from tests.sandbox.tiny_trello import BO, PAGE, PLANS, SECRET, Client, sign_in, world

COMMENTS = f"/cards/{PAGE}/actions/comments"


@pytest.fixture
def ann() -> Client:
    return sign_in(Sandbox(Clock(), world=world()))


def batch(client: Client, *paths: str) -> Response:
    return client.send(
        "GET", "/1/batch", query="urls=" + ",".join(quote(one, safe="") for one in paths)
    )


def test_a_token_has_a_hundred_requests_in_ten_seconds(ann: Client) -> None:
    bo = sign_in(ann.sandbox, BO)
    for _ in range(100):
        ann.get(f"/boards/{PLANS}", fields="id")
    refused = ann.ask("GET", f"/boards/{PLANS}")
    assert (refused.status, refused.json()["error"]) == (429, "API_TOKEN_LIMIT_EXCEEDED")
    assert "Retry-After" not in refused.headers
    bo.get(f"/boards/{PLANS}")
    ann.sandbox.forward(10)
    ann.get(f"/boards/{PLANS}")


def test_people_themselves_have_a_window_of_their_own(ann: Client) -> None:
    for number in range(100):
        ann.get("/members/me", fields="id")
        if number == 50:
            ann.sandbox.forward(10)
    ann.sandbox.forward(10)
    assert ann.ask("GET", "/members/me").json()["error"] == "RATE_LIMIT_EXCEEDED"
    ann.get("/members/me/cards")
    ann.sandbox.forward(900)
    ann.get("/members/me")


def test_a_program_has_three_hundred_and_is_barred_when_it_does_not_stop() -> None:
    def refused(count: int, after_s: int) -> int:
        words = []
        for number in range(count):
            try:
                limits.spend(f"person {number % 4}", False, NOW + timedelta(seconds=after_s))
            except TrelloError as error:
                words.append(error.error)
        assert set(words) <= {"API_KEY_LIMIT_EXCEEDED"}
        return len(words)

    limits = Limits()
    assert (refused(500, 0), refused(1, 10)) == (200, 0)
    limits = Limits()
    assert (refused(300, 0), refused(201, 5)) == (0, 201)
    assert (refused(1, 14), refused(1, 15)) == (1, 0)


def test_without_limits_nothing_is_counted() -> None:
    ann = sign_in(Sandbox(Clock(), world=world(), limits="off"))
    for _ in range(101):
        ann.get("/members/me", fields="id")


def test_a_batch_answers_each_part(ann: Client) -> None:
    answer = batch(
        ann,
        "/members/me?fields=username%2CfullName",
        f"/cards/{PAGE}?fields=name",
        f"/cards/{SECRET}",
        f"/cards/{'0' * 24}",
    )
    assert answer.status == 200
    assert answer.json() == [
        {"200": {"id": ann.get("/members/me")["id"], "username": "ann", "fullName": "Ann Arber"}},
        {"200": {"id": PAGE, "name": "Page 12"}},
        {
            "name": "Error",
            "message": "unauthorized card permission requested",
            "statusCode": 401,
        },
        {
            "name": "NotFoundError",
            "message": "The requested resource was not found.",
            "statusCode": 404,
        },
    ]


def test_a_batch_is_of_ten_reads(ann: Client) -> None:
    assert batch(ann, *[f"/boards/{PLANS}?fields=id"] * 10).status == 200
    assert batch(ann, *["/members/me"] * 11).status == 400
    assert batch(ann, f"1/boards/{PLANS}").status == 400
    assert ann.send("GET", "/1/batch").status == 400
    for _ in range(8):
        batch(ann, *[f"/boards/{PLANS}"] * 10)
    last = batch(ann, *[f"/boards/{PLANS}"] * 10).json()
    assert "200" in last[-1]
    over = batch(ann, f"/boards/{PLANS}").json()[0]
    assert (over["statusCode"], over["message"]) == (429, "Rate limit exceeded")


def test_a_part_of_a_batch_has_its_own_faults_and_its_own_line(ann: Client) -> None:
    ann.sandbox.set_faults(f"504@GET/boards/{PLANS}*1")
    first, second = batch(ann, f"/boards/{PLANS}", "/members/me").json()
    assert (first["statusCode"], "200" in second) == (504, True)
    lines = [line for line in ann.sandbox.log() if line.get("batch")]
    assert [line["status"] for line in lines] == [504, 200]


@pytest.mark.parametrize(
    ("fault", "status", "took"),
    [
        ("202", 202, False),
        ("202-after", 202, True),
        ("449", 449, False),
        ("504-after", 504, True),
        ("429", 429, False),
    ],
)
def test_what_befalls_a_comment(ann: Client, fault: str, status: int, took: bool) -> None:
    ann.sandbox.set_faults(f"{fault}@POST/comments*1")
    answer = ann.ask("POST", COMMENTS, text="x")
    assert answer.status == status
    if status == 202:
        assert answer.body == b""
    said = [one["data"]["text"] for one in ann.get(f"/cards/{PAGE}/actions", filter="commentCard")]
    assert ("x" in said) == took


def test_a_status_that_has_no_phrase_goes_over_the_wire(ann: Client) -> None:
    ann.sandbox.set_faults("449@GET/boards")
    with serve(ann.sandbox) as server:
        wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        sent = {"Authorization": f"Bearer {ann.token}"}
        wire.request("GET", f"/trello/1/boards/{PLANS}", headers=sent)
        assert wire.getresponse().status == 449
        wire.close()


def test_a_comma_within_a_part_of_a_batch_is_encoded_twice(ann: Client) -> None:
    once = ann.sandbox.handle(
        Request(
            "GET",
            "/trello/1/batch",
            f"urls=%2Fcards%2F{PAGE}%3Ffields%3Dname%2Cdesc",
            {"Authorization": f"Bearer {ann.token}"},
        ),
        BASE,
    )
    assert once.status == 400
    (twice,) = batch(ann, f"/cards/{PAGE}?fields=name%2Cclosed").json()
    assert twice["200"] == {"id": PAGE, "name": "Page 12", "closed": False}
