"""What must hold when all is calm: both sides say the same of everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loopdesk.core.items import Kind
from loopdesk.core.rows import Row, Shown
from loopdesk.core.seams import Connection, Database
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from tests.simulation.service import BrokenError, Rows, Service, Sight, State

_ALL = 1000


def compare(
    desk: Desk, database: Database, services: Sequence[Service], states: Mapping[str, State]
) -> None:
    """Let each service compare what the person sees of it with what it holds."""

    def work(db: Connection) -> list[tuple[str, str]]:
        return db.execute("SELECT id, key FROM cache_item").fetchall()

    keys = dict(database.read(work))
    shown = {kind: desk.top(_ALL, view=View.ALL, kind=kind).rows for kind in Kind}
    for service in services:
        rows: dict[Kind, Rows] = {}
        for kind, all_rows in shown.items():
            found = [row for row in all_rows if row.account == service.account]
            rows[kind] = {keys.get(row.id, ""): row for row in found}
            if len(rows[kind]) != len(found):
                raise BrokenError(f"twice here: {sorted(row.title for row in found)}")
        service.compare(Sight(desk, rows), states[service.key])


def expect(what: str, here: object, there: object) -> None:
    if here != there:
        raise BrokenError(f"{what}: {here} here, {there} there")


def taken(here: Rows, key: str, title: str) -> Row:
    row = here.pop(key, None)
    if row is None:
        raise BrokenError(f"missing here: {title}")
    return row


def nothing_left(here: Rows) -> None:
    if here:
        raise BrokenError(f"no more there: {sorted(row.title for row in here.values())}")


def said(sight: Sight, row: Row) -> dict[str, Shown]:
    return {entry.id: entry for entry in sight.desk.body(row.id).entries}
