"""Connecting: choose a service, choose what LoopDesk may do there, wait for the browser.

    page = ConnectPage(services)               # Service(...) with its permissions
    page.choose()                              # the services; a single one is chosen at once
    page.begin(service, renew=account)         # again, or with more: what it has is switched on
    page.asked.connect(slot)                   # Asked(service, features, account): an errand now
    page.waiting(address)                      # the consent page is open, or can be opened there
    page.failed("denied")                      # a reason of SignInFailed; or another error's code
    page.done(account)                         # it is connected
    page.cancelled, page.left                  # the wait is given up; the page is
    page.open_page                             # str: show this address in the browser again
    page.client_needed                         # Service: a client has to be registered first
    page.administrator                         # Request: show what administrators ask
    page.code_typed                            # str: what the service's page showed

A scope's name stands behind "Details", each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.approval import Request
from loopdesk.core.changes import Account
from loopdesk.core.clients import REFUSED, Older
from loopdesk.ui import failures, theme
from loopdesk.ui.controls import Button, Glyph, Label, Line, Mark, clear, inset
from loopdesk.ui.page import Page
from loopdesk.ui.services import Permission, Service
from loopdesk.ui.switch import Switch
from loopdesk.ui.theme import Type

_ICONS = {
    "mail": "mail",
    "calendar": "calendar",
    "tasks": "circle-check",
    "cards": "circle-check",
    "acting": "pencil",
    "files": "file",
    "chats": "message-square",
    "messages": "message-square",
    "writing": "pencil",
    "status": "smile",
}

_ADMINISTRATORS = frozenset({"needs-approval", "not-allowed-here", "disabled", "denied"})
"""Why a sign-in fails that an administrator can let through."""

_REGISTRATION = frozenset(
    {
        "no-client",
        "wrong-client",
        "web-client",
        "wrong-secret",
        "wrong-tenant",
        "wrong-redirect",
        "no-pkce",
    }
)
"""Why a sign-in fails that is mended where the client was registered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person chose.

    Args:
        account: the one that is to be renewed, "" for a new one.
        typed: the service shows a code, and sends the browser nowhere.
        older: the key for the way in of before, "" where the account has it; None: the present way.
    """

    service: str
    features: tuple[str, ...]
    account: str = ""
    typed: bool = False
    older: str | None = None


class ConnectPage(Page):
    """One page that goes on by itself while the person is in the browser."""

    asked = Signal(object)
    cancelled = Signal()
    left = Signal()
    open_page = Signal(str)
    client_needed = Signal(object)
    administrator = Signal(object)
    code_typed = Signal(str)

    LATE_MS: ClassVar[int] = 45_000
    """After so long without an answer the browser may be showing why there is none."""

    def __init__(self, services: Sequence[Service]) -> None:
        super().__init__("", "")
        self._services = services
        self._service = services[0]
        self._account: Account | None = None
        self._address = ""
        self._first: QWidget | None = None
        self._switches: dict[str, Switch] = {}
        self._features: tuple[str, ...] = ()
        self._typed, self._is_older = False, False
        self._key = QLineEdit()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(self.LATE_MS)
        self._late.timeout.connect(self._is_late)
        self._inside = QVBoxLayout()
        self._inside.setSpacing(0)
        self.column.addLayout(self._inside)
        self.column.addStretch(1)

    def renew(self, services: Sequence[Service]) -> None:
        """Know of a client that was registered since."""
        self._services = services
        self._service = next(one for one in services if one.key == self._service.key)

    # --- what it shows ---

    def choose(self) -> None:
        """Offer the services."""
        if len(self._services) == 1:
            self.begin(self._services[0])
            return
        self._turn(
            self.tr("Connect a service"),
            self.tr("You choose what LoopDesk may do there. You sign in in your own browser."),
        )
        rows = [self._service_row(service) for service in self._services]
        for row, _connect in rows:
            self._inside.addWidget(Line())
            self._inside.addLayout(row)
        self._inside.addWidget(Line())
        if rows:
            self._begin_at(rows[0][1])

    def begin(self, service: Service, renew: Account | None = None) -> None:
        """Offer what LoopDesk may do at a service; of a connected account, what it may do now."""
        self._service, self._account, self._is_older = service, renew, False
        if service.registration is not None and not service.client.id:
            if renew is not None and self._came_before(renew):
                self.begin_older(service, renew)
            else:
                self.client_needed.emit(service)
            return
        title = self.tr("Connect {service}").format(service=service.title)
        if renew is not None:
            title = self.tr("Sign in again: {account}").format(account=renew.address)
        self._turn(
            title,
            self.tr(
                "Choose what LoopDesk may do. You confirm it in your own browser, so LoopDesk "
                "never sees your password."
            ),
        )
        for permission in service.permissions:
            on = permission.key in renew.features if renew else permission.suggested
            self._inside.addWidget(Line())
            self._inside.addLayout(self._permission_row(permission, on=on))
        self._inside.addWidget(Line())
        self._add_details()
        self._inside.addSpacing(16)
        self._approval = QVBoxLayout()
        self._inside.addLayout(self._approval)
        self._go_on = Button(self.tr("Continue in browser"), "filled", "external-link")
        self._go_on.clicked.connect(self._ask)
        self._add_buttons(self._go_on, self._leave_button())
        if service.typed:
            self._inside.addSpacing(8)
            self._inside.addWidget(self._code_button(), 0, Qt.AlignmentFlag.AlignLeft)
        if renew is not None and self._came_before(renew):
            # Nothing else may work there, so it is offered at once.
            self._inside.addWidget(self._older_button(), 0, Qt.AlignmentFlag.AlignLeft)
        self._inside.addSpacing(16)
        self._add_steps()
        self._add_note("key", self.tr("Change this later by signing in again, or disconnect."))
        self._judge()
        self._begin_at(self._go_on)

    def waiting(self, address: str = "") -> None:
        """Say that the browser has it now. `address`: the consent page, once it is known."""
        self._address = address
        about = self.tr(
            "Allow there what you chose; what you leave out stays off here. This page goes on by "
            "itself."
        )
        if self._typed:
            about = self.tr(
                "Allow there what you chose. What that page shows at its end goes here."
            )
        self._turn(self.tr("Go on in your browser"), about)
        self._add_note("lock", self._host_words())
        if consent := self._consent_words():
            self._add_note("check", consent)
        self._inside.addSpacing(16)
        if self._typed:
            self._add_code()
        cancel = Button(self.tr("Cancel"), "outlined")
        cancel.clicked.connect(self._cancel)
        buttons = [cancel]
        self._waits = True
        self._late.start()
        if address:
            again = Button(self.tr("Open the page again"), "outlined", "external-link")
            again.clicked.connect(self._open_again)
            copy = Button(self.tr("Copy its address"), "quiet", "copy")
            copy.clicked.connect(self._copy)
            buttons += [again, copy]
        self._add_buttons(*buttons)
        self._begin_at(self._code if self._typed else cancel)

    def _add_code(self) -> None:
        """Take the code that the service's page shows at its end."""
        self._code = QLineEdit()
        shown = self.tr("The code that the page shows at its end")
        if self._is_older:
            shown = self.tr("The token that the page shows at its end")
            self._code.setEchoMode(QLineEdit.EchoMode.Password)
        self._code.setPlaceholderText(shown)
        self._code.setAccessibleName(self._code.placeholderText())
        self._code.returnPressed.connect(self._give_code)
        give = Button(self.tr("Connect"), "filled")
        give.clicked.connect(self._give_code)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._code, 1)
        row.addWidget(give)
        self._inside.addLayout(row)
        self._inside.addSpacing(16)

    @Slot()
    def _give_code(self) -> None:
        if code := self._code.text().strip():
            self.code_typed.emit(code)
            if self._is_older:
                self._code.clear()
                clipboard = QGuiApplication.clipboard()
                if clipboard.text().strip() == code:
                    clipboard.clear()  # it is good for weeks

    @Slot()
    def _is_late(self) -> None:
        """Say that the browser may be showing why nothing comes: that never reaches us."""
        self._inside.addSpacing(24)
        self._inside.addWidget(Line())
        self._inside.addSpacing(16)
        self._inside.addWidget(
            Label(self.tr("Still waiting. Does the browser show a problem?"), Type.HEADING)
        )
        self._inside.addSpacing(4)
        service = self._service
        approval = self.tr(
            "It speaks of your organisation or an administrator: they decide about it. Cancel "
            "here, and send them the text below."
        )
        notes = [
            ("clock", self.tr("Still signing in there: take your time, this waits five minutes.")),
            ("lock", service.wall or approval),
        ]
        if service.client.own:
            mismatch = self.tr(
                "It speaks of a redirect address or an unknown client: the client is of another "
                "type, or was deleted. Make a new one."
            )
            notes.append(("key", mismatch))
        for icon, text in notes:
            self._add_note(icon, text)
        if self._older is not None and not self._typed:
            self._add_note("key", self._older_words())
        self._inside.addSpacing(12)
        self._add_buttons(*self._administrator_buttons())
        if self._older is not None and not self._typed:
            self._inside.addSpacing(8)
            self._inside.addWidget(self._older_button(), 0, Qt.AlignmentFlag.AlignLeft)

    def failed(self, code: str, reason: str = "") -> None:
        """Say why nothing was connected, and offer the same again."""
        self._turn(self.tr("Nothing was connected"), failures.code(code, reason))
        again = Button(self.tr("Try again"), "filled")
        again.clicked.connect(self._begin_again)
        self._add_buttons(again, self._leave_button())
        if self._service.typed and (self._typed or reason.startswith("port-busy")):
            self._inside.addSpacing(8)
            self._inside.addWidget(self._code_button(), 0, Qt.AlignmentFlag.AlignLeft)
        if self._service.registration is not None and reason in _REGISTRATION:
            self._inside.addSpacing(8)
            steps = Button(self.tr("Go through the client's steps"), "link")
            steps.clicked.connect(self._lead)
            self._inside.addWidget(steps, 0, Qt.AlignmentFlag.AlignLeft)
        if reason in _ADMINISTRATORS:
            self._inside.addSpacing(12)
            self._add_buttons(*self._administrator_buttons())
        if self._older is not None and reason in REFUSED and not self._is_older:
            self._inside.addSpacing(16)
            self._add_note("key", self._older_words())
            self._inside.addWidget(self._older_button(), 0, Qt.AlignmentFlag.AlignLeft)
        self._begin_at(again)

    @Slot()
    def _lead(self) -> None:
        self.client_needed.emit(self._service)

    def _code_button(self) -> Button:
        button = Button(self.tr("Have a code shown, and type it here"), "link")
        button.clicked.connect(self._ask_for_code)
        return button

    # --- the way in of before ---

    @property
    def _older(self) -> Older | None:
        registration = self._service.registration
        return None if registration is None else registration.older

    def _came_before(self, account: Account) -> bool:
        return self._older is not None and self._older.brought(account.scopes)

    def _older_words(self) -> str:
        return self.tr(
            "If {service} refuses this way in again and again, its older one may still work."
        ).format(service=self._service.title)

    def _older_button(self) -> Button:
        button = Button(
            self.tr("Use {service}'s older sign-in").format(service=self._service.title), "link"
        )
        button.clicked.connect(self._offer_older)
        return button

    @Slot()
    def _offer_older(self) -> None:
        if self._late.isActive() or self._waits:
            self.cancelled.emit()
        self.begin_older(self._service, self._account)

    def begin_older(self, service: Service, renew: Account | None = None) -> None:
        """Say how the way in of before differs, and ask for the key that it takes."""
        self._service, self._account = service, renew
        older = self._older
        assert older is not None  # noqa: S101
        chosen = self._features or tuple(p.key for p in service.permissions if p.suggested)
        self._turn(self.tr("{service}'s older sign-in").format(service=service.title), older.about)
        for permission in service.permissions:
            on = permission.key in (renew.features if renew else chosen)
            self._inside.addWidget(Line())
            self._inside.addLayout(self._permission_row(permission, on=on))
        self._inside.addWidget(Line())
        self._inside.addSpacing(16)
        self._approval = QVBoxLayout()
        self._inside.addLayout(self._approval)
        # What was typed before is there again.
        self._key = QLineEdit(self._key.text() if self._is_older else "")
        if renew is None or not self._came_before(renew):
            self._key.setPlaceholderText(older.key.title)
            self._key.setAccessibleName(older.key.title)
            self._key.textEdited.connect(self._judge)
            self._key.returnPressed.connect(self._ask_older)
            self._inside.addWidget(self._key)
            self._inside.addSpacing(4)
            self._inside.addWidget(Label(older.key.about, Type.META, "text_2", wrap=True))
            page = Button(self.tr("Open your apps"), "quiet", "external-link")
            page.clicked.connect(lambda: self.open_page.emit(older.key_page))
            self._inside.addWidget(page, 0, Qt.AlignmentFlag.AlignLeft)
            self._inside.addSpacing(8)
            self._needs_key = True
        self._go_on = Button(self.tr("Continue in browser"), "filled", "external-link")
        self._go_on.clicked.connect(self._ask_older)
        self._add_buttons(self._go_on, self._leave_button())
        self._judge()
        self._begin_at(self._key if self._needs_key else self._go_on)

    @Slot()
    def _ask_older(self) -> None:
        if self._go_on.isEnabled():
            self._ask_consent(typed=True, older=self._key.text().strip())

    def done(self, account: Account) -> None:
        """Say what is connected."""
        named = {permission.key: permission.title for permission in self._service.permissions}
        may = ", ".join(named.get(key, key) for key in account.features)
        self._turn(
            self.tr("{account} is connected").format(account=account.address),
            self.tr("{features}. The newest items show first; the rest follows.").format(
                features=may
            ),
        )
        asked = self._features or tuple(p.key for p in self._service.permissions if p.suggested)
        left_out = [
            p.title
            for p in self._service.permissions
            if p.key in asked and p.key not in account.features
        ]
        if left_out:
            text = self.tr("Not allowed, so left out here: {features}")
            self._add_note("circle-alert", text.format(features=", ".join(left_out)))
            self._inside.addSpacing(16)
        inbox = Button(self.tr("Show the inbox"), "filled")
        inbox.clicked.connect(self.left)
        another = Button(self.tr("Connect another"))
        another.clicked.connect(self.choose)
        self._add_buttons(inbox, another)
        self._begin_at(inbox)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._first is not None:
            self._first.setFocus()

    # --- its parts ---

    def _begin_at(self, first: QWidget) -> None:
        """Let a step begin here, now or when the page is gone to."""
        self._first = first
        if self.isVisible():
            first.setFocus()  # the keys of whoever reads elsewhere meanwhile stay there

    def _turn(self, title: str, about: str) -> None:
        """Become another step."""
        self._switches = {}  # they go with what stood here
        self._first = None
        self._waits = self._needs_key = False
        self._late.stop()
        clear(self._inside)
        self.say(title, about)
        self.verticalScrollBar().setValue(0)

    def _service_row(self, service: Service) -> tuple[QHBoxLayout, Button]:
        row = QHBoxLayout()
        row.setContentsMargins(0, 12, 0, 12)
        row.setSpacing(12)
        row.addWidget(Mark(service.key, size=24))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Label(service.title, Type.BUTTON))
        holds = ", ".join(permission.title for permission in service.permissions)
        text.addWidget(Label(holds, tone="text_2"))
        row.addLayout(text, 1)
        button = Button(self.tr("Connect"))
        button.setAccessibleName(self.tr("Connect {service}").format(service=service.title))
        button.clicked.connect(lambda: self.begin(service))
        row.addWidget(button)
        return row, button

    def _permission_row(self, permission: Permission, *, on: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 12, 0, 12)
        row.setSpacing(24)
        row.addWidget(Glyph(_ICONS.get(permission.key, "key")), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Label(permission.title, Type.BUTTON))
        text.addWidget(Label(permission.reason, tone="text_2", wrap=True))
        if permission.only:
            only = self.tr("For {whom}.").format(whom=permission.only)
            text.addWidget(Label(only, tone="text_2"))
        row.addLayout(text, 1)
        switch = Switch(permission.title, on=on)
        switch.setAccessibleDescription(permission.reason)
        switch.toggled.connect(self._judge)
        self._switches[permission.key] = switch
        row.addWidget(switch)
        return row

    def _add_details(self) -> None:
        scopes = list(dict.fromkeys(s for p in self._service.permissions for s in p.scopes))
        title = self.tr("Details: the scopes asked for, by {service}'s names")
        self._details = Button(title.format(service=self._service.title), "quiet", "chevron-right")
        self._details.setCheckable(True)
        names = Label("\n".join(scopes), Type.META, "text_2", wrap=True)
        names.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        names.hide()
        self._details.toggled.connect(names.setVisible)
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 4)
        row.addWidget(self._details)
        row.addStretch(1)
        self._inside.addLayout(row)
        self._inside.addLayout(inset(names, 40, 0, 0, 0))

    def _add_buttons(self, *buttons: Button) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        self._inside.addLayout(row)

    def _add_note(self, icon: str, text: str) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(Glyph(icon), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(text, Type.META, "text_2", wrap=True), 1)
        self._inside.addLayout(row)

    def _add_steps(self) -> None:
        """Say what the browser will ask, and what to look at there."""
        self._inside.addWidget(Label(self.tr("In the browser"), Type.HEADING))
        self._inside.addSpacing(4)
        steps = (
            self._host_words(),
            self._service.consent,
        )
        for number, step in enumerate(filter(None, steps), start=1):
            row = QHBoxLayout()
            row.setContentsMargins(0, 4, 0, 4)
            row.setSpacing(8)
            count = Label(f"{number}.", Type.META, "text_3")
            count.setFixedWidth(theme.px(16))
            row.addWidget(count, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(step, Type.META, "text_2", wrap=True), 1)
            self._inside.addLayout(row)
        self._inside.addSpacing(8)
        registration = self._service.registration
        if self._service.client.own and registration is not None and registration.unverified:
            self._inside.addWidget(Label(self.tr("What comes first"), Type.HEADING))
            self._inside.addSpacing(8)
            card = UnverifiedCard(self._service, registration.unverified)
            self._inside.addWidget(card, 0, Qt.AlignmentFlag.AlignLeft)
            self._inside.addSpacing(8)

    def _leave_button(self) -> Button:
        button = Button(self.tr("Cancel"), "quiet")
        button.clicked.connect(self.left)
        return button

    def _host_words(self) -> str:
        older = self._older if self._is_older else None
        host = self._service.host if older is None else older.host
        return self.tr("Type your password only at {host}.").format(host=host)

    def _consent_words(self) -> str:
        older = self._older if self._is_older else None
        return self._service.consent if older is None else older.consent

    # --- what the person does ---

    def _chosen(self) -> tuple[str, ...]:
        """Return what is switched on; where no switches stand, what was when they did."""
        if not self._switches:
            return self._features
        return tuple(key for key, switch in self._switches.items() if switch.isChecked())

    @Slot()
    def _judge(self) -> None:
        chosen = self._chosen()
        some = bool(chosen)
        keyed = not self._needs_key or bool(self._key.text().strip())
        clear(self._approval)
        walled = [p.title for p in self._service.permissions if p.approval and p.key in chosen]
        if walled:
            self._say_of_approval(walled)
        self._go_on.setEnabled(some and keyed)
        lacks = "" if some else self.tr("Switch on what LoopDesk may do")
        self._go_on.setToolTip(lacks or ("" if keyed else self._key.placeholderText()))

    def _say_of_approval(self, titles: Sequence[str]) -> None:
        """Say before the browser opens what an organisation may have to say about it."""
        said = self.tr(
            "With a work or school account your organisation may have to approve this first: "
            "{features}. With a private account you decide alone."
        ).format(features=", ".join(titles))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 12)
        row.setSpacing(8)
        row.addWidget(Glyph("lock"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(said, Type.META, "text_2", wrap=True), 1)
        asks = Button(self.tr("What administrators ask"), "quiet")
        asks.clicked.connect(self._show_administrator)
        row.addWidget(asks, 0, Qt.AlignmentFlag.AlignTop)
        self._approval.addLayout(row)

    @Slot()
    def _show_administrator(self) -> None:
        self.administrator.emit(self._request())

    def _request(self) -> Request:
        service = self._service
        assert service.request is not None  # noqa: S101
        return service.request(service.client, self._features or self._chosen())

    def _administrator_buttons(self) -> list[Button]:
        """Return what hands the matter on to an administrator."""
        if self._service.request is None:
            return []
        copy = Button(self.tr("Copy the text for your administrator"), "outlined", "copy")
        copy.clicked.connect(self._copy_for_administrator)
        buttons = [copy]
        if self._request().page:
            line = Button(self.tr("Copy the approval link"), "outlined", "copy")
            line.clicked.connect(self._copy_link)
            buttons.append(line)
        asks = Button(self.tr("What administrators ask"), "quiet")
        asks.clicked.connect(self._show_administrator)
        return [*buttons, asks]

    @Slot()
    def _copy_link(self) -> None:
        QGuiApplication.clipboard().setText(self._request().page)

    @Slot()
    def _ask(self) -> None:
        self._ask_consent(typed=False)

    @Slot()
    def _ask_for_code(self) -> None:
        if self._chosen():
            self._ask_consent(typed=True)

    def _ask_consent(self, *, typed: bool, older: str | None = None) -> None:
        account = self._account.id if self._account else ""
        self._features, self._typed, self._is_older = self._chosen(), typed, older is not None
        asked = Asked(self._service.key, self._features, account, typed, older)
        self.waiting()
        self.asked.emit(asked)

    @Slot()
    def _begin_again(self) -> None:
        if self._is_older:
            self.begin_older(self._service, self._account)
        else:
            self.begin(self._service, self._account)

    @Slot()
    def _cancel(self) -> None:
        self.cancelled.emit()
        self._begin_again()

    @Slot()
    def _open_again(self) -> None:
        self.open_page.emit(self._address)

    @Slot()
    def _copy_for_administrator(self) -> None:
        QGuiApplication.clipboard().setText(self._request().written())

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)


