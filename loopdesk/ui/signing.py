"""Signing in and out: between the pages of accounts and the bridge.

    signing = Signing(bridge, services, connect_page, accounts_page, open_page)
    signing.choose(), signing.renew(account)   # lead the connect page; then show it
    signing.connect_shown                      # the connect page is to be shown
    signing.told.connect(slot)                 # str: something to say, once
    signing.refresh()                          # read the accounts

`open_page(address)` shows a page in the person's browser; the window itself starts no program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.changes import Account
from loopdesk.ui.accounts import AccountsPage
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.connect import Asked, ConnectPage, Service


class Signing(QObject):
    """One sign-in at a time, asked of the engine; the page follows it."""

    connect_shown = Signal()
    told = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        services: Sequence[Service],
        connect_page: ConnectPage,
        accounts_page: AccountsPage,
        open_page: Callable[[str], None],
    ) -> None:
        super().__init__(connect_page)
        self._bridge = bridge
        self._services = {service.key: service for service in services}
        self._page = connect_page
        self._list = accounts_page
        # The errand of the sign-in that goes on; "" while there is none.
        self._errand = ""
        self._given_up = False
        connect_page.asked.connect(self._ask)
        connect_page.cancelled.connect(self._cancel)
        connect_page.open_page.connect(open_page)
        accounts_page.sign_in.connect(self.renew)
        accounts_page.change.connect(self.renew)
        accounts_page.connect_another.connect(self.choose)
        accounts_page.disconnect_asked.connect(self._disconnect)
        bridge.accounts_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def choose(self) -> None:
        """Begin with another account."""
        self._page.choose()
        self.connect_shown.emit()

    @Slot(object)
    def renew(self, account: Account) -> None:
        """Begin the sign-in of an account that is here: the same person, or it is refused."""
        self._page.begin(self._services[account.service], account)
        self.connect_shown.emit()

    @Slot()
    def refresh(self) -> None:
        self._bridge.read(self._bridge.desk.accounts, self._list.show_accounts, key="accounts")

    @Slot(object)
    def _ask(self, asked: Asked) -> None:
        self._given_up = False
        facts = {
            "service": asked.service,
            "features": list(asked.features),
            "account": asked.account,
        }
        self._bridge.errand("connect", facts, self._answered, asked=self._left, noted=self._noted)

    def _left(self, errand: str) -> None:
        self._errand = errand
        if self._given_up:
            self._tell_cancel()

    def _noted(self, facts: dict[str, Any]) -> None:
        if not self._given_up and (address := facts.get("authorize_url")):
            self._page.waiting(address)

    def _answered(self, facts: dict[str, Any]) -> None:
        self._errand = ""
        if self._given_up:
            return
        if error := facts.get("error"):
            self._page.failed(error["code"], error.get("reason", ""))
            return
        self._bridge.read(
            self._bridge.desk.accounts, lambda accounts: self._show_done(accounts, facts["account"])
        )

    def _show_done(self, accounts: Sequence[Account], connected: str) -> None:
        self._list.show_accounts(accounts)
        account = next((account for account in accounts if account.id == connected), None)
        if account is not None:
            self._page.done(account)

    @Slot()
    def _cancel(self) -> None:
        self._given_up = True
        if self._errand:
            self._tell_cancel()

    def _tell_cancel(self) -> None:
        self._bridge.errand("cancel", {"errand": self._errand}, lambda _: None)

    @Slot(object)
    def _disconnect(self, account: Account) -> None:
        title = self._services[account.service].title

        def gone(facts: dict[str, Any]) -> None:
            text = self.tr("{account} is erased here, and {service} ended the access")
            if not facts.get("revoked"):
                text = self.tr(
                    "{account} is erased here. {service} could not be told: end the access there"
                )
            self.told.emit(text.format(account=account.address, service=title))
            self.refresh()

        self._bridge.errand("disconnect", {"account": account.id}, gone)
