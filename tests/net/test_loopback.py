"""The receiver of a sign-in's answer, spoken to over real sockets."""

import base64
import hashlib
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from loopdesk.core.errors import SignInFailed
from loopdesk.net.loopback import Receiver
from loopdesk.net.pkce import challenge, new_verifier
from tests.net.conftest import StillClock

STATE = "c0ffee" * 5


@dataclass(frozen=True)
class Address:
    host: str = "127.0.0.1"
    path: str = "/google"
    ports: tuple[int, ...] = ()
    both_families: bool = False


@dataclass
class Waiting:
    """A receiver that somebody waits at in a thread of its own."""

    receiver: Receiver
    thread: threading.Thread
    cancelled: threading.Event
    answers: list[dict[str, str]]
    failures: list[str]

    @property
    def port(self) -> int:
        return int(self.receiver.redirect_uri.split(":")[2].split("/")[0])

    def answer(self) -> dict[str, str]:
        self.thread.join()
        assert self.failures == []
        [answer] = self.answers
        return answer

    def get(self, query: str, **headers: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.receiver.redirect_uri}?{query}", headers=headers)

    def send(self, request: bytes) -> bytes:
        """Send raw bytes and return the first line of what comes back."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(request)
            return connection.makefile("rb").readline().strip()


@contextmanager
def waiting(clock: StillClock, address: Address | None = None) -> Iterator[Waiting]:
    cancelled = threading.Event()
    answers: list[dict[str, str]] = []
    failures: list[str] = []
    with Receiver(address or Address(), clock) as receiver:

        def wait() -> None:
            try:
                answers.append(receiver.wait(STATE, 300, cancelled))
            except SignInFailed as error:
                failures.append(error.reason)
            else:
                receiver.finish(True)

        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield Waiting(receiver, thread, cancelled, answers, failures)
        finally:
            cancelled.set()
            thread.join()


def test_the_answer_ends_the_wait_and_the_page_says_what_next(clock: StillClock) -> None:
    with waiting(clock) as it:
        page = it.get(f"state={STATE}&code=4%2Fabc&scope=a+b")
        assert it.answer() == {"state": STATE, "code": "4/abc", "scope": "a b"}
        assert page.status_code == 200
        assert "go back to LoopDesk" in page.text
        assert "<script" not in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        policy = page.headers["Content-Security-Policy"]
        style = page.text.split("<style>")[1].split("</style>")[0].encode()
        shown = base64.b64encode(hashlib.sha256(style).digest()).decode()
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{shown}'")

        again = it.get(f"state={STATE}&code=other")
        assert again.status_code == 200
        assert "already" in again.text
        assert len(it.answers) == 1


def test_a_refusal_is_an_answer_too(clock: StillClock) -> None:
    with waiting(clock) as it:
        it.get(f"error=access_denied&state={STATE}")
        assert it.answer() == {"error": "access_denied", "state": STATE}


def test_the_browser_may_be_faster_than_whoever_waits(clock: StillClock) -> None:
    with Receiver(Address(), clock) as receiver:
        port = int(receiver.redirect_uri.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as browser:
            browser.sendall(
                f"GET /google?state={STATE}&code=1 HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{port}\r\n\r\n".encode()
            )
            assert receiver.wait(STATE, 300, threading.Event())["code"] == "1"
            receiver.finish(False)
            assert b"Nothing was connected" in browser.makefile("rb").read()


def test_an_address_without_a_path_is_come_to_by_its_root_alone(clock: StillClock) -> None:
    with waiting(clock, Address("localhost", path="", both_families=True)) as it:
        assert it.receiver.redirect_uri == f"http://localhost:{it.port}"
        host = f"Host: localhost:{it.port}"
        for path in ("/google", "//", "/x"):
            request = f"GET {path}?state={STATE}&code=1 HTTP/1.1\r\n{host}\r\n\r\n"
            assert it.send(request.encode()) == b"HTTP/1.1 404 Not Found"
        it.get(f"state={STATE}&code=right")
        assert it.answer()["code"] == "right"


GOOD = f"/google?state={STATE}&code=1"


@pytest.mark.parametrize(
    "request_lines",
    [
        pytest.param("GET /favicon.ico HTTP/1.1|Host: {host}", id="favicon"),
        pytest.param("GET / HTTP/1.1|Host: {host}", id="scanner"),
        pytest.param(f"GET /slack?state={STATE}&code=1 HTTP/1.1|Host: {{host}}", id="other path"),
        pytest.param(f"GET /google/?state={STATE} HTTP/1.1|Host: {{host}}", id="longer path"),
        pytest.param(f"HEAD {GOOD} HTTP/1.1|Host: {{host}}", id="head"),
        pytest.param(f"POST {GOOD} HTTP/1.1|Host: {{host}}|Content-Length: 0", id="post"),
        pytest.param(f"GET {GOOD} HTTP/1.1|Host: evil.example", id="rebound name"),
        pytest.param(f"GET {GOOD} HTTP/1.1|Host: localhost", id="other name"),
        pytest.param(f"GET {GOOD} HTTP/1.1|Host: {{host}}|Host: {{host}}", id="two hosts"),
        pytest.param(f"GET {GOOD} HTTP/1.1", id="no host"),
        pytest.param(f"GET {GOOD} HTTP/1.1|Host: {{host}}|Origin: https://evil", id="origin"),
        pytest.param(f"GET {GOOD} HTTP/1.1|Host: {{host}}|Sec-Fetch-Mode: no-cors", id="picture"),
        pytest.param(f"GET {GOOD} HTTP/1.1|Host: {{host}}|Sec-Fetch-Dest: iframe", id="frame"),
        pytest.param("GET /google?state=guess&code=1 HTTP/1.1|Host: {host}", id="wrong state"),
        pytest.param("GET /google?code=1 HTTP/1.1|Host: {host}", id="no state"),
        pytest.param("GET /google HTTP/1.1|Host: {host}", id="no query"),
        pytest.param(f"GET {GOOD}&code=2 HTTP/1.1|Host: {{host}}", id="two codes"),
        pytest.param(f"GET {GOOD}&state=x HTTP/1.1|Host: {{host}}", id="two states"),
        pytest.param(f"GET {GOOD}&x=%ff HTTP/1.1|Host: {{host}}", id="no text"),
        pytest.param(f"GET http://x{GOOD} HTTP/1.1|Host: {{host}}", id="as proxy"),
        pytest.param("\x16\x03\x01", id="tls"),
        pytest.param("é", id="bytes"),
        pytest.param("GET " + "x" * 70_000, id="too long"),
    ],
)
def test_any_other_request_gets_404_and_the_wait_goes_on(
    request_lines: str, clock: StillClock
) -> None:
    with waiting(clock) as it:
        host = f"127.0.0.1:{it.port}"
        lines = request_lines.replace("{host}", host).split("|")
        assert it.send("\r\n".join([*lines, "", ""]).encode()) == b"HTTP/1.1 404 Not Found"
        assert it.answers == []
        it.get(f"state={STATE}&code=right")
        assert it.answer()["code"] == "right"


def test_silent_slow_and_many_visitors_hold_up_nobody(clock: StillClock) -> None:
    with waiting(clock) as it:
        crowd = []
        for number in range(300):
            visitor = socket.create_connection(("127.0.0.1", it.port))
            crowd.append(visitor)
            # The older ones, some of which are shown the door just then, go on talking.
            for older in crowd[number % 3 : number : 3][-40:]:
                with suppress(OSError):
                    older.sendall(b"GET /google?state=")
        it.get(f"state={STATE}&code=right")
        assert it.answer()["code"] == "right"
        with suppress(ConnectionResetError):
            assert crowd[0].recv(1) == b""  # the oldest had to go
        # The youngest leave when their time is over.
        clock.passed_s += 60
        for visitor in crowd:
            with visitor, suppress(ConnectionResetError):
                assert visitor.recv(1) == b""


def test_the_wait_can_be_called_off(clock: StillClock) -> None:
    with waiting(clock) as it:
        it.cancelled.set()
        it.thread.join()
        assert it.failures == ["cancelled"]


def test_the_wait_has_an_end(clock: StillClock) -> None:
    with waiting(clock) as it:
        clock.passed_s += 301
        it.thread.join()
        assert it.failures == ["timed-out"]


def taken(family: socket.AddressFamily, address: str) -> socket.socket:
    holder = socket.socket(family, socket.SOCK_STREAM)
    holder.bind((address, 0))
    holder.listen()
    return holder


def test_a_taken_port_has_spares_and_then_an_error(clock: StillClock) -> None:
    with taken(socket.AF_INET, "127.0.0.1") as first, taken(socket.AF_INET, "127.0.0.1") as second:
        busy, spare = first.getsockname()[1], second.getsockname()[1]
        with pytest.raises(SignInFailed) as failed:
            Receiver(Address(ports=(busy, spare)), clock).__enter__()
        held = f"{busy}, {spare}"
        if sys.platform == "linux":  # there it is told who holds them
            this = Path("/proc/self/comm").read_text().strip()
            held = f"{busy} ({this}), {spare} ({this})"
        assert failed.value.reason == f"port-busy:{held}"
        second.close()
        with Receiver(Address(ports=(busy, spare)), clock) as receiver:
            assert receiver.redirect_uri == f"http://127.0.0.1:{spare}/google"


def test_both_families_or_none(clock: StillClock) -> None:
    try:
        other = taken(socket.AF_INET6, "::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    port = other.getsockname()[1]
    with other, taken(socket.AF_INET, "127.0.0.1") as free:
        spare = free.getsockname()[1]
        with pytest.raises(SignInFailed, match=f"port-busy:{port}"):
            Receiver(Address("localhost", ports=(port,), both_families=True), clock).__enter__()
        free.close()
        # One family of a port is not enough, so the spare is taken, both families of it.
        spared = Address("localhost", ports=(port, spare), both_families=True)
        with Receiver(spared, clock) as receiver:
            assert receiver.redirect_uri == f"http://localhost:{spare}/google"
            for host in ("::1", "127.0.0.1"):
                socket.create_connection((host, spare)).close()
    with waiting(clock, Address("localhost", both_families=True)) as it:
        for host in ("::1", "127.0.0.1"):
            with socket.create_connection((host, it.port)) as connection:
                connection.sendall(
                    f"GET {GOOD} HTTP/1.1\r\nHost: localhost:{it.port}\r\n\r\n".encode()
                )
                assert connection.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def test_the_challenge_is_that_of_the_standard() -> None:
    # The example of RFC 7636, appendix B.
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_a_verifier_is_long_enough() -> None:
    class Digits:
        def new(self) -> str:
            return "0123456789abcdef" * 2

        def jitter(self) -> float:
            return 0.5

    assert 43 <= len(new_verifier(Digits())) <= 128
