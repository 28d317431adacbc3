"""The accounts: how each stands, what it may do and why, and the way out of it.

page = AccountsPage(services, now=here)    # here(): now, in the person's zone
page.show_accounts(accounts)
page.sign_in.connect(slot)                 # Account: renew it, with what it has
page.change.connect(slot)                  # Account: allow it more, by a new consent
page.disconnect_asked.connect(slot)        # Account: confirmed; erase it here and revoke
page.connect_another                       # the page of services is wanted
page.show_places(places)                   # [(Account, Place)]: calendars, boards, projects
page.turned.connect(slot)                  # Turned: one of them is to be shown or hidden
page.phrase_asked                          # a recovery phrase is wanted; shown by `RecoverySheet`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import AccountId
from loopdesk.core.places import Place
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Label, Line, Mark, clear
from loopdesk.ui.page import Page
from loopdesk.ui.services import Service
from loopdesk.ui.sheet import Choice, Sheet
from loopdesk.ui.theme import Type


class AccountsPage(Page):
    """One block an account."""

    sign_in = Signal(object)
    change = Signal(object)
    disconnect_asked = Signal(object)
    connect_another = Signal()
    phrase_asked = Signal()
    link = Signal(str)
    turned = Signal(object)

    def __init__(
        self, services: Sequence[Service], now: Callable[[], datetime], *, recovery: bool = True
    ) -> None:
        """Make the page; `recovery`: a recovery phrase can be made for this profile."""
        super().__init__("", "")
        self.say(
            self.tr("Accounts"),
            self.tr("What LoopDesk may do at each service, and why. Nothing else is asked for."),
        )
        self._services = {service.key: service for service in services}
        self._now = now
        self._accounts: Sequence[Account] = ()
        self._places: dict[tuple[str, str, str], tuple[Account, Place]] = {}
        self._sought = ""
        self._blocks = QVBoxLayout()
        self._blocks.setSpacing(0)
        self.column.addLayout(self._blocks)
        self.column.addSpacing(16)
        another = Button(self.tr("Connect a service"), "outlined", "plus")
        another.clicked.connect(self.connect_another)
        row = QHBoxLayout()
        row.addWidget(another)
        row.addStretch(1)
        self.column.addLayout(row)
        if recovery:
            self._add_recovery()
        self.column.addStretch(1)

    def _add_recovery(self) -> None:
        self.column.addSpacing(32)
        self.column.addWidget(Label(self.tr("Recovery phrase"), Type.READER_TITLE))
        self.column.addSpacing(4)
        about = self.tr(
            "If this computer's keychain is ever lost, the phrase opens what is kept here. Write "
            "it down: it is shown once, and each new one ends the one before."
        )
        self.column.addWidget(Label(about, tone="text_2", wrap=True))
        self.column.addSpacing(16)
        show = Button(self.tr("Show a recovery phrase"), "outlined", "key")
        show.clicked.connect(self.phrase_asked)
        self.column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)

    def show_accounts(self, accounts: Sequence[Account]) -> None:
        """Become `accounts`."""
        self._accounts = accounts
        clear(self._blocks)
        for account in accounts:
            self._blocks.addWidget(Line())
            self._blocks.addWidget(self._block(account))
        self._blocks.addWidget(Line())

    def look_at(self, account: Account) -> None:
        """Bring an account into sight, also once its places are known."""
        self._sought = account.id
        self._bring()

    def _bring(self) -> None:
        for at in range(self._blocks.count()):
            item = self._blocks.itemAt(at)
            block = item.widget() if item is not None else None
            if isinstance(block, _Block) and block.account.id == self._sought:
                # When it has its place.
                QTimer.singleShot(0, block, partial(self._scroll_to, block))

    def _scroll_to(self, block: QWidget) -> None:
        self.verticalScrollBar().setValue(block.y() - theme.px(16))

    def show_places(self, places: Sequence[tuple[Account, Place]]) -> None:
        """Offer the calendars, boards, projects and folders that there are, by account."""
        self._places = {
            (account.id, place.kind, place.key): (account, place) for account, place in places
        }
        self.show_accounts(self._accounts)
        self._bring()
        self._sought = ""

    def places_menu(self, account: Account) -> QMenu:
        """Return what one chooses an account's places by."""
        from loopdesk.ui.day import swatch

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        last = ""
        for whose, place in self._places.values():
            if whose.id == account.id:
                if last not in ("", place.kind):
                    menu.addSeparator()
                last = place.kind
                action = menu.addAction(swatch(place.colour, ticked=place.chosen), place.name)
                action.setCheckable(True)
                action.setChecked(place.chosen)
                action.triggered.connect(
                    lambda on, account=account, place=place: self._turn(account, place, on)
                )
        return menu

    def _offer_places(self, account: Account, beside: QWidget) -> None:
        self.places_menu(account).popup(beside.mapToGlobal(beside.rect().bottomLeft()))

    def _turn(self, account: Account, place: Place, on: bool) -> None:
        from loopdesk.ui.day import Turned

        self._places[account.id, place.kind, place.key] = account, replace(place, chosen=on)
        self.turned.emit(Turned(AccountId(account.id), place.key, on, place.kind))

    def _block(self, account: Account) -> QWidget:
        service = self._services.get(account.service)
        block = _Block(account, service, self._state(account))
        if account.expires_at and service is not None and service.registration is not None:
            page = service.registration.publish_page
            block.add_end(self._end(account, service.title, can_last=bool(page)), page)
        block.link.connect(self.link)
        block.sign_in.connect(self.sign_in)
        block.change.connect(self.change)
        block.leave.connect(self._confirm)
        kinds = {place.kind for whose, place in self._places.values() if whose.id == account.id}
        if kinds:
            choose = block.add_places(kinds)
            choose.clicked.connect(partial(self._offer_places, account, choose))
        return block

    def _state(self, account: Account) -> str:
        if not account.last_checked_at:
            return words.account_state(account)
        now = self._now()
        checked = datetime.fromisoformat(account.last_checked_at)
        at = words.moment(checked, now, now.tzinfo or UTC, with_time=True)
        return self.tr("{state}, last checked {time}").format(
            state=words.account_state(account), time=at
        )

    def _end(self, account: Account, service: str, *, can_last: bool) -> str:
        """Say when a time-limited access ends, and the way out of it."""
        now = self._now()
        ends = datetime.fromisoformat(account.expires_at)
        said = self.tr(
            "This access ends {time}: {service} wants a new sign-in by then. What is here is kept."
        )
        if can_last:
            said = self.tr(
                "This access ends {time}, because the client is still in Testing. Publish it at "
                "{service}, then sign in again: from then on it lasts."
            )
        at = words.ending(ends, now, now.tzinfo or UTC)
        return said.format(time=at, service=service)

    @Slot(object)
    def _confirm(self, account: Account) -> None:
        service = self._services.get(account.service)
        about = self.tr(
            "Items, drafts and unsent changes of {account} are erased from this computer, and "
            "{service} is told to end the access. At {service} everything stays as it is."
        )
        if service is not None and service.unfinished:
            about = self.tr(
                "Items, drafts and unsent changes of {account} are erased from this computer. "
                "At {service} everything stays as it is. {unfinished} The page for that opens."
            )
        title = service.title if service else account.service
        sheet = Sheet(
            self.window(),
            self.tr("Disconnect {service} and erase it here").format(service=title),
            about.format(
                account=account.address or account.name,
                service=title,
                unfinished=service.unfinished if service else "",
            ),
            (
                Choice("keep", self.tr("Keep it")),
                Choice("erase", self.tr("Disconnect and erase"), "danger"),
            ),
        )

        def chosen(name: str) -> None:
            if name == "erase":
                self.disconnect_asked.emit(account)

        sheet.chosen.connect(chosen)
        sheet.open()


