"""The stage: a window over a throw-away profile and a sandbox of its own.

Its clock stands still at one moment of one seed's week: the same picture comes out every time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from loopdesk import app as parts
from loopdesk.cli.demo import sign_in, throw_away_home
from loopdesk.cli.window import services
from loopdesk.core.actions import Action, Failure
from loopdesk.core.clients import ClientId
from loopdesk.core.items import Kind
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.core.seams import Database
from loopdesk.desk.desk import Desk
from loopdesk.engine.protocol import ToEngine, ToWindow
from loopdesk.engine.service import Engine
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import Server
from loopdesk.store import outbox
from loopdesk.system.seams import SystemClock
from loopdesk.ui import theme
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.composer import Attaching, Composer
from loopdesk.ui.floating import Layer
from loopdesk.ui.main import Main
from loopdesk.ui.session import Profile

MOMENT = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
SEED = 1
SIZE = (1440, 900)
SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
NEXT = timedelta(hours=1)
ADA = Handle("Ada Okafor", "ada@northwind.test")
JONAS = Handle("Jonas Lind", "jonas@northwind.test")
ASKED = "Contract for Halden"
"""Of the letters to several, the one that everything else hangs on."""
SETTLED_MS = 500
"""Longer than any of the window's own timers for gathering what is new."""
TRIES = 40


class StandingClock(SystemClock):
    """The time of day stands; waiting is real."""

    def now(self) -> datetime:
        return MOMENT


class CountedIds:
    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"{self._count:032x}"

    def jitter(self) -> float:
        return 0.5


class Link:
    """An engine that is stepped by hand: what it says reaches the window."""

    def __init__(self) -> None:
        self.said: Queue[ToWindow | None] = Queue()

    def send(self, word: ToEngine) -> None:
        if word.quit:
            self.said.put(None)

    def words(self) -> Iterator[ToWindow]:
        yield from iter(self.said.get, None)


@dataclass
class Stage:
    """One window over one profile."""

    folder: Path
    scale: str
    main: Main
    desk: Desk
    engine: Engine
    database: Database
    link: Link
    clients: dict[str, ClientId]

    def settle(self, ms: int = SETTLED_MS) -> None:
        """Let everything that was asked for be answered and painted."""
        rest = QEventLoop()
        QTimer.singleShot(ms, rest.quit)
        rest.exec()

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write one picture in each scheme."""
        self.settle()
        self._write(name, (widget or self.main.window).grab)

    def take_screen(self, name: str) -> None:
        """Write what stands on the screen: the window, and what floats outside of it."""
        self.settle()
        frame, screen = self.main.window.geometry(), self.main.window.screen()
        box = (frame.x(), frame.y(), frame.width(), frame.height())
        self._write(name, lambda: screen.grabWindow(0, *box))

    def _write(self, name: str, grab: Callable[[], QPixmap]) -> None:
        for scheme, value in SCHEMES.items():
            theme.current().choose(value)
            self.settle(50)
            at_scale = "" if self.scale == "1" else f"@{self.scale}x"
            grab().save(str(self.folder / f"{name}-{scheme}{at_scale}.png"))
        theme.current().choose(SCHEMES["light"])

    def give(self, command: str) -> None:
        self.main.session.command(command)
        self.settle()

    def select(self, wanted: Callable[[Row], bool]) -> Row:
        """Make the first such row of the list the current one."""
        view = self.main.window.list
        for _ in range(TRIES):
            row = next((row for row in view.desk_model.pane.rows if wanted(row)), None)
            if row is not None:
                view.select(row.id)
                self.settle()
                return row
            self.settle()
        raise SystemExit("No such row.")

    def find(self, title: str, service: str = "", kind: Kind | None = None) -> Row:
        """Return the item whose title begins so; `service`, `kind`: only one of these."""
        return next(
            row
            for row in self.desk.top(1000, kind=kind).rows
            if row.title.startswith(title) and service in ("", row.service)
        )

    def open(self, title: str, service: str = "", kind: Kind | None = None) -> Row:
        """Read the item whose title begins so, wherever it stands."""
        row = self.find(title, service, kind)
        self.main.session.open_item(row)
        self.settle()
        return row

    def pull(self, *, whole: bool = True) -> None:
        """Let the engine do what is due, once; or only bring the first items."""
        for lane in self.engine.lanes():
            lane.drain(lambda page: whole or not page.changes)
        self.link.said.put(ToWindow(accounts=True))
        self.settle()

    def close_layers(self) -> None:
        for layer in self.main.window.findChildren(Layer):
            layer.close_layer()
        self.settle()

    def refuse(self, action: Action, why: Failure) -> None:
        """Let the service refuse an action."""
        self.claim(action)
        self.database.own.transact(lambda db: outbox.refuse(db, action.id, why, MOMENT))
        self.main.session.refresh()
        self.settle()

    def claim(self, action: Action) -> None:
        """Let an action be on its way."""
        self.database.own.transact(lambda db: outbox.claim(db, action.id, MOMENT))
        self.main.session.refresh()
        self.settle()

    def attach(self, composer: Composer) -> None:
        """Add a file of the person's own."""
        assert composer.letter is not None  # noqa: S101
        assert composer.draft is not None  # noqa: S101
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "clause-7.txt"
            file.write_text("On board and at sea.\n" * 40)
            letter, account = composer.letter, composer.draft.account
            composer.attaching.emit(Attaching(letter, account, (str(file),)))
            self.settle()


def company() -> Sandbox:
    """Return the services, whose people live in the zone of the window."""
    return Sandbox(lambda: MOMENT.astimezone(parts.zone()), seed=SEED, limits="off")


@contextmanager
def stage(pictures: Path, scale: str, server: Server, *, connected: bool = True) -> Iterator[Stage]:
    """Lend a window over a fresh profile."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sandbox = server.sandbox
        home = replace(
            throw_away_home(folder, sandbox.config_toml(server.url), sandbox.client_secrets),
            clock=StandingClock(),
            ids=CountedIds(),
        )
        with parts.opened_store(home, alone=True) as database:
            if connected:
                sign_in(home, database, sandbox.services)
            link = Link()
            engine = parts.build_engine(home, database, link.said.put)
            engine.begin()
            desk = parts.build_desk(home, database)
            bridge = Bridge(desk, lambda: link, home.clock)
            clients: dict[str, ClientId] = {}
            profile = Profile(clients=lambda: clients)
            main = Main(bridge, parts.zone(), services(), profile, print)
            main.window.resize(*SIZE)
            main.start()
            main.show()
            yield Stage(pictures, scale, main, desk, engine, database, link, clients)
            main.quick.hide()
            main.window.hide()
            bridge.close()
