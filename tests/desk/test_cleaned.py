"""Names that a service gives for people and places, before the window shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from loopdesk.core.items import (
    Answer,
    Attendee,
    File,
    Meeting,
    Revision,
    Share,
    Task,
)
from loopdesk.core.people import Handle
from loopdesk.desk import cleaned

NASTY = Handle("Ada\u202egro.knab\n Okafor\x07", "ada@x.test")
NICE = Handle("Adagro.knab Okafor", "ada@x.test")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_everybody_a_file_names_can_be_shown() -> None:
    told = File(
        "text/plain",
        owner=NASTY,
        changed_by=NASTY,
        shared_by=NASTY,
        shares=(Share("p", NASTY, "reader"),),
        revisions=(Revision("r", NOW, NASTY),),
    )
    shown = cleaned.file(told)
    named = (shown.owner, shown.changed_by, shown.shared_by)
    assert named == (NICE, NICE, NICE)
    assert shown.shares[0].who == shown.revisions[0].by == NICE
    assert cleaned.file(shown) == shown


def test_everybody_a_meeting_or_a_task_names_can_be_shown() -> None:
    told = Meeting(
        location="Room\u202e Fjord\r\n",
        organizer=NASTY,
        attendees=(Attendee(NASTY, Answer.ACCEPTED, note="late\x00"),),
    )
    shown = cleaned.meeting(told)
    assert (shown.location, shown.organizer) == ("Room Fjord", NICE)
    assert (shown.attendees[0].who, shown.attendees[0].note) == (NICE, "late")
    assert cleaned.task(Task(assignees=(NASTY,))).assignees == (NICE,)
    assert cleaned.file(File("text/plain")).owner is None
