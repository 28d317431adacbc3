"""What an organisation's administrator is asked for, and told, before they let LoopDesk in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """One feature that is asked for, with its reason and the access it takes."""

    title: str
    reason: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """All of it.

    Args:
        asks: what the administrator is asked to do, in the person's name.
        client_id: of the registration that is to be let in.
        hosts: all that LoopDesk speaks with for this service.
        page: where it is approved with one click, "" where there is no such page.
    """

    asks: str
    client_id: str
    wanted: tuple[Wanted, ...]
    hosts: Sequence[str]
    page: str = ""

    def written(self) -> str:
        """Return it as a letter: an administrator reads it outside of LoopDesk."""
        scopes = [
            f"- {', '.join(one.scopes)}\n  {one.title}: {one.reason}"
            for one in self.wanted
            if one.scopes
        ]
        parts = [
            self.asks,
            f"OAuth client id: {self.client_id or 'none yet'}",
            "Scopes, all delegated:\n" + "\n".join(scopes),
            "Hosts it speaks with: " + ", ".join(sorted(self.hosts)),
            f"Where data goes: {WHERE_DATA_GOES}",
        ]
        if self.page:
            parts.insert(1, f"Approve it for the organisation here:\n{self.page}\n{HARMLESS}")
        return "\n\n".join(parts)


WHERE_DATA_GOES = (
    "From the service to this person's computer, over TLS, and nowhere else. "
    "LoopDesk has no server. What it shows is kept in an encrypted database there, its key and the "
    "tokens in the system's keychain; disconnecting the account erases all of it."
)
HARMLESS = (
    "(At its end the browser is sent to an address on your own computer where nothing listens. "
    "The error it shows then means nothing: the approval is done.)"
)
