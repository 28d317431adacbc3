"""The sandbox as a whole: state, log, clock, a story that goes on, and the server."""

from __future__ import annotations

import http.client
import json
import socket
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from loopdesk.sandbox.model import Beat, Mail
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import PortBusy, Server, serve
from loopdesk.sandbox.web import Request
from tests.sandbox.test_calendar import meeting
from tests.sandbox.test_gmail import USER, draft_of, ids, raw, subjects
from tests.sandbox.tiny import (
    ANN,
    BASE,
    BO,
    NOW,
    Client,
    Clock,
    Forms,
    asked,
    mail,
    reply,
    sign_in,
    world,
)

PROFILE = f"{USER}/profile"


@pytest.fixture
def ann() -> Client:
    return sign_in(Sandbox(Clock(), world=world(events=[meeting("review")])))


@pytest.fixture
def server() -> Iterator[Server]:
    sandbox = Sandbox(lambda: datetime.now(UTC), world=world())
    with serve(sandbox) as running:
        yield running


def ask(server: Server, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request(method, path, body.encode(), headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, json.loads(content) if content else None


def test_the_state_shows_each_mail_once_with_its_text(ann: Client) -> None:
    text = "Grüße, see you at 12"
    thread = ids(ann)[-1]
    draft = ann.post(f"{USER}/drafts", draft_of(reply("Re: Budget", text, "budget"), thread))
    ann.post(f"{USER}/drafts/send", {"id": draft["id"]})
    state = ann.sandbox.handle(Request("GET", "/_sandbox/state"), BASE)
    assert state.body.decode().count(text) == 1
    google = state.json()["google"]
    (sent,) = [m for m in google["messages"] if text in m["text"]]
    assert (sent["account"], sent["labelIds"], sent["threadId"]) == (ANN, ["SENT"], thread)
    assert (sent["to"], sent["subject"]) == ([BO], "Re: Budget")
    assert sent["headers"]["In-Reply-To"] == "<budget@lumen.example>"
    assert [copy["account"] for copy in sent["copies"]] == [BO]
    assert google["drafts"] == []
    held = next(t for t in google["threads"] if t["id"] == thread)
    assert held["labelIds"] == ["INBOX", "SENT", "UNREAD"]
    (event,) = google["events"]
    assert event["attendees"][0] == {"email": ANN, "responseStatus": "needsAction"}


def test_the_log_has_every_request_and_whose_it_was(ann: Client) -> None:
    ann.get(f"{USER}/messages", q="from:bo berg")
    ann.send("GET", f"{USER}/messages/0000")
    log = ann.sandbox.handle(Request("GET", "/_sandbox/log"), BASE).json()
    assert [(line["path"], line["status"], line["account"]) for line in log[-2:]] == [
        (f"/google{USER}/messages", 200, ANN),
        (f"/google{USER}/messages/0000", 404, ANN),
    ]
    assert log[-2]["query"] == "q=from:bo berg"
    assert log[-1]["at"] == NOW.isoformat()


def test_clock_and_faults_are_set_over_http(ann: Client) -> None:
    def post(path: str, body: str) -> tuple[int, Any]:
        request = Request("POST", f"/_sandbox/{path}", body=body.encode())
        response = ann.sandbox.handle(request, BASE)
        return response.status, response.json()

    assert post("faults", "503@/profile*1") == (200, {})
    assert ann.send("GET", PROFILE).status == 503
    assert post("faults", '{"faults": "404@/profile"}') == (200, {})
    assert ann.send("GET", PROFILE).status == 404
    assert post("faults", "")[0] == 200
    ann.get(PROFILE)
    assert post("clock", '{"forward_s": 3600}')[1]["ahead_s"] == 3600.0
    assert ann.send("GET", PROFILE).status == 401
    for path, body in [("faults", "nonsense"), ("clock", "{}"), ("clock", "soon"), ("clock", "[")]:
        assert post(path, body)[0] == 400
    assert ann.sandbox.handle(Request("GET", "/elsewhere"), BASE).status == 404
    assert ann.sandbox.handle(Request("GET", "/"), BASE).status == 404


def test_the_settings_it_hands_out_point_at_it(ann: Client) -> None:
    settings = tomllib.loads(ann.sandbox.config_toml("http://127.0.0.1:1"))
    google = settings["services"]["google"]
    assert settings["stand_in"] is True
    assert google["api"]["gmail"] == "http://127.0.0.1:1/google/gmail/v1"
    assert "google" in ann.sandbox.client_secrets


def test_the_story_goes_on_as_time_passes_and_answers() -> None:
    made = world(events=[])
    news = Mail(mail("News"), NOW, frozenset({"IMPORTANT"}), message_id="news")
    made.beats = [
        Beat(timedelta(seconds=20), ANN, mail=news),
        Beat(timedelta(seconds=30), ANN, event=meeting("review")),
    ]

    def answer(sent: bytes, sender: str, at: datetime) -> list[Beat]:
        back = Mail(mail("Re: " + sender, key=f"re-{at:%S}"), at, frozenset())
        return [Beat(timedelta(seconds=5), sender, mail=back)]

    made.answer = answer
    clock = Clock()
    ann = sign_in(Sandbox(clock, world=made, live=True))
    assert subjects(ann, "in:inbox is:unread news") == []
    clock.forward(seconds=20)
    assert subjects(ann, "in:inbox is:unread is:important") == ["News"]
    clock.forward(seconds=10)
    assert ann.get(f"/calendar/v3/calendars/{ANN}/events/review")["summary"] == "Review"
    ann.post(f"{USER}/messages/send", {"raw": raw(mail("Hello", to="cy@x.example"))})
    # An invitation is told by mail, too.
    (invitation,) = subjects(ann, f"subject:{ANN}")
    assert invitation.startswith("Invitation: Review")
    clock.forward(seconds=5)
    assert subjects(ann, f"subject:{ANN}") == [f"Re: {ANN}", invitation]
    # Without it nothing happens by itself.
    still = sign_in(Sandbox(clock := Clock(), world=made))
    still.post(f"{USER}/messages/send", {"raw": raw(mail("Hello", to="cy@x.example"))})
    clock.forward(minutes=50)
    assert subjects(still, "in:inbox is:unread") == ["Budget"]


def test_it_answers_on_loopback_and_keeps_connections_open(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for _ in range(3):
        connection.request("GET", "/google/gmail/v1/users/me/profile")
        response = connection.getresponse()
        assert response.status == 401
        response.read()
        assert connection.sock is not None
    connection.request("POST", "/google/token", b"x=1", {"Content-Type": "text/plain"})
    assert connection.getresponse().status == 401
    connection.close()
    assert ask(server, "GET", "/_sandbox/log")[1][-1]["path"] == "/google/token"
    taken = server.port
    with pytest.raises(PortBusy, match=str(taken)):
        serve(server.sandbox, taken)


def test_a_web_page_of_another_site_gets_nothing(server: Server) -> None:
    for origin in ("https://evil.example", "null", "http://["):
        assert ask(server, "POST", "/_sandbox/faults", "503", Origin=origin)[0] == 403
    assert ask(server, "POST", "/_sandbox/faults", "", Origin=server.url)[0] == 200
    assert ask(server, "GET", "/_sandbox/state", Host="evil.example")[0] == 421
    assert ask(server, "GET", "/_sandbox/state", Host=f"localhost:{server.port}")[0] == 200
    assert ask(server, "POST", "/google/token", **{"Content-Length": "99999999999"})[0] == 413
    assert ask(server, "POST", "/google/token", **{"Transfer-Encoding": "chunked"})[0] == 411


def test_ones_own_mail_and_events_are_served_under_a_secret_address(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail("Private", to="me@home.example"))
    (tmp_path / "own.ics").write_text(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\n"
        "DTSTART:20261125T090000Z\r\nDTEND:20261125T093000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    own = Sandbox(Clock(), mail=tmp_path, events=tmp_path / "own.ics")
    with serve(own) as private:
        secret = private.url.rpartition("/")[2]
        assert len(secret) >= 20
        assert ask(private, "GET", "/_sandbox/state")[0] == 404
        status, state = ask(private, "GET", f"/{secret}/_sandbox/state")
        assert status == 200
        assert [each["subject"] for each in state["google"]["messages"]] == ["Private"]
        assert [each["summary"] for each in state["google"]["events"]] == ["Dentist"]
        page = f"/{secret}/google/o/oauth2/v2/auth?{urlencode(asked())}"
        connection = http.client.HTTPConnection("127.0.0.1", private.port)
        connection.request("GET", page)
        (action, _), _ = Forms(connection.getresponse().read().decode()).forms
        connection.close()
        assert action.startswith(f"{private.url}/google/")


def test_lost_and_cut_answers_look_so_to_the_program(server: Server) -> None:
    server.sandbox.set_faults("drop@/profile*1,cut@/labels*1")
    with pytest.raises(http.client.RemoteDisconnected):
        ask(server, "GET", f"/google{PROFILE}")
    with pytest.raises(http.client.IncompleteRead):
        ask(server, "GET", f"/google{USER}/labels")
    server.sandbox.set_faults("slow=0.01")
    assert ask(server, "GET", f"/google{PROFILE}")[0] == 401


def test_a_sixth_request_at_the_same_time_is_refused(server: Server) -> None:
    token = sign_in(server.sandbox).token
    line = f"GET /google{USER}/labels HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}"
    server.sandbox.set_faults("latency=600@/labels")
    waiting = []
    for _ in range(5):
        waiting.append(socket.create_connection(("127.0.0.1", server.port)))
        waiting[-1].sendall(f"{line}\r\n\r\n".encode())
    while sum(each["path"].endswith("/labels") for each in server.sandbox.log()) < 5:
        ask(server, "GET", "/_sandbox/clock")
    refused = ask(server, "GET", f"/google{PROFILE}", Authorization=f"Bearer {token}")
    assert refused[0] == 429
    # Closing ends even those that wait.
    server.close()
    for connection in waiting:
        connection.close()
