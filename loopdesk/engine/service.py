"""The engine: a lane for each account, errands in, change sets out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopdesk.core.actions import ActionId
from loopdesk.core.changes import Account, AccountState, ChangeSet
from loopdesk.core.errors import LoopDeskError, StoreDamaged, Unknown
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Blob, Clock, Connection, Database, Ids, Spawn
from loopdesk.engine.accounts import Accounts
from loopdesk.engine.errands import Errands
from loopdesk.engine.pictures import Pictures
from loopdesk.engine.protocol import ToEngine, ToWindow
from loopdesk.providers.api import Adapter
from loopdesk.store import accounts, blobs, errands, hosts, items, leaving, outbox, streams
from loopdesk.store.hosts import Host
from loopdesk.store.items import Judge
from loopdesk.store.refs import Refer
from loopdesk.store.vessel import Vessel
from loopdesk.sync.ear import Ear
from loopdesk.sync.fetcher import Fetcher
from loopdesk.sync.finder import Finder
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.lane import Lane, state_after
from loopdesk.sync.puller import Pulled

LOOK_S = 1.0
"""How often the outbox is looked at without a nudge: the command line leaves its rows there."""
LEAVE_S = 30.0
_FINISH_S = 3.0
_NOTE_HOSTS = timedelta(minutes=1)
_ERRANDS_KEPT = timedelta(days=1)
_CONNECT_AGAIN = timedelta(minutes=1)
_LAST_CALL = timedelta(seconds=40)


@dataclass(slots=True)
class _Running:
    """A lane at work. `spawned`: on a lane of its own, which sets `ended` when it is over."""

    lane: Lane
    ear: Ear
    version: int
    spawned: bool
    pages: int = 0
    ended: bool = False

    def stop(self) -> None:
        self.lane.stop()
        self.ear.stop()


class Engine:
    """Keeps every account of one profile current and delivers its outbox.

    Args:
        refer: returns what reads the references in a service's items.
        connect: builds an account's adapter.
        weights: version of the weights that `judge` goes by.
        spoken: gives the hosts spoken to since it was last asked.
        signing: connects and disconnects accounts.
        vessel: where the profile's larger files lie.
        pictures_in: names the remote pictures of a mail's HTML.
        needed: returns the items that need the person now: what belongs to them is brought here.
        tell: says a word to the window; must not wait.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        spawn: Spawn,
        judge: Judge,
        refer: Callable[[str], Refer],
        connect: Callable[[Account], Adapter],
        signing: Accounts,
        vessel: Vessel,
        pictures_in: Callable[[str], Sequence[str]],
        needed: Callable[[], Sequence[ItemId]],
        weights: str,
        spoken: Callable[[], list[Host]] = list,
        tell: Callable[[ToWindow], None] = lambda _: None,
    ) -> None:
        self._database, self._clock, self._ids, self._spawn = database, clock, ids, spawn
        self._judge, self._refer = judge, refer
        self._connect, self._signing, self._tell = connect, signing, tell
        self._vessel, self._needed = vessel, needed
        self._weights, self._spoken = weights, spoken
        self._fetcher = Fetcher(database, vessel, ids, clock)
        self._errands = Errands(
            self,
            database,
            spawn,
            signing,
            self._fetcher,
            Pictures(database, vessel, ids, clock, signing.http, pictures_in),
            Finder(database, judge),
        )
        self._noted_at = clock.now()
        self._wake = clock.wake()
        self._running: dict[AccountId, _Running] = {}
        self._ending: set[AccountId] = set()
        # What others have for this lane to do: no other touches the two above.
        self._inbox: deque[Callable[[], None]] = deque()
        self._seq = -1
        self._again_at: datetime | None = None
        self._focused = True
        self._leaving = False
        self._stopped = False
        self._damage: StoreDamaged | None = None

    # --- told from outside, by any thread ---------------------------------------------------------

    def hear(self, word: ToEngine) -> None:
        """Act on a word of the window's."""
        self.post(lambda: self._obey(word))

    def window_gone(self) -> None:
        """End at once unless the window said goodbye: without it, nobody may want us."""
        self.post(self._lose_window)

    def stop(self) -> None:
        """Leave soon; what is being written is finished.

        Nothing but a flag is set: a signal may interrupt the very lines that handle a `Wake`.
        """
        self._stopped = True

    # --- on its own lane --------------------------------------------------------------------------

    def run(self) -> None:
        """Work until told to leave."""
        self.begin()
        self._tell(ToWindow(ready=True))
        while not self._stopped and not self._leaving:
            self.look()
            if self._clock.now() - self._noted_at >= _NOTE_HOSTS:
                self.note_hosts()
            self._rest(LOOK_S)
        if self._leaving:
            self._deliver_last()
        self._end_lanes()
        self.note_hosts()
        if self._damage is not None:
            raise self._damage

    def _rest(self, seconds: float) -> None:
        """Wait, and do what was posted meanwhile."""
        self._clock.wait(self._wake, seconds)
        while self._inbox:
            self._inbox.popleft()()

    def _obey(self, word: ToEngine) -> None:
        if word.focus is not None:
            self._focused = word.focus
        for running in self._running.values():
            if word.focus is not None:
                running.lane.focus(word.focus)
            if word.pull:
                running.lane.pull_now()
        if word.quit:
            self._leaving = True

    def _lose_window(self) -> None:
        if not self._leaving:
            self._stopped = True

    def begin(self) -> None:
        """Pick up what an earlier engine left."""
        now = self._clock.now()

        def work(db: Connection) -> None:
            outbox.interrupted(db)
            errands.forget_old(db, now - _ERRANDS_KEPT)

        self._database.own.transact(work)
        self._database.cache.transact(lambda db: items.expect_weights(db, self._weights))
        for account in self._database.read(leaving.orphans):
            self._erase(account)
        blobs.sweep(self._database, self._vessel, now)

    def look(self) -> None:
        """See what changed in the person's own file since the last look."""
        seq = self._database.read(outbox.last_seq)
        again = self._again_at is not None and self._clock.now() >= self._again_at
        if seq == self._seq and not again:
            return
        since, self._seq = self._seq, seq
        self._reconcile()
        changed = self._database.read(lambda db: outbox.since(db, since)) if since >= 0 else []
        if changed:
            self._tell(ToWindow(actions=tuple(action.id for action in changed)))
        for running in self._running.values():
            running.lane.nudge()
        for errand in self._database.own.transact(errands.take):
            self._errands.take_up(errand)

    def note_hosts(self) -> None:
        """Put on record whom we spoke to."""
        self._noted_at = self._clock.now()
        if spoken := self._spoken():
            self._database.own.transact(lambda db: hosts.add(db, spoken))

    def lanes(self) -> list[Lane]:
        """Return the lanes of all accounts, made now where they were missing."""
        self._reconcile(spawn=False)
        return [running.lane for running in self._running.values()]

    def _reconcile(self, *, spawn: bool = True) -> None:
        """Give each account a lane: whoever signs in writes the row, and this follows."""

        def work(db: Connection) -> tuple[list[Account], dict[AccountId, int]]:
            return accounts.every(db), accounts.versions(db)

        known, versions = self._database.read(work)
        self._again_at = None
        for account in known:
            this = AccountId(account.id)
            running = self._running.get(this)
            if this in self._ending or (running and running.version == versions[this]):
                continue
            try:
                adapter = self._connect(account)
            except LoopDeskError as error:
                if not spawn:
                    raise
                self._cannot_connect(this, error)
                continue
            if running is not None:
                running.version = versions[this]
                running.lane.renew(adapter)
                running.ear.stop()
                running.ear = self._ear(adapter, running.lane)
            else:
                lane = self._lane(account, adapter)
                running = _Running(lane, self._ear(adapter, lane), versions[this], spawn)
                self._running[this] = running
                if spawn:
                    self._spawn(f"lane-{this}", lambda running=running: self._run_lane(running))  # type: ignore[misc]
            if running.spawned:
                self._spawn(f"ear-{this}", running.ear.run)
        for this in set(self._running) - {AccountId(account.id) for account in known}:
            self._running.pop(this).stop()
        if known:
            self._tell(ToWindow(accounts=True))

    def _cannot_connect(self, account: AccountId, error: LoopDeskError) -> None:
        """Say why an account has no lane, and try again later: others have theirs."""
        self._again_at = self._clock.now() + _CONNECT_AGAIN
        state = state_after(error)
        self._database.cache.transact(
            lambda db: streams.report(db, account, state, error.told, None)
        )
        self.stands(account, state, error.told)

    def _lane(self, account: Account, adapter: Adapter) -> Lane:
        this = AccountId(account.id)
        lane = Lane(
            this,
            adapter,
            self._database,
            self._clock,
            self._ids,
            self._judge,
            self._refer(account.service),
            Keeper(this, self._database, self._vessel, self._clock, self._ids, self._needed),
            self,
        )
        lane.focus(self._focused)
        return lane

    def _ear(self, adapter: Adapter, lane: Lane) -> Ear:
        return Ear(adapter, self._clock, self._ids, lane.hurry)

    def _run_lane(self, running: _Running) -> None:
        try:
            running.lane.run()
        except StoreDamaged as error:
            self._damage = error
            self._stopped = True
        finally:
            running.ended = True
            self._wake.set()

    # --- what errands need ------------------------------------------------------------------------

    def at_work(self) -> Mapping[AccountId, Lane]:
        return {this: running.lane for this, running in self._running.items()}

    def post(self, work: Callable[[], None]) -> None:
        """Have something done on the engine's own lane."""
        self._inbox.append(work)
        self._wake.set()

    def part_with(self, account: AccountId, *, keep_remote: bool) -> Callable[[], bool]:
        """End an account's lane, and give it no new one; what is returned forgets the rest."""
        running = self._let_go(account)
        return lambda: self._forget(account, running, keep_remote)

    def parted(self, account: AccountId) -> None:
        self._ending.discard(account)
        self._again_at = self._clock.now()  # it may have stayed

    def tell(self, word: ToWindow) -> None:
        self._tell(word)

    def bring(self, item: ItemId, entry: str, part: str) -> Blob:
        """Bring an attachment, or a file's bytes, unless it is here; for a command, which waits.

        Raises:
            Unknown: there is no such item, or nobody to bring it from.
        """
        found = self._fetcher.begin(item, entry, part)
        if isinstance(found, Blob):
            return found
        lanes = {lane.account: lane for lane in self.lanes()}
        lane = lanes.get(found.wanted.slot.account)
        if lane is None:
            raise Unknown("account")
        blob = None
        while blob is None:
            blob = found.step(lane.adapter)
        return blob

    def disconnect(self, account: AccountId, *, keep_remote: bool) -> bool:
        """Forget an account and all that came from it; return whether its service was told."""
        try:
            return self._forget(account, self._let_go(account), keep_remote)
        finally:
            self._ending.discard(account)

    def _let_go(self, account: AccountId) -> _Running | None:
        """End an account's lane, and give it no new one."""
        self._ending.add(account)
        running = self._running.pop(account, None)
        if running is not None:
            running.stop()
        return running

    def _forget(self, account: AccountId, running: _Running | None, keep_remote: bool) -> bool:
        # A call that is under way might save a token that it has just renewed.
        wake, end = self._clock.wake(), self._clock.now() + _LAST_CALL
        while running and running.spawned and not running.ended and self._clock.now() < end:
            self._clock.wait(wake, 0.1)
        revoked = self._signing.disconnect(account, keep_remote=keep_remote)
        self._erase(account)
        blobs.sweep(self._database, self._vessel, self._clock.now())
        self._tell(ToWindow(accounts=True))
        return revoked

    def _erase(self, account: AccountId) -> None:
        """Delete what was pulled for an account."""
        while removed := self._database.cache.transact(
            lambda db: leaving.forget_account(db, account)
        ):
            self._tell(ToWindow(changes=ChangeSet(removed=tuple(removed))))

    # --- heard from lanes -------------------------------------------------------------------------

    def delivered(self, account: AccountId, action: ActionId) -> None:
        self._tell(ToWindow(actions=(action,)))

    def pulled(self, account: AccountId, page: Pulled) -> None:
        if (running := self._running.get(account)) is not None:
            running.pages = running.pages + 1 if page.more else 0
            if page.more:
                self._tell(ToWindow(progress=(account, running.pages)))
        if page.changes:
            self._tell(ToWindow(changes=page.changes))

    def changed(self, changes: ChangeSet) -> None:
        self._tell(ToWindow(changes=changes))

    def stands(self, account: AccountId, state: AccountState, code: str) -> None:
        self._tell(ToWindow(accounts=True, stands=(account, state, code)))

    # --- leaving ----------------------------------------------------------------------------------

    def _end_lanes(self) -> None:
        """Let each lane finish the call it is in, within bounds: `find` knows what to do then."""
        for running in self._running.values():
            running.stop()
        self._errands.cancel_sign_ins()
        end = self._clock.now() + timedelta(seconds=_FINISH_S)
        while self._clock.now() < end and (
            self._errands.signing_in
            or not all(r.ended or not r.spawned for r in self._running.values())
        ):
            self._rest(0.2)
        self._rest(0.0)

    def _deliver_last(self) -> None:
        """Stay until delays are over and everything was tried once, `LEAVE_S` at most."""
        end = self._clock.now() + timedelta(seconds=LEAVE_S)
        for running in self._running.values():
            running.lane.only_deliver()
        while not self._stopped and self._clock.now() < end:
            if not self._database.read(lambda db: outbox.untried(db, end)):
                return
            self._rest(0.2)
