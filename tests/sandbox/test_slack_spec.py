"""Slack's stand-in against what Slack publishes, and against Slack's own library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import Server, serve
from loopdesk.sandbox.slack.method import Method
from loopdesk.sandbox.slack.methods import METHODS
from loopdesk.sandbox.web import Request
from tests import spec_slack
from tests.sandbox.tiny import BASE, Clock
from tests.sandbox.tiny_slack import ANN, BO, GENERAL, TRIO, WITH_BO, sign_in, world

_WRONG: tuple[Any, ...] = (
    *([], {}, [None], [{}], "[1]", "{", -1, 1.5, "9" * 30, "YQ==", "9999-12-31"),
)
described = pytest.mark.skipif(
    spec_slack.FOLDER is None, reason="Slack's published descriptions are not here"
)


@described
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_takes_what_is_described(method: Method) -> None:
    known = spec_slack.arguments_of(method.name)
    # `channels` is described in words only.
    assert method.args - {"channels"} == known


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_what_is_of_the_wrong_form_is_refused_and_not_fallen_over(method: Method) -> None:
    ann = sign_in(Sandbox(Clock(), world=world(), limits="off"))
    good = {"channel": WITH_BO, "ts": "1.1", "text": "x", "user": BO, "query": "x", "test": True}
    kind = {"Authorization": f"Bearer {ann.token}", "Content-Type": "application/json"}
    for name in method.args:
        for value in _WRONG:
            args = {key: each for key, each in good.items() if key in method.args}
            body = json.dumps({**args, name: value}).encode()
            request = Request("POST", f"/slack/api/{method.name}", "", kind, body)
            assert ann.sandbox.handle(request, BASE).status == 200


@described
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("chat.postMessage", b'{"channel": "C1"}'),
        ("chat.postMessage", b'{"channel": 1, "text": "x"}'),
        ("chat.postMessage", b'{"channel": "C1", "text": "x", "thread": "1.1"}'),
        ("chat.postMessage", b'{"channel": "C1", "text": "x", "unfurl_links": "yes"}'),
        ("chat.postMessage", b'{"channel": "C1", "blocks": {"type": "divider"}, "text": "x"}'),
        ("conversations.history", b'{"channel": "C1", "limit": "many"}'),
        ("reactions.add", b'{"channel": "C1", "name": "eyes"}'),
        ("users.everything", b"{}"),
    ],
)
def test_the_checker_refuses_what_is_not_described(name: str, body: bytes) -> None:
    with pytest.raises(spec_slack.SpecMismatchError):
        spec_slack.check_request(f"/api/{name}", body, "application/json")


@described
def test_the_checker_refuses_answers_that_are_not_described() -> None:
    good = b'{"ok": true, "messages": [{"ts": "1.1"}]}'
    spec_slack.check_response("conversations.history", 200, good)
    for body in (
        b'{"messages": []}',
        b'{"ok": true, "messages": [{"ts": 1.1}]}',
        b'{"ok": true, "messages": [{"stamp": "1.1"}]}',
        b'{"ok": true, "messages": {}}',
        b'{"ok": false}',
    ):
        with pytest.raises(spec_slack.SpecMismatchError):
            spec_slack.check_response("conversations.history", 200, body)
    with pytest.raises(spec_slack.SpecMismatchError):
        spec_slack.check_response("conversations.history", 404, b'{"ok": false, "error": "x"}')


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(Sandbox(Clock(), world=world(), limits="off")) as running:
        yield running


def test_slacks_own_library_is_understood(server: Server) -> None:
    token = sign_in(server.sandbox).token
    web = WebClient(token, base_url=f"{server.url}/slack/api/", retry_handlers=[])

    def call(method: str, **args: Any) -> Any:
        """Call one of the library's own methods, which refuses an answer that is not ok."""
        answer = getattr(web, method.replace(".", "_"))(**args)
        spec_slack.check_response(method, answer.status_code, _bytes(answer.data))
        return answer

    assert call("auth.test")["user_id"] == ANN
    sent = call("chat.postMessage", channel=WITH_BO, text="x", unfurl_links=True)["ts"]
    call("chat.update", channel=WITH_BO, ts=sent, text="y")
    call("reactions.add", channel=WITH_BO, timestamp=sent, name="eyes")
    call("reactions.remove", channel=WITH_BO, timestamp=sent, name="eyes")
    call("chat.getPermalink", channel=WITH_BO, message_ts=sent)
    call("chat.delete", channel=WITH_BO, ts=sent)
    at = int(server.sandbox.now().timestamp()) + 600
    later = call("chat.scheduleMessage", channel=TRIO, text="x", post_at=at)
    call("chat.scheduledMessages.list", channel=TRIO, limit=10)
    call(
        "chat.deleteScheduledMessage",
        channel=TRIO,
        scheduled_message_id=later["scheduled_message_id"],
    )
    listed = call("users.conversations", types="im,mpim", exclude_archived=True, limit=200)
    assert {one["id"] for one in listed["channels"]} == {WITH_BO, TRIO}
    call("conversations.list", types=["public_channel"], limit=200)
    call("conversations.info", channel=GENERAL, include_num_members=True)
    call("conversations.members", channel=GENERAL, limit=10)
    history = call("conversations.history", channel=GENERAL, inclusive=True, limit=10)["messages"]
    call("conversations.replies", channel=GENERAL, ts=history[1]["ts"], include_all_metadata=True)
    call("conversations.mark", channel=GENERAL, ts=history[0]["ts"])
    call("conversations.open", users=[BO], return_im=True)
    call("search.messages", query=f"<@{ANN}>", count=100, sort="timestamp", sort_dir="desc")
    call("users.list", limit=200)
    call("users.info", user=BO)
    call("users.profile.set", profile={"status_text": "x", "status_emoji": ":eyes:"})
    call("users.profile.get")
    call("usergroups.list", include_users=True)
    call("emoji.list")
    call("team.info")
    call("dnd.setSnooze", num_minutes=5)
    uploaded = web.files_upload_v2(content="abc", filename="a.txt", channel=TRIO)
    server.sandbox.forward(3)
    call("files.info", file=uploaded["file"]["id"])
    assert call("files.list", channel=TRIO)["paging"]["total"] == 1
    assert call("auth.revoke")["revoked"]


def _bytes(data: Any) -> bytes:
    return json.dumps(data).encode()
