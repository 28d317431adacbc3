"""Links to Trello's cards, brought to one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOSTS = frozenset({"trello.com"})
_CARD = re.compile(r"/c/([A-Za-z0-9]{8})(?:/[^/]*)?/?$")


def reference(link: str) -> str | None:
    """Return what a link leads to, equal for all links to it; None for any other page.

    A link has the short name of its card, and never its id. A comment is an entry of its card.
    """
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
    except ValueError:
        return None
    if parts.netloc.lower().removeprefix("www.") not in HOSTS:
        return None
    found = _CARD.match(parts.path)
    return f"trello/task/{found[1]}" if found else None


def card_page(short: str) -> str:
    return f"https://trello.com/c/{short}"
