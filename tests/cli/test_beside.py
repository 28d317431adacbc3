"""A command whose errand the engine at work cannot do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from loopdesk import app
from loopdesk.app import Home
from loopdesk.cli.output import exit_code
from loopdesk.cli.words import describe
from loopdesk.cli.work import Work
from loopdesk.core.changes import Account
from loopdesk.core.errors import Relayed
from loopdesk.store import accounts, errands
from loopdesk.store.connection import InlineDatabase, SqlDatabase, prepare
from loopdesk.system.engine_lock import EngineLock
from loopdesk.vault.api import Keys, VaultKind

KEY = bytes(range(32))
ANN = Account("google-1", "google", "Ann", "ann@x.test", "1")


@contextmanager
def _engine_that_answers(folder: Path, facts: dict[str, object]) -> Iterator[None]:
    """Hold the profile's lock in another thread, and answer every errand in the same words."""
    over = threading.Event()

    def run() -> None:
        database = InlineDatabase(folder, KEY)
        while not over.wait(0.02):
            for errand in database.own.transact(errands.take):
                database.own.transact(partial(errands.answer, errand=errand.id, facts=facts))
        database.close()

    lock, engine = EngineLock(folder), threading.Thread(target=run)
    assert lock.acquire()
    engine.start()
    try:
        yield
    finally:
        over.set()
        engine.join()
        lock.release()


def test_its_error_ends_the_command_in_a_sentence(tmp_path: Path) -> None:
    prepare(tmp_path, KEY)
    home = Home(tmp_path, "test", Keys("p", VaultKind.MEMORY, KEY, KEY))
    database = SqlDatabase(tmp_path, KEY)
    database.own.transact(lambda db: accounts.put(db, ANN))
    work = Work(home, database, app.build_desk(home, database), EngineLock(tmp_path), ours=False)
    error = {"code": "vault-locked", "reason": "", "remedy": "sign-in"}
    with _engine_that_answers(tmp_path, {"error": error}), pytest.raises(Relayed) as told:
        work.disconnect(ANN, keep_remote=False)
    database.close()
    code, sentence = describe(told.value)
    assert code == "vault-locked"
    assert sentence.startswith("The keychain is locked")
    assert exit_code(told.value) == 5
