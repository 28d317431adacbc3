"""Before there is a window: asking for the passphrase, and saying why nothing can be opened.

ask_passphrase(new, wrong) -> str | None     # None: the person would not say
tell(sentence, phrase=offered) -> Way        # what the person wants to do about it
ask_phrase(wrong) -> str | None              # the recovery phrase
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout

from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.theme import Type

_WIDTH = 480


def application(argv: Sequence[str] = ()) -> QApplication:
    """Return the one application, made and dressed where it is missing."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    made = QApplication(["loopdesk", *argv])
    made.setApplicationName("LoopDesk")
    made.setDesktopFileName("loopdesk")
    theme.apply(made)
    return made


def ask_passphrase(new: bool, *, wrong: bool = False) -> str | None:
    """Ask for a profile's passphrase.

    Args:
        new: it is chosen now, so it is asked for twice.
        wrong: the one given before did not open the profile.
    """
    application()
    asking = _Passphrase(new, wrong)
    return asking.text.text() if asking.exec() == QDialog.DialogCode.Accepted else None


class Way(Enum):
    """What to do about a profile that does not open."""

    LEAVE = auto()
    AGAIN = auto()
    PHRASE = auto()


def tell(sentence: str, *, phrase: bool = False) -> Way:
    """Say why the profile cannot be opened, and ask what to do.

    Args:
        phrase: offer the recovery phrase.
    """
    application()
    trouble = _Trouble(sentence, phrase)
    trouble.exec()
    return trouble.way


def ask_phrase(*, wrong: bool = False) -> str | None:
    """Ask for the recovery phrase; `wrong`: the one given before did not fit."""
    application()
    asking = _Phrase(wrong)
    return asking.text.text() if asking.exec() == QDialog.DialogCode.Accepted else None


class _Question(QDialog):
    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self.setWindowTitle("LoopDesk")
        self.setAccessibleDescription(about)
        self.setFixedWidth(theme.px(_WIDTH))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 24, 24, 24)
        self.column.setSpacing(8)
        self.column.addWidget(Label(title, Type.READER_TITLE, wrap=True))
        self.column.addWidget(Label(about, tone="text_2", wrap=True))
        self.column.addSpacing(8)

    def buttons(self, go_on: str) -> Button:
        """Add the row of buttons; return the one that goes on."""
        row = self.row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        leave = Button(self.tr("Quit"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        accept = Button(go_on, "filled")
        accept.setDefault(True)
        accept.clicked.connect(self.accept)
        row.addWidget(leave)
        row.addWidget(accept)
        self.column.addLayout(row)
        return accept


class _Trouble(_Question):
    def __init__(self, sentence: str, phrase: bool) -> None:
        super().__init__(self.tr("LoopDesk cannot open your profile"), sentence)
        self.way = Way.LEAVE
        again = self.buttons(self.tr("Try again"))
        again.clicked.connect(lambda: self._take(Way.AGAIN))
        again.setFocus()
        if phrase:
            by_phrase = Button(self.tr("Use the recovery phrase"))
            by_phrase.setAutoDefault(False)
            by_phrase.clicked.connect(lambda: self._take(Way.PHRASE))
            self.row.insertWidget(0, by_phrase)

    def _take(self, way: Way) -> None:
        self.way = way
        self.accept()


class _Phrase(_Question):
    def __init__(self, wrong: bool) -> None:
        super().__init__(
            self.tr("Use the recovery phrase"),
            self.tr(
                "It opens what is kept on this computer. Each account then has to be signed in "
                "again. Blanks, dashes and small letters do not matter."
            ),
        )
        self.text = QLineEdit()
        self.text.setAccessibleName(self.tr("Recovery phrase"))
        self.text.setPlaceholderText("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
        self.column.addWidget(self.text)
        if wrong:
            said = self.tr("That is not the recovery phrase of this profile.")
            self.column.addWidget(Label(said, tone="danger", wrap=True))
        accept = self.buttons(self.tr("Open"))
        accept.setEnabled(False)
        self.text.textChanged.connect(lambda text: accept.setEnabled(bool(text.strip())))
        self.text.setFocus()


class _Passphrase(_Question):
    def __init__(self, new: bool, wrong: bool) -> None:
        if new:
            title = self.tr("Choose a passphrase")
            about = self.tr(
                "This computer has no keychain, so your data is locked with a passphrase. It is "
                "asked for at every start. Nobody can recover it for you."
            )
        else:
            title, about = (
                self.tr("Open LoopDesk"),
                self.tr("Enter the passphrase of this profile."),
            )
        super().__init__(title, about)
        self.text = self._field(self.tr("Passphrase"))
        self._again = self._field(self.tr("Passphrase once more")) if new else None
        self._notice = Label("", tone="danger", wrap=True)
        self.column.addWidget(self._notice)
        if wrong:
            self._notice.setText(self.tr("That passphrase does not open this profile."))
        self._accept = self.buttons(self.tr("Open"))
        for field in (self.text, self._again):
            if field is not None:
                field.textChanged.connect(self._check)
        self._check()
        self.text.setFocus()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(name)
        field.setPlaceholderText(name)
        self.column.addWidget(field)
        return field

    @Slot()
    def _check(self) -> None:
        """Let the person go on once there is a passphrase, typed twice alike where it is new."""
        alike = self._again is None or self._again.text() == self.text.text()
        self._accept.setEnabled(bool(self.text.text()) and alike)
        self._accept.setToolTip("" if alike else self.tr("The two do not match yet"))
