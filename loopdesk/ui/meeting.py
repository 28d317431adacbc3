"""A meeting in the reader: when and where it is, who comes, and the person's own answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.items import Answer, Attendee, Meeting
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import keys, theme, words
from loopdesk.ui.controls import Avatar, Button, Elided, Glyph, Label, Line
from loopdesk.ui.theme import Type


@dataclass(frozen=True, slots=True)
class Answered:
    """The person answered a meeting: `name` is the action, `note` what they add, or ""."""

    row: Row
    name: str
    note: str


class MeetingPart(QWidget):
    """When and where a meeting is, who comes, and the person's own answer."""

    answered = Signal(Answered)
    link = Signal(str)

    def __init__(self, row: Row, meeting: Meeting, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        soon = words.until(meeting.start_at, clock.now()) if meeting.start_at else ""
        column.addLayout(self._fact("clock", words.span(meeting, clock.now(), zone), soon))
        if meeting.join_url:
            column.addLayout(self._link_fact(meeting.join_url))
        if meeting.location:
            column.addLayout(self._fact("map-pin", meeting.location))
        column.addSpacing(theme.px(4))
        column.addLayout(self._buttons(meeting))
        self._note = QLineEdit()
        self._note.setPlaceholderText(self.tr("A note that goes with your answer"))
        self._note.setAccessibleName(self._note.placeholderText())
        self._note.hide()
        column.addWidget(self._note)
        if meeting.attendees:
            column.addSpacing(theme.px(12))
            column.addLayout(self._people(meeting))

    def _fact(self, icon: str, text: str, soon: str = "") -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(theme.px(12))
        line.addWidget(Glyph(icon), 0, Qt.AlignmentFlag.AlignTop)
        label = Label(text, wrap=not soon)
        line.addWidget(label, 0 if soon else 1)
        if soon:
            line.addWidget(Label(soon, tone="urgent"), 1)
        return line

    def _link_fact(self, address: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(Glyph("video"))
        shown = Button(address.removeprefix("https://"), "link")
        shown.clicked.connect(lambda: self.link.emit(address))
        line.addWidget(shown)
        line.addStretch()
        return line

    def _buttons(self, meeting: Meeting) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        given = {
            "accept": Answer.ACCEPTED,
            "tentative": Answer.TENTATIVE,
            "decline": Answer.DECLINED,
        }
        for name, answer in given.items():
            if name not in self._row.actions:
                continue
            mine = meeting.answer is answer
            filled = name == "accept" and meeting.answer is Answer.PENDING
            icon = "check" if mine or filled else ""
            button = Button(words.order(name), "filled" if filled else "outlined", icon)
            button.setProperty("chosen", mine)
            button.setAccessibleDescription(self.tr("your answer") if mine else "")
            button.setToolTip(keys.of(name))
            button.clicked.connect(lambda _=False, name=name: self._answer(name))
            line.addWidget(button)
        if line.count():
            note = Button(self.tr("Add a note"), "quiet", "plus")
            note.clicked.connect(self._ask_note)
            line.addWidget(note)
        line.addStretch()
        if meeting.join_url:
            join = Button(self.tr("Join"), icon="video")
            join.clicked.connect(lambda: self.link.emit(meeting.join_url))
            line.addWidget(join)
        return line

    def _people(self, meeting: Meeting) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        count = len(meeting.attendees)
        people = self.tr("{n} people").format(n=count) if count > 1 else self.tr("1 person")
        head.addWidget(Label(people, Type.HEADING))
        head.addWidget(Elided(words.answers(meeting), Type.META, "text_2"), 1)
        column.addLayout(head)
        column.addSpacing(theme.px(8))
        column.addWidget(Line())
        for attendee in meeting.attendees:
            column.addWidget(_Person(attendee))
            column.addWidget(Line())
        if meeting.attendees_omitted:
            column.addSpacing(theme.px(8))
            column.addWidget(
                Label(self.tr("The service did not name everybody"), Type.META, "text_3")
            )
        return column

    @Slot()
    def _ask_note(self) -> None:
        self._note.show()
        self._note.setFocus()

    def _answer(self, name: str) -> None:
        self.answered.emit(Answered(self._row, name, self._note.text().strip()))


class _Person(QWidget):
    """One invited person and what they said."""

    def __init__(self, attendee: Attendee) -> None:
        super().__init__()
        self.setFixedHeight(theme.px(43))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(12))
        across.addWidget(Avatar(attendee.who))
        column = QVBoxLayout()
        column.setSpacing(0)
        across.addLayout(column, 1)
        first = QHBoxLayout()
        first.setSpacing(theme.px(8))
        name = self.tr("You") if attendee.me else words.name(attendee.who)
        first.addWidget(Label(name, Type.BUTTON))
        if attendee.organizer or attendee.optional:
            role = self.tr("organiser") if attendee.organizer else self.tr("optional")
            first.addWidget(Label(role, Type.META, "text_3"))
        first.addStretch()
        column.addStretch()
        column.addLayout(first)
        if attendee.note:
            column.addWidget(Elided(f"“{attendee.note}”", Type.META, "text_2"))
        column.addStretch()
        said = words.answer(attendee.answer)
        accepted = attendee.answer is Answer.ACCEPTED
        if accepted:
            across.addWidget(Glyph("check", "ok"))
            across.addSpacing(-theme.px(4))
        tone = "ok" if accepted else "text" if attendee.answer is Answer.DECLINED else "text_2"
        across.addWidget(Label(said, tone=tone))
