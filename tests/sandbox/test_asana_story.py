"""The story's projects as Asana's stand-in serves them: each answer is as Asana describes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loopdesk.sandbox import story
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story.asana_people import NORTHWIND, task_gid, user
from loopdesk.sandbox.story.cast import ADA, HALDEN, MIRA
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_asana import Client, sign_in

OSLO = ZoneInfo("Europe/Oslo")
ANY_HOUR = [
    datetime(2026, 11, 24, 0, 5, tzinfo=OSLO),
    datetime(2026, 11, 28, 21, 40, tzinfo=UTC),
    datetime(2027, 1, 1, 23, 58, 30, tzinfo=ZoneInfo("Asia/Kolkata")),
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def begin(clock: Clock, size: Any = "small") -> Client:
    return sign_in(Sandbox(clock, size=size, limits="off", live=True), user(MIRA))


def test_every_task_of_the_story_can_be_read(clock: Clock) -> None:
    mira = begin(clock)
    projects = mira.get("/projects", workspace=NORTHWIND.gid, archived="false")
    assert [one["name"] for one in projects] == [
        "Halden contract",
        "Version 2.4",
        "Hiring: support",
    ]
    own = mira.get("/users/me/user_task_list", workspace=NORTHWIND.gid)["gid"]
    fields = "name,html_notes,assignee_section.name,due_on,completed,num_subtasks"
    mine = mira.get(f"/user_task_lists/{own}/tasks", opt_fields=fields, limit=100)
    assert len([one for one in mine if not one["completed"]]) >= 12
    assert "Do today" in {one["assignee_section"]["name"] for one in mine}
    in_projects = [
        task
        for one in projects
        for task in mira.get("/tasks", project=one["gid"], opt_fields=fields)
    ]
    count = {one["gid"] for one in (*mine, *in_projects)}
    assert len(count) >= 35
    for gid in count:
        task = mira.get(f"/tasks/{gid}", opt_fields=fields)
        said = mira.get(f"/tasks/{gid}/stories", opt_fields="html_text,text")
        kept = mira.get("/attachments", parent=gid, opt_fields="name,view_url,download_url")
        texts = [task["html_notes"], *(one["html_text"] for one in said)]
        for text in (*texts, *(one["view_url"] for one in kept)):
            assert "mid:" not in text
            assert '#all/"' not in text
            assert not text.endswith("#all/"), task["name"]
    assert task_gid("halden", "price-sheet") in HALDEN.link("Halden price sheet")


@pytest.mark.parametrize("at", ANY_HOUR, ids=str)
def test_at_any_hour_the_story_lies_behind(at: datetime) -> None:
    asana = story.world(1, "small", at).asana
    assert asana is not None
    for task in asana.all_tasks:
        assert task.at <= at, task.name
        for when in (*(one.at for one in task.comments), *(one.at for one in task.attachments)):
            assert task.at <= when <= at, task.name
        assert task.completed_at is None or task.at <= task.completed_at <= at, task.name


def test_a_mention_came_by_mail_and_the_story_goes_on(clock: Clock) -> None:
    mira = begin(clock)
    task = task_gid("halden", "price-sheet")
    mails = json.dumps(mira.sandbox.state()["google"])
    assert "Ada Okafor mentioned you: Halden price sheet" in mails
    clock.forward(minutes=3)
    fields = "name,assignee.name,memberships.section.name"
    night = mira.get(f"/tasks/{task_gid('launch', 'night-shifts')}", opt_fields=fields)
    assert night["assignee"]["name"] == "Mira Dahl"
    assert night["memberships"][0]["section"]["name"] == "To review"
    html = f'<body><a data-asana-gid="{user(ADA)}"/> it may</body>'
    mira.post(f"/tasks/{task}/stories", html_text=html)
    clock.forward(seconds=15)
    last = mira.get(f"/tasks/{task}/stories", opt_fields="created_by.name")[-1]
    assert last["created_by"]["name"] == "Ada Okafor"


def test_the_years_before_are_made_when_somebody_looks(clock: Clock) -> None:
    sandbox = Sandbox(clock, size="medium", limits="off")
    assert sandbox.asana.space._given is not None
    mira = sign_in(sandbox, user(MIRA))
    found = mira.get("/tasks", assignee="me", workspace=NORTHWIND.gid, limit=100)
    assert len(found) == 100
