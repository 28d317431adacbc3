"""One run: a person, another device, a bad network and crashes, and what must hold at the end.

    python -m tests.simulation.play SEED [COUNT]

replays a seed, or that many from it, and prints what each found.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from loopdesk import app
from loopdesk.core.actions import ActionId
from loopdesk.core.changes import Account
from loopdesk.core.clients import Client
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import AccountId
from loopdesk.core.rows import Section
from loopdesk.desk.desk import Desk
from loopdesk.engine.accounts import Accounts, account_id
from loopdesk.engine.service import Engine
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.http import Http
from loopdesk.providers.api import Adapter, Links
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google import oauth
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from loopdesk.store import accounts
from loopdesk.store.blobs import Attached
from loopdesk.store.connection import InlineDatabase, condemn, prepare
from loopdesk.store.vessel import Vessel
from tests.providers.bench import MemoryTokens
from tests.sandbox import tiny
from tests.simulation.agreement import BrokenError, check_effects
from tests.simulation.person import Person
from tests.simulation.seams import (
    BASE,
    Network,
    Scheduler,
    SimClock,
    SimDatabase,
    SimIds,
    SimTransport,
)
from tests.simulation.sides import compare
from tests.simulation.world import SHARED, world

_KEY = bytes(range(32))
_PLAY_S = 900.0
_CALM_S = 700.0
_FAULTS = (
    "",
    "drop%12",
    "503-after%12",
    "429=7%12",
    "cut%8,500%8",
    "401%6",
    "truncate%6",
    "drop@POST/drafts/send*2",
    "503-after@POST/drafts/send*2,drop@PATCH/events*2",
    "drop@POST/upload*2,drop@PUT/upload*2",
    "drop@POST/tasks*2,503-after@PATCH/drive*2",
    "cursors",
)


@dataclass
class Run:
    """Everything of one seed.

    Args:
        change: alters the adapter, to see the run catch a fault.
    """

    seed: int
    folder: Path
    change: Callable[[Adapter], Adapter] = lambda adapter: adapter
    written: dict[ActionId, str] = field(default_factory=dict)
    crashes: int = 0

    def __post_init__(self) -> None:
        self.lots = random.Random(self.seed)
        self.scheduler = Scheduler(self.lots)
        self.clock = SimClock(self.scheduler)
        self.ids = SimIds(self.lots)
        self.network = Network()
        self.sandbox = Sandbox(self.clock.now, seed=self.seed, limits="off", world=world())
        self.endpoints = Endpoints(PROVIDER.endpoints, _places(self.sandbox))
        self.tokens = MemoryTokens()
        self.vessel = Vessel(self.folder / "files")
        prepare(self.folder, _KEY)
        self._open_window()
        self.person = Person(lambda: self.desk, self.lots, self.ids, self.clock.now, self.written)
        self.database: SimDatabase | None = None

    def play(self) -> None:
        """Let everything happen, then let it end, and check what is left."""
        self.scheduler.spawn("sign-in", self._sign_in)
        self.scheduler.run(30.0)
        self._start_engine()
        self.scheduler.run(90.0)
        self.scheduler.spawn("person", self._person)
        self.scheduler.spawn("elsewhere", self._elsewhere)
        self.scheduler.spawn("weather", self._weather)
        self.scheduler.run(_PLAY_S, self._perhaps_crash)
        for lane in ("person", "elsewhere", "weather"):
            self.scheduler.kill(lane)
        self.network.down, self.network.refused, self.network.answer_lost = False, 0.0, 0.0
        self.sandbox.set_faults("")
        self.scheduler.run(_PLAY_S + _CALM_S)
        google = self.sandbox.state()["google"]
        check_effects(self.desk, google, self.person)
        compare(self.desk, self.window, google)

    def close(self) -> None:
        self._stop_engine()
        self.window.close()

    # --- actors -----------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        http = self._http()
        sign_in = PROVIDER.sign_in(http, self.clock, self.ids)
        client = Client(oauth.CLIENT_ID, oauth.CLIENT_SECRET)
        features = tuple(feature.key for feature in PROVIDER.features)
        visit = sign_in.begin(client, features, tiny.REDIRECT, "")
        answer = _consent(self.sandbox, visit.address)
        grant = sign_in.finish(client, visit, answer)
        account = Account(
            account_id(PROVIDER.key, grant.subject),
            PROVIDER.key,
            grant.name,
            grant.address,
            grant.subject,
            grant.scopes,
            grant.features,
        )
        self.tokens.save(AccountId(account.id), grant.secret)
        self.window.own.transact(lambda db: accounts.put(db, account))

    def _person(self) -> None:
        while True:
            self.scheduler.sleep(self.lots.expovariate(1 / 25))
            with suppress(LoopDeskError):
                self.person.act()

    def _elsewhere(self) -> None:
        """Be the mailbox's other device, the people who write, and those who share files."""
        client = tiny.sign_in(self.sandbox)
        scope = f"{tiny.SCOPES} {tiny.AUTH}drive"
        friend = tiny.sign_in(self.sandbox, tiny.BO, scope=scope)
        number = 0
        while True:
            self.scheduler.sleep(self.lots.expovariate(1 / 60))
            number += 1
            draw = self.lots.random()
            if draw < 0.4:
                raw = tiny.mail(f"Late news {number}", key=f"late-{self.seed}-{number}")
                self.sandbox.deliver_mail(tiny.ANN, raw)
                continue
            with suppress(AssertionError, ValueError):  # a fault struck this device
                if draw < 0.7:
                    self._touch_mail(client)
                else:
                    self._touch_file(friend, number)

    def _touch_mail(self, client: tiny.Client) -> None:
        threads = client.get("/gmail/v1/users/me/threads").get("threads", [])
        thread = self.lots.choice(threads or [{"id": "none"}])["id"]
        client.post(
            f"/gmail/v1/users/me/threads/{thread}/modify",
            {"addLabelIds": [self.lots.choice(["UNREAD", "IMPORTANT"])]},
        )

    def _touch_file(self, client: tiny.Client, number: int) -> None:
        """Let a file's owner put a new version over it, or say something about it."""
        file, text = self.lots.choice(SHARED), f"Bo's {number}"
        if self.lots.random() < 0.5:
            client.post(f"/drive/v3/files/{file}/comments", {"content": text}, fields="id")
            return
        client.send(
            "PATCH",
            f"/upload/drive/v3/files/{file}",
            text.encode(),
            headers={"Content-Type": "text/plain"},
            params={"uploadType": "media"},
        )

    def _weather(self) -> None:
        while True:
            self.scheduler.sleep(self.lots.expovariate(1 / 90))
            self.network.down = self.lots.random() < 0.25
            self.network.refused = self.lots.choice([0.0, 0.0, 0.1])
            self.network.answer_lost = self.lots.choice([0.0, 0.0, 0.1])
            self.sandbox.set_faults(self.lots.choice(_FAULTS))

    # --- the engine -------------------------------------------------------------------------------

    def _http(self) -> Http:
        session = requests.Session()
        transport = SimTransport(self.scheduler, self.sandbox, self.endpoints, self.network)
        session.mount("https://", transport)
        session.mount("http://", transport)  # addresses that the stand-in hands out
        return Http(session, self.clock, self.endpoints)

    def _start_engine(self) -> None:
        database = self.database = SimDatabase(self.scheduler, self.folder, _KEY)

        def connect(account: Account) -> Adapter:
            client = Client(oauth.CLIENT_ID, oauth.CLIENT_SECRET)
            files = Attached(database, self.vessel)
            links = Links(account, client, self._http(), self.tokens, self.clock, self.ids, files)
            return self.change(PROVIDER.connect(links))

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
                {PROVIDER.key: PROVIDER},
                lambda _: self._http(),
                lambda _: Client(oauth.CLIENT_ID, oauth.CLIENT_SECRET),
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
        if self.lots.random() >= 0.001:
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
            {PROVIDER.key: PROVIDER.actions},
            app.ranking(),
            lambda: UTC,
            self.vessel,
        )


def _places(sandbox: Sandbox) -> dict[str, str]:
    table = tomllib.loads(sandbox.config_toml(BASE))["services"][PROVIDER.key]
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
    seed: int, change: Callable[[Adapter], Adapter] = lambda adapter: adapter
) -> Iterator[Run]:
    """Set a run up in a folder of its own, in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108  # the folder in it is a private one
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    run = Run(seed, folder, change)
    try:
        yield run
    finally:
        run.close()
        shutil.rmtree(folder)


def main() -> int:
    first = int(sys.argv[1])
    failed = 0
    for seed in range(first, first + int(sys.argv[2] if len(sys.argv) > 2 else 1)):
        with run_of(seed) as run:
            try:
                run.play()
            except BrokenError as what:
                failed += 1
                print(f"seed {seed}: {what}")
            else:
                print(f"seed {seed}: {len(run.written)} actions, {run.crashes} crashes, holds")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
