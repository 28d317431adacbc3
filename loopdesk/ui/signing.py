"""Connecting, signing in again and disconnecting, from the window's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.changes import Account
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.connect import Asked, Service
from loopdesk.ui.window import Window


class Signing(QObject):
    """Leads the pages; the engine does the signing in, and the browser has the consent."""

    changed = Signal()

    def __init__(self, bridge: Bridge, window: Window, services: Sequence[Service]) -> None:
        super().__init__(window)
        self._bridge, self._window, self._services = bridge, window, services
        self._errand = ""  # the sign-in that goes on
        self._given_up = False
        page = window.connect_page
        page.asked.connect(self._ask_consent)
        page.cancelled.connect(self._cancel)
        window.accounts_page.sign_in.connect(self.again)
        window.accounts_page.change.connect(self.again)
        window.accounts_page.disconnect_asked.connect(self._disconnect)
        window.accounts_page.connect_another.connect(self.connect_one)
        window.rail.connect_asked.connect(self.connect_one)
        window.first_run.connect_asked.connect(self.connect_one)

    @Slot(Account)
    def again(self, account: Account) -> None:
        """Offer to sign in again to an account that is here."""
        service = next((s for s in self._services if s.key == account.service), None)
        if service is not None:
            self._window.connect_page.begin(service, account)
            self._window.show_page(self._window.connect_page)

    @Slot()
    def connect_one(self) -> None:
        """Offer the services."""
        self._window.connect_page.choose()
        self._window.show_page(self._window.connect_page)

    @Slot(object)
    def _ask_consent(self, asked: Asked) -> None:
        page = self._window.connect_page
        page.waiting()
        self._given_up = False
        facts: dict[str, Any] = {"service": asked.service, "features": list(asked.features)}
        if asked.account:
            facts["account"] = asked.account

        def started(errand: str) -> None:
            self._errand = errand
            if self._given_up:
                self._cancel()

        def noted(said: dict[str, Any]) -> None:
            if not self._given_up:
                page.waiting(said.get("authorize_url", ""))

        self._bridge.errand("connect", facts, self._consented, asked=started, noted=noted)

    def _consented(self, answer: dict[str, Any]) -> None:
        self._errand = ""
        if self._given_up:
            return  # the page is back where the person cancelled
        page, desk = self._window.connect_page, self._bridge.desk
        if (error := answer.get("error")) is not None:
            page.failed(error["code"], error.get("reason", ""))
            return

        def known(accounts: tuple[Account, ...]) -> None:
            account = next((a for a in accounts if a.id == answer["account"]), None)
            if account is not None:
                page.done(account)
            self.changed.emit()

        self._bridge.read(desk.accounts, known)

    @Slot()
    def _cancel(self) -> None:
        self._given_up = True
        if self._errand:
            self._bridge.errand("cancel", {"errand": self._errand}, _heard)

    @Slot(object)
    def _disconnect(self, account: Account) -> None:
        def gone(answer: dict[str, Any]) -> None:
            said = self.tr("Disconnected, and everything of it erased here")
            if not answer.get("revoked"):
                said = self.tr("Erased here. End the access at the service, too")
            self._window.toast.say(said)
            self.changed.emit()

        facts = {"account": account.id, "keep_remote": False}
        self._bridge.errand("disconnect", facts, gone)


def _heard(_: dict[str, Any]) -> None:
    """The sign-in's own answer says how it ended."""
