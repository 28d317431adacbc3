"""What may keep an action from its service, and what is left when all is done."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.core.actions import Arguments, Failure
from loopdesk.core.items import Kind
from loopdesk.sandbox.sandbox import Sandbox

from .stage import MOMENT, Stage

INVITED = "Mole 2: which berth"


def conflict(at: Stage) -> None:
    """An answer to something that is another thing by now."""
    row = at.open(INVITED, kind=Kind.MEETING)
    at.refuse(at.desk.do("accept", row.id), Failure("conflict"))
    at.take("conflict")


def signed_out(at: Stage, sandbox: Sandbox) -> None:
    sandbox.revoke_tokens()
    at.pull()
    at.take("signed-out")
    at.main.window.search.setText("ferry")
    at.take("not-searched")
    at.main.window.search.clear()
    at.give("go-accounts")
    at.take("accounts-signed-out")
    at.give("go-inbox")


def offline(at: Stage) -> None:
    row = at.open(INVITED, kind=Kind.MEETING)
    at.desk.do("accept", row.id)
    at.main.session.refresh()
    at.pull()
    at.main.window.toast.dismiss()
    at.take("offline")
    at.give("go-outbox")
    at.take("offline-outbox")
    at.give("go-inbox")


def nothing_left(at: Stage) -> None:
    """Everything finished, three of them to come back."""
    for action in at.desk.outbox():
        at.desk.undo(action.id)
    while rows := [row for row in at.desk.top(200).rows if row.pending is None]:
        for number, row in enumerate(rows):
            if number < 3 and not at.desk.counts().snoozed >= 3:
                at.desk.do("snooze", row.id, Arguments(at=MOMENT + timedelta(hours=3)))
            else:
                at.desk.do("done", row.id)
    at.main.session.refresh()
    at.take("nothing-left")
