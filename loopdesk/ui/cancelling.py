"""What is asked before a meeting is cancelled: a note for the guests, and how much of a series.

sheet = Cancelling(window, row)
sheet.chosen.connect(slot)      # Arguments
sheet.open()
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.rows import Row
from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 520


class Cancelling(Layer):
    """Made for one question, and gone once it is answered or left."""

    chosen = Signal(Arguments)

    def __init__(self, window: QWidget, row: Row) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        meeting = row.meeting
        others = [a for a in meeting.attendees if not a.me] if meeting is not None else []
        title = self.tr("Cancel {title}?").format(title=row.title)
        about = self.tr("It leaves your calendar.")
        if others:
            about = self.tr("It leaves everybody's calendar, and everybody gets a mail.")
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        inside = QVBoxLayout()
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(Label(title, Type.READER_TITLE, wrap=True))
        inside.addWidget(Label(about, tone="text_2", wrap=True))
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("A note that goes with it"))
        self.note.setAccessibleName(self.note.placeholderText())
        self.note.setVisible(bool(others))
        inside.addWidget(self.note)
        inside.addSpacing(8)
        row_of = QHBoxLayout()
        row_of.setSpacing(8)
        row_of.addStretch(1)
        self._keep = Button(self.tr("Keep it"))
        self._keep.clicked.connect(self.close_layer)
        row_of.addWidget(self._keep)
        series = meeting is not None and bool(meeting.series)
        one = self.tr("Cancel this one") if series else self.tr("Cancel the meeting")
        row_of.addWidget(self._button(one, series=False))
        if series:
            row_of.addWidget(self._button(self.tr("Cancel the series"), series=True))
        inside.addLayout(row_of)
        self.body.addLayout(inside)
        self.closed.connect(self.deleteLater)

    def first_focus(self) -> QWidget:
        return self._keep

    def _button(self, text: str, *, series: bool) -> Button:
        button = Button(text, "danger")
        button.clicked.connect(partial(self._choose, series))
        return button

    def _choose(self, series: bool) -> None:
        note = self.note.text().strip()
        self.close_layer()
        self.chosen.emit(Arguments(text=note, series=series))
