"""The title row: the program's name, the search field, the meeting that comes next, settings.

row = TitleRow(search, clock)
row.show_next(meeting), row.show_next(None)
row.hide_buttons(True)                 # while the reader shows that meeting
row.answered                           # Answered(row, name, "")
row.link                               # str: the meeting to be joined
row.menu                               # the QMenu behind the last icon
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from loopdesk.core.items import Answer
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import keys, theme, words
from loopdesk.ui.controls import Button, Elided, IconButton, Label, OwnMark
from loopdesk.ui.meeting import Answered
from loopdesk.ui.rail import NARROW, WIDE
from loopdesk.ui.theme import Type

_NAME = 160
_SEARCH = 200


class TitleRow(QWidget):
    """48 high. `search` stands over the list, as wide as the list is."""

    answered = Signal(Answered)
    link = Signal(str)

    def __init__(self, search: QWidget, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._row: Row | None = None
        self._buttons_hidden = self._shows_next = False
        self._list_width = 0
        self.setProperty("surface", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.px(48))
        self.search = search
        self._name = QWidget()
        name = QHBoxLayout(self._name)
        name.setContentsMargins(theme.px(20), 0, 0, 0)
        name.setSpacing(theme.px(8))
        name.addWidget(OwnMark())
        self._title = Label("LoopDesk", Type.STRONG)
        name.addWidget(self._title, 1)
        self._what = Elided(kind=Type.STRONG)
        self._what.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing)
        self._soon = Label("", tone="text_2")
        self._join = Button(self.tr("Join"), icon="video")
        self._join.clicked.connect(self._follow)
        self._answer = Button(self.tr("Accept"))
        self._answer.clicked.connect(self._show_answers)
        self._answer.setToolTip(self.tr("Accept, maybe or decline"))
        self.compose = IconButton("square-pen", words.order("compose"), keys.of("compose"))
        self.settings = IconButton("sliders-horizontal", self.tr("Settings"))
        self.menu = QMenu(self.settings)
        self.settings.setMenu(self.menu)
        self.settings.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, theme.px(8), 0)
        across.setSpacing(0)
        across.addWidget(self._name)
        across.addSpacing(theme.px(8))
        across.addWidget(search)
        across.addSpacing(theme.px(16))
        across.addWidget(self._what, 1)
        across.addSpacing(theme.px(4))
        across.addWidget(self._soon)
        across.addSpacing(theme.px(8))
        across.addWidget(self._join)
        across.addSpacing(theme.px(8))
        across.addWidget(self._answer)
        across.addSpacing(theme.px(12))
        across.addWidget(self.compose)
        across.addWidget(self.settings)
        self.show_next(None)

    def show_next(self, row: Row | None) -> None:
        """Show the meeting that is on or comes next; None: there is none soon."""
        self._row = row
        self._show()

    def hide_buttons(self, hidden: bool) -> None:
        self._buttons_hidden = hidden
        self._show()

    def fit(self, list_width: int, *, narrow: bool) -> None:
        """Follow the list's width; narrow, only the mark is left of the name."""
        self._name.setFixedWidth(theme.px(NARROW if narrow else WIDE))
        self._title.setVisible(not narrow)
        self._list_width = list_width
        self._fit_search()

    def _show(self) -> None:
        meeting = self._row.meeting if self._row is not None else None
        shown = self._row is not None and meeting is not None and meeting.start_at is not None
        self._what.setText(self._row.title if self._row is not None and shown else "")
        self._shows_next = shown
        buttons = shown and not self._buttons_hidden
        self._join.setVisible(bool(buttons and meeting is not None and meeting.join_url))
        pending = meeting is not None and meeting.answer is Answer.PENDING
        self._answer.setVisible(buttons and pending)
        if meeting is not None and meeting.start_at is not None:
            soon = words.until(meeting.start_at, self._clock.now()) or self.tr("is on")
            count = len(meeting.attendees)
            people = self.tr("{n} people").format(n=count) if count > 1 else ""
            self._soon.setText(words.joined(soon, people))
        self._fit_search()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_search()

    def _fit_search(self) -> None:
        """Let the box be as wide as the list; in a narrow window the next meeting's name has room
        first, and where there is hardly any, when it begins is left out."""
        layout = self.layout()
        self._soon.setVisible(self._shows_next)
        if layout is None or not self._list_width or self.search.isHidden():
            return
        name = self._what.sizeHint().width()
        others = layout.sizeHint().width() - self.search.minimumWidth() - name
        room = self.width() - others - min(name, theme.px(_NAME))
        if room < theme.px(_SEARCH) and self._shows_next:
            room += self._soon.sizeHint().width()
            self._soon.hide()
        wide = min(self._list_width - theme.px(16), room)
        self.search.setFixedWidth(max(wide, theme.px(_SEARCH)))

    def _follow(self) -> None:
        if self._row is not None and self._row.meeting is not None:
            self.link.emit(self._row.meeting.join_url)

    def _show_answers(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self._row
        for name in ("accept", "tentative", "decline"):
            if row is not None and name in row.actions:
                action = menu.addAction(words.order(name))
                action.triggered.connect(
                    lambda _=False, name=name, row=row: self.answered.emit(Answered(row, name, ""))
                )
        menu.popup(self._answer.mapToGlobal(self._answer.rect().bottomLeft()))
