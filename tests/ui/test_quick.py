"""The quick pane: everything that needs you now, done by keyboard, without the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import State
from loopdesk.core.items import Answer, ItemId
from loopdesk.core.rows import Section
from loopdesk.desk.listing import View
from loopdesk.ui.main import Main
from loopdesk.ui.quick import QuickPane
from loopdesk.ui.session import Profile as Whose
from loopdesk.ui.toast import Toast
from tests.ui.conftest import SERVICES, Profile
from tests.ui.rows import ZONE

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def quick(profile: Profile, qtbot: QtBot) -> QuickPane:
    made = QuickPane(profile.bridge, ZONE)
    qtbot.addWidget(made)
    made.pop_up(QRect())
    qtbot.waitUntil(lambda: len(made.rows) == 2)
    qtbot.waitUntil(made.isActiveWindow)
    return made


def go_to(quick: QuickPane, item: str) -> None:
    at = [row.row.id for row in quick.rows].index(ItemId(item))
    QTest.keyClicks(quick, "k" * len(quick.rows) + "j" * at)
    here = quick.current()
    assert here is not None
    assert here.row.id == item


def test_it_shows_what_needs_the_person_now_and_counts_it(profile: Profile, qtbot: QtBot) -> None:
    quick = QuickPane(profile.bridge, ZONE)
    qtbot.addWidget(quick)
    with qtbot.waitSignal(quick.counted) as counted:
        quick.pop_up(QRect())
    assert counted.args == [2]
    assert {row.row.id for row in quick.rows} == {profile.contract, profile.review}


def test_a_mail_is_answered_and_the_answer_taken_back(
    quick: QuickPane, profile: Profile, qtbot: QtBot
) -> None:
    go_to(quick, profile.contract)
    QTest.keyClick(quick, Qt.Key.Key_R)
    row = quick.current()
    assert row is not None
    assert row.box.hasFocus()
    QTest.keyClicks(row.box, "You have my yes")
    with qtbot.waitSignal(profile.bridge.acted):
        QTest.keyClick(row.box, Qt.Key.Key_Return, CTRL)
    (action,) = profile.desk.outbox()
    assert (action.name, action.arguments.text) == ("reply", "You have my yes")
    with qtbot.waitSignal(profile.bridge.acted):
        QTest.keyClick(quick, Qt.Key.Key_Z)
    assert profile.desk.outbox() == ()


@pytest.mark.parametrize(
    ("key", "answer"),
    [("y", Answer.ACCEPTED), ("Y", Answer.TENTATIVE), ("N", Answer.DECLINED)],
)
def test_a_meeting_is_answered_by_one_key(
    quick: QuickPane, profile: Profile, qtbot: QtBot, key: str, answer: Answer
) -> None:
    go_to(quick, profile.review)
    with qtbot.waitSignal(profile.bridge.acted):
        held = SHIFT if key.isupper() else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(quick, Qt.Key(ord(key.upper())), held)
    meeting = profile.desk.row(profile.review).meeting
    assert meeting is not None
    assert meeting.answer is answer
    assert [one.answer for one in meeting.attendees if one.me] == [answer]


def test_the_mail_of_what_is_finished_is_archived_by_one_key_more(
    quick: QuickPane, profile: Profile, qtbot: QtBot
) -> None:
    mail = profile.invite()
    toast = quick.findChild(Toast)
    assert isinstance(toast, Toast)
    go_to(quick, profile.review)
    QTest.keyClick(quick, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: toast.offering)
    assert toast.text.text() == "Your answer leaves in 10 s"
    assert (toast.offer_button.text(), toast.offer_keycap.text()) == (
        "Archive its mail too",
        "Shift+M",
    )
    assert toast.width() <= quick.width()
    assert [action.name for action in profile.desk.outbox()] == ["accept"]  # never by itself
    with qtbot.waitSignal(profile.bridge.acted):
        QTest.keyClick(quick, Qt.Key.Key_M, SHIFT)
    assert [(one.name, one.item) for one in profile.desk.outbox()][1:] == [("archive", mail)]
    assert not toast.offering
    with qtbot.waitSignal(profile.bridge.acted):
        QTest.keyClick(quick, Qt.Key.Key_Z)
    assert [action.name for action in profile.desk.outbox()] == ["accept"]
    assert mail not in [row.id for row in profile.desk.top().rows]
    QTest.keyClick(quick, Qt.Key.Key_M, SHIFT)
    assert toast.text.text() == "No mail is offered to be archived"


def test_a_row_is_snoozed_by_two_keys(quick: QuickPane, profile: Profile, qtbot: QtBot) -> None:
    go_to(quick, profile.contract)
    QTest.keyClick(quick, Qt.Key.Key_H)
    row = quick.current()
    assert row is not None
    assert row.choosing
    with qtbot.waitSignal(profile.bridge.acted):
        QTest.keyClick(row.times, Qt.Key.Key_3)
    (snoozed,) = profile.desk.top(view=View.SNOOZED).rows
    assert snoozed.id == profile.contract
    assert [row.row.id for row in quick.rows] == [profile.review]


def test_done_leaves_the_pane_and_o_opens_the_window(
    quick: QuickPane, profile: Profile, qtbot: QtBot
) -> None:
    go_to(quick, profile.review)
    with qtbot.waitSignals([quick.open_asked, quick.closed]):
        QTest.keyClick(quick, Qt.Key.Key_O)
    quick.pop_up(QRect())
    go_to(quick, profile.contract)
    with qtbot.waitSignal(profile.bridge.acted):
        QTest.keyClick(quick, Qt.Key.Key_E)
    assert [action.name for action in profile.desk.outbox()] == ["archive"]
    rows = profile.desk.top(section=Section.NOW).rows
    assert [row.id for row in rows] == [profile.review]


def test_what_was_written_and_not_sent_is_kept_as_a_draft(
    quick: QuickPane, profile: Profile, qtbot: QtBot
) -> None:
    go_to(quick, profile.contract)
    QTest.keyClick(quick, Qt.Key.Key_R)
    row = quick.current()
    assert row is not None
    QTest.keyClicks(row.box, "Later more")
    QTest.keyClick(row.box, Qt.Key.Key_Escape)
    with qtbot.waitSignal(quick.closed):
        QTest.keyClick(quick, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: profile.desk.letters.words(profile.contract) == "Later more")
    again = QuickPane(profile.bridge, ZONE)
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: "Later more" in [one.box.text() for one in again.rows])
    assert profile.desk.row(profile.contract).state is State.OK


def test_alone_it_ends_the_program_unless_the_window_is_asked_for(
    profile: Profile, qtbot: QtBot
) -> None:
    main = Main(profile.bridge, ZONE, SERVICES, Whose(), print)
    for widget in (main.quick, main.window):
        qtbot.addWidget(widget)
    main.show_quick_alone()
    main.quick.window_asked.emit()
    main.quick.hide()
    qtbot.waitUntil(main.window.isVisible)
    main.summon("quick")
    assert main.quick.isVisible()
    main.window.hide()
    with qtbot.waitSignal(main.left):
        main.quick.hide()
