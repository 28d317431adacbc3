"""What the person chose to see of places, whatever their service says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from loopdesk.core.changes import Stream
from loopdesk.core.items import AccountId
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.store.outbox import next_seq

Said = Mapping[tuple[str, str], bool]
"""Whether the person wants a place, by its kind and key; what they said nothing of is not in it."""

HIDEABLE = "calendar"
"""The kind of place whose items are no other's: while it is hidden they are, too."""
NOT_HIDDEN = (
    "NOT EXISTS (SELECT 1 FROM own_choice WHERE own_choice.account = cache_item.account"
    f" AND own_choice.kind = '{HIDEABLE}' AND own_choice.key = cache_item.holder"
    " AND own_choice.chosen = 0)"
)
"""A condition on `cache_item`, one look into an index for each row that it is asked of."""


def choose(db: Connection, account: AccountId, kind: str, key: str, *, on: bool) -> None:
    """Note what the person wants; the engine sees that something is new."""
    db.execute("INSERT OR REPLACE INTO own_choice VALUES (?, ?, ?, ?)", (account, kind, key, on))
    next_seq(db)


def said(db: Connection, account: AccountId) -> Said:
    rows = db.execute("SELECT kind, key, chosen FROM own_choice WHERE account = ?", (account,))
    return {(kind, key): bool(chosen) for kind, key, chosen in rows}


def is_chosen(stream: Stream, given: Said) -> bool:
    return given.get((stream.place_kind, stream.place), stream.chosen)


def applied(db: Connection, account: AccountId, places: Iterable[Place]) -> list[Place]:
    """Return places, each chosen as the person said; where they said nothing, as it was."""
    given = said(db, account)
    return [
        replace(place, chosen=given.get((place.kind, place.key), place.chosen)) for place in places
    ]
