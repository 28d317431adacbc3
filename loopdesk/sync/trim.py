"""What of a page does not come in because its time here is over. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from loopdesk.core.changes import Page
from loopdesk.core.items import ItemId
from loopdesk.core.keeping import Keeping
from loopdesk.store.aliases import Names


def trimmed(
    page: Page, limits: Keeping, now: datetime, names: Names, held: Callable[[], set[ItemId]]
) -> Page:
    """Return a page without what would leave again at once.

    A full listing names whatever its service has, however old: what is over does not come in, so
    that nothing is brought and dropped for ever.

    Args:
        held: returns what the person holds on to; asked only where it matters.
    """
    over = {item.key for item in page.items if limits.is_over(item, now)}
    if not over:
        return page
    kept, begun = held(), {entry.item for entry in page.entries if entry.draft}
    over = {
        item.key
        for item in page.items
        if item.key in over - begun and names.of(item.kind, item.key) not in kept
    }
    return replace(
        page,
        items=tuple(item for item in page.items if item.key not in over),
        entries=tuple(entry for entry in page.entries if entry.item not in over),
    )
