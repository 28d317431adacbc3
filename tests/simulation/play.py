"""One run: a person, other devices, a bad network and crashes, and what must hold at the end.

    python -m tests.simulation.play SEED [COUNT [SERVICE ...]]

replays a seed, or that many from it, with these services or all, and prints what each found.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from loopdesk import app
from loopdesk.core.actions import ActionId
from loopdesk.core.changes import Account, AccountState
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import AccountId, Kind
from loopdesk.core.rows import Section
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from loopdesk.engine.accounts import Accounts, account_id
from loopdesk.engine.service import Engine
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.http import Http
from loopdesk.providers.api import Adapter, Links
from loopdesk.sandbox.faults import Faults, parse
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from loopdesk.store import accounts
from loopdesk.store.blobs import Attached
from loopdesk.store.connection import InlineDatabase, condemn, prepare
from loopdesk.store.vessel import Vessel
from tests.sandbox import tiny
from tests.simulation.agreement import check_current, check_effects
from tests.simulation.person import Person
from tests.simulation.seams import (
    BASE,
    Network,
    Scheduler,
    SimClock,
    SimDatabase,
    SimIds,
    SimTokens,
    SimTransport,
)
from tests.simulation.service import BrokenError, Service
from tests.simulation.services.asana import Asana
from tests.simulation.services.dropbox import Dropbox
from tests.simulation.services.google import Google
from tests.simulation.services.microsoft import Microsoft
from tests.simulation.services.slack import Slack
from tests.simulation.services.trello import Trello
from tests.simulation.sides import compare

_KEY = bytes(range(32))
_PLAY_S = 900.0
_DOWN_S = 450.0
"""So long one service is down when all the rest is well."""
_CURRENT_S = 250.0
"""What all is well with was asked for no longer ago."""
_SIGNED_IN_S = (42_300.0, 43_100.0)
"""So long before a run the person signed in, half a day at most: that is how long tokens hold."""
_LOOK_S = 60.0
_CURSORS = "cursors"
_FAULTS = (
    "",
    "drop%12",
    "503-after%12",
    "429=7%12",
    "cut%8,500%8",
    "401%6",
    "truncate%6",
    _CURSORS,
)
"""What befalls the answers of any service."""
_LOST = (0.0, 0.0, 0.1)
"""How large a share of the answers is lost, as the weather has it."""
SERVICES: tuple[type[Service], ...] = (
    Google,
    Microsoft,
    Slack,
    Trello,
    Dropbox,
    Asana,
)


@dataclass
class Run:
    """Everything of one seed.

    Args:
        kinds: the services that the person has an account at.
        change: alters the adapter, to see the run catch a fault.
        lost: from which the weather takes the share of the answers that is lost.
    """

    seed: int
    folder: Path
    kinds: Sequence[type[Service]]
    change: Callable[[Adapter], Adapter] = lambda adapter: adapter
    lost: Sequence[float] = _LOST
    written: dict[ActionId, str] = field(default_factory=dict)
    crashes: int = 0
    renewals: int = 0

    def __post_init__(self) -> None:
        self.lots = random.Random(self.seed)
        self.scheduler = Scheduler(self.lots, now_s=-self.lots.uniform(*_SIGNED_IN_S))
        self.clock = SimClock(self.scheduler)
        self.ids = SimIds(self.lots)
        self.services = [kind() for kind in self.kinds]
        self.networks = {service.key: Network(Faults(self.seed)) for service in self.services}
        world = World([])
        for service in self.services:
            service.put_into(world)
        self.sandbox = Sandbox(self.clock.now, seed=self.seed, limits="off", world=world)
        self.providers = {service.key: service.provider for service in self.services}
        for service in self.services:
            service.begin(self.sandbox, self.lots)
        self.tokens = SimTokens(self.scheduler)
        self.vessel = Vessel(self.folder / "files")
        prepare(self.folder, _KEY)
        self._open_window()
        self.person = Person(
            lambda: self.desk, self.services, self.lots, self.ids, self.clock.now, self.written
        )
        self.database: SimDatabase | None = None

    def play(self) -> None:
        """Let everything happen, then let it end, and check what is left."""
        self.scheduler.spawn("sign-in", self._sign_in)
        self.scheduler.run(self.scheduler.now_s + 30.0)
        self.scheduler.now_s = 30.0
        for service in self.services:
            service.meet(self.sandbox)
        self._start_engine()
        self.scheduler.run(90.0)
        self.scheduler.spawn("sign-in", self._sign_in_again)
        self.scheduler.spawn("person", self._person)
        self.scheduler.spawn("elsewhere", self._elsewhere)
        self.scheduler.spawn("weather", self._weather)
        self.scheduler.run(_PLAY_S, self._perhaps_crash)
        for lane in ("person", "elsewhere", "weather"):
            self.scheduler.kill(lane)
        self._calm_down()
        states = self.sandbox.state()
        check_effects(self.desk, self.services, states, self.person)
        compare(self.desk, self.window, self.services, states)

    def _calm_down(self) -> None:
        """Let all be well but for one service, and then for that as well."""
        for network in self.networks.values():
            network.faults.set([])
            network.down, network.refused, network.answer_lost = False, 0.0, 0.0
        end_s = _PLAY_S
        if len(self.services) > 1:
            end_s += _DOWN_S
            down = self.lots.choice(self.services)
            self.networks[down.key].down = True
            self.scheduler.run(end_s)
            for service in self.services:
                if service is not down:
                    check_current(self.desk, service, self.clock.now(), _CURRENT_S)
            self.networks[down.key].down = False
        end_s += max(service.calm_s for service in self.services)
        self.scheduler.run(end_s - _LOOK_S)
        for row in self.desk.top(1000, view=View.ALL, kind=Kind.MESSAGE).rows:
            if row.chat is not None:  # some services let nobody ask for them unless somebody looks
                self.person.look(row)
        self.scheduler.run(end_s)

    def close(self) -> None:
        self._stop_engine()
        self.window.close()

    # --- actors -----------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        for service in self.services:
            self._sign_in_at(service)

    def _sign_in_again(self) -> None:
        """Sign in where the account asks for it: some tokens are lost with the answer that brings
        them."""
        by_key = {service.key: service for service in self.services}
        while True:
            self.scheduler.sleep(self.lots.expovariate(1 / 30))
            for account in self.desk.accounts():
                if account.state is AccountState.SIGN_IN:
                    with suppress(LoopDeskError, LookupError):
                        self._sign_in_at(by_key[account.service])
                        self.renewals += 1

    def _sign_in_at(self, service: Service) -> None:
        sign_in = service.provider.sign_in(self._http(service), self.clock, self.ids)
        visit = sign_in.begin(service.client, service.features, service.redirect, "")
        answer = _consent(self.sandbox, self._endpoints(service).place(visit.address))
        grant = sign_in.finish(service.client, visit, answer)
        account = Account(
            account_id(service.key, grant.subject),
            service.key,
            grant.name,
            grant.address,
            grant.subject,
            grant.scopes,
            grant.features,
        )
        service.account = AccountId(account.id)
        self.tokens.save(service.account, grant.secret)
        self.window.own.transact(partial(accounts.put, account=account))

    def _person(self) -> None:
        while True:
            self.scheduler.sleep(self.lots.expovariate((1 + len(self.services)) / 50))
            with suppress(LoopDeskError):
                self.person.act()

    def _elsewhere(self) -> None:
        """Be the person's other devices, and the other people."""
        number = 0
        while True:
            self.scheduler.sleep(self.lots.expovariate(len(self.services) / 60))
            number += 1
            service = self.lots.choice(self.services)
            service.elsewhere(self.sandbox, self.lots, f"{self.seed}-{number}")

    def _weather(self) -> None:
        while True:
            self.scheduler.sleep(self.lots.expovariate(len(self.services) / 90))
            service = self.lots.choice(self.services)
            network = self.networks[service.key]
            network.down = self.lots.random() < 0.25
            network.refused = self.lots.choice([0.0, 0.0, 0.1])
            network.answer_lost = self.lots.choice(self.lost)
            fault = self.lots.choice((*_FAULTS, *service.faults))
            if fault == _CURSORS:
                service.expire_cursors(self.sandbox)
            network.faults.set(parse("" if fault == _CURSORS else fault))

    # --- the engine -------------------------------------------------------------------------------

    def _endpoints(self, service: Service) -> Endpoints:
        return Endpoints(service.provider.endpoints, _places(self.sandbox, service.key))

    def _http(self, service: Service) -> Http:
        session, endpoints = requests.Session(), self._endpoints(service)
        network = self.networks[service.key]
        transport = SimTransport(self.scheduler, self.sandbox, endpoints, network)
        session.mount("https://", transport)
        session.mount("http://", transport)  # addresses that the stand-in hands out
        return Http(session, self.clock, endpoints)

    def _start_engine(self) -> None:
        database = self.database = SimDatabase(self.scheduler, self.folder, _KEY)
        by_key = {service.key: service for service in self.services}

        def connect(account: Account) -> Adapter:
            service = by_key[account.service]
            http, files = self._http(service), Attached(database, self.vessel)
            links = Links(account, service.client, http, self.tokens, self.clock, self.ids, files)
            return self.change(service.provider.connect(links))

        def spawn(lane: str, run: Callable[[], None]) -> None:
            self.scheduler.spawn(f"engine-{lane}", run)

        engine = Engine(
            self.database,
            self.clock,
            self.ids,
            spawn,
            app.ranker(),
            app.refer,
            connect,
            Accounts(
                self.providers,
                lambda key: self._http(by_key[key]),
                lambda key: by_key[key].client,
                self.tokens,
                self.database,
                self.clock,
                self.ids,
                lambda _: None,
                lambda _: None,
            ),
            self.vessel,
            app.pictures_in,
            lambda: [row.id for row in self.desk.top(section=Section.NOW).rows],
            "1",
        )
        self.scheduler.spawn("engine", engine.run)

    def _stop_engine(self) -> None:
        self.scheduler.kill("engine")
        if self.database is not None:
            self.database.inner.close()

    def _perhaps_crash(self) -> None:
        saving, self.tokens.saving = self.tokens.saving, False
        if self.lots.random() >= (0.3 if saving else 0.001 / len(self.services)):
            return
        self.crashes += 1
        self._stop_engine()
        fate = self.lots.random()
        if fate < 0.1:  # the cache is lost with the crash: all is pulled again
            condemn(self.folder)
            prepare(self.folder, _KEY)
        if fate < 0.3:  # the window dies, too: whatever it had in memory is gone
            self.scheduler.kill("person")
            self.window.close()
            self._open_window()
            self.scheduler.spawn("person", self._person)
        self._start_engine()

    def _open_window(self) -> None:
        # The window's connections outlive the engine.
        self.window = InlineDatabase(self.folder, _KEY)
        self.desk = Desk(
            self.window,
            self.clock,
            self.ids,
            {key: provider.actions for key, provider in self.providers.items()},
            app.ranking(),
            lambda: UTC,
            self.vessel,
        )


