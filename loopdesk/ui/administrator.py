"""What an administrator asks before letting a program in, answered on one page.

page = AdministratorPage()
page.show_request(request)     # core.approval.Request
page.left                      # back to where one came from
page.link                      # str: the approval page, for a browser
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from loopdesk.core.approval import WHERE_DATA_GOES, Request
from loopdesk.ui.controls import Button, Label, Line, clear
from loopdesk.ui.page import Page
from loopdesk.ui.theme import Type


class AdministratorPage(Page):
    """Client, scopes with their reasons, hosts, and where data goes: to read, or to copy whole."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__(
            self.tr("For your administrator"),
            self.tr(
                "Everything an organisation needs to know to decide about LoopDesk. Copy it whole, "
                "or show this page."
            ),
        )
        self._request: Request | None = None
        self._inside = QVBoxLayout()
        self._inside.setSpacing(0)
        self.column.addLayout(self._inside)
        self.column.addStretch(1)

    def show_request(self, request: Request) -> None:
        """Become this request."""
        self._request = request
        clear(self._inside)
        copy = Button(self.tr("Copy all of it"), "filled", "copy")
        copy.clicked.connect(self._copy)
        buttons = [copy]
        if request.page:
            link = Button(self.tr("Copy the approval link"), "outlined", "copy")
            link.clicked.connect(self._copy_link)
            buttons.append(link)
        back = Button(self.tr("Back"), "quiet")
        back.clicked.connect(self.left)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (*buttons, back):
            row.addWidget(button)
        row.addStretch(1)
        self._inside.addLayout(row)
        self._inside.addSpacing(16)
        self._add(self.tr("What is asked for"), request.asks)
        self._add(self.tr("OAuth client id"), request.client_id or self.tr("None yet"))
        for one in request.wanted:
            self._add(one.title, one.reason, "\n".join(one.scopes))
        self._add(self.tr("Hosts it speaks with"), "\n".join(sorted(request.hosts)))
        self._add(self.tr("Where data goes"), WHERE_DATA_GOES)
        copy.setFocus()

    def _add(self, title: str, text: str, small: str = "") -> None:
        self._inside.addWidget(Line())
        self._inside.addSpacing(12)
        self._inside.addWidget(Label(title, Type.BUTTON))
        for shown, size in ((text, Type.BODY), (small, Type.META)):
            if shown:
                label = Label(shown, size, "text_2", wrap=True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._inside.addWidget(label)
        self._inside.addSpacing(12)

    @Slot()
    def _copy(self) -> None:
        if self._request is not None:
            QGuiApplication.clipboard().setText(self._request.written())

    @Slot()
    def _copy_link(self) -> None:
        if self._request is not None:
            QGuiApplication.clipboard().setText(self._request.page)
