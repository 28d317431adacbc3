"""Connecting, signing in again and disconnecting, from the window's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.changes import Account
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.pages import Pages
from loopdesk.ui.services import Service
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.connect import Asked


class Signing(QObject):
    """Leads the pages; the engine does the signing in, and the browser has the consent."""

    changed = Signal()

    def __init__(
        self, bridge: Bridge, window: Window, pages: Pages, services: Sequence[Service]
    ) -> None:
        super().__init__(window)
        self._bridge, self._window, self._services = bridge, window, services
        self._errand = ""  # the sign-in that goes on
        self._given_up = False
        self._pages = pages
        pages.consent_asked.connect(self._ask_consent)
        pages.consent_cancelled.connect(self._cancel)
        pages.sign_in.connect(self.again)
        pages.disconnect_asked.connect(self._disconnect)
        window.rail.connect_asked.connect(self.connect_one)

    @Slot(Account)
    def again(self, account: Account) -> None:
        """Offer to sign in again to an account that is here."""
        service = next((s for s in self._services if s.key == account.service), None)
        if service is not None:
            self._pages.connecting.begin(service, account)
            self._window.show_page(self._pages.connecting)

    @Slot()
    def connect_one(self) -> None:
        """Offer the services."""
        self._pages.connecting.choose()
        self._window.show_page(self._pages.connecting)

    @Slot(object)
    def _ask_consent(self, asked: Asked) -> None:
        page = self._pages.connecting
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
        page, desk = self._pages.connecting, self._bridge.desk
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
