"""What is put on a task: the people who have it, and labels; each can be taken off again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Avatar, Button, IconButton, Label
from loopdesk.ui.flow import Flow
from loopdesk.ui.part import Wanted
from loopdesk.ui.theme import Type

_NAME = 200


class TaskMarks(QWidget):
    """Chips of one sort; what is pressed goes out as a signal."""

    wanted = Signal(Wanted)
    asked = Signal(str)

    def __init__(self, on: str, off: str, add: str) -> None:
        """Make it empty.

        Args:
            on, off: the actions that put one on and take one off.
            add: what the button says that asks for another.
        """
        super().__init__()
        self._on, self._off = on, off
        self._shown: object = None
        self.chips: list[Chip] = []
        self._flow = Flow(gap=theme.px(6), line_gap=theme.px(6))
        self._flow.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.add = Button(add, icon="plus")
        self.add.setProperty("bar", True)
        self.add.clicked.connect(lambda: self.asked.emit(on))
        self._flow.addWidget(self.add)

    def show_people(self, row: Row, people: Sequence[Handle]) -> None:
        self._show(row, [(who.id or who.address, words.name(who), who) for who in people])

    def show_labels(self, row: Row, labels: Sequence[Place]) -> None:
        self._show(row, [(label.key, label.name, label.colour) for label in labels])

    def _show(self, row: Row, marks: list[tuple[str, str, Handle | str]]) -> None:
        self.add.setVisible(self._on in row.actions)
        self.setVisible(bool(marks) or self._on in row.actions)
        shown = (row, marks)
        if shown == self._shown:
            return
        self._shown = shown
        focus = self.window().focusWidget()
        had = focus is not None and any(chip.isAncestorOf(focus) for chip in self.chips)
        self._flow.removeWidget(self.add)
        controls.clear(self._flow)
        self.chips = []
        for key, name, face in marks:
            chip = Chip(name, face, removable=self._off in row.actions)
            chip.off.connect(lambda key=key: self._take_off(row, key))
            self.chips.append(chip)
            self._flow.addWidget(chip)
            chip.show()
        self._flow.addWidget(self.add)
        if had:  # whoever took one off by the keyboard goes on from here
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_off(self, row: Row, key: str) -> None:
        self.wanted.emit(Wanted(row, self._off, Arguments(to=(key,))))


class Chip(QFrame):
    """One person or label."""

    off = Signal()

    def __init__(self, name: str, face: Handle | str, *, removable: bool) -> None:
        """Make it.

        Args:
            face: who it is, or the label's colour.
        """
        super().__init__()
        self.setProperty("surface", "soft")
        self.setAccessibleName(name)
        across = QHBoxLayout(self)
        right = theme.px(0 if removable else 10)
        across.setContentsMargins(theme.px(8), theme.px(2), right, theme.px(2))
        across.setSpacing(theme.px(6))
        across.addWidget(Avatar(face, 20, 1) if isinstance(face, Handle) else _Colour(face))
        label = Label("", Type.CONTROL)
        right_end = Qt.TextElideMode.ElideRight
        label.setText(label.fontMetrics().elidedText(name, right_end, theme.px(_NAME)))
        label.setToolTip(name)
        across.addWidget(label)
        self.setMinimumHeight(theme.px(28))
        if removable:
            take_off = IconButton("x", self.tr("Take {name} off").format(name=name))
            take_off.setProperty("small", True)
            take_off.clicked.connect(self.off)
            across.addWidget(take_off)


class _Colour(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(theme.px(12), theme.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(tokens.colour("border"))
        filled = QColor(self._colour) if self._colour else tokens.colour("neutral_soft")
        painter.setBrush(filled)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
