"""The sandbox on a port of this computer."""

from __future__ import annotations

import errno
import secrets
import select
import socket
import sys
import threading
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from loopdesk.sandbox import websocket
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response

_LOOPBACK = "127.0.0.1"
_NAMES = {"127.0.0.1", "localhost", "::1"}
_MOST_BYTES = 64 * 1024 * 1024
_PIECES = 20
_SPEAK_S = 0.05
_PING_ROUNDS = 600


class PortBusy(OSError):  # noqa: N818 - a state, as in core.errors
    """The port is in use; another one, or 0 for any, would do."""


class Server:
    """A running sandbox. `close` ends it and every open connection.

    Where it serves a person's own mail its address holds a secret: other users of this computer
    can reach the port too.
    """

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        self._http = _Http(sandbox, port)
        self.port: int = self._http.server_address[1]
        self._http.path = f"/{secrets.token_urlsafe(18)}" if sandbox.is_private else ""
        self.url = f"http://{_LOOPBACK}:{self.port}{self._http.path}"
        self._http.base_url = self.url
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._http.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._http.end_connections()
        self._thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(sandbox: Sandbox, port: int = 0) -> Server:
    """Serve on this port of 127.0.0.1; 0 takes a free one.

    Raises:
        PortBusy: somebody else has the port.
    """
    return Server(sandbox, port)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    # Threads of connections are ended by closing these.
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        self.base_url = ""
        self.path = ""
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.parallel: Counter[str] = Counter()
        self._open: set[Any] = set()
        try:
            super().__init__((_LOOPBACK, port), _Handler)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortBusy(error.errno, f"port {port} is in use") from error
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in list(self._open):
            self.shutdown_request(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A program that hung up is no news.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http
    # The answer leaves in one piece and at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 120

    def _answer(self) -> None:
        refused = self._refusal()
        if refused is not None:
            self.close_connection = True
            self._write(Response(refused))
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.removeprefix(self.server.path).partition("?")
        user = self.headers.get("Authorization", "")
        server = self.server
        with server.lock:
            server.parallel[user] += 1
            parallel = server.parallel[user]
        try:
            headers = dict(self.headers.items())
            request = Request(self.command, path, query, headers, body, parallel, may_wait=True)
            if websocket.is_asked(request):
                self._talk(request)
                return
            with server.lock:
                response = server.sandbox.handle(request, server.base_url)
            if response.over is None or self._wait(response):
                self._write(response)
        finally:
            with server.lock:
                server.parallel[user] -= 1

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - their names

    def _wait(self, response: Response) -> bool:
        """Wait until it is known what the answer is; return whether somebody still wants it."""
        server, answer = self.server, None
        while answer is None:
            if server.stopping.wait(_SPEAK_S) or self._has_hung_up():
                self.close_connection = True
                return False
            with server.lock:
                server.sandbox.pass_time()
                answer = response.over() if response.over else response
        response.status, response.headers = answer.status, response.headers | answer.headers
        response.body = answer.body
        return True

    def _has_hung_up(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _talk(self, request: Request) -> None:
        """Go on as a connection over which both sides speak when they like."""
        self.close_connection = True
        server = self.server
        with server.lock:
            talker = server.sandbox.enter(request)
        if talker is None:
            self._write(Response(HTTPStatus.NOT_FOUND))
            return
        self.wfile.write(websocket.greeting(request))
        self.wfile.flush()
        connection = websocket.WebSocket(self.rfile, self.wfile)
        speaking = threading.Thread(target=self._speak, args=(talker, connection), daemon=True)
        speaking.start()
        try:
            while True:
                text = connection.read()
                with server.lock:
                    talker.take(text)
        except websocket.Closed as closed:
            with suppress(OSError):
                connection.close(closed.code)
        except OSError:
            pass
        finally:
            with server.lock:
                talker.close()
            speaking.join()

    def _speak(self, talker: websocket.Talker, connection: websocket.WebSocket) -> None:
        """Say what is due until it is over."""
        server, rounds = self.server, 0
        with suppress(OSError):
            while not server.stopping.wait(_SPEAK_S):
                with server.lock:
                    server.sandbox.pass_time()
                    due, is_over = talker.due(), talker.is_over
                for text in due:
                    connection.write(text)
                rounds += 1
                if rounds % _PING_ROUNDS == 0:
                    connection.ping()
                if is_over:
                    break
            connection.close(websocket.GOING_AWAY)

    def _refusal(self) -> HTTPStatus | None:
        """Say why a request goes no further: a page of another site may reach us through a
        browser, but neither under our name nor as itself."""
        if not self.path.startswith(f"{self.server.path}/"):
            return HTTPStatus.NOT_FOUND
        if not _is_ours(f"//{self.headers.get('Host', '')}"):
            return HTTPStatus.MISDIRECTED_REQUEST
        origin = self.headers.get("Origin")
        if origin is not None and not _is_ours(origin):
            return HTTPStatus.FORBIDDEN
        length = self.headers.get("Content-Length") or "0"
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            return HTTPStatus.LENGTH_REQUIRED
        if int(length) > _MOST_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return None

    def _write(self, response: Response) -> None:
        stopping = self.server.stopping
        if response.delay_s:
            stopping.wait(response.delay_s)
        if response.dropped or response.cut:
            self.close_connection = True
        if response.dropped:
            return
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = b"" if self.command == "HEAD" else response.body
        if response.cut:
            body = body[: len(body) // 2]
        if not response.slow_s:
            self.wfile.write(head + body)
            return
        self.wfile.write(head)
        step = max(1, len(body) // _PIECES)
        for start in range(0, len(body), step):
            self.wfile.flush()
            stopping.wait(response.slow_s / _PIECES)
            self.wfile.write(body[start : start + step])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the sandbox keeps its own log."""


def _is_ours(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _NAMES
    except ValueError:
        return False
