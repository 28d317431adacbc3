"""Real requests to servers on loopback: what is mapped, refused, checked, and how it can fail."""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from loopdesk import __version__
from loopdesk.core.errors import AnswerLost, HostRefused, Offline, RateLimited, ServiceDown
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.guard import Guard
from loopdesk.net.http import Http, open_http, translated
from loopdesk.net.settings import Network
from tests.net.conftest import Site, StillClock

API = "https://api.example/v1"
PUBLIC = {"api.main": API}
HOSTS = ["api.example"]


@pytest.fixture
def guard(clock: StillClock) -> Guard:
    return Guard(clock)


@pytest.fixture
def http_to(clock: StillClock, guard: Guard) -> Callable[..., Http]:
    def build(place: str, ca_file: Path | None = None, network: Network | None = None) -> Http:
        endpoints = Endpoints(PUBLIC, {"api.main": place})
        guard.allow("example", endpoints.authorities(HOSTS))
        return open_http(endpoints, guard, clock, network or Network(), ca_file)

    return build


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve each connection with a function that holds the bare socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def answering(
    status: int, headers: dict[str, str], body: bytes = b""
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_public_address_is_reached_where_it_is_mapped(
    site: Site, http_to: Callable[..., Http], guard: Guard, clock: StillClock
) -> None:
    http = http_to(f"{site.url}/example/v1")
    reply = http.request("GET", f"{API}/things", params={"q": "ä b"}, token="secret")
    http.request("POST", "https://api.example/batch", data=b"x")

    assert (reply.status_code, reply.content, reply.url) == (200, b"ok", f"{API}/things?q=%C3%A4+b")
    assert [(method, path) for method, path, _ in site.asked] == [
        ("GET", "/example/v1/things?q=%C3%A4+b"),
        ("POST", "/example/batch"),
    ]
    headers = site.asked[0][2]
    assert headers["User-Agent"] == f"LoopDesk/{__version__}"
    assert headers["Authorization"] == "Bearer secret"
    assert len(site.connections) == 1  # kept open between the two
    [spoken] = guard.take_spoken()
    assert (spoken.host, spoken.count, spoken.once) == (site.url.removeprefix("http://"), 2, False)
    assert spoken.first_at == spoken.last_at == clock.now()
    assert guard.take_spoken() == ()


def test_an_sdks_own_session_travels_the_same_way(
    site: Site, http_to: Callable[..., Http], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with requests.Session() as session:
        http_to(site.url + "/v1").equip(session)
        site.answer = answering(200, {"Set-Cookie": "a=b"})
        assert session.get(f"{API}/a").status_code == 200
        site.answer = answering(302, {"Location": "/v1/there"})
        with pytest.raises(requests.TooManyRedirects):
            session.get(f"{API}/b")
        assert "Cookie" not in site.asked[-1][2]
        assert site.asked[-1][1] == "/v1/there"
        site.answer = answering(302, {"Location": "https://elsewhere.example/"})
        with pytest.raises(HostRefused, match=r"elsewhere\.example"):
            session.get(f"{API}/c")


def test_redirects_are_not_followed_unasked(site: Site, http_to: Callable[..., Http]) -> None:
    site.answer = answering(302, {"Location": "https://elsewhere.example/"})
    assert http_to(site.url).request("GET", API).status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "https://api.example.evil.example/v1",
        "https://api.example@evil.example/v1",
        "https://api.example:444/v1",
        "http://api.example/v1",
        "http://10.0.0.1/",
    ],
)
def test_a_host_that_nobody_needs_is_refused(
    url: str, site: Site, http_to: Callable[..., Http], guard: Guard
) -> None:
    with pytest.raises(HostRefused):
        http_to(site.url).request("GET", url)
    assert guard.take_spoken() == ()


def test_a_service_that_is_gone_is_refused(
    site: Site, http_to: Callable[..., Http], guard: Guard
) -> None:
    http = http_to(site.url)
    guard.withdraw("example")
    with pytest.raises(HostRefused):
        http.request("GET", API)


