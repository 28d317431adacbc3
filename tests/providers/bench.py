"""A service's stand-in on loopback, with an account signed in to it the way a person does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests
from requests.adapters import BaseAdapter

from loopdesk.core.actions import Action, ActionId, Arguments, Target
from loopdesk.core.changes import Account, Cursor, Page, Stream
from loopdesk.core.clients import Client
from loopdesk.core.items import AccountId, Entry, Item
from loopdesk.core.seams import Blob, Wake
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.guard import Guard
from loopdesk.net.http import Http, open_http
from loopdesk.net.settings import Network, load_settings
from loopdesk.providers.api import Adapter, Grant, Links, Provider, SignIn
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import serve
from loopdesk.sandbox.web import Request
from tests.sandbox.tiny import Forms

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_MOST_TROUBLES = 300
REDIRECT = "http://127.0.0.1:5123"


@dataclass
class StillClock:
    """Stands still until a test lets time pass; the sandbox lives by it too.

    Args:
        runs: time passes while one waits: where no other thread has anything to tell.
    """

    at: datetime = NOW
    runs: bool = False

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOW).total_seconds()

    def wake(self) -> threading.Event:
        return threading.Event()

    def wait(self, wake: Wake, seconds: float) -> bool:
        """Wait for what another thread tells."""
        assert isinstance(wake, threading.Event)
        if self.runs:
            self.pass_by(seconds=seconds)
            return False
        told = wake.wait(min(seconds, 5.0))
        wake.clear()
        return told

    def pass_by(self, **by: float) -> None:
        self.at += timedelta(**by)


class CountingIds:
    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self) -> str:
        return f"{next(self._numbers):032x}"

    def jitter(self) -> float:
        return 0.0


class MemoryTokens:
    """What the vault keeps. `on_save`: called before anything is kept."""

    def __init__(self) -> None:
        self.kept: dict[AccountId, bytes] = {}
        self.on_save: Callable[[], None] = lambda: None

    def load(self, account: AccountId) -> bytes | None:
        return self.kept.get(account)

    def save(self, account: AccountId, secret: bytes) -> None:
        self.on_save()
        self.kept[account] = secret

    def forget(self, account: AccountId) -> None:
        self.kept.pop(account, None)


class MemorySteps:
    """Keeps an action's steps as the outbox does."""

    def __init__(self) -> None:
        self.kept: bytes | None = None

    def load(self) -> bytes | None:
        return self.kept

    def save(self, state: bytes, done: float = 0.0) -> None:
        self.kept = state


class MemoryFiles:
    """What the person attached, as the store keeps it."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Blob, bytes]] = {}

    def add(self, name: str, kind: str, data: bytes) -> str:
        blob = Blob(f"{len(self.kept):032x}", name, kind, len(data))
        self.kept[blob.id] = (blob, data)
        return blob.id

    def info(self, blob: str) -> Blob:
        return self.kept[blob][0]

    def read(self, blob: str, offset: int, size: int) -> bytes:
        return self.kept[blob][1][offset : offset + size]


class Wire(BaseAdapter):
    """Lies between a session and its real adapter.

    Attributes:
        passed: each request, its answer, and the answer's body as it came.
        bend: changes bodies on their way to us.
    """

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.passed: list[tuple[requests.PreparedRequest, requests.Response, bytes]] = []
        self.bend: Callable[[bytes], bytes] = lambda body: body

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        response = self._inner.send(request, *args, **kwargs)
        self.passed.append((request, response, response.content))
        response._content = self.bend(response.content)
        return response

    def close(self) -> None:
        self._inner.close()


class InProcess(BaseAdapter):
    """Hands requests to the sandbox's handlers: no socket is opened."""

    def __init__(self, sandbox: Sandbox, endpoints: Endpoints, base_url: str) -> None:
        super().__init__()
        self._sandbox, self._endpoints, self._base_url = sandbox, endpoints, base_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        body: Any = request.body or b""
        if not isinstance(body, bytes):
            # A form comes as text, what is large piece by piece.
            body = body.encode() if isinstance(body, str) else b"".join(body)
        parts = urlsplit(self._endpoints.place(str(request.url)))
        answer = self._sandbox.handle(
            Request(
                str(request.method),
                parts.path,
                parts.query,
                dict(request.headers),
                body,
            ),
            self._base_url,
        )
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response._content = answer.body
        response.request = request
        response.url = str(request.url)
        return response

    def close(self) -> None:
        pass


