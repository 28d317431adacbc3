"""One account's lane: one call at a time; due actions first, then errands, then pulls.

What takes long (an attachment on its way out or in, a full listing) is done in pieces, and those
take turns: none of them keeps anything else waiting for longer than one piece.
"""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from loopdesk.core.actions import ActionId
from loopdesk.core.changes import AccountState, ChangeSet
from loopdesk.core.errors import (
    LoopDeskError,
    Offline,
    RateLimited,
    Remedy,
    SignInExpired,
    StoreDamaged,
    VaultError,
)
from loopdesk.core.items import AccountId, ItemId, ServiceKey
from loopdesk.core.seams import Clock, Database, Ids
from loopdesk.providers.api import Adapter
from loopdesk.store import outbox, streams
from loopdesk.store.items import Judge
from loopdesk.store.refs import Refer
from loopdesk.sync.backoff import Rest
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.puller import Pulled, Puller, stops_account
from loopdesk.sync.sender import Delivery, Sender

_LOG = logging.getLogger(__name__)
_REST_S = 60.0
_LONGEST_PAUSE_S = 90.0
_STATE_OF = {Remedy.WAIT: AccountState.WAITING, Remedy.ASK_USER: AccountState.SIGN_IN}


@dataclass(frozen=True, slots=True)
class Totals:
    """What a drain did; `trouble` is what kept the account from being current at its end."""

    changed: int
    skipped: int
    trouble: LoopDeskError | None


@dataclass(slots=True, eq=False)
class _Count:
    """What came since somebody began to count: two who count the same are two."""

    changed: int = 0
    skipped: int = 0
    waited_s: float = 0.0

    def add(self, pulled: Pulled) -> None:
        self.changed += pulled.changes.number
        self.skipped += pulled.skipped


def _stops_delivery(error: LoopDeskError) -> bool:
    """Whether the next action would meet it as well; after other trouble each has its own wait."""
    if isinstance(error, RateLimited):
        return not error.budget
    return isinstance(error, Offline | SignInExpired | VaultError)


def state_after(error: LoopDeskError) -> AccountState:
    """Return how an account stands that met this."""
    if isinstance(error, Offline):
        return AccountState.OFFLINE
    return _STATE_OF.get(error.remedy, AccountState.FAILED)


