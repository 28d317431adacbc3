"""A small service with an adapter of its own, a clock that is set by hand, and a profile on both.

The service keeps, for every action, how often it took effect: that must be once.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from loopdesk import app
from loopdesk.core.actions import Action, ActionId, ActionSpec, Receipt
from loopdesk.core.changes import (
    Account,
    AccountState,
    Busy,
    ChangeSet,
    Chunk,
    Cursor,
    Page,
    Part,
    Stream,
)
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    CursorExpired,
    Offline,
    RateLimited,
    Rejected,
    ServiceDown,
    SignInExpired,
)
from loopdesk.core.items import AccountId, Entry, Item, ItemId, Kind, ServiceKey, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.seams import Steps, Wake
from loopdesk.desk.desk import Desk
from loopdesk.store import accounts, outbox
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.lane import Lane
from loopdesk.sync.puller import Pulled

KEY = bytes(range(32))
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ACCOUNT = AccountId("fake-aaaaaaaa")
ANN, BO = Handle("Ann", "ann@x.test"), Handle("Bo", "bo@x.test")
MESSAGES = frozenset({Kind.MESSAGE})
SPECS = (
    ActionSpec("archive", MESSAGES, inverse="restore"),
    ActionSpec("restore", MESSAGES, inverse="archive"),
    ActionSpec("star", MESSAGES, inverse="unstar"),
    ActionSpec("unstar", MESSAGES, inverse="star"),
    ActionSpec("reply", MESSAGES, delay_s=10.0, needs=("text",), answers=True),
    ActionSpec("attach", MESSAGES, needs=("text",)),
)


CHUNK = 150_000
PIECES = 4
"""In so many pieces `attach` is sent; the last one has the effect."""


class Weather(Enum):
    FINE = "fine"
    OFFLINE = "offline"
    BUSY = "busy"
    LOST = "lost"  # it takes effect, and the answer does not come back
    DOWN = "down"  # it may take effect
    REFUSING = "refusing"
    SIGNED_OUT = "signed-out"
    NONSENSE = "nonsense"
    FORGETFUL = "forgetful"  # cursors are not known any more
    BROKEN = "broken"  # an error of our own that nobody foresaw


class UnforeseenError(RuntimeError):
    """Something that is none of ours."""


class HandClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - START).total_seconds()

    def wake(self) -> Wake:
        return _Flag()

    def wait(self, wake: Wake, seconds: float) -> bool:
        self.time += timedelta(seconds=max(seconds, 0.001))
        return False


class _Flag:
    def set(self) -> None:
        """Nobody sleeps here."""


class Lots:
    """`Ids` from a seed."""

    def __init__(self) -> None:
        self._lots = random.Random(1)

    def new(self) -> str:
        return f"{self._lots.getrandbits(128):032x}"

    def jitter(self) -> float:
        return self._lots.random()


@dataclass
class Thread:
    number: int
    archived: bool = False
    starred: bool = False
    answers: list[tuple[ActionId, str]] = field(default_factory=list)
    attached: list[ActionId] = field(default_factory=list)


class Mailbox:
    """The service: what it holds, and what was done to it."""

    def __init__(self, clock: HandClock, threads: int = 3) -> None:
        self.clock = clock
        self.threads = [Thread(number) for number in range(threads)]
        self.effects: Counter[ActionId] = Counter()
        self.order: list[ActionId] = []
        self.changes: list[int] = []
        self.weather = Weather.FINE
        self.parts: dict[Part, bytes] = {}
        self.elsewhere: dict[str, list[Thread]] = {}

    def change(self, number: int) -> None:
        """Note that a thread differs now."""
        self.changes.append(number)

    def do(self, action: Action) -> None:
        number = int(action.target.key.removeprefix("t"))
        thread = self.threads[number]
        self.effects[action.id] += 1
        self.order.append(action.id)
        match action.name:
            case "archive" | "restore":
                thread.archived = action.name == "archive"
            case "star" | "unstar":
                thread.starred = action.name == "star"
            case "reply":
                thread.answers.append((action.id, action.arguments.text))
            case "attach":
                thread.attached.append(action.id)
        self.change(number)


class MailboxAdapter:
    """The contract of an adapter, on a `Mailbox`."""

    def __init__(self, box: Mailbox, keys: tuple[str, ...] = ("mail",)) -> None:
        self.box = box
        self.keys = keys
        self.broken: frozenset[str] = frozenset()
        self.looks = 0
        self.pulls: list[str] = []
        self.calls: list[str] = []
        self.feeds: tuple[Stream, ...] = ()
        """Instead of one a key, where a test says so."""
        self.spent: set[str] = set()
        """Budgets that are used up; for how long, each answer says anew."""
        self.spent_for = timedelta(seconds=60)
        self.hidden: dict[ServiceKey, Stream] = {}
        """What is pulled only when somebody looks at it."""
        self.tells: list[tuple[str, ...] | None] = []
        self.hushed = False
        self.notice = ""

    def streams(self) -> tuple[Stream, ...]:
        if self.feeds:
            return self.feeds
        return tuple(Stream(key, 30.0, 60.0, "mail", rank) for rank, key in enumerate(self.keys))

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        self.pulls.append(stream.key)
        self.calls.append(f"pull {stream.key}")
        self._before()
        if stream.key in self.broken:
            raise BadPayload("threads[0]")
        if stream.budget in self.spent:
            raise RateLimited(self.box.clock.now() + self.spent_for, stream.budget)
        if self.box.weather is Weather.FORGETFUL and cursor is not None:
            self.box.weather = Weather.FINE
            raise CursorExpired
        if stream.key != "mail":
            return Page(cursor=Cursor("0"), notice=self.notice)
        now = len(self.box.changes)
        numbers = range(len(self.box.threads))
        listing = cursor is None
        wanted = numbers if cursor is None else sorted(set(self.box.changes[int(cursor) :]))
        held = [self.box.threads[number] for number in wanted]
        return Page(
            items=tuple(map(_item, held)),
            entries=tuple(entry for thread in held for entry in _entries(thread)),
            cursor=Cursor(str(now)),
            listing=listing,
        )

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        self.calls.append(f"{action.name} {action.target.key}")
        self._before()
        if self.box.weather is Weather.REFUSING:
            raise Rejected("no")
        through = int(steps.load() or b"0")
        if action.name == "attach" and through < PIECES - 1:
            steps.save(b"%d" % (through + 1), (through + 1) / PIECES)
            self._after()
            return None
        if through == 0:
            steps.save(b"1")
        self.box.do(action)
        self._after()
        return Receipt({"message": f"{action.id}"}, ("mail",))

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        self.looks += 1
        self._before()
        return Receipt({}, ("mail",)) if self.box.effects[action.id] else None

    def fetch(self, part: Part, offset: int) -> Chunk:
        self.calls.append(f"fetch {part.item} {offset}")
        self._before()
        if part not in self.box.parts:
            raise Rejected("notFound")
        data = self.box.parts[part]
        piece = data[offset : offset + CHUNK]
        self._after()
        return Chunk(piece, len(data), offset + len(piece) == len(data))

    def search(self, query: str, cursor: Cursor | None) -> Page:
        self.calls.append(f"search {query} {cursor or ''}".rstrip())
        self._before()
        number = int(cursor or 0)
        held = self.box.elsewhere.get(query, [])[number : number + 1]
        return Page(
            items=tuple(map(_item, held)),
            entries=tuple(entry for thread in held for entry in _entries(thread)),
            cursor=Cursor(str(number + 1)),
            more=number + 1 < len(self.box.elsewhere.get(query, [])),
        )

    def busy(self, people: Sequence[str], start: datetime, end: datetime) -> tuple[Busy, ...]:
        self._before()
        return tuple(
            Busy(address, ((start, start + timedelta(hours=1)),) if "bo" in address else None)
            for address in people
        )

    def brings(self, item: ServiceKey) -> Stream | None:
        return self.hidden.get(item)

    def listen(self) -> tuple[str, ...] | None:
        return self.tells.pop(0) if self.tells else None

    def hush(self) -> None:
        self.hushed = True

    def _before(self) -> None:
        match self.box.weather:
            case Weather.OFFLINE:
                raise Offline
            case Weather.BUSY:
                raise RateLimited(self.box.clock.now() + timedelta(seconds=40))
            case Weather.SIGNED_OUT:
                raise SignInExpired
            case Weather.NONSENSE:
                raise BadPayload("everything")
            case Weather.BROKEN:
                raise UnforeseenError

    def _after(self) -> None:
        if self.box.weather is Weather.LOST:
            raise AnswerLost
        if self.box.weather is Weather.DOWN:
            raise ServiceDown(503)


def _item(thread: Thread) -> Item:
    return Item(
        key=ServiceKey(f"t{thread.number}"),
        kind=Kind.MESSAGE,
        title=Untrusted(f"Matter {thread.number}"),
        people=(BO,),
        at=START - timedelta(hours=thread.number),
        starred=thread.starred,
        in_pane=not thread.archived,
        places=frozenset() if thread.archived else frozenset({"INBOX"}),
        actions=(
            "restore" if thread.archived else "archive",
            "unstar" if thread.starred else "star",
            "reply",
            "attach",
        ),
    )


def _entries(thread: Thread) -> list[Entry]:
    key = ServiceKey(f"t{thread.number}")
    first = Entry(
        ServiceKey(f"{key}-0"), key, BO, START - timedelta(hours=thread.number), Untrusted("Well?")
    )
    return [
        first,
        *(
            Entry(ServiceKey(action), key, ANN, START, Untrusted(text), to=(BO,), mine=True)
            for action, text in thread.answers
        ),
    ]


class Heard:
    """A lane's listener that keeps what it hears."""

    def __init__(self) -> None:
        self.states: list[tuple[AccountState, str]] = []

    def delivered(self, account: AccountId, action: ActionId) -> None:
        """Not looked at."""

    def pulled(self, account: AccountId, page: Pulled) -> None:
        """Not looked at."""

    def changed(self, changes: ChangeSet) -> None:
        """Not looked at."""

    def stands(self, account: AccountId, state: AccountState, code: str) -> None:
        self.states.append((state, code))


