"""Socket Mode at Slack's stand-in, over a real socket and with Slack's own client."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, BinaryIO

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import Server, serve
from loopdesk.sandbox.slack import oauth
from loopdesk.sandbox.slack.sockets import MOST, Connection
from loopdesk.sandbox.workspaces import Post, Spoken
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_slack import ANN, BO, GENERAL, TEAM, WITH_BO, Client, sign_in, world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    return sign_in(Sandbox(clock, world=world()))


def connect(ann: Client) -> Connection:
    app = Client(ann.sandbox, oauth.APP_TOKEN)
    url = app.call("apps.connections.open")["url"]
    assert url.startswith("ws://127.0.0.1:8700/slack/link?ticket=")
    connection = ann.sandbox.slack.sockets.enter(url.partition("ticket=")[2].partition("&")[0])
    assert connection is not None
    return connection


def heard(connection: Connection) -> list[Any]:
    return [json.loads(text) for text in connection.due()]


def say(ann: Client, text: str, channel: str = GENERAL, by: str = BO) -> None:
    post = Post(by, ann.sandbox.slack.now(), text)
    ann.sandbox.slack.say(Spoken(TEAM, channel, post))


def test_the_apps_token_opens_connections_and_nobody_elses(ann: Client) -> None:
    assert ann.error("apps.connections.open") == "not_allowed_token_type"
    assert ann.sandbox.slack.sockets.enter("made up") is None
    first = connect(ann)
    (hello,) = heard(first)
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    for _ in range(MOST - 1):
        connect(ann)
    (refused,) = heard(connect(ann))
    assert refused["reason"] == "too_many_websockets"


def test_an_event_goes_to_one_connection_and_comes_again_until_acknowledged(
    ann: Client, clock: Clock
) -> None:
    both = [connect(ann), connect(ann)]
    for connection in both:
        heard(connection)
    say(ann, "One")
    say(ann, "Two", WITH_BO)
    told = [envelope for each in both for envelope in heard(each)]
    one, two = sorted(told, key=lambda envelope: envelope["payload"]["event"]["text"])
    event = one["payload"]["event"]
    assert (event["text"], event["channel"], event["channel_type"]) == ("One", GENERAL, "channel")
    assert one["payload"]["authorizations"][0]["user_id"] == ANN
    assert two["payload"]["event"]["channel_type"] == "im"
    for connection in both:
        connection.take(json.dumps({"envelope_id": two["envelope_id"]}))
    clock.forward(seconds=3)
    (again,) = [envelope for each in both for envelope in heard(each)]
    assert (again["envelope_id"], again["retry_attempt"]) == (one["envelope_id"], 1)
    for _ in range(5):
        clock.forward(seconds=3)
        assert len([e for each in both for e in heard(each)]) <= 1
    assert not any(heard(each) for each in both)


def test_what_is_told_and_what_is_not(ann: Client, clock: Clock) -> None:
    connection = connect(ann)
    heard(connection)
    say(ann, "Not for Ann", "C0PLANS001")
    ts = ann.call("chat.postMessage", channel=WITH_BO, text="https://x.example", unfurl_links=True)[
        "ts"
    ]
    clock.forward(seconds=1)
    ann.call("reactions.add", channel=WITH_BO, timestamp=ts, name="eyes")
    ann.call("chat.update", channel=WITH_BO, ts=ts, text="Better")
    ann.call("chat.delete", channel=WITH_BO, ts=ts)
    events = [envelope["payload"]["event"] for envelope in heard(connection)]
    assert [(e["type"], e.get("subtype")) for e in events] == [
        ("message", None),
        ("message", "message_changed"),
        ("reaction_added", None),
        ("message", "message_changed"),
        ("message", "message_deleted"),
    ]
    unfurled, edited = events[1]["message"], events[3]["message"]
    assert "edited" not in unfurled
    assert unfurled["attachments"][0]["from_url"] == "https://x.example"
    assert edited["text"] == "Better"
    assert events[4]["deleted_ts"] == ts


@pytest.fixture
def server(clock: Clock) -> Iterator[Server]:
    with serve(Sandbox(clock, world=world())) as running:
        yield running


def masked(first: int, text: str) -> bytes:
    """Return a frame as a program sends it; `first`: its first byte."""
    mask, data = b"mask", text.encode()
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
    return bytes([first, 0x80 | len(data)]) + mask + body


def greeted(server: Server, link: str) -> tuple[socket.socket, BinaryIO]:
    """Return a connection that speaks after its greeting; `link`: what stands after `/slack`."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    lines = (
        f"GET /slack{link} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        # The example of RFC 6455.
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    incoming = connection.makefile("rb")
    return connection, incoming


def frame(incoming: BinaryIO) -> tuple[int, bytes]:
    first, size = incoming.read(2)
    length = int.from_bytes(incoming.read(2)) if size == 126 else size
    return first, incoming.read(length)


def test_a_connection_keeps_to_rfc_6455(server: Server) -> None:
    hub = server.sandbox.slack.sockets
    connection, incoming = greeted(server, f"/link?ticket={hub.ticket()}&app_id=A1")
    with connection, incoming:
        head = b"".join(iter(incoming.readline, b"\r\n"))
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
        first, text = frame(incoming)
        assert (first, json.loads(text)["type"]) == (0x81, "hello")
        hub.tell({"event": {"text": "x"}})
        envelope = json.loads(frame(incoming)[1])
        receipt = json.dumps({"envelope_id": envelope["envelope_id"]})
        # In two pieces, with a ping between them.
        for sent in (masked(0x01, receipt[:9]), masked(0x89, "p"), masked(0x80, receipt[9:])):
            connection.sendall(sent)
        assert frame(incoming) == (0x8A, b"p")
        until(lambda: hub.connections[0].receipts == 1)
        connection.sendall(b"\x81\x01x")
        assert frame(incoming) == (0x88, (1002).to_bytes(2)), "what is not masked ends it"
        until(lambda: not hub.connections)
    connection, incoming = greeted(server, "/link?ticket=made-up")
    with connection, incoming:
        assert incoming.readline().startswith(b"HTTP/1.1 404 ")


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that other threads do."""
    pause = threading.Event()
    for _ in range(250):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen")


def test_slacks_own_client_listens(server: Server, clock: Clock) -> None:
    sandbox = server.sandbox
    ann = sign_in(sandbox)
    hub = sandbox.slack.sockets
    got: list[str] = []
    deaf = threading.Event()
    web = WebClient(base_url=f"{server.url}/slack/api/", retry_handlers=[])
    client = SocketModeClient(app_token=oauth.APP_TOKEN, web_client=web, ping_interval=1)

    def listen(client: Any, request: SocketModeRequest) -> None:
        got.append(request.payload["event"]["text"])
        if not deaf.is_set():
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client.socket_mode_request_listeners.append(listen)
    client.connect()
    try:
        until(lambda: len(hub.connections) == 1)
        say(ann, "Grüße")
        until(lambda: got == ["Grüße"] and hub.connections[0].receipts == 1)
        deaf.set()
        say(ann, "x" * 70_000)
        until(lambda: len(got) == 2)
        deaf.clear()
        clock.at += timedelta(seconds=3)
        until(lambda: len(got) == 3 and hub.connections[0].receipts == 2)
        assert got[1] == got[2]
        first = hub.connections[0]
        hub.refresh()
        until(lambda: bool(hub.connections) and first not in hub.connections)
        say(ann, "After")
        until(lambda: got[-1] == "After")
        hub.disable()
        until(lambda: not hub.connections)
    finally:
        client.auto_reconnect_enabled = False
        client.close()
