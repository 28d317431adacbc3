"""A button that shows what is chosen, with a menu of what else there is.

picker = Picker(name)                    # what screen readers call it
picker.offer([("30 min", value), ...], value)
picker.value, picker.text(), picker.picked    # Signal(object): by the person
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QPoint, QSize, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu

from loopdesk.ui import theme
from loopdesk.ui.controls import Button


class Picker(Button):
    picked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__("", "outlined")
        self._name = name
        self._offered: list[tuple[str, object, QIcon | None]] = []
        self.value: object = None
        self.setIconSize(QSize(theme.px(18), theme.px(12)))
        self.clicked.connect(self._open)

    def offer(
        self, choices: Iterable[tuple[str, object] | tuple[str, object, QIcon]], value: object
    ) -> None:
        """Take other choices; show the one of this value, or the first."""
        self._offered = [(c[0], c[1], c[2] if len(c) > 2 else None) for c in choices]
        self.choose(value)

    def choose(self, value: object) -> None:
        """Show a choice. Nobody is told."""
        found = next((c for c in self._offered if c[1] == value), None)
        found = found or next(iter(self._offered), ("", None, None))
        text, self.value, icon = found
        self.setText(text)
        self.setIcon(icon or QIcon())
        self.setAccessibleName(f"{self._name}: {text}")

    @Slot()
    def _open(self) -> None:
        menu = QMenu(self)
        for text, value, icon in self._offered:
            action = menu.addAction(icon or QIcon(), text)
            action.setCheckable(icon is None)
            action.setChecked(value == self.value)
            action.triggered.connect(partial(self._pick, value))
            if value == self.value:
                menu.setActiveAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _pick(self, value: object, _checked: bool = False) -> None:
        self.choose(value)
        self.picked.emit(value)
