"""The palette: commands, items and people by typing.

    palette = Palette(window, now=here)             # here(): now, in the person's zone
    palette.ask(commands)                           # opens it; Command(name, text, key, icon)
    palette.looked_for.connect(slot)                # str: what is typed; answer with `show_found`
    palette.show_found(text, rows, people, total)   # what was found for `text`
    palette.chosen.connect(slot)                    # Command, Row, Handle or Everything(text)

Only commands that match the words typed are shown; with nothing typed, all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from loopdesk.core.people import Handle
from loopdesk.core.rows import Row
from loopdesk.ui import icons, theme, words
from loopdesk.ui.choice_list import ChoiceList
from loopdesk.ui.choice_list import Line as Choice
from loopdesk.ui.controls import Glyph, Keycap, Label, Line
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 640
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Command:
    """Something the window does. `key` is spelt as on a keycap, "" where it has none."""

    name: str
    text: str
    key: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Everything:
    """Search everything for this text."""

    text: str


class Palette(Layer):
    """One text box over a list of what it finds."""

    looked_for = Signal(str)
    chosen = Signal(object)

    def __init__(self, window: QWidget, now: Callable[[], datetime]) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self._now = now
        self._commands: Sequence[Command] = ()
        self._rows: Sequence[Row] = ()
        self._people: Sequence[Handle] = ()
        self._total = 0
        self.setAccessibleName(self.tr("All commands"))
        self.box = QLineEdit()
        self.box.setProperty("bare", True)
        self.box.setObjectName("palette")
        self.box.setFixedHeight(theme.px(48))
        self.box.setPlaceholderText(self.tr("A command, an item or a person"))
        self.box.setAccessibleName(self.tr("A command, an item or a person"))
        self.box.textChanged.connect(self._typed)
        top = QHBoxLayout()
        top.setContentsMargins(20, 0, 20, 0)
        top.setSpacing(16)
        top.addWidget(Glyph("search"))
        top.addWidget(self.box, 1)
        self.list = ChoiceList()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Found"))
        self.list.taken.connect(self._take)
        frame = QHBoxLayout()
        frame.setContentsMargins(8, 4, 8, 8)
        frame.addWidget(self.list)
        self.body.addLayout(top)
        self.body.addWidget(Line())
        self.body.addLayout(frame)
        self.body.addWidget(Line())
        self.body.addLayout(self._hints())

    def ask(self, commands: Sequence[Command]) -> None:
        """Open, empty."""
        self._commands = commands
        self.box.clear()
        self._typed("")
        self.open()

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._rows, self._people, self._total = (), (), 0
        self._show()
        if text.strip():
            self.looked_for.emit(text.strip())

    def show_found(
        self, text: str, rows: Sequence[Row], people: Sequence[Handle], total: int = 0
    ) -> None:
        """Show what was found for `text`, unless something else is typed by now."""
        if text == self.box.text().strip():
            self._rows, self._people, self._total = rows, people, max(total, len(rows))
            self._show()

    def first_focus(self) -> QWidget:
        return self.box

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What a line edit leaves alone comes here: the arrows and Enter are the list's.
        match event.key():
            case Qt.Key.Key_Down:
                self.list.step(1)
            case Qt.Key.Key_Up:
                self.list.step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.list.take()
            case _:
                super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        self.list.next_group()
        return True

    def _take(self, value: object) -> None:
        self.close_layer()
        self.chosen.emit(value)

    def _show(self) -> None:
        typed = self.box.text().strip()
        parts = tuple(typed.casefold().split())
        now = self._now()
        found = [c for c in self._commands if all(p in c.text.casefold() for p in parts)]
        lines = [
            Choice(c.text, key=c.key, icon=c.icon or "chevron-right", words=parts, value=c)
            for c in found
        ]
        if typed:
            everything = self.tr("Search everything for {words}").format(words=typed)
            # A command that was named is what Enter should give; else the search is.
            lines.append(Choice(everything, key="/", icon="search", value=Everything(typed)))
        lines.insert(0, Choice(self.tr("Commands")))
        if self._rows:
            shown = self.tr("{n} of {total}").format(
                n=words.count(len(self._rows)), total=words.count(self._total)
            )
            lines.append(Choice(self.tr("Items"), more=shown))
            lines += [
                Choice(
                    row.title or words.who(row),
                    more=words.names(row.people),
                    right=words.when(row, now, now.tzinfo or UTC),
                    mark=(row.service, icons.kind(row)),
                    words=parts,
                    value=row,
                )
                for row in self._rows
            ]
        if self._people:
            lines.append(Choice(self.tr("People")))
            lines += [
                Choice(words.name(who), more=who.address, person=who, words=parts, value=who)
                for who in self._people
            ]
        self.list.show_lines(lines)
        self.list.setFixedHeight(self.list.height_for(_MOST_LINES))
        if self.isVisible():
            self.fit()

    def _hints(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(8)
        for cap, text in (
            ("Enter", self.tr("open")),
            ("Tab", self.tr("next group")),
            ("Esc", self.tr("close")),
        ):
            row.addWidget(Keycap(cap))
            row.addWidget(Label(text, Type.META, "text_3"))
            row.addSpacing(8)
        row.addStretch(1)
        return row
