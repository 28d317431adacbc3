"""Signing in and out: who was asked does it, the window's engine or the command line."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from loopdesk.core.changes import Account
from loopdesk.core.clients import Client
from loopdesk.core.errors import LoopDeskError, SignInFailed, Unknown
from loopdesk.core.items import AccountId
from loopdesk.core.seams import Clock, Connection, Database, Ids, Tokens
from loopdesk.providers.api import Grant, Provider, Visit
from loopdesk.store import accounts

if TYPE_CHECKING:
    from loopdesk.net.http import Http

WAIT_S = 300.0


class Asked:
    """One sign-in that goes on, as whoever asked for it can end it."""

    def __init__(self, read: Callable[[], str] = str) -> None:
        """Begin with nothing.

        Args:
            read: waits until the person has typed what the service's page shows; "" where that
                comes by `type`.
        """
        self._cancelled = False
        self.code, self.read = "", read

    def cancel(self) -> None:
        self._cancelled = True

    def is_set(self) -> bool:
        return self._cancelled

    def type(self, code: str) -> None:
        """Give the code that the service's page shows."""
        self.code = code.strip()


class ForgettingTokens(Tokens, Protocol):
    def forget(self, account: AccountId) -> None: ...


@dataclass(frozen=True, slots=True)
class _Begun:
    """A sign-in whose page is to be shown; `finish` waits for its answer."""

    visit: Visit
    finish: Callable[[], Grant]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Connects and disconnects accounts of one profile.

    Args:
        http: builds the way to a service by its key.
        client: the registration to use for a service; raises `SignInFailed("no-client")`.
        open_page: shows a page in the person's browser; raises `SignInFailed("no-browser")`.
        release: gives the way to a service up: no account needs it any more.
    """

    providers: Mapping[str, Provider]
    http: Callable[[str], Http]
    client: Callable[[str], Client]
    tokens: ForgettingTokens
    database: Database
    clock: Clock
    ids: Ids
    open_page: Callable[[str], None]
    release: Callable[[str], None]

    def connect(
        self,
        service: str,
        features: tuple[str, ...],
        *,
        shown: Callable[[str], None],
        asked: Asked,
        renew: str | None = None,
        open_browser: bool = True,
        typed: bool = False,
        older: str | None = None,
        whole: bool = False,
    ) -> Account:
        """Lead the person through a service's consent, and keep the account.

        Args:
            features: asked for besides those that the account has; none means the usual ones.
            shown: hears the consent page's address before the wait begins.
            renew: the account this sign-in is for; another person's is refused.
            typed: the service shows a code, which comes by `asked`, and sends nobody back.
            older: the key for the service's way in of before, which shows a token likewise; "":
                the account's; None: the present way.
            whole: the features are all that the account is to have from now on.

        Raises:
            SignInFailed: with the reason; nothing is half-connected.
        """
        try:
            known = None if renew is None else self._account(AccountId(renew))
            typed = typed or older is not None
            features = features or self.provider(service).usual
            if known is not None and not whole:
                features = tuple(dict.fromkeys((*known.features, *features)))
            with self._begun(service, features, known, asked, typed=typed, older=older) as begun:
                shown(begun.visit.address)
                if open_browser:
                    self.open_page(begun.visit.address)
                return self._keep(service, begun.finish())
        finally:
            self._release(service)

    @contextmanager
    def _begun(
        self,
        service: str,
        features: tuple[str, ...],
        known: Account | None,
        asked: Asked,
        *,
        typed: bool,
        older: str | None,
    ) -> Iterator[_Begun]:
        """Begin a sign-in; the browser that brings its answer is told how it ended."""
        from loopdesk.net.loopback import Receiver

        provider = self.provider(service)
        client = self.client(service) if older is None else Client(older)
        hint = known.address if known else ""
        secret = None if known is None else self.tokens.load(AccountId(known.id))
        sign_in = provider.sign_in(self.http(service), self.clock, self.ids)

        def finished(visit: Visit, answer: Mapping[str, str]) -> Grant:
            self.http(service)  # the last account may have been disconnected while this one waited
            grant = sign_in.finish(client, visit, answer)
            if known is not None and grant.subject != known.subject:
                raise SignInFailed("another-person")
            return grant

        if typed:
            visit = sign_in.begin(client, features, "", hint, secret)
            yield _Begun(visit, lambda: finished(visit, {"code": self._typed(asked)}))
            return
        with Receiver(provider.redirect, self.clock) as receiver:
            visit = sign_in.begin(client, features, receiver.redirect_uri, hint, secret)

            def come() -> Grant:
                answer = receiver.wait(visit.state, WAIT_S, asked)
                try:
                    grant = finished(visit, answer)
                except LoopDeskError:
                    receiver.finish(ok=False)
                    raise
                receiver.finish(ok=True)
                return grant

            yield _Begun(visit, come)

    def _typed(self, asked: Asked) -> str:
        """Wait for the code that the person reads off the service's page."""
        wake, until = self.clock.wake(), self.clock.monotonic() + WAIT_S
        while not (code := asked.code or asked.read()):
            if asked.is_set():
                raise SignInFailed("cancelled")
            if self.clock.monotonic() > until:
                raise SignInFailed("timed-out")
            self.clock.wait(wake, 0.1)
        return code

    def _keep(self, service: str, grant: Grant) -> Account:
        account = Account(
            id=account_id(service, grant.subject),
            service=service,
            name=grant.name,
            address=grant.address,
            subject=grant.subject,
            scopes=grant.scopes,
            features=grant.features,
            expires_at="" if grant.ends_at is None else grant.ends_at.isoformat(),
        )
        # The secret first: a row without one would be an account that cannot be used.
        self.tokens.save(AccountId(account.id), grant.secret)
        self.database.own.transact(lambda db: accounts.put(db, account))
        return account

    def check_kept(self, service: str) -> None:
        """Ask a service about the registration in use."""
        self.check(service, self.client(service))

    def check(self, service: str, client: Client) -> None:
        """Ask a service whether it knows a registration.

        Raises:
            SignInFailed: it does not, or does not take its secret.
        """
        provider = self.provider(service)
        provider.sign_in(self.http(service), self.clock, self.ids).check(client)

    def disconnect(self, account: AccountId, *, keep_remote: bool) -> bool:
        """Forget an account here, and revoke its grant at the service unless told not to.

        Returns: whether the service ended the access: offline it was not told, and not each can.
        """
        known = self._account(account)
        secret = self.tokens.load(account)
        revoked = False
        if secret is not None and not keep_remote:
            provider = self.provider(known.service)
            sign_in = provider.sign_in(self.http(known.service), self.clock, self.ids)
            try:
                revoked = sign_in.revoke(self.client_of(known), secret)
            except LoopDeskError:
                revoked = False
        # The secret first, as a row without one can be disconnected again.
        self.tokens.forget(account)
        self.database.own.transact(lambda db: accounts.remove(db, account))
        self._release(known.service)
        return revoked

    def _release(self, service: str) -> None:
        """Refuse a service's hosts again where no account needs them."""
        if service not in {account.service for account in self.database.read(accounts.every)}:
            self.release(service)

    def client_of(self, account: Account) -> Client:
        """Return the registration that an account needs: one that came the way of before has all.

        Raises:
            SignInFailed: "no-client".
        """
        older = self.provider(account.service).registration.older
        if older is not None and older.brought(account.scopes):
            return Client("")
        return self.client(account.service)

    def provider(self, service: str) -> Provider:
        """Raises: Unknown."""
        if service not in self.providers:
            raise Unknown("service")
        return self.providers[service]

    def _account(self, account: AccountId) -> Account:
        def work(db: Connection) -> Account | None:
            return accounts.get(db, account)

        found = self.database.read(work)
        if found is None:
            raise Unknown("account")
        return found


def account_id(service: str, subject: str) -> str:
    """Return the id of a person's account: the same whenever they sign in again."""
    digest = hashlib.blake2b(f"{service}\0{subject}".encode(), digest_size=5).digest()
    return f"{service}-{base64.b32encode(digest).decode().lower()}"
