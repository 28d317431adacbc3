"""The part of a profile's `config.toml` that says where services live and how to reach them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loopdesk.core.errors import BadSettings
from loopdesk.net.address import is_loopback

_DEFAULT_PROFILE = "default"
_DEMO_PROFILE = "demo"


@dataclass(frozen=True, slots=True)
class Network:
    """How the internet is reached.

    Args:
        proxy: "" for directly.
        elsewhere: where a stand-in keeps the hosts that are no service's; "" for where they are.
    """

    proxy: str = ""
    use_environment: bool = False
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the person set for one service.

    Args:
        endpoints: place by name of setting ("token_url", "api.gmail").
        ca_file: certificates trusted besides the public authorities.
        limits: "real" keeps below the service's quotas; "off" is for a stand-in without any.
    """

    client_id: str = ""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    ca_file: Path | None = None
    limits: str = "real"


@dataclass(frozen=True, slots=True)
class Settings:
    """A checked `config.toml`; without one, everything is public."""

    services: Mapping[str, ServiceSettings] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    loopback_only: bool = False

    def service(self, key: str) -> ServiceSettings:
        return self.services.get(key, ServiceSettings())


def load_settings(file: Path, profile: str, endpoints: Mapping[str, Mapping[str, str]]) -> Settings:
    """Read and check a profile's `config.toml`; a missing one means no settings.

    Args:
        profile: its name; the default one needs `stand_in = true` for services on loopback, and
            the demo takes nothing else.
        endpoints: the known services, each with its public addresses by name of setting.
    Raises:
        BadSettings: `where` is the key that is wrong.
    """
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Settings(loopback_only=profile == _DEMO_PROFILE)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings("config.toml", "unreadable") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings("config.toml", "not-toml") from error
    return _Reader(file.parent, profile, endpoints).read(table)


class _Reader:
    def __init__(
        self, folder: Path, profile: str, endpoints: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._folder = folder
        self._profile = profile
        self._endpoints = endpoints
        self._stand_in = profile != _DEFAULT_PROFILE

    def read(self, table: Mapping[str, Any]) -> Settings:
        _only_known("", table, {"stand_in", "services", "network"})
        self._stand_in = _typed(table, "stand_in", "", bool, self._stand_in)
        services = _typed(table, "services", "", dict, {})
        _only_known("services", services, self._endpoints)
        return Settings(
            services={
                key: self._service(key, _typed(services, key, "services", dict, {}))
                for key in services
            },
            network=self._network(_typed(table, "network", "", dict, {})),
            loopback_only=self._profile == _DEMO_PROFILE,
        )

    def _service(self, key: str, table: Mapping[str, Any]) -> ServiceSettings:
        where = f"services.{key}"
        public = self._endpoints[key]
        # A dotted key of TOML is a table in a table; names of settings are dotted as written.
        flat: dict[str, Any] = {}
        for name, value in table.items():
            if isinstance(value, dict):
                flat |= {f"{name}.{inner}": place for inner, place in value.items()}
            else:
                flat[name] = value
        _only_known(where, flat, {*public, "client_id", "ca_file", "limits"})
        return ServiceSettings(
            client_id=_typed(flat, "client_id", where, str, ""),
            endpoints={
                name: self._place(_typed(flat, name, where, str, ""), f"{where}.{name}", default)
                for name, default in public.items()
                if name in flat
            },
            limits=self._limits(_typed(flat, "limits", where, str, "real"), f"{where}.limits"),
            ca_file=self._ca_file(_typed(flat, "ca_file", where, str, ""), f"{where}.ca_file"),
        )

    def _place(self, place: str, where: str, default: str) -> str:
        scheme, host = _web_address(place, where)
        if scheme == "http" and not is_loopback(host):
            raise BadSettings(where, "needs-https")
        if is_loopback(host) and not self._stand_in:
            raise BadSettings(where, "needs-stand-in")
        if self._profile == _DEMO_PROFILE and not is_loopback(host):
            raise BadSettings(where, "not-loopback")
        # Paths are joined to a base as they are joined to its public default.
        if place.endswith("/") != default.endswith("/"):
            raise BadSettings(where, "trailing-slash")
        return place

    def _limits(self, limits: str, where: str) -> str:
        if limits not in ("real", "off"):
            raise BadSettings(where, "real-or-off")
        return limits

    def _ca_file(self, name: str, where: str) -> Path | None:
        if not name:
            return None
        file = self._folder / name
        if not file.is_file():
            raise BadSettings(where, "no-such-file")
        return file

    def _network(self, table: Mapping[str, Any]) -> Network:
        _only_known("network", table, {"proxy", "use_environment", "elsewhere"})
        proxy = _typed(table, "proxy", "network", str, "")
        use_environment = _typed(table, "use_environment", "network", bool, False)
        if proxy and _web_address(proxy, "network.proxy")[0] != "http":
            raise BadSettings("network.proxy", "not-http")
        if proxy and use_environment:
            raise BadSettings("network.use_environment", "proxy-given-too")
        elsewhere = _typed(table, "elsewhere", "network", str, "")
        if elsewhere and not is_loopback(_web_address(elsewhere, "network.elsewhere")[1]):
            raise BadSettings("network.elsewhere", "not-loopback")
        if elsewhere:
            self._place(elsewhere, "network.elsewhere", "https://host")
        return Network(proxy, use_environment, elsewhere)


def _only_known(where: str, table: Mapping[str, Any], known: Any) -> None:
    for name in table:
        if name not in known:
            raise BadSettings(f"{where}.{name}".lstrip("."), "unknown")


def _typed(table: Mapping[str, Any], name: str, where: str, kind: type[Any], default: Any) -> Any:
    value = table.get(name, default)
    if not isinstance(value, kind):
        raise BadSettings(f"{where}.{name}".lstrip("."), f"not-{_NAMES[kind]}")
    return value


_NAMES: Mapping[type[Any], str] = {bool: "true-or-false", str: "text", dict: "table"}


def _web_address(text: str, where: str) -> tuple[str, str]:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port  # raises for one that is no number
    except ValueError as error:
        raise BadSettings(where, "not-an-address") from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise BadSettings(where, "not-an-address")
    return parts.scheme, host
