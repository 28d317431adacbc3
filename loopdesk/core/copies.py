"""A copy of a file, outside the store, that another program may write over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loopdesk.core.actions import ActionId
from loopdesk.core.items import AccountId, ItemId


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of it.

    Args:
        item: the file that becomes another version when the copy was written over.
        base: the version that the copy was made of, or that the last new one of it went over.
        digest: of the bytes that are no news: those that were copied, or that were sent last.
        action: the last new version that came of it.
    """

    path: Path
    account: AccountId
    item: ItemId
    base: str
    digest: str
    action: ActionId | None = None