def test_the_demo_refuses_whatever_is_not_loopback(clock: StillClock) -> None:
    guard = Guard(clock, loopback_only=True)
    guard.allow("example", frozenset({"api.example", "127.0.0.1:8700"}))
    guard.admit("http://127.0.0.1:8700/v1")
    with pytest.raises(HostRefused):
        guard.admit("https://api.example/v1")
    with pytest.raises(HostRefused), guard.permit("https://list.example/bye"):
        guard.admit("https://list.example/bye")


def test_an_exception_is_one_request_to_one_address(clock: StillClock) -> None:
    guard = Guard(clock)
    bye = "https://list.example/bye?x=1"
    with guard.permit(bye):
        with pytest.raises(HostRefused):
            guard.admit("https://list.example/other")
        guard.admit(bye)
        with pytest.raises(HostRefused):
            guard.admit(bye)
    with pytest.raises(HostRefused):
        guard.admit(bye)
    [spoken] = guard.take_spoken()
    assert (spoken.host, spoken.once) == ("list.example", True)


@pytest.mark.parametrize(
    "url",
    [
        "http://list.example/bye",
        "https://127.0.0.1/bye",
        "https://192.168.1.1/bye",
        "https://[::1]/bye",
        "https://localhost/bye",
        "https://",
        "mailto:list@example.org",
        "https://list.example:port/",
    ],
)
def test_an_exception_never_leads_into_this_machine_or_its_network(
    url: str, clock: StillClock
) -> None:
    with pytest.raises(HostRefused), Guard(clock).permit(url):
        pass


def test_one_click_goes_to_a_stand_in_that_is_connected(
    site: Site, http_to: Callable[..., Http]
) -> None:
    assert http_to(site.url).once("POST", f"{site.url}/bye", data=b"x").status_code == 200


def test_certificates_are_checked_whatever_the_caller_says(
    secure_site: Site, http_to: Callable[..., Http], guard: Guard, certificate: Path
) -> None:
    http = http_to(secure_site.url)
    with pytest.raises(Offline):
        http.request("GET", API)
    with translated_offline():
        http.session.get(API, verify=False)
    with translated_offline():
        http.session.get(API, verify=str(certificate))
    assert secure_site.asked == []

    guard.take_spoken()
    trusting = http_to(secure_site.url, ca_file=certificate)
    assert trusting.request("GET", API).content == b"ok"
    [spoken] = guard.take_spoken()
    assert spoken.protocol == "TLSv1.3"
    assert spoken.cipher.startswith("TLS_")


def test_old_tls_is_refused(
    secure_site: Site,
    server_context: ssl.SSLContext,
    http_to: Callable[..., Http],
    certificate: Path,
) -> None:
    server_context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        server_context.maximum_version = ssl.TLSVersion.TLSv1_1
    server_context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(Offline):
        http_to(secure_site.url, ca_file=certificate).request("GET", API)


@contextmanager
def translated_offline() -> Iterator[None]:
    with pytest.raises(Offline), translated():
        yield


def test_nobody_there_is_offline(http_to: Callable[..., Http]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Offline):
        http_to(f"http://127.0.0.1:{port}").request("GET", API)


