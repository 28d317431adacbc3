"""Writing an answer: who gets it is seen, nothing is sent half, nothing written is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.actions import State, Target
from loopdesk.core.people import Handle
from loopdesk.ui.composer import Composer, Draft, Letter, Outgoing
from loopdesk.ui.recipients import Chip
from loopdesk.ui.session import Profile as Whose
from loopdesk.ui.session import Session
from loopdesk.ui.window import Window
from tests.ui.conftest import SERVICES, Profile
from tests.ui.rows import NOW, ZONE, message

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ROW = message("Contract")
TARGET = Target(to=("Ada Okafor <ada@northwind.test>",), cc=("Legal <legal@northwind.test>",))


class Place(QWidget):
    """A reader with a composer at its foot."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(720, 600)
        self.composer = Composer(self)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.composer)
        self.sent: list[Outgoing] = []
        self.kept: list[Draft] = []
        self.composer.sent.connect(self.sent.append)
        self.composer.kept.connect(self.kept.append)

    def chips(self) -> list[str]:
        shown = [chip for chip in self.findChildren(Chip) if not chip.isHidden()]
        return [chip.who.name or chip.who.address for chip in shown]


@pytest.fixture
def place(qtbot: QtBot) -> Place:
    made = Place()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def press(qtbot: QtBot, widget: QWidget, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(widget, Qt.Key.Key_Return, held)


def test_a_reply_to_all_shows_everybody_and_goes_to_exactly_them(
    place: Place, qtbot: QtBot
) -> None:
    place.composer.write(Letter(ROW, "reply-all", TARGET))
    assert place.chips() == ["Ada Okafor", "Legal"]
    QTest.keyClicks(place.composer.words, "You have my yes.")
    press(qtbot, place.composer.words, CTRL)
    assert [
        (o.name, o.arguments.text, o.arguments.to, o.arguments.cc, o.done) for o in place.sent
    ] == [("reply-all", "You have my yes.", TARGET.to, TARGET.cc, False)]
    assert place.composer.letter is None


def test_who_was_taken_out_gets_no_copy(place: Place, qtbot: QtBot) -> None:
    place.composer.write(Letter(ROW, "reply-all", TARGET, text="Between us"))
    legal = next(c for c in place.findChildren(Chip) if c.who.name == "Legal")
    legal.removed.emit()
    press(qtbot, place.composer.words, CTRL, SHIFT)
    (sent,) = place.sent
    # As a reply to all the desk would resolve the copies anew.
    assert (sent.name, sent.arguments.to, sent.arguments.cc) == ("reply", TARGET.to, ())
    assert sent.done


def test_nothing_leaves_without_words_or_without_anybody(place: Place, qtbot: QtBot) -> None:
    again: list[bool] = []
    place.composer.again.connect(lambda: again.append(True))
    place.composer.write(Letter(ROW, "reply", TARGET))
    press(qtbot, place.composer.words, CTRL)
    assert (place.sent, again) == ([], [True])
    assert not place.composer.send_button.isEnabled()
    assert "nothing written" in place.composer.send_button.toolTip()
    QTest.keyClicks(place.composer.words, "Words")
    for chip in place.findChildren(Chip):
        chip.removed.emit()
    press(qtbot, place.composer.words, CTRL)
    assert place.sent == []
    assert "nobody" in place.composer.send_button.toolTip()


def test_an_address_that_was_typed_and_not_ended_counts(place: Place, qtbot: QtBot) -> None:
    place.composer.write(Letter(ROW, "reply", Target(to=TARGET.to), text="Hello"))
    kind = place.composer.people._to
    kind.more.click()
    QTest.keyClicks(kind.box, "Ines.Roth@Halden.test")
    press(qtbot, kind.box, CTRL)
    assert place.sent[0].arguments.to == (*TARGET.to, "ines.roth@halden.test")


def test_what_is_written_is_kept_at_a_pause_and_when_left(place: Place, qtbot: QtBot) -> None:
    place.composer.write(Letter(ROW, "reply", TARGET))
    with qtbot.waitSignal(place.composer.kept):
        QTest.keyClicks(place.composer.words, "Half a sen")
    QTest.keyClicks(place.composer.words, "tence")
    with qtbot.waitSignal(place.composer.left):
        QTest.keyClick(place.composer.words, Qt.Key.Key_Escape)
    assert [draft.text for draft in place.kept] == ["Half a sen", "Half a sentence"]
    place.composer.write(Letter(ROW, "reply", TARGET, text="Half a sentence"))
    press(qtbot, place.composer.words, CTRL)
    assert place.kept[-1] == Draft(ROW.id, "")  # it has left: there is no draft any more


def test_it_grows_with_its_words_to_two_fifths(place: Place, qtbot: QtBot) -> None:
    place.composer.write(Letter(ROW, "reply", TARGET, text="One line"))
    low = place.composer.words.sizeHint().height()
    place.composer.words.setPlainText("A line\n" * 100)
    assert low < place.composer.words.sizeHint().height() == round(place.height() * 0.4)


def test_send_is_the_filled_button_only_while_the_focus_is_inside(
    place: Place, qtbot: QtBot
) -> None:
    place.composer.write(Letter(ROW, "reply", TARGET))
    assert place.composer.send_button.property("look") == "filled"
    place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    place.setFocus()
    assert place.composer.send_button.property("look") == "outlined"


def test_people_who_were_found_become_chips(place: Place, qtbot: QtBot) -> None:
    place.composer.write(Letter(ROW, "reply", Target(to=TARGET.to), text="Hello"))
    kind = place.composer.people._cc
    kind.more.click()
    with qtbot.waitSignal(place.composer.looked_for) as looked:
        QTest.keyClicks(kind.box, "i")
    assert looked.args == ["i"]
    place.composer.suggest((Handle("Ines Roth", "ines@halden.test"),))
    popup = kind.box.completer().popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: place.chips() == ["Ada Okafor", "Ines Roth"])


def test_a_letter_that_is_taken_back_gives_its_words_back(
    place: Place, profile: Profile, qtbot: QtBot
) -> None:
    window = Window(SERVICES, profile.clock, ZONE)
    qtbot.addWidget(window)
    session = Session(profile.bridge, window, ZONE, SERVICES, Whose(), print)
    window.show()
    session.start()
    qtbot.waitUntil(lambda: window.list.current_row() is not None)
    profile.desk.letters.note(profile.contract, "Read it")
    session.open_item(profile.desk.row(profile.contract))
    session.command("reply-all")
    composer = window.composer
    qtbot.waitUntil(lambda: composer.words.toPlainText() == "Read it")
    assert composer.people.cc() == TARGET.cc
    with qtbot.waitSignal(profile.bridge.acted) as acted:
        press(qtbot, composer.words, CTRL)
    action = acted.args[0].action
    assert (action.state, action.target.cc) == (State.WAITING, TARGET.cc)
    window.list.setFocus()
    press(qtbot, window.list, CTRL)  # again: at once
    qtbot.waitUntil(lambda: profile.desk.action(action.id).not_before_at == NOW)
    with qtbot.waitSignal(profile.bridge.acted):
        window.toast.undo_button.click()
    qtbot.waitUntil(lambda: composer.letter is not None)
    assert composer.words.toPlainText() == "Read it"
    assert profile.desk.outbox() == ()
