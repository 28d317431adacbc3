"""The story's boards as Trello's stand-in serves them: each answer is as Trello describes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loopdesk.sandbox import story
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story.cast import DESIGN, MAREK, MIRA
from loopdesk.sandbox.story.trello_people import member
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_trello import Client, sign_in

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
    return sign_in(Sandbox(clock, size=size, limits="off", live=True), member(MIRA))


def test_every_card_of_the_story_can_be_read(clock: Clock) -> None:
    mira = begin(clock)
    boards = mira.get("/members/me/boards", filter="open", lists="open")
    assert [one["name"] for one in boards] == ["Crew handbook", "Marketing", "Onboarding"]
    count = 0
    for board in boards:
        for card in mira.get(f"/boards/{board['id']}/cards", filter="all"):
            count += 1
            whole = mira.get(f"/cards/{card['id']}", checklists="all", attachments="true")
            assert len(whole["attachments"]) == card["badges"]["attachments"]
            said = mira.get(f"/cards/{card['id']}/actions", filter="commentCard")
            assert len(said) == card["badges"]["comments"]
            for url in (one["url"] for one in whole["attachments"]):
                assert "mid:" not in url
                assert not url.endswith("#all/"), card["name"]
            assert "mid:" not in card["desc"]
    assert count >= 40
    mine = mira.get("/members/me/cards", fields="name,url,dueComplete")
    assert DESIGN.link("Onboarding copy") in [one["url"] for one in mine]
    assert len([one for one in mine if not one["dueComplete"]]) >= 6
    inbox = mira.get("/members/me", fields="inbox")["inbox"]["idList"]
    assert len(mira.get(f"/lists/{inbox}/cards")) == 2


@pytest.mark.parametrize("at", ANY_HOUR, ids=str)
def test_at_any_hour_the_story_lies_behind(at: datetime) -> None:
    world = story.world(1, "small", at).trello
    assert world is not None
    ids = [card.id for board in world.boards for card in board.all_cards]
    assert len(set(ids)) == len(ids)
    links = [card.link for board in world.boards for card in board.all_cards if card.link]
    assert len(set(links)) == len(links)
    assert all(len(link) == 8 for link in links)
    for board in world.boards:
        for card in board.all_cards:
            made = datetime.fromtimestamp(int(card.id[:8], 16), UTC)
            assert card.lane in {lane.id for lane in board.lanes}
            assert set(card.members) <= set(board.members)
            moments = [each.at for each in card.comments] + [each.at for each in card.attachments]
            assert all(made <= one <= at for one in moments), card.name
            assert made <= at


def test_what_marek_asks_came_by_mail_too(clock: Clock) -> None:
    mira = begin(clock)
    told = mira.get("/members/me/notifications", read_filter="unread", filter="mentionedOnCard")
    asked = next(one for one in told if one["memberCreator"]["fullName"] == MAREK.name)
    assert asked["data"]["card"]["name"] == "Release of proof 2"
    place = f"https://trello.com/c/{asked['data']['card']['shortLink']}#comment-{asked['idAction']}"
    mails = mira.sandbox.state()["google"]["messages"]
    notice = next(one for one in mails if "Release of proof 2" in one["subject"])
    assert notice["from"].endswith("<do-not-reply@trello.com>")
    assert "UNREAD" in notice["labelIds"]
    assert place in notice["text"]


def test_the_story_goes_on_and_answers(clock: Clock) -> None:
    mira = begin(clock)
    newest = mira.get("/members/me/notifications", limit="1")[0]["id"]
    clock.forward(minutes=5)
    mira.sandbox.go_on(clock())
    new = mira.get("/members/me/notifications", since=newest)
    assert {one["type"] for one in new} >= {
        "commentCard",
        "changeCard",
        "updateCheckItemStateOnCard",
        "mentionedOnCard",
    }
    card = mira.get("/members/me/cards", fields="name")[0]["id"]
    mira.call("POST", f"/cards/{card}/actions/comments", text="Yes, make the plates")
    clock.forward(seconds=15)
    mira.sandbox.go_on(clock())
    last = mira.get(f"/cards/{card}/actions", filter="commentCard", limit="1")[0]
    assert last["memberCreator"]["fullName"] == MAREK.name


def test_a_larger_story_has_boards_of_the_years_before(clock: Clock) -> None:
    mira = begin(clock, "medium")
    boards = mira.get("/members/me/boards", fields="name")
    assert len(boards) == 5
    assert len(mira.get(f"/boards/{boards[-1]['id']}/cards", fields="name")) == 500