@dataclass
class Bench:
    """One account at one stand-in."""

    provider: Provider
    sandbox: Sandbox
    clock: StillClock
    http: Http
    wire: Wire
    client: Client
    close_service: Callable[[], None]
    paced: bool = True
    ids: CountingIds = field(default_factory=CountingIds)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    account: Account = field(init=False)
    adapter: Adapter = field(init=False)

    @property
    def redirect(self) -> str:
        registered = self.provider.redirect
        port = registered.ports[0] if registered.ports else 5123
        return f"http://{registered.host}:{port}{registered.path}"

    def sign_in(self) -> SignIn:
        return self.provider.sign_in(self.http, self.clock, self.ids)

    def browse(self, address: str, **chosen: Any) -> dict[str, str]:
        """Do what a person does on the consent page; return what comes back to us."""
        answer = self.visit(address, **chosen)
        assert answer is not None
        return answer

    def visit(self, address: str, *, allow: bool = True, untick: str = "") -> dict[str, str] | None:
        """Do what a person does on a page; return what comes back to us, if the browser does.

        The page is reached as everything else is, so that it works without sockets too.
        """
        page = self.http.session.get(address, allow_redirects=False)
        if page.status_code != 200:
            return None
        action, inputs = Forms(page.text).forms[0 if allow else 1]
        sent = [
            (name, value)
            for name, value in inputs
            if not (untick and name == "granted" and untick in value)
        ]
        answer = self.http.session.post(
            urljoin(address, action),
            data=urlencode(sent),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            allow_redirects=False,
        )
        if "Location" not in answer.headers:
            return None
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def grant(self, features: tuple[str, ...], **browse: Any) -> Grant:
        """Go through the whole sign-in."""
        sign_in = self.sign_in()
        visit = sign_in.begin(self.client, features, self.redirect, "")
        answer = self.browse(visit.address, **browse)
        assert answer.pop("state") == visit.state
        return sign_in.finish(self.client, visit, answer)

    def open_account(self, grant: Grant) -> None:
        self.account = Account(
            id=f"{self.provider.key}-1",
            service=self.provider.key,
            name=grant.name,
            address=grant.address,
            subject=grant.subject,
            scopes=grant.scopes,
            features=grant.features,
        )
        self.tokens.save(AccountId(self.account.id), grant.secret)
        self.restart()

    def restart(self) -> None:
        """Build the adapter anew, as after a crash."""
        links = Links(
            self.account,
            self.client,
            self.http,
            self.tokens,
            self.clock,
            self.ids,
            self.files,
            paced=self.paced,
        )
        self.adapter = self.provider.connect(links)

    def action(self, name: str, target: Target, arguments: Arguments | None = None) -> Action:
        return Action(
            id=ActionId(self.ids.new()),
            account=AccountId(self.account.id),
            item=None,
            name=name,
            arguments=arguments or Arguments(),
            target=target,
            written_at=self.clock.now(),
            not_before_at=self.clock.now(),
            intent_at=self.clock.now(),
        )


