"""What became of things made here: they keep the id under which the person first saw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loopdesk.core.items import AccountId, ItemId, Kind, ServiceKey, item_id
from loopdesk.core.seams import Connection


@dataclass(frozen=True, slots=True)
class Names:
    """Gives each item of one account its id on this profile."""

    account: AccountId
    made: Mapping[tuple[Kind, str], ItemId] = field(default_factory=dict)

    def of(self, kind: Kind, key: ServiceKey) -> ItemId:
        return self.made.get((kind, key)) or item_id(self.account, kind, key)


def names(db: Connection, account: AccountId) -> Names:
    rows = db.execute("SELECT kind, key, item FROM own_alias WHERE account = ?", (account,))
    return Names(account, {(Kind(kind), key): ItemId(item) for kind, key, item in rows})


def put(db: Connection, account: AccountId, kind: Kind, key: str, item: ItemId) -> None:
    """Note which key an item made here has at its service."""
    db.execute(
        "INSERT OR REPLACE INTO own_alias (item, account, kind, key) VALUES (?, ?, ?, ?)",
        (item, account, kind, key),
    )


def key_of(db: Connection, item: ItemId) -> str:
    """Return an item's key at its service, "" while it has none yet."""
    row = db.execute("SELECT key FROM own_alias WHERE item = ?", (item,)).fetchone()
    return "" if row is None else str(row[0])
