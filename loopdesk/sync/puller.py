"""Keeping one account's streams current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loopdesk.core.changes import AccountState, ChangeSet, Cursor, Page
from loopdesk.core.errors import (
    CursorExpired,
    LoopDeskError,
    RateLimited,
    Remedy,
    SignInExpired,
    VaultError,
)
from loopdesk.core.items import AccountId, ItemId, ServiceKey
from loopdesk.core.seams import Clock, Connection, Database
from loopdesk.providers.api import Adapter
from loopdesk.store import accounts, aliases, choices, items, keeping, leaving, streams
from loopdesk.store.aliases import Names
from loopdesk.store.choices import Said
from loopdesk.store.items import Judge
from loopdesk.store.refs import Refer
from loopdesk.store.streams import Feed
from loopdesk.sync.trim import trimmed

_REJUDGED = 100
_BUDGET_REST = timedelta(seconds=30)
"""How long a quota of some streams is left alone where the service does not say."""
_FIRST_REST = timedelta(seconds=30)
"""How long a stream that broke is left alone at first."""
_LEAST_REST, _LONGEST_REST = timedelta(seconds=2), timedelta(days=1)


def stops_account(error: LoopDeskError) -> bool:
    """Whether an error is about the whole account, not about one thing asked of it."""
    return error.remedy is Remedy.WAIT or isinstance(error, SignInExpired | VaultError)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one page brought."""

    stream: str
    changes: ChangeSet
    skipped: int
    more: bool


