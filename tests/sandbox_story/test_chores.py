"""The story's tasks and meetings: about what its mails are about, at any hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loopdesk.sandbox import story
from loopdesk.sandbox.model import Json, Mailbox
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story.cast import ADA, DESIGN, HALDEN, INES, JONAS, MIRA, TEAM
from tests.sandbox.tiny import Clock, sign_in

OSLO = ZoneInfo("Europe/Oslo")
MORNING = datetime(2026, 11, 24, 9, 42, tzinfo=OSLO)
ANY_HOUR = [MORNING, datetime(2026, 11, 28, 21, 40, tzinfo=UTC), MORNING.replace(hour=0)]


def mira(now: datetime = MORNING, size: str = "small") -> Mailbox:
    return story.world(1, size, now).accounts[0]


def tasks(owner: Mailbox) -> list[Json]:
    return [task for each in owner.tasks for task in each.tasks]


def due(task: Json) -> date | None:
    return date.fromisoformat(task["due"][:10]) if "due" in task else None


def test_the_same_seed_writes_the_same_tasks() -> None:
    assert tasks(mira()) == tasks(mira())


@pytest.mark.parametrize("now", ANY_HOUR, ids=str)
def test_some_are_late_some_for_today_some_for_the_week_some_for_no_day(now: datetime) -> None:
    found = tasks(mira(now))
    assert len(mira(now).tasks) == 3
    assert 22 <= len(found) <= 28
    ids = [task["id"] for task in found]
    assert len(set(ids)) == len(ids)
    open_ones = [due(task) for task in found if task["status"] == "needsAction"]
    today = now.date()
    assert sum(day == today for day in open_ones) >= 2
    assert sum(day < today for day in open_ones if day) >= 2
    assert sum(today < day <= today + timedelta(days=9) for day in open_ones if day) >= 4
    assert open_ones.count(None) >= 6
    assert sum(task["status"] == "completed" for task in found) >= 5
    assert {task["parent"] for task in found if "parent" in task} <= set(ids)
    assert all(datetime.fromisoformat(task["updated"]) <= now for task in found)


def test_tasks_name_the_mails_the_meetings_and_the_documents_of_the_story() -> None:
    sandbox = Sandbox(lambda: MORNING)
    account = sandbox.google.account(MIRA.address)
    held = [task for each in account.tasks.lists for task in each.tasks]
    links = [link["link"] for task in held for link in task.body.get("links", [])]
    assert len(links) >= 5
    # Each leads to a thread that there is.
    assert {link.rpartition("/")[2] for link in links} <= set(account.mail.threads)
    said = "\n".join(str(task.body.get("notes", "")) for task in held)
    assert DESIGN.link("Design review agenda") in said
    assert HALDEN.link("halden-terms-v3.docx") in said
    assert "https://www.google.com/calendar/event?eid=" in said
    (assigned,) = [task.body["assignmentInfo"] for task in held if task.is_assigned]
    assert assigned["driveResourceInfo"]["driveFileId"] in DESIGN.link("Design review agenda")


def test_larger_sizes_have_years_of_tasks() -> None:
    owner = mira(size="medium")
    assert 2_000 < len(tasks(owner)) < 2_100
    assert all(len(each.tasks) <= 20_000 for each in owner.tasks)


# --- meetings, as the story goes on ---------------------------------------------------------------


def test_who_is_invited_answers_and_who_invites_is_told_by_mail() -> None:
    clock = Clock(MORNING)
    sandbox = Sandbox(clock, limits="off", live=True)
    client = sign_in(sandbox, MIRA.address)
    guests = [ADA.address, INES.address, JONAS.address, TEAM.address]
    event = {
        "summary": "Walk along the quay",
        "start": {"dateTime": (MORNING + timedelta(days=1)).isoformat()},
        "end": {"dateTime": (MORNING + timedelta(days=1, hours=1)).isoformat()},
        "attendees": [{"email": guest} for guest in guests],
    }
    path = "/calendar/v3/calendars/primary/events"
    made = client.post(path, event, sendUpdates="all")
    clock.forward(seconds=40)
    said = {
        one["email"]: one["responseStatus"]
        for one in client.get(f"{path}/{made['id']}")["attendees"]
    }
    assert "needsAction" not in {said[guest] for guest in guests[:3]}
    assert said[TEAM.address] == "needsAction"  # several share that address
    told = [mail["subject"] for mail in sandbox.state()["google"]["messages"]]
    assert sum("Walk along the quay" in subject for subject in told) == 3


def test_an_invitation_that_comes_while_somebody_looks_comes_by_mail_too() -> None:
    clock = Clock(MORNING)
    sandbox = Sandbox(clock, limits="off", live=True)
    clock.forward(minutes=3)
    sandbox.go_on(clock())
    messages = sandbox.state()["google"]["messages"]
    (mail,) = [each for each in messages if "Ten minutes on clause 7" in each["subject"]]
    assert mail["account"] == MIRA.address
    assert mail["subject"].startswith("Invitation: ")


def test_documents_that_hang_on_meetings_are_known_to_drive() -> None:
    events = mira().calendars[0].events
    (review,) = [event for event in events if event["summary"] == "Design review"]
    (paper,) = review["attachments"]
    assert f"/{paper['fileId']}/" in DESIGN.link("Design review agenda")
