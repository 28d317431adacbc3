"""The stand-in's week, pulled by the real adapter: what it announces by mail is folded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from loopdesk import app
from loopdesk.core.items import AccountId
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox import story
from loopdesk.store import accounts
from loopdesk.store.connection import InlineDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.sync.keeper import Keeper
from loopdesk.sync.lane import Lane
from tests.providers.bench import NOW, bench
from tests.sync.mailbox import KEY, Heard

COMMENT = "Design review agenda: new comment"
INVITATION = "Invitation: Design review"


@contextmanager
def _pulled(folder: Path, *features: str) -> Iterator[Desk]:
    week = story.world(1, "small", NOW)
    with bench(PROVIDER, week, folder, sockets=False, features=features, limits="off") as service:
        clock, ids, this = service.clock, service.ids, AccountId(service.account.id)
        prepare(folder / "profile", KEY)
        database = InlineDatabase(folder / "profile", KEY)
        vessel = Vessel(folder / "profile" / "files")
        database.own.transact(lambda db: accounts.put(db, service.account))
        desk = Desk(
            database, clock, ids, {"google": PROVIDER.actions}, app.ranking(), lambda: UTC, vessel
        )
        keeper = Keeper(this, database, vessel, clock, ids, list)
        refer = app.refer("google")
        lane = Lane(
            this, service.adapter, database, clock, ids, app.ranker(), refer, keeper, Heard()
        )
        assert lane.drain().trouble is None
        yield desk
        database.close()


def _titles(desk: Desk) -> dict[str, Row]:
    rows = [*desk.top(1000).rows, *desk.top(1000, view=View.ALL).rows]
    return {str(row.title): row for row in rows}


def test_what_a_service_announces_stands_once_in_the_pane(tmp_path: Path) -> None:
    with _pulled(tmp_path) as desk:
        pane = {str(row.title) for row in desk.top(1000).rows}
        assert COMMENT not in pane
        assert not [title for title in pane if title.startswith(INVITATION)]
        assert [title for title in pane if title.startswith("Cancelled event")]  # no longer here
        known = _titles(desk)
        agenda = desk.body(known["Design review agenda"].id)
        assert [str(row.title) for row in agenda.echoes] == [COMMENT]
        loop = {str(row.title) for row in agenda.loop}
        assert {"Design review", "Agenda for the design review"} <= loop
        review = desk.body(known["Design review"].id)
        assert [str(row.title)[: len(INVITATION)] for row in review.echoes] == [INVITATION]


def test_without_the_things_themselves_the_mails_stay(tmp_path: Path) -> None:
    with _pulled(tmp_path, "mail") as desk:
        pane = {str(row.title) for row in desk.top(1000).rows}
        assert COMMENT in pane
        assert [title for title in pane if title.startswith(INVITATION)]
