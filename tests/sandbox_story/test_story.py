"""The story is the same for the same seed and time, believable at any hour, and sound as mail."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from loopdesk.sandbox import model, story
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.google.mail.store import MailStore
from loopdesk.sandbox.model import Json, Mail, World
from loopdesk.sandbox.story.cast import MIRA, MIRA_AT_HOME
from loopdesk.sandbox.story.moments import Moments, clock

OSLO = ZoneInfo("Europe/Oslo")
MORNING = datetime(2026, 11, 24, 9, 42, tzinfo=OSLO)
ANY_HOUR = [
    MORNING,
    datetime(2026, 11, 24, 0, 5, tzinfo=OSLO),
    datetime(2026, 11, 27, 16, 31, tzinfo=ZoneInfo("America/New_York")),
    datetime(2026, 11, 28, 21, 40, tzinfo=UTC),
    datetime(2027, 1, 1, 23, 58, 30, tzinfo=ZoneInfo("Asia/Kolkata")),
    datetime(2027, 3, 28, 12, 0, tzinfo=OSLO),
]


def read(mail: Mail) -> EmailMessage:
    parsed = message_from_bytes(mail.raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(mail: Mail) -> str:
    body = read(mail).get_body(("plain",))
    return str(body.get_content()) if body else ""


def everything(world: World) -> list[Mail]:
    beats = [beat.mail for beat in world.beats if beat.mail]
    return [mail for account in world.accounts for mail in account.mails] + beats


def own_words(mail: Mail) -> str:
    """Return the text without signature, quote and marks."""
    return re.split(r"\n(?:-- |On |_{8}|>)", text_of(mail))[0].strip()


def test_same_seed_and_time_give_the_same_bytes() -> None:
    first, second = (story.world(7, "small", MORNING) for _ in range(2))
    assert [m.raw for m in everything(first)] == [m.raw for m in everything(second)]
    assert [a.calendars for a in first.accounts] == [a.calendars for a in second.accounts]
    other = story.world(8, "small", MORNING)
    ids = {m.message_id for m in everything(first)}
    assert ids.isdisjoint(m.message_id for m in everything(other))


@pytest.mark.parametrize("now", ANY_HOUR[::2], ids=str)
def test_every_mail_is_sound_and_lies_in_the_past(now: datetime) -> None:
    world = story.world(1, "small", now)
    for account in world.accounts:
        assert [m.at for m in account.mails] == sorted(m.at for m in account.mails)
        assert all(mail.at <= now for mail in account.mails)
        assert all(mail.at > now - timedelta(days=185) for mail in account.mails)
    seen = Counter(mail.message_id for mail in everything(world))
    assert max(seen.values()) == 1
    for mail in everything(world):
        parsed = read(mail)
        assert not [fault for part in parsed.walk() for fault in part.defects]
        assert parsed["Message-ID"] == f"<{mail.message_id}>"
        assert abs(parsed["Date"].datetime - mail.at) < timedelta(seconds=1)
        for part in parsed.walk():
            if part.get_content_maintype() == "text":
                part.get_content()


@pytest.mark.parametrize("now", ANY_HOUR, ids=str)
def test_what_needs_mira_now_is_there_at_any_hour(now: datetime) -> None:
    world = story.world(1, "small", now)
    mira = world.accounts[0]
    events = {event["summary"]: event for event in mira.calendars[0].events}

    review = events["Design review"]
    starts_in = datetime.fromisoformat(review["start"]["dateTime"]) - now
    assert timedelta(minutes=15) <= starts_in <= timedelta(minutes=21)
    assert _answer(review) == "needsAction"
    assert review["hangoutLink"].startswith("https://meet.google.com/")

    call = datetime.fromisoformat(events["Halden call"]["start"]["dateTime"])
    assert now + timedelta(minutes=45) < call < now + timedelta(hours=11)
    assert _answer(events["Halden call"]) == "accepted"

    newest = mira.mails[-1]
    assert newest.labels >= {"INBOX", "UNREAD"}
    assert read(newest)["From"].addresses[0].addr_spec == "ada@northwind.test"
    # The hour that texts name is the hour at which the calendar shows the call.
    asked = text_of(newest)
    assert f"I need your yes before the {call:%H:%M} call" in asked
    assert Moments(now).call_word in str(read(newest)["Subject"])


def test_threads_hold_together_by_their_headers() -> None:
    for account in story.world(1, "small", MORNING).accounts:
        threads: dict[str | None, list[Mail]] = defaultdict(list)
        for mail in account.mails:
            threads[mail.thread].append(mail)
        assert {len(mails) for mails in threads.values()} >= (
            {1, 2, 3, 5, 8} if account.address == MIRA.address else {1, 3}
        )
        for mails in threads.values():
            subjects = {str(read(mail)["Subject"]).removeprefix("Re: ") for mail in mails}
            assert len(subjects) == 1
            for before, mail in pairwise(mails):
                assert read(mail)["In-Reply-To"] == f"<{before.message_id}>"
                assert str(read(mail)["References"]).split()[-1] == f"<{before.message_id}>"


def test_the_mailbox_holds_every_kind_of_mail() -> None:
    mira = story.world(1, "small", MORNING).accounts[0]
    threads = {mail.thread for mail in mira.mails}
    sent = [mail for mail in mira.mails if "SENT" in mail.labels]
    assert 110 <= len(threads) <= 150
    assert 200 <= len(mira.mails) <= 280
    # Enough to learn from: whom Mira answers, and how fast.
    answered = Counter(address.addr_spec for m in sent for address in read(m)["To"].addresses)
    assert answered["ada@northwind.test"] >= 10
    assert len(answered) >= 12
    labels = Counter(label for mail in mira.mails for label in mail.labels)
    for label in ("UNREAD", "STARRED", "SPAM", "TRASH", "DRAFT", "CATEGORY_PROMOTIONS"):
        assert labels[label]
    assert {label.id for label in mira.labels} <= set(labels)

    raw = b"\n".join(mail.raw for mail in mira.mails)
    for mark in (
        *(b"charset=iso-8859-1", b"charset=iso-8859-2", b"quoted-printable", b"base64"),
        *(b"application/pdf", b"text/csv", b"image/png", b"wordprocessingml", b"Content-ID:"),
        *(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Id:", b"text/calendar"),
        *(b"Auto-Submitted: auto-replied", b"message/delivery-status", b"dmarc=fail"),
    ):
        assert mark in raw
    subjects = " ".join(str(read(mail)["Subject"]) for mail in mira.mails)
    for script in ("[ぁ-んァ-ン]", "[؀-ۿ]", "[\u0391-\u03c9]", "[\U0001f300-\U0001faff]"):
        assert re.search(script, subjects)


def test_no_two_people_write_the_same_text() -> None:
    mira = story.world(1, "small", MORNING).accounts[0]
    said = Counter(words for mail in mira.mails if len(words := own_words(mail)) > 20)
    assert [words for words, times in said.items() if times > 1] == []
    assert "{" not in "".join(said)


def test_calendars_hold_every_kind_of_meeting() -> None:
    work, home = story.world(1, "small", MORNING).accounts
    own, team = (calendar.events for calendar in work.calendars)
    assert work.calendars[0].entry["primary"]
    assert {_answer(event) for event in own} >= {"needsAction", "accepted", "tentative", ""}
    assert {event["status"] for event in own} == {"confirmed", "cancelled"}
    zones = {event["start"].get("timeZone") for event in own}
    assert zones >= {"Europe/Oslo", "Asia/Tokyo", "Europe/Athens"}
    assert any("date" in event["start"] for event in own)
    assert any("date" in event["start"] for event in team)
    series = {event["id"] for event in own if "recurrence" in event}
    assert {event["recurringEventId"] for event in own if "recurringEventId" in event} <= series
    ids = [event["id"] for event in own + team]
    assert len(ids) == len(set(ids))
    # The private account knows of something at the same time as the design review.
    review = next(event for event in own if event["summary"] == "Design review")
    school = next(e for e in home.calendars[0].events if e["summary"] == "School call")
    assert review["start"]["dateTime"] < school["start"]["dateTime"] < review["end"]["dateTime"]


def test_the_services_can_hold_it() -> None:
    world = story.world(1, "small", MORNING)
    assert [account.address for account in world.accounts] == [MIRA.address, MIRA_AT_HOME.address]
    store = CalendarStore(world.accounts[0].calendars[0], MORNING)
    week = list(store.singles(MORNING - timedelta(days=1), MORNING + timedelta(days=7)))
    assert 30 <= len(week) <= 50
    boxes = [MailStore(account) for account in world.accounts]
    assert [len(box.threads) for box in boxes] == [137, 5]


def archive_of(size: str) -> model.Archive:
    archive = story.world(1, size, MORNING).accounts[0].archive
    assert archive is not None
    return archive


def test_medium_is_whole_and_any_mail_of_it_can_be_asked_for() -> None:
    archive = archive_of("medium")
    mails = [archive[number] for number in range(len(archive))]
    assert len(mails) == 20_000
    assert [mail.at for mail in mails] == sorted(mail.at for mail in mails)
    assert mails[-1].at <= MORNING
    ids = {mail.message_id for mail in mails}
    assert len(ids) == len(mails)
    threads: dict[str | None, list[int]] = {}
    for number, mail in enumerate(mails):
        threads.setdefault(mail.thread, []).append(number)
        assert archive.labels_of(number) == mail.labels <= archive.labels
    assert len(threads) == archive.threads
    assert max(map(len, threads.values())) <= 8
    for numbers in threads.values():
        assert tuple(numbers) == archive.thread(numbers[-1])
    again = archive_of("medium")
    for index in range(0, len(mails), 997):
        assert again[index].raw == mails[index].raw
        parsed = read(mails[index])
        assert parsed["Message-ID"] == f"<{mails[index].message_id}>"
        if answered := parsed["In-Reply-To"]:
            assert str(answered).strip("<>") in ids


def test_large_costs_nothing_until_it_is_read() -> None:
    archive = archive_of("large")
    assert len(archive) == 1_000_000
    middle = archive[500_000]
    assert read(middle)["Message-ID"] == f"<{middle.message_id}>"
    assert archive[499_999].at <= middle.at <= archive[500_001].at
    with pytest.raises(IndexError):
        archive[1_000_000]


def test_the_story_goes_on() -> None:
    world = story.world(1, "small", MORNING)
    after = [beat.after for beat in world.beats]
    assert after == sorted(after)
    arriving = next(beat for beat in world.beats if beat.mail)
    assert arriving.after == timedelta(seconds=20)
    first = arriving.mail
    assert first is not None
    assert "@Mira" in text_of(first)
    assert first.labels == {"INBOX", "UNREAD"}
    changed = next(beat.event for beat in world.beats if beat.event)
    known = {event["id"] for event in world.accounts[0].calendars[0].events}
    assert changed["id"] in known


def test_who_is_written_to_answers() -> None:
    world = story.world(1, "small", MORNING)
    (beat,) = world.answer(_letter("Ada <ada@northwind.test>"), MIRA.address, MORNING)
    assert beat.address == MIRA.address
    assert timedelta(seconds=3) <= beat.after <= timedelta(seconds=20)
    assert beat.mail is not None
    answer = read(beat.mail)
    assert answer["In-Reply-To"] == "<mine@northwind.test>"
    assert str(answer["References"]).split() == ["<theirs@northwind.test>", "<mine@northwind.test>"]
    assert answer["Subject"] == "Re: Grüße"
    assert answer["To"].addresses[0].addr_spec == MIRA.address


def test_nobody_answers_for_an_address_that_nobody_has() -> None:
    world = story.world(1, "small", MORNING)
    (beat,) = world.answer(_letter("nobody@northwind.test"), MIRA.address, MORNING)
    assert beat.mail is not None
    assert read(beat.mail)["X-Failed-Recipients"] == "nobody@northwind.test"
    assert world.answer(_letter("somebody@elsewhere.test"), MIRA.address, MORNING) == []
    assert world.answer(_letter(MIRA.address), MIRA.address, MORNING) == []


def test_moments_know_working_days() -> None:
    monday = Moments(datetime(2026, 11, 23, 9, 0, tzinfo=OSLO))
    assert monday.workday(1, "10:00").date().isoformat() == "2026-11-20"
    assert monday.workday(-5, "10:00").date().isoformat() == "2026-11-30"
    # Nobody writes at four in the morning.
    assert "17:00" <= clock(Moments(MORNING).earlier(6)) <= "20:00"


def _answer(event: Json) -> str:
    guests = (one for one in event.get("attendees", []) if one["email"] == MIRA.address)
    return next((str(guest["responseStatus"]) for guest in guests), "")


def _letter(to: str) -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = MIRA.address
    letter["To"] = to
    letter["Subject"] = "Grüße"
    letter["Message-ID"] = "<mine@northwind.test>"
    letter["In-Reply-To"] = letter["References"] = "<theirs@northwind.test>"
    letter.set_content("Yes.")
    return letter.as_bytes()
