"""Take the pictures of one scale: pictures.py DIR SCALE [SCENE ...]. `packaging/shots` calls it.

A scene is one of the functions below ("writing"); without any, all are played. As root, mails are
pictured in the simpler way: nothing else may show them there. The profile is a throw-away one over
a sandbox of its own, and its clock stands still at one moment of one seed's week: the same picture
comes out every time.
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

from PySide6.QtCore import QEventLoop, QLocale, QRect, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication, QPushButton, QWidget  # noqa: E402

from loopdesk import app as parts  # noqa: E402
from loopdesk.cli.demo import sign_in, throw_away_home  # noqa: E402
from loopdesk.cli.window import services  # noqa: E402
from loopdesk.core.actions import Action, Arguments, Failure  # noqa: E402
from loopdesk.core.clients import ClientId  # noqa: E402
from loopdesk.core.items import Kind  # noqa: E402
from loopdesk.core.people import Handle  # noqa: E402
from loopdesk.core.rows import Row, Section  # noqa: E402
from loopdesk.core.seams import Database  # noqa: E402
from loopdesk.desk.desk import Desk  # noqa: E402
from loopdesk.engine.protocol import ToEngine, ToWindow  # noqa: E402
from loopdesk.engine.service import Engine  # noqa: E402
from loopdesk.sandbox.sandbox import Sandbox  # noqa: E402
from loopdesk.sandbox.server import Server, serve  # noqa: E402
from loopdesk.store import accounts, outbox  # noqa: E402
from loopdesk.system.seams import SystemClock  # noqa: E402
from loopdesk.ui import theme  # noqa: E402
from loopdesk.ui.bridge import Bridge  # noqa: E402
from loopdesk.ui.chat import ChatPart  # noqa: E402
from loopdesk.ui.checks import Checks  # noqa: E402
from loopdesk.ui.composer import Attaching, Composer  # noqa: E402
from loopdesk.ui.connect import ConnectPage  # noqa: E402
from loopdesk.ui.day import DAY, WEEK  # noqa: E402
from loopdesk.ui.floating import Layer  # noqa: E402
from loopdesk.ui.main import Main  # noqa: E402
from loopdesk.ui.meeting_editor import Draft  # noqa: E402
from loopdesk.ui.message import MessageView  # noqa: E402
from loopdesk.ui.palette import Palette  # noqa: E402
from loopdesk.ui.part import Held  # noqa: E402
from loopdesk.ui.recipients import spelt  # noqa: E402
from loopdesk.ui.session import Profile  # noqa: E402

MOMENT = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
SEED = 1
SIZE = (1440, 900)
SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
NEXT = timedelta(hours=1)
ADA = Handle("Ada Okafor", "ada@northwind.test")
JONAS = Handle("Jonas Lind", "jonas@northwind.test")
PINNED = "Sign off the terms before 15:00"
ASKED = "Contract for Halden"
"""Of the letters to several, the one that everything else hangs on."""
LETTER = (
    "<div>Hi,</div><div><br></div><div>three things that <b>have to be settled</b> by 15:00:</div>"
    "<ul><li>clause 7, in our words or in theirs</li><li>who reads the price sheet</li>"
    "<li>what we say about the second harbour</li></ul><div>See you at two.</div>"
)
MEETING = Draft("Before the Halden call", MOMENT + NEXT, MOMENT + 2 * NEXT, guests=(ADA, JONAS))
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
        for scheme, value in SCHEMES.items():
            theme.current().choose(value)
            self.settle(50)
            twice = "" if sys.argv[2] == "1" else "@2x"
            picture = (widget or self.main.window).grab()
            picture.save(str(self.folder / f"{name}-{scheme}{twice}.png"))
        theme.current().choose(SCHEMES["light"])

    def take_screen(self, name: str) -> None:
        """Write what stands on the screen: the window, and what floats outside of it."""
        self.settle()
        for scheme, value in SCHEMES.items():
            theme.current().choose(value)
            self.settle(50)
            twice = "" if sys.argv[2] == "1" else "@2x"
            frame = self.main.window.geometry()
            screen = self.main.window.screen()
            picture = screen.grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())
            picture.save(str(self.folder / f"{name}-{scheme}{twice}.png"))
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

    def open(self, title: str, service: str = "") -> Row:
        """Read the item of this title, wherever it stands; `service`: of that one alone."""
        rows = [row for row in self.desk.top(1000).rows if service in ("", row.service)]
        row = next(row for row in rows if row.title.startswith(title))
        self.main.session.open_item(row)
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
            yield Stage(pictures, main, desk, engine, database, link, clients)
            main.quick.hide()
            main.window.hide()
            bridge.close()


# --- what is pictured -----------------------------------------------------------------------------


def the_first_pull(at: Stage) -> None:
    at.engine.lanes()
    at.main.session.refresh()
    at.take("first-pull")
    at.pull(whole=False)
    at.take("first-page")


def the_pane(at: Stage) -> None:
    # All four kinds stand on the first screen with it.
    at.desk.do("pin", next(row.id for row in at.desk.top(100).rows if row.title == PINNED))
    at.main.session.refresh()
    at.settle()
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    at.settle(6 * SETTLED_MS)
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
    at.select(lambda row: row.kind is Kind.MEETING and row.section is Section.TODAY)
    at.take("meeting")


def the_task(at: Stage) -> None:
    at.give("go-tasks")
    at.select(lambda row: row.kind is Kind.TASK and row.task is not None and not row.task.done)
    at.take("task")
    at.give("due")
    at.take("due")
    close_layers(at)
    at.give("go-inbox")


def the_cards(at: Stage) -> None:
    """Show a task of a board: whose it is, its labels, what is said on it."""
    at.give("go-tasks")
    at.open("Onboarding copy", "trello")
    at.take("card")
    at.give("assign")
    at.take("card-people")
    close_layers(at)
    at.give("move")
    at.take("card-move")
    close_layers(at)
    at.give("comment")
    at.main.window.reader.page(2)
    at.take("card-comments")
    at.open("Release of proof 2", "trello")
    at.take("card-checklists")
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
    at.give("go-inbox")


def previews(at: Stage) -> None:
    """Files opened inside: on their way, then here, each in its own view."""
    at.open("onboarding-last-screen.png")
    preview(at, "picture", "preview-waiting")
    at.take("file-here")
    at.open("halden-price-sheet.pdf")
    preview(at, "pdf")
    at.open("release-notes-2.4.md")
    preview(at, "text")
    at.open("tickets-week.csv")
    preview(at, "table")
    at.give("go-inbox")


def preview(at: Stage, name: str, waiting: str = "") -> None:
    reader, opening = at.main.window.reader, at.main.session.opening
    asked: list[Held] = []
    reader.held.connect(asked.append)
    button = next(b for b in reader.findChildren(QPushButton) if b.text() == "Open here")
    button.click()
    if waiting:
        at.take(waiting)
    at.engine.bring(asked[-1].item, asked[-1].entry, asked[-1].part)
    opening.want(asked[-1])
    at.take(f"preview-{name}")
    opening.preview.left.emit()
    at.settle()


def messages(at: Stage) -> None:
    for title, name in (
        ("Ten minutes tomorrow", "plain"),
        ("What shipped, who joined", "rich"),
        ("Payment run today", "attachments"),
        ("Cancelled event", "invitation"),
        ("Onboarding, last screen", "pictures"),
    ):
        at.open(title)
        at.settle(2 * SETTLED_MS)
        at.take(f"message-{name}")
    at.open("Ten minutes tomorrow")
    at.give("label")
    at.take("label")
    close_layers(at)
    at.give("go-inbox")


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
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    at.give("reply-all")
    composer = at.main.window.composer
    composer.words.load("Read it, clause 7 is fine. You have my yes.", "", {})
    composer.keep()
    at.take("composer")
    attach(at, composer)
    composer.quote.click()
    at.take("composer-files")
    composer.leave()
    at.open("Rosters for the test run")
    at.give("reply")
    composer.words.load("Per, the list is attached.", "", {})
    composer.send_button.click()
    at.take("composer-forgotten")
    composer.leave()
    at.settle()
    at.open("Payment run today")
    at.give("forward")
    at.take("forward")
    composer.leave()
    at.settle()
    page = at.main.session.orders.letters.writer
    new_letter(at, page)
    page.leave()
    at.give("go-drafts")
    at.take("drafts")
    at.give("go-inbox")


def new_letter(at: Stage, page: Composer) -> None:
    at.give("compose")
    page.people.show_people((spelt(ADA), spelt(JONAS)), (), ())
    page.subject.setText("Before the Halden call")
    page.words.load("", LETTER, {})
    attach(at, page)
    page.keep()
    at.take("compose")


def conversations(at: Stage) -> None:
    """Messages of two, of a channel and of a thread, and what is written in them."""
    at.open("Jonas", service="slack")
    at.take("chat-direct")
    at.open("#release-2-4")
    part, box = chat_of(at), at.main.window.chat_box
    at.take("chat-channel")
    light(part, lambda view: bool(view.shown.reactions))
    at.take("chat-reactions")
    part.edit("react")
    at.take("chat-emoji")
    close_layers(at)
    box.begin()
    box.insert("The tide view goes out with 2.4. Thank you @")
    at.settle()
    at.take_screen("chat-naming")
    box.words.clear()
    box.insert("Standup notes are in the doc.")
    box.later_button.click()
    at.take("chat-later")
    close_layers(at)
    box.send(False, MOMENT + timedelta(hours=20))
    at.settle()
    at.main.window.toast.dismiss()
    at.pull()
    at.take("chat-scheduled")
    row = at.open("Ada", service="slack")
    words = Arguments(text="Two minutes are fine, call me when the ferry is in.")
    refuse(at, at.desk.do("reply", row.id, words), Failure("rejected", "blocked"))
    at.take("chat-refused")
    at.desk.discard(at.desk.outbox()[-1].id)
    at.open("Who writes the line on crew swaps?")
    at.take("chat-thread")
    at.give("new-chat")
    at.take("new-chat")
    close_layers(at)
    at.give("status")
    at.take("status")
    close_layers(at)
    at.give("go-inbox")


def the_office(at: Stage) -> None:
    """What another service has of its own: its chats, and a task with steps to tick off."""
    rows = at.desk.top(1000).rows
    theirs = [row for row in rows if row.service == "microsoft"]
    chat = next((row for row in theirs if row.chat is not None), None)
    steps = next((row for row in theirs if row.task is not None and row.task.steps), None)
    for row, name in ((chat, "chat-office"), (steps, "task-steps")):
        if row is not None:
            at.main.session.open_item(row)
            at.take(name)
    at.give("go-inbox")


def chat_of(at: Stage) -> ChatPart:
    part = at.main.window.reader.part
    assert isinstance(part, ChatPart)  # noqa: S101
    return part


def light(part: ChatPart, wanted: Callable[[MessageView], bool]) -> None:
    """Put the pointer on a message."""
    views = [view for view in part.stops() if isinstance(view, MessageView)]
    next(view for view in reversed(views) if wanted(view)).lit.emit()


def attach(at: Stage, composer: Composer) -> None:
    """Add a file of the person's own."""
    assert composer.letter is not None  # noqa: S101
    assert composer.draft is not None  # noqa: S101
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clause-7.txt"
        file.write_text("On board and at sea.\n" * 40)
        composer.attaching.emit(Attaching(composer.letter, composer.draft.account, (str(file),)))
        at.settle()


