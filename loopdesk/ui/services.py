"""What can be connected, as the window's pages show it."""

from __future__ import annotations

from dataclasses import dataclass, field

from loopdesk.core.clients import ClientId, Registration


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a person may allow at a service, and the least access that it takes.

    Args:
        suggested: switched on at first.
    """

    key: str
    title: str
    scopes: tuple[str, ...]
    reason: str
    suggested: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """A service that can be connected.

    Args:
        host: where the person types their password, and nowhere else.
        registration: how a person registers a client of their own.
        client: by which LoopDesk signs in there.
    """

    key: str
    title: str
    permissions: tuple[Permission, ...]
    host: str
    registration: Registration | None = None
    client: ClientId = field(default_factory=ClientId)
