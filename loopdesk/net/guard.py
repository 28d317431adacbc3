"""Which hosts may be spoken to, and which were."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock, local

import requests

from loopdesk.core.errors import HostRefused
from loopdesk.core.seams import Clock
from loopdesk.net.address import authority, host_of, is_loopback, is_public


@dataclass(frozen=True, slots=True)
class Spoken:
    """A host that was spoken to.

    Args:
        host: with its port where that is not the one of https.
        once: no connected service needs it; it was one request that the person asked for.
        protocol: "TLSv1.3" and the like, or "" where nothing was encrypted (loopback).
    """

    host: str
    first_at: datetime
    last_at: datetime
    count: int
    once: bool
    protocol: str = ""
    cipher: str = ""


class Guard:
    """Refuses, before a connection is made, each host that no connected service needs.

    One for the whole process; safe to use from all lanes.
    """

    def __init__(self, clock: Clock, *, loopback_only: bool = False) -> None:
        self._clock = clock
        self._loopback_only = loopback_only
        self._lock = Lock()
        self._allowed: dict[str, frozenset[str]] = {}
        self._permits = local()
        self._secured: dict[str, tuple[str, str]] = {}
        self._spoken: dict[str, Spoken] = {}

    def allow(self, service: str, authorities: frozenset[str]) -> None:
        """Let through what a connected service, or one being connected, needs."""
        with self._lock:
            self._allowed[service] = authorities

    def withdraw(self, service: str) -> None:
        """Refuse again what only this service needed."""
        with self._lock:
            self._allowed.pop(service, None)

    @contextmanager
    def permit(self, url: str) -> Iterator[None]:
        """Let one request of this thread to exactly this address through.

        Raises:
            HostRefused: an address that came from outside points into this machine or its network.
        """
        address = _prepared(url)
        host = authority(address)
        if not is_public(host_of(address)) and not self._is_allowed(host):
            raise HostRefused(host)
        self._permits.address = address
        try:
            yield
        finally:
            self._permits.address = None

    def admit(self, url: str) -> None:
        """Note one request about to be made.

        Raises:
            HostRefused: it must not be made.
        """
        host = authority(url)
        once = not self._is_allowed(host)
        if once and getattr(self._permits, "address", None) != url:
            raise HostRefused(host)
        if self._loopback_only and not is_loopback(host_of(url)):
            raise HostRefused(host)
        self._permits.address = None
        now = self._clock.now()
        with self._lock:
            known = self._spoken.get(host, Spoken(host, now, now, 0, once))
            self._spoken[host] = replace(known, last_at=now, count=known.count + 1)

    def arrived(self, url: str, connected: socket.socket) -> None:
        """Look where a connection led: a name may be that of something inside.

        Raises:
            HostRefused: nothing we are connected to is behind it, and it is no public address.
        """
        if not self._is_allowed(authority(url)) and not is_public(connected.getpeername()[0]):
            raise HostRefused(host_of(url))

    def secured(self, url: str, protocol: str, cipher: str) -> None:
        """Note how the connection to a host is encrypted."""
        with self._lock:
            self._secured[authority(url)] = (protocol, cipher)

    def take_spoken(self) -> tuple[Spoken, ...]:
        """Return what was spoken to since the last call, to be added to what is already known."""
        with self._lock:
            spoken, self._spoken = self._spoken, {}
            return tuple(
                replace(entry, protocol=protocol, cipher=cipher)
                for host, entry in spoken.items()
                for protocol, cipher in [self._secured.get(host, ("", ""))]
            )

    def _is_allowed(self, host: str) -> bool:
        with self._lock:
            return any(host in authorities for authorities in self._allowed.values())


def _prepared(url: str) -> str:
    """Return an address as it looks when it is sent."""
    try:
        return str(requests.Request("GET", url).prepare().url)
    except requests.RequestException as error:
        raise HostRefused("") from error
