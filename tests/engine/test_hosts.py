"""A service's hosts are let through for as long as an account needs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopdesk import app
from loopdesk.app import Home, Services
from loopdesk.core.changes import Account
from loopdesk.core.errors import HostRefused, SignInFailed
from loopdesk.core.items import AccountId
from loopdesk.engine.accounts import Accounts, Asked
from loopdesk.store import accounts
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.vault.api import Keys, VaultKind
from tests.engine.test_engine import Tokens
from tests.sync.mailbox import KEY

HOST = "https://gmail.googleapis.com/gmail/v1/users/me/profile"


def _home(folder: Path) -> Home:
    return Home(folder, "test", Keys("p", VaultKind.MEMORY, KEY, KEY))


def _signing(home: Home, database: InlineDatabase, services: Services) -> Accounts:
    def no_client(service: str) -> object:
        raise SignInFailed("no-client")

    return Accounts(
        services.known,
        services.http,
        no_client,  # type: ignore[arg-type]
        Tokens(),
        database,
        home.clock,
        home.ids,
        lambda _: None,
        services.release,
    )


def test_they_are_refused_again_once_the_last_account_is_gone(tmp_path: Path) -> None:
    home = _home(tmp_path)
    prepare(tmp_path, KEY)
    database, services = InlineDatabase(tmp_path, KEY), app.build_services(home)
    signing = _signing(home, database, services)
    for number in (1, 2):
        one = Account(f"google-{number}", "google", "Ann", f"ann@{number}.test", str(number))
        database.own.transact(lambda db, one=one: accounts.put(db, one))  # type: ignore[misc]
    services.http("google")
    services.guard.admit(HOST)
    signing.disconnect(AccountId("google-1"), keep_remote=True)
    services.guard.admit(HOST)
    signing.disconnect(AccountId("google-2"), keep_remote=True)
    with pytest.raises(HostRefused):
        services.guard.admit(HOST)
    services.http("google")  # who signs in again needs them again
    services.guard.admit(HOST)
    database.close()


def test_a_sign_in_that_fails_leaves_none_open(tmp_path: Path) -> None:
    home = _home(tmp_path)
    prepare(tmp_path, KEY)
    database, services = InlineDatabase(tmp_path, KEY), app.build_services(home)
    services.http("google")
    with pytest.raises(SignInFailed):
        _signing(home, database, services).connect(
            "google", (), shown=lambda _: None, asked=Asked()
        )
    with pytest.raises(HostRefused):
        services.guard.admit(HOST)
    database.close()
