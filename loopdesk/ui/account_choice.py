"""Which account something is done with; with one alone there is nothing to choose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from loopdesk.core.items import AccountId
from loopdesk.ui.controls import Button, Glyph, Label


class AccountChoice(QWidget):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.value: AccountId | None = None
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(Label(self.tr("From"), tone="text_3"))
        self.button = Button("", "plain")
        across.addWidget(self.button)
        across.addWidget(Glyph("chevron-down"))
        across.addStretch(1)

    def offer(self, accounts: Sequence[tuple[AccountId, str]]) -> None:
        """Offer these; the one that was chosen stays."""
        self.setVisible(len(accounts) > 1)
        known = dict(accounts)
        if self.value not in known:
            self.value = next(iter(known), None)
        if (old := self.button.menu()) is not None:
            old.deleteLater()
        menu = QMenu(self.button)
        for account, name in accounts:
            menu.addAction(name).triggered.connect(partial(self._choose, account, name))
        self.button.setMenu(menu)
        self._say(known.get(self.value, "") if self.value is not None else "")

    def _choose(self, account: AccountId, name: str, _checked: bool = False) -> None:
        if account != self.value:
            self.value = account
            self._say(name)
            self.changed.emit()

    def _say(self, name: str) -> None:
        self.button.setText(name)
        self.button.setAccessibleName(self.tr("From {account}").format(account=name))
