"""A small real profile, and items to fill it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.core.changes import Account
from loopdesk.store import accounts, streams
from loopdesk.store.connection import InlineDatabase, prepare
from tests.store.made import ACCOUNT, KEY, MAIL, NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def database(folder: Path) -> Iterator[InlineDatabase]:
    prepare(folder, KEY)
    database = InlineDatabase(folder, KEY)
    database.own.transact(
        lambda db: accounts.put(db, Account(ACCOUNT, "google", "Ann", "ann@x.test", "1"))
    )
    database.cache.transact(lambda db: streams.put(db, ACCOUNT, [MAIL]))
    database.cache.transact(lambda db: streams.begin(db, ACCOUNT, MAIL.key, NOW))
    yield database
    database.close()
