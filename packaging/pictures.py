"""Take the pictures of one scale: pictures.py DIR SCALE. `packaging/shots` calls it.

The profile is a throw-away one over a sandbox of its own, and its clock stands still at one moment
of one seed's week: the same picture comes out every time.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# All three are read when their libraries are loaded.
os.environ["TZ"] = "Europe/Berlin"
os.environ["QT_SCALE_FACTOR"] = sys.argv[2]
os.environ["QT_QPA_PLATFORM"] = "xcb"

from PySide6.QtCore import QElapsedTimer, QLocale, QRect, Qt  # noqa: E402
from PySide6.QtWidgets import QApplication, QPushButton, QWidget  # noqa: E402

from loopdesk import app as parts  # noqa: E402
from loopdesk.cli.demo import sign_in, throw_away_home  # noqa: E402
from loopdesk.cli.window import services  # noqa: E402
from loopdesk.core.actions import Arguments, Failure  # noqa: E402
from loopdesk.core.items import Kind  # noqa: E402
from loopdesk.core.people import Handle  # noqa: E402
from loopdesk.core.rows import Row, Section  # noqa: E402
from loopdesk.core.seams import Database  # noqa: E402
from loopdesk.desk.desk import Desk  # noqa: E402
from loopdesk.engine.protocol import ToEngine, ToWindow  # noqa: E402
from loopdesk.engine.service import Engine  # noqa: E402
from loopdesk.sandbox.sandbox import Sandbox  # noqa: E402
from loopdesk.sandbox.server import Server, serve  # noqa: E402
from loopdesk.store import outbox  # noqa: E402
from loopdesk.system.seams import SystemClock  # noqa: E402
from loopdesk.ui import theme  # noqa: E402
from loopdesk.ui.bridge import Bridge  # noqa: E402
from loopdesk.ui.day import DAY, WEEK  # noqa: E402
from loopdesk.ui.floating import Layer  # noqa: E402
from loopdesk.ui.main import Main  # noqa: E402
from loopdesk.ui.meeting_editor import Draft  # noqa: E402
from loopdesk.ui.palette import Palette  # noqa: E402
from loopdesk.ui.part import Held  # noqa: E402
from loopdesk.ui.session import Profile  # noqa: E402

MOMENT = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
SEED = 1
SIZE = (1440, 900)
SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
NEXT = timedelta(hours=1)
ADA = Handle("Ada Okafor", "ada@northwind.test")
JONAS = Handle("Jonas Lind", "jonas@northwind.test")
MEETING = Draft("Before the Halden call", MOMENT + NEXT, MOMENT + 2 * NEXT, guests=(ADA, JONAS))
SETTLED_MS = 500
"""Longer than any of the window's own timers for gathering what is new."""


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
    main: Main
    desk: Desk
    engine: Engine
    database: Database
    link: Link

    def settle(self, ms: int = SETTLED_MS) -> None:
        """Let everything that was asked for be answered and painted."""
        since = QElapsedTimer()
        since.start()
        while since.elapsed() < ms:
            QApplication.processEvents()

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write one picture in each scheme."""
        self.settle()
        for scheme, value in SCHEMES.items():
            theme.current().choose(value)
            self.settle(50)
            twice = "" if sys.argv[2] == "1" else "@2x"
            picture = (widget or self.main.window).grab()
            picture.save(str(self.folder / f"{name}-{scheme}{twice}.png"))
        theme.current().choose(SCHEMES["light"])

    def give(self, command: str) -> None:
        self.main.session.command(command)
        self.settle()

    def select(self, wanted: Callable[[Row], bool]) -> Row:
        """Make the first such row of the list the current one."""
        view = self.main.window.list
        row = next(row for row in view.desk_model.pane.rows if wanted(row))
        view.select(row.id)
        self.settle()
        return row

    def pull(self, *, whole: bool = True) -> None:
        """Let the engine do what is due, once; or only bring the first items."""
        for lane in self.engine.lanes():
            lane.drain(lambda page: whole or not page.changes)
        self.link.said.put(ToWindow(accounts=True))
        self.settle()


# --- profiles -------------------------------------------------------------------------------------


def company() -> Sandbox:
    """Return the services, whose people live in the zone of the window."""
    return Sandbox(lambda: MOMENT.astimezone(parts.zone()), seed=SEED, limits="off")


@contextmanager
def stage(pictures: Path, server: Server, *, connected: bool = True) -> Iterator[Stage]:
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
                sign_in(home, database)
            link = Link()
            engine = parts.build_engine(home, database, link.said.put)
            engine.begin()
            desk = parts.build_desk(home, database)
            bridge = Bridge(desk, lambda: link, home.clock)
            main = Main(bridge, parts.zone(), services(), Profile(), print)
            main.window.resize(*SIZE)
            main.start()
            main.show()
            yield Stage(pictures, main, desk, engine, database, link)
            main.quick.hide()
            main.window.hide()
            bridge.close()


# --- what is pictured -----------------------------------------------------------------------------


def the_pane(at: Stage) -> None:
    at.engine.lanes()
    at.main.session.refresh()
    at.take("first-pull")
    at.pull(whole=False)
    at.take("first-page")
    at.pull()
    at.select(lambda row: row.kind is Kind.MESSAGE and row.section is Section.NOW)
    at.take("pane")
    at.give("why")
    at.take("why")
    close_layers(at)
    at.give("snooze")
    at.take("snooze")
    close_layers(at)
    at.give("palette")
    (palette,) = at.main.window.findChildren(Palette)
    palette.box.setText("halden")
    at.take("palette")
    close_layers(at)
    at.give("keys")
    at.take("keys")
    close_layers(at)
    at.give("mark-all")
    at.take("selected")
    at.give("mark-none")
    at.main.window.resize(1024, 640)
    at.take("narrow")
    at.main.window.resize(820, 640)
    at.take("single")
    at.main.window.resize(*SIZE)
    right_to_left(at)


def right_to_left(at: Stage) -> None:
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    at.take("right-to-left")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def the_meeting(at: Stage) -> None:
    at.select(lambda row: row.kind is Kind.MEETING)
    at.take("meeting")


def the_task(at: Stage) -> None:
    at.give("go-tasks")
    at.select(lambda row: row.kind is Kind.TASK and row.task is not None and not row.task.done)
    at.take("task")
    at.give("due")
    at.take("due")
    close_layers(at)
    at.give("go-inbox")


def the_file(at: Stage) -> None:
    at.give("go-files")
    at.select(lambda row: "share" in row.actions)
    at.take("file")
    at.give("share")
    at.take("share")
    close_layers(at)
    at.give("move")
    at.take("move")
    close_layers(at)
    preview(at)
    at.give("go-inbox")


def preview(at: Stage) -> None:
    """A file opened inside: on its way, then here."""
    reader, opening = at.main.window.reader, at.main.session.opening
    asked: list[Held] = []
    reader.held.connect(asked.append)
    button = next(b for b in reader.findChildren(QPushButton) if b.text() == "Open here")
    button.click()
    at.take("preview-waiting")
    at.engine.bring(asked[-1].item, asked[-1].entry, asked[-1].part)
    opening.want(asked[-1])
    at.take("preview")
    opening.preview.left.emit()
    at.take("file-here")


def the_days(at: Stage) -> None:
    at.give("go-calendar")
    at.take("day")
    planner = at.main.session.planner
    coming = planner.days.days.rows
    planner.days.select(next(row.id for row in coming if "propose" in row.actions))
    at.take("day-meeting")
    planner.days.set_mode(WEEK)
    at.take("week")
    at.give("new-meeting")
    planner.editor.begin(MEETING)
    planner.editor.offer(planner.days.days.calendars)
    at.settle()
    answer = {ADA.address: [(MOMENT + NEXT, MOMENT + 2 * NEXT)], JONAS.address: []}
    planner.editor.show_busy(answer)
    at.take("meeting-editor")
    at.main.window.show_beside(None)
    planner.days.grid.setFocus()
    planner.days.set_mode(DAY)
    planner.days.select(None)
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    at.take("day-right-to-left")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    at.give("go-tasks")
    at.take("tasks")
    at.give("new-task")
    at.take("new-task")
    at.main.window.show_beside(None)
    at.give("go-files")
    at.take("files")
    at.give("go-inbox")


def writing(at: Stage) -> None:
    at.select(lambda row: "reply-all" in row.actions and row.section is Section.NOW)
    at.give("reply-all")
    composer = at.main.window.composer
    composer.words.load("Read it, clause 7 is fine. You have my yes.", "", {})
    composer.keep()
    at.take("composer")
    composer.send_button.click()
    at.take("sending")
    at.main.ask_to_quit()
    at.take("leaving")
    close_layers(at)
    at.give("go-outbox")
    at.take("outbox")
    at.give("go-inbox")


def searching(at: Stage) -> None:
    at.main.window.search.begin()
    at.take("search-help")
    at.main.window.search.setText("halden")
    at.take("search")
    at.main.window.search.clear()
    at.give("go-inbox")


def the_quick_pane(at: Stage) -> None:
    at.main.quick.pop_up(QRect())
    at.take("quick", at.main.quick)
    at.main.quick.hide()
    at.main.show()  # where no window manager gives the focus back


def the_pages(at: Stage) -> None:
    pages = at.main.session.pages
    at.give("go-accounts")
    at.take("accounts")
    buttons = pages.accounts.findChildren(QPushButton)
    next(one for one in buttons if one.text() == "Disconnect and erase").click()
    at.take("disconnect")
    close_layers(at)
    at.give("connect")
    at.take("connect")
    pages.connecting.waiting("https://accounts.google.com/")
    at.take("connect-waiting")
    pages.connecting.failed("sign-in-failed", "denied")
    at.take("connect-failed")
    at.give("go-inbox")


def close_layers(at: Stage) -> None:
    for layer in at.main.window.findChildren(Layer):
        layer.close_layer()
    at.settle()


def refused(at: Stage) -> None:
    """An answer that the service would not take."""
    row = at.select(lambda row: "accept" in row.actions)
    action = at.desk.do("accept", row.id)
    why = Failure("conflict")
    at.database.own.transact(lambda db: outbox.claim(db, action.id, MOMENT))
    at.database.own.transact(lambda db: outbox.refuse(db, action.id, why, MOMENT))
    at.main.session.refresh()
    at.settle()
    at.take("refused")


def signed_out(at: Stage, server: Server) -> None:
    server.sandbox.revoke_tokens()
    at.pull()
    at.take("signed-out")
    at.main.window.search.setText("ferry")
    at.take("not-searched")
    at.main.window.search.clear()
    at.give("go-accounts")
    at.take("accounts-signed-out")
    at.give("go-inbox")


def offline(at: Stage, server: Server) -> None:
    at.pull()
    server.close()
    at.select(lambda row: "accept" in row.actions)
    at.give("accept")
    at.pull()
    at.main.window.toast.dismiss()
    at.take("offline")
    at.give("go-outbox")
    at.take("offline-outbox")
    at.give("go-inbox")


def nothing_left(at: Stage) -> None:
    """Everything finished, three of them to come back."""
    for action in at.desk.outbox():
        at.desk.undo(action.id)
    while rows := [row for row in at.desk.top(200).rows if row.pending is None]:
        for number, row in enumerate(rows):
            if number < 3 and not at.desk.counts().snoozed >= 3:
                at.desk.do("snooze", row.id, Arguments(at=MOMENT + timedelta(hours=3)))
            else:
                at.desk.do("done", row.id)
    at.main.session.refresh()
    at.take("nothing-left")


def main() -> None:
    pictures = Path(sys.argv[1])
    QLocale.setDefault(QLocale("en_GB"))
    application = QApplication(["loopdesk"])
    application.setCursorFlashTime(0)
    application.setQuitOnLastWindowClosed(False)
    theme.apply(application)
    with serve(company()) as server:
        with stage(pictures, server, connected=False) as empty:
            empty.take("first-run")
        with stage(pictures, server) as whole:
            the_pane(whole)
            the_meeting(whole)
            the_days(whole)
            the_task(whole)
            the_file(whole)
            writing(whole)
            searching(whole)
            the_quick_pane(whole)
            the_pages(whole)
            refused(whole)
            signed_out(whole, server)
    # A server of its own, because this one goes away.
    server = serve(company())
    with stage(pictures, server) as away:
        offline(away, server)
        with serve(server.sandbox, server.port):
            away.pull()
            nothing_left(away)


if __name__ == "__main__":
    main()
