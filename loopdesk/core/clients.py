"""Registrations at services: a client to sign in with, and how a person makes one of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Client:
    """A registration at a service: the distributor's or the person's own."""

    id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RegistrationStep:
    """One thing to do at a service to register a client there.

    Args:
        button: opens `page`, the exact page where it is done.
        copies: text to paste there, "" where there is none.
    """

    title: str
    about: str
    button: str
    page: str
    copies: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """How a person registers a client of their own at a service.

    Args:
        file_begins: how the name of the file begins that the service offers for a new client.
        read: reads that file; raises `SignInFailed` or `Incomplete` where it is of no use.
        unverified: what the page says that comes first with a client of one's own: its title,
            what to press, and what then.
        publish_page: where a client leaves the state in which its sign-ins end after some days.
        unused: what becomes of a client that nobody uses.
        administrator: what a person asks their organisation's administrator for.
    """

    about: str
    steps: tuple[RegistrationStep, ...]
    file_begins: str
    read: Callable[[bytes], Client]
    unverified: tuple[str, str, str]
    publish_page: str
    unused: str
    administrator: str


@dataclass(frozen=True, slots=True)
class ClientId:
    """Which client signs in at a service.

    Args:
        id: "" where there is none yet.
        own: the person's, not one that came with this program.
    """

    id: str = ""
    own: bool = False