class _Block(QWidget):
    """One account with its permissions and its buttons."""

    sign_in = Signal(object)
    change = Signal(object)
    leave = Signal(object)
    link = Signal(str)

    def __init__(self, account: Account, service: Service | None, state: str) -> None:
        super().__init__()
        self.account = account
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 16, 0, 16)
        whole.setSpacing(12)
        mark = QVBoxLayout()
        mark.addSpacing(2)
        mark.addWidget(Mark(account.service))
        mark.addStretch(1)
        whole.addLayout(mark)
        text = QVBoxLayout()
        text.setSpacing(0)
        name = words.joined(service.title if service else "", account.address or account.name)
        text.addWidget(Label(name, Type.BUTTON))
        needs_you = account.state is AccountState.SIGN_IN
        text.addWidget(Label(state, Type.META, "warn" if needs_you else "text_2", wrap=True))
        if said := words.notice(account):
            text.addWidget(Label(said, Type.META, "text_2", wrap=True))
        for permission in service.permissions if service else ():
            if permission.key in account.features:
                text.addSpacing(8)
                text.addWidget(Label(permission.title, Type.META, "text"))
                text.addWidget(Label(permission.reason, Type.META, "text_2", wrap=True))
        self._text = text
        whole.addLayout(text, 1)
        known = {p.key for p in service.permissions} if service else set()
        self._name = name
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if needs_you:
            again = Button(self.tr("Sign in"), "filled")
            again.clicked.connect(self._sign_in)
            self._add(buttons, again, self.tr("Sign in: {account}"), name)
        elif known - set(account.features):
            more = Button(self.tr("Allow more"))
            more.clicked.connect(self._change)
            self._add(buttons, more, self.tr("Allow more: {account}"), name)
        elif len(known) > 1:
            less = Button(self.tr("Allow less"), "quiet")
            less.clicked.connect(self._change)
            self._add(buttons, less, self.tr("Allow less: {account}"), name)
        leave = Button(self.tr("Disconnect and erase"), "quiet")
        leave.clicked.connect(self._leave)
        self._add(buttons, leave, self.tr("Disconnect and erase {account}"), name)
        side = QVBoxLayout()
        side.addLayout(buttons)
        side.addStretch(1)
        whole.addLayout(side)

    def add_end(self, said: str, page: str) -> None:
        """Warn of the end of the access; `page` is where it can be made to last."""
        self._text.addSpacing(8)
        self._text.addWidget(Label(said, Type.META, "warn", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        if page:
            publish = Button(self.tr("Open the page"), "outlined", "external-link")
            publish.clicked.connect(lambda: self.link.emit(page))
            row.addWidget(publish)
        again = Button(self.tr("Sign in again"))
        again.clicked.connect(self._sign_in)
        row.addWidget(again)
        row.addStretch(1)
        self._text.addSpacing(8)
        self._text.addLayout(row)

    def add_places(self, kinds: AbstractSet[str]) -> Button:
        """Offer to choose which of its calendars, boards, projects or folders are shown."""
        title = self.tr("Choose boards")
        if "mail-folder" in kinds:
            title = self.tr("Choose folders")
        if "project" in kinds:
            title = self.tr("Choose projects")
        if "calendar" in kinds:
            title = self.tr("Choose calendars")
        if {"calendar", "mail-folder"} <= kinds:
            title = self.tr("Choose calendars and folders")
        button = Button(title)
        row = QHBoxLayout()
        self._add(row, button, f"{title}: {{account}}", self._name)
        row.addStretch(1)
        self._text.addSpacing(8)
        self._text.addLayout(row)
        return button

    def _add(self, row: QHBoxLayout, button: Button, said: str, name: str) -> None:
        """Several blocks have a button of the same words: screen readers hear whose it is."""
        button.setAccessibleName(said.format(account=name))
        row.addWidget(button)

    @Slot()
    def _sign_in(self) -> None:
        self.sign_in.emit(self.account)

    @Slot()
    def _change(self) -> None:
        self.change.emit(self.account)

    @Slot()
    def _leave(self) -> None:
        self.leave.emit(self.account)
