"""Long poll: Dropbox answers as soon as something in the tree changes.

Source: dropbox.com/developers/documentation/http/documentation#files-list_folder-longpoll (2026-11)
"""

from __future__ import annotations

import base64
import json
import socket
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import unquote, urlsplit

from loopdesk.core.errors import AnswerLost, HostRefused, Offline, ServiceDown
from loopdesk.net.transport import Way
from loopdesk.providers.api import Links
from loopdesk.providers.dropbox import PROVIDER, wire
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.dropbox.refusals import refusal
from loopdesk.providers.dropbox.tree import STREAM
from loopdesk.providers.payload import decode

_URL = f"{PROVIDER.endpoints['api.notify']}/files/list_folder/longpoll"
# The least that Dropbox takes: what cuts idle connections on the way cuts few of these.
_TIMEOUT_S = 30
# Dropbox adds up to 90 s, so that not all come back at once.
_PATIENCE_S = _TIMEOUT_S + 90 + 10
_WAIT_S = 30.0
_LONGEST_ANSWER = 64 * 1024


class Ear:
    """Has a connection of its own, which `hush` can cut. It carries no token."""

    def __init__(self, links: Links, notes: Notes) -> None:
        self._links, self._notes = links, notes
        self._connection: HTTPConnection | None = None
        # What is known to have changed; the pull that brings it has another cursor then.
        self._told = ""
        self._rests_until = links.clock.monotonic()
        self._stopped = False

    def listen(self) -> tuple[str, ...] | None:
        """Wait until the tree changes, and name it.

        Raises:
            Offline, AnswerLost, ServiceDown, RateLimited: there is no way to hear now.
        """
        if self._is_over():
            return None
        cursor, clock = self._notes.cursor, self._links.clock
        rest_s = self._rests_until - clock.monotonic()
        if not cursor or cursor == self._told or rest_s > 0:
            clock.wait(self._notes.moved, min(_WAIT_S, rest_s) if rest_s > 0 else _WAIT_S)
            return ()
        try:
            reply = self._ask(cursor)
        except HostRefused:
            return None  # no sockets of our own can be had here
        except (Offline, AnswerLost):
            if self._is_over():
                return None
            raise
        return None if self._is_over() else self._heard(cursor, *reply)

    def hush(self) -> None:
        self._stopped = True
        self._notes.moved.set()
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _is_over(self) -> bool:
        return self._stopped

    def _heard(self, cursor: str, status: int, body: bytes, wait: str) -> tuple[str, ...]:
        match status:
            case HTTPStatus.OK:
                told = decode(body, wire.Longpoll)
                if told.backoff:
                    self._rests_until = self._links.clock.monotonic() + told.backoff
                if not told.changes:
                    return ()
            case HTTPStatus.TOO_MANY_REQUESTS:
                raise refusal(status, body, "", self._links.clock.now(), wait)
            case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ServiceDown(status)
        # A cursor that is no good any more is seen by the pull, which knows what then.
        self._told = cursor
        return (STREAM.key,)

    def _ask(self, cursor: str) -> tuple[int, bytes, str]:
        """Return status and body of an answer, and how long it wants us to wait."""
        place = self._links.http.place(_URL)
        connection = _open(place, self._links.http.way(place))
        self._connection = connection
        try:
            try:
                connection.connect()
            except (OSError, HTTPException) as error:
                raise Offline from error
            try:
                connection.request(
                    "POST",
                    urlsplit(place).path,
                    json.dumps({"cursor": cursor, "timeout": _TIMEOUT_S}),
                    {"Content-Type": "application/json"},
                )
                reply = connection.getresponse()
                wait = reply.getheader("Retry-After", "")
                return reply.status, reply.read(_LONGEST_ANSWER), wait
            except (OSError, HTTPException) as error:
                raise AnswerLost from error
        finally:
            self._connection = None
            connection.close()


def _open(place: str, way: Way) -> HTTPConnection:
    """Return a connection that is not made yet."""
    parts = urlsplit(place)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(host, parts.port, timeout=_PATIENCE_S)
    if not way.proxy:
        return HTTPSConnection(host, parts.port, timeout=_PATIENCE_S, context=way.context)
    proxy = urlsplit(way.proxy)
    connection = HTTPSConnection(
        proxy.hostname or "", proxy.port, timeout=_PATIENCE_S, context=way.context
    )
    headers = {}
    if proxy.username:
        who = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(who.encode()).decode()}"
    connection.set_tunnel(host, parts.port, headers)
    return connection
