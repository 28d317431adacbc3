"""Meetings and tasks in the making: what is typed, what is asked, what leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account
from loopdesk.core.items import Answer
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.ui import repeats
from loopdesk.ui.meeting_editor import Calendars, Draft, MeetingEditor, Plan, Question
from loopdesk.ui.new_task import NewTask
from tests.ui.rows import ACCOUNT, ADA, JONAS, MIRA, ZONE, StillClock, meeting

OWNER = Account(ACCOUNT, "google", "Mira", MIRA.address, "1")
CALENDARS = (
    (OWNER, Place(MIRA.address, "calendar", "Mira Dahl", default=True, role="owner")),
    (OWNER, Place("team", "calendar", "Team", role="writer")),
    (OWNER, Place("holidays", "calendar", "Holidays", role="reader")),
)
LISTS = (
    (OWNER, Place("other", "list", "Home")),
    (OWNER, Place("mine", "list", "My tasks", default=True)),
)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def editor(qtbot: QtBot) -> MeetingEditor:
    editor = MeetingEditor(StillClock(), ZONE)
    qtbot.addWidget(editor)
    editor.resize(520, 900)
    editor.show()
    qtbot.waitExposed(editor)
    return editor


def review(**facts: object) -> Row:
    row = meeting("Design review", answer=Answer.ACCEPTED)
    assert row.meeting is not None
    there = replace(
        row.meeting,
        start_at=at(10),
        end_at=at(10, 30),
        calendar=MIRA.address,
        organizer=MIRA,
        join_url="",
        location="Fjord",
        **facts,  # type: ignore[arg-type]
    )
    actions = ("edit", "reschedule", "cancel", "propose")
    return replace(row, at=at(10), actions=actions, meeting=there)


def sent(qtbot: QtBot, editor: MeetingEditor | NewTask) -> Plan:
    with qtbot.waitSignal(editor.ready) as came:
        editor.submit()
    assert came.args is not None
    plan = came.args[0]
    assert isinstance(plan, Plan)
    return plan


def begin(editor: MeetingEditor, draft: Draft, calendars: Calendars = CALENDARS) -> None:
    editor.begin(draft)
    editor.offer(calendars)


def write(box: QLineEdit, text: str) -> None:
    """Type into a box as a person does, and go on to the next."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    box.editingFinished.emit()


