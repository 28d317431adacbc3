"""The outbox: what waits, what is being sent, what was refused, each with its way on.

For a day it also says which new versions went beside their files, as copies.

page = OutboxPage(now=here)            # here(): now, in the person's zone
page.show_waiting(waiting)             # what `waiting_in` returned, read off the Qt thread
page.undo, page.send_now               # Signal(str): the action's id
page.retry, page.discard               # Signal(str)
page.edit                              # Signal(Waiting): take it back and write it anew
page.opened                            # Signal(Row): show its item
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Action, State
from loopdesk.core.errors import Unknown
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.desk.letters import LETTERS, is_quiet
from loopdesk.desk.shown import copied_as
from loopdesk.ui import failures, words
from loopdesk.ui.controls import Button, Elided, Glyph, Label, Line, clear
from loopdesk.ui.page import Page
from loopdesk.ui.theme import Type

_ICONS = {
    State.WAITING: ("clock", "text_2"),
    State.SENDING: ("send", "text_2"),
    State.REFUSED: ("circle-alert", "danger"),
    State.SENT: ("copy", "text_2"),
}
_SAID = timedelta(days=1)
"""So long it is said what became a copy."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open action and the item it is for, None where that is gone."""

    action: Action
    row: Row | None


def waiting_in(desk: Desk, now: datetime) -> tuple[Waiting, ...]:
    """Return what the outbox holds, for the page. Waits for the store: never on the Qt thread."""
    copies = [
        action
        for action in desk.activity()
        if copied_as(action) and action.settled_at is not None and now - action.settled_at < _SAID
    ]

    def one(action: Action) -> Waiting:
        try:
            return Waiting(action, desk.row(action.item) if action.item else None)
        except Unknown:
            return Waiting(action, None)

    waiting = [action for action in desk.outbox() if not is_quiet(action)]
    return tuple(map(one, (*waiting, *copies)))


class OutboxPage(Page):
    """One line an action, refused ones first: they need the person."""

    undo = Signal(str)
    send_now = Signal(str)
    retry = Signal(str)
    discard = Signal(str)
    edit = Signal(object)
    opened = Signal(object)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__("", "")
        self._now = now
        self._lines: list[_Line] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._count)
        self.show_waiting(())

    def show_waiting(self, waiting: Sequence[Waiting]) -> None:
        """Become `waiting`."""
        clear(self._list)
        self._lines = []
        refused_first = sorted(waiting, key=lambda one: one.action.state is not State.REFUSED)
        for one in refused_first:
            line = _Line(one, self._now)
            line.pressed.connect(self._pressed)
            self._lines.append(line)
            self._list.addWidget(Line())
            self._list.addWidget(line)
        about = self.tr("Nothing waits. Everything you did has reached its service.")
        if waiting:
            self._list.addWidget(Line())
        if any(one.action.state is not State.SENT for one in waiting):
            about = self.tr("It leaves by itself, also when this window is closed.")
        self.say(self.tr("Outbox"), about)
        self._count()

    @Slot()
    def _count(self) -> None:
        counting = [line.count() for line in self._lines]
        if any(counting):
            self._tick.start()
        else:
            self._tick.stop()

    @Slot(str, object)
    def _pressed(self, name: str, one: Waiting) -> None:
        match name:
            case "edit":
                self.edit.emit(one)
            case "open":
                self.opened.emit(one.row)
            case "undo":
                self.undo.emit(one.action.id)
            case "send-now":
                self.send_now.emit(one.action.id)
            case "retry":
                self.retry.emit(one.action.id)
            case "discard":
                self.discard.emit(one.action.id)


class _Line(QWidget):
    """One action: what it is, how it stands, what can be done."""

    pressed = Signal(str, object)

    def __init__(self, one: Waiting, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._one = one
        self._now = now
        action, row = one.action, one.row
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 12, 0, 12)
        across.setSpacing(12)
        across.addWidget(Glyph(*_ICONS[action.state]), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(0)
        title = words.order(action.name)
        if row is not None:
            title = self.tr("{action}: {item}").format(action=title, item=words.who(row))
        text.addWidget(Elided(title, Type.BUTTON))
        written = " ".join(action.arguments.text.split())
        about = written or (words.what(row)[0] if row else "")
        if about:
            text.addWidget(Elided(about, tone="text_2"))
        refused = action.state is State.REFUSED
        self._state = Label("", Type.META, "danger" if refused else "text_3", wrap=True)
        text.addWidget(self._state)
        across.addLayout(text, 1)
        for name, words_of, look in self._offers():
            button = Button(words_of, look)
            button.setAccessibleName(f"{words_of}, {title}")
            button.clicked.connect(lambda _=False, name=name: self.pressed.emit(name, one))
            across.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def count(self) -> bool:
        """Say how it stands now; True while that changes by itself."""
        action = self._one.action
        if action.state is State.REFUSED:
            self._state.setText(failures.refusal(action.error) if action.error else "")
            return False
        if action.state is State.SENT:
            self._state.setText(words.copied(copied_as(action)))
            return False
        if action.state is State.SENDING:
            self._state.setText(words.on_the_way(action.done, self.tr("Being sent")))
            return False
        now = self._now()
        left_s = (action.not_before_at - now).total_seconds()
        if left_s > 0 and action.error is None:
            self._state.setText(self.tr("Leaves in {n} s").format(n=ceil(left_s)))
            return True
        at = words.moment(action.written_at, now, now.tzinfo or UTC, with_time=True)
        text = self.tr("Written {time}, leaves with the network").format(time=at)
        if action.error is not None and action.error.code != "offline":
            text = failures.refusal(action.error)
        self._state.setText(text)
        return False

    def _offers(self) -> list[tuple[str, str, str]]:
        action = self._one.action
        if action.state is State.SENT:
            return []
        letter = action.name in LETTERS and self._one.row is not None
        edit = [("edit", self.tr("Edit"), "outlined")] if letter else []
        if action.state is State.REFUSED:
            return [
                *edit,
                ("retry", self.tr("Try again"), "outlined"),
                ("discard", self.tr("Discard"), "quiet"),
            ]
        offers = [("undo", self.tr("Undo"), "outlined")]
        if action.state is State.WAITING:
            offers = [*edit, *offers]
            if action.not_before_at > self._now():
                offers.append(("send-now", words.at_once(action), "quiet"))
        return offers
