"""A small service of conversations with an adapter of its own, and a profile on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loopdesk import app
from loopdesk.core.actions import Action, ActionSpec, Receipt
from loopdesk.core.changes import Account, Busy, Chunk, Cursor, Page, Part, Stream
from loopdesk.core.errors import Offline, Rejected
from loopdesk.core.items import (
    AccountId,
    Chat,
    Entry,
    Form,
    Item,
    ItemId,
    Kind,
    Reaction,
    ServiceKey,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.core.seams import Steps
from loopdesk.desk.desk import Desk
from loopdesk.store import accounts
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.lane import Lane
from tests.sync.mailbox import KEY, START, HandClock, Heard, Lots

ACCOUNT = AccountId("office-aaaaaaaa")
ANN = Handle("Ann Lee", "ann@x.test", "U1")
BO, CY = Handle("Bo Berg", "bo@x.test", "U2"), Handle("Cy Moss", "cy@x.test", "U3")
_MESSAGES, _NEW = frozenset({Kind.MESSAGE}), frozenset[Kind]()
SPECS = (
    ActionSpec("reply", _MESSAGES, 10.0, answers=True, said_s=5.0),
    ActionSpec("edit", _MESSAGES, inverse="edit", needs=("entry", "text")),
    ActionSpec("delete", _MESSAGES, needs=("entry",)),
    ActionSpec("react", _MESSAGES, inverse="unreact", needs=("entry", "text")),
    ActionSpec("unreact", _MESSAGES, inverse="react", needs=("entry", "text")),
    ActionSpec("read", _MESSAGES, inverse="unread"),
    ActionSpec("unread", _MESSAGES, inverse="read"),
    ActionSpec("upload", _MESSAGES, needs=("files",)),
    ActionSpec("send", _NEW, 5.0, needs=("to",), makes=Kind.MESSAGE),
    ActionSpec("status", _NEW, inverse="status", account=True),
)
TAKES = ("reply", "edit", "delete", "react", "unreact", "read", "unread", "upload")


@dataclass
class Room:
    """A conversation, or a thread in one (its key then has a slash)."""

    key: str
    name: str
    form: Form = Form.CHANNEL
    people: tuple[Handle, ...] = (BO, CY)
    said: list[Entry] = field(default_factory=list)
    read_at: datetime = START - timedelta(days=1)
    closed: bool = False

    def say(self, text: str, author: Handle = BO, **facts: object) -> str:
        number = len(self.said)
        at = START - timedelta(minutes=30 - number)
        entry = Entry(
            ServiceKey(f"{self.key}.{number}"), ServiceKey(self.key), author, at, Untrusted(text)
        )
        self.said.append(replace(entry, mine=author is ANN, **facts))  # type: ignore[arg-type]
        return entry.key


class Office:
    """The service: its rooms by key, and what was said of the person."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.statuses: list[str] = []
        self.people = [BO, CY]
        self.offline = False
        self.done: list[Action] = []

    def room(self, key: str, name: str, *facts: object, **named: object) -> Room:
        return self.rooms.setdefault(key, Room(key, name, *facts, **named))  # type: ignore[arg-type]