def test_a_meeting_by_keyboard_alone(qtbot: QtBot, editor: MeetingEditor) -> None:
    begin(editor, Draft())
    QTest.keyClicks(editor._title, "Budget")
    write(editor._day, "fri 14:00")
    assert editor._day.text() == "Fri 27 Nov"
    assert (editor._start.text(), editor._end.text()) == ("14:00", "14:30")
    QTest.keyClicks(editor._guests.box, "ada@northwind.test")
    QTest.keyClick(editor._guests.box, Qt.Key.Key_Return)
    assert [who.address for who in editor._guests.people()] == [ADA.address]
    QTest.keyClicks(editor._place, "Fjord")
    assert editor.touched
    assert editor.note.text() == "An invitation goes to 1 person"
    with qtbot.waitSignal(editor.ready) as came:
        QTest.keyClick(editor._place, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert came.args == [
        Plan(
            ACCOUNT,
            (
                (
                    "meet",
                    Arguments(
                        subject="Budget",
                        to=(ADA.address,),
                        at=at(14, day=27),
                        until=at(14, 30, day=27),
                        place=MIRA.address,
                        location="Fjord",
                        call=True,  # as with everybody who is invited, until it is turned off
                    ),
                ),
            ),
        )
    ]
    assert not editor.touched


def test_the_end_follows_the_start_and_may_be_a_length(editor: MeetingEditor) -> None:
    begin(editor, Draft("x", at(10), at(11)))
    write(editor._start, "13")
    assert (editor._start.text(), editor._end.text()) == ("13:00", "14:00")
    write(editor._end, "45 min")
    assert editor._end.text() == "13:45"
    QTest.keyClick(editor._start, Qt.Key.Key_Up)
    assert (editor._start.text(), editor._end.text()) == ("13:15", "14:00")
    QTest.keyClick(editor._end, Qt.Key.Key_Down)
    assert editor._end.text() == "13:45"
    editor._length_picker.picked.emit(timedelta(hours=2))
    assert editor._end.text() == "15:15"


def test_twelve_hours_where_the_person_has_them(qtbot: QtBot, editor: MeetingEditor) -> None:
    QLocale.setDefault(QLocale("en_US"))
    begin(editor, Draft("x", at(10), at(11)))
    write(editor._start, "2:30 pm")
    assert editor._times() == (at(14, 30), at(15, 30))
    assert editor._start.text().endswith("PM")


@pytest.mark.parametrize(
    ("box", "text", "said"),
    [
        ("_day", "some day", "The day is not understood"),
        ("_start", "late", "The time is not understood"),
        ("_end", "soon", "The time is not understood"),
        ("_end", "9:00", "It ends before it begins"),
    ],
)
def test_what_is_not_understood_says_so_and_cannot_be_sent(
    qtbot: QtBot, editor: MeetingEditor, box: str, text: str, said: str
) -> None:
    begin(editor, Draft("x", at(22), at(22, 30)))
    if text == "9:00":
        begin(editor, Draft("x", at(20), at(20, 30)))
    write(getattr(editor, box), text)
    assert said in editor.note.text()
    assert not editor.send_button.isEnabled()
    with qtbot.assertNotEmitted(editor.ready):
        editor.submit()


def test_what_ends_past_midnight_ends_on_the_next_day(editor: MeetingEditor) -> None:
    begin(editor, Draft("x", at(22), at(23)))
    write(editor._end, "1:30")
    assert editor._times() == (at(22), at(1, 30, day=25))


def test_the_hour_that_is_not_there(editor: MeetingEditor) -> None:
    """Half past two on the last Sunday of March is half past three."""
    begin(editor, Draft("x", at(10), at(11)))
    write(editor._day, "2027-03-28")
    write(editor._start, "2:30")
    begins = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert editor._times() == (begins, begins + timedelta(hours=1))


def test_whole_days(qtbot: QtBot, editor: MeetingEditor) -> None:
    begin(editor, Draft("Fair", at(10), at(11)))
    editor._all_day.click()
    write(editor._day, "3 Dec")
    write(editor._until, "4 Dec")
    ((name, given),) = sent(qtbot, editor).orders
    assert (name, given.on, given.until_on) == ("meet", date(2026, 12, 3), date(2026, 12, 5))
    assert given.at is given.until is None
    write(editor._until, "1 Dec")
    assert editor.note.text() == "It ends before it begins"


def test_a_series_follows_its_meeting_to_another_day(qtbot: QtBot, editor: MeetingEditor) -> None:
    begin(editor, Draft("Weekly", at(10), at(11)))
    editor._repeat.choose("FREQ=WEEKLY;BYDAY=TU")
    write(editor._day, "thu")
    assert editor._repeat.text() == "Every Thursday"
    ((_, given),) = sent(qtbot, editor).orders
    assert given.repeats == "FREQ=WEEKLY;BYDAY=TH"


def test_a_rule_of_ones_own_is_checked(qtbot: QtBot, editor: MeetingEditor) -> None:
    begin(editor, Draft("Odd", at(10), at(11)))
    editor._repeat._pick("custom")
    assert editor._rule.isVisible()
    QTest.keyClicks(editor._rule, "FREQ=SOMETIMES")
    assert editor.note.text() == "That is no rule that a calendar understands"
    editor._rule.clear()
    QTest.keyClicks(editor._rule, "RRULE:FREQ=DAILY;COUNT=3")
    assert editor.note.text() == "Every day, 3 times"
    ((_, given),) = sent(qtbot, editor).orders
    assert repeats.is_rule(given.repeats)


def test_only_calendars_that_can_be_written_to(editor: MeetingEditor) -> None:
    begin(editor, Draft())
    assert [text for text, _, _ in editor._calendar._offered] == ["Mira Dahl", "Team"]
    begin(editor, Draft("x"), CALENDARS[2:])
    assert editor.note.text() == "There is no calendar that you may write to"


def test_only_what_changed_is_sent(qtbot: QtBot, editor: MeetingEditor) -> None:
    row = review(reminders=(10,))
    editor.change(CALENDARS, row, "Three things")
    assert sent(qtbot, editor).orders == ()
    editor.change(CALENDARS, row, "Three things")
    write(editor._start, "11")
    plan = sent(qtbot, editor)
    assert plan.row == row
    assert plan.orders == (("reschedule", Arguments(at=at(11), until=at(11, 30))),)
    editor.change(CALENDARS, row, "Three things")
    editor._place.clear()
    editor._notes.setPlainText("Two things")
    editor._guests._field.chips[0].removed.emit()
    ((name, given),) = sent(qtbot, editor).orders
    assert name == "edit"
    assert given == Arguments(
        text="Two things",
        to=("Priya Shah <priya@northwind.test>",),
        cleared=("location",),
    )


def test_a_change_of_a_series_asks_how_much_is_meant(qtbot: QtBot, editor: MeetingEditor) -> None:
    editor.change(CALENDARS, review(series="s1"), "")
    assert editor._series_line.isVisible()
    QTest.keyClicks(editor._title, " now")
    editor._which._pick(True)
    ((_, given),) = sent(qtbot, editor).orders
    assert given.series
    begin(editor, Draft())
    assert not editor._series_line.isVisible()


def test_a_proposal_is_a_time_and_why(qtbot: QtBot, editor: MeetingEditor) -> None:
    row = review()
    editor.propose(CALENDARS, row)
    assert not editor._title.isVisible()
    assert not editor._guests.isVisible()
    assert not editor.send_button.isEnabled()  # it is at this time already
    write(editor._day, "tomorrow")
    editor._notes.setPlainText("On the train")
    assert sent(qtbot, editor).orders == (
        (
            "propose",
            Arguments(at=at(10, day=25), until=at(10, 30, day=25), text="On the train"),
        ),
    )
    begin(editor, Draft())
    assert editor._title.isVisible()


def test_who_has_time_is_asked_said_and_worked_around(qtbot: QtBot, editor: MeetingEditor) -> None:
    with qtbot.waitSignal(editor.busy_asked) as came:
        begin(editor, Draft("x", at(10), at(11), guests=(ADA, JONAS)))
    assert came.args is not None
    (question,) = came.args
    assert isinstance(question, Question)
    assert question.people == (ADA.address, JONAS.address)
    assert question.start_at <= at(10) < question.end_at
    editor.show_busy({ADA.address: [(at(10, 30), at(12))], JONAS.address: None})
    said = _lines(editor)
    assert said == ["Ada Okafor, Busy 10:30 to 12:00", "Jonas Lind, Not known"]
    qtbot.waitUntil(lambda: bool(_offers(editor)))
    assert _offers(editor)[0].text() == "Today 12:00"
    # Pressing it leaves a field whose words are taken then.
    editor.activateWindow()
    editor._day.setFocus()
    qtbot.waitUntil(editor._day.hasFocus)
    offer, handle = _offers(editor)[0], editor.window().windowHandle()
    assert handle is not None
    there = offer.mapTo(editor.window(), offer.rect().center())
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=there)
    assert editor._times() == (at(12), at(13))
    assert not editor._offers_line.isVisible()
    assert _lines(editor) == ["Ada Okafor, Free", "Jonas Lind, Not known"]