class Puller:
    """Chooses which stream to pull next, and writes what it brings.

    When a stream is due is kept in memory: after a restart everything is due, except what draws on
    a budget of its own. Where such a budget is spent, its streams wait and the others go on.
    """

    def __init__(
        self,
        account: AccountId,
        adapter: Adapter,
        database: Database,
        clock: Clock,
        judge: Judge,
        refer: Refer,
    ) -> None:
        self._account, self._adapter = account, adapter
        self._judge, self._refer = judge, refer
        self._database, self._clock = database, clock
        self._pulled_at: dict[str, datetime] = {}
        self._broken: dict[str, LoopDeskError] = {}
        self._restarted: set[str] = set()
        # Made due while a pull of theirs went on: its earlier pages did not see what for.
        self._again: set[str] = set()
        # What the person looks at goes first.
        self._looked: set[str] = set()
        # Until when: by stream, and by budget.
        self._waits: dict[str, datetime] = {}
        self._notices: dict[str, str] = {}
        self._left: list[ItemId] = []  # of boards that were hidden, and told to nobody yet
        self._failures: dict[str, int] = {}
        self._retry_at: dict[str, datetime] = {}
        self._spent: dict[str, datetime] = {}
        first = adapter.streams()
        self._features = {stream.feature for stream in first}
        self._database.cache.transact(lambda db: streams.put(db, account, first))
        self._pulled_at |= {
            feed.stream.key: feed.shown_from
            for feed in self._feeds()
            if feed.stream.budget and feed.shown_from is not None
        }
        # What these had to tell holds until they are asked again.
        stood = database.read(lambda db: accounts.get(db, account))
        if stood is not None and stood.state is AccountState.CURRENT:
            self._notices = dict.fromkeys(self._pulled_at, stood.trouble)

    @property
    def broken(self) -> LoopDeskError | None:
        """What keeps some stream from being current, while the account itself answers."""
        return next(iter(self._broken.values()), None)

    @property
    def notice(self) -> str:
        """What the person should know of the account, though it is current."""
        return next(filter(None, self._notices.values()), "")

    def hurry(self, keys: tuple[str, ...] | None = None) -> None:
        """Make streams due now: all, or those named."""
        for key in list(self._pulled_at) if keys is None else keys:
            self._pulled_at.pop(key, None)
            self._again.add(key)

    def come_back(self) -> None:
        """Make due what the person wants to see fresh when they come back to the window."""
        for feed in self._feeds():
            if self._is_older(feed, feed.stream.focus_s):
                self.hurry((feed.stream.key,))

    def look(self, item: ItemId | None, key: ServiceKey, *, now: bool) -> tuple[str, ...]:
        """Return the keys of the streams to pull for what the person looks at, before all else.

        Args:
            item: None where it is not here; then `key` is the service's for it.
            now: however fresh it is.
        """
        account = self._account
        if item is None:
            stream = self._adapter.brings(key)
            if stream is None:
                return ()
            self._database.cache.transact(lambda db: streams.put(db, account, (stream,)))
            found = {stream.key}
        else:
            found = self._database.read(lambda db: streams.holding(db, account, item))
        stale = [
            feed.stream.key
            for feed in self._feeds()
            if feed.stream.key in found and (now or self._is_older(feed, feed.stream.look_s))
        ]
        self._looked |= {*stale}
        self._again |= {*stale}  # a pull that is under way began before
        return tuple(stale)

    def freed_at(self) -> datetime | None:
        """Return when the first of the budgets is free that something unseen waits for."""
        now = self._clock.now()
        times = [
            until
            for feed in self._feeds()
            if feed.shown_from is None and (until := self._held_until(feed)) > now
        ]
        return min(times, default=None)

    def next_at(self, *, focused: bool) -> datetime:
        """Return when the next stream is due."""
        now = self._clock.now()
        feeds = self._feeds()
        if self._left:
            return now
        due = (self._due_at(feed, now, focused=focused) for feed in feeds)
        return min(due, default=now + timedelta(hours=1))

    def step(self, *, focused: bool) -> Pulled | None:
        """Pull one page of the most useful stream that is due."""
        while True:
            now = self._clock.now()
            feeds = self._feeds()
            if self._left:
                left, self._left = tuple(self._left), []
                return Pulled("", ChangeSet(removed=left), 0, more=False)
            due = [feed for feed in feeds if self._due_at(feed, now, focused=focused) <= now]
            if not due:
                return None
            pulled = self._pull_unless_spent(min(due, key=self._order), now)
            if pulled is not None:
                return pulled

    def _order(self, feed: Feed) -> tuple[bool, bool, int, bool]:
        """What nobody has seen yet comes before what is only to be kept current; but where the
        calls are few, what counts more is kept current first."""
        stream, seen = feed.stream, feed.shown_from is not None
        return stream.key not in self._looked, seen or bool(stream.budget), stream.rank, seen

    def rejudge(self) -> list[ItemId]:
        """Bring some out-of-date judgements up to date."""
        return self._database.cache.transact(lambda db: items.rejudge(db, self._judge, _REJUDGED))

    def pull_one(self, key: str) -> Pulled | None:
        """Pull one page of a stream, due or not. None: there is no such stream any more."""
        feed = next((feed for feed in self._feeds() if feed.stream.key == key), None)
        return None if feed is None else self._pull_unless_spent(feed, self._clock.now())

    def _pull_unless_spent(self, feed: Feed, now: datetime) -> Pulled | None:
        """Pull one page of a stream. None: a budget of its own is spent, and it waits."""
        try:
            return self._pull(feed, now)
        except RateLimited as spent:
            if not spent.budget:
                raise
            # "At once" would be asked for ever, and what is a year off may be a mistake.
            wished = spent.retry_at or now + _BUDGET_REST
            until = min(max(wished, now + _LEAST_REST), now + _LONGEST_REST)
            self._waits[feed.stream.key] = self._spent[spent.budget] = until
            return None

    def _pull(self, feed: Feed, now: datetime) -> Pulled:
        account, key = self._account, feed.stream.key
        cache = self._database.cache
        if feed.began_at is None:
            self._again.discard(key)
            cache.transact(lambda db: streams.begin(db, account, key, now))
        # Noted before the call: whatever comes of it, the other streams have their turn.
        self._pulled_at[key] = now
        try:
            page = self._adapter.pull(feed.stream, feed.cursor)
        except CursorExpired as lost:
            if key in self._restarted:  # it forgets what it has just given
                self._broken[key] = lost
                self._try_again(key, now)
                raise
            self._restarted.add(key)
            self._pulled_at.pop(key)
            fresh = None if lost.fresh is None else Cursor(lost.fresh)
            cache.transact(lambda db: streams.restart(db, account, key, fresh))
            return Pulled(key, ChangeSet(), 0, more=True)
        except LoopDeskError as error:
            if stops_account(error):
                self._pulled_at.pop(key)
            else:
                self._broken[key] = error
                if error.remedy is not Remedy.ASK_USER:
                    self._try_again(key, now)
            raise
        for noted in (self._broken, self._failures, self._retry_at):
            noted.pop(key, None)
        self._restarted.discard(key)
        self._notices[key] = page.notice
        names, limits, said = self._database.read(
            lambda db: (
                aliases.names(db, account),
                keeping.chosen(db),
                choices.said(db, account),
            )
        )
        kept = trimmed(page, limits, self._clock.now(), names, self._held)
        changes: ChangeSet = cache.transact(lambda db: self._apply(db, key, kept, names, said))
        if page.more or key in self._again:
            self._pulled_at.pop(key)
        if not page.more:
            self._again.discard(key)
            self._looked.discard(key)
        return Pulled(key, changes, len(page.skipped), page.more)

    def _held(self) -> set[ItemId]:
        return self._database.read(lambda db: keeping.held(db, self._account))

    def _apply(self, db: Connection, key: str, page: Page, names: Names, said: Said) -> ChangeSet:
        return items.apply(db, self._account, key, page, self._judge, names, self._refer, said)

    def _feeds(self) -> list[Feed]:
        """Return the streams that the person wants; others wait for them to allow their feature."""
        account = self._account
        said = self._database.read(lambda db: choices.said(db, account))

        def work(db: Connection) -> tuple[list[Feed], list[ItemId]]:
            hidden = streams.follow(db, account, said)
            left = [this for key in hidden for this in leaving.forget_stream(db, account, key)]
            return streams.feeds(db, account), left

        known, left = self._database.cache.transact(work)
        self._left += left
        # One that is chosen again is due at once.
        keys = {feed.stream.key for feed in known}
        self._pulled_at = {key: at for key, at in self._pulled_at.items() if key in keys}
        return [feed for feed in known if feed.stream.feature in self._features]

    def _due_at(self, feed: Feed, now: datetime, *, focused: bool) -> datetime:
        held = self._held_until(feed)
        pulled = self._pulled_at.get(feed.stream.key)
        if pulled is None:
            return max(now, held)
        pace = feed.stream.poll_s if focused else feed.stream.idle_poll_s
        usual = pulled + timedelta(seconds=pace)
        return max(min(usual, self._retry_at.get(feed.stream.key, usual)), held)

    def _try_again(self, key: str, now: datetime) -> None:
        """Have a stream that broke pulled again soon: some are usually asked for once a day."""
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        self._retry_at[key] = now + min(_FIRST_REST * (1 << min(failures - 1, 10)), _LONGEST_REST)

    def _held_until(self, feed: Feed) -> datetime:
        waits = self._waits.get(feed.stream.key, _LONG_AGO)
        return max(waits, self._spent.get(feed.stream.budget, _LONG_AGO))

    def _is_older(self, feed: Feed, seconds: float | None) -> bool:
        if seconds is None:
            return False
        pulled = self._pulled_at.get(feed.stream.key)
        return pulled is None or self._clock.now() - pulled > timedelta(seconds=seconds)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
