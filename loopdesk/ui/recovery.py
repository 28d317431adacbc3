"""The sheet that shows a new recovery phrase, once.

sheet = RecoverySheet(window, phrase)
sheet.open()
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 480


class RecoverySheet(Layer):
    """Shows one phrase, to be copied or written down."""

    def __init__(self, window: QWidget, phrase: str) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self._phrase = phrase
        title = self.tr("Your recovery phrase")
        about = self.tr(
            "Keep it where this computer is not. Whoever has it and this computer's files can "
            "read them. It is not shown again."
        )
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        inside = QVBoxLayout()
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(Label(title, Type.READER_TITLE))
        inside.addWidget(Label(about, tone="text_2", wrap=True))
        inside.addSpacing(8)
        shown = Label(phrase, Type.EMPTY, wrap=True)
        shown.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        inside.addWidget(shown)
        inside.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self._copy = Button(self.tr("Copy"))
        self._copy.clicked.connect(self._copy_it)
        kept = Button(self.tr("I have it"), "filled")
        kept.clicked.connect(self.close_layer)
        row.addWidget(self._copy)
        row.addWidget(kept)
        inside.addLayout(row)
        self.body.addLayout(inside)
        self.closed.connect(self.deleteLater)

    def first_focus(self) -> QWidget:
        return self._copy

    @Slot()
    def _copy_it(self) -> None:
        QGuiApplication.clipboard().setText(self._phrase)
        self._copy.setText(self.tr("Copied"))
