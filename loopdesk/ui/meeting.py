"""A meeting in the reader: when and where it is, who comes, and what the person can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.changes import Account
from loopdesk.core.items import Answer, Attendee, Meeting
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, keys, repeats, theme, words
from loopdesk.ui.controls import Avatar, Button, Elided, Glyph, IconButton, Label, Line
from loopdesk.ui.day_block import Swatch
from loopdesk.ui.flow import Flow
from loopdesk.ui.more import More
from loopdesk.ui.picker import Picker
from loopdesk.ui.text import short
from loopdesk.ui.theme import Type
from loopdesk.ui.when import said_length

_SHOWN = 12
"""How many guests are shown at first."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The person answered a meeting.

    Args:
        name: the action.
        note: what they add, or "".
        series: the answer is meant for the whole series.
    """

    row: Row
    name: str
    note: str
    series: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What a meeting's day knows of it: what else is on then, and in which calendar it stands."""

    rows: tuple[Row, ...]
    calendars: tuple[tuple[Account, Place], ...]

    def calendar_of(self, row: Row) -> Place | None:
        held = row.meeting.calendar if row.meeting is not None else ""
        found = (p for a, p in self.calendars if (a.id, p.key) == (row.account, held))
        return next(found, None)

    def over(self, row: Row) -> Sequence[Row]:
        """Return the other meetings that take the person's time while this one lasts."""
        mine = row.meeting
        if mine is None or mine.start_at is None or mine.end_at is None:
            return ()
        return [
            other
            for other in self.rows
            if other.id != row.id
            and (theirs := other.meeting) is not None
            and theirs.start_at is not None
            and theirs.end_at is not None
            and theirs.busy
            and theirs.answer is not Answer.DECLINED
            and theirs.start_at < mine.end_at
            and theirs.end_at > mine.start_at
        ]


