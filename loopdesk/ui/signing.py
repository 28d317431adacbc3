"""Connecting, signing in again and disconnecting, from the window's pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.approval import Request
from loopdesk.core.changes import Account
from loopdesk.core.clients import Client, ClientId
from loopdesk.core.errors import Incomplete, LoopDeskError, Remedy
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.checks import Checks
from loopdesk.ui.pages import Pages
from loopdesk.ui.services import Service
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.connect import Asked

_LARGEST = 64 * 1024
"""No file that a service offers for a client is longer."""


class Signing(QObject):
    """Leads the pages; the engine does the signing in, and the browser has the consent."""

    changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        pages: Pages,
        services: Sequence[Service],
        clients: Callable[[], Mapping[str, ClientId]],
        use_client: Callable[[str, Client], None],
    ) -> None:
        """Begin to listen.

        Args:
            clients: tells, by service, which client signs in there; may wait.
            use_client: keeps a registration of the person's own for a service; may wait.
        """
        super().__init__(window)
        self._bridge, self._window, self._services = bridge, window, list(services)
        self._clients, self._use_client = clients, use_client
        self._errand = ""  # the sign-in that goes on
        self._given_up = False
        self._led: set[str] = set()
        self._pages = pages
        pages.consent_asked.connect(self._ask_consent)
        pages.consent_cancelled.connect(self._cancel)
        pages.sign_in.connect(self.again)
        pages.disconnect_asked.connect(self._disconnect)
        pages.client_needed.connect(self.lead_to_client)
        pages.administrator_asked.connect(self._show_administrator)
        pages.administrator_left.connect(self._leave_administrator)
        pages.code_typed.connect(self._give_code)
        window.rail.connect_asked.connect(self.connect_one)

    @Slot(Account)
    def again(self, account: Account) -> None:
        """Offer to sign in again to an account that is here."""

        def known() -> None:
            service = next((s for s in self._services if s.key == account.service), None)
            if service is not None:
                self._window.show_page(self._pages.connecting)
                self._pages.connecting.begin(service, account)

        self._ask_clients(known)

    @Slot()
    def connect_one(self) -> None:
        """Offer the services."""

        def known() -> None:
            self._window.show_page(self._pages.connecting)
            self._pages.connecting.choose()

        self._ask_clients(known)

    def _ask_clients(self, then: Callable[[], None]) -> None:
        """Learn by which clients LoopDesk signs in, which may have changed."""

        def known(found: Mapping[str, ClientId]) -> None:
            self._services = [
                replace(one, client=found.get(one.key, ClientId())) for one in self._services
            ]
            self._pages.connecting.renew(self._services)
            then()

        self._bridge.read(self._clients, known)

    # --- a client of one's own ---

    @Slot(object)
    def lead_to_client(self, service: Service) -> None:
        """Show the steps to a client of one's own, as far as they were gone."""
        page, desk = self._pages.client(service), self._bridge.desk
        if service.key not in self._led:
            self._led.add(service.key)
            kept = f"registering.{service.key}"

            def marked(done: frozenset[int]) -> None:
                self._bridge.write(lambda: desk.set(kept, ",".join(map(str, sorted(done)))))

            def known(done: str) -> None:
                numbers = {int(one) for one in done.split(",") if one}
                page.show_done(numbers, has_client=bool(service.client.id))

            page.marked.connect(marked)
            page.file_given.connect(partial(self._read_file, service))
            page.typed.connect(partial(self._take_client, service, Checks(complete=True)))
            page.delete_asked.connect(self._delete)
            page.connect_asked.connect(partial(self._connect_with, service.key))
            page.older_asked.connect(partial(self._connect_with_older, service))
            self._bridge.read(lambda: desk.setting(kept), known)
        self._window.show_page(page)

    def _read_file(self, service: Service, file: Path) -> None:
        page = self._pages.client(service)
        reader = service.registration.read if service.registration is not None else None
        if reader is None:
            return

        def read() -> Client:
            try:
                with file.open("rb") as opened:
                    return reader(opened.read(_LARGEST))
            except OSError:
                raise Incomplete("file") from None

        def failed(error: LoopDeskError) -> None:
            web = error.why == "web-client"
            lacks = error.argument if isinstance(error, Incomplete) else ""
            page.show_checks(
                Checks(
                    right_type=False if web else None,
                    complete=None if web else False,
                    code=f"client-{lacks}" if lacks else error.code,
                    reason=error.why,
                )
            )

        found = Checks(right_type=True, complete=True, file=file)
        self._bridge.write(read, partial(self._take_client, service, found), failed)

    def _take_client(self, service: Service, found: Checks, client: Client) -> None:
        """Keep a client, and ask its service about it."""
        page = self._pages.client(service)

        def refused(error: LoopDeskError) -> None:
            page.show_checks(replace(found, code=error.code, reason=error.why))

        def kept(_: None) -> None:
            page.show_checks(found)
            self._renew_service(service.key, ClientId(client.id, own=True, tenant=client.tenant))
            self._bridge.errand("check-client", {"service": service.key}, heard)

        def heard(answer: dict[str, Any]) -> None:
            error = answer.get("error")
            if error is None:
                page.show_checks(replace(found, accepted=True))
            elif error["remedy"] != Remedy.WAIT:
                page.show_checks(
                    replace(
                        found, accepted=False, code=error["code"], reason=error.get("reason", "")
                    )
                )

        self._bridge.write(lambda: self._use_client(service.key, client), kept, refused)

    def _renew_service(self, key: str, client: ClientId) -> None:
        self._services = [
            replace(one, client=client) if one.key == key else one for one in self._services
        ]
        self._pages.connecting.renew(self._services)

    def _connect_with(self, key: str) -> None:
        service = next(one for one in self._services if one.key == key)
        self._window.show_page(self._pages.connecting)
        self._pages.connecting.begin(service)

    def _connect_with_older(self, service: Service) -> None:
        self._window.show_page(self._pages.connecting)
        self._pages.connecting.begin_older(service)

    @Slot(object)
    def _delete(self, file: Path) -> None:
        def gone(_: None) -> None:
            self._window.toast.say(self.tr("The downloaded file is deleted"))

        self._bridge.write(lambda: file.unlink(missing_ok=True), gone)

    # --- an administrator ---

    @Slot(object)
    def _show_administrator(self, request: Request) -> None:
        self._pages.administrator.show_request(request)
        self._window.show_page(self._pages.administrator)

    @Slot()
    def _leave_administrator(self) -> None:
        self._window.show_page(self._pages.connecting)

    # --- consent ---

    @Slot(object)
    def _ask_consent(self, asked: Asked) -> None:
        page = self._pages.connecting
        page.waiting()
        self._given_up = False
        facts: dict[str, Any] = {"service": asked.service, "features": list(asked.features)}
        if asked.account:
            facts["account"] = asked.account
        if asked.typed:
            facts["typed"] = True
        if asked.older is not None:
            facts["older"] = asked.older

        def started(errand: str) -> None:
            self._errand = errand
            if self._given_up:
                self._cancel()

        def noted(said: dict[str, Any]) -> None:
            if not self._given_up:
                page.waiting(said.get("authorize_url", ""))

        self._bridge.errand("connect", facts, self._consented, asked=started, noted=noted)

    @Slot(str)
    def _give_code(self, code: str) -> None:
        if self._errand:
            self._bridge.errand("code", {"errand": self._errand, "code": code}, _heard)

    def _consented(self, answer: dict[str, Any]) -> None:
        self._errand = ""
        if self._given_up:
            return  # the page is back where the person cancelled
        page, desk = self._pages.connecting, self._bridge.desk
        if (error := answer.get("error")) is not None:
            page.failed(error["code"], error.get("reason", ""))
            self._say_elsewhere()
            return

        def known(accounts: tuple[Account, ...]) -> None:
            account = next((a for a in accounts if a.id == answer["account"]), None)
            if account is not None:
                page.done(account)
                self._say_elsewhere()
            self.changed.emit()

        self._bridge.read(desk.accounts, known)

    def _say_elsewhere(self) -> None:
        """Tell the person what became of a sign-in whose page they have left."""
        page = self._pages.connecting
        if not page.isVisible():
            self._window.toast.say(page.title.text())

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
            service = next((s for s in self._services if s.key == account.service), None)
            page = service.permissions_page if service is not None else ""
            if service is not None and page and (service.unfinished or not answer.get("revoked")):
                # The last step is the person's.
                self._pages.link.emit(page)
            self._window.toast.say(said)
            self.changed.emit()

        facts = {"account": account.id, "keep_remote": False}
        self._bridge.errand("disconnect", facts, gone)


def _heard(_: dict[str, Any]) -> None:
    """The sign-in's own answer says how it ended."""
