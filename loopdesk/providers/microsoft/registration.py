"""How a person registers a client of their own at Microsoft. Data; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence

from loopdesk.core.clients import Client, Registration


def registration(scopes: tuple[str, ...]) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
    """
    return Registration(
        about="",
        steps=(),
        administrator="",
        id_title="Application (client) ID",
        id_looks=r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    )


def approval(client: Client, scopes: Sequence[str]) -> str:
    """Return the page where an administrator approves these scopes for a client."""
    return ""
