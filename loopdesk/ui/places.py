"""Where something goes: a list, a folder, a label, a person, found by typing.

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
_BACK = {"label": "unlabel", "assign": "unassign"}
"""What takes off again what was put on."""
_ICONS = {"label": "tag", "assign": "users"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """`place`: the key of a place, or the name of one that is to be made."""

    row: Row
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class _Value:
    """What a line stands for: an action and its place."""

    name: str
    place: str


class PlacePicker(Layer):
    chosen = Signal(Chosen)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self._row: Row | None = None
        self._on: frozenset[str] = frozenset()
        self._name = ""
        self._places: tuple[Place, ...] = ()
        self._makes = False
        self._holders: dict[str, str] = {}
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
        self,
        row: Row,
        name: str,
        places: Sequence[Place],
        beside: QWidget | None = None,
        *,
        makes: bool = False,
        holders: Sequence[Place] = (),
    ) -> None:
        """Ask where to.

        Args:
            name: the action that gets the place; of a label that is on the row, or of a person who
                has it, its inverse does.
            makes: a name that is none's may be a new place.
            holders: what the places lie in, where that is not among them.
        """
        self._row, self._name, self._places = row, name, tuple(places)
        self._holders = {place.key: place.name for place in (*holders, *places)}
        self._on = row.places | {
            key for who in (row.task.assignees if row.task else ()) for key in (who.id, who.address)
        }
        self._makes = makes
        self._title.setText(words.order(name))
        self.setAccessibleName(words.order(name))
        self.typed.clear()
        self._narrow()
        self.open(beside)

    def first_focus(self) -> QWidget:
        return self.typed

    @Slot()
    def _narrow(self) -> None:
        typed = self.typed.text().strip()
        wanted = typed.casefold()
        names = self._holders
        found = [
            place
            for place in self._places
            if wanted in f"{place.name} {names.get(place.parent, '')}".casefold()
        ][:_SHOWN]
        lines = [self._line(place, names.get(place.parent, "")) for place in found]
        known = {place.name.casefold() for place in self._places}
        if self._makes and typed and wanted not in known:
            said = self.tr("New: {name}").format(name=typed)
            lines.append(Line(said, icon="plus", value=_Value(self._name, typed)))
        self.list.show_lines(lines)
        self.list.setVisible(bool(lines))
        self.list.setFixedHeight(self.list.height_for(min(len(lines), 9)))
        self._none.setText(
            self.tr("Type the name of a new one")
            if self._makes and not typed
            else self.tr("Nothing by that name")
        )
        self._none.setVisible(not lines)
        if self.isVisible():
            self.fit()

    def _line(self, place: Place, parent: str) -> Line:
        back = _BACK.get(self._name, "")
        on = bool(back) and place.key in self._on
        return Line(
            place.name,
            more=parent,
            right=self.tr("Take off") if on else "",
            icon="check" if on else _ICONS.get(self._name, "folder"),
            value=_Value(back if on else self._name, place.key),
        )

    @Slot()
    def _take_current(self) -> None:
        self.list.take()

    def _take(self, value: object) -> None:
        self.close_layer()
        if self._row is not None and isinstance(value, _Value):
            self.chosen.emit(Chosen(self._row, value.name, value.place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.step(step)
                return True
        return super().eventFilter(watched, event)
