"""A meeting in the reader: its facts and answers, and below them what it is about."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from loopdesk.core.rows import Body, Row, Shown
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, theme
from loopdesk.ui.meeting import Answered, Beside, MeetingPart
from loopdesk.ui.part import Part
from loopdesk.ui.text import Text


class MeetingOpened(Part):
    """Each half is made anew only when it differs: a note that is being typed stays."""

    answered = Signal(Answered)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(clock, zone)
        self._row: Row | None = None
        self._entries: tuple[Shown, ...] = ()
        self._beside: Beside | None = None
        self._meeting: MeetingPart | None = None
        self._facts, self._agenda = QVBoxLayout(), QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(20))
        column.addLayout(self._facts)
        column.addLayout(self._agenda)

    def show_beside(self, beside: Beside) -> None:
        """Say in which calendar it stands, and what else is on then."""
        self._beside = beside
        if self._meeting is not None:
            self._meeting.show_beside(beside)

    def show_body(self, row: Row, body: Body | None) -> None:
        if row != self._row and row.meeting is not None:
            self._row = row
            controls.clear(self._facts)
            part = MeetingPart(row, row.meeting, self._clock, self._zone)
            part.answered.connect(self.answered)
            part.link.connect(self.link)
            part.asked.connect(self.asked)
            if self._beside is not None:
                part.show_beside(self._beside)
            controls.put(self._facts, part)
            self._meeting = part
        entries = body.entries if body is not None else ()
        if entries != self._entries:
            self._entries = entries
            controls.clear(self._agenda)
            for entry in entries:
                if entry.own:
                    text = Text(entry.own)
                    text.linkActivated.connect(self.link)
                    controls.put(self._agenda, text)
