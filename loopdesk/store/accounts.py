"""Accounts: sign-ins that the person made. Their tokens are in the vault, never here."""

from __future__ import annotations

from typing import Any

from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import AccountId
from loopdesk.core.seams import Connection
from loopdesk.store.codec import dump, from_ms, load
from loopdesk.store.outbox import next_seq

_SELECT = (
    "SELECT own_account.id, service, name, address, subject, scopes, features, expires_at,"
    " state, checked_at, code FROM own_account"
    " LEFT JOIN cache_account ON cache_account.account = own_account.id"
)


def put(db: Connection, account: Account) -> None:
    """Add an account, or renew one of the same id."""
    db.execute(
        "INSERT INTO own_account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " version = excluded.version,"
        " name = excluded.name, address = excluded.address, scopes = excluded.scopes,"
        " features = excluded.features, expires_at = excluded.expires_at",
        (
            account.id,
            account.service,
            next_seq(db),
            account.subject,
            account.name,
            account.address,
            dump(account.scopes),
            dump(account.features),
            account.expires_at,
        ),
    )


def remove(db: Connection, account: AccountId) -> None:
    """Forget an account and everything of the person's own that hangs on it."""
    for table in (
        "own_mark", "own_draft", "own_action", "own_alias", "own_blob", "own_choice", "own_copy",
    ):  # fmt: skip
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
    db.execute("DELETE FROM own_account WHERE id = ?", (account,))
    next_seq(db)


def versions(db: Connection) -> dict[AccountId, int]:
    """Return, for each account, a number that changes with every sign-in."""
    return {AccountId(row[0]): row[1] for row in db.execute("SELECT id, version FROM own_account")}


def every(db: Connection) -> list[Account]:
    """Return all accounts, in the order of service and name. Needs both files."""
    return [_account(row) for row in db.execute(_SELECT + " ORDER BY service, address")]


def get(db: Connection, account: AccountId) -> Account | None:
    row = db.execute(_SELECT + " WHERE own_account.id = ?", (account,)).fetchone()
    return None if row is None else _account(row)


def _account(row: Any) -> Account:
    return Account(
        id=row[0],
        service=row[1],
        name=row[2],
        address=row[3],
        subject=row[4],
        scopes=load(row[5], tuple[str, ...]),
        features=load(row[6], tuple[str, ...]),
        expires_at=row[7],
        state=AccountState(row[8]) if row[8] else AccountState.PULLING,
        last_checked_at=from_ms(row[9]).isoformat().replace("+00:00", "Z") if row[9] else "",
        trouble=row[10] or "",
    )