class OfficeAdapter:
    """The contract of an adapter, on an `Office`."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def streams(self) -> tuple[Stream, ...]:
        return (Stream("all", 30.0, 600.0, "messages", budget="history", look_s=10.0),)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if self.office.offline:
            raise Offline
        rooms = self.office.rooms.values()
        places = [
            Place(room.key, "channel", room.name) for room in rooms if room.form is not Form.THREAD
        ]
        places += [
            Place(who.id, "direct", who.name, address=who.address) for who in self.office.people
        ]
        return Page(
            items=tuple(map(_item, rooms)),
            entries=tuple(entry for room in rooms for entry in room.said),
            gone_entries=frozenset(
                (ServiceKey(room.key), ServiceKey(f"{room.key}.{number}"))
                for room in rooms
                for number in range(9)
                if not any(entry.key == f"{room.key}.{number}" for entry in room.said)
            ),
            me=(ANN,),
            places=tuple(places),
            place_kinds=frozenset({"channel", "direct"}),
            cursor=Cursor("1"),
            listing=True,
        )

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        if self.office.offline:
            raise Offline
        self.office.done.append(action)
        given, target = action.arguments, action.target
        if action.name == "status":
            self.office.statuses.append(given.text)
            return Receipt({}, ("all",))
        key = target.key
        if action.name == "send":
            key = next(
                (room.key for room in self.office.rooms.values() if (*room.people,) == _named(to)),
                "",
            ) if (to := target.to) else ""  # fmt: skip
            key = key or f"D{len(self.office.rooms)}"
            self.office.room(key, "", Form.DIRECT, _named(target.to))
        room = self.office.rooms[key]
        if room.closed:
            raise Rejected("closed")
        match action.name:
            case "reply" | "send" | "upload":
                if target.entry and room.form is not Form.THREAD:
                    room = self.office.room(f"{key}/{target.entry}", room.name, Form.THREAD)
                said = room.say(given.text, ANN, leaves_at=given.at)
                return Receipt({"key": key, "message": said}, ("all",))
            case "edit":
                _change(room, given.entry, text=Untrusted(given.text), edited_at=START)
            case "delete":
                room.said = [entry for entry in room.said if entry.key != given.entry]
            case "react":
                mine = (Reaction("+1", "\U0001f44d", 1, mine=True),)
                _change(room, given.entry, reactions=mine)
            case "unreact":
                _change(room, given.entry, reactions=())
            case "read":
                room.read_at = START
        return Receipt({}, ("all",))

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return None

    def fetch(self, part: Part, offset: int) -> Chunk:
        raise Rejected("notFound")

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return Page()

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        return ()

    def brings(self, item: ServiceKey) -> Stream | None:
        return None

    def listen(self) -> tuple[str, ...] | None:
        return None

    def hush(self) -> None:
        """Nobody listens."""


def _named(to: Sequence[str]) -> tuple[Handle, ...]:
    return tuple(who for who in (BO, CY) if who.id in to)


def _change(room: Room, key: str, **facts: object) -> None:
    room.said = [
        replace(entry, **facts) if entry.key == key else entry  # type: ignore[arg-type]
        for entry in room.said
    ]


def _item(room: Room) -> Item:
    posted = [entry for entry in room.said if entry.leaves_at is None]
    unread = any(not entry.mine and entry.at > room.read_at for entry in posted)
    place, _, root = room.key.partition("/")
    return Item(
        ServiceKey(room.key),
        Kind.MESSAGE,
        Untrusted(room.name),
        Untrusted(posted[-1].text or "") if posted else Untrusted(""),
        people=room.people,
        at=posted[-1].at if posted else START,
        unread=unread,
        in_pane=unread,
        # What is said among a few takes no files.
        actions=TAKES[:-1] if room.form is Form.GROUP else TAKES,
        chat=Chat(
            room.form,
            place,
            root,
            room.read_at,
            threads=room.form is Form.CHANNEL,
            later=room.form is not Form.GROUP,
        ),
    )


class Desktop:
    """A desk and a lane on one small profile and one office."""

    def __init__(self, folder: Path, office: Office) -> None:
        self.office, self.clock = office, HandClock()
        ids, vessel = Lots(), Vessel(folder / "files")
        prepare(folder, KEY)
        self.database = InlineDatabase(folder, KEY)
        account = Account(ACCOUNT, "office", "Ann", ANN.address, "1", features=("messages",))
        self.database.own.transact(lambda db: accounts.put(db, account))
        self.desk = Desk(
            self.database, self.clock, ids, {"office": SPECS}, app.ranking(), lambda: UTC, vessel
        )
        self.lane = Lane(
            ACCOUNT,
            OfficeAdapter(office),
            self.database,
            self.clock,
            ids,
            app.ranker(),
            app.refer("google"),
            Keeper(ACCOUNT, self.database, vessel, self.clock, ids, lambda: []),
            Heard(),
        )

    def work(self, seconds: float = 100.0, until: Callable[[], bool] = lambda: False) -> None:
        end = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < end and not until():
            if not self.lane.step():
                self.clock.time += timedelta(seconds=1)

    def id(self, key: str) -> ItemId:
        return item_id(ACCOUNT, Kind.MESSAGE, ServiceKey(key))

    def row(self, key: str) -> Row:
        return self.desk.row(self.id(key))

    def texts(self, key: str) -> list[str]:
        return [entry.own for entry in self.desk.body(self.id(key)).entries]
