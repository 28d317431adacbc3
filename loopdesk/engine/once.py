"""The engine's work for one command, done in the command's own process and thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from loopdesk.core.actions import Action, ActionId, Failure, State
from loopdesk.core.errors import Unknown
from loopdesk.core.items import AccountId, ItemId, ServiceKey
from loopdesk.core.seams import Clock, Connection, Database
from loopdesk.engine.errands import facts_of_totals
from loopdesk.engine.service import Engine
from loopdesk.store import outbox
from loopdesk.sync.lane import Lane
from loopdesk.sync.puller import Pulled

Heard = Callable[[str, str, int], bool]
"""Hears account, stream and number of changed items of each page; False ends the work there."""


class Once:
    def __init__(self, engine: Engine, database: Database, clock: Clock) -> None:
        self._engine, self._database, self._clock = engine, database, clock

    def sync(self, account: str, *, full: bool, heard: Heard) -> list[dict[str, Any]]:
        """Deliver what is due and pull everything once.

        Args:
            account: only this one's; "" means all.
            full: list everything anew.

        Returns: for each account `id`, `changed`, `skipped` and `error`, as the errand "pull" does.
        """
        answers: list[dict[str, Any]] = []
        for lane in self._engine.lanes():
            if account in ("", lane.account):
                if full:
                    lane.forget_cursors()
                answers.append(self._drain(lane, heard))
        return answers

    def deliver(self, action: ActionId) -> Action:
        """Wait out an action's delay, deliver it, and pull the streams in which it shows.

        Returns: the action at its first outcome: sent, refused, or waiting, with what keeps it.
        """
        this = self._action(action)
        lanes = [lane for lane in self._engine.lanes() if lane.account == this.account]
        tries, wake = this.tries, self._clock.wake()
        # Between two pieces of a long transfer it is still being sent.
        while this.state is State.SENDING or (this.state is State.WAITING and this.tries == tries):
            if not any(lane.deliver() for lane in lanes):
                held_up = next((lane.held_up for lane in lanes if lane.held_up), None)
                if held_up is not None:  # it would meet what another one has just met
                    return replace(this, error=Failure.of(held_up))
                left = (this.not_before_at - self._clock.now()).total_seconds()
                self._clock.wait(wake, min(max(left, 0.02), 1.0))
            this = self._action(action)
        if this.state is State.SENT:
            for lane in lanes:
                lane.pull_touched()
        return self._action(action)

    def look(self, account: AccountId, item: ItemId | None, key: ServiceKey) -> None:
        """Bring an item up to date, as far as that can be had now.

        Args:
            item: None where it is not here; then `key` is the service's for it.
        """
        for lane in self._engine.lanes():
            if lane.account == account:
                over: list[bool] = []
                lane.look(item, key, over.append, lambda over=over: over.append(False))  # type: ignore[misc]
                while not over and lane.step():
                    pass

    def _drain(self, lane: Lane, heard: Heard) -> dict[str, Any]:
        def report(page: Pulled) -> bool:
            return heard(lane.account, page.stream, page.changes.number)

        return facts_of_totals(lane.account, lane.drain(report))

    def _action(self, action: ActionId) -> Action:
        def work(db: Connection) -> Action | None:
            return outbox.get(db, action)

        found = self._database.read(work)
        if found is None:
            raise Unknown("action")
        return found
