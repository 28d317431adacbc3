"""Northwind's workspace as Slack's stand-in serves it: each answer is as Slack describes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loopdesk.sandbox import story
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story.cast import ADA, JONAS, MIRA
from loopdesk.sandbox.story.workspace_people import TEAM, channel, direct, user
from loopdesk.sandbox.workspaces import stamp
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_slack import Client, sign_in

OSLO = ZoneInfo("Europe/Oslo")
ANY_HOUR = [
    datetime(2026, 11, 24, 9, 42, tzinfo=OSLO),
    datetime(2026, 11, 24, 0, 5, tzinfo=OSLO),
    datetime(2026, 11, 28, 21, 40, tzinfo=UTC),
    datetime(2027, 1, 1, 23, 58, 30, tzinfo=ZoneInfo("Asia/Kolkata")),
]
TYPES = "im,mpim,private_channel,public_channel"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def begin(clock: Clock, size: Any = "small") -> Client:
    sandbox = Sandbox(clock, size=size, limits="off", live=True)
    return sign_in(sandbox, user(MIRA), TEAM)


def conversations(mira: Client) -> list[Any]:
    found, cursor = [], ""
    while True:
        page = mira.call("users.conversations", types=TYPES, limit=50, cursor=cursor)
        found += page["channels"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            return found


def test_every_conversation_and_thread_of_the_story_can_be_read(clock: Clock) -> None:
    mira = begin(clock)
    threads, authors = 0, set()
    for one in conversations(mira):
        mira.call("conversations.info", channel=one["id"])
        for message in mira.call("conversations.history", channel=one["id"])["messages"]:
            assert float(message["ts"]) <= clock.at.timestamp()
            assert "@" not in re.sub(r"<[^>]*>", "", message["text"]), "a name nobody has"
            authors.add(message.get("user"))
            for file in message.get("files", ()):
                mira.call("files.info", file=file["id"])
            if "reply_count" in message:
                asked = {"channel": one["id"], "ts": message["ts"]}
                thread = mira.call("conversations.replies", **asked)["messages"]
                threads += thread[0]["subscribed"]
    for author in authors - {None}:
        mira.call("users.info", user=author)
    assert threads >= 30
    assert len(conversations(mira)) >= 25
    (workspace,) = mira.sandbox.state()["slack"]["workspaces"]
    assert workspace["name"] == "Northwind"


@pytest.mark.parametrize("at", ANY_HOUR, ids=str)
def test_at_any_hour_the_story_lies_behind_and_in_order(at: datetime) -> None:
    (workspace,) = story.world(1, "small", at).workspaces
    again = story.world(1, "small", at).workspaces[0]
    people = {member.id for member in workspace.people}
    assert [w.messages for w in workspace.conversations] == [
        w.messages for w in again.conversations
    ]
    for where in workspace.conversations:
        assert set(where.members) <= people
        stamps = [stamp(each.at) for post in where.messages for each in (post, *post.answers)]
        assert len(stamps) == len(set(stamps))
        for post in where.messages:
            told = [post.at, *(answer.at for answer in post.answers)]
            assert told == sorted(told), post.text
            assert told[-1] <= at + timedelta(seconds=1), post.text
            assert {post.by, *(answer.by for answer in post.answers)} <= people


def test_slacks_mail_leads_to_the_message_that_names_mira(clock: Clock) -> None:
    mira = begin(clock)
    mails = mira.sandbox.state()["google"]["messages"]
    (mail,) = [one for one in mails if "notification@slack.com" in one["from"]]
    assert "dkim=pass header.i=@slack.com" in mail["headers"]["Authentication-Results"]
    found = mira.call("search.messages", query=f"<@{user(MIRA)}> in:#deal-halden")["messages"]
    assert any(match["permalink"] in mail["text"] for match in found["matches"])
    bug = mira.call("search.messages", query="in:#support third customer")["messages"]["matches"]
    assert any(bug[0]["permalink"] in one["text"] for one in mails), (
        "a colleague's mail leads there"
    )


def test_the_story_goes_on_and_people_answer(clock: Clock) -> None:
    mira = begin(clock)
    place = channel("release-2-4")
    before = len(mira.texts(place))
    clock.forward(seconds=15)
    named = mira.call("conversations.history", channel=place)["messages"]
    assert len(named) == before + 1
    assert f"<@{user(MIRA)}>" in named[0]["text"]
    asked = {"channel": place, "thread_ts": named[0]["ts"]}
    mira.call("chat.postMessage", **asked, text="It sails.")
    mira.call("chat.postMessage", channel=direct(ADA), text="Two minutes, now.")
    clock.forward(seconds=15)
    *_, answer = mira.call("conversations.replies", channel=place, ts=named[0]["ts"])["messages"]
    assert answer["user"] == user(JONAS)
    latest = mira.call("conversations.history", channel=direct(ADA), limit=1)["messages"]
    assert latest[0]["user"] == user(ADA)
    for _ in range(10):
        clock.forward(minutes=1)
        mira.sandbox.go_on(clock())


def test_a_large_workspace_costs_nothing_until_it_is_read(clock: Clock) -> None:
    mira = begin(clock, "medium")
    listed = conversations(mira)
    assert len(listed) > 80
    slack = mira.sandbox.slack.workspaces[TEAM].conversations
    last = listed[-1]["id"]
    assert not slack[last].is_loaded
    assert len(mira.texts(last, limit=999)) == 120
    assert slack[last].tops()[0] > f"{(clock.at - timedelta(days=120)).timestamp():.6f}"
