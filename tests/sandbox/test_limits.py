"""Batches, quotas and faults."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from loopdesk.sandbox import faults
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Response
from tests.sandbox.test_gmail import USER, draft_of, ids
from tests.sandbox.tiny import ANN, Client, Clock, mail, sign_in, world

PROFILE = f"{USER}/profile"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def batch(client: Client, lines: list[str], path: str = "/batch") -> Response:
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <i{number}>\r\n\r\n{line}\r\n"
        for number, line in enumerate(lines)
    )
    kind = {"Content-Type": "multipart/mixed; boundary=b"}
    return client.send("POST", path, f"{parts}--b--\r\n".encode(), headers=kind)


def inner(response: Response) -> list[tuple[str, int, Any]]:
    """Return each part's Content-ID, status and JSON."""
    assert response.status == 200
    boundary = response.headers["Content-Type"].partition("boundary=")[2]
    found = []
    for part in response.body.decode().split(f"--{boundary}")[1:-1]:
        head, status, body = re.split(r"\r\n\r\n", part, maxsplit=2)
        name = re.search(r"Content-ID: <(.*)>", head)
        body = body.removesuffix("\r\n")
        found.append((name[1] if name else "", int(status.split()[1]), json.loads(body or "null")))
    return found


def test_each_part_of_a_batch_has_an_answer_of_its_own(ann: Client) -> None:
    known = ids(ann)[0]
    body = '{"addLabelIds": ["STARRED"]}'
    answers = inner(
        batch(
            ann,
            [
                f"GET {USER}/messages/{known}?format=minimal",
                f"GET /google{USER}/messages/0000",
                f"POST {USER}/messages/{known}/modify HTTP/1.1\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}",
                f"GET {USER}/messages?pageToken=x",
            ],
        )
    )
    assert [(name, status) for name, status, _ in answers] == [
        ("response-i0", 200),
        ("response-i1", 404),
        ("response-i2", 200),
        ("response-i3", 400),
    ]
    assert answers[0][2]["id"] == known
    assert ids(ann, labelIds="STARRED") == [known]
    lines = [line for line in ann.sandbox.log() if line.get("batch")]
    assert [line["status"] for line in lines] == [200, 404, 200, 400]
    events = batch(ann, ["GET /calendar/v3/users/me/calendarList"], "/batch/calendar/v3")
    assert inner(events)[0][1] == 200


def test_large_batches_are_refused_in_part_and_huge_ones_whole(ann: Client) -> None:
    statuses = [status for _, status, _ in inner(batch(ann, [f"GET {PROFILE}"] * 30))]
    assert statuses == [200] * 25 + [429] * 5
    assert batch(ann, [f"GET {PROFILE}"] * 101).status == 400
    free = sign_in(Sandbox(Clock(), world=world(), limits="off"))
    assert {status for _, status, _ in inner(batch(free, [f"GET {PROFILE}"] * 100))} == {200}
    for broken in ([], ["GET"], ["nonsense"]):
        assert batch(ann, broken).status == 400
    ann.token = "none"
    assert batch(ann, [f"GET {PROFILE}"]).status == 401


def test_mail_is_metered_by_the_minute_and_says_when_to_come_back(
    ann: Client, clock: Clock
) -> None:
    known = ids(ann)[0]  # 5 units
    for _ in range(299):
        ann.get(f"{USER}/messages/{known}", format="minimal")  # 20 units
        clock.forward(seconds=0.1)
    refused = ann.send("GET", f"{USER}/messages/{known}")
    assert ann.error(refused) == (429, "rateLimitExceeded")
    wait_s = int(refused.headers["Retry-After"])
    assert 25 < wait_s <= 31
    clock.forward(seconds=wait_s)
    ann.get(f"{USER}/messages/{known}")


def test_the_calendar_is_metered_by_calls(ann: Client, clock: Clock) -> None:
    for _ in range(600):
        ann.get(f"/calendar/v3/calendars/{ANN}/events", maxResults=1)
    refused = ann.send("GET", f"/calendar/v3/calendars/{ANN}/events")
    assert ann.error(refused) == (403, "rateLimitExceeded")
    ann.get(PROFILE)
    clock.forward(seconds=60)
    ann.get(f"/calendar/v3/calendars/{ANN}/events")


def test_a_sixth_call_at_the_same_time_is_one_too_many(ann: Client) -> None:
    assert ann.send("GET", PROFILE, parallel=5).status == 200
    assert ann.send("GET", PROFILE, parallel=6).status == 429
    free = sign_in(Sandbox(Clock(), world=world(), limits="off"))
    assert free.send("GET", PROFILE, parallel=60).status == 200


