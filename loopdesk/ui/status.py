"""The status bar: the truth about accounts and outbox, and what is kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from loopdesk.core.changes import Account, AccountState
from loopdesk.desk.desk import Counts
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Dot, Elided, Label
from loopdesk.ui.theme import Type

_FRESH = timedelta(minutes=10)
_NEEDS = (AccountState.SIGN_IN, AccountState.FAILED)


class StatusBar(QWidget):
    """One line of 28. Pressing what needs the person, or the outbox, goes there."""

    outbox_asked = Signal()
    accounts_asked = Signal()

    def __init__(self, zone: tzinfo, titles: Mapping[str, str]) -> None:
        """Make the bar; `titles`: of the services."""
        super().__init__()
        self._zone, self._titles = zone, titles
        self.setProperty("surface", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.px(28))
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(20), 0, theme.px(16), 0)
        across.setSpacing(theme.px(4))
        self._dot = Dot("warn")
        self._accounts = Elided(kind=Type.META, tone="text_2")
        self._needs = Button("", "status")
        self._needs.setProperty("tone", "warn")
        self._needs.clicked.connect(self.accounts_asked)
        self._outbox = Button("", "status", "send", "accent")
        self._outbox.clicked.connect(self.outbox_asked)
        self._refused = Button("", "status", "circle-alert", "danger")
        self._refused.setProperty("tone", "danger")
        self._refused.clicked.connect(self.outbox_asked)
        self._kept = Label("", Type.META, "text_2")
        across.addWidget(self._dot)
        across.addSpacing(theme.px(4))
        across.addWidget(self._accounts)
        across.addWidget(self._needs)
        across.addSpacing(theme.px(8))
        across.addWidget(self._outbox)
        across.addWidget(self._refused)
        across.addStretch(1)
        across.addWidget(self._kept)
        self._dot.hide()
        self._needs.hide()
        self.show_outbox(0, 0)

    def show_accounts(
        self, accounts: Sequence[Account], offline_since: datetime | None, now: datetime
    ) -> None:
        """Say how many accounts are current, and which one needs the person.

        A service that asks for a pause is no news at first; later, the time says how things stand.
        """
        needy = [a for a in accounts if a.state in _NEEDS]
        late = [a for a in accounts if a.state is AccountState.WAITING and not _fresh(a, now)]
        current = sum(
            a.state in (AccountState.CURRENT, AccountState.PULLING)
            or (a.state is AccountState.WAITING and a not in late)
            for a in accounts
        )
        if not accounts:
            said = self.tr("No account connected")
        elif offline_since is not None:
            time = words.moment(offline_since, now, self._zone, with_time=True)
            said = self.tr("Offline, as of {time}").format(time=time)
        elif len(accounts) == 1 and late and late[0].last_checked_at:
            checked = datetime.fromisoformat(late[0].last_checked_at)
            said = self.tr("Last checked {time}").format(
                time=words.moment(checked, now, self._zone, with_time=True)
            )
        elif len(accounts) == 1 and needy:
            said = ""  # the button beside it says it all
        elif len(accounts) == 1:
            pulling = accounts[0].state is AccountState.PULLING
            state = AccountState.CURRENT if current and not pulling else accounts[0].state
            said = words.account_state(replace(accounts[0], state=state))
        else:
            said = self.tr("{n} of {all} accounts current").format(n=current, all=len(accounts))
        self._accounts.setText(said + ("," if said and needy else ""))
        self._accounts.setVisible(bool(said))
        self._accounts.setMinimumWidth(self._accounts.sizeHint().width())
        self._accounts.set_tone("warn" if late else "text_2")
        self._dot.setVisible(bool(needy or late))
        self._needs.setVisible(bool(needy))
        if needy:
            who = words.account(needy[0], accounts, self._titles)
            more = self.tr("{n} need you").format(n=len(needy))
            one = self.tr("{account} needs you").format(account=who)
            self._needs.setText(one if len(needy) == 1 else more)

    def show_outbox(self, waiting: int, refused: int) -> None:
        self._outbox.setVisible(waiting > 0)
        self._outbox.setText(self.tr("{n} in outbox").format(n=words.count(waiting)))
        self._refused.setVisible(refused > 0)
        self._refused.setText(self.tr("{n} refused").format(n=words.count(refused)))

    def show_kept(self, counts: Counts, *, connected: bool = True) -> None:
        one = self.tr("1 item kept on this computer, encrypted")
        many = self.tr("{n} items kept on this computer, encrypted")
        said = words.counted(counts.kept, one, many)
        if not connected:
            said = self.tr("Nothing leaves this computer until you connect")
        self._kept.setText(said)


def _fresh(account: Account, now: datetime) -> bool:
    """Whether an account was reached lately."""
    checked = account.last_checked_at
    return bool(checked) and now - datetime.fromisoformat(checked) < _FRESH