class MeetingPart(QWidget):
    """When and where a meeting is, who comes, and the person's own answer."""

    answered = Signal(Answered)
    asked = Signal(str)
    link = Signal(str)

    def __init__(self, row: Row, meeting: Meeting, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._row, self._meeting, self._clock, self._zone = row, meeting, clock, zone
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        soon = words.until(meeting.start_at, clock.now()) if meeting.start_at else ""
        column.addLayout(self._fact("clock", words.span(meeting, clock.now(), zone), soon))
        if meeting.series or meeting.repeats:
            said = repeats.said(meeting.repeats) if meeting.repeats else self.tr("One of a series")
            column.addLayout(self._fact("repeat", said))
        if meeting.join_url:
            column.addLayout(self._link_fact(meeting.join_url))
        if meeting.location:
            column.addLayout(self._fact("map-pin", meeting.location))
        if meeting.reminders is not None:
            column.addLayout(self._fact("bell", _reminders(meeting.reminders)))
        self._calendar = QHBoxLayout()
        self._calendar.setSpacing(theme.px(12))
        column.addLayout(self._calendar)
        column.addSpacing(theme.px(4))
        self._which: Picker | None = None
        column.addLayout(self._buttons(meeting))
        self._note = QLineEdit()
        self._note.setPlaceholderText(self.tr("A note that goes with your answer"))
        self._note.setAccessibleName(self._note.placeholderText())
        self._note.hide()
        column.addWidget(self._note)
        self._over = QVBoxLayout()
        column.addLayout(self._over)
        if meeting.attendees:
            column.addSpacing(theme.px(12))
            self._people = QVBoxLayout()
            self._people.setSpacing(0)
            column.addLayout(self._people)
            self._show_people()

    def show_beside(self, beside: Beside) -> None:
        """Say in which calendar it stands, and what else is on then."""
        place = beside.calendar_of(self._row)
        if place is not None and not self._calendar.count():
            self._calendar.addSpacing(theme.px(2))
            self._calendar.addWidget(Swatch(place.colour))
            self._calendar.addWidget(Label(place.name), 1)
        over = beside.over(self._row)
        if over and not self._over.count() and self._meeting.answer is not Answer.DECLINED:
            self._over.addWidget(self._overlap(over, beside))

    def _fact(self, icon: str, text: str, soon: str = "") -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(theme.px(12))
        line.addWidget(Glyph(icon), 0, Qt.AlignmentFlag.AlignTop)
        label = Label(text, wrap=not soon)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(label, 0 if soon else 1)
        if soon:
            line.addWidget(Label(soon, tone="urgent"), 1)
        return line

    def _link_fact(self, address: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(Glyph("video"))
        shown = Button(short(address.removeprefix("https://"), head=30, tail=6), "link")
        shown.setToolTip(address)
        shown.clicked.connect(lambda: self.link.emit(address))
        line.addWidget(shown)
        copy = IconButton("copy", self.tr("Copy the link"))
        copy.setProperty("small", True)
        copy.clicked.connect(lambda: self.asked.emit("copy-link"))
        line.addWidget(copy)
        line.addStretch()
        return line

    def _buttons(self, meeting: Meeting) -> QHBoxLayout:
        """Return what can be done about it; where there is no room, it goes on below."""
        holder = QWidget()
        flow = Flow(gap=theme.px(8), line_gap=theme.px(8))
        flow.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(flow)
        answers = self._answers(meeting)
        for button in (*answers, *self._changes()):
            flow.addWidget(button)
        both = QHBoxLayout()
        both.setSpacing(theme.px(8))
        both.addWidget(holder, 1)
        if meeting.join_url:
            join = Button(self.tr("Join"), icon="video")
            join.clicked.connect(lambda: self.link.emit(meeting.join_url))
            both.addWidget(join, 0, Qt.AlignmentFlag.AlignTop)
        return both

    def _answers(self, meeting: Meeting) -> list[Button]:
        given = {
            "accept": Answer.ACCEPTED,
            "tentative": Answer.TENTATIVE,
            "decline": Answer.DECLINED,
        }
        found = []
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
            found.append(button)
        if found:
            note = Button(self.tr("Add a note"), "quiet", "plus")
            note.clicked.connect(self._ask_note)
            found.append(note)
            if meeting.series:
                self._which = Picker(self.tr("What is answered"))
                self._which.offer(
                    [(self.tr("Only this one"), False), (self.tr("The whole series"), True)], False
                )
                found.append(self._which)
        return found

    def _changes(self) -> list[Button]:
        """Return the buttons that change the meeting itself, or ask who made it to."""
        offered = (
            ("edit", self.tr("Edit"), "pencil", "outlined"),
            ("reschedule", self.tr("Move"), "calendar-clock", "outlined"),
            ("propose", self.tr("Propose another time"), "calendar-clock", "quiet"),
            ("cancel", self.tr("Cancel the meeting"), "", "danger"),
        )
        mine = "reschedule" in self._row.actions
        found = []
        for name, text, icon, look in offered:
            # Who can move it needs to ask nobody.
            if name not in self._row.actions or (name == "propose" and mine):
                continue
            button = Button(text, look, icon)
            button.clicked.connect(partial(self._ask, f"do {name}"))
            found.append(button)
        return found

    def _ask(self, command: str, _checked: bool = False) -> None:
        self.asked.emit(command)

    def _overlap(self, over: Sequence[Row], beside: Beside) -> QFrame:
        first = over[0]
        theirs = first.meeting
        card = QFrame()
        card.setProperty("surface", "urgent")
        across = QHBoxLayout(card)
        across.setContentsMargins(theme.px(16), theme.px(8), theme.px(8), theme.px(8))
        across.setSpacing(theme.px(12))
        across.addWidget(Glyph("triangle-alert", "urgent"))
        column = QVBoxLayout()
        column.setSpacing(0)
        times = ""
        if theirs is not None and theirs.start_at is not None and theirs.end_at is not None:
            times = self.tr("{start} to {end}").format(
                start=words.clock(theirs.start_at, self._zone),
                end=words.clock(theirs.end_at, self._zone),
            )
        said = self.tr("Overlaps {title}").format(title=words.joined(first.title, times))
        if more := len(over) - 1:
            said = words.joined(said, self.tr("and {n} more").format(n=words.count(more)))
        column.addWidget(Label(said, Type.BUTTON, wrap=True))
        place = beside.calendar_of(first)
        about = words.joined(
            words.answer(theirs.answer) if theirs is not None else "",
            self.tr("in {calendar}").format(calendar=place.name) if place is not None else "",
        )
        if about:
            column.addWidget(Label(about, Type.META, "text_2", wrap=True))
        across.addLayout(column, 1)
        show = Button(self.tr("Show on the day"), "quiet")
        show.clicked.connect(partial(self._ask, "show-on-day"))
        across.addWidget(show)
        return card

    def _show_people(self) -> None:
        meeting, column = self._meeting, self._people
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        count = len(meeting.attendees)
        head.addWidget(Label(words.people(count), Type.HEADING))
        head.addWidget(Elided(words.answers(meeting), Type.META, "text_2"), 1)
        column.addLayout(head)
        column.addSpacing(theme.px(8))
        column.addWidget(Line())
        self._named = QVBoxLayout()
        self._named.setSpacing(0)
        column.addLayout(self._named)
        self._rest = More(_SHOWN)
        self._rest.wanted.connect(self._add_people)
        column.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignLeft)
        self._add_people()
        if meeting.attendees_omitted:
            column.addSpacing(theme.px(8))
            column.addWidget(
                Label(self.tr("The service did not name everybody"), Type.META, "text_3")
            )

    @Slot()
    def _add_people(self) -> None:
        known = self._named.count() // 2  # each with its line
        for attendee in self._rest.first(self._meeting.attendees)[known:]:
            controls.put(self._named, _Person(attendee))
            controls.put(self._named, Line())

    @Slot()
    def _ask_note(self) -> None:
        self._note.show()
        self._note.setFocus()

    def _answer(self, name: str) -> None:
        note, series = (
            self._note.text().strip(),
            self._which is not None and self._which.value is True,
        )
        self.answered.emit(Answered(self._row, name, note, series))


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
            note = Elided(f"“{attendee.note}”", Type.META, "text_2")
            note.setToolTip(attendee.note)
            column.addWidget(note)
        column.addStretch()
        said = words.answer(attendee.answer)
        accepted = attendee.answer is Answer.ACCEPTED
        if accepted:
            across.addWidget(Glyph("check", "ok"))
            across.addSpacing(-theme.px(4))
        tone = "ok" if accepted else "text" if attendee.answer is Answer.DECLINED else "text_2"
        across.addWidget(Label(said, tone=tone))


def _reminders(reminders: Sequence[int]) -> str:
    if not reminders:
        return words.translate("meeting", "No reminder")
    said = words.listed([said_length(timedelta(minutes=n)) for n in sorted(reminders)])
    return words.translate("meeting", "Reminder {times} before").format(times=said)
