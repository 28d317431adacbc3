"""The simulation's seams: each yields to one scheduler, which draws lots from a seed.

A lane is a greenlet. The clock jumps to the next timer when nobody can run. A crash throws every
lane of the engine out at its yield point, that is between two transactions or around a request.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from math import inf
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from greenlet import GreenletExit, getcurrent, greenlet
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from loopdesk.core.items import AccountId
from loopdesk.core.seams import Connection, Database, Wake, Writer
from loopdesk.net.endpoints import Endpoints
from loopdesk.sandbox.faults import Faults
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from loopdesk.store.connection import InlineDatabase
from tests.providers.bench import MemoryTokens

T = TypeVar("T")

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NO_FAULTS = Faults(0)
BASE = "http://127.0.0.1:8700"


@dataclass
class _Flag:
    is_set: bool = False

    def set(self) -> None:
        self.is_set = True


@dataclass
class _Sleeper:
    lane: greenlet
    until: float
    flag: _Flag | None = None


@dataclass
class Scheduler:
    """Runs lanes one at a time, in an order drawn from the seed, and keeps the time."""

    lots: random.Random
    now_s: float = 0.0
    ready: list[greenlet] = field(default_factory=list)
    sleepers: list[_Sleeper] = field(default_factory=list)
    names: dict[greenlet, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hub = getcurrent()

    def spawn(self, lane: str, run: Callable[[], None]) -> None:
        this = greenlet(run, self.hub)
        self.names[this] = lane
        self.ready.append(this)

    def pause(self) -> None:
        """Let others run, perhaps."""
        self.ready.append(getcurrent())
        self.hub.switch()

    def sleep(self, seconds: float, flag: _Flag | None = None) -> None:
        self.sleepers.append(_Sleeper(getcurrent(), self.now_s + max(seconds, 0.0), flag))
        self.hub.switch()

    def run(self, until_s: float, on: Callable[[], None] = lambda: None) -> None:
        """Run until that virtual time.

        Args:
            on: called before every step; may crash lanes.
        """
        while True:
            on()
            self._wake_up()
            if self.ready:
                lane = self.ready.pop(self.lots.randrange(len(self.ready)))
                if not lane.dead:
                    lane.switch()
                continue
            self.sleepers = [sleeper for sleeper in self.sleepers if not sleeper.lane.dead]
            next_s = min((sleeper.until for sleeper in self.sleepers), default=inf)
            if next_s > until_s:
                self.now_s = until_s
                return
            self.now_s = max(self.now_s, next_s)

    def kill(self, prefix: str) -> None:
        """Throw every lane out whose name begins like this."""
        doomed = [lane for lane, name in self.names.items() if name.startswith(prefix)]
        for lane in doomed:
            del self.names[lane]
            if lane in self.ready:
                self.ready.remove(lane)
            if not lane.dead:
                lane.throw(GreenletExit)
        self.sleepers = [sleeper for sleeper in self.sleepers if sleeper.lane not in doomed]

    def _wake_up(self) -> None:
        due = [
            sleeper
            for sleeper in self.sleepers
            if sleeper.until <= self.now_s or (sleeper.flag is not None and sleeper.flag.is_set)
        ]
        for sleeper in due:
            self.sleepers.remove(sleeper)
            self.ready.append(sleeper.lane)


class SimClock:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def now(self) -> datetime:
        return START + timedelta(seconds=self._scheduler.now_s)

    def monotonic(self) -> float:
        return self._scheduler.now_s

    def wake(self) -> Wake:
        return _Flag()

    def wait(self, wake: Wake, seconds: float) -> bool:
        assert isinstance(wake, _Flag)
        if not wake.is_set:
            self._scheduler.sleep(seconds, wake)
        was_set, wake.is_set = wake.is_set, False
        return was_set


class SimIds:
    def __init__(self, lots: random.Random) -> None:
        self._lots = lots

    def new(self) -> str:
        return f"{self._lots.getrandbits(128):032x}"

    def jitter(self) -> float:
        return self._lots.random()


class _SimWriter(Writer):
    def __init__(self, scheduler: Scheduler, inner: Writer) -> None:
        self._scheduler, self._inner = scheduler, inner

    def transact(self, work: Callable[[Connection], T]) -> T:
        self._scheduler.pause()
        result = self._inner.transact(work)
        self._scheduler.pause()
        return result


class SimDatabase(Database):
    """Real files, whose every transaction is a point where others may run or a crash may come."""

    def __init__(self, scheduler: Scheduler, folder: Path, key: bytes) -> None:
        self.inner = InlineDatabase(folder, key)
        self._own = _SimWriter(scheduler, self.inner.own)
        self._cache = _SimWriter(scheduler, self.inner.cache)

    @property
    def own(self) -> Writer:
        return self._own

    @property
    def cache(self) -> Writer:
        return self._cache

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.inner.read(work)


class SimTokens(MemoryTokens):
    """Where a crash may come between an answer that brings a token and its being kept.

    Attributes:
        saving: one is just about to be kept.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler
        self.saving = False

    def save(self, account: AccountId, secret: bytes) -> None:
        self.saving = True
        self._scheduler.pause()
        super().save(account, secret)


@dataclass
class Network:
    """How the way to one service is just now; chances in [0, 1].

    Args:
        faults: what befalls the service's answers.
    """

    faults: Faults

    down: bool = False
    refused: float = 0.0
    answer_lost: float = 0.0


class SimTransport(BaseAdapter):
    """Calls the sandbox's handler without a socket, over a network that may fail."""

    def __init__(
        self, scheduler: Scheduler, sandbox: Sandbox, endpoints: Endpoints, network: Network
    ) -> None:
        super().__init__()
        self._scheduler, self._sandbox = scheduler, sandbox
        self._endpoints, self._network = endpoints, network

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        scheduler, network = self._scheduler, self._network
        scheduler.sleep(scheduler.lots.uniform(0.01, 0.3))
        if network.down or scheduler.lots.random() < network.refused:
            raise requests.ConnectTimeout(request=request)
        place = urlsplit(self._endpoints.place(request.url or ""))
        body: Any = request.body or b""
        if not isinstance(body, bytes):
            # A form comes as text, what is large piece by piece.
            body = body.encode() if isinstance(body, str) else b"".join(body)
        self._sandbox.faults = network.faults
        answer = self._sandbox.handle(
            Request(
                request.method or "",
                place.path,
                place.query,
                dict(request.headers),
                body,
            ),
            BASE,
        )
        self._sandbox.faults = NO_FAULTS
        scheduler.sleep(scheduler.lots.uniform(0.01, 0.3) + answer.delay_s)
        if answer.dropped or network.down or scheduler.lots.random() < network.answer_lost:
            raise requests.ReadTimeout(request=request)
        data = answer.body[: len(answer.body) // 2] if answer.cut else answer.body
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response.raw = HTTPResponse(BytesIO(data), preload_content=False)
        response._content = data  # what requests sets when a body is read at once
        response.request = request
        response.url = request.url or ""
        if answer.cut:
            raise requests.exceptions.ChunkedEncodingError(request=request)
        return response

    def close(self) -> None:
        """Nothing is open."""
