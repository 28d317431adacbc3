"""What is done and taken back leaves an item as it was, whatever its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from loopdesk import app
from loopdesk.core.actions import ActionSpec, Arguments, Inverse
from loopdesk.core.fold import INBOX, fold
from loopdesk.core.items import (
    AccountId,
    Answer,
    Attendee,
    File,
    Item,
    Kind,
    Meeting,
    ServiceKey,
    Share,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.rows import Marks
from loopdesk.desk.inverse import inverse
from loopdesk.desk.specs import Specs
from loopdesk.providers.google import PROVIDER
from loopdesk.rank.features import Features
from loopdesk.store.items import Stored
from loopdesk.store.pane import Kept

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
BO = Handle("Bo Berg", "bo@lumen.example")
SPECS = Specs({PROVIDER.key: PROVIDER.actions})

TASK = Item(
    ServiceKey("list/task"),
    Kind.TASK,
    Untrusted("Pay the printer"),
    on=date(2026, 11, 30),
    places=frozenset({"list"}),
    actions=("complete", "rename", "due", "move", "delete"),
    task=Task(due_on=date(2026, 11, 30), list="list"),
)
MEETING = Item(
    ServiceKey("cal/event"),
    Kind.MEETING,
    Untrusted("Review"),
    at=NOW,
    meeting=Meeting(
        start_at=NOW,
        end_at=NOW + timedelta(hours=1),
        location="Room 4",
        attendees=(Attendee(BO, Answer.ACCEPTED), Attendee(Handle("Me"), Answer.ACCEPTED, me=True)),
        answer=Answer.ACCEPTED,
        calendar="cal",
    ),
)
FILE = Item(
    ServiceKey("file"),
    Kind.FILE,
    Untrusted("Plan.pdf"),
    at=NOW,
    actions=("rename", "move", "share", "unshare", "delete"),
    file=File("application/pdf", folder="folder", shares=(Share("p", Handle("Cy"), "reader"),)),
)
MAIL = Item(
    ServiceKey("thread"),
    Kind.MESSAGE,
    Untrusted("Terms"),
    people=(BO,),
    at=NOW,
    places=frozenset({INBOX}),
    unread=True,
    actions=("archive", "move", "trash", "spam", "star"),
)
LATER = NOW + timedelta(days=1)


def kept(item: Item) -> Kept:
    stored = Stored(
        item_id(AccountId("a"), item.kind, item.key),
        AccountId("a"),
        item,
        pulse="",
        features=Features(item.kind).to_json(),
        base=0.0,
        ends_at=NOW,
    )
    return Kept(stored, Marks(), (), False, PROVIDER.key)


@pytest.mark.parametrize(
    ("item", "name", "given"),
    [
        (MAIL, "archive", Arguments()),
        (replace(MAIL, unread=False), "archive", Arguments()),
        (MAIL, "star", Arguments()),
        (TASK, "complete", Arguments()),
        (TASK, "rename", Arguments(text="Pay the carpenter")),
        (TASK, "due", Arguments(on=date(2026, 12, 1))),
        (TASK, "due", Arguments()),
        (TASK, "move", Arguments(to=("other",))),
        (MEETING, "tentative", Arguments()),
        (MEETING, "decline", Arguments(text="Away")),
        (MEETING, "reschedule", Arguments(at=LATER, until=LATER + timedelta(hours=2))),
        (MEETING, "reschedule", Arguments(on=date(2026, 12, 1), until_on=date(2026, 12, 2))),
        (MEETING, "edit", Arguments(subject="Big review", location="Room 5")),
        (MEETING, "edit", Arguments(cleared=("location",))),
        (FILE, "rename", Arguments(text="Plan 2.pdf")),
        (FILE, "move", Arguments(to=("elsewhere",))),
        (FILE, "share", Arguments(to=("Bo Berg <bo@lumen.example>",), role="writer")),
        (FILE, "share", Arguments(to=("link",), role="reader")),
        (FILE, "delete", Arguments()),
    ],
)
def test_taken_back_it_is_as_before(item: Item, name: str, given: Arguments) -> None:
    this = kept(item)
    before = app.ranking().row(this, NOW, UTC)
    after = fold(before, name, given)
    assert after != before
    back = inverse(SPECS.of(PROVIDER.key, name, item.kind), given, this, Arguments())
    assert back is not None
    # A declined meeting comes back by its own rule, not by the row's.
    assert replace(fold(after, back.name, back.arguments), in_pane=True) == before


def test_notes_come_back_and_so_does_their_absence() -> None:
    spec = SPECS.of(PROVIDER.key, "describe", Kind.TASK)
    back = inverse(spec, Arguments(text="New"), kept(TASK), Arguments(text="Old"))
    assert back is not None
    assert back.arguments.text == "Old"
    spec = SPECS.of(PROVIDER.key, "edit", Kind.MEETING)
    back = inverse(spec, Arguments(text="An agenda"), kept(MEETING), Arguments())
    assert back is not None
    assert back.arguments == Arguments(cleared=("text",))


def test_done_offers_its_way_back_at_once() -> None:
    row = replace(app.ranking().row(kept(TASK), NOW, UTC), actions=TASK.actions)
    done = fold(row, "complete")
    assert not done.in_pane
    assert "reopen" in done.actions
    assert "complete" not in done.actions
    trashed = fold(app.ranking().row(kept(FILE), NOW, UTC), "delete")
    assert ("restore" in trashed.actions, "delete" in trashed.actions) == (True, False)


def test_moving_files_and_tasks_keeps_them_in_the_pane() -> None:
    for item in (TASK, FILE):
        assert fold(app.ranking().row(kept(item), NOW, UTC), "move", Arguments(to=("x",))).in_pane


def test_a_task_goes_back_to_whoever_had_it() -> None:
    assign = ActionSpec("assign", frozenset({Kind.TASK}), inverse="unassign")
    unassign = ActionSpec("unassign", frozenset({Kind.TASK}), inverse="assign")
    given = Arguments(to=("b",))
    who = (Handle("Ann", id="a"),)
    shared = kept(replace(TASK, task=Task(assignees=who)))
    alone = kept(replace(TASK, task=Task(assignees=who, single=True)))
    assert inverse(assign, given, shared, Arguments()) == Inverse("unassign", given)
    assert inverse(unassign, given, shared, Arguments()) == Inverse("assign", given)
    assert inverse(assign, given, alone, Arguments()) == Inverse("assign", Arguments(to=("a",)))
    assert inverse(unassign, Arguments(), alone, Arguments()) == Inverse(
        "assign", Arguments(to=("a",))
    )
