"""The one adapter under every session of ours and of the SDKs."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import certifi
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from loopdesk.core.errors import HostRefused
from loopdesk.core.seams import Clock
from loopdesk.net.address import host_of, is_loopback
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.guard import Guard
from loopdesk.net.settings import Network

TIMEOUT_S = (5.0, 30.0)
_WHOLE_ANSWER_S = 300.0
_LARGEST_ANSWER_BYTES = 128 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Way:
    """How an SDK reaches an address over a socket that it opens by itself.

    Args:
        proxy: "" where none lies between.
    """

    context: ssl.SSLContext
    proxy: str = ""


class Transport(BaseAdapter):
    """Maps public addresses to their places, asks the guard, and keeps connections open.

    Certificates are checked whatever a caller says. Nothing is tried twice here: when to try again
    is a lane's decision.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        guard: Guard,
        clock: Clock,
        network: Network,
        ca_file: Path | None = None,
    ) -> None:
        """Make the transport of one service.

        Args:
            ca_file: certificates trusted besides the public authorities.
        """
        super().__init__()
        self._endpoints = endpoints
        self._guard = guard
        self._clock = clock
        self._network = network
        self._context = _context(ca_file)
        self._connections = _Connections(self._context, guard)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: object = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request to where its address is mapped, and read the whole answer.

        Args:
            verify, cert, proxies: what `requests` passes along; settings decide these, not callers.
        Raises:
            HostRefused: no connection was made.
        """
        placed = request.copy()
        placed.url = self._endpoints.place(str(request.url))
        self._guard.admit(placed.url)
        response = self._connections.send(
            placed,
            timeout=timeout or TIMEOUT_S,
            proxies=self._proxies(placed.url),
        )
        # Redirects are resolved, and errors told, by the address that the caller used.
        response.request = request
        response.url = str(request.url)
        if not stream:
            read_body(response, self._clock, _LARGEST_ANSWER_BYTES)
        return response

    def way(self, url: str) -> Way:
        """Return how a connection is made that is not made here.

        Raises:
            HostRefused: it must not be made.
        """
        self._guard.admit(url)
        return Way(self._context, self._proxies(url).get("https", ""))

    def close(self) -> None:
        self._connections.close()

    def _proxies(self, url: str) -> dict[str, str]:
        if is_loopback(host_of(url)):
            return {}
        if self._network.use_environment:
            return dict(get_environ_proxies(url, no_proxy=None))
        return {"https": self._network.proxy} if self._network.proxy else {}


class _Connections(HTTPAdapter):
    """`requests`' own adapter with our certificates, which no caller can switch off."""

    def __init__(self, context: ssl.SSLContext, guard: Guard) -> None:
        self._context = context
        self._pool = _secure_pool(guard)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
        self._install(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)
        self._install(manager)
        return manager

    def _install(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": self._pool}

    def cert_verify(self, *args: object, **kwargs: object) -> None:
        """Leave the pool alone: the context holds the certificates, and they are always checked."""


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


def read_body(response: requests.Response, clock: Clock, largest_bytes: int) -> None:
    """Read an answer's body, which must be neither endless nor a wait without end.

    Raises:
        requests.RequestException: it is too long, too slow, cut or packed wrongly.
    """
    ends_at = clock.monotonic() + _WHOLE_ANSWER_S
    body = bytearray()
    try:
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > largest_bytes or clock.monotonic() > ends_at:
                response.close()
                raise requests.exceptions.ReadTimeout("too long", request=response.request)
    except HTTPError as error:
        response.close()
        raise requests.exceptions.ChunkedEncodingError(error, request=response.request) from error
    response.raw.release_conn()
    response._content = bytes(body)
    response._content_consumed = True  # type: ignore[attr-defined]


def _secure_pool(guard: Guard) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            # Through a proxy the other end is the proxy, and the name is resolved there.
            if self.proxy is None:
                try:
                    guard.arrived(f"https://{_shown(self.host)}:{self.port}", connected)
                except HostRefused as error:
                    connected.close()
                    raise NewConnectionError(self, "inside") from error
            return connected

        def connect(self) -> None:
            try:
                super().connect()
            except (OSError, HTTPException) as error:
                # A failed handshake or tunnel would look like an answer that was lost, although no
                # part of the request has left.
                raise NewConnectionError(self, type(error).__name__) from error
            tunnel: str | None = self._tunnel_host
            port = self._tunnel_port if tunnel else self.port
            host = tunnel or self.host
            if isinstance(self.sock, ssl.SSLSocket):
                cipher = self.sock.cipher()
                guard.secured(
                    f"https://{_shown(host)}:{port}",
                    self.sock.version() or "",
                    cipher[0] if cipher else "",
                )

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