def log_unforeseen(error: Exception, edge: str) -> None:
    """Log where something happened, without what it says: that may be somebody's mail."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("unforeseen %s in %s\n%s", type(error).__name__, edge, where)


class Listener(Protocol):
    """Who hears what a lane did; called on the lane, so it must not wait."""

    def delivered(self, account: AccountId, action: ActionId) -> None: ...
    def pulled(self, account: AccountId, page: Pulled) -> None: ...
    def changed(self, changes: ChangeSet) -> None: ...
    def stands(self, account: AccountId, state: AccountState, code: str) -> None: ...


class Lane:
    """Everything one account does, in the order that serves the person.

    Args:
        adapter: the account at its service.
        listener: hears of changes.
    """

    def __init__(
        self,
        account: AccountId,
        adapter: Adapter,
        database: Database,
        clock: Clock,
        ids: Ids,
        judge: Judge,
        refer: Refer,
        keeper: Keeper,
        listener: Listener,
    ) -> None:
        self.account = account
        self._database, self._clock, self._ids, self._listener = database, clock, ids, listener
        self._judge, self.refer, self._keeper = judge, refer, keeper
        self.adapter = adapter
        self._sender = Sender(account, adapter, database, clock, ids)
        self._puller = self._new_puller()
        self._pulls, self._deliveries = Rest(clock, ids), Rest(clock, ids)
        self._error: LoopDeskError | None = None
        self._reached = False
        self._touched: list[str] = []
        self._errands: deque[tuple[Callable[[], None], Callable[[], None]]] = deque()
        self._carried: deque[tuple[Callable[[], bool], Callable[[], None]]] = deque()
        self._turn = 0
        self._counts: list[_Count] = []
        self._wake = clock.wake()
        self._stopped = False
        self._leaving = False
        self._focused = True
        self._stood: tuple[AccountState, str] | None = None

    # --- told from outside, by any thread ---------------------------------------------------------

    def nudge(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def pull_now(self) -> None:
        """Check every stream now, whatever we were waiting for."""
        self.ask(self._hurry)

    def focus(self, focused: bool) -> None:
        came_back = focused and not self._focused
        self._focused = focused
        if came_back:
            self.ask(lambda: self._puller.come_back())
        self._wake.set()

    def hurry(self, keys: tuple[str, ...]) -> None:
        """Pull these streams now."""
        self.ask(lambda: self._puller.hurry(keys))

    def ask(self, errand: Callable[[], None], given_up: Callable[[], None] = lambda: None) -> None:
        """Run something for the person between two calls of the lane's own.

        Args:
            given_up: called instead where the errand cannot end.
        """
        self._errands.append((errand, given_up))
        self._wake.set()

    def carry(self, piece: Callable[[], bool], given_up: Callable[[], None]) -> None:
        """Do something long for the person, piece by piece.

        Args:
            piece: does one piece and says whether there are more.
            given_up: called where no further piece will be done.
        """
        self._carried.append((piece, given_up))
        self._wake.set()

    def renew(self, adapter: Adapter) -> None:
        """Go on with another grant, from the next call."""
        self.ask(lambda: self._use(adapter))

    def only_deliver(self) -> None:
        """Pull no more: the person is leaving."""
        self._leaving = True
        self._wake.set()

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()

    # --- on the lane ------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until told to stop."""
        try:
            while not self._stopped:
                try:
                    idle_s = 0.0 if self.step() else self._idle_s()
                except StoreDamaged:
                    raise  # no account's own: whoever runs the lanes ends with it
                except Exception as error:  # noqa: BLE001  # the edge: it stops one account alone
                    self._unforeseen(error)
                    idle_s = _REST_S
                if idle_s:
                    self._clock.wait(self._wake, idle_s)
        finally:
            for _, given_up in (*self._errands, *self._carried):
                given_up()
            self._errands.clear()
            self._carried.clear()

    def step(self) -> bool:
        """Do one thing: an action, an errand, a page or a piece. False: nothing is to do now."""
        if self._deliver(self._sender.step):
            return True
        if self._errands:
            errand, given_up = self._errands.popleft()
            try:
                errand()
            except BaseException:
                given_up()
                raise
            return True
        turns = (self._turn_to_pull, self._turn_to_send, self._turn_to_carry)
        for _ in turns:
            self._turn = (self._turn + 1) % len(turns)
            if turns[self._turn]():
                return True
        return self._rejudge() or self._keep()

    @property
    def held_up(self) -> LoopDeskError | None:
        """What keeps every delivery waiting for now, None where nothing does."""
        return self._deliveries.error if self._deliveries.goes_on() else None

    def deliver(self) -> bool:
        """Deliver one action, or a piece of a long one. False: nothing can be delivered now."""
        return self._deliver(self._sender.step) or self._deliver(self._sender.carry_on)

    def _turn_to_pull(self) -> bool:
        return self._pull() is not None

    def _turn_to_send(self) -> bool:
        return self._deliver(self._sender.carry_on)

    def _turn_to_carry(self) -> bool:
        if not self._carried or self._leaving:
            return False
        piece, given_up = self._carried.popleft()
        try:
            more = piece()
        except BaseException:
            given_up()
            raise
        if more:
            self._carried.append((piece, given_up))
        return True

    def _deliver(self, next_one: Callable[[], Delivery | None]) -> bool:
        if self._deliveries.goes_on():
            return False
        delivery = next_one()
        if delivery is None:
            return False
        if delivery.trouble is not None:
            if _stops_delivery(delivery.trouble):
                self._deliveries.begin(delivery.trouble)
            self._signed_out(delivery.trouble)
            self._stands(delivery.trouble)
        else:
            self._reach()
            self._puller.hurry(delivery.streams)
            self._touched = list(dict.fromkeys((*self._touched, *delivery.streams)))
        self._listener.delivered(self.account, delivery.action)
        return True

    def _pause(self) -> bool:
        """Wait out a quota, if that is all that keeps us. False: there is nothing to wait for."""
        until = self._pulls.until
        if self._stopped or until is None or not isinstance(self._pulls.error, RateLimited):
            return False
        seconds = (until - self._clock.now()).total_seconds()
        if seconds > _LONGEST_PAUSE_S:
            return False
        self._clock.wait(self._wake, max(seconds, 0.0))
        return True

    def _wait_for_budget(self, count: _Count) -> bool:
        """Wait until something unseen can be had, if that takes no more than people bear."""
        until = self._puller.freed_at()
        if self._stopped or until is None or self._pulls.goes_on():
            return False
        seconds = max((until - self._clock.now()).total_seconds(), 0.05)
        count.waited_s += seconds
        if count.waited_s > _LONGEST_PAUSE_S:
            return False
        self._clock.wait(self._wake, seconds)
        return True

    def forget_cursors(self) -> None:
        """List everything anew at the next pull."""
        self._database.cache.transact(lambda db: streams.forget_cursors(db, self.account))

    def _rejudge(self) -> bool:
        """With nothing else to do, score anew what people's changed counters touch."""
        again = self._puller.rejudge()
        if again:
            self._listener.changed(ChangeSet(upserted=tuple(again)))
        return bool(again)

    def _keep(self) -> bool:
        """With nothing else to do, bring what is read offline, and let go what is over."""
        changes = None if self._leaving else self._keeper.step(self.adapter)
        if changes:
            self._listener.changed(changes)
        return changes is not None

    def pull_all(self, over: Callable[[Totals], None], given_up: Callable[[], None]) -> None:
        """Pull everything once, page by page among whatever else there is to do. On the lane.

        Args:
            over: hears what came, once nothing more is to be had.
        """
        self._hurry()
        count = _Count()
        self._counts.append(count)

        def page() -> bool:
            if self._pull() is not None or self._pause() or self._rejudge():
                return True
            over(Totals(count.changed, count.skipped, self._error))
            self._counts.remove(count)
            return False

        def no_page() -> None:
            self._counts.remove(count)
            given_up()

        self.carry(page, no_page)

    def look(
        self,
        item: ItemId | None,
        key: ServiceKey,
        over: Callable[[bool], None],
        given_up: Callable[[], None],
        *,
        now: bool = False,
    ) -> None:
        """Bring what the person looks at up to date, before all else. On the lane.

        Args:
            item: None where it is not here; then `key` is the service's for it.
            now: however fresh it is; else a stream says how old it may be.
            over: hears whether it is as fresh as its service has it.
        """
        stale = list(self._puller.look(item, key, now=now))

        def page() -> bool:
            if not stale:
                over(True)
                return False
            pulled = self._pull_named(stale[0])
            if pulled is None:
                over(False)
                return False
            if not pulled.more:
                stale.pop(0)
            return True

        self.carry(page, given_up)

    def drain(self, report: Callable[[Pulled], bool] = lambda _: True) -> Totals:
        """Deliver what is due and pull everything once.

        Args:
            report: hears of each page; False ends the work there.
        """
        self._hurry()
        count = _Count()
        while not self._stopped:
            if self.deliver():
                continue
            pulled = self._pull()
            if isinstance(pulled, LoopDeskError):
                continue
            if pulled is not None:
                count.add(pulled)
                if not report(pulled):
                    break
            elif not self._pause() and not self._wait_for_budget(count):
                break
        while not self._stopped and self._rejudge():
            pass
        while not self._stopped and (gone := self._keeper.tidy()):
            self._listener.changed(gone)
        return Totals(count.changed, count.skipped, self._error)

    def pull_touched(self) -> None:
        """Pull the streams in which delivered actions show, so that the rows follow."""
        while self._touched:
            pulled = self._pull_named(self._touched[0])
            if self._pulls.goes_on():
                return
            if pulled is None or not pulled.more:
                self._touched.pop(0)

    def _pull_named(self, key: str) -> Pulled | None:
        """Pull one page of a stream, due or not. None: it could not be had."""
        try:
            pulled = self._puller.pull_one(key)
        except LoopDeskError as error:
            self._trouble(error)
            return None
        if pulled is not None:
            self._listener.pulled(self.account, pulled)
        return pulled

    def _new_puller(self) -> Puller:
        return Puller(
            self.account, self.adapter, self._database, self._clock, self._judge, self.refer
        )

    def _use(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self._sender.use(adapter)
        self._puller = self._new_puller()
        self._hurry()
        self._error = None
        self._reached = False

    def _hurry(self) -> None:
        self._pulls.end()
        self._deliveries.end()
        self._puller.hurry()

    def _pull(self) -> Pulled | LoopDeskError | None:
        """Pull one page. None: nothing is due, or the account is left alone for now."""
        if self._leaving or self._pulls.goes_on():
            return None
        try:
            pulled = self._puller.step(focused=self._focused)
        except LoopDeskError as error:
            self._trouble(error)
            return error
        if pulled is None:
            return None
        if pulled.stream in self._touched:
            self._touched.remove(pulled.stream)
        for count in self._counts:
            count.add(pulled)
        self._well(pulling=pulled.more)
        self._listener.pulled(self.account, pulled)
        return pulled

    def _trouble(self, error: LoopDeskError) -> None:
        """Leave the account's pulls alone for a while, if this was not about one stream."""
        if stops_account(error):
            self._pulls.begin(error)
        self._signed_out(error)
        self._stands(error)

    def _signed_out(self, error: LoopDeskError) -> None:
        """Without a grant neither pulls nor deliveries can be."""
        if isinstance(error, SignInExpired | VaultError):
            for rest in (self._pulls, self._deliveries):
                if not rest.goes_on():
                    rest.begin(error)

    def _reach(self) -> None:
        """The service answered: let go what waited only for that."""
        if isinstance(self._pulls.error, Offline):
            self._pulls.end()
        if not self._reached or isinstance(self._error, Offline):
            now = self._clock.now()
            self._database.own.transact(lambda db: outbox.hurry_held(db, self.account, now))
        self._reached = True
        if isinstance(self._deliveries.error, Offline):
            self._deliveries.end()

    def _unforeseen(self, error: Exception) -> None:
        log_unforeseen(error, "a lane")
        code = error.code if isinstance(error, LoopDeskError) else "unforeseen"
        self._stood = (AccountState.FAILED, code)
        self._listener.stands(self.account, *self._stood)

    def _well(self, *, pulling: bool) -> None:
        self._reach()
        self._pulls.end()
        self._stands(self._puller.broken, pulling=pulling)

    def _stands(self, error: LoopDeskError | None, *, pulling: bool = False) -> None:
        self._error = error
        state = AccountState.PULLING if pulling else AccountState.CURRENT
        if error is not None:
            state = state_after(error)
        code = self._puller.notice if error is None else error.told
        checked_at = self._clock.now() if error is None else None
        self._database.cache.transact(
            lambda db: streams.report(db, self.account, state, code, checked_at)
        )
        if self._stood != (state, code):
            self._stood = (state, code)
            self._listener.stands(self.account, state, code)

    def _idle_s(self) -> float:
        times = [self._pulls.until or self._puller.next_at(focused=self._focused)]
        if (due := self._sender.next_at()) is not None:
            times.append(max(due, self._deliveries.until or due))
        seconds = (min(times) - self._clock.now()).total_seconds()
        return min(max(seconds, 0.05), 60.0)
