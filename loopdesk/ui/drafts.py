"""Drafts: what was begun and not sent, here or at its service, the newest first.

page = DraftsPage(now=here)          # here(): now, in the person's zone
page.show_drafts(begun)              # what `drafts_in(desk)` returned, read off the Qt thread
page.opened, page.discarded          # Signal(Begun)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from loopdesk.core.drafts import Draft
from loopdesk.core.errors import Unknown
from loopdesk.core.people import handle_of
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.ui import words
from loopdesk.ui.choice_list import ChoiceList, Line
from loopdesk.ui.controls import Button
from loopdesk.ui.page import Page

_SNIPPET = 160
_ICONS = {"compose": "square-pen", "forward": "forward", "reply-all": "reply-all"}


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft and the item that it answers, None where there is none.

    Args:
        typed: what was typed since it was to be opened, before it was here.
    """

    draft: Draft
    row: Row | None
    typed: str = ""


def drafts_in(desk: Desk) -> tuple[Begun, ...]:
    """Return all drafts, for the page. Waits for the store: never on the Qt thread."""

    def one(draft: Draft) -> Begun:
        try:
            return Begun(draft, None if draft.item is None else desk.row(draft.item))
        except Unknown:
            return Begun(draft, None)

    return tuple(map(one, desk.letters.drafts()))


class DraftsPage(Page):
    """A list by keyboard; Enter goes on with a draft, Delete discards it."""

    opened = Signal(object)
    discarded = Signal(object)
    new_asked = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__("", "", width=840)
        self._now = now
        self._known = False
        # Typed since Enter was pressed, before the drafts were here; None: it was not pressed.
        self._typed: str | None = None
        self.list = _Drafts()
        self.list.setAccessibleName(self.tr("Drafts"))
        self.list.taken.connect(self.opened)
        self.list.given_up.connect(self.discarded)
        self.column.addWidget(self.list)
        self._new = Button(self.tr("New message"), "outlined", "square-pen")
        self._new.clicked.connect(self.new_asked)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 16, 0, 0)
        foot.addWidget(self._new)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self.column.addStretch(1)
        self.list.hide()

    def show_drafts(self, begun: Sequence[Begun]) -> None:
        """Become these drafts."""
        self.list.show_lines([self._line(one) for one in begun])
        self.list.setFixedHeight(self.list.height_for(len(begun)))
        self.list.setVisible(bool(begun))
        about = self.tr("Nothing is begun. What you write is kept here from its first word on.")
        if begun:
            about = self.tr("Enter goes on with one, Delete discards it.")
        self.say(self.tr("Drafts"), about)
        if self.hasFocus() and begun:
            self.list.setFocus()
        typed, self._typed, self._known = self._typed, None, True
        if typed is not None and begun:
            self.opened.emit(replace(begun[0], typed=typed))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.list.isVisibleTo(self):
            self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._typed is not None:
            self._typed += event.text() if event.text().isprintable() else ""
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._known:
            self._typed = ""
        else:
            super().keyPressEvent(event)

    def _line(self, one: Begun) -> Line:
        draft = one.draft
        people = ", ".join(words.name(handle_of(who)) for who in (*draft.to, *draft.cc))
        subject = draft.subject or self.tr("No subject")
        own = draft.text.split("\n-- \n")[0]
        now = self._now()
        at = draft.changed_at or now
        return Line(
            people or self.tr("Nobody yet"),
            more=f"{subject}  {' '.join(own.split())}"[:_SNIPPET],
            right=words.moment(at, now, now.tzinfo or UTC),
            icon=_ICONS.get(draft.name, "reply"),
            value=one,
        )


class _Drafts(ChoiceList):
    given_up = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current()
        if line is not None and (event.key() == Qt.Key.Key_Delete or event.text() == "#"):
            self.given_up.emit(line.value)
        else:
            super().keyPressEvent(event)
