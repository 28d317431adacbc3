"""Which action is delivered next."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.core.actions import Failure
from loopdesk.core.seams import Connection
from loopdesk.store import outbox
from loopdesk.store.connection import InlineDatabase
from tests.store.made import ACCOUNT, NOW, action


def test_what_is_said_of_the_person_is_delivered_in_the_order_of_saying(
    database: InlineDatabase,
) -> None:
    away, back = action(1, "status"), action(2, "status")
    later = NOW + timedelta(minutes=5)

    def put_off(db: Connection) -> None:
        for each in (away, back):
            outbox.add(db, each)
        outbox.claim(db, away.id, NOW)
        outbox.put_off(db, away.id, later, Failure("offline"))

    database.own.transact(put_off)
    assert database.own.transact(lambda db: outbox.due(db, ACCOUNT, NOW)) is None
    assert database.own.transact(lambda db: outbox.next_due_at(db, ACCOUNT)) == later
    due = database.own.transact(lambda db: outbox.due(db, ACCOUNT, later))
    assert due is not None
    assert due.id == away.id
