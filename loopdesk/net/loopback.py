"""Where the browser brings the answer of a sign-in (RFC 8252): a port on loopback.

Any program and any web page on this machine can send requests here. Only the one that a service
would send, and that knows this sign-in's `state`, ends the wait; every other gets 404.
"""

from __future__ import annotations

import errno
import hmac
import selectors
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import parse_qsl

from loopdesk.core.errors import SignInFailed
from loopdesk.core.seams import Clock
from loopdesk.net import pages

_REQUEST_BYTES = 64 * 1024  # cookies of every other program on this host come along
_REQUEST_S = 10.0
_VISITORS = 64
_TICK_S = 0.1
_FREE_PORT_TRIES = 20
_LISTENS = "0A"
"""How Linux writes that a socket listens."""
_NO_SUCH_FAMILY = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


class RedirectAddress(Protocol):
    """Where a service may send the browser back to; see `providers.api.Redirect`."""

    @property
    def host(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def ports(self) -> tuple[int, ...]: ...
    @property
    def both_families(self) -> bool: ...


class Flag(Protocol):
    """A flag that another thread may set, such as `threading.Event`."""

    def is_set(self) -> bool: ...


@dataclass(eq=False, slots=True)
class _Visitor:
    connection: socket.socket
    until: float
    received: bytearray = field(default_factory=bytearray)
    answered: bool = False


class Receiver:
    """Listens for one answer, from `with` to its end; one thread serves all visitors.

    A visitor that is slow, silent or too long holds up nobody else and is dropped after a while.
    """

    def __init__(self, redirect: RedirectAddress, clock: Clock) -> None:
        self._redirect = redirect
        self._clock = clock
        self._visitors: list[_Visitor] = []
        self._early: list[tuple[_Visitor, dict[str, str]]] = []
        self._held: _Visitor | None = None
        # Each is set once, by one thread, and read by the other after `_nudge` or `_came`.
        self._state: str | None = None
        self._answer: dict[str, str] | None = None
        self._ok: bool | None = None
        self._leaving = False
        self._came = Event()

    def __enter__(self) -> Self:
        """Begin to listen.

        Raises:
            SignInFailed: each port that may be used is taken.
        """
        self._listeners = _listen(self._redirect)
        port = self._listeners[0].getsockname()[1]
        self._authority = f"{self._redirect.host}:{port}"
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        for listener in self._listeners:
            self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._woken, selectors.EVENT_READ, lambda: self._woken.recv(64))
        self._thread = Thread(target=self._serve, name="sign-in", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening; a browser that still waits is told that nothing was connected."""
        self._leaving = True
        self._nudge()
        self._thread.join()
        self._selector.close()
        for opened in [*self._listeners, self._woken, self._waker]:
            opened.close()

    @property
    def redirect_uri(self) -> str:
        return f"http://{self._authority}{self._redirect.path}"

    def wait(self, state: str, seconds: float, cancelled: Flag) -> dict[str, str]:
        """Return the query of the answer to the sign-in that `state` stands for.

        The browser is kept waiting until `finish`.

        Raises:
            SignInFailed: timed-out or cancelled.
        """
        ends_at = self._clock.monotonic() + seconds
        self._state = state
        self._nudge()
        while not self._came.wait(_TICK_S):
            if cancelled.is_set():
                raise SignInFailed("cancelled")
            if self._clock.monotonic() >= ends_at:
                raise SignInFailed("timed-out")
        return self._answer or {}

    def finish(self, ok: bool) -> None:
        """Show the person in the browser how it ended."""
        self._ok = ok
        self._nudge()

    def _nudge(self) -> None:
        self._waker.send(b"!")

    # Everything below runs in the one thread that serves.

    def _serve(self) -> None:
        while True:
            for key, _ in self._selector.select(_TICK_S):
                handle: Callable[[], object] = key.data
                handle()
            if self._state is not None:
                early, self._early = self._early, []
                for visitor, query in early:
                    self._judge(visitor, query, self._state)
            if self._held and (self._ok is not None or self._leaving):
                self._reply(self._held, pages.CONNECTED if self._ok else pages.NOT_CONNECTED)
                self._held = None
            if self._leaving:
                for visitor in list(self._visitors):
                    self._drop(visitor)
                return
            now = self._clock.monotonic()
            for visitor in [them for them in self._visitors if them.until < now]:
                if visitor is not self._held:
                    self._drop(visitor)

    def _accept(self) -> None:
        for listener in self._listeners:
            with suppress(OSError):
                connection, _ = listener.accept()
                connection.setblocking(False)
                visitor = _Visitor(connection, self._clock.monotonic() + _REQUEST_S)
                self._visitors.append(visitor)
                self._selector.register(
                    connection, selectors.EVENT_READ, lambda them=visitor: self._read(them)
                )
        waiting = [visitor for visitor in self._visitors if visitor is not self._held]
        for visitor in waiting[:-_VISITORS]:
            self._drop(visitor)

    def _read(self, visitor: _Visitor) -> None:
        if visitor not in self._visitors:
            return  # it was dropped after the selector had seen it speak
        try:
            piece = visitor.connection.recv(_REQUEST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._drop(visitor)
            return
        if visitor.answered:
            return
        visitor.received += piece
        if len(visitor.received) > _REQUEST_BYTES:
            self._reply(visitor, pages.NOT_FOUND)
        elif b"\r\n\r\n" in visitor.received:
            # An address without a path is asked for by "/".
            path = self._redirect.path or "/"
            query = _query(bytes(visitor.received), path, self._authority)
            visitor.answered = True
            if query is None:
                self._reply(visitor, pages.NOT_FOUND)
            elif self._state is None:
                # The browser may be faster than whoever opened it.
                self._early.append((visitor, query))
            else:
                self._judge(visitor, query, self._state)

    def _judge(self, visitor: _Visitor, query: dict[str, str], state: str) -> None:
        if not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
            self._reply(visitor, pages.NOT_FOUND)
        elif self._answer is not None:
            self._reply(visitor, pages.ALREADY)
        else:
            self._answer = query
            self._held = visitor
            self._came.set()

    def _reply(self, visitor: _Visitor, page: bytes) -> None:
        visitor.answered = True
        with suppress(OSError):
            # A page is far smaller than what the system takes at once from a fresh connection.
            visitor.connection.send(page)
            visitor.connection.shutdown(socket.SHUT_WR)

    def _drop(self, visitor: _Visitor) -> None:
        self._visitors.remove(visitor)
        self._early = [pair for pair in self._early if pair[0] is not visitor]
        if self._held is visitor:
            self._held = None
        self._selector.unregister(visitor.connection)
        visitor.connection.close()


def _query(request: bytes, path: str, authority: str) -> dict[str, str] | None:
    """Return the query of a request such as a service's redirect makes, or None for any other."""
    try:
        head, body = request.decode("ascii").split("\r\n\r\n", 1)
    except UnicodeDecodeError:
        return None
    request_line, *lines = head.split("\r\n")
    method, _, rest = request_line.partition(" ")
    target, _, version = rest.partition(" ")
    asked, _, query = target.partition("?")
    if method != "GET" or version not in ("HTTP/1.1", "HTTP/1.0") or asked != path or body:
        return None
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip() or name.lower() in headers:
            return None
        headers[name.lower()] = value.strip()
    # Another host name would be a page that had this address put behind its own name; an origin or
    # another mode than going to a page would be a script, a frame or a picture.
    if (
        headers.get("host") != authority
        or headers.get("origin", "null") != "null"
        or headers.get("sec-fetch-mode", "navigate") != "navigate"
        or headers.get("sec-fetch-dest", "document") != "document"
    ):
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        return None
    return dict(pairs) if len(dict(pairs)) == len(pairs) else None


def _listen(redirect: RedirectAddress) -> list[socket.socket]:
    families = [(socket.AF_INET, "127.0.0.1")]
    if redirect.both_families and socket.has_ipv6:
        families.append((socket.AF_INET6, "::1"))
    for port in redirect.ports or (0,) * _FREE_PORT_TRIES:
        if listeners := _listen_at(port, families):
            return listeners
    holders = [(port, _holder(port)) for port in redirect.ports]
    told = ", ".join(f"{port} ({name})" if name else str(port) for port, name in holders)
    raise SignInFailed(f"port-busy:{told}" if told else "port-busy")


def _holder(port: int) -> str:
    """Return the name of the program that listens on a port, "" where it cannot be told.

    Only Linux says it, and only of the person's own programs.
    """
    inodes: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            rows = [line.split() for line in Path(table).read_text("ascii").splitlines()[1:]]
            listening = (row for row in rows if row[3] == _LISTENS)
            inodes |= {row[9] for row in listening if int(row[1].rpartition(":")[2], 16) == port}
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").glob("[0-9]*") if wanted else ():
        with suppress(OSError):  # somebody else's, or over by now
            for held in list((process / "fd").iterdir()):
                with suppress(OSError):
                    if str(held.readlink()) in wanted:
                        name = (process / "comm").read_text("utf-8", "replace").strip()
                        return "".join(one for one in name if one.isprintable() and one != ":")
    return ""


def _listen_at(
    port: int, families: Iterable[tuple[socket.AddressFamily, str]]
) -> list[socket.socket]:
    """Return listeners on one port of all families, or none where one of them is taken."""
    listeners: list[socket.socket] = []
    for family, address in families:
        listener = socket.socket(family, socket.SOCK_STREAM)
        # So that a port of the last minute is free again; on Windows the same option would share
        # the port with whoever asks, and its opposite is wanted.
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        listener.setsockopt(socket.SOL_SOCKET, exclusive or socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen()
        except OSError as error:
            listener.close()
            if listeners and error.errno in _NO_SUCH_FAMILY:
                continue  # this machine has no such family, so nobody else can hold it either
            for other in listeners:
                other.close()
            return []
        listener.setblocking(False)
        listeners.append(listener)
        port = listener.getsockname()[1]
    return listeners
