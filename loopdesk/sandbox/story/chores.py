"""The story's tasks, as Google Tasks shows them: what Mira has written down for herself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from loopdesk.sandbox.google.calendar.shapes import event_address
from loopdesk.sandbox.model import Json, TaskList
from loopdesk.sandbox.story.cast import (
    DESIGN,
    HALDEN,
    HARUKA,
    INES,
    MAREK,
    MIRA,
    OFFSITE,
    SIGRID,
    TEACHER,
    TOMAS,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.meetings import REVIEW, TRAINING, event_id
from loopdesk.sandbox.story.moments import Moments, clock
from loopdesk.sandbox.story.talk import message_id

_AGENDA = DESIGN.link("Design review agenda")
_TOPICS = ("Call", "Read", "Answer", "Check", "Order", "Write up", "Translate", "Pay", "Ask about")
_THINGS = (
    *("the night line", "the roster of March", "the invoice", "the crew app", "the photo"),
    *("the export", "the second harbour", "the offer", "the tide table", "the last screen"),
)


class _Sheet:
    """One list while it is being written."""

    def __init__(self, m: Moments, seed: int, key: str, title: str) -> None:
        self._m, self._seed, self._key, self._title = m, seed, key, title
        self._tasks: list[Json] = []

    def put(
        self,
        key: str,
        title: str,
        *,
        due: date | None = None,
        notes: str = "",
        below: str = "",
        done: datetime | None = None,
        at: datetime | None = None,
        links: Sequence[Json] = (),
        assigned: str = "",
    ) -> None:
        """Write down a task.

        Args:
            below: key of the task that it is a step of.
            done: when it was done.
            at: when it was last changed, if not yesterday or when it was done.
            assigned: address of the document in which somebody assigned it.
        """
        changed = done or at or self._m.workday(1, "09:40")
        task: Json = {
            "id": self._id(key),
            "title": title,
            "status": "completed" if done else "needsAction",
            "updated": changed.astimezone(UTC).isoformat(),
        }
        if due:
            task["due"] = f"{due.isoformat()}T00:00:00.000Z"
        if notes:
            task["notes"] = notes
        if below:
            task["parent"] = self._id(below)
        if done:
            task["completed"] = f"{done.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
            task["hidden"] = True  # done in the service's own program
        if links:
            task["links"] = list(links)
        if assigned:
            task["assignmentInfo"] = {
                "surfaceType": "DOCUMENT",
                "linkToTask": assigned,
                "driveResourceInfo": {"driveFileId": assigned.split("/")[-2]},
            }
        self._tasks.append(task)

    def whole(self) -> TaskList:
        return TaskList(mark("tasks", self._seed, self._key), self._title, self._tasks)

    def _id(self, key: str) -> str:
        return mark("task", self._seed, self._key, key)


def work(m: Moments, seed: int, more: int = 0) -> list[TaskList]:
    """Return Mira's lists at Northwind, and `more` tasks of past years for the large sizes."""
    lists = [_own(m, seed), _halden(m, seed), _handbook(m, seed)]
    return lists + (_heap(m, seed, more) if more else [])


def home(m: Moments, seed: int) -> list[TaskList]:
    """Return the list of her private account."""
    sheet = _Sheet(m, seed, "home", "At home")
    sheet.put(
        "trip",
        "Sign the sheet for the class trip",
        due=m.workday(-2, "12:00").date(),
        links=[_mail(seed, "class-trip", TEACHER, "Class trip: please sign")],
    )
    sheet.put("cake", "Cake for the seventieth, or ask Aunt Berit", due=m.today + timedelta(days=4))
    sheet.put("cat", "Feed Admiral, no tuna", due=m.workday(-6, "12:00").date())
    sheet.put("bulb", "New bulb for the stairs")
    return [sheet.whole()]


