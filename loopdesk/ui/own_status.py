"""What others see beside one's name: an emoji, a few words, and until when.

sheet = OwnStatus(window, now=here)
sheet.given.connect(slot)          # Status(account, text, until); without words: none any more
sheet.picks.connect(slot)          # QWidget: an emoji is wanted; `show_emoji` takes it
sheet.ask(accounts)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from loopdesk.core.items import AccountId
from loopdesk.ui import emoji, theme, words
from loopdesk.ui.account_choice import AccountChoice
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.floating import Layer
from loopdesk.ui.later import typed_ahead
from loopdesk.ui.theme import Type

_WIDTH = 480
_LONGEST = 100
"""Characters of a status. Source: docs.slack.dev, users.profile.set (2026-11)"""


@dataclass(frozen=True, slots=True)
class Status:
    account: AccountId
    text: str
    until: datetime | None


class OwnStatus(Layer):
    given = Signal(Status)
    picks = Signal(QWidget)

    def __init__(self, window: QWidget, now: Callable[[], datetime]) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self._now = now
        self._char = "💬"
        self.setAccessibleName(words.order("status"))
        inside = QVBoxLayout()
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        inside.addWidget(Label(words.order("status"), Type.READER_TITLE))
        self.account = AccountChoice()
        inside.addWidget(self.account)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.emoji_button = QToolButton()
        self.emoji_button.setProperty("look", "outlined")
        self.emoji_button.setAccessibleName(self.tr("Emoji"))
        self.emoji_button.clicked.connect(lambda: self.picks.emit(self.emoji_button))
        line.addWidget(self.emoji_button)
        self.text = QLineEdit()
        self.text.setMaxLength(_LONGEST)
        self.text.setPlaceholderText(self.tr("What others should know"))
        self.text.setAccessibleName(self.tr("What others should know"))
        self.text.textChanged.connect(self._judge)
        self.text.returnPressed.connect(self._give)
        line.addWidget(self.text, 1)
        inside.addLayout(line)
        usual = QHBoxLayout()
        usual.setSpacing(8)
        for char, said in self._usual():
            button = Button(f"{char} {said}", "quiet")
            button.setProperty("bar", True)
            button.clicked.connect(partial(self._fill, char, said))
            usual.addWidget(button)
        usual.addStretch(1)
        inside.addLayout(usual)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(Label(self.tr("Until"), tone="text_2"))
        self.until = QLineEdit()
        self.until.setPlaceholderText(self.tr("17:00, tomorrow 9, fri; empty: until you change it"))
        self.until.setAccessibleName(self.tr("Until"))
        self.until.textChanged.connect(self._judge)
        self.until.returnPressed.connect(self._give)
        ends.addWidget(self.until, 1)
        inside.addLayout(ends)
        self.means = Label("", Type.META, "text_2")
        inside.addWidget(self.means)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        clear = Button(self.tr("Clear the status"), "quiet")
        clear.clicked.connect(self._clear)
        self.set_button = Button(self.tr("Set status"), "filled")
        self.set_button.clicked.connect(self._give)
        foot.addWidget(clear)
        foot.addStretch(1)
        foot.addWidget(self.set_button)
        inside.addLayout(foot)
        self.body.addLayout(inside)

    def ask(self, accounts: Sequence[tuple[AccountId, str]]) -> None:
        self.account.offer(accounts)
        self.show_emoji(self._char)
        self._judge()
        self.open()

    def first_focus(self) -> QWidget:
        return self.text

    def show_emoji(self, char: str) -> None:
        self._char = char
        self.emoji_button.setText(char)

    def _usual(self) -> list[tuple[str, str]]:
        return [
            ("📅", self.tr("In a meeting")),
            ("🏠", self.tr("At home")),
            ("🌴", self.tr("On holiday")),
            ("🤒", self.tr("Ill")),
        ]

    def _fill(self, char: str, said: str, _checked: bool = False) -> None:
        self.show_emoji(char)
        self.text.setText(said)
        self.text.setFocus()

    def _ends(self) -> datetime | None:
        said = self.until.text().strip()
        now = self._now()
        at = typed_ahead(said, now)
        # A day alone is meant to its end.
        if at is not None and not any(char.isdigit() for char in said):
            at = datetime.combine(at.date() + timedelta(days=1), time(), now.tzinfo)
        return at

    @Slot()
    def _judge(self) -> None:
        typed, at, now = self.until.text().strip(), self._ends(), self._now()
        wrong = bool(typed) and at is None
        said = words.ending(at, now, now.tzinfo or UTC) if at is not None else ""
        self.means.setText(self.tr("That is no moment ahead") if wrong else said)
        self.means.set_tone("danger" if wrong else "text_2")
        self.set_button.setEnabled(bool(self.text.text().strip()) and not wrong)

    @Slot()
    def _give(self) -> None:
        account = self.account.value
        if account is None or not self.set_button.isEnabled():
            return
        known = emoji.of([self._char])
        sign = f":{known[0].name}:" if known else self._char
        until = self._ends()
        self.close_layer()
        self.given.emit(Status(account, f"{sign} {self.text.text().strip()}", until))

    @Slot()
    def _clear(self) -> None:
        if self.account.value is not None:
            self.close_layer()
            self.text.clear()
            self.given.emit(Status(self.account.value, "", None))
