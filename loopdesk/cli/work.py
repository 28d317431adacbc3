"""What a command works with: an opened profile, its desk, and an engine, ours or the window's.

The command line runs the engine's code in its own process while it holds the profile's lock. Beside
an engine that is already at work it leaves its row and reads the answer there.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from loopdesk import app
from loopdesk.app import Home, Services
from loopdesk.cli.home import open_home
from loopdesk.cli.output import Printer
from loopdesk.core.actions import Action, ActionId, Failure, State
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.errors import Relayed, Remedy, Unknown
from loopdesk.core.items import AccountId, ItemId, ServiceKey
from loopdesk.core.seams import Database
from loopdesk.desk.desk import Desk
from loopdesk.system.engine_lock import EngineLock
from loopdesk.vault.profile import open_vault

if TYPE_CHECKING:
    from loopdesk.engine.accounts import Accounts
    from loopdesk.engine.once import Heard, Once
    from loopdesk.engine.service import Engine

_LOOK_S = 0.1
# An engine at work tries what is due at once, unless its account cannot be reached.
_TRIED_WITHIN = timedelta(seconds=3)
_KEPT_BY = {AccountState.OFFLINE: Remedy.WAIT, AccountState.SIGN_IN: Remedy.ASK_USER}


@dataclass
class Work:
    """An opened profile. `ours`: we hold its engine lock."""

    home: Home
    database: Database
    desk: Desk
    lock: EngineLock
    ours: bool
    _engine: Engine | None = None

    @property
    def engine(self) -> Engine | None:
        """The engine in this process, None while another process's is at work.

        Made when first asked for: a command that only reads needs none.
        """
        if self.ours and self._engine is None:
            self._engine = app.build_engine(self.home, self.database, services=self.services)
            self._engine.begin()
        return self._engine if self.ours else None

    @property
    def once(self) -> Once | None:
        """What does the engine's work here, None while another process's engine does it."""
        from loopdesk.engine.once import Once

        engine = self.engine
        return None if engine is None else Once(engine, self.database, self.home.clock)

    @cached_property
    def services(self) -> Services:
        """The ways to the services, opened when one is first spoken to."""
        return app.build_services(self.home)

    def close(self) -> None:
        """Put on record whom this command spoke to."""
        if "services" in self.__dict__:
            app.note_hosts(self.services, self.database)

    def deliver(self, action: ActionId) -> Action:
        """Wait until an action has its first outcome, delivering it if that is ours to do."""
        return self._deliver_there(action) if self.once is None else self.once.deliver(action)

    def look(self, account: AccountId, item: ItemId | None, key: str = "") -> None:
        """Bring an item up to date, or one that only its service's key names, if that can be."""
        if self.once is not None:
            self.once.look(account, item, ServiceKey(key))
        elif self.ask("look", {"account": account, "item": item, "key": key}) is None:
            self.look(account, item, key)

    def sync(self, account: str, *, full: bool, heard: Heard) -> list[dict[str, Any]]:
        """Pull everything once and deliver what is due; return an answer for each account."""

        def page(account: str, stream: str, changed: int) -> bool:
            return heard(account, stream, changed) and not self.lock.is_wanted()

        wanted = self.account(account).id if account else ""
        answers = [] if self.once is None else self.once.sync(wanted, full=full, heard=page)
        if self.ours and self.lock.is_wanted():
            # A window wants to be the engine: let it, and go on as its client.
            self.ours = False
            self.lock.release()
        if self.ours:
            return answers
        answer = self.ask("pull", {"account": wanted, "full": full})
        return self.sync(account, full=full, heard=heard) if answer is None else answer["accounts"]

    def ask(self, name: str, facts: dict[str, Any]) -> dict[str, Any] | None:
        """Leave an errand for the engine at work, and wait for its answer.

        Returns: None where that engine left without one: the work is ours now.

        Raises:
            Relayed: the engine could not do it.
        """
        errand = self.desk.ask(name, facts)
        wake = self.home.clock.wake()
        while (answer := self.desk.answer(errand)) is None:
            if self._take_over():
                return None
            self.home.clock.wait(wake, _LOOK_S)
        if error := answer.get("error"):
            raise Relayed(error["code"], error.get("reason", ""), error["remedy"])
        return answer

    @cached_property
    def signing(self) -> Accounts:
        """Who connects and disconnects accounts: we do, whoever's engine is at work."""
        return app.build_signing(self.home, self.database, self.services)

    def disconnect(self, account: Account, *, keep_remote: bool) -> bool:
        """Forget an account; return whether its service was told."""
        this = AccountId(account.id)
        if self.engine is not None:
            return self.engine.disconnect(this, keep_remote=keep_remote)
        answer = self.ask("disconnect", {"account": this, "keep_remote": keep_remote})
        if answer is None:
            return self.disconnect(account, keep_remote=keep_remote)
        return bool(answer["revoked"])

    def keep_client(
        self, service: str, client_id: str, secret: str | None, tenant: str | None
    ) -> None:
        """Use a registration of the person's own; the secret goes into the vault alone."""
        app.keep_client(self.home, self.desk, service, client_id, secret, tenant)

    def forget_keys(self) -> None:
        """Erase every secret of this profile: what is left of it cannot be read any more."""
        open_vault(self.home.folder, self.home.keys.vault_key).wipe()

    def account(self, wanted: str) -> Account:
        """Return the account of this id, name or address."""
        found = self.find_account(wanted)
        if found is None:
            raise Unknown("account")
        return found

    def bring(self, item: ItemId, entry: str, part: str) -> str:
        """Bring an attachment, or a file's bytes, and return its id once it is here."""
        if self.engine is not None:
            return self.engine.bring(item, entry, part).id
        answer = self.ask("fetch", {"item": item, "entry": entry, "part": part})
        return self.bring(item, entry, part) if answer is None else str(answer["blob"])

    def find_account(self, wanted: str, action: str = "") -> Account | None:
        """Return the account of this id, name or address, if there is one.

        Args:
            action: of several the first that can do this.
        """
        found = [
            account
            for account in self.desk.accounts()
            if wanted in (account.id, account.name, account.address)
        ]
        able = (account for account in found if action in self.desk.makers(account.service))
        return next(able, found[0] if found else None)

    def _deliver_there(self, action: ActionId) -> Action:
        clock, wake = self.home.clock, self.home.clock.wake()
        this = self.desk.action(action)
        tries = this.tries
        while this.state is State.SENDING or (this.state is State.WAITING and this.tries == tries):
            if self._take_over():
                return self.deliver(action)
            if this.state is State.WAITING and (kept := self._kept_there(this)) is not None:
                return replace(this, error=kept)
            clock.wait(wake, _LOOK_S)
            this = self.desk.action(action)
        if this.state is State.SENT:
            self.ask("pull", {"account": this.account})
        return self.desk.action(action)

    def _kept_there(self, action: Action) -> Failure | None:
        """Return what keeps an action that is due from being tried, as far as can be seen here."""
        account = self.account(action.account)
        remedy = _KEPT_BY.get(account.state)
        if remedy is None or self.home.clock.now() < action.not_before_at + _TRIED_WITHIN:
            return None
        code, _, reason = account.trouble.partition(":")
        return Failure(code, reason, remedy)

    def _take_over(self) -> bool:
        """Become the engine when the one that was at work has left, and no window wants to be."""
        self.ours = self.ours or (not self.lock.is_wanted() and self.lock.acquire())
        return self.ours


@contextmanager
def open_work(arguments: Namespace, printer: Printer) -> Iterator[Work]:
    """Open the profile that the command line names.

    Raises:
        VaultLocked, VaultAbsent, WrongKey: its keys could not be had.
    """
    home = open_home(arguments.profile)
    lock = EngineLock(home.folder)
    ours = lock.acquire()
    try:
        with app.opened_store(home, alone=ours) as database:
            work = Work(home, database, app.build_desk(home, database), lock, ours)
            try:
                yield work
            finally:
                work.close()
    finally:
        lock.release()
