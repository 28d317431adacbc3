"""How a person makes a Slack app of their own. Data; imports nothing heavy."""

from __future__ import annotations

from loopdesk.core.clients import Registration


def registration(scopes: tuple[str, ...]) -> Registration:
    """Return the way to a client of one's own.

    Args:
        scopes: all that LoopDesk may ask for.
    """
    return Registration(
        about="",
        steps=(),
        administrator="",
        id_title="Client ID",
        id_looks=r"[0-9]{6,}\.[0-9]{6,}",
    )
