"""Whatever the keyboard reaches says what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from loopdesk.core.rows import Section
from loopdesk.ui.main import Main
from loopdesk.ui.session import Profile as Whose
from tests.ui.conftest import SERVICES, Profile
from tests.ui.rows import ZONE


@pytest.fixture
def main(profile: Profile, qtbot: QtBot) -> Main:
    made = Main(profile.bridge, ZONE, SERVICES, Whose(), print)
    for widget in (made.quick, made.window):
        qtbot.addWidget(widget)
    made.window.resize(1440, 900)
    made.start()
    made.show()
    qtbot.waitUntil(lambda: bool(made.window.list.desk_model.rowCount()))
    made.session.open_item(profile.desk.top(section=Section.NOW).rows[0])
    qtbot.waitUntil(lambda: made.window.composer.isVisible())
    return made


def unnamed(window: QWidget) -> list[str]:
    """Return what the keyboard reaches in a window and a screen reader could only call "button"."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None and not interface.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


PLACES: dict[str, Callable[[Main], None]] = {
    "list": lambda main: None,
    "composer": lambda main: main.session.command("reply-all"),
    "why": lambda main: main.session.command("why"),
    "snooze": lambda main: main.session.command("snooze"),
    "palette": lambda main: main.session.command("palette"),
    "keys": lambda main: main.session.command("keys"),
    "search": lambda main: main.session.command("search"),
    "outbox": lambda main: main.session.command("go-outbox"),
    "accounts": lambda main: main.session.command("go-accounts"),
    "connect": lambda main: main.session.command("connect"),
    "quick": lambda main: main.quick.pop_up(QRect()),
}


@pytest.mark.parametrize("place", PLACES)
def test_all_that_the_keyboard_reaches_has_a_name(
    main: Main, profile: Profile, qtbot: QtBot, place: str
) -> None:
    profile.desk.do("star", profile.contract)
    PLACES[place](main)
    profile.read_out(qtbot)
    assert unnamed(main.window) + unnamed(main.quick) == []
