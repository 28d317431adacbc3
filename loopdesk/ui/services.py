"""What can be connected, as the window's pages show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loopdesk.core.approval import Request
from loopdesk.core.clients import ClientId, Registration


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a person may allow at a service, and the least access that it takes.

    Args:
        suggested: switched on at first.
        approval: many organisations want it approved by an administrator first.
        only: whom it is for, "" where it is for everybody.
    """

    key: str
    title: str
    scopes: tuple[str, ...]
    reason: str
    suggested: bool = True
    approval: bool = False
    only: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that can be connected.

    Args:
        host: where the person types their password, and nowhere else.
        registration: how a person registers a client of their own.
        client: by which LoopDesk signs in there.
        consent: what to do on its consent page.
        wall: what a person sees whose organisation has to approve LoopDesk first, "" where that
            cannot be.
        request: returns what an administrator is asked for: for this client, and these features.
        typed: it can show a code that is typed here, instead of sending the browser back.
        unfinished: what disconnecting leaves for the person to do, `permissions_page` where.
    """

    key: str
    title: str
    permissions: tuple[Permission, ...]
    host: str
    registration: Registration | None = None
    client: ClientId = field(default_factory=ClientId)
    consent: str = ""
    wall: str = ""
    request: Callable[[ClientId, Sequence[str]], Request] | None = None
    typed: bool = False
    unfinished: str = ""
    permissions_page: str = ""