class Profile:
    """A desk and a lane on one small profile and one mailbox."""

    def __init__(
        self, folder: Path, keys: tuple[str, ...] = ("mail",), feeds: tuple[Stream, ...] = ()
    ) -> None:
        self.clock, self.ids = HandClock(), Lots()
        self.box = Mailbox(self.clock)
        self.adapter = MailboxAdapter(self.box, keys)
        self.adapter.feeds = feeds
        prepare(folder, KEY)
        self.database = InlineDatabase(folder, KEY)
        self.vessel = Vessel(folder / "files")
        account = Account(ACCOUNT, "fake", "Ann", ANN.address, "1", features=("mail",))
        self.database.own.transact(lambda db: accounts.put(db, account))
        self.desk = Desk(
            self.database,
            self.clock,
            self.ids,
            {"fake": SPECS},
            app.ranking(),
            lambda: UTC,
            self.vessel,
        )
        self.heard = Heard()
        self.needed: list[ItemId] = []
        self.refer = app.refer("google")
        self.lane = self._new_lane()

    def crash(self) -> None:
        """Lose everything that was only in memory."""
        self.database.own.transact(outbox.interrupted)
        self.lane = self._new_lane()

    def step(self) -> bool:
        """Let the lane do one thing; what nobody foresaw ends that one thing."""
        try:
            return self.lane.step()
        except UnforeseenError:
            return False

    def work(self, until: Callable[[], bool] | None = None, seconds: float = 4000.0) -> None:
        """Let the lane work, and time go by where it has nothing to do."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < end and not (until is not None and until()):
            if not self.step():
                self.clock.time += timedelta(seconds=5)

    def settled(self) -> bool:
        return not [
            action for action in self.desk.outbox() if action.state in ("waiting", "sending")
        ]

    def close(self) -> None:
        self.database.close()

    def _new_lane(self) -> Lane:
        return Lane(
            ACCOUNT,
            self.adapter,
            self.database,
            self.clock,
            self.ids,
            app.ranker(),
            self.refer,
            Keeper(ACCOUNT, self.database, self.vessel, self.clock, self.ids, lambda: self.needed),
            self.heard,
        )
