"""The toast says what is about to leave, truly, and never where its key would type a letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import Action, ActionId, Arguments, Failure, Inverse, State, Target
from loopdesk.ui import words
from loopdesk.ui.bridge import Acted
from loopdesk.ui.notices import Notices
from loopdesk.ui.toast import Toast
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, NOW, StillClock

THIS = ActionId("this")


def action(state: State, failure: Failure | None = None) -> Action:
    made = Action(THIS, ACCOUNT, None, "reply", Arguments(), Target(), NOW, NOW, state)
    return replace(made, error=failure)


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(600, 400)
    QVBoxLayout(made).addWidget(QLineEdit())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_it_counts_down_to_the_moment_of_leaving(over: QWidget, qtbot: QtBot) -> None:
    clock = StillClock()
    toast = Toast(over, clock.now)
    toast.count_down(THIS, NOW + timedelta(seconds=8))
    assert toast.text.text() == "Sending in 8 s"
    clock.move(3)
    qtbot.waitUntil(lambda: toast.text.text() == "Sending in 5 s")
    with qtbot.waitSignal(toast.send_now) as asked:
        toast.send_button.click()
    assert asked.args == [THIS]
    clock.move(5)
    qtbot.waitUntil(lambda: toast.text.text() == "Sending")
    assert toast.send_button.isHidden()
    toast.settle(action(State.SENT))
    assert toast.text.text() == "Sent"
    assert toast.current is None


def test_what_is_deleted_or_changed_at_once_is_not_called_sent(over: QWidget) -> None:
    toast = Toast(over, StillClock().now)
    later = NOW + timedelta(seconds=8)
    for name, said in (
        ("delete", "Delete now"),
        ("edit", "Change now"),
        ("meet", "Make it now"),
        ("reply", "Send now"),
    ):
        waits = replace(action(State.WAITING), name=name)
        toast.count_down(THIS, later, hasten=words.at_once(waits))
        assert toast.send_button.text() == said
    toast.settle(action(State.SENT))
    assert toast.text.text() == "Sent"
    toast.count_down(THIS, later)
    toast.settle(replace(action(State.SENT), name="reschedule"))
    assert toast.text.text() == "Moved"
    toast.count_down(THIS, later)
    assert toast.send_button.text() == "Send now"


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (action(State.REFUSED, Failure("conflict")), "Not sent"),
        (action(State.WAITING, Failure("offline", remedy="wait")), "with the network"),
    ],
)
def test_it_says_what_became_of_it(over: QWidget, qtbot: QtBot, outcome: Action, said: str) -> None:
    toast = Toast(over, StillClock().now)
    toast.count_down(THIS, NOW)
    toast.settle(outcome)
    assert said in toast.text.text()


def test_its_key_shows_only_where_it_works(over: QWidget, qtbot: QtBot) -> None:
    toast = Toast(over, StillClock().now)
    (field,) = over.findChildren(QLineEdit)
    field.clearFocus()
    toast.say("Archived", undo=THIS)
    assert not toast.keycap.isHidden()
    field.setFocus()
    assert toast.keycap.isHidden()
    field.clearFocus()
    assert not toast.keycap.isHidden()
    assert toast.width() >= toast.sizeHint().width(), "it has room for its key, too"
    toast.offer_keys(False)
    assert toast.keycap.isHidden()


def test_undo_takes_back_what_the_desk_wrote(over: QWidget, profile: Profile, qtbot: QtBot) -> None:
    toast = Toast(over, profile.clock.now)
    Notices(profile.bridge, toast)
    row = profile.desk.row(profile.contract)
    with qtbot.waitSignal(profile.bridge.acted):
        profile.bridge.act("reply", row, Arguments(text="Yes"))
    assert toast.text.text() == "Sending in 10 s"
    with qtbot.waitSignal(profile.bridge.acted):
        toast.undo_button.click()
    assert profile.desk.outbox() == ()
    with qtbot.waitSignal(profile.bridge.not_acted):
        profile.bridge.act("accept", row)
    assert toast.text.text() == "That cannot be done with this"


def test_mails_of_what_is_finished_together_are_offered_together(
    over: QWidget, profile: Profile, qtbot: QtBot
) -> None:
    toast = Toast(over, profile.clock.now)
    Notices(profile.bridge, toast)
    profile.invite()
    meeting, mail = profile.desk.row(profile.review), profile.desk.row(profile.contract)
    with qtbot.waitSignal(profile.bridge.acted):
        profile.bridge.act("tentative", meeting)
    qtbot.waitUntil(lambda: toast.offering)
    over.resize(420, 400)
    assert toast.width() <= 420  # the offer stands below
    with qtbot.waitSignal(profile.bridge.acted):
        profile.bridge.act("archive", mail)
    profile.read_out(qtbot)
    assert not toast.offering  # a mail is nothing that mails announce
    done = Action(THIS, ACCOUNT, meeting.id, "done", Arguments(), Target(), NOW, NOW, State.SENT)
    done = replace(done, inverse=Inverse("not-done"))
    profile.bridge.acted.emit(Acted(meeting, done, 100.0))
    profile.bridge.acted.emit(Acted(mail, replace(done, id=ActionId("next")), 100.1))
    qtbot.waitUntil(lambda: toast.offering)
    profile.bridge.acted.emit(Acted(mail, replace(done, id=ActionId("later")), 110.0))
    profile.read_out(qtbot)
    assert not toast.offering


def test_what_has_left_and_has_no_way_back_offers_none(over: QWidget, profile: Profile) -> None:
    toast = Toast(over, profile.clock.now)
    Notices(profile.bridge, toast)
    row = profile.desk.row(profile.contract)
    added = replace(action(State.WAITING), name="subtask")
    profile.bridge.acted.emit(Acted(row, added, 0.0))
    assert (toast.text.text(), toast.undo_button.isHidden()) == ("Step added", True)
    starred = replace(added, name="star", inverse=Inverse("unstar"))
    profile.bridge.acted.emit(Acted(row, starred, 0.0))
    assert not toast.undo_button.isHidden()
