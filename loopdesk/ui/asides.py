"""What a composer asks in passing, on a line of its own: before a letter leaves, or for a link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from loopdesk.ui.controls import Button, Glyph, Label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Question(QFrame):
    """One line that asks something before a letter leaves. It never stands in the way."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "warn")
        across = QHBoxLayout(self)
        across.setContentsMargins(12, 6, 8, 6)
        across.setSpacing(8)
        across.addWidget(Glyph("triangle-alert", "warn"))
        self.text = Label("", wrap=True)
        across.addWidget(self.text, 1)
        self.first, self.second = Button(""), Button("", "quiet")
        for button in (self.first, self.second):
            button.setProperty("bar", True)
            across.addWidget(button)
        self._does: tuple[Callable[[], None], Callable[[], None]] | None = None
        self.first.clicked.connect(lambda: self._answer(0))
        self.second.clicked.connect(lambda: self._answer(1))
        self.hide()

    def ask(
        self,
        text: str,
        first: tuple[str, Callable[[], None]],
        second: tuple[str, Callable[[], None]],
    ) -> None:
        """Ask; each answer is what its button says, and what it does."""
        self.text.setText(text)
        self.first.setText(first[0])
        self.second.setText(second[0])
        self._does = (first[1], second[1])
        self.show()
        self.first.setFocus()

    def _answer(self, which: int) -> None:
        self.hide()
        if self._does is not None:
            self._does[which]()


class LinkBox(QWidget):
    """Where an address for the selected words is typed."""

    given = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        self.box = QLineEdit()
        self.box.setPlaceholderText("https://")
        self.box.setAccessibleName(self.tr("Address of the link"))
        self.box.installEventFilter(self)
        across.addWidget(self.box, 1)
        put = Button(self.tr("Set link"))
        put.clicked.connect(self._give)
        across.addWidget(put)
        self.hide()

    def ask(self) -> None:
        self.box.clear()
        self.show()
        self.box.setFocus()

    @Slot()
    def _give(self) -> None:
        address = self.box.text().strip()
        self.hide()
        if not address:
            self.left.emit()
        elif "@" in address and ":" not in address:
            self.given.emit(f"mailto:{address}")
        else:
            self.given.emit(address if ":" in address else f"https://{address}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _ENTER:
                self._give()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                self.left.emit()
                return True
        return False
