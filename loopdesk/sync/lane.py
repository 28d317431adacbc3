"""One account's lane: one call at a time; due actions first, then errands, then pulls."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from loopdesk.core.actions import ActionId
from loopdesk.core.changes import AccountState
from loopdesk.core.errors import LoopDeskError, Offline, RateLimited, Remedy, SignInExpired
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Clock, Database, Ids
from loopdesk.providers.api import Adapter
from loopdesk.store import outbox, streams
from loopdesk.store.items import Judge
from loopdesk.sync import backoff
from loopdesk.sync.puller import Pulled, Puller, stops_account
from loopdesk.sync.sender import Sender

_LOG = logging.getLogger(__name__)
_REST = timedelta(seconds=60)
_LONGEST_PAUSE_S = 90.0
_STATE_OF = {Remedy.WAIT: AccountState.WAITING, Remedy.ASK_USER: AccountState.SIGN_IN}


@dataclass(frozen=True, slots=True)
class Totals:
    """What a drain did; `trouble` is what kept the account from being current at its end."""

    changed: int
    skipped: int
    trouble: LoopDeskError | None


class Listener(Protocol):
    """Who hears what a lane did; called on the lane, so it must not wait."""

    def delivered(self, account: AccountId, action: ActionId) -> None: ...
    def pulled(self, account: AccountId, page: Pulled) -> None: ...
    def rejudged(self, items: tuple[ItemId, ...]) -> None: ...
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
        listener: Listener,
    ) -> None:
        self.account = account
        self._database, self._clock, self._ids, self._listener = database, clock, ids, listener
        self._judge = judge
        self._sender, self._puller = self._ends(adapter)
        self._failures = 0
        self._rest_until: datetime | None = None
        self._error: LoopDeskError | None = None
        self._touched: list[str] = []
        self._errands: deque[Callable[[], None]] = deque()
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
        self._rest_until = None
        self._puller.hurry()
        self._wake.set()

    def focus(self, focused: bool) -> None:
        self._focused = focused
        self._wake.set()

    def ask(self, errand: Callable[[], None]) -> None:
        """Run something for the person between two calls of the lane's own."""
        self._errands.append(errand)
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
        while not self._stopped:
            try:
                worked = self.step()
            except Exception as error:  # noqa: BLE001  # the edge: it stops one account alone
                self._unforeseen(error)
                worked = False
            if not worked:
                self._clock.wait(self._wake, self._idle_s())

    def step(self) -> bool:
        """Do one thing: an action, an errand or a page. False: there is nothing to do now."""
        if self.deliver():
            return True
        if self._errands:
            self._errands.popleft()()
            return True
        return self._pull() is not None or self._rejudge()

    def deliver(self) -> bool:
        """Deliver one action, if one is due. False: nothing can be delivered now."""
        if self._signed_out and self._resting():
            return False
        # In other trouble each action has its own back-off, in its row.
        delivery = self._sender.step()
        if delivery is None:
            return False
        if delivery.trouble is not None:
            self._trouble(delivery.trouble)
        else:
            self._puller.hurry(delivery.streams)
            self._touched = list(dict.fromkeys((*self._touched, *delivery.streams)))
        self._listener.delivered(self.account, delivery.action)
        return True

    def _pause(self) -> bool:
        """Wait out a quota, if that is all that keeps us. False: there is nothing to wait for."""
        if self._rest_until is None or not isinstance(self._error, RateLimited):
            return False
        seconds = (self._rest_until - self._clock.now()).total_seconds()
        if seconds > _LONGEST_PAUSE_S:
            return False
        self._clock.wait(self._wake, max(seconds, 0.0))
        return True

    def forget_cursors(self) -> None:
        """List everything anew at the next pull."""
        self._database.cache.transact(lambda db: streams.forget_cursors(db, self.account))

    def _rejudge(self) -> bool:
        """With nothing else to do, score anew what people's changed counters touch."""
        again = self._puller.rejudge()
        if again:
            self._listener.rejudged(tuple(again))
        return bool(again)

    def drain(self, report: Callable[[Pulled], bool] = lambda _: True) -> Totals:
        """Deliver what is due and pull everything once.

        Args:
            report: hears of each page; False ends the work there.
        """
        self.pull_now()
        changed = skipped = 0
        while True:
            if self.deliver():
                continue
            pulled = self._pull()
            if isinstance(pulled, LoopDeskError):
                continue
            if pulled is not None:
                changed += len(pulled.changes.upserted) + len(pulled.changes.removed)
                skipped += pulled.skipped
                if not report(pulled):
                    break
            elif not self._pause():
                break
        while self._rejudge():
            pass
        return Totals(changed, skipped, self._error)

    def pull_touched(self) -> None:
        """Pull the streams in which delivered actions show, so that the rows follow."""
        while self._touched:
            try:
                pulled = self._puller.pull_one(self._touched[0])
            except LoopDeskError as error:
                self._trouble(error)
                return
            if pulled is None or not pulled.more:
                self._touched.pop(0)
            if pulled is not None:
                self._listener.pulled(self.account, pulled)

    def _ends(self, adapter: Adapter) -> tuple[Sender, Puller]:
        return (
            Sender(self.account, adapter, self._database, self._clock, self._ids),
            Puller(self.account, adapter, self._database, self._clock, self._judge),
        )

    def _use(self, adapter: Adapter) -> None:
        self._sender, self._puller = self._ends(adapter)
        self._failures = 0
        self._rest_until = None
        self._error = None

    def _pull(self) -> Pulled | LoopDeskError | None:
        """Pull one page. None: nothing is due, or the account is left alone for now."""
        if self._leaving or self._resting():
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
        self._well(pulling=pulled.more)
        self._listener.pulled(self.account, pulled)
        return pulled

    @property
    def _signed_out(self) -> bool:
        return isinstance(self._error, SignInExpired)

    def _resting(self) -> bool:
        """Whether the account is left alone for now, after trouble."""
        if self._rest_until is not None and self._clock.now() >= self._rest_until:
            self._rest_until = None
        return self._rest_until is not None

    def _trouble(self, error: LoopDeskError) -> None:
        now = self._clock.now()
        if stops_account(error):
            self._failures += 1
            self._rest_until = (
                now + _REST
                if error.remedy is Remedy.ASK_USER
                else backoff.retry_at(now, self._failures, self._ids.jitter(), error)
            )
        self._stands(error)

    def _unforeseen(self, error: Exception) -> None:
        # Where it happened, without what it says: that may be somebody's mail.
        where = "".join(traceback.format_tb(error.__traceback__))
        _LOG.error("unforeseen %s in a lane\n%s", type(error).__name__, where)
        self._rest_until = self._clock.now() + _REST
        self._listener.stands(self.account, AccountState.FAILED, "unforeseen")

    def _well(self, *, pulling: bool) -> None:
        if isinstance(self._error, Offline):
            now = self._clock.now()
            self._database.own.transact(lambda db: outbox.hurry_offline(db, self.account, now))
        self._failures = 0
        self._rest_until = None
        self._stands(self._puller.broken, pulling=pulling)

    def _stands(self, error: LoopDeskError | None, *, pulling: bool = False) -> None:
        self._error = error
        state = AccountState.PULLING if pulling else AccountState.CURRENT
        if error is not None:
            state = _STATE_OF.get(error.remedy, AccountState.FAILED)
            if isinstance(error, Offline):
                state = AccountState.OFFLINE
        code = "" if error is None else error.code
        checked_at = self._clock.now() if error is None else None
        self._database.cache.transact(
            lambda db: streams.report(db, self.account, state, code, checked_at)
        )
        if self._stood != (state, code):
            self._stood = (state, code)
            self._listener.stands(self.account, state, code)

    def _idle_s(self) -> float:
        times = [self._puller.next_at(focused=self._focused)]
        if self._rest_until is not None:
            times = [self._rest_until]
        if (due := self._sender.next_at()) is not None:
            times.append(due)
        seconds = (min(times) - self._clock.now()).total_seconds()
        return min(max(seconds, 0.05), 60.0)
