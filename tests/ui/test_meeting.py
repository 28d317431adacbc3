"""A meeting in the reader: what it says, and what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Action, ActionId, Arguments, Target
from loopdesk.core.changes import Account
from loopdesk.core.items import Answer, Attendee, ItemId
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.ui import words
from loopdesk.ui.meeting import Answered, Beside, MeetingPart
from loopdesk.ui.text import Text, short
from tests.ui.rows import ACCOUNT, ADA, MIRA, NOW, ZONE, StillClock, meeting

OWNER = Account(ACCOUNT, "google", "Mira", MIRA.address, "1")


def part_of(qtbot: QtBot, row: Row) -> MeetingPart:
    assert row.meeting is not None
    part = MeetingPart(row, row.meeting, StillClock(), ZONE)
    qtbot.addWidget(part)
    part.show()
    return part


def said(part: MeetingPart) -> list[str]:
    return [label.text() for label in part.findChildren(QLabel) if label.isVisible()]


def buttons(part: MeetingPart) -> dict[str, QAbstractButton]:
    return {b.text(): b for b in part.findChildren(QAbstractButton) if b.isVisible() and b.text()}


def with_facts(**facts: object) -> Row:
    row = meeting("Design review")
    assert row.meeting is not None
    return replace(row, meeting=replace(row.meeting, **facts))  # type: ignore[arg-type]


def test_a_series_is_answered_once_or_whole(qtbot: QtBot) -> None:
    row = with_facts(series="s1", repeats="FREQ=WEEKLY;BYDAY=TU")
    part = part_of(qtbot, row)
    assert "Every Tuesday" in said(part)
    with qtbot.waitSignal(part.answered) as came:
        buttons(part)["Accept"].click()
    assert came.args == [Answered(row, "accept", "", series=False)]
    assert part._which is not None
    part._which._pick(True)
    with qtbot.waitSignal(part.answered) as came:
        buttons(part)["Accept"].click()
    assert came.args == [Answered(row, "accept", "", series=True)]


def test_a_long_address_never_makes_it_wider_than_a_narrow_reader(qtbot: QtBot) -> None:
    address = f"https://teams.test/l/meetup-join/19%3Ameeting_{'0' * 90}/0?context=1"
    part = part_of(qtbot, with_facts(join_url=address))
    text = Text(f"Plan <{address}>")
    qtbot.addWidget(text)
    assert max(part.minimumSizeHint().width(), text.minimumSizeHint().width()) <= 372
    link = buttons(part)[short(address.removeprefix("https://"), head=30, tail=6)]
    assert link.toolTip() == address


def test_a_series_without_its_rule_says_that_it_is_one(qtbot: QtBot) -> None:
    assert "One of a series" in said(part_of(qtbot, with_facts(series="s1")))


@pytest.mark.parametrize(
    ("reminders", "words_of_it"),
    [
        ((), "No reminder"),
        ((10,), "Reminder 10 min before"),
        ((60, 10), "Reminder 10 min and 1 h before"),
    ],
)
def test_reminders(qtbot: QtBot, reminders: tuple[int, ...], words_of_it: str) -> None:
    assert words_of_it in said(part_of(qtbot, with_facts(reminders=reminders)))


def test_who_made_it_changes_it_and_who_is_invited_asks(qtbot: QtBot) -> None:
    row = with_facts()
    mine = part_of(qtbot, replace(row, actions=("edit", "reschedule", "cancel", "propose")))
    assert {"Edit", "Move", "Cancel the meeting"} <= set(buttons(mine))
    assert "Propose another time" not in buttons(mine)
    assert "Accept" not in buttons(mine)
    asked: list[str] = []
    mine.asked.connect(asked.append)
    for text in ("Edit", "Move", "Cancel the meeting"):
        buttons(mine)[text].click()
    assert asked == ["do edit", "do reschedule", "do cancel"]
    invited = part_of(qtbot, replace(row, actions=("accept", "decline", "tentative", "propose")))
    assert "Propose another time" in buttons(invited)
    assert "Edit" not in buttons(invited)


def test_many_guests_are_shown_when_they_are_asked_for(qtbot: QtBot) -> None:
    guests = tuple(
        Attendee(Handle(f"Guest {n}", f"g{n}@x.test"), Answer.PENDING) for n in range(30)
    )
    part = part_of(qtbot, with_facts(attendees=guests))
    assert "Guest 11" in said(part)
    assert "Guest 12" not in said(part)
    buttons(part)["18 more"].click()
    qtbot.waitUntil(lambda: "Guest 29" in said(part))


def test_only_what_takes_the_persons_time_overlaps() -> None:
    row = with_facts()
    assert row.meeting is not None
    other = replace(row, id=ItemId("other"))

    def beside(**facts: object) -> Beside:
        assert other.meeting is not None
        there = replace(other, meeting=replace(other.meeting, **facts))  # type: ignore[arg-type]
        return Beside((row, there), ((OWNER, Place("", "calendar", "Mira")),))

    assert [one.id for one in beside().over(row)] == ["other"]
    assert not beside(busy=False).over(row)
    assert not beside(answer=Answer.DECLINED).over(row)
    assert row.meeting.end_at is not None
    after = row.meeting.end_at
    assert not beside(start_at=after, end_at=after + timedelta(hours=1)).over(row)


@pytest.mark.parametrize(
    ("name", "guests", "sentence"),
    [
        ("meet", (ADA.address,), "Invitations leave in {n} s"),
        ("meet", (), "The meeting is made in {n} s"),
        ("accept", (), "Your answer leaves in {n} s"),
        ("cancel", (), "Everybody is told in {n} s"),
        ("reply", (), "Sending in {n} s"),
    ],
)
def test_what_counts_down_says_what_it_does(
    name: str, guests: tuple[str, ...], sentence: str
) -> None:
    row = with_facts() if name == "cancel" else with_facts(attendees=())
    action = Action(ActionId("1"), ACCOUNT, row.id, name, Arguments(to=guests), Target(), NOW, NOW)
    assert words.leaving(row, action) == sentence
