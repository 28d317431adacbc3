"""An account's desk over a store that is pulled from the stand-in, and delivers to it."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from loopdesk import app
from loopdesk.core.actions import ActionId
from loopdesk.core.items import AccountId
from loopdesk.desk.desk import Desk
from loopdesk.store import accounts
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.lane import Lane
from tests.providers.bench import Bench
from tests.sync.mailbox import KEY, Heard


class Served:
    def __init__(self, google: Bench, folder: Path) -> None:
        self.google, self.this = google, AccountId(google.account.id)
        prepare(folder, KEY)
        self.database = InlineDatabase(folder, KEY)
        vessel = Vessel(folder / "files")
        self.database.own.transact(lambda db: accounts.put(db, google.account))
        self.desk = Desk(
            self.database,
            google.clock,
            google.ids,
            {google.provider.key: google.provider.actions},
            app.ranking(),
            lambda: UTC,
            vessel,
        )
        self.lane = Lane(
            self.this,
            google.adapter,
            self.database,
            google.clock,
            google.ids,
            app.ranker(),
            app.refer(google.provider.key),
            Keeper(self.this, self.database, vessel, google.clock, google.ids, list),
            Heard(),
        )

    def pull(self) -> list[str]:
        """Do whatever is due; return the addresses that were asked."""
        known = len(self.google.wire.passed)
        self.google.clock.pass_by(seconds=5)
        while self.lane.step():
            pass
        return [str(request.url) for request, _, _ in self.google.wire.passed[known:]]

    def deliver(self, action: ActionId) -> None:
        """Let an action leave now, and its effect come back."""
        self.desk.send_now(action)
        self.pull()
