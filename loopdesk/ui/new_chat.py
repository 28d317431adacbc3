"""A message to somebody, or into a conversation that is not open.

sheet = NewChat(window)
sheet.looked_for.connect(slot)     # LookedFor(account, typed); answer with `offer`
sheet.offer(typed, found)          # [(name, key, more)]
sheet.given.connect(slot)          # Said(account, to, text)
sheet.ask(accounts)                # [(account, name)]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from loopdesk.core.items import AccountId
from loopdesk.ui import controls, theme
from loopdesk.ui.account_choice import AccountChoice
from loopdesk.ui.controls import Button, IconButton, Label
from loopdesk.ui.floating import Layer
from loopdesk.ui.flow import Flow
from loopdesk.ui.offers import Offers
from loopdesk.ui.theme import Type

_WIDTH = 560
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class LookedFor:
    account: AccountId
    typed: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said; `to`: keys of people or of one conversation."""

    account: AccountId
    to: tuple[str, ...]
    text: str


class NewChat(Layer):
    """Ctrl+Enter sends; what was written stays if the sheet is closed and opened again."""

    looked_for = Signal(LookedFor)
    given = Signal(Said)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self.setAccessibleName(self.tr("Message someone"))
        self._to: dict[str, str] = {}  # key -> name
        self._found: dict[str, tuple[str, str]] = {}  # as offered -> (key, name)
        inside = QVBoxLayout()
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        inside.addWidget(Label(self.tr("Message someone"), Type.READER_TITLE))
        self.account = AccountChoice()
        self.account.changed.connect(self._other_account)
        inside.addWidget(self.account)
        self._chips = QWidget()
        self._flow = Flow(gap=8, line_gap=4)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._chips.setLayout(self._flow)
        self._chips.hide()
        inside.addWidget(self._chips)
        self.box = QLineEdit()
        self.box.setPlaceholderText(self.tr("A person or a #channel"))
        self.box.setAccessibleName(self.tr("To"))
        self.box.textEdited.connect(self._typed)
        self.box.installEventFilter(self)
        inside.addWidget(self.box)
        self._offers = Offers(self.box)
        self._offers.taken.connect(self._take)
        self.words = QPlainTextEdit()
        self.words.setPlaceholderText(self.tr("Your message"))
        self.words.setAccessibleName(self.tr("Your message"))
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(theme.px(Type.BODY.line * 5 + 16))
        self.words.textChanged.connect(self._judge)
        self.words.installEventFilter(self)
        inside.addWidget(self.words)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        leave = Button(self.tr("Close"), "quiet")
        leave.clicked.connect(self.close_layer)
        self.send_button = Button(self.tr("Send"), "filled", "send")
        self.send_button.clicked.connect(self.send)
        foot.addWidget(leave)
        foot.addWidget(self.send_button)
        inside.addLayout(foot)
        self.body.addLayout(inside)

    def ask(self, accounts: Sequence[tuple[AccountId, str]]) -> None:
        self.account.offer(accounts)
        self._judge()
        self.open()

    def first_focus(self) -> QWidget:
        return self.words if self._to else self.box

    def offer(self, typed: str, found: Sequence[tuple[str, str, str]]) -> None:
        """Offer what was found for what is typed, unless something else is by now.

        Args:
            found: name, key, and what tells those of one name apart.
        """
        if typed != self.box.text().strip():
            return
        self._found = {
            f"{name}  {more}" if more else name: (key, name)
            for name, key, more in found
            if key not in self._to
        }
        self._offers.show_names(self._found, self.box.rect())

    @Slot()
    def send(self) -> None:
        account, text = self.account.value, self.words.toPlainText().strip()
        if account is None or not self._to or not text:
            return
        said = Said(account, tuple(self._to), text)
        self._to = {}
        self._show_chips()
        self.words.clear()
        self.close_layer()
        self.given.emit(said)

    @Slot(str)
    def _typed(self, text: str) -> None:
        account = self.account.value
        if text.strip() and account is not None:
            self.looked_for.emit(LookedFor(account, text.strip()))
        else:
            self._offers.hide()
        self._judge()

    @Slot(str)
    def _take(self, chosen: str) -> None:
        if chosen in self._found:
            key, name = self._found[chosen]
            self._to[key] = name
            self.box.clear()
            self._show_chips()
            self._judge()

    def _show_chips(self) -> None:
        controls.clear(self._flow)
        for key, name in self._to.items():
            chip = QFrame()
            chip.setProperty("surface", "chip")
            row = QHBoxLayout(chip)
            row.setContentsMargins(8, 0, 2, 0)
            row.setSpacing(theme.px(6))
            row.addWidget(Label(name))
            cross = IconButton("x", self.tr("Take out {name}").format(name=name))
            cross.setProperty("small", True)
            cross.clicked.connect(lambda _=False, key=key: self._remove(key))
            row.addWidget(cross)
            chip.setFixedHeight(theme.px(24))
            self._flow.addWidget(chip)
            chip.show()
        self._chips.setVisible(bool(self._to))
        self.fit()

    def _remove(self, key: str) -> None:
        self._to.pop(key, None)
        self._show_chips()
        self._judge()
        self.box.setFocus()

    @Slot()
    def _other_account(self) -> None:
        """Keys are an account's own."""
        self._to = {}
        self.box.clear()
        self._show_chips()
        self._judge()

    @Slot()
    def _judge(self) -> None:
        reason = ""
        if not self._to:
            reason = self.tr("There is nobody to send it to yet")
        elif not self.words.toPlainText().strip():
            reason = self.tr("There is nothing written yet")
        self.send_button.setEnabled(not reason)
        self.send_button.setToolTip(reason or self.tr("Send  Ctrl+Enter"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() in _ENTER and control:
                self.send()
                return True
            if watched is self.box and event.key() in _ENTER and not self._offers.are_shown:
                self.words.setFocus()
                return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        return super().eventFilter(watched, event)
