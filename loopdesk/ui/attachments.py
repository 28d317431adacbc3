"""What came with a mail: a card for each attachment, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.items import Attachment, ItemId
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Button, IconButton, Label, Middle
from loopdesk.ui.more import More
from loopdesk.ui.part import Held
from loopdesk.ui.theme import Type
from loopdesk.ui.tile import Tile

_WIDEST = 460
_SHOWN = 20


class Cards(QWidget):
    """The attachments of one entry, one below the other."""

    held = Signal(Held)

    def __init__(self, item: ItemId, entry: str, attachments: Sequence[Attachment]) -> None:
        super().__init__()
        self._item, self._entry, self.attachments = item, entry, attachments
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.cards: list[Card] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.px(8))
        column.addLayout(self._column)
        self._rest = More(_SHOWN)
        self._rest.wanted.connect(self._show)
        column.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    @Slot()
    def _show(self) -> None:
        for one in self._rest.first(self.attachments)[len(self.cards) :]:
            name = one.name or self.tr("Without a name")
            # A service that does not say how large it is says 0.
            size = one.size_bytes or None
            card = Card(Held(self._item, self._entry, one.part, name, one.type, size))
            card.held.connect(self.held)
            self.cards.append(card)
            controls.put(self._column, card)


class Card(QFrame):
    """One attachment: its type, its name, its size; open it, save it."""

    held = Signal(Held)

    def __init__(self, held: Held) -> None:
        super().__init__()
        self.what = held
        self.setProperty("surface", "card")
        self.setMaximumWidth(theme.px(_WIDEST))
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(8))
        across.setSpacing(theme.px(12))
        across.addWidget(Tile(held.name, held.type))
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Middle(held.name, Type.BUTTON))
        self._size = "" if held.size_bytes is None else words.size(held.size_bytes)
        self._about = Label(self._size, Type.META, "text_2")
        column.addWidget(self._about)
        across.addLayout(column, 1)
        show = Button(self.tr("Open"))
        show.setProperty("bar", True)
        show.setAccessibleName(self.tr("Open {name}").format(name=held.name))
        show.clicked.connect(partial(self._want, held, "show"))
        across.addWidget(show, 0, Qt.AlignmentFlag.AlignVCenter)
        save = IconButton("download", self.tr("Save {name}").format(name=held.name))
        save.clicked.connect(partial(self._want, held, "save"))
        across.addWidget(save, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_absent(self) -> None:
        """Say that it cannot be opened now: it is elsewhere, and there is no network."""
        absent = self.tr("not on this computer yet")
        self._about.setText(words.joined(self._size, absent))

    def _want(self, held: Held, use: str) -> None:
        self.held.emit(replace(held, use=use))