def _places(sandbox: Sandbox, service: str) -> dict[str, str]:
    table = tomllib.loads(sandbox.config_toml(BASE))["services"][service]
    places = {name: value for name, value in table.items() if isinstance(value, str)}
    return places | {f"api.{name}": value for name, value in table["api"].items()}


def _consent(sandbox: Sandbox, address: str) -> dict[str, str]:
    """Be the browser: allow everything on the consent page, return what it is sent back with."""
    place = urlsplit(address)
    page = sandbox.handle(Request("GET", place.path, place.query), BASE)
    action, inputs = tiny.Forms(page.body.decode()).forms[0]
    answer = sandbox.handle(
        Request(
            "POST",
            urlsplit(urljoin(address, action)).path,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(inputs).encode(),
        ),
        BASE,
    )
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@contextmanager
def run_of(
    seed: int,
    kinds: Sequence[type[Service]] = SERVICES,
    change: Callable[[Adapter], Adapter] = lambda adapter: adapter,
    lost: Sequence[float] = _LOST,
) -> Iterator[Run]:
    """Set a run up in a folder of its own, in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108  # the folder in it is a private one
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    run = Run(seed, folder, kinds, change, lost)
    try:
        yield run
    finally:
        run.close()
        shutil.rmtree(folder)


def main() -> int:
    first = int(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    kinds = [kind for kind in SERVICES if kind.provider.key in sys.argv[3:]] or SERVICES
    failed = 0
    for seed in range(first, first + count):
        with run_of(seed, kinds) as run:
            try:
                run.play()
            except BrokenError as what:
                failed += 1
                print(f"seed {seed}: {what}")
            else:
                told = f"{len(run.written)} actions, {run.crashes} crashes, {run.renewals} renewals"
                print(f"seed {seed}: {told}, holds")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
