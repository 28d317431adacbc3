"""The composition root: builds every part by hand and hands it what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from loopdesk.core.approval import Request
from loopdesk.core.clients import Client, ClientId
from loopdesk.core.errors import SignInFailed, StoreDamaged
from loopdesk.core.rows import Section
from loopdesk.core.seams import Clock, Database, Ids
from loopdesk.desk.desk import Desk
from loopdesk.desk.ranking import Ranking
from loopdesk.engine.protocol import ToWindow
from loopdesk.providers import registry
from loopdesk.providers.api import Links, Provider
from loopdesk.rank.weights import Weights
from loopdesk.store.blobs import Attached
from loopdesk.store.connection import SqlDatabase, condemn, is_prepared, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.system.resources import resource
from loopdesk.system.seams import SystemClock, SystemIds, ThreadSpawn
from loopdesk.vault.api import Keys, Vault, client_secret

if TYPE_CHECKING:
    from loopdesk.core.changes import Account
    from loopdesk.engine.accounts import Accounts
    from loopdesk.engine.service import Engine
    from loopdesk.net.guard import Guard
    from loopdesk.net.http import Http
    from loopdesk.net.settings import Settings
    from loopdesk.providers.api import Adapter
    from loopdesk.store.hosts import Host
    from loopdesk.store.refs import Refer
    from loopdesk.sync.judge import Ranker


@dataclass(frozen=True)
class Home:
    """One opened profile.

    Args:
        folder: its data folder.
        name: as the person calls it; the demo's and the default one's are special.
        keys: what opens its database and its vault.
    """

    folder: Path
    name: str
    keys: Keys
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=SystemIds)


@contextmanager
def opened_store(home: Home, *, alone: bool) -> Iterator[Database]:
    """Lend the two files, opened.

    Args:
        alone: we hold the profile's engine lock, so that a damaged cache may be set aside.
    """
    if alone or not is_prepared(home.folder):
        prepare(home.folder, home.keys.database_key)
    database = SqlDatabase(home.folder, home.keys.database_key)
    try:
        yield database
    except StoreDamaged:
        if alone:
            # The next start sets the cache aside and pulls it again.
            condemn(home.folder)
        raise
    finally:
        database.close()


def providers() -> dict[str, Provider]:
    return registry.load()


def build_desk(home: Home, database: Database, nudge: Callable[[], None] = lambda: None) -> Desk:
    specs = {key: provider.actions for key, provider in providers().items()}
    return Desk(database, home.clock, home.ids, specs, ranking(), zone, vessel(home), nudge)


def vessel(home: Home) -> Vessel:
    """Return where a profile's larger files lie, sealed."""
    return Vessel(home.folder / "files")


def ranking() -> Ranking:
    return Ranking(Weights.from_json(resource("rank", "weights.json").read_text("utf-8")))


def ranker() -> Ranker:
    """Return what the engine judges items by."""
    from loopdesk.content.quotes import split_quotes
    from loopdesk.rank.intent import Intent
    from loopdesk.sync.judge import Ranker

    return Ranker(
        ranking().weights,
        Intent.from_json(resource("rank", "intent.json").read_text("utf-8")),
        zone,
        lambda text: split_quotes(text).own,
    )


def refer(service: str) -> Refer:
    """Return what reads the references in a service's items."""
    from loopdesk.sync.refer import referrer

    return referrer(service, providers())


def pictures_in(html: str) -> tuple[str, ...]:
    """Return the addresses of the remote pictures that a mail would show."""
    from loopdesk.content.rich import clean_html, remote_pictures

    return remote_pictures(clean_html(html))


def zone() -> tzinfo:
    """Return the person's zone as the system has it now."""
    from tzlocal import get_localzone

    return get_localzone()


@dataclass(frozen=True)
class Services:
    """The ways to the services that one profile uses."""

    known: dict[str, Provider]
    settings: Settings
    guard: Guard
    clock: Clock
    _open: dict[str, Http] = field(default_factory=dict)

    def http(self, service: str) -> Http:
        """Return the way to a service, whose hosts are let through from now on."""
        if service not in self._open:
            from loopdesk.net.endpoints import Endpoints
            from loopdesk.net.http import open_http

            provider, wanted = self.known[service], self.settings.service(service)
            network = self.settings.network
            endpoints = Endpoints(provider.endpoints, wanted.endpoints, network.elsewhere)
            self.guard.allow(service, endpoints.authorities(provider.hosts))
            self._open[service] = open_http(
                endpoints, self.guard, self.clock, network, wanted.ca_file
            )
        return self._open[service]

    def release(self, service: str) -> None:
        """Refuse what only this service needed; until the way to it is asked for again."""
        self._open.pop(service, None)
        self.guard.withdraw(service)

    def spoken(self) -> list[Host]:
        """Return the hosts spoken to since this was last asked."""
        from loopdesk.store.hosts import Host

        return [
            Host(
                one.host,
                one.once,
                one.first_at,
                one.last_at,
                one.count,
                one.protocol,
                one.cipher,
            )
            for one in self.guard.take_spoken()
        ]


