"""The head of what is read: its title, where it is from, how its newest action stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments, State
from loopdesk.core.items import Kind
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock
from loopdesk.desk.letters import LETTERS
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Button, Elided, Glyph, Label, Mark
from loopdesk.ui.in_place import InPlace
from loopdesk.ui.loop import LoopStrip
from loopdesk.ui.part import Wanted, turned
from loopdesk.ui.ring import Ring
from loopdesk.ui.theme import Type


class Head(QWidget):
    """Stays while one item is read, so that a title can be changed meanwhile."""

    asked = Signal(str)
    wanted = Signal(Wanted)
    opened = Signal(Row)

    def __init__(self, clock: Clock, zone: tzinfo, titles: Mapping[str, str]) -> None:
        """Make an empty head.

        Args:
            titles: what services are called, by their key; a key and a kind ("google-file") where
                its part for that kind has a name of its own.
        """
        super().__init__()
        self._clock, self._zone, self._titles = clock, zone, titles
        self._row: Row | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        first = QHBoxLayout()
        first.setSpacing(theme.px(12))
        self.ring = Ring()
        self.ring.clicked.connect(self._turn)
        first.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignVCenter)
        self.title = InPlace(self.tr("Title"), title=True)
        self.title.changed.connect(self._rename)
        first.addWidget(self.title, 1)
        column.addLayout(first)
        self._meta = QHBoxLayout()
        self._meta.setSpacing(theme.px(6))
        column.addLayout(self._meta)
        self.strip = LoopStrip(clock, zone)
        self.strip.opened.connect(self.opened)
        column.addWidget(self.strip)
        self._below = QWidget()
        self._refused = QVBoxLayout(self._below)
        self._refused.setContentsMargins(0, theme.px(8), 0, 0)
        column.addWidget(self._below)

    def show_row(self, row: Row, body: Body | None) -> None:
        self._row = row
        self.ring.setVisible(row.task is not None)
        if row.task is not None:
            self.ring.show_done(row.task.done, row.title)
            self.ring.setEnabled("reopen" in row.actions or "complete" in row.actions)
        nothing = self.tr("No subject") if row.kind is Kind.MESSAGE else self.tr("No title")
        self.title.say(row.title, editable="rename" in row.actions, instead=nothing)
        self._show_meta(row, body)
        if body is not None:
            self.strip.show_rows(body.loop, body.echoes)
        controls.clear(self._refused)
        refused = row.failure is not None and row.state is State.REFUSED
        self._below.setVisible(refused)
        if refused:
            controls.put(self._refused, self._card(row))

    def _show_meta(self, row: Row, body: Body | None) -> None:
        controls.clear(self._meta)
        whole = self._titles.get(row.service, row.service)
        service = self._titles.get(f"{row.service}-{row.kind}", whole)
        mark = Mark(row.service, row.kind)
        mark.setToolTip(service)
        controls.put(self._meta, mark)
        parts = [words.joined(service, body.account_name if body is not None else "")]
        parts += words.origin(row, body.places if body is not None else (), self._clock, self._zone)
        if row.starred:
            parts.append(self.tr("starred"))
        parts.append(words.pending(row, self._clock.now(), self._zone))
        said = "  ·  ".join(part for part in parts if part)
        line = Elided(said, Type.META, "text_2")
        line.setToolTip(said)
        controls.put(self._meta, line, 1)

    def _card(self, row: Row) -> QWidget:
        assert row.failure is not None  # noqa: S101
        card = QFrame()
        card.setProperty("surface", "danger")
        across = QHBoxLayout(card)
        across.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(8))
        across.setSpacing(theme.px(8))
        across.addWidget(Glyph("circle-alert", "danger"))
        said = self.tr("{action}: {why}.").format(
            action=words.order(row.pending_name), why=words.failure(row.failure)
        )
        across.addWidget(Label(said, tone="danger", wrap=True), 1)
        if row.pending_name in LETTERS:
            across.addWidget(self._button(self.tr("Edit"), "edit-refused"))
        across.addWidget(self._button(self.tr("Try again"), "retry"))
        across.addWidget(self._button(self.tr("Discard"), "discard", "quiet"))
        return card

    def _button(self, text: str, command: str, look: str = "outlined") -> Button:
        button = Button(text, look)
        button.clicked.connect(lambda: self.asked.emit(command))
        return button

    @Slot()
    def _turn(self) -> None:
        if self._row is not None:
            self.wanted.emit(turned(self._row))

    @Slot(str)
    def _rename(self, text: str) -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, "rename", Arguments(text=text)))