@dataclass
class Mirror:
    """What an account's pages add up to, as the store would have it."""

    bench: Bench
    items: dict[str, Item] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    offered: dict[str, Stream] = field(default_factory=dict)
    cursors: dict[str, Cursor | None] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    members: dict[str, set[str]] = field(default_factory=dict)
    _named: dict[str, set[str]] = field(default_factory=dict)
    _claims: dict[str, str] = field(default_factory=dict)

    def pull(self, bears: tuple[type[Exception], ...] = ()) -> list[Page]:
        """Pull every stream until it has no more; return the pages of this round.

        Args:
            bears: after such trouble a stream is tried again five seconds later.
        """
        known = len(self.pages)
        troubles = 0
        self.streams |= {each.key: each for each in self.bench.adapter.streams()}
        done: set[str] = set()
        while waiting := [key for key in self.streams if key not in done]:
            stream = min((self.streams[key] for key in waiting), key=lambda each: each.rank)
            try:
                more = self.step(stream).more
            except bears:
                troubles += 1
                assert troubles < _MOST_TROUBLES
                self.bench.clock.pass_by(seconds=5)
            else:
                if not more:
                    done.add(stream.key)
        return self.pages[known:]

    def step(self, stream: Stream) -> Page:
        cursor = self.cursors.get(stream.key)
        page = self.bench.adapter.pull(stream, cursor)
        if cursor is None:
            self._named[stream.key] = set()
        self.take(stream, page)
        return page

    def take(self, pulled: Stream, page: Page) -> None:
        self.pages.append(page)
        for kind in page.place_kinds:
            # What is not in such a list goes: two that have lists of one kind empty each other's.
            assert self._claims.setdefault(kind, pulled.feature) == pulled.feature
        stream = pulled.key
        members = self.members.setdefault(stream, set())
        named = self._named.setdefault(stream, set())
        keys = {item.key for item in page.items}
        members |= keys
        named |= keys
        members -= page.gone
        if page.listing and not page.more:
            members &= named
        self.items |= {item.key: item for item in page.items}
        for entry in page.entries:
            old = self.entries.get((entry.item, entry.key))
            self.entries[entry.item, entry.key] = old if old and entry.text is None else entry
        for holder, gone in page.gone_entries:
            for pair in [each for each in self.entries if each[1] == gone]:
                if holder in ("", pair[0]):
                    del self.entries[pair]
            if not holder:
                for kept in self.members.values():
                    kept &= {item for item, _ in self.entries}
        if page.streams is not None:
            others = {k: s for k, s in self.streams.items() if s.feature != pulled.feature}
            before = self.streams
            self.offered = others | {each.key: each for each in page.streams}
            self.streams = {key: each for key, each in self.offered.items() if each.chosen}
            for key in before.keys() - self.streams.keys():
                self.members.pop(key, None)
        self.cursors[stream] = page.cursor

    @property
    def held(self) -> set[str]:
        """The keys of the items that some stream holds."""
        return set().union(*self.members.values()) if self.members else set()

    def of(self, item: str) -> list[Entry]:
        """Return an item's entries, oldest first."""
        return sorted(
            (entry for (key, _), entry in self.entries.items() if key == item),
            key=lambda entry: entry.at,
        )


@contextmanager
def bench(
    provider: Provider,
    world: World,
    folder: Path,
    *,
    sockets: bool = True,
    features: tuple[str, ...] = (),
    limits: Any = "real",
) -> Iterator[Bench]:
    """Start a stand-in, and sign in to it.

    Args:
        features: to ask for; none means the usual ones.
        sockets: over real HTTP on loopback, not by calling the handlers.
    """
    clock = StillClock()
    sandbox = Sandbox(clock.now, world=world, limits=limits)
    server = serve(sandbox) if sockets else None
    url = server.url if server else "http://127.0.0.1:8700"
    file = folder / "config.toml"
    # The others' parts are left out: not every stand-in has a provider that is installed.
    parts = re.split(r"(?m)^(?=\[)", sandbox.config_toml(url))
    own = f"[services.{provider.key}]"
    config = (each for each in parts if each.startswith(own) or "[services." not in each)
    file.write_text("".join(config), "utf-8")
    known = {provider.key: provider.endpoints}
    settings = load_settings(file, "test", known)
    service = settings.service(provider.key)
    endpoints = Endpoints(provider.endpoints, service.endpoints, settings.network.elsewhere)
    http, wire = _way(provider, endpoints, clock, None if server else (sandbox, url))
    found = Bench(
        provider,
        sandbox,
        clock,
        http,
        wire,
        Client(service.client_id, sandbox.client_secrets.get(provider.key, "")),
        server.close if server else lambda: None,
        paced=service.limits == "real",
    )
    try:
        wanted = features or provider.usual
        found.open_account(found.grant(wanted))
        yield found
    finally:
        http.session.close()
        found.close_service()


def _way(
    provider: Provider,
    endpoints: Endpoints,
    clock: StillClock,
    inside: tuple[Sandbox, str] | None,
) -> tuple[Http, Wire]:
    guard = Guard(clock, loopback_only=True)
    guard.allow(provider.key, endpoints.authorities(provider.hosts))
    if inside is None:
        http = open_http(endpoints, guard, clock, Network())
        wire = Wire(http.session.get_adapter("https://"))
    else:
        http = Http(requests.Session(), clock, endpoints)
        wire = Wire(InProcess(inside[0], endpoints, inside[1]))
    http.session.mount("https://", wire)
    http.session.mount("http://", wire)
    return http, wire