def sending(at: Stage) -> None:
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    at.give("reply-all")
    composer = at.main.window.composer
    composer.words.load("Read it, clause 7 is fine. You have my yes.", "", {})
    composer.keep()
    at.settle()
    composer.send_button.click()
    at.take("sending")
    at.main.ask_to_quit()
    at.take("leaving")
    close_layers(at)
    at.give("go-outbox")
    at.take("outbox")
    at.give("go-inbox")
    (letter,) = (action for action in at.desk.outbox() if action.name == "reply-all")
    refuse(at, letter, Failure("rejected", "unreachable"))
    at.main.window.toast.dismiss()
    at.select(lambda row: row.id == letter.item)
    at.take("refused")
    at.desk.discard(letter.id)


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
    at.give("go-keeping")
    at.take("keeping")
    at.give("connect")
    at.take("connect-choice")
    offered = {one.key: one for one in services()}
    for key in offered:
        pages.client_needed.emit(offered[key])
        at.settle()
        at.take(f"client-{key}")
    service = offered["google"]
    pages.client_needed.emit(service)
    client = pages.client(service)
    client.show_done({0, 1, 2, 3, 4}, has_client=False)
    client.show_checks(Checks(right_type=False, code="sign-in-failed", reason="web-client"))
    at.take("client-refused")
    done = Checks(right_type=True, complete=True, accepted=True, file=Path("client_secret.json"))
    client.show_checks(done)
    at.take("client-done")
    at.clients[service.key] = ClientId("1234-loopdesk.apps.googleusercontent.test", own=True)
    at.give("connect")
    pages.connecting.begin(replace(service, client=at.clients[service.key]))
    at.take("connect")
    pages.connecting.waiting("https://accounts.google.com/")
    at.take("connect-waiting")
    for timer in pages.connecting.findChildren(QTimer):
        if timer.interval() == ConnectPage.LATE_MS:
            timer.setInterval(0)
    pages.connecting.waiting("https://accounts.google.com/")
    at.take("connect-late")
    pages.connecting.failed("sign-in-failed", "denied")
    at.take("connect-failed")
    at.give("go-inbox")
    testing(at)


