"""What became of things made or moved here: they keep the id under which they were first seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loopdesk.core.actions import made_id
from loopdesk.core.items import AccountId, Item, ItemId, Kind, ServiceKey, item_id
from loopdesk.core.seams import Connection
from loopdesk.store import outbox


@dataclass(frozen=True, slots=True)
class Names:
    """Gives each item of one account its id on this profile.

    Args:
        made: what was made or moved here and is known at the service, by each key it had, the
            newest last.
        making: what is being made and perhaps got through, by kind and title. What comes with that
            title is taken for it: changed under another id, it could not be found any more by what
            it was made of, and would be made twice.
    """

    account: AccountId
    made: Mapping[tuple[Kind, ServiceKey], ItemId] = field(default_factory=dict)
    making: Mapping[tuple[Kind, str], ItemId] = field(default_factory=dict)

    def of(self, kind: Kind, key: ServiceKey) -> ItemId:
        return self.made.get((kind, key)) or item_id(self.account, kind, key)

    def strayed(self) -> Iterator[tuple[ItemId, ItemId]]:
        """Yield under which id each thing may have come before it was known to be made here."""
        for (kind, key), this in self.made.items():
            yield item_id(self.account, kind, key), this

    def of_new(self, item: Item) -> ItemId:
        """Return the id of an item that is not here under its own."""
        made = self.made.get((item.kind, item.key)) or self.making.get((item.kind, item.title))
        return made or item_id(self.account, item.kind, item.key)


def names(db: Connection, account: AccountId) -> Names:
    rows = db.execute(
        "SELECT kind, key, item FROM own_alias WHERE account = ? ORDER BY id", (account,)
    )
    making = [
        action
        for action in outbox.tried(db, account)
        if action.item == made_id(action.id) and action.target.kind is Kind.TASK
    ]
    return Names(
        account,
        {(Kind(kind), ServiceKey(key)): ItemId(item) for kind, key, item in rows},
        {
            (action.target.kind, action.arguments.subject or action.arguments.text): action.item
            for action in making
            if action.item is not None
        },
    )


def of(db: Connection, account: AccountId, kind: Kind, key: ServiceKey) -> ItemId:
    """Return the id of the item that has this key at its service."""
    row = db.execute(
        "SELECT item FROM own_alias WHERE account = ? AND kind = ? AND key = ?",
        (account, kind, key),
    ).fetchone()
    return item_id(account, kind, key) if row is None else ItemId(row[0])


def put(db: Connection, account: AccountId, kind: Kind, key: str, item: ItemId) -> None:
    """Note which key an item that was made or moved here has at its service by now."""
    db.execute(
        "INSERT OR REPLACE INTO own_alias (item, account, kind, key) VALUES (?, ?, ?, ?)",
        (item, account, kind, key),
    )


def key_of(db: Connection, item: ItemId) -> str:
    """Return an item's key at its service, "" while it has none yet."""
    row = db.execute(
        "SELECT key FROM own_alias WHERE item = ? ORDER BY id DESC LIMIT 1", (item,)
    ).fetchone()
    return "" if row is None else str(row[0])
