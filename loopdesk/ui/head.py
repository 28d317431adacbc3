"""The head of what is read: its title, where it is from, how its newest action stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.items import Kind
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, icons, theme, words
from loopdesk.ui.controls import Elided, IconButton, Label, Mark
from loopdesk.ui.in_place import InPlace
from loopdesk.ui.loop import LoopStrip
from loopdesk.ui.part import Wanted, turned
from loopdesk.ui.refused import RefusedCard, is_refused
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
        title = row.title if row.chat is None else words.conversation(row)
        self.title.say(title, editable="rename" in row.actions, instead=nothing)
        self._show_meta(row, body)
        if body is not None:
            self.strip.show_rows(body.loop, body.echoes)
        controls.clear(self._refused)
        # In a conversation it stands where the words would have gone.
        refused = is_refused(row) and row.chat is None
        self._below.setVisible(refused)
        if refused:
            card = RefusedCard(row)
            card.asked.connect(self.asked)
            controls.put(self._refused, card)

    def _show_meta(self, row: Row, body: Body | None) -> None:
        controls.clear(self._meta)
        whole = self._titles.get(row.service, row.service)
        kind = icons.kind(row)
        service = self._titles.get(f"{row.service}-{kind}", whole)
        mark = Mark(row.service, kind)
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
        if row.chat is not None:
            self._show_freshness(body)

    def _show_freshness(self, body: Body | None) -> None:
        """Say when it was asked for last, and offer to ask again."""
        if body is not None and body.checked_at is not None:
            said = words.checked(body.checked_at, self._clock.now(), self._zone)
            controls.put(self._meta, Label(said, Type.META, "text_3"))
        again = IconButton("refresh-cw", self.tr("Check this conversation now"))
        again.setProperty("small", True)
        again.clicked.connect(lambda: self.asked.emit("check-this"))
        controls.put(self._meta, again)

    @Slot()
    def _turn(self) -> None:
        if self._row is not None:
            self.wanted.emit(turned(self._row))

    @Slot(str)
    def _rename(self, text: str) -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, "rename", Arguments(text=text)))