def test_a_fault_strikes_what_it_names_as_often_as_it_says(ann: Client) -> None:
    ann.sandbox.set_faults("429=20@GET/messages*2, 500@POST")
    for _ in range(2):
        refused = ann.send("GET", f"{USER}/messages")
        assert ann.error(refused) == (429, "rateLimitExceeded")
        assert refused.headers["Retry-After"] == "20"
    ann.get(f"{USER}/messages")
    ann.get(PROFILE)
    assert ann.send("POST", f"{USER}/drafts", draft_of(mail("x"))).status == 500
    assert "drafts" not in ann.get(f"{USER}/drafts")
    # The sign-in pages are left alone, the token endpoint is not.
    with pytest.raises(KeyError):
        sign_in(ann.sandbox)
    ann.sandbox.set_faults("")
    sign_in(ann.sandbox)
    assert [line["faults"] for line in ann.sandbox.log() if "faults" in line] == [
        ["429"],
        ["429"],
        ["500"],
        ["500"],
    ]


@pytest.mark.parametrize("kind", ["503-after", "drop", "cut"])
def test_the_answer_may_be_lost_though_it_was_done(ann: Client, kind: str) -> None:
    ann.sandbox.set_faults(f"{kind}@POST/drafts/send*1")
    draft = ann.post(f"{USER}/drafts", draft_of(mail("x", to=ANN)))
    lost = ann.send("POST", f"{USER}/drafts/send", {"id": draft["id"]})
    assert (lost.status == 503, lost.dropped, lost.cut) == (
        kind == "503-after",
        kind == "drop",
        kind == "cut",
    )
    assert ann.send("GET", f"{USER}/drafts/{draft['id']}").status == 404
    sent = [m for m in ann.sandbox.state()["google"]["messages"] if "SENT" in m["labelIds"]]
    assert [m["subject"] for m in sent] == ["Re: Budget", "x"]


def test_answers_may_be_late_slow_or_half(ann: Client) -> None:
    ann.sandbox.set_faults("latency=1.5@/profile,slow=2@/profile,truncate@/labels")
    late = ann.send("GET", PROFILE)
    assert (late.status, late.delay_s, late.slow_s) == (200, 1.5, 2.0)
    whole = len(ann.send("GET", PROFILE).body)
    assert whole == len(late.body)
    with pytest.raises(AssertionError, match="no JSON"):
        ann.send("GET", f"{USER}/labels")


def test_parts_of_a_batch_have_faults_of_their_own(ann: Client) -> None:
    ann.sandbox.set_faults("503@/profile*1,drop@/profile")
    assert [s for _, s, _ in inner(batch(ann, [f"GET {PROFILE}"] * 2))] == [503, 200]


def test_chance_is_drawn_from_the_seed(clock: Clock) -> None:
    def statuses(seed: int) -> list[int]:
        client = sign_in(Sandbox(clock, world=world(), seed=seed))
        client.sandbox.set_faults("503@/profile%50")
        return [client.send("GET", PROFILE).status for _ in range(40)]

    assert statuses(1) == statuses(1) != statuses(2)
    assert 10 < statuses(1).count(503) < 30


def test_faults_that_happen_once(ann: Client) -> None:
    start = ann.get(PROFILE)["historyId"]
    ann.sandbox.set_faults("cursors")
    assert ann.send("GET", f"{USER}/history", params={"startHistoryId": start}).status == 404
    ann.sandbox.set_faults("revoke")
    assert ann.send("GET", PROFILE).status == 401
    ann = sign_in(ann.sandbox)
    ann.sandbox.set_faults("skew=-7200")
    assert ann.send("GET", PROFILE).headers["Date"] == "Wed, 25 Nov 2026 07:00:00 GMT"
    ann.sandbox.set_faults("skew=7200")
    assert ann.send("GET", PROFILE).status == 401


@pytest.mark.parametrize("spec", ["slow", "latency", "skew", "teapot", "503@get", "503*x", "200"])
def test_a_specification_that_cannot_be_read_changes_nothing(ann: Client, spec: str) -> None:
    ann.sandbox.set_faults("503@/profile")
    with pytest.raises(ValueError, match=re.escape(spec)):
        ann.sandbox.set_faults(f"401@/profile,{spec}")
    assert ann.send("GET", PROFILE).status == 503


def test_the_example_of_the_documentation_can_be_read() -> None:
    (example,) = re.findall(r"^    (latency.*)$", faults.__doc__ or "", re.MULTILINE)
    assert [fault.kind for fault in faults.parse(example)] == [
        "latency",
        "429",
        "drop",
        "503-after",
    ]
