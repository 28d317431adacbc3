"""The palette and the pickers: keys choose, Tab stays inside, and the focus comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.people import Handle
from loopdesk.core.rows import Reason
from loopdesk.ui.help import KeysHelp, with_altgr
from loopdesk.ui.later import LaterPicker
from loopdesk.ui.palette import Command, Everything, Palette
from loopdesk.ui.sheet import Choice, Sheet
from loopdesk.ui.snooze import choices
from loopdesk.ui.why import WhyPopover
from tests.ui.rows import NOW, ZONE, message, week

COMMANDS = (Command("done", "Done with this", "E"), Command("mute", "Mute", "M"))
INES = Handle("Ines Roth", "ines@halden.test")


def here() -> datetime:
    return NOW.astimezone(ZONE)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(1000, 700)
    column = QVBoxLayout(made)
    column.addWidget(QLineEdit())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.findChildren(QLineEdit)[0].setFocus()
    return made


def test_the_palette_finds_commands_items_and_people(window: QWidget, qtbot: QtBot) -> None:
    palette = Palette(window, here)
    chosen: list[object] = []
    palette.chosen.connect(chosen.append)
    palette.ask(COMMANDS)
    with qtbot.waitSignal(palette.looked_for) as looked:
        QTest.keyClicks(palette.box, "mu")
    assert looked.args == ["m"]
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    assert chosen == [COMMANDS[1]]
    assert palette.isHidden()

    palette.ask(COMMANDS)
    QTest.keyClicks(palette.box, "halden")
    row = week().rows[0]
    palette.show_found("halden", [row], [INES], 23)
    palette.show_found("hal", [week().rows[1]], [])  # late: something else is typed by now
    QTest.keyClick(palette.box, Qt.Key.Key_Tab)
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    assert chosen[-1] is row

    palette.ask(COMMANDS)
    QTest.keyClicks(palette.box, "halden")
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    assert chosen[2:] == [Everything("halden")]


def test_a_layer_keeps_no_key_once_it_is_closed(window: QWidget) -> None:
    (field,) = window.findChildren(QLineEdit)
    why = WhyPopover(window)
    field.clearFocus()  # what had it went from the reader before the sheet came
    why.explain(week().rows[0], "")
    why.close_layer()
    assert window.hasFocus()
    field.setFocus()
    why.explain(week().rows[0], "")
    field.hide()
    why.close_layer()
    assert window.hasFocus()


def test_a_layer_gives_the_focus_back_and_keeps_tab_inside(window: QWidget, qtbot: QtBot) -> None:
    (field,) = window.findChildren(QLineEdit)
    why = WhyPopover(window)
    why.explain(week().rows[0], "First of 3 in Needs you now")
    for _ in range(7):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert why.isAncestorOf(window.focusWidget())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert why.isHidden()
    assert field.hasFocus()
    why.explain(week().rows[0], "")
    QTest.mouseClick(why, Qt.MouseButton.LeftButton, pos=QPoint(5, 690))
    assert why.isHidden()


def test_why_says_how_much_each_reason_weighs_and_teaches(window: QWidget, qtbot: QtBot) -> None:
    row = message("Contract", tag="Asks you by 15:00")
    reasons = (Reason("asks", "Asks you by 15:00", 3.0), Reason("list", "List mail", -0.2))
    row = replace(row, reasons=reasons)
    why = WhyPopover(window)
    why.explain(row, "First of 3 in Needs you now")
    said = [label.text() for label in why.findChildren(QWidget) if hasattr(label, "text")]
    for words in ("Asks you by 15:00", "Puts it in Needs you now", "Lowers it a little"):
        assert words in said
    with qtbot.waitSignal(why.liked) as liked:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert (liked.args[0].row, liked.args[0].name) == (row, "more")


def test_a_digit_snoozes(window: QWidget, qtbot: QtBot) -> None:
    picker = LaterPicker(window, here)
    picker.ask("Snooze until", "Snooze")
    with qtbot.waitSignal(picker.chosen) as chosen:
        QTest.keyClick(picker.list, Qt.Key.Key_3)
    assert chosen.args == [datetime(2026, 11, 25, 8, tzinfo=ZONE)]


def test_a_time_of_ones_own_must_be_one_and_ahead(window: QWidget, qtbot: QtBot) -> None:
    picker = LaterPicker(window, here)
    picker.ask("Snooze until", "Snooze")
    for typed in ("someday", "2026-11-23 09:00", ""):
        picker.at.setText(typed)
        assert not picker.own.isEnabled()
        assert picker.means.text() == ("That is no moment ahead" if typed else "")
    picker.at.setText("1 Dec 7:30")
    with qtbot.waitSignal(picker.chosen) as chosen:
        QTest.keyClick(picker.at, Qt.Key.Key_Return)
    assert chosen.args == [datetime(2026, 12, 1, 7, 30, tzinfo=ZONE)]


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"]),
)
def test_the_times_to_come_back_are_ahead_in_order_and_on_the_clock(
    minutes: int, zone: str
) -> None:
    now = (NOW + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    offered = [choice.at for choice in choices(now)]
    stamps = [at.timestamp() for at in offered]
    assert stamps == sorted(set(stamps))
    assert all(stamp > now.timestamp() for stamp in stamps)
    later = [at for at in offered if at.date() > now.date()]
    assert later
    assert {(at.hour, at.minute) for at in later} == {(8, 0)}
    assert all(at - now.replace(hour=0, minute=0) <= timedelta(days=8) for at in later)


def test_the_help_knows_what_the_keyboard_lacks(window: QWidget, qtbot: QtBot) -> None:
    assert with_altgr(QLocale.Language.German) == ("[", "]")
    assert with_altgr(QLocale.Language.English) == ()
    KeysHelp(window).open()


def test_a_question_is_answered_by_its_first_button_or_by_none(
    window: QWidget, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        sheet = Sheet(
            window, "Erase it", "For good.", (Choice("keep", "Keep"), Choice("erase", "Erase"))
        )
        sheet.chosen.connect(chosen.append)
        sheet.open()
        QTest.keyClick(window.focusWidget(), key)
        assert sheet.isHidden()
    assert chosen == ["keep"]