def _own(m: Moments, seed: int) -> TaskList:
    sheet = _Sheet(m, seed, "own", "My Tasks")
    sheet.put(
        "swaps",
        "One sentence on crew swaps for the 2.4 notes",
        due=m.today,
        notes="In words a captain would use. Jonas waits with the build.",
        at=m.ago(minutes=5),
    )
    sheet.put(
        "agenda",
        "Add the tide view to the agenda",
        at=m.ago(minutes=55),
        assigned=f"{_AGENDA}?disco=AAAB",
    )
    sheet.put(
        "review",
        "Read the agenda before the design review",
        due=m.today,
        notes=f"{_AGENDA}\n{_meeting(seed, REVIEW)}",
    )
    sheet.put(
        "interview",
        "Three lines about Daniel for Tomas",
        due=m.workday(1, "12:00").date(),
        notes="Yes, and say why: he asked about the night crews before we did.",
        links=[_mail(seed, "interview-notes", TOMAS, "Daniel Okoro: your notes")],
        at=m.workday(2, "17:45"),
    )
    sheet.put(
        "offsite",
        "Decide on the week of the offsite",
        due=m.workday(-2, "12:00").date(),
        notes=f"First or third of March.\n{OFFSITE.link('offsite-venues.pdf')}",
    )
    sheet.put("offsite-train", "Is there a train back on Friday evening?", below="offsite")
    sheet.put("offsite-jonas", "Ask Jonas about the release", below="offsite")
    sheet.put(
        "year-end",
        "Contracts and pilots for the year-end review",
        due=m.workday(-6, "12:00").date(),
        links=[_mail(seed, "year-end", SIGRID, "Documents for the year-end review")],
    )
    sheet.put(
        "year-end-list",
        "List of pilots without a fee",
        below="year-end",
        due=m.workday(-4, "12:00").date(),
    )
    sheet.put("year-end-scan", "Scan of the Fjordline contract", below="year-end")
    sheet.put("prices", "Pricing page in the wiki is from spring")
    sheet.put("chair", "Ask the house desk about the chair that squeaks", at=m.workday(12, "11:00"))
    sheet.put("badge", "New badge photo", done=m.workday(4, "10:20"))
    sheet.put("coffee", "Coffee machine filled for the morning without water", done=m.earlier(16))
    return sheet.whole()


def _halden(m: Moments, seed: int) -> TaskList:
    sheet = _Sheet(m, seed, "halden", "Halden contract")
    terms = HALDEN.link("halden-terms-v3.docx")
    sheet.put(
        "sign",
        f"Sign off the terms before {clock(m.call_at)}",
        due=m.call_at.date(),
        notes=f"Only clause 7 changed.\n{terms}\n{_meeting(seed, 'halden-call')}",
        links=[_mail(seed, "halden-clause-7", INES, "Clause 7, one question")],
        at=m.ago(minutes=40),
    )
    sheet.put("import", "Result of the roster import for Per", due=m.workday(1, "12:00").date())
    sheet.put(
        "price",
        "Price sheet",
        due=m.workday(-1, "12:00").date(),
        notes=HALDEN.link("Halden price sheet"),
    )
    sheet.put(
        "training",
        "Prepare the training of the dispatchers",
        due=m.workday(-5, "12:00").date(),
        notes=_meeting(seed, TRAINING),
    )
    sheet.put("training-slides", "Screens with their own line names", below="training")
    sheet.put("training-handout", "One page to keep at the desk", below="training")
    sheet.put("terms-2", "Send version 2 to Legal", done=m.workday(3, "09:05"))
    sheet.put("annex", "Annex: what counts as a lost minute", done=m.workday(2, "15:20"))
    return sheet.whole()


def _handbook(m: Moments, seed: int) -> TaskList:
    sheet = _Sheet(m, seed, "handbook", "Crew handbook")
    sheet.put(
        "release",
        "Release the proof for the press",
        due=m.workday(-1, "12:00").date(),
        notes="Page 12: the line at the fold. Page 31: the new picture.",
        links=[_mail(seed, "proof", MAREK, "Proof of the crew handbook")],
    )
    sheet.put(
        "names",
        "Line names in Japanese, once more",
        links=[_mail(seed, "aoki-pilot", HARUKA, "パイロット運航の日程について")],
    )
    sheet.put("page-31", "Page 31: swap the picture", done=m.workday(2, "11:00"))
    return sheet.whole()


def _heap(m: Moments, seed: int, count: int) -> list[TaskList]:
    """Return tasks of the years before, most of them done."""
    size = 2_000
    sheets = []
    for first in range(0, count, size):
        sheet = _Sheet(m, seed, f"heap-{first}", f"Archive {first // size + 1}")
        for number in range(first, min(first + size, count)):
            lots = Random(mark(seed, "chore", number))
            at = m.workday(lots.randint(1, 250), f"{lots.randint(8, 17):02}:00")
            due = m.today + timedelta(days=lots.randint(-60, 90))
            sheet.put(
                str(number),
                f"{lots.choice(_TOPICS)} {lots.choice(_THINGS)} ({number})",
                due=due if lots.random() < 0.4 else None,
                done=at if lots.random() < 0.7 else None,
                at=at,
            )
        sheets.append(sheet.whole())
    return sheets


def _mail(seed: int, key: str, author: Person, subject: str) -> Json:
    """Return the link to a thread's first mail, as a task made of a mail has it."""
    name = message_id(seed, key, 0, author)
    return {"type": "email", "description": subject, "link": f"mid:{name}"}


def _meeting(seed: int, key: str) -> str:
    return event_address(event_id(seed, key), MIRA.address)
