"""Handles: how services name people."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr


@dataclass(frozen=True, slots=True)
class Handle:
    """One way in which one account knows one human.

    Args:
        name: display name, "" where the service gives none. From outside: not cleaned.
        address: mail address in lower case, "" where there is none.
        id: the service's own id of a user, where it names people by that.
    """

    name: str
    address: str = ""
    id: str = ""

    @property
    def key(self) -> str:
        """What is equal for the same human: the address, else the id, else the name."""
        return self.address or self.id or self.name.casefold()


def handle_of(written: str) -> Handle:
    """Return whom "Name <address>", or an address alone, means."""
    name, address = parseaddr(written)
    return Handle(name, address.lower())


@dataclass(frozen=True, slots=True)
class Identity:
    """An address that an account may send from.

    Args:
        signature: HTML as the service keeps it, not cleaned.
        default: what the service itself takes for a new mail.
    """

    who: Handle
    signature: str = ""
    default: bool = False