def test_a_proxy_is_used_for_the_internet_and_not_for_loopback(
    site: Site, http_to: Callable[..., Http], guard: Guard
) -> None:
    asked: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        asked.append(connection.recv(1000).split(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")

    with raw_server(refuse) as proxy:
        network = Network(proxy=proxy.removesuffix("/v1"))
        assert http_to(site.url, network=network).request("GET", API).content == b"ok"
        with pytest.raises(Offline):
            http_to(API, network=network).request("GET", API)
    assert asked == [b"CONNECT api.example:443 HTTP/1.0"]


def test_the_environment_is_read_only_where_that_is_set(
    site: Site, http_to: Callable[..., Http], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine api.example login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    asked: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        asked.append(connection.recv(1000).split(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")

    with raw_server(refuse) as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.removesuffix("/v1"))
        http_to(site.url).request("GET", API)
        assert "Authorization" not in site.asked[-1][2]
        willing = Network(use_environment=True)
        assert http_to(site.url, network=willing).request("GET", API).content == b"ok"
        assert asked == []
        with pytest.raises(Offline):
            http_to(API, network=willing).request("GET", API)
    assert asked == [b"CONNECT api.example:443 HTTP/1.0"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"nonsense\r\n\r\n",
    ],
)
def test_an_answer_that_is_cut_or_nonsense_is_lost(
    answer: bytes, http_to: Callable[..., Http]
) -> None:
    def cut(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(answer)

    with raw_server(cut) as place, pytest.raises(AnswerLost):
        http_to(place).request("POST", API)


def test_an_answer_that_never_comes_is_lost(http_to: Callable[..., Http]) -> None:
    def wait(connection: socket.socket) -> None:
        while connection.recv(1000):
            pass

    with raw_server(wait) as place, pytest.raises(AnswerLost):
        http_to(place).request("GET", API, timeout=(5, 0.05))


def test_an_answer_that_drips_for_ever_is_lost(
    http_to: Callable[..., Http], clock: StillClock
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            while True:
                clock.passed_s += 60
                connection.sendall(b"x")
        except OSError:
            pass

    with raw_server(drip) as place, pytest.raises(AnswerLost):
        http_to(place).request("GET", API)


def test_a_chunked_and_packed_answer_is_read_whole(
    site: Site, http_to: Callable[..., Http]
) -> None:
    body = gzip.compress(b"text " * 100_000)

    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        for start in range(0, len(body), 100):
            piece = body[start : start + 100]
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    site.answer = chunked
    http = http_to(site.url)
    assert http.request("GET", API).content == b"text " * 100_000
    assert http.request("GET", API).text == "text " * 100_000
    assert len(site.connections) == 1


@pytest.mark.parametrize(
    ("said", "after_s"),
    [
        ("30", 30),
        ("Wed, 25 Nov 2026 09:02:00 GMT", 120),
        ("9" * 5000, 365 * 86_400),
        ("\u00b2", None),
        ("soon", None),
        (None, None),
    ],
    ids=["seconds", "date", "endless", "no digit", "word", "nothing"],
)
def test_too_fast_says_when_to_come_back(
    said: str | None,
    after_s: int | None,
    site: Site,
    http_to: Callable[..., Http],
    clock: StillClock,
) -> None:
    site.answer = answering(429, {"Retry-After": said} if said else {})
    with pytest.raises(RateLimited) as caught:
        http_to(site.url).request("GET", API)
    expected = None if after_s is None else clock.now() + timedelta(seconds=after_s)
    assert caught.value.retry_at == expected


def test_other_statuses(site: Site, http_to: Callable[..., Http]) -> None:
    http = http_to(site.url)
    site.answer = answering(503, {})
    with pytest.raises(ServiceDown) as caught:
        http.request("GET", API)
    assert caught.value.status == 503
    assert http.request("GET", API, allow={503}).status_code == 503
    site.answer = answering(410, {}, b'{"gone": true}')
    assert http.request("GET", API).json() == {"gone": True}


def test_a_name_that_leads_inside_is_refused_before_anything_is_said(
    http_to: Callable[..., Http], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes a mail chooses the names in it, and what those names stand for."""
    said: list[bytes] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        return real("127.0.0.1", *rest, **more)  # type: ignore[arg-type]

    with raw_server(lambda connection: said.append(connection.recv(1000))) as place:
        port = urlsplit(place).port
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        with pytest.raises(Offline):
            http_to(API).once("GET", f"https://printer.evil.example:{port}/dot.png")
    # On a busy machine it has closed before anybody took its connection up.
    assert b"".join(said) == b""


def test_of_a_long_answer_no_more_is_read_than_was_allowed(
    site: Site, http_to: Callable[..., Http]
) -> None:
    site.answer = answering(200, {}, b"x" * 1000)
    http = http_to(site.url)
    assert len(http.once("GET", site.url, largest_bytes=1000).content) == 1000
    with pytest.raises(AnswerLost):
        http.once("GET", site.url, largest_bytes=999)
