"""A question on a sheet over the window, asked before something that cannot be undone.

sheet = Sheet(window, title, about, (Choice("keep", "Keep it"), Choice("erase", "Erase", "danger")))
sheet.chosen.connect(slot)     # str: the name of what was pressed; Esc chooses nothing
sheet.open()                   # the first choice has the focus
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 480


@dataclass(frozen=True, slots=True)
class Choice:
    """One button; its text says the effect."""

    name: str
    text: str
    look: str = "outlined"


class Sheet(Layer):
    """Made for one question, and gone once it is answered or left."""

    chosen = Signal(str)

    def __init__(self, window: QWidget, title: str, about: str, choices: Sequence[Choice]) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        inside = QVBoxLayout()
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(Label(title, Type.READER_TITLE, wrap=True))
        inside.addWidget(Label(about, tone="text_2", wrap=True))
        inside.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self._buttons = []
        for choice in choices:
            button = Button(choice.text, choice.look)
            button.clicked.connect(partial(self._choose, choice.name))
            self._buttons.append(button)
            row.addWidget(button)
        inside.addLayout(row)
        self.body.addLayout(inside)
        self.closed.connect(self.deleteLater)

    def first_focus(self) -> QWidget:
        return self._buttons[0]

    def _choose(self, name: str) -> None:
        self.close_layer()
        self.chosen.emit(name)
