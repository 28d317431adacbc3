"""Uploads to Gmail's stand-in: in one piece, and in pieces that may be resumed."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl, urlsplit

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Response
from tests.sandbox.test_gmail import USER
from tests.sandbox.tiny import BASE, BO, Client, Clock, mail, reply, sign_in, world

GRAIN = 256 * 1024
LARGEST = 36_700_160
BODY = mail("Large", "x" * (3 * GRAIN), to=BO)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world(), limits="off"))


def begin(
    client: Client,
    path: str = "/drafts",
    size: int = len(BODY),
    about: object = None,
    base: str = "/upload",
    verb: str = "POST",
) -> Response:
    headers = {"X-Upload-Content-Type": "message/rfc822", "X-Upload-Content-Length": str(size)}
    params = {"uploadType": "resumable"}
    return client.send(verb, f"{base}{USER}{path}", about, headers=headers, params=params)


def session(response: Response) -> str:
    assert (response.status, response.body) == (200, b"")
    address = response.headers["Location"]
    assert address.startswith(f"{BASE}/google/")
    return address.removeprefix(f"{BASE}/google")


def put(client: Client, address: str, span: str, data: bytes = b"") -> Response:
    parts = urlsplit(address)
    # Nobody needs to sign in to go on: the address is the permission.
    headers = {"Content-Range": f"bytes {span}", "Authorization": ""}
    return client.send(
        "PUT", parts.path, data, headers=headers, params=dict(parse_qsl(parts.query))
    )


def raw_of(client: Client, draft: str) -> bytes:
    shown = client.get(f"{USER}/drafts/{draft}", format="raw")
    return base64.urlsafe_b64decode(shown["message"]["raw"])


@pytest.mark.parametrize("base", ["/upload", "/resumable/upload"])
def test_a_mail_comes_in_pieces_and_becomes_a_draft(ann: Client, base: str) -> None:
    address, total = session(begin(ann, base=base)), len(BODY)
    empty = put(ann, address, f"*/{total}")
    assert (empty.status, "Range" in empty.headers) == (308, False)
    first = put(ann, address, f"0-{GRAIN - 1}/{total}", BODY[:GRAIN])
    assert (first.status, first.headers["Range"]) == (308, f"bytes=0-{GRAIN - 1}")
    # What is there already does no harm.
    again = put(ann, address, f"0-{2 * GRAIN - 1}/{total}", BODY[: 2 * GRAIN])
    assert again.headers["Range"] == f"bytes=0-{2 * GRAIN - 1}"
    assert put(ann, address, f"*/{total}").headers["Range"] == f"bytes=0-{2 * GRAIN - 1}"
    assert "drafts" not in ann.get(f"{USER}/drafts")
    last = put(ann, address, f"{2 * GRAIN}-{total - 1}/{total}", BODY[2 * GRAIN :])
    assert last.status == 200
    assert raw_of(ann, last.json()["id"]) == BODY
    # Whoever missed the answer asks again.
    assert put(ann, address, f"*/{total}").json() == last.json()
    assert len(ann.get(f"{USER}/drafts")["drafts"]) == 1


def test_pieces_that_do_not_fit_are_refused(ann: Client) -> None:
    address, total = session(begin(ann)), len(BODY)
    for span, data in [
        (f"0-99/{total}", BODY[:100]),
        (f"{GRAIN}-{2 * GRAIN - 1}/{total}", BODY[:GRAIN]),
        (f"0-{GRAIN - 1}/{total + 1}", BODY[:GRAIN]),
        (f"0-{GRAIN}/{total}", BODY[:GRAIN]),
        ("nonsense", BODY[:GRAIN]),
    ]:
        assert put(ann, address, span, data).status == 400, span
    assert "Range" not in put(ann, address, f"*/{total}").headers


def test_a_session_ends_after_a_week(ann: Client, clock: Clock) -> None:
    address = session(begin(ann))
    clock.forward(days=6)
    assert put(ann, address, f"*/{len(BODY)}").status == 308
    clock.forward(days=1)
    assert put(ann, address, f"*/{len(BODY)}").status == 404
    assert put(ann, address.replace("upload_id=", "upload_id=x"), "*/1").status == 404


def test_what_begins_an_upload_names_thread_and_draft(ann: Client) -> None:
    thread = ann.get(f"{USER}/threads", labelIds="SENT")["threads"][0]["id"]
    answer = reply("Re: Budget", "Yes", "budget")
    address = session(begin(ann, size=len(answer), about={"message": {"threadId": thread}}))
    draft = put(ann, address, f"0-{len(answer) - 1}/{len(answer)}", answer).json()
    assert draft["message"]["threadId"] == thread
    second = reply("Re: Budget", "Yes, and more", "budget")
    path = f"/drafts/{draft['id']}"
    address = session(begin(ann, path, len(second), verb="PUT"))
    changed = put(ann, address, f"0-{len(second) - 1}/{len(second)}", second).json()
    assert (changed["id"], changed["message"]["threadId"]) == (draft["id"], thread)
    assert raw_of(ann, draft["id"]) == second


def test_what_is_too_large_is_refused_before_it_is_sent(ann: Client) -> None:
    assert ann.error(begin(ann, size=LARGEST + 1)) == (413, "uploadTooLarge")
    session(begin(ann, size=LARGEST))
    whole = {"Content-Type": "message/rfc822"}
    params = {"uploadType": "media"}
    for size, status in ((LARGEST, 200), (LARGEST + 1, 413)):
        large = ann.send(
            "POST", f"/upload{USER}/drafts", BODY.ljust(size), headers=whole, params=params
        )
        assert large.status == status


def test_the_last_answer_may_be_lost(ann: Client) -> None:
    address, total = session(begin(ann)), len(BODY)
    ann.sandbox.set_faults("drop@PUT/upload/*1")
    assert put(ann, address, f"0-{total - 1}/{total}", BODY).dropped
    assert raw_of(ann, put(ann, address, f"*/{total}").json()["id"]) == BODY
    ann.sandbox.set_faults("410@PUT/upload/*1")
    assert put(ann, address, f"*/{total}").status == 410
