"""Files at Slack's stand-in: there in three steps, and back."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Response
from loopdesk.sandbox.workspaces import Conversation, Post, Upload
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_slack import (
    ANN,
    BO,
    CY,
    GENERAL,
    TEAM,
    TRIO,
    ZOE,
    Client,
    ago,
    sign_in,
    workspace,
    world,
)

PLAN = Upload("F0PLAN0001", "plan ä.txt", "text/plain", b"first things first")
FOREIGN = Upload("F0ASH00001", "ash.pdf", "application/pdf", b"%PDF-")
SHARED = "C0SHARED01"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    shared = Conversation(
        SHARED, "private", (ANN, ZOE), "ash", [Post(ZOE, ago(hours=1), "", files=(FOREIGN,))]
    )
    posts = [Post(BO, ago(hours=2), "The plan", files=(PLAN,))]
    return sign_in(Sandbox(clock, world=world(workspace(posts, [shared]))))


def bring(client: Client, url: str, **headers: str) -> Response:
    return client.send("GET", urlsplit(url).path.removeprefix("/slack"), headers=headers)


def test_a_file_in_three_steps_is_shown_two_seconds_later(ann: Client, clock: Clock) -> None:
    content = b"x" * 5000
    begun = ann.form("files.getUploadURLExternal", filename="a.pdf", length=5000).json()
    place = urlsplit(begun["upload_url"]).path.removeprefix("/slack")
    assert Client(ann.sandbox).send("POST", place, content[:-1]).status == 400
    assert ann.send("POST", place, content).status == 400, "the token is not for this address"
    file = {"id": begun["file_id"], "title": "A"}
    asked = {"channel_id": TRIO, "files": [file], "initial_comment": "hi"}
    assert ann.error("files.completeUploadExternal", **asked) == "file_not_found"
    for _ in range(2):
        assert Client(ann.sandbox).send("POST", place, content).body == b"OK - 5000"
    (done,) = ann.call("files.completeUploadExternal", **asked)["files"]
    assert done["shares"] == {}
    assert ann.error("files.completeUploadExternal", **asked) == "file_not_found"
    assert Client(ann.sandbox).send("POST", place, content).status == 404
    clock.forward(seconds=2)
    shares = ann.call("files.info", file=file["id"])["file"]["shares"]
    (message,) = ann.call("conversations.history", channel=TRIO)["messages"]
    assert shares["private"][TRIO][0]["ts"] == message["ts"]
    assert (message["text"], message["files"][0]["title"]) == ("hi", "A")
    assert bring(ann, message["files"][0]["url_private_download"]).body == content
    assert ann.error("files.getUploadURLExternal", filename="a", length=0) == "invalid_arguments"


def test_without_the_right_a_page_comes_in_place_of_the_file(ann: Client) -> None:
    (message,) = ann.call("conversations.history", channel=sole(ann))["messages"]
    (file,) = message["files"]
    url = file["url_private_download"]
    whole = bring(ann, url)
    assert (whole.body, whole.headers["Content-Type"]) == (PLAN.content, "text/plain")
    rest = bring(ann, url, Range="bytes=6-")
    assert (rest.status, rest.body) == (206, b"things first")
    assert bring(ann, url, Range="bytes=99-").status == 416
    for other in (Client(ann.sandbox), sign_in(ann.sandbox, CY)):
        page = bring(other, url)
        assert (page.status, page.headers["Content-Type"][:9]) == (200, "text/html")
    assert sign_in(ann.sandbox, CY).error("files.info", file=PLAN.id) == "file_not_found"


def sole(ann: Client) -> str:
    return str(ann.call("users.conversations", types="im")["channels"][0]["id"])


def test_of_a_file_from_elsewhere_a_message_has_a_stub(ann: Client) -> None:
    (message,) = ann.call("conversations.history", channel=SHARED)["messages"]
    assert message["files"][0]["file_access"] == "check_file_info"
    assert "url_private" not in message["files"][0]
    file = ann.call("files.info", file=FOREIGN.id)["file"]
    assert file["url_private"].endswith(f"/slack/files/files-pri/{TEAM}-{FOREIGN.id}/ash.pdf")


def test_files_are_listed_by_page_person_and_channel(ann: Client) -> None:
    first = ann.call("files.list", count=1)
    assert ([one["id"] for one in first["files"]], first["paging"]["pages"]) == ([FOREIGN.id], 2)
    assert [one["id"] for one in ann.call("files.list", user=BO)["files"]] == [PLAN.id]
    assert ann.call("files.list", channel=GENERAL)["files"] == []
