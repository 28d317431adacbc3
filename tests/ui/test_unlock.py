"""The questions that come before the window."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from loopdesk.ui import unlock
from loopdesk.ui.unlock import Way


def _answer(*typed: str, press: str) -> None:
    """Type into the question that is open in a moment, and press one of its buttons."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        for field, text in zip(dialog.findChildren(QLineEdit), typed, strict=True):
            field.setText(text)
        (button,) = [one for one in dialog.findChildren(QPushButton) if one.text() == press]
        if button.isEnabled():
            button.click()
        else:
            dialog.reject()

    QTimer.singleShot(0, act)


def test_a_new_passphrase_is_typed_twice_alike(qtbot: QtBot) -> None:
    _answer("correct horse", "correct horse", press="Open")
    assert unlock.ask_passphrase(True) == "correct horse"
    _answer("correct horse", "correct hose", press="Open")
    assert unlock.ask_passphrase(True) is None


def test_a_known_profile_asks_once_and_may_be_left(qtbot: QtBot) -> None:
    _answer("battery", press="Open")
    assert unlock.ask_passphrase(False, wrong=True) == "battery"
    _answer("battery", press="Quit")
    assert unlock.ask_passphrase(False) is None


def test_trouble_can_be_tried_again(qtbot: QtBot) -> None:
    _answer(press="Try again")
    assert unlock.tell("The keychain is locked.") is Way.AGAIN
    _answer(press="Quit")
    assert unlock.tell("The keychain is locked.") is Way.LEAVE


def test_a_lost_keychain_leads_to_the_recovery_phrase(qtbot: QtBot) -> None:
    _answer(press="Use the recovery phrase")
    assert unlock.tell("The keychain has forgotten the key.", phrase=True) is Way.PHRASE
    _answer("x7k2m abcde", press="Open")
    assert unlock.ask_phrase() == "x7k2m abcde"
    _answer("x7k2m", press="Quit")
    assert unlock.ask_phrase(wrong=True) is None
