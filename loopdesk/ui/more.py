"""The way to the rest of what is too long to be shown at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Signal, Slot

from loopdesk.ui import words
from loopdesk.ui.controls import Button

T = TypeVar("T")

_STEP = 50


class More(Button):
    """Stands below the first of many things, and says how many are not shown.

    What is shown are widgets, and a thread of five hundred is no reason to be slow: each press
    asks for fifty more.
    """

    wanted = Signal()

    def __init__(self, most: int) -> None:
        """Make it hidden: there is nothing yet.

        Args:
            most: how many are shown at first.
        """
        super().__init__("", "link")
        self._most = most
        self.clicked.connect(self._ask)
        self.hide()

    def first(self, things: Sequence[T]) -> Sequence[T]:
        """Return those that are shown now, and say how many are not."""
        self._say(len(things) - self._most)
        return things[: self._most]

    def last(self, things: Sequence[T]) -> Sequence[T]:
        """Return the same of what is read from its end."""
        self._say(len(things) - self._most, earlier=True)
        return things[-self._most :]

    def _say(self, left: int, *, earlier: bool = False) -> None:
        said = self.tr("{n} earlier") if earlier else self.tr("{n} more")
        self.setText(said.format(n=words.count(max(left, 0))))
        self.setVisible(left > 0)

    @Slot()
    def _ask(self) -> None:
        self._most += _STEP
        self.wanted.emit()
