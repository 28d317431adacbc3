"""The engine: a lane for each account, errands in, change sets out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from loopdesk.core.actions import ActionId
from loopdesk.core.changes import Account, AccountState, ChangeSet
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Clock, Connection, Database, Ids, Spawn
from loopdesk.engine.accounts import Accounts, Asked
from loopdesk.engine.protocol import ToEngine, ToWindow
from loopdesk.providers.api import Adapter
from loopdesk.store import accounts, errands, hosts, items, outbox
from loopdesk.store.errands import Errand
from loopdesk.store.hosts import Host
from loopdesk.store.items import Judge
from loopdesk.sync.lane import Lane
from loopdesk.sync.puller import Pulled

LOOK_S = 1.0
"""How often the outbox is looked at without a nudge: the command line leaves its rows there."""
LEAVE_S = 30.0
_FINISH_S = 3.0
_NOTE_HOSTS = timedelta(minutes=1)
_ERRANDS_KEPT = timedelta(days=1)


@dataclass(slots=True)
class _Running:
    lane: Lane
    version: int
    pages: int = 0
    ended: bool = False


@dataclass(slots=True)
class _SignIn:
    errand: str
    asked: Asked = field(default_factory=Asked)


class Engine:
    """Keeps every account of one profile current and delivers its outbox.

    Args:
        connect: builds an account's adapter.
        weights: version of the weights that `judge` goes by.
        spoken: gives the hosts spoken to since it was last asked.
        signing: connects and disconnects accounts.
        tell: says a word to the window; must not wait.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        spawn: Spawn,
        judge: Judge,
        connect: Callable[[Account], Adapter],
        signing: Accounts,
        weights: str,
        spoken: Callable[[], list[Host]] = list,
        tell: Callable[[ToWindow], None] = lambda _: None,
    ) -> None:
        self._database, self._clock, self._ids, self._spawn = database, clock, ids, spawn
        self._judge, self._connect, self._signing, self._tell = judge, connect, signing, tell
        self._weights, self._spoken = weights, spoken
        self._noted_at = clock.now()
        self._wake = clock.wake()
        self._running: dict[AccountId, _Running] = {}
        self._signing_in: dict[str, _SignIn] = {}
        self._seq = -1
        self._leaving = False
        self._stopped = False

    # --- told from outside, by any thread ---------------------------------------------------------

    def hear(self, word: ToEngine) -> None:
        """Act on a word of the window's."""
        if word.focus is not None:
            for running in self._running.values():
                running.lane.focus(word.focus)
        if word.pull:
            for running in self._running.values():
                running.lane.pull_now()
        if word.quit:
            self._leaving = True
        self._wake.set()

    def window_gone(self) -> None:
        """End at once unless the window said goodbye: without it, nobody may want us."""
        if not self._leaving:
            self.stop()

    def stop(self) -> None:
        """Leave at once; what is being written is finished."""
        self._stopped = True
        for signing_in in self._signing_in.values():
            signing_in.asked.cancel()
        self._wake.set()

    # --- on its own lane --------------------------------------------------------------------------

    def run(self) -> None:
        """Work until told to leave."""
        self.begin()
        self._tell(ToWindow(ready=True))
        while not self._stopped and not self._leaving:
            self.look()
            if self._clock.now() - self._noted_at >= _NOTE_HOSTS:
                self.note_hosts()
            self._clock.wait(self._wake, LOOK_S)
        if self._leaving:
            self._deliver_last()
        self._end_lanes()
        self.note_hosts()

    def begin(self) -> None:
        """Pick up what an earlier engine left."""
        now = self._clock.now()

        def work(db: Connection) -> None:
            outbox.interrupted(db)
            errands.forget_old(db, now - _ERRANDS_KEPT)

        self._database.own.transact(work)
        self._database.cache.transact(lambda db: items.expect_weights(db, self._weights))

    def look(self) -> None:
        """See what changed in the person's own file since the last look."""
        seq = self._database.read(outbox.last_seq)
        if seq == self._seq:
            return
        since, self._seq = self._seq, seq
        self._reconcile()
        changed = self._database.read(lambda db: outbox.since(db, since)) if since >= 0 else []
        if changed:
            self._tell(ToWindow(actions=tuple(action.id for action in changed)))
        for running in self._running.values():
            running.lane.nudge()
        for errand in self._database.own.transact(errands.take):
            self._take_up(errand)

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
        for account in known:
            this = AccountId(account.id)
            running = self._running.get(this)
            if running is None:
                lane = self._lane(account)
                self._running[this] = running = _Running(lane, versions[this])
                if spawn:
                    self._spawn(f"lane-{this}", lambda running=running: self._run_lane(running))  # type: ignore[misc]
            elif running.version != versions[this]:
                running.version = versions[this]
                adapter = self._connect(account)
                running.lane.renew(adapter)
        for this in set(self._running) - {AccountId(account.id) for account in known}:
            self._running.pop(this).lane.stop()
        if known:
            self._tell(ToWindow(accounts=True))

    def _lane(self, account: Account) -> Lane:
        return Lane(
            AccountId(account.id),
            self._connect(account),
            self._database,
            self._clock,
            self._ids,
            self._judge,
            self,
        )

    def _run_lane(self, running: _Running) -> None:
        try:
            running.lane.run()
        finally:
            running.ended = True
            self._wake.set()

    # --- errands ----------------------------------------------------------------------------------

    def _take_up(self, errand: Errand) -> None:
        match errand.name:
            case "pull":
                self._pull(errand)
            case "connect":
                signing_in = _SignIn(errand.id)
                self._signing_in[errand.id] = signing_in
                self._spawn(f"sign-in-{errand.id}", lambda: self._sign_in(errand, signing_in))
            case "cancel":
                if (going := self._signing_in.get(errand.facts["errand"])) is not None:
                    going.asked.cancel()
                self._answer(errand.id, {})
            case "disconnect":
                self._spawn(f"sign-out-{errand.id}", lambda: self._sign_out(errand))
            case _:
                self._answer(errand.id, {"error": {"code": "unknown", "remedy": "usage"}})

    def _pull(self, errand: Errand) -> None:
        wanted = errand.facts.get("account")
        lanes = [
            running.lane for this, running in self._running.items() if wanted in (None, "", this)
        ]
        totals: list[dict[str, object]] = []
        if not lanes:
            self._answer(errand.id, {"accounts": []})

        def one(lane: Lane) -> None:
            if errand.facts.get("full"):
                lane.forget_cursors()
            done = lane.drain()
            totals.append(
                {
                    "id": lane.account,
                    "changed": done.changed,
                    "skipped": done.skipped,
                    "error": None if done.trouble is None else facts_of(done.trouble),
                }
            )
            if len(totals) == len(lanes):
                self._answer(errand.id, {"accounts": totals})

        for lane in lanes:
            lane.ask(lambda lane=lane: one(lane))  # type: ignore[misc]

    def _sign_in(self, errand: Errand, signing_in: _SignIn) -> None:
        def shown(address: str) -> None:
            self._database.own.transact(
                lambda db: errands.note(db, errand.id, {"authorize_url": address})
            )
            self._tell(ToWindow(errands=(errand.id,)))

        try:
            account = self._signing.connect(
                errand.facts["service"],
                tuple(errand.facts.get("features", ())),
                renew=errand.facts.get("account") or None,
                shown=shown,
                asked=signing_in.asked,
                open_browser=errand.facts.get("open_browser", True),
            )
            self._answer(errand.id, {"account": account.id})
        except LoopDeskError as error:
            self._answer(errand.id, {"error": facts_of(error)})
        finally:
            self._signing_in.pop(errand.id, None)

    def _sign_out(self, errand: Errand) -> None:
        this = AccountId(errand.facts["account"])
        keep_remote = bool(errand.facts.get("keep_remote"))
        self._answer(errand.id, {"revoked": self.disconnect(this, keep_remote=keep_remote)})

    def disconnect(self, account: AccountId, *, keep_remote: bool) -> bool:
        """Forget an account and all that came from it; return whether its service was told."""
        running = self._running.pop(account, None)
        if running is not None:
            running.lane.stop()
        revoked = self._signing.disconnect(account, keep_remote=keep_remote)
        removed = self._database.cache.transact(lambda db: items.forget_account(db, account))
        self._tell(ToWindow(changes=ChangeSet(removed=tuple(removed)), accounts=True))
        return revoked

    def _answer(self, errand: str, facts: dict[str, object]) -> None:
        self._database.own.transact(lambda db: errands.answer(db, errand, facts))
        self._tell(ToWindow(errands=(errand,)))
        self._wake.set()

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

    def rejudged(self, items: tuple[ItemId, ...]) -> None:
        self._tell(ToWindow(changes=ChangeSet(upserted=items)))

    def stands(self, account: AccountId, state: AccountState, code: str) -> None:
        self._tell(ToWindow(accounts=True, stands=(account, state, code)))

    # --- leaving ----------------------------------------------------------------------------------

    def _end_lanes(self) -> None:
        """Let each lane finish the call it is in, within bounds: `find` knows what to do then."""
        for running in self._running.values():
            running.lane.stop()
        end = self._clock.now() + timedelta(seconds=_FINISH_S)
        while self._clock.now() < end and not all(r.ended for r in self._running.values()):
            self._clock.wait(self._wake, 0.2)

    def _deliver_last(self) -> None:
        """Stay until delays are over and everything was tried once, `LEAVE_S` at most."""
        end = self._clock.now() + timedelta(seconds=LEAVE_S)
        for running in self._running.values():
            running.lane.only_deliver()
        while not self._stopped and self._clock.now() < end:
            if not self._database.read(lambda db: outbox.untried(db, end)):
                return
            self._clock.wait(self._wake, 0.2)


def facts_of(error: LoopDeskError) -> dict[str, str]:
    """Return an error as an errand's answer has it."""
    reason = getattr(error, "reason", "") or getattr(error, "scope", "")
    return {"code": error.code, "reason": str(reason), "remedy": error.remedy}
