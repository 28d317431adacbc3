"""A meeting that a mail is about: answered where it is read."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from loopdesk.core.items import Answer
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Elided, Label, Mark
from loopdesk.ui.part import Wanted
from loopdesk.ui.theme import Type

_ANSWERS = {
    "accept": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "decline": Answer.DECLINED,
}


class InvitationCard(QFrame):
    """When it is and what the person has said; pressed, the answer is the meeting's."""

    wanted = Signal(Wanted)
    opened = Signal(Row)

    def __init__(self, row: Row, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self.row = row
        self.setProperty("surface", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Mark(row.service, row.kind))
        head.addWidget(Elided(row.title, Type.BUTTON), 1)
        show = Button(self.tr("Open"), "link")
        show.setAccessibleName(self.tr("Open {name}").format(name=row.title))
        show.clicked.connect(lambda: self.opened.emit(row))
        head.addWidget(show)
        column.addLayout(head)
        meeting = row.meeting
        if meeting is None:
            return
        when = words.span(meeting, clock.now(), zone)
        column.addWidget(Label(words.joined(when, meeting.location), tone="text_2", wrap=True))
        across = QHBoxLayout()
        across.setSpacing(theme.px(8))
        for name, answer in _ANSWERS.items():
            if name not in row.actions:
                continue
            mine = meeting.answer is answer
            button = Button(words.order(name), icon="check" if mine else "")
            button.setProperty("bar", True)
            button.setProperty("chosen", mine)
            button.setAccessibleDescription(self.tr("your answer") if mine else "")
            button.clicked.connect(partial(self._answer, name))
            across.addWidget(button)
        across.addStretch()
        column.addLayout(across)

    def _answer(self, name: str, _checked: bool = False) -> None:
        self.wanted.emit(Wanted(self.row, name))
