"""A profile whose keychain is lost, opened from the screen by its recovery phrase."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from loopdesk.cli.window import _opened
from loopdesk.core.errors import VaultLocked
from loopdesk.vault.profile import make_throw_away, new_recovery_phrase


class Person:
    """Answers one question after another, as each appears."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(20)
        self._answered: QDialog | None = None

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog) or dialog is self._answered or not self._answers:
            return
        self._answered = dialog
        *typed, press = self._answers.pop(0)
        for field, text in zip(dialog.findChildren(QLineEdit), typed, strict=True):
            field.setText(text)
        next(b for b in dialog.findChildren(QPushButton) if b.text() == press).click()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse battery")
    monkeypatch.setenv("LOOPDESK_VAULT_PASSPHRASE_FILE", str(secret))
    return tmp_path


def test_the_phrase_opens_what_a_lost_vault_held(qtbot: QtBot, folder: Path) -> None:
    # The key of such a profile was in the memory of a process that is gone.
    keys = make_throw_away(folder)
    phrase = new_recovery_phrase(folder, keys)
    person = Person(
        ("Use the recovery phrase",),
        ("AAAAA-AAAAA", "Open"),
        (phrase.lower().replace("-", " "), "Open"),
    )
    home = _opened(str(folder), None)
    assert home.keys.database_key == keys.database_key
    assert home.keys.kind is not keys.kind  # its vault works from now on
    assert not person._answers


def test_without_a_phrase_none_is_asked_for(qtbot: QtBot, folder: Path) -> None:
    make_throw_away(folder)
    person = Person(("Quit",))
    with pytest.raises(VaultLocked):
        _opened(str(folder), None)
    assert not person._answers
