"""Tasks and files in the small store of the tests of the window, and bytes that come to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from loopdesk import app
from loopdesk.core.changes import Page
from loopdesk.core.items import (
    Attachment,
    Entry,
    File,
    Item,
    ItemId,
    Kind,
    Revision,
    ServiceKey,
    Share,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.engine.protocol import ToWindow
from loopdesk.store import blobs, errands, items
from loopdesk.store.blobs import Cached
from loopdesk.store.errands import Errand
from loopdesk.store.vessel import Filling, Vessel
from loopdesk.system.seams import SystemIds
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, ADA, JONAS, MIRA, NOW, PRIYA

TODAY = date(2026, 11, 24)
TASK_TAKES = ("complete", "rename", "describe", "due", "move", "subtask", "delete")
FILE_TAKES = (
    "comment", "resolve", "reopen", "rename", "move", "share", "unshare", "upload", "delete",
)  # fmt: skip
PLACES = (
    Place("sales", "list", "Sales", default=True),
    Place("home", "list", "Home"),
    Place("deals", "folder", "Deals"),
    Place("design", "folder", "Design"),
    Place("final", "folder", "Final", parent="deals"),
)


def task_id(key: str) -> ItemId:
    return item_id(ACCOUNT, Kind.TASK, ServiceKey(key))


def file_id(key: str) -> ItemId:
    return item_id(ACCOUNT, Kind.FILE, ServiceKey(key))


SHEET, TERMS, SCAN = task_id("sales/sheet"), file_id("terms"), file_id("scan")


@dataclass(frozen=True)
class Work:
    """What a test may do as a service and its engine."""

    profile: Profile
    vessel: Vessel

    def arrive(self, item: ItemId, entry: str, part: str, name: str, data: bytes) -> None:
        """Have bytes on this computer, as the engine leaves them."""
        database = self.profile.database
        slot = database.read(lambda db: blobs.slot_of(db, item, entry, part))
        assert slot is not None
        filling = Filling(self.vessel, SystemIds())
        filling.add(data)
        Cached(database, self.vessel).keep(slot, filling.finish(name), NOW)

    def asked(self) -> list[Errand]:
        """Take the errands that the window left."""
        return self.profile.database.own.transact(errands.take)

    def answer(self, errand: Errand, facts: dict[str, object]) -> None:
        self.profile.database.own.transact(lambda db: errands.answer(db, errand.id, facts))
        self.profile.engine.says.put(ToWindow(errands=(errand.id,)))

    def note(self, errand: Errand, facts: dict[str, object]) -> None:
        self.profile.database.own.transact(lambda db: errands.note(db, errand.id, facts))
        self.profile.engine.says.put(ToWindow(errands=(errand.id,)))


def work(profile: Profile, folder: Path) -> Work:
    """Fill a profile with a task of three steps, a document and a scan, and a mail with files."""
    database = profile.database

    def write(db: Connection) -> None:
        items.apply(db, ACCOUNT, "mail", _page(), app.ranker())

    database.cache.transact(write)
    return Work(profile, Vessel(folder / "files"))


def _page() -> Page:
    return Page(
        items=(*_tasks(), *_files(), _mail()),
        entries=(
            _entry("sales/sheet", MIRA, "Prices for 40, 80 and 120 seats.\nhttps://halden.test/p"),
            *(_entry(f"sales/s{n}", MIRA, "") for n in range(3)),
            _entry("terms", ADA, "The terms as Legal sees them."),
            _comment("c1", JONAS, "Mira, is clause 7 final?", 60, quote="Only clause 7 changed."),
            _comment("c2", ADA, "It is.", 30, parent="c1"),
            _comment("c3", PRIYA, "Shorter, please.", 120, resolved=True),
            _entry("scan", ADA, ""),
            Entry(
                ServiceKey("papers-mail"),
                ServiceKey("papers"),
                ADA,
                NOW - timedelta(hours=1),
                text=Untrusted("Three papers for you."),
                to=(MIRA,),
                headers=(("message-id", "<2@northwind.test>"),),
                attachments=(
                    Attachment("a1", "halden-terms.pdf", "application/pdf", 2_000),
                    Attachment("a2", "prices.csv", "text/csv", 120),
                    Attachment("a3", "report.pdf", "application/pdf", 5_000),
                ),
            ),
        ),
        places=PLACES,
        place_kinds=frozenset({"list", "folder"}),
        me=(MIRA,),
    )


def _tasks() -> tuple[Item, ...]:
    sheet = Item(
        ServiceKey("sales/sheet"),
        Kind.TASK,
        Untrusted("Send Halden price sheet"),
        on=TODAY,
        actions=TASK_TAKES,
        task=Task(due_on=TODAY, list="sales"),
    )
    steps = tuple(
        Item(
            ServiceKey(f"sales/s{n}"),
            Kind.TASK,
            Untrusted(title),
            at=NOW,
            actions=("reopen" if done else "complete", "rename"),
            in_pane=False,
            task=Task(done=done, list="sales", parent="sales/sheet", position=f"{n:03}"),
        )
        for n, (title, done) in enumerate(
            (("Ask finance", True), ("Agree the discount", True), ("Put all on one page", False))
        )
    )
    return (sheet, *steps)


def _files() -> tuple[Item, ...]:
    shares = (
        Share("p0", MIRA, "owner"),
        Share("p1", ADA, "writer"),
        Share("p2", PRIYA, "commenter"),
    )
    versions = tuple(
        Revision(f"v{n}", NOW - timedelta(days=3 - n), ADA, 40_000 + n) for n in range(3)
    )
    return (
        Item(
            ServiceKey("terms"),
            Kind.FILE,
            Untrusted("halden-terms.txt"),
            people=(JONAS,),
            at=NOW - timedelta(minutes=30),
            actions=FILE_TAKES,
            url="https://drive.example/terms",
            file=File(
                "text/plain",
                48_000,
                folder="deals",
                owner=MIRA,
                changed_by=ADA,
                revision="v2",
                shares=shares,
                revisions=versions,
            ),
        ),
        Item(
            ServiceKey("scan"),
            Kind.FILE,
            Untrusted("scan.png"),
            people=(ADA,),
            at=NOW - timedelta(hours=2),
            file=File("image/png", 900, folder="design", owner=ADA, shared_by=ADA, revision="r1"),
        ),
    )


def _mail() -> Item:
    return Item(
        ServiceKey("papers"),
        Kind.MESSAGE,
        Untrusted("Papers"),
        people=(ADA,),
        at=NOW - timedelta(hours=1),
        places=frozenset({"INBOX"}),
        actions=("reply", "archive"),
    )


def _entry(key: str, who: Handle, text: str) -> Entry:
    return Entry(
        ServiceKey(key), ServiceKey(key), who, NOW - timedelta(days=9), text=Untrusted(text)
    )


def _comment(
    key: str,
    who: Handle,
    text: str,
    minutes_ago: int,
    *,
    parent: str = "",
    quote: str = "",
    resolved: bool = False,
) -> Entry:
    return Entry(
        ServiceKey(key),
        ServiceKey("terms"),
        who,
        NOW - timedelta(minutes=minutes_ago),
        text=Untrusted(text),
        parent=parent,
        quote=Untrusted(quote),
        resolved=resolved,
    )