def testing(at: Stage) -> None:
    """The access of a client that was not published ends tomorrow."""
    account = next(one for one in at.desk.accounts() if one.service == "google")
    ends = (MOMENT + timedelta(days=1, hours=3)).isoformat()
    at.database.own.transact(lambda db: accounts.put(db, replace(account, expires_at=ends)))
    at.main.session.refresh()
    at.take("testing")
    at.give("go-accounts")
    at.take("accounts-testing")
    at.database.own.transact(lambda db: accounts.put(db, account))
    at.main.session.refresh()
    at.give("go-inbox")


def close_layers(at: Stage) -> None:
    for layer in at.main.window.findChildren(Layer):
        layer.close_layer()
    at.settle()


def conflict(at: Stage) -> None:
    """An answer to something that is another thing by now."""
    row = at.select(lambda row: "accept" in row.actions)
    refuse(at, at.desk.do("accept", row.id), Failure("conflict"))
    at.take("conflict")


def refuse(at: Stage, action: Action, why: Failure) -> None:
    at.database.own.transact(lambda db: outbox.claim(db, action.id, MOMENT))
    at.database.own.transact(lambda db: outbox.refuse(db, action.id, why, MOMENT))
    at.main.session.refresh()
    at.settle()


def signed_out(at: Stage, sandbox: Sandbox) -> None:
    sandbox.revoke_tokens()
    at.pull()
    at.take("signed-out")
    at.main.window.search.setText("ferry")
    at.take("not-searched")
    at.main.window.search.clear()
    at.give("go-accounts")
    at.take("accounts-signed-out")
    at.give("go-inbox")


