"""The address of a video meeting in somebody's words."""

from __future__ import annotations

import re

# Only hosts that hold meetings.
_LINK = re.compile(
    r"https://(?:[\w-]+\.)?(?:zoom\.us/(?:j|my|w)/|meet\.google\.com/|teams\.microsoft\.com/"
    r"(?:l/meetup-join|meet)/|teams\.live\.com/meet/|webex\.com/|whereby\.com/|meet\.jit\.si/)"
    r"""[^\s<>"']+"""
)


def join_link(text: str) -> str:
    """Return the first such address, "" where there is none."""
    found = _LINK.search(text)
    return found[0] if found else ""
