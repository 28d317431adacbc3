"""The pages that stand where list and reader stand, each made when it is first wanted.

They are a good part of the window's widgets, and most starts show none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from loopdesk.core.changes import Account
from loopdesk.core.places import Place
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.services import Service

if TYPE_CHECKING:
    from loopdesk.ui.accounts import AccountsPage
    from loopdesk.ui.administrator import AdministratorPage
    from loopdesk.ui.client import ClientPage
    from loopdesk.ui.connect import ConnectPage
    from loopdesk.ui.day import Turned
    from loopdesk.ui.drafts import Begun, DraftsPage
    from loopdesk.ui.first_run import FirstRun
    from loopdesk.ui.keeping import Chosen, KeepingPage
    from loopdesk.ui.outbox import OutboxPage, Waiting


class Pages(QObject):
    """The pages; what is pressed on them goes out as a signal, or to the bridge."""

    commanded = Signal(str)
    sign_in = Signal(object)
    client_needed = Signal(object)
    administrator_asked = Signal(object)
    administrator_left = Signal()
    code_typed = Signal(str)
    consent_asked = Signal(object)
    consent_cancelled = Signal()
    disconnect_asked = Signal(object)
    phrase_asked = Signal()
    left = Signal()
    link = Signal(str)
    edit = Signal(object)
    opened = Signal(object)
    draft_opened = Signal(object)
    draft_discarded = Signal(object)

    def __init__(
        self, bridge: Bridge, services: Sequence[Service], zone: tzinfo, *, recovery: bool
    ) -> None:
        """Make no page yet; `recovery`: a recovery phrase can be made for this profile."""
        super().__init__()
        self._recovery = recovery
        self._bridge, self._services, self._zone = bridge, services, zone
        self._accounts: Sequence[Account] = ()
        self._clients: dict[str, ClientPage] = {}

    def show_accounts(self, accounts: Sequence[Account]) -> None:
        """Have the page of accounts show these, now or once it is made."""
        self._accounts = accounts
        if "accounts" in self.__dict__:
            self.accounts.show_accounts(accounts)

    def holds(self, name: str, page: QWidget | None) -> bool:
        """Say whether a page is the one of this name; makes none."""
        return page is not None and self.__dict__.get(name) is page

    def read_outbox(self) -> None:
        """Have the outbox page show what waits now."""
        from loopdesk.ui.outbox import waiting_in

        desk, now = self._bridge.desk, self._bridge.clock.now()

        def ask() -> tuple[Waiting, ...]:
            return waiting_in(desk, now)

        self._bridge.read(ask, self.outbox.show_waiting, key="outbox")

    def read_drafts(self) -> None:
        """Have the page of drafts show what is begun now."""
        from loopdesk.ui.drafts import drafts_in

        desk = self._bridge.desk

        def ask() -> tuple[Begun, ...]:
            return drafts_in(desk)

        # Behind what is still being kept.
        self._bridge.write(ask, self.drafts.show_drafts)

    @cached_property
    def first_run(self) -> FirstRun:
        from loopdesk.ui.first_run import FirstRun

        page = FirstRun(self._services)
        page.connect_asked.connect(partial(self.commanded.emit, "connect"))
        page.demo_asked.connect(partial(self.commanded.emit, "demo"))
        return page

    @cached_property
    def connecting(self) -> ConnectPage:
        from loopdesk.ui.connect import ConnectPage

        page = ConnectPage(self._services)
        page.asked.connect(self.consent_asked)
        page.cancelled.connect(self.consent_cancelled)
        page.left.connect(self.left)
        page.open_page.connect(self.link)
        page.client_needed.connect(self.client_needed)
        page.administrator.connect(self.administrator_asked)
        page.code_typed.connect(self.code_typed)
        return page

    @cached_property
    def administrator(self) -> AdministratorPage:
        from loopdesk.ui.administrator import AdministratorPage

        page = AdministratorPage()
        page.left.connect(self.administrator_left)
        return page

    def client(self, service: Service) -> ClientPage:
        """Return the page that leads to a client of one's own at a service."""
        if service.key not in self._clients:
            from loopdesk.ui.client import ClientPage

            page = self._clients[service.key] = ClientPage(service)
            page.link.connect(self.link)
            page.left.connect(self.left)
        return self._clients[service.key]

    @cached_property
    def accounts(self) -> AccountsPage:
        from loopdesk.ui.accounts import AccountsPage

        page = AccountsPage(self._services, self._here, recovery=self._recovery)
        page.phrase_asked.connect(self.phrase_asked)
        page.sign_in.connect(self.sign_in)
        page.change.connect(self.sign_in)
        page.disconnect_asked.connect(self.disconnect_asked)
        page.link.connect(self.link)
        page.connect_another.connect(partial(self.commanded.emit, "connect"))
        page.turned.connect(self._turn)
        page.show_accounts(self._accounts)
        return page

    def read_places(self) -> None:
        """Have the page of accounts show which calendars, boards and folders there are."""
        agenda = self._bridge.desk.agenda

        def ask() -> tuple[tuple[Account, Place], ...]:
            return (*agenda.calendars(), *agenda.boards(), *agenda.folders())

        self._bridge.read(ask, self.accounts.show_places, key="places")

    def _turn(self, turned: Turned) -> None:
        agenda = self._bridge.desk.agenda

        def turned_now(_: object) -> None:
            self._bridge.nudge()
            self.commanded.emit("refresh")

        self._bridge.write(
            lambda: agenda.choose(turned.account, turned.kind, turned.key, turned.on), turned_now
        )

    @cached_property
    def drafts(self) -> DraftsPage:
        from loopdesk.ui.drafts import DraftsPage

        page = DraftsPage(self._here)
        page.opened.connect(self.draft_opened)
        page.discarded.connect(self.draft_discarded)
        page.new_asked.connect(partial(self.commanded.emit, "compose"))
        return page

    @cached_property
    def keeping(self) -> KeepingPage:
        from loopdesk.ui.keeping import KeepingPage

        page = KeepingPage()
        page.left.connect(self.left)
        page.chosen.connect(self._keep)
        return page

    def read_keeping(self) -> None:
        """Have the page of what is kept show what holds now."""
        files = self._bridge.desk.files
        self._bridge.read(files.keeping, self.keeping.show_keeping, key="keeping")

    def _keep(self, chosen: Chosen) -> None:
        files = self._bridge.desk.files
        self._bridge.write(lambda: files.keep(chosen.limit, chosen.amount))

    @cached_property
    def outbox(self) -> OutboxPage:
        from loopdesk.ui.outbox import OutboxPage

        page = OutboxPage(self._here)
        page.undo.connect(self._bridge.undo)
        page.send_now.connect(self._bridge.send_now)
        page.retry.connect(self._bridge.retry)
        page.discard.connect(self._bridge.discard)
        page.edit.connect(self.edit)
        page.opened.connect(self.opened)
        return page

    def _here(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)