class UnverifiedCard(QFrame):
    """What the service shows first for a client of one's own, so that nobody takes fright."""

    def __init__(self, service: Service, said: tuple[str, str, str]) -> None:
        super().__init__()
        title, more, on = said
        self.setProperty("surface", "card")
        self.setFixedWidth(theme.px(386))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        bar = QFrame()
        bar.setProperty("surface", "surface")
        bar.setFixedHeight(theme.px(32))
        where = QHBoxLayout(bar)
        where.setContentsMargins(16, 0, 16, 0)
        where.setSpacing(6)
        where.addStretch(1)
        where.addWidget(Glyph("lock"))
        where.addWidget(Label(service.host, Type.META, "text_2"))
        where.addStretch(1)
        column.addWidget(bar)
        column.addSpacing(16)
        for widget in (
            Glyph("triangle-alert", "warn"),
            Label(title, Type.READER_TITLE, wrap=True),
            Label(self.tr("1. Press {words}.").format(words=f"\u201c{more}\u201d"), wrap=True),
            Label(self.tr("2. Press {words}.").format(words=f"\u201c{on}\u201d"), wrap=True),
            Label(
                self.tr(
                    "It says so of every client that {service} has not reviewed: yours is one."
                ).format(service=service.title),
                Type.META,
                "text_2",
                wrap=True,
            ),
        ):
            column.addLayout(inset(widget, 16, 0, 16, 0))
            column.addSpacing(8)