def offline(at: Stage) -> None:
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


SCENES = (
    the_pane,
    the_meeting,
    the_days,
    the_task,
    the_cards,
    the_file,
    previews,
    messages,
    writing,
    sending,
    conversations,
    the_office,
    searching,
    the_quick_pane,
    the_pages,
    conflict,
)


def main() -> None:
    pictures, wanted = Path(sys.argv[1]), sys.argv[3:]

    def plays(scene: Callable[..., None]) -> bool:
        return not wanted or scene.__name__ in wanted

    QLocale.setDefault(QLocale("en_GB"))
    application = QApplication(["loopdesk"])
    application.setCursorFlashTime(0)
    application.setQuitOnLastWindowClosed(False)
    theme.apply(application)
    with serve(company()) as server:
        if not wanted:
            with stage(pictures, server, connected=False) as empty:
                empty.take("first-run")
        with stage(pictures, server) as whole:
            if plays(the_first_pull):
                the_first_pull(whole)
            whole.pull()
            for scene in filter(plays, SCENES):
                scene(whole)
            if plays(signed_out):
                signed_out(whole, server.sandbox)
    if not (plays(offline) or plays(nothing_left)):
        return
    # A server of its own, because this one goes away.
    server = serve(company())
    with stage(pictures, server) as away:
        away.pull()
        server.close()
        offline(away)
        with serve(server.sandbox, server.port):
            away.pull()
            nothing_left(away)


if __name__ == "__main__":
    main()