def note_hosts(services: Services, database: Database) -> None:
    """Put on record whom we spoke to."""
    from loopdesk.store import hosts

    spoken = services.spoken()
    database.own.transact(lambda db: hosts.add(db, spoken))


def load_settings(home: Home, known: Mapping[str, Provider]) -> Settings:
    """Return what the profile's `config.toml` says."""
    from loopdesk.net.settings import load_settings

    return load_settings(
        home.folder / "config.toml",
        home.name,
        {key: provider.endpoints for key, provider in known.items()},
    )


def build_services(home: Home) -> Services:
    from loopdesk.net.guard import Guard

    known = providers()
    settings = load_settings(home, known)
    guard = Guard(home.clock, loopback_only=settings.loopback_only)
    return Services(known, settings, guard, home.clock)


def client_id(database: Database, configured: str, service: str) -> ClientId:
    """Return the client to use: the person's own, else the configured, else the shipped one."""
    import tomllib

    from loopdesk.store import marks

    own = database.read(lambda db: marks.setting(db, f"client.{service}")) or configured
    tenant = database.read(lambda db: marks.setting(db, f"tenant.{service}"))
    shipped = tomllib.loads(resource("clients.toml").read_text("utf-8")).get(service, {})
    return ClientId(own or shipped.get("client_id", ""), own=bool(own), tenant=tenant)


def clients(home: Home, database: Database) -> dict[str, ClientId]:
    """Return, by service, which client signs in there."""
    known = providers()
    settings = load_settings(home, known)
    return {key: client_id(database, settings.service(key).client_id, key) for key in known}


def client(services: Services, database: Database, vault: Vault, service: str) -> Client:
    """Return the registration to use.

    Raises:
        SignInFailed: "no-client".
    """
    found = client_id(database, services.settings.service(service).client_id, service)
    if not found.id:
        raise SignInFailed("no-client")
    secret = (vault.get(client_secret(service)) or b"").decode()
    return Client(found.id, secret, found.tenant)


def approval_request(provider: Provider, client: ClientId, features: Sequence[str]) -> Request:
    """Return what an administrator is asked for, for this client and these features."""
    return provider.approval_request(Client(client.id, tenant=client.tenant), features)


def keep_client(
    home: Home,
    desk: Desk,
    service: str,
    client_id: str,
    secret: str | None,
    tenant: str | None = None,
) -> None:
    """Use a registration of the person's own; the secret goes into the vault alone.

    Args:
        secret, tenant: None: as they are.
    """
    from loopdesk.vault.profile import open_vault

    if secret is not None:
        open_vault(home.folder, home.keys.vault_key).put(client_secret(service), secret.encode())
    if tenant is not None:
        desk.set(f"tenant.{service}", tenant)
    if client_id:
        desk.set(f"client.{service}", client_id)


def build_signing(
    home: Home,
    database: Database,
    services: Services,
    open_page: Callable[[str], None] | None = None,
) -> Accounts:
    """Build what connects and disconnects accounts, with what an engine needs of it too."""
    from loopdesk.engine.accounts import Accounts
    from loopdesk.system.browser import open_page as in_browser
    from loopdesk.vault.api import VaultTokens
    from loopdesk.vault.profile import open_vault

    vault = open_vault(home.folder, home.keys.vault_key)
    return Accounts(
        services.known,
        services.http,
        lambda service: client(services, database, vault, service),
        VaultTokens(vault),
        database,
        home.clock,
        home.ids,
        open_page or in_browser,
        services.release,
    )


def connector(
    home: Home, database: Database, services: Services, signing: Accounts
) -> Callable[[Account], Adapter]:
    """Return what builds an account's adapter."""
    files = Attached(database, vessel(home))

    def connect(account: Account) -> Adapter:
        service = account.service
        http, registration = signing.http(service), signing.client_of(account)
        paced = services.settings.service(service).limits == "real"
        links = Links(
            account, registration, http, signing.tokens, home.clock, home.ids, files, paced
        )
        return services.known[service].connect(links)

    return connect


def build_engine(
    home: Home,
    database: Database,
    tell: Callable[[ToWindow], None] = lambda _: None,
    open_page: Callable[[str], None] | None = None,
    services: Services | None = None,
) -> Engine:
    """Build the engine of a profile: what talks to the services, and nothing of the window.

    Args:
        services: the ways to them, where this process has opened them already.
    """
    from loopdesk.engine.service import Engine

    services = services or build_services(home)
    signing = build_signing(home, database, services, open_page)

    judge, desk = ranker(), build_desk(home, database)
    return Engine(
        database,
        home.clock,
        home.ids,
        ThreadSpawn(),
        judge,
        refer,
        connector(home, database, services, signing),
        signing,
        vessel(home),
        pictures_in,
        lambda: [row.id for row in desk.top(section=Section.NOW).rows],
        str(judge.weights.version),
        services.spoken,
        tell,
    )
