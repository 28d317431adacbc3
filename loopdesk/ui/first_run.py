"""The first page of a new profile: what this does, what it never does, and the two ways on.

page = FirstRun(services)          # services.Service(...): their marks and names
page.connect_asked, page.demo_asked
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Glyph, Label, Mark, OwnMark
from loopdesk.ui.page import Page
from loopdesk.ui.services import Service
from loopdesk.ui.theme import Type

_WIDTH = 832


class FirstRun(Page):
    """Nothing is connected yet."""

    connect_asked = Signal()
    demo_asked = Signal()

    def __init__(self, services: Sequence[Service]) -> None:
        super().__init__(
            self.tr("Everything that needs you, in one window"),
            self.tr(
                "Messages, meetings, tasks and files of all your accounts: what deserves attention "
                "comes first, and says why. You answer and finish each thing right here, also "
                "offline."
            ),
            width=_WIDTH,
            centred=True,
        )
        self.column.setContentsMargins(0, theme.px(32), 0, 0)
        self.column.addSpacing(16)
        self.column.addLayout(self._promises())
        self.column.addSpacing(32)
        cards = QHBoxLayout()
        cards.setSpacing(16)
        connect = Button(self.tr("Connect an account"), "filled")
        connect.clicked.connect(self.connect_asked)
        demo = Button(self.tr("Open the demo"))
        demo.clicked.connect(self.demo_asked)
        titles = self.tr(", ").join(service.title for service in services)
        cards.addWidget(
            _card(
                [Mark(service.key, size=20) for service in services],
                self.tr("Connect your first account"),
                self.tr(
                    "{services}. You choose what it may do, and the newest items show first."
                ).format(services=titles),
                connect,
            ),
            1,
        )
        cards.addWidget(
            _card(
                [OwnMark(20)],
                self.tr("Look around first"),
                self.tr(
                    "A made-up company's week, on this computer only. Nothing in it is real, no "
                    "account is needed, and it is gone when you close it."
                ),
                demo,
            ),
            1,
        )
        self.column.addLayout(cards)
        self.column.addStretch(1)

    def _promises(self) -> QLayout:
        does = (
            ("list", self.tr("Orders your day, and names the reasons for every row")),
            ("check", self.tr("Acts at once, also offline; nothing lost, nothing sent twice")),
            ("lock", self.tr("Keeps everything encrypted on this computer")),
            ("external-link", self.tr("Exports it all, or erases it all, with one action")),
        )
        never = (
            ("globe", self.tr("Talk to a server of ours; there is none")),
            ("key", self.tr("See a password; you sign in with your own browser")),
            ("eye-off", self.tr("Tell senders that you read, or report what you do")),
            ("ban", self.tr("Send your text anywhere for a model to read")),
        )
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(16)
        for heading, promises in (
            (self.tr("What it does"), does),
            (self.tr("What it never does"), never),
        ):
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(Label(heading, Type.HEADING))
            for icon, text in promises:
                line = QHBoxLayout()
                line.setSpacing(12)
                line.addWidget(Glyph(icon))
                line.addWidget(Label(text, wrap=True), 1)
                column.addLayout(line)
            side_by_side.addLayout(column, 1)
        return side_by_side


def _card(marks: Sequence[QWidget], title: str, about: str, button: Button) -> QFrame:
    card = QFrame()
    card.setProperty("surface", "card")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(24, 24, 24, 24)
    inside.setSpacing(0)
    line = QHBoxLayout()
    line.setSpacing(8)
    for mark in marks:
        line.addWidget(mark)
    line.addStretch(1)
    inside.addLayout(line)
    inside.addSpacing(16)
    inside.addWidget(Label(title, Type.READER_TITLE))
    inside.addSpacing(4)
    inside.addWidget(Label(about, tone="text_2", wrap=True))
    inside.addStretch(1)
    inside.addSpacing(16)
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    inside.addLayout(row)
    return card
