"""What leaves: items that no stream holds any more, whole streams, whole accounts."""

from __future__ import annotations

from collections.abc import Iterable

from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Connection
from loopdesk.store import entry_rows, refs

_AT_ONCE = 2000
_OF_ACCOUNT = (
    "cache_member",
    "cache_stream",
    "cache_offer",
    "cache_account",
    "cache_place",
    "cache_me",
    "cache_skip",
    "cache_person",
    "cache_blob",
)


def drop_all(db: Connection, account: AccountId, items: Iterable[ItemId]) -> list[ItemId]:
    """Delete those of these items that no stream holds; return them."""
    folding: set[ItemId] = set()
    dropped = [this for this in items if drop_unheld(db, account, this, folding)]
    refs.fold(db, folding)
    return dropped


def drop_unheld(db: Connection, account: AccountId, this: ItemId, folding: set[ItemId]) -> bool:
    """Delete an item that no stream holds.

    Args:
        folding: threads to look at again: what they announced may have been this.
    """
    if db.execute("SELECT 1 FROM cache_member WHERE item = ?", (this,)).fetchone():
        return False
    for (rowid,) in db.execute("SELECT id FROM cache_entry WHERE item = ?", (this,)).fetchall():
        entry_rows.drop_row(db, account, rowid)
    folding |= refs.drop_item(db, this)
    db.execute("DELETE FROM cache_blob WHERE item = ?", (this,))
    db.execute("DELETE FROM cache_item WHERE id = ?", (this,))
    return True


def end_empty(db: Connection, this: ItemId) -> bool:
    """Let no stream hold an item that has no entries any more; say whether it was one."""
    if db.execute("SELECT 1 FROM cache_entry WHERE item = ?", (this,)).fetchone():
        return False
    db.execute("DELETE FROM cache_member WHERE item = ?", (this,))
    return True


def sweep(db: Connection, account: AccountId, stream: str, generation: int) -> tuple[ItemId, ...]:
    """End what a stream held of older generations; return what no other holds, now deleted."""
    return tuple(drop_all(db, account, unnamed(db, account, stream, generation)))


def unnamed(db: Connection, account: AccountId, stream: str, generation: int) -> list[ItemId]:
    """End what a stream held of older generations; return it."""
    old = [
        ItemId(row[0])
        for row in db.execute(
            "SELECT item FROM cache_member WHERE account = ? AND stream = ? AND generation < ?",
            (account, stream, generation),
        ).fetchall()
    ]
    db.executemany(
        "DELETE FROM cache_member WHERE account = ? AND stream = ? AND item = ?",
        [(account, stream, this) for this in old],
    )
    return old


def forget_stream(db: Connection, account: AccountId, stream: str) -> list[ItemId]:
    """End a stream; return the items that no other holds, now deleted."""
    members = [
        ItemId(row[0])
        for row in db.execute(
            "SELECT item FROM cache_member WHERE account = ? AND stream = ?", (account, stream)
        ).fetchall()
    ]
    db.execute("DELETE FROM cache_member WHERE account = ? AND stream = ?", (account, stream))
    db.execute("DELETE FROM cache_stream WHERE account = ? AND key = ?", (account, stream))
    return drop_all(db, account, members)


def forget_account(db: Connection, account: AccountId) -> list[ItemId]:
    """Delete what was pulled for an account, `_AT_ONCE` items of it in a transaction.

    Returns: the deleted items; to be called until there are none.
    """
    for table in _OF_ACCOUNT:
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
    found = db.execute(
        f"SELECT id FROM cache_item WHERE account = ? LIMIT {_AT_ONCE}", (account,)
    ).fetchall()
    folding: set[ItemId] = set()
    for this in found:
        folding |= refs.drop_item(db, this[0])
        db.execute(
            "DELETE FROM cache_text WHERE rowid IN (SELECT id FROM cache_entry WHERE item = ?)",
            this,
        )
        db.execute("DELETE FROM cache_entry WHERE item = ?", this)
        db.execute("DELETE FROM cache_item WHERE id = ?", this)
    refs.fold(db, folding)
    return [ItemId(row[0]) for row in found]


def orphans(db: Connection) -> list[AccountId]:
    """Return accounts of which something is here although the person's own file has none.

    Needs both files.
    """
    return [
        AccountId(row[0])
        for row in db.execute(
            "WITH RECURSIVE held (account) AS (SELECT min(account) FROM cache_item UNION ALL"
            " SELECT (SELECT min(account) FROM cache_item WHERE cache_item.account > held.account)"
            " FROM held WHERE held.account IS NOT NULL)"
            " SELECT account FROM (SELECT account FROM held UNION SELECT account FROM cache_stream"
            " UNION SELECT account FROM cache_account UNION SELECT account FROM cache_person)"
            " WHERE account IS NOT NULL AND account NOT IN (SELECT id FROM own_account)"
        )
    ]
