"""What was refused, why, and what can be decided about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from loopdesk.core.actions import State
from loopdesk.core.rows import Row
from loopdesk.desk.letters import LETTERS
from loopdesk.ui import failures, theme, words
from loopdesk.ui.controls import Button, Glyph, Label

_EDITED = LETTERS | {"edit", "send"}


def is_refused(row: Row) -> bool:
    return row.failure is not None and row.state is State.REFUSED


class RefusedCard(QFrame):
    """One item's refused action; its words are kept until the person decides."""

    asked = Signal(str)

    def __init__(self, row: Row) -> None:
        super().__init__()
        assert row.failure is not None  # noqa: S101
        self.setProperty("surface", "danger")
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(8))
        across.setSpacing(theme.px(8))
        across.addWidget(Glyph("circle-alert", "danger"))
        said = self.tr("{action}: {why}.").format(
            action=words.order(row.pending_name), why=failures.refusal(row.failure)
        )
        about = Label(said, tone="danger", wrap=True)
        about.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        across.addWidget(about, 1)
        if row.pending_name in _EDITED:
            across.addWidget(self._button(self.tr("Edit"), "edit-refused"))
        across.addWidget(self._button(self.tr("Try again"), "retry"))
        across.addWidget(self._button(self.tr("Discard"), "discard", "quiet"))

    def _button(self, text: str, command: str, look: str = "outlined") -> Button:
        button = Button(text, look)
        button.clicked.connect(lambda: self.asked.emit(command))
        return button
