"""Delivering the outbox of one account: exactly once in effect.

The intent is on disk before a request leaves. A try whose outcome is unknown is followed by a look
(`find`), never by a second try alone. Receipts are committed to the person's own file first; the
row follows by the next pull.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from loopdesk.core.actions import (
    Action,
    ActionId,
    Failure,
    Receipt,
    State,
    inverse_of,
    made_id,
)
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    LoopDeskError,
    NotPermitted,
    Offline,
    Rejected,
    Remedy,
    ServiceDown,
)
from loopdesk.core.items import AccountId, ItemId, Kind, ServiceKey, item_id
from loopdesk.core.seams import Clock, Connection, Database, Ids
from loopdesk.providers.api import Adapter
from loopdesk.store import aliases, drafts, items, marks, outbox
from loopdesk.sync import backoff

LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one step of delivering did.

    Args:
        streams: those whose next pull shows the effect.
        more: it is a long transfer of which one piece is through.
        trouble: what kept the action waiting: the account's, not the action's.
    """

    action: ActionId
    streams: tuple[str, ...] = ()
    more: bool = False
    trouble: LoopDeskError | None = None


class Sender:
    def __init__(
        self, account: AccountId, adapter: Adapter, database: Database, clock: Clock, ids: Ids
    ) -> None:
        self._account, self._adapter, self._ids = account, adapter, ids
        self._database, self._own, self._clock = database, database.own, clock
        # Long transfers of which a piece is through. A restart forgets them, and so looks first.
        self._going: deque[ActionId] = deque()

    def use(self, adapter: Adapter) -> None:
        """Go on with another grant."""
        self._adapter = adapter

    def next_at(self) -> datetime | None:
        """Return when there will be something to deliver, None if nothing waits."""
        if self._going:
            return self._clock.now()
        return self._database.read(lambda db: outbox.next_due_at(db, self._account))

    def step(self) -> Delivery | None:
        """Deliver the next due action, if there is one: of a long transfer its first piece."""
        now = self._clock.now()
        action = self._own.transact(lambda db: self._claim(db, now))
        return None if action is None else self._try(action, going=False)

    def carry_on(self) -> Delivery | None:
        """Deliver the next piece of a long transfer, if one is going on."""
        while self._going:
            this = self._going.popleft()
            action = self._own.transact(lambda db, this=this: self._resume(db, this))  # type: ignore[misc]
            if action is not None:
                return self._try(action, going=True)
        return None

    def _try(self, action: Action, *, going: bool) -> Delivery:
        action = self._named(action)
        own = (made_id(action.id), made_id(ActionId(action.arguments.draft)))
        if not action.target.key and action.item is not None and action.item not in own:
            self._refuse(action, Failure("never-made"))
            return Delivery(action.id)
        if action.arguments.draft:
            aimless = action
            action = self._database.read(lambda db: drafts.aimed(db, aimless))
        steps = outbox.ActionSteps(self._own, action.id)
        try:
            # Between two pieces of one transfer there is nothing to look for.
            looks = action.intent_at is not None and not going
            receipt = self._adapter.find(action, steps) if looks else None
            if receipt is None and action.undo_wanted:
                self._own.transact(
                    lambda db: outbox.give_up(db, action.id, self._clock.now(), State.SENDING)
                )
                return Delivery(action.id)
            # What only keeps a copy of a draft is as welcome late.
            timely = going or action.name == drafts.SAVE
            if receipt is None and not timely and self._is_late(action):
                self._refuse(action, Failure("late"))
                return Delivery(action.id)
            if receipt is None:
                receipt = self._adapter.perform(action, steps)
        except LoopDeskError as error:
            return self._failed(action, error)
        if receipt is None:  # one piece of a long transfer is through
            now = self._clock.now()
            if self._own.transact(lambda db: outbox.go_on(db, action.id, now)):
                self._going.append(action.id)
            return Delivery(action.id, more=True)
        whole = receipt
        stands = self._database.read(lambda db: self._standing(db, action, whole))
        self._own.transact(lambda db: self._settle(db, action, whole, stands))
        return Delivery(action.id, streams=receipt.streams)

    def _claim(self, db: Connection, now: datetime) -> Action | None:
        """Return the next action as it was before its intent was noted."""
        for held in outbox.sending(db, self._account):
            if held.id not in self._going:
                # We send one at a time, so an error that nobody foresaw ended its try.
                self._put_off_unforeseen(db, held, now)
        action = outbox.due(db, self._account, now)
        if action is None or not outbox.claim(db, action.id, now):
            return None
        return action

    def _resume(self, db: Connection, this: ActionId) -> Action | None:
        action = outbox.get(db, this)
        return action if outbox.resume(db, this) else None

    def _put_off_unforeseen(self, db: Connection, action: Action, now: datetime) -> None:
        why = Failure("unforeseen", remedy=Remedy.REPORT)
        if outbox.is_late(db, action.id, now, LATE):
            outbox.refuse(db, action.id, why, now)
        else:
            delay_s = backoff.delay_s(action.tries, self._ids.jitter())
            outbox.put_off(db, action.id, now + timedelta(seconds=delay_s), why)

    def _is_late(self, action: Action) -> bool:
        now = self._clock.now()
        return self._database.read(lambda db: outbox.is_late(db, action.id, now, LATE))

    def _standing(self, db: Connection, action: Action, receipt: Receipt) -> ItemId | None:
        """Return the conversation in which something was said, if it is here as another item."""
        key, kind = ServiceKey(receipt.facts.get("key", "")), action.target.kind
        if not key or action.item != made_id(action.id):
            return None
        this = aliases.of(db, self._account, kind, key)
        if this == item_id(self._account, kind, key):
            kept = items.get(db, this)
            # Anything else that came before its receipt is what was made.
            return this if kept is not None and kept.item.chat is not None else None
        return None if this == action.item else this

    def _settle(
        self, db: Connection, action: Action, receipt: Receipt, stands: ItemId | None
    ) -> None:
        """Note that an action took effect.

        Args:
            stands: the item that it turned out to belong to, where that was here before.
        """
        now = self._clock.now()
        outbox.settle(db, action.id, receipt, now)
        if action.target.kind is Kind.FILE and "conflict" not in receipt.facts:
            outbox.follow(db, action, str(receipt.facts.get("version", action.target.version)))
        drafts.delivered(db, action, receipt.facts, now)
        # Made just now, or moved to where its service calls it something else.
        made = action.item == made_id(action.id)
        key = receipt.facts.get("key", "") if made else receipt.moved_to
        if stands is not None and action.item is not None:
            self._pass_on(db, action.item, stands)
        elif key and action.item is not None:
            self._known_as(db, action.item, action.target.kind, ServiceKey(key))
        # The person may have asked for it back while the request was under way.
        kept = outbox.get(db, action.id)
        if kept is not None and kept.undo_wanted and kept.inverse is not None:
            outbox.add(db, inverse_of(kept, ActionId(self._ids.new()), now))

    def _known_as(self, db: Connection, item: ItemId, kind: Kind, key: ServiceKey) -> None:
        aliases.put(db, self._account, kind, key, item)
        came = item_id(self._account, kind, key)
        if came != item:
            # A pull may have brought it before: what was done to it there is of this item.
            self._pass_on(db, came, item)

    def _pass_on(self, db: Connection, item: ItemId, to: ItemId) -> None:
        marks.pass_on(db, item, to)
        drafts.pass_on(db, item, to)
        outbox.pass_on(db, item, to)

    def _failed(self, action: Action, error: LoopDeskError) -> Delivery:
        why = Failure.of(error)
        tries = action.tries + 1
        if action.error is not None and action.error.code == Offline.code:
            # What could not be tried without a network says nothing of how the service is.
            tries = tries if isinstance(error, Offline) else 1
        # Nonsense may hide that it took effect, so a bad hour is waited out.
        puzzled = isinstance(error, BadPayload) and self._is_late(action)
        final = error.remedy is Remedy.DECIDE or isinstance(error, Rejected | NotPermitted)
        if final or puzzled:
            self._refuse(action, why)
            return Delivery(action.id)
        now = self._clock.now()
        at = backoff.retry_at(now, tries, self._ids.jitter(), error)
        if isinstance(error, AnswerLost | ServiceDown | BadPayload):
            at = max(at, now + timedelta(seconds=backoff.LOOK_AFTER_S))
        self._own.transact(lambda db: outbox.put_off(db, action.id, at, why))
        return Delivery(action.id, trouble=error)

    def _refuse(self, action: Action, why: Failure) -> None:
        self._own.transact(lambda db: outbox.refuse(db, action.id, why, self._clock.now()))

    def _named(self, action: Action) -> Action:
        """Return an action aimed at its item's newest key: of what was made or moved since."""
        item = action.item
        if item is None:
            return action
        key = self._database.read(lambda db: aliases.key_of(db, item))
        return replace(action, target=replace(action.target, key=key)) if key else action
