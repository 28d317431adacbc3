"""What an address says about the host behind it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from loopdesk.core.errors import HostRefused

_HTTPS_PORT = 443
_HTTP_PORT = 80


def is_loopback(host: str) -> bool:
    """Say whether a host name can only ever mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(host: str) -> bool:
    """Say whether a host is a name, or an address that is no private network's."""
    if host == "localhost":
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return True


def host_of(url: str) -> str:
    """Return the host of a web address, lower case.

    Raises:
        HostRefused: it has none, or the address is not one of http and https.
    """
    return _split(url)[1]


def authority(url: str) -> str:
    """Return host and port of a web address, the port left out where it is that of https.

    Raises:
        HostRefused: it has none, or it would go over plain http to another machine.
    """
    scheme, host, port = _split(url)
    if scheme == "http" and not is_loopback(host):
        raise HostRefused(host)
    shown = f"[{host}]" if ":" in host else host
    return shown if port == _HTTPS_PORT else f"{shown}:{port}"


def origin(url: str) -> str:
    """Return scheme, host and port as they are spelt."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _split(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)
    except ValueError as error:
        raise HostRefused("") from error
    if parts.scheme not in ("http", "https") or not host:
        raise HostRefused(host)
    return parts.scheme, host, port
