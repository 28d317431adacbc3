"""Where something goes: a list, a folder, a label, found by typing.

picker = PlacePicker(window)
picker.chosen.connect(slot)        # Chosen(row, name, place): the action and a place's key
picker.ask(row, "move", places, beside)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.ui import theme, words
from loopdesk.ui.choice_list import ChoiceList, Line
from loopdesk.ui.controls import Label, inset
from loopdesk.ui.floating import Layer

_WIDTH = 320
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Chosen:
    row: Row
    name: str
    place: str


class PlacePicker(Layer):
    chosen = Signal(Chosen)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self._row: Row | None = None
        self._name = ""
        self._places: tuple[Place, ...] = ()
        self._title = Label("", theme.Type.HEADING, "text_2")
        self.body.addLayout(inset(self._title, 16, 12, 16, 4))
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(self.tr("Type to find"))
        self.typed.setAccessibleName(self.tr("Find a place"))
        self.typed.textChanged.connect(self._narrow)
        self.typed.returnPressed.connect(self._take_current)
        self.typed.installEventFilter(self)
        self.body.addLayout(inset(self.typed, 16, 0, 16, 8))
        self.list = ChoiceList()
        self.list.setAccessibleName(self.tr("Places"))
        self.list.taken.connect(self._take)
        frame = QHBoxLayout()
        frame.setContentsMargins(4, 0, 4, 4)
        frame.addWidget(self.list)
        self.body.addLayout(frame)
        self._none = Label(self.tr("Nothing by that name"), tone="text_3")
        self.body.addLayout(inset(self._none, 16, 0, 16, 12))

    def ask(
        self, row: Row, name: str, places: Sequence[Place], beside: QWidget | None = None
    ) -> None:
        """Ask where to.

        Args:
            name: the action that gets the place.
        """
        self._row, self._name, self._places = row, name, tuple(places)
        self._title.setText(words.order(name))
        self.setAccessibleName(words.order(name))
        self.typed.clear()
        self._narrow()
        self.open(beside)

    def first_focus(self) -> QWidget:
        return self.typed

    @Slot()
    def _narrow(self) -> None:
        wanted = self.typed.text().strip().casefold()
        names = {place.key: place.name for place in self._places}
        found = [place for place in self._places if wanted in place.name.casefold()][:_SHOWN]
        lines = [
            Line(place.name, more=names.get(place.parent, ""), icon="folder", value=place.key)
            for place in found
        ]
        self.list.show_lines(lines)
        self.list.setVisible(bool(lines))
        self.list.setFixedHeight(self.list.height_for(min(len(lines), 9)))
        self._none.setVisible(not lines)
        if self.isVisible():
            self.fit()

    @Slot()
    def _take_current(self) -> None:
        self.list.take()

    def _take(self, key: object) -> None:
        self.close_layer()
        if self._row is not None:
            self.chosen.emit(Chosen(self._row, self._name, str(key)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.step(step)
                return True
        return super().eventFilter(watched, event)