def _offers(editor: MeetingEditor) -> list[QPushButton]:
    return [b for b in editor._offers_line.findChildren(QPushButton) if b.isVisible()]


def _lines(editor: MeetingEditor) -> list[str]:
    """Return what is said of each guest's time."""
    lines = editor._guests._lines
    shown = (lines.itemAt(number) for number in range(lines.count()))
    widgets = (item.widget() for item in shown if item is not None)
    return [line.accessibleName() for line in widgets if line is not None]


def test_a_guest_that_is_no_address_is_not_lost(qtbot: QtBot, editor: MeetingEditor) -> None:
    begin(editor, Draft("x", at(10), at(11)))
    QTest.keyClicks(editor._guests.box, "somebody")
    with qtbot.assertNotEmitted(editor.ready):
        editor.submit()
    assert editor.note.text() == "What is typed among the guests is no address"


def test_a_task_in_the_making(qtbot: QtBot) -> None:
    form = NewTask(StillClock(), ZONE)
    qtbot.addWidget(form)
    form.show()
    form.begin(title="Contract for Halden", notes="https://mail.test/1")
    assert not form.send_button.isEnabled()
    form.offer(LISTS)
    write(form._due, "friday")
    assert form._due.text() == "Fri 27 Nov"
    assert sent(qtbot, form).orders == (
        (
            "task",
            Arguments(
                subject="Contract for Halden",
                text="https://mail.test/1",
                on=date(2026, 11, 27),
                place="mine",
            ),
        ),
    )
    write(form._due, "some day")
    assert not form.send_button.isEnabled()
    form.begin(title="x")
    form.offer(())
    assert form.note.text() == "No list of tasks is connected"


def test_esc_asks_to_leave(qtbot: QtBot, editor: MeetingEditor) -> None:
    begin(editor, Draft())
    for part in (editor._title, editor._notes, editor._start):
        with qtbot.waitSignal(editor.left):
            QTest.keyClick(part, Qt.Key.Key_Escape)


def test_the_first_time_is_the_next_half_hour(editor: MeetingEditor) -> None:
    begin(editor, Draft())
    times = editor._times()
    assert times is not None
    assert times[0].astimezone(ZONE).time() == time(10)
