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
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from loopdesk import app
from loopdesk.core.actions import HERE, Action, ActionId, Arguments, State
from loopdesk.core.changes import Account
from loopdesk.core.clients import Client
from loopdesk.core.errors import LoopDeskError, Unknown
from loopdesk.core.items import AccountId, ItemId, Kind
from loopdesk.desk.desk import Desk, View
from loopdesk.engine.accounts import Accounts, account_id
from loopdesk.engine.service import Engine
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.http import Http
from loopdesk.providers.api import Adapter, Links
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google import oauth
from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from loopdesk.store import accounts
from loopdesk.store.blobs import Attached, Vessel
from loopdesk.store.connection import InlineDatabase, condemn, prepare
from tests.providers.bench import MemoryTokens
from tests.sandbox import tiny
from tests.simulation.seams import (
    BASE,
    START,
    Network,
    Scheduler,
    SimClock,
    SimDatabase,
    SimIds,
    SimTransport,
)

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
    "cursors",
)


class BrokenError(Exception):
    """Something does not hold; the text says what, the seed how to see it again."""


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
        self.sandbox = Sandbox(self.clock.now, seed=self.seed, limits="off", world=_world())
        self.endpoints = Endpoints(PROVIDER.endpoints, _places(self.sandbox))
        self.tokens = MemoryTokens()
        self.vessel = Vessel(self.folder / "files")
        prepare(self.folder, _KEY)
        self._open_window()
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
        self._check()

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
                self._act()

    def _act(self) -> None:
        draw = self.lots.random()
        if draw < 0.15 and self.written:
            self.desk.undo(self.lots.choice(list(self.written)))
            return
        if draw < 0.2 and self.desk.outbox():
            self.desk.send_now(self.lots.choice(self.desk.outbox()).id)
            return
        rows = self.desk.top(50).rows or self.desk.top(50, view=View.ALL).rows
        if not rows:
            return
        row = self.lots.choice(rows)
        name = self.lots.choice([name for name in row.actions if name in _NAMES])
        text = f"Answer {self.ids.new()}" if name.startswith("reply") else ""
        at = self.clock.now() + timedelta(seconds=200) if name == "snooze" else None
        action = self.desk.do(name, row.id, Arguments(text=text, at=at))
        self.written[action.id] = text

    def _elsewhere(self) -> None:
        """Be the mailbox's other device, and the people who write."""
        client = tiny.sign_in(self.sandbox)
        number = 0
        while True:
            self.scheduler.sleep(self.lots.expovariate(1 / 60))
            number += 1
            if self.lots.random() < 0.5:
                raw = tiny.mail(f"Late news {number}", key=f"late-{self.seed}-{number}")
                self.sandbox.deliver_mail(tiny.ANN, raw)
                continue
            with suppress(AssertionError, ValueError):  # a fault struck this device
                threads = client.get("/gmail/v1/users/me/threads").get("threads", [])
                thread = self.lots.choice(threads or [{"id": "none"}])["id"]
                client.post(
                    f"/gmail/v1/users/me/threads/{thread}/modify",
                    {"addLabelIds": [self.lots.choice(["UNREAD", "IMPORTANT"])]},
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

    # --- what must hold ---------------------------------------------------------------------------

    def _check(self) -> None:
        state = self.sandbox.state()["google"]
        arrived = Counter(
            message["text"].strip()
            for message in state["messages"]
            if "SENT" in message["labelIds"]
        )
        for this, text in self.written.items():
            action = self.desk.action(this)
            if action.state in (State.WAITING, State.SENDING):
                raise BrokenError(f"{action.name} still {action.state}: {action.error}")
            if text:
                wanted = 1 if action.state is State.SENT else 0
                if arrived[text] != wanted:
                    raise BrokenError(
                        f"{action.name} {action.state}, arrived {arrived[text]} times"
                    )
        self._check_order()
        self._check_marks()
        self._compare(state)

    def _check_order(self) -> None:
        """See that what was done to one item was delivered in the order in which it was done."""
        by_item: dict[ItemId | None, list[Action]] = {}
        for action in reversed(self.desk.activity(5000)):
            if action.state is State.SENT and action.receipt != {"here": True}:
                by_item.setdefault(action.item, []).append(action)
        for actions in by_item.values():
            # A refused one was tried again by nobody, so the order of making is that of sending.
            sent_at = [action.settled_at for action in actions if action.settled_at]
            if sent_at != sorted(sent_at):
                raise BrokenError(f"out of order: {[action.name for action in actions]}")

    def _check_marks(self) -> None:
        """See that what is kept here is as the last such action left it."""
        wanted: dict[ItemId, dict[str, bool]] = {}
        for action in reversed(self.desk.activity(5000)):
            if action.item is not None and action.name in _MARKS:
                kind, on = _MARKS[action.name]
                wanted.setdefault(action.item, {})[kind] = on
        for item, flags in wanted.items():
            with suppress(Unknown):  # it left the mailbox; its marks are asked for with it
                marks = self.desk.row(item).marks
                here = {
                    "pin": marks.pinned,
                    "mute": marks.muted,
                    "save": marks.saved,
                    "snooze": marks.snoozed_until is not None,
                }
                if any(here[kind] is not on for kind, on in flags.items()):
                    raise BrokenError(f"marks of an item: {here}, wanted {flags}")

    def _compare(self, state: dict[str, Any]) -> None:
        """See that rows and service agree once all is calm."""
        subjects = {message["id"]: message["subject"] for message in state["messages"]}
        here = {
            row.title: row for row in self.desk.top(1000, view=View.ALL, kind=Kind.MESSAGE).rows
        }
        for thread in state["threads"]:
            if thread["account"] != tiny.ANN or {"TRASH", "DRAFT"} & set(thread["labelIds"]):
                continue
            title = subjects[thread["messages"][0]]
            row = here.get(title)
            if row is None:
                raise BrokenError(f"missing here: {title}")
            labels = {label for label in thread["labelIds"] if label != "DRAFT"}
            if set(row.places) != labels:
                raise BrokenError(f"{title}: {sorted(row.places)} here, {sorted(labels)} there")
        answers = {
            event["id"]: attendee["responseStatus"]
            for event in state["events"]
            if event["account"] == tiny.ANN
            for attendee in event.get("attendees", ())
            if attendee["email"] == tiny.ANN
        }
        for row in self.desk.top(1000, view=View.ALL, kind=Kind.MEETING).rows:
            assert row.meeting is not None
            said = _ANSWERS[row.meeting.answer]
            there = [answer for key, answer in answers.items() if row.title.endswith(key)]
            if there and there != [said]:
                raise BrokenError(f"{row.title}: {said} here, {there} there")


_NAMES = frozenset({*(spec.name for spec in PROVIDER.actions), *(spec.name for spec in HERE)}) - {
    "label",
    "unlabel",
    "move",
    "spam",
}
_MARKS = {
    name: (name.removeprefix("un"), not name.startswith("un"))
    for kind in ("pin", "mute", "save", "snooze")
    for name in (kind, f"un{kind}")
}
_ANSWERS = {
    "pending": "needsAction",
    "accepted": "accepted",
    "tentative": "tentative",
    "declined": "declined",
    "none": "",
}


def _world() -> Any:
    """Return six threads and three invitations of one person."""
    mails = []
    for number in range(6):
        labels = frozenset({"INBOX"} if number % 2 else {"INBOX", "UNREAD"})
        raw = tiny.mail(f"Matter {number}", "Please send me the list by Friday.")
        mails.append(Mail(raw, START - timedelta(hours=6 - number), labels))
    events = [
        {
            "id": f"meeting{number}",
            "status": "confirmed",
            "summary": f"Talk meeting{number}",
            "start": {"dateTime": (START + timedelta(hours=5 + number)).isoformat()},
            "end": {"dateTime": (START + timedelta(hours=6 + number)).isoformat()},
            "organizer": {"email": tiny.BO},
            "attendees": [
                {"email": tiny.BO, "responseStatus": "accepted", "organizer": True},
                {"email": tiny.ANN, "responseStatus": "needsAction"},
            ],
        }
        for number in range(3)
    ]
    return tiny.world(mails, events)


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
