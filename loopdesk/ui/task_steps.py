"""The steps of a task: tasks of their own, or lines to tick off where there are only those."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.items import Step
from loopdesk.core.rows import Row
from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Label, Line
from loopdesk.ui.in_place import InPlace
from loopdesk.ui.part import Wanted, turned
from loopdesk.ui.ring import Ring
from loopdesk.ui.theme import Type


class TaskStep(QWidget):
    """One step: its ring, its title that is changed in place, its day; the arrow opens it."""

    wanted = Signal(Wanted)
    opened = Signal(Row)

    def __init__(self) -> None:
        super().__init__()
        self._step: Row | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        across = QHBoxLayout()
        across.setContentsMargins(0, theme.px(7), 0, theme.px(7))
        across.setSpacing(theme.px(12))
        self.ring = Ring()
        self.ring.clicked.connect(self._turn)
        across.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignTop)
        self.title = InPlace(self.tr("Title"))
        self.title.changed.connect(self._rename)
        across.addWidget(self.title, 1)
        self._due = Label("", Type.META, "text_2")
        across.addWidget(self._due)
        self._open = controls.IconButton("chevron-right", "")
        self._open.setProperty("small", True)
        self._open.clicked.connect(self._go)
        across.addWidget(self._open)
        column.addLayout(across)
        column.addWidget(Line())

    def show_step(self, step: Row, due: str) -> None:
        self._step = step
        done = step.task is not None and step.task.done
        self.ring.show_done(done, step.title)
        self.ring.setEnabled(turned(step).name in step.actions)
        self.title.say(step.title, editable="rename" in step.actions, done=done)
        self._due.setText(due)
        self._open.name(self.tr("Open {task}").format(task=step.title))

    @Slot()
    def _turn(self) -> None:
        if self._step is not None:
            self.wanted.emit(turned(self._step))

    @Slot(str)
    def _rename(self, text: str) -> None:
        if self._step is not None:
            self.wanted.emit(Wanted(self._step, "rename", Arguments(text=text)))

    @Slot()
    def _go(self) -> None:
        if self._step is not None:
            self.opened.emit(self._step)


class TickStep(QWidget):
    """A line with its ring; a task without a day and without a place of its own."""

    wanted = Signal(Wanted)

    def __init__(self) -> None:
        super().__init__()
        self._row: Row | None = None
        self._step: Step | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.heading = Label("", Type.BUTTON, "text_2", wrap=True)
        self.heading.setMinimumHeight(theme.px(34))
        self.heading.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self.heading.hide()
        column.addWidget(self.heading)
        across = QHBoxLayout()
        across.setContentsMargins(0, theme.px(7), 0, theme.px(7))
        across.setSpacing(theme.px(12))
        self.ring = Ring()
        self.ring.clicked.connect(self._turn)
        across.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignTop)
        self.title = InPlace(self.tr("Step"))
        across.addWidget(self.title, 1)
        column.addLayout(across)
        column.addWidget(Line())

    def show_step(self, row: Row, step: Step, heading: str = "") -> None:
        """Show one step of a task, under its heading where it is the first that has it."""
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))
        self._row, self._step = row, step
        self.ring.show_done(step.done, step.title)
        # What was only just added has no key to name it by yet.
        able = ("uncheck" if step.done else "check") in row.actions
        self.ring.setEnabled(able and bool(step.key))
        self.title.say(step.title, editable=False, done=step.done)

    @Slot()
    def _turn(self) -> None:
        if self._row is not None and self._step is not None:
            name = "uncheck" if self._step.done else "check"
            self.wanted.emit(Wanted(self._row, name, Arguments(entry=self._step.key)))
