"""Mira's second mailbox and chats: how they hang together with the rest of the story."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loopdesk.sandbox import story
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story import office_files, teams
from loopdesk.sandbox.story.cast import MIRA, MIRA_AT_HARBOURLINE, NILS, OMAR
from loopdesk.sandbox.story.outlook import TENANT

MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Europe/Oslo"))
ME = MIRA_AT_HARBOURLINE.address


@pytest.fixture(scope="module")
def world() -> World:
    return story.world(1, "small", MORNING)


@pytest.fixture(scope="module")
def state(world: World) -> Any:
    return Sandbox(lambda: MORNING, world=world).state()


@pytest.fixture(scope="module")
def rows(state: Any) -> list[Any]:
    return list(state["microsoft"]["messages"])


def test_the_mailbox_is_a_small_working_one(rows: list[Any]) -> None:
    where = {row["folder"] for row in rows}
    assert where >= {
        "inbox", "sentitems", "drafts", "archive", "junkemail", "deleteditems", "Berths", "Visits",
    }  # fmt: skip
    assert 50 <= len(rows) <= 100
    assert {category for row in rows for category in row["categories"]} >= {"Halden", "Travel"}
    assert any(row["flag"] == "flagged" for row in rows)
    assert all(row["subject"] and row["message_id"] for row in rows)
    # Nothing lies in the future.
    assert all(datetime.fromisoformat(row["at"]) <= MORNING for row in rows)


def test_mails_and_chats_point_at_what_other_services_hold(rows: list[Any], state: Any) -> None:
    texts = " ".join(row["text"] + row["html"] for row in rows)
    for key in (office_files.PLAN, office_files.AGENDA):
        assert escape(office_files.link(key)) in texts
    documents = {file["id"] for file in state["google"]["files"]}
    assert any(key in texts for key in documents)
    assert teams.link(teams.PLAN_CHAT, TENANT) in texts
    said = [message for chat in state["microsoft"]["chats"] for message in chat["messages"]]
    assert any(key in message["text"] for message in said for key in documents)
    assert any("Halden" in message["text"] for message in said)
    at_google = {row["headers"].get("Message-ID", "")[1:-1] for row in state["google"]["messages"]}
    assert {row["message_id"] for row in rows} & at_google
    referred = {reference for row in rows for reference in row["references"]}
    assert referred & at_google


def test_invitations_belong_to_meetings_of_the_calendar(world: World, state: Any) -> None:
    (office,) = world.offices
    uids = {event["iCalUId"] for event in state["microsoft"]["events"]}
    kinds = {}
    for mail in office.mails:
        for part in message_from_bytes(mail.raw).walk():
            if part.get_content_type() == "text/calendar":
                text = part.get_payload(decode=True)
                assert isinstance(text, bytes)
                lines = text.decode().replace("\r\n ", "").splitlines()
                uid = next(line[4:] for line in lines if line.startswith("UID:"))
                kinds[uid] = part.get_param("method")
    assert len(kinds) == 3
    assert kinds.keys() <= uids


def test_a_task_is_made_of_one_of_the_mails(rows: list[Any], state: Any) -> None:
    links = [link for task in state["microsoft"]["tasks"] for link in task["linkedResources"]]
    subjects = {row["subject"] for row in rows}
    assert any(link["displayName"] in subjects for link in links)


def test_outlook_vouches_for_who_sent_a_mail(world: World) -> None:
    (office,) = world.offices
    word = {
        mail["Subject"]: str(mail["Authentication-Results"])
        for mail in (message_from_bytes(one.raw) for one in office.mails)
    }
    assert "dmarc=pass" in word["A bad day, as you wished"]
    assert "dmarc=fail" in word["You are the ONE MILLIONTH berth"]
    assert not any("mx.google.com" in each for each in word.values())


def test_large_sizes_are_made_when_they_are_read() -> None:
    box = story.world(1, "medium", MORNING).offices[0]
    assert len(box.mails) > 1_000
    assert [mail.at for mail in box.mails] == sorted(mail.at for mail in box.mails)
    oldest = message_from_bytes(box.mails[0].raw)
    assert oldest["Message-ID"] == f"<{box.mails[0].message_id}>"


def test_who_is_written_to_at_harbourline_answers_there(world: World) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = ME, NILS.address, "Night line"
    letter["Message-ID"] = "<mine@harbourline.test>"
    letter.set_content("Yes.")
    (beat,) = world.answer(letter.as_bytes(), ME, MORNING)
    assert beat.address == ME
    (heard,) = world.hear(teams.PLAN_CHAT, "I tell them", ME, MORNING)
    assert heard.said is not None
    assert heard.said[1].by.address == OMAR.address
    assert world.hear(teams.PLAN_CHAT, "I tell them", NILS.address, MORNING) == []


def test_the_story_goes_on_in_both_places() -> None:
    now = MORNING
    place = Sandbox(lambda: now, live=True)
    now += timedelta(minutes=3)
    place.go_on(now)
    found = place.state()["microsoft"]
    assert "The Sula is late again" in {row["subject"] for row in found["messages"]}
    texts = [message["text"] for chat in found["chats"] for message in chat["messages"]]
    assert "The Sula is late again. Who is surprised?" in texts
    assert MIRA.address not in {row["account"] for row in found["messages"]}
