"""Every test of the window: a dressed application, English words, and a real desk where asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.changes import Account, Page, Stream
from loopdesk.core.items import (
    Answer,
    Attendee,
    Entry,
    Item,
    ItemId,
    Kind,
    Meeting,
    ServiceKey,
    Untrusted,
    item_id,
)
from loopdesk.core.seams import Connection
from loopdesk.desk.desk import Desk
from loopdesk.engine.protocol import ToEngine, ToWindow
from loopdesk.providers.google import PROVIDER
from loopdesk.store import accounts, items, streams
from loopdesk.store.connection import SqlDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.system.seams import SystemIds
from loopdesk.ui import theme
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.services import Permission, Service
from tests.ui.rows import ACCOUNT, ADA, JONAS, LEGAL, MIRA, NOW, ZONE, StillClock

SERVICES = (
    Service(
        PROVIDER.key,
        PROVIDER.title,
        tuple(
            Permission(f.key, f.title, f.scopes, f.reason, suggested=f.key != "files")
            for f in PROVIDER.features
        ),
        "accounts.google.com",
    ),
)
KEY = bytes(range(32))

for _wait in (QtBot.waitUntil, QtBot.waitSignal):
    # A bound on what never comes; five seconds may pass on a busy machine before anything does.
    _wait.__kwdefaults__["timeout"] = 30_000  # type: ignore[index]


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("en_GB"))
    if qapp.property("theme") is None:
        theme.apply(qapp)


class SilentEngine:
    """An engine that listens and says only what the test makes it say."""

    def __init__(self) -> None:
        self.heard: list[ToEngine] = []
        self.says: Queue[ToWindow | None] = Queue()

    def send(self, word: ToEngine) -> None:
        self.heard.append(word)
        if word.quit:
            self.says.put(None)

    def words(self) -> Iterator[ToWindow]:
        yield from iter(self.says.get, None)


@dataclass(frozen=True)
class Profile:
    """A real desk over a small real store, and the bridge to it."""

    desk: Desk
    bridge: Bridge
    engine: SilentEngine
    clock: StillClock
    database: SqlDatabase
    contract: ItemId
    review: ItemId

    def invite(self) -> ItemId:
        """Bring the mail by which the review was announced; return its id."""
        key = ServiceKey("invitation")
        mail = Item(
            key,
            Kind.MESSAGE,
            Untrusted("Invitation: Design review"),
            people=(ADA,),
            at=NOW,
            unread=True,
            places=frozenset({"INBOX"}),
            actions=("archive",),
        )
        told = (("x-loopdesk-ical-uid", "review@northwind.test"), ("x-loopdesk-told", "1"))
        said = Entry(key, key, ADA, NOW, Untrusted("You are invited"), headers=told)

        def write(db: Connection) -> None:
            page = Page(items=(mail,), entries=(said,))
            items.apply(db, ACCOUNT, "mail", page, app.ranker(), None, app.refer(PROVIDER.key))

        self.database.cache.transact(write)
        return item_id(ACCOUNT, Kind.MESSAGE, key)

    def read_out(self, qtbot: QtBot) -> None:
        """Wait until everything that was asked of the desk so far has been answered."""
        answers: list[None] = []
        self.bridge.read(lambda: None, answers.append)
        qtbot.waitUntil(lambda: bool(answers))


@pytest.fixture
def profile(tmp_path: Path, qapp: QApplication) -> Iterator[Profile]:
    clock = StillClock()
    prepare(tmp_path, KEY)
    database = SqlDatabase(tmp_path, KEY)
    specs = {PROVIDER.key: PROVIDER.actions}
    vessel = Vessel(tmp_path / "files")
    desk = Desk(database, clock, SystemIds(), specs, app.ranking(), lambda: ZONE, vessel)
    _fill(database, clock)
    engine = SilentEngine()
    bridge = Bridge(desk, lambda: engine, clock)
    bridge.begin()
    yield Profile(
        desk,
        bridge,
        engine,
        clock,
        database,
        item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("thread")),
        item_id(ACCOUNT, Kind.MEETING, ServiceKey("review")),
    )
    bridge.close()
    bridge.deleteLater()
    database.close()


def _fill(database: SqlDatabase, clock: StillClock) -> None:
    account = Account(
        ACCOUNT,
        PROVIDER.key,
        MIRA.name,
        MIRA.address,
        "subject",
        features=tuple(feature.key for feature in PROVIDER.features),
    )
    database.own.transact(lambda db: accounts.put(db, account))
    thread, review = ServiceKey("thread"), ServiceKey("review")
    page = Page(
        items=(
            Item(
                thread,
                Kind.MESSAGE,
                Untrusted("Contract for Halden: can you sign off today?"),
                people=(ADA, LEGAL),
                at=NOW,
                unread=True,
                places=frozenset({"INBOX"}),
                actions=("reply", "reply-all", "archive", "star"),
            ),
            Item(
                review,
                Kind.MEETING,
                Untrusted("Design review"),
                people=(ADA, JONAS),
                at=NOW.replace(hour=9, minute=0),
                actions=("accept", "decline", "tentative"),
                meeting=Meeting(
                    start_at=NOW.replace(hour=9, minute=0),
                    end_at=NOW.replace(hour=9, minute=30),
                    organizer=ADA,
                    attendees=(
                        Attendee(ADA, Answer.ACCEPTED, organizer=True),
                        Attendee(MIRA, Answer.PENDING, me=True),
                    ),
                    answer=Answer.PENDING,
                    calendar=MIRA.address,
                    ical_uid="review@northwind.test",
                ),
            ),
        ),
        entries=(
            Entry(
                ServiceKey("mail"),
                thread,
                ADA,
                NOW,
                text=Untrusted("Mira, can you sign off today? I need your yes by 15:00."),
                to=(MIRA,),
                cc=(LEGAL,),
                headers=(("message-id", "<1@northwind.test>"),),
                unread=True,
            ),
        ),
        me=(MIRA,),
    )

    def write(db: Connection) -> None:
        streams.put(db, ACCOUNT, [Stream("mail", 60, 60, "mail")])
        streams.begin(db, ACCOUNT, "mail", NOW)
        items.apply(db, ACCOUNT, "mail", page, app.ranker(), None, app.refer(PROVIDER.key))

    database.cache.transact(write)
