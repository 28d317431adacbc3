"""What the person chose to see of places, whatever their service says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from loopdesk.core.items import AccountId
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection

NOT_HIDDEN = (
    "NOT EXISTS (SELECT 1 FROM own_choice WHERE own_choice.account = cache_item.account"
    " AND own_choice.kind = 'calendar' AND own_choice.key = cache_item.holder"
    " AND own_choice.chosen = 0)"
)
"""A condition on `cache_item`, one look into an index for each row that it is asked of."""


def choose(db: Connection, account: AccountId, kind: str, key: str, *, on: bool) -> None:
    db.execute("INSERT OR REPLACE INTO own_choice VALUES (?, ?, ?, ?)", (account, kind, key, on))


def applied(db: Connection, account: AccountId, places: Iterable[Place]) -> list[Place]:
    """Return places, each chosen as the person said; where they said nothing, as it was."""
    rows = db.execute("SELECT kind, key, chosen FROM own_choice WHERE account = ?", (account,))
    said = {(kind, key): bool(chosen) for kind, key, chosen in rows}
    return [
        replace(place, chosen=place.chosen and said.get((place.kind, place.key), True))
        for place in places
    ]
