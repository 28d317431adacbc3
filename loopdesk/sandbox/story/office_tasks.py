"""What Mira has to do for Harbourline, as Microsoft To Do shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from random import Random

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.story import office_files
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments

_TOPICS = ("Ask about", "Read", "Draw", "Check", "Send")
_THINGS = ("the berth list", "mole 2", "the tide table", "the import log", "the crew side")


def work(m: Moments, seed: int, mail: tuple[str, str] | None = None, more: int = 0) -> list[Json]:
    """Return her lists.

    Args:
        mail: Message-ID and subject of a mail that one task was made of.
        more: tasks of past years, for the large sizes.
    """
    return [_own(m, mail), _plan(m), _visits(m), *([_heap(m, seed, more)] if more else [])]


def _own(m: Moments, mail: tuple[str, str] | None) -> Json:
    linked = []
    if mail is not None:
        name, subject = mail
        linked = [{"applicationName": "Outlook", "displayName": subject, "webUrl": f"mid:{name}"}]
    return _list(
        "tasks",
        "Tasks",
        [
            _task(
                m,
                "second-hour",
                "Second hour of the workshop: what a crew plan knows",
                due=m.workday(-1, "12:00").date(),
                steps=("Three slides, no more", "Ask Omar for a bad day", "Print one page"),
                done_steps=1,
                words="Hanne waits for a yes.\n" + office_files.link(office_files.AGENDA),
                links=linked,
                at=m.earlier(3, 20),
                importance="high",
            ),
            _task(
                m,
                "night-line",
                "One sentence on the night line for Nils",
                due=m.today,
                words=office_files.link(office_files.PLAN),
                at=m.ago(minutes=70),
            ),
            _task(
                m,
                "hours",
                "Write down the hours",
                due=m.workday(-1, "12:00").date(),
                recurrence={
                    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["friday"]},
                    "range": {
                        "type": "noEnd",
                        "startDate": m.workday(30, "12:00").date().isoformat(),
                    },
                },
            ),
            _task(m, "claim", "Travel claim for the first visit", due=m.workday(2, "12:00").date()),
            _task(m, "badge", "Badge for the north mole", done=m.workday(5, "10:00")),
        ],
        wellknownListName="defaultList",
    )


def _plan(m: Moments) -> Json:
    return _list(
        "plan",
        "Berth plan",
        [
            _task(
                m,
                "rules",
                "Rules for two late ships",
                due=m.workday(-4, "12:00").date(),
                steps=("Ask the pilots", "Ask the crews"),
            ),
            _task(m, "names", "The same names for berths as in the crew app"),
            _task(
                m,
                "review",
                "Read the plan before the planning round",
                due=m.workday(-3, "12:00").date(),
                words=office_files.link(office_files.PLAN),
                status="inProgress",
            ),
            _task(m, "halden", "Quay 2 at night: what Halden wishes", status="waitingOnOthers"),
            _task(m, "tides", "Tide windows for both moles", done=m.workday(3, "11:40")),
        ],
    )


def _visits(m: Moments) -> Json:
    return _list(
        "visits",
        "For the next visit",
        [
            _task(m, "boots", "Boots with steel caps", due=m.workday(-2, "12:00").date()),
            _task(m, "train", "Train at 07:12, seat by the sea", due=m.workday(-1, "12:00").date()),
            _task(m, "helmet", "Give back the helmet"),
        ],
    )


def _heap(m: Moments, seed: int, count: int) -> Json:
    tasks = []
    for number in range(count):
        lots = Random(mark(seed, "office-chore", number))
        at = m.workday(lots.randint(5, 250), f"{lots.randint(8, 17):02}:00")
        title = f"{lots.choice(_TOPICS)} {lots.choice(_THINGS)} ({number})"
        done = at if lots.random() < 0.8 else None
        tasks.append(_task(m, str(number), title, done=done, at=at))
    return _list("heap", "Archive", tasks)


def _list(key: str, name: str, tasks: Sequence[Json], **other: object) -> Json:
    return {"id": key, "displayName": name, "tasks": list(tasks), **other}


def _task(
    m: Moments,
    key: str,
    title: str,
    *,
    due: date | None = None,
    words: str = "",
    steps: Sequence[str] = (),
    done_steps: int = 0,
    links: Sequence[Json] = (),
    done: datetime | None = None,
    at: datetime | None = None,
    **other: object,
) -> Json:
    """Return a task.

    Args:
        steps: what it consists of; the first `done_steps` are done.
        done: when it was done.
        at: when it was last changed, if not yesterday or when it was done.
    """
    changed = (done or at or m.workday(1, "09:40")).isoformat()
    task: Json = {
        "id": key,
        "title": title,
        "createdDateTime": changed,
        "lastModifiedDateTime": changed,
        "checklistItems": [
            {"displayName": step, "isChecked": number < done_steps}
            for number, step in enumerate(steps)
        ],
        "linkedResources": list(links),
        **other,
    }
    if due is not None:
        task["dueDateTime"] = {"dateTime": f"{due.isoformat()}T00:00:00", "timeZone": m.zone}
    if words:
        task["body"] = {"content": words, "contentType": "text"}
    if done is not None:
        day = f"{done.date().isoformat()}T00:00:00"
        task |= {"status": "completed", "completedDateTime": {"dateTime": day, "timeZone": "UTC"}}
    return task
