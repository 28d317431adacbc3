"""Several accounts in one engine, on threads and files as in the product: what one of them meets
is its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from loopdesk import app
from loopdesk.app import Home
from loopdesk.cli.demo import allow, throw_away_home
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import AccountId
from loopdesk.core.seams import Connection, Database
from loopdesk.desk.listing import View
from loopdesk.engine.accounts import Asked
from loopdesk.engine.service import Engine
from loopdesk.sandbox.model import Mail, Mailbox, World
from loopdesk.sandbox.offices import Office
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import serve
from loopdesk.store import accounts
from tests.program import eventually
from tests.providers.asana import plan
from tests.providers.google.mailbox import letter

ANN, BO, CLEO = "ann@lumen.example", "bo@lumen.example", "cleo@harbour.example"
MAILS = 30
FEATURES = ("mail",)


def mails(to: str) -> list[Mail]:
    now = datetime.now(UTC)
    return [
        Mail(
            letter(
                f"For {to} {number}", at=now - timedelta(hours=number), to=to, key=f"{to}{number}"
            ),
            now - timedelta(hours=number + 1),
            frozenset({"INBOX", "UNREAD"}),
        )
        for number in range(MAILS)
    ]


class House:
    """A profile with three accounts, two of them at one service, and the engine that serves it."""

    def __init__(self, folder: Path, database: Database, home: Home, sandbox: Sandbox) -> None:
        self.home, self.database, self.sandbox = home, database, sandbox
        self.who = ""
        self.signing = app.build_signing(
            home, database, app.build_services(home), self._in_the_background
        )
        self.desk = app.build_desk(home, database)
        self.engine: Engine = app.build_engine(home, database)
        self._thread = Thread(target=self.engine.run, daemon=True)

    def connect(self, service: str, *people: str) -> None:
        for self.who in people:
            self.signing.connect(service, FEATURES, shown=lambda _: None, asked=Asked())

    def _in_the_background(self, address: str) -> None:
        hinted = f"{address}&login_hint={self.who}"
        Thread(target=allow, args=(hinted,), daemon=True).start()

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self.engine.stop()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def account(self, address: str) -> Account:
        held = {each.address: each for each in self.accounts()}
        return held[address]

    def accounts(self) -> list[Account]:
        return self.database.read(accounts.every)

    def stands(self, address: str) -> tuple[AccountState, str]:
        account = self.account(address)
        return account.state, account.trouble

    def rows(self, address: str) -> int:
        this = self.account(address).id

        def work(db: Connection) -> Any:
            return db.execute(
                "SELECT count(*) FROM cache_item WHERE account = ?", (this,)
            ).fetchone()[0]

        return int(self.database.read(work))

    def asked(self, address: str) -> list[str]:
        """Return what was asked for an account, sign-in and the parts of batches aside."""
        return [
            line["path"]
            for line in self.sandbox.log()
            if line["account"] == address
            and not line.get("batch")
            and not line["path"].endswith(("/token", "/auth", "/authorize"))
        ]

    def secret(self, address: str) -> bytes | None:
        return self.signing.tokens.load(AccountId(self.account(address).id))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    world = World(
        [Mailbox(ANN, "Ann Arber", mails(ANN)), Mailbox(BO, "Bo Berg", mails(BO))],
        offices=[Office(CLEO, "Cleo Carr", mails=mails(CLEO))],
        asana=plan.asana(),
    )
    sandbox = Sandbox(lambda: datetime.now(UTC), world=world, limits="off")
    server = serve(sandbox)
    home = throw_away_home(tmp_path, sandbox.config_toml(server.url), sandbox.client_secrets)
    with app.opened_store(home, alone=True) as database:
        found = House(tmp_path, database, home, sandbox)
        yield found
        # Whoever hangs is let go of first.
        server.close()
        with suppress(RuntimeError):
            found.end()


def test_what_one_account_meets_is_its_own(house: House) -> None:
    house.connect("microsoft", CLEO)
    house.sandbox.set_faults("latency=120@/microsoft/v1.0")
    house.begin()
    eventually(lambda: house.asked(CLEO), "the call that hangs")
    house.sandbox.google.oauth.refusals[BO] = "invalid_grant"
    house.connect("google", ANN, BO)
    eventually(lambda: house.rows(ANN) == MAILS, "all of Ann's mail")
    (row,) = house.desk.top(1, view=View.ALL).rows
    house.desk.do("star", row.id)
    mailbox = house.sandbox.google.account(ANN).mail
    eventually(
        lambda: any("STARRED" in each.labels for each in mailbox.messages.values()),
        "the star at Ann's",
    )
    # All that while the first call of Cleo's had no answer, and Bo's grant, at the same service,
    # brought nothing.
    assert len(house.asked(ANN)) > 3
    assert (len(house.asked(CLEO)), house.asked(BO)) == (1, [])
    assert (house.rows(BO), house.rows(CLEO)) == (0, 0)
    eventually(lambda: house.stands(ANN)[0] is AccountState.CURRENT, "Ann's is current")
    eventually(lambda: house.stands(BO)[0] is AccountState.SIGN_IN, "Bo's wants a sign-in")
    assert house.stands(BO) == (AccountState.SIGN_IN, "sign-in-expired")
    assert house.stands(CLEO) == (AccountState.PULLING, "")


def test_who_disconnects_one_account_keeps_the_others(house: House) -> None:
    house.connect("google", ANN, BO)
    house.connect("microsoft", CLEO)
    house.begin()
    for address in (ANN, BO, CLEO):
        eventually(lambda address=address: house.rows(address) == MAILS, address)  # type: ignore[misc]
    secrets = {address: house.secret(address) for address in (ANN, CLEO)}
    assert all(secrets.values())
    gone = house.account(BO)
    errand = house.desk.ask("disconnect", {"account": gone.id})
    answer = eventually(lambda: house.desk.answer(errand), "the end of it")
    assert (answer or {}).get("error") is None
    assert {each.address for each in house.accounts()} == {ANN, CLEO}
    assert house.signing.tokens.load(AccountId(gone.id)) is None
    assert not house.sandbox.google.oauth.is_granted(BO)
    assert house.sandbox.google.oauth.is_granted(ANN)
    assert {address: house.secret(address) for address in (ANN, CLEO)} == secrets
    assert (house.rows(ANN), house.rows(CLEO)) == (MAILS, MAILS)
    # They are kept current as before.
    house.sandbox.deliver_mail(ANN, letter("Afterwards", at=datetime.now(UTC), to=ANN))
    house.desk.ask("pull", {"account": house.account(ANN).id})
    eventually(lambda: house.rows(ANN) == MAILS + 1, "one more of Ann's")


def test_who_signs_in_again_keeps_what_was_allowed_beyond_the_usual(house: House) -> None:
    # Such an app refuses whoever asks for single permissions.
    house.sandbox.asana.oauth.is_full = True
    wider = ("tasks", "acting", "events")
    house.who = plan.ANN
    account = house.signing.connect("asana", wider, shown=lambda _: None, asked=Asked())
    again = house.signing.connect(
        "asana", (), shown=lambda _: None, asked=Asked(), renew=account.id
    )
    assert (again.id, again.features) == (account.id, wider)
