"""A task in the reader: its list and day, its notes, its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.items import Task
from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Button, Glyph, Label, Line
from loopdesk.ui.in_place import InPlace
from loopdesk.ui.link_chips import LinkChips
from loopdesk.ui.more import More
from loopdesk.ui.part import Part, Wanted, turned
from loopdesk.ui.task_steps import TaskStep, TickStep
from loopdesk.ui.theme import Type

_FACT = 64
_STEPS = 50


class TaskPart(Part):
    """What is changed is written where it stands; nothing here needs a form."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(clock, zone)
        self._row: Row | None = None
        self._body: Body | None = None
        self._steps: Sequence[Row] = ()
        self._ticks: list[TickStep] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(16))
        column.addLayout(self._buttons())
        column.addLayout(self._facts())
        self.notes = InPlace(self.tr("Notes"), lines=True)
        self.notes.changed.connect(self._describe)
        self.notes.link.connect(self.link)
        column.addWidget(self.notes)
        self.links = LinkChips()
        self.links.link.connect(self.link)
        column.addWidget(self.links)
        self._below = self._steps_part()
        column.addWidget(self._below)

    def _buttons(self) -> QHBoxLayout:
        across = QHBoxLayout()
        across.setSpacing(theme.px(8))
        self.complete = Button("", "filled", "check")
        self.complete.clicked.connect(self._turn)
        across.addWidget(self.complete)
        self.move_button = Button(words.order("move"), icon="folder-input")
        self.move_button.clicked.connect(lambda: self.asked.emit("move"))
        across.addWidget(self.move_button)
        across.addStretch()
        return across

    def _facts(self) -> QHBoxLayout:
        across = QHBoxLayout()
        across.setSpacing(theme.px(8))
        self._list = Label("")
        across.addWidget(_caption(self.tr("List")))
        across.addWidget(self._list, 1)
        across.addWidget(_caption(self.tr("Due")))
        self.due_button = Button("", "fact")
        self.due_button.clicked.connect(lambda: self.asked.emit("due"))
        across.addWidget(self.due_button)
        across.addStretch(1)
        return across

    def _steps_part(self) -> QWidget:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, theme.px(4), 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Label(self.tr("Steps"), Type.HEADING))
        self._done = Label("", Type.META, "text_2")
        head.addWidget(self._done, 1)
        column.addLayout(head)
        column.addSpacing(theme.px(8))
        column.addWidget(Line())
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column.addLayout(self._lines)
        self._rest = More(_STEPS)
        self._rest.wanted.connect(self._show_more)
        column.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignLeft)
        self._adding = QWidget()
        adding = QHBoxLayout(self._adding)
        adding.setContentsMargins(theme.px(2), 0, 0, 0)
        adding.setSpacing(theme.px(14))
        adding.addWidget(Glyph("plus"))
        self.more = QLineEdit()
        self.more.setProperty("bare", True)
        self.more.setFixedHeight(theme.px(35))
        self.more.setPlaceholderText(self.tr("Add a step"))
        self.more.setAccessibleName(self.tr("Add a step"))
        self.more.returnPressed.connect(self._add)
        adding.addWidget(self.more, 1)
        column.addWidget(self._adding)
        self._last_line = Line()
        column.addWidget(self._last_line)
        return below

    def edit(self, what: str) -> bool:
        if what == "describe":
            self.notes.edit()
        elif what == "subtask":
            self.more.setFocus(Qt.FocusReason.OtherFocusReason)
        return what in ("describe", "subtask")

    def anchor(self, what: str) -> QWidget | None:
        return {"due": self.due_button, "move": self.move_button}.get(what)

    # --- what it shows ---

    def show_body(self, row: Row, body: Body | None) -> None:
        task = row.task
        if task is None:
            return
        self._row, self._body = row, body
        turn = turned(row).name
        self.complete.setText(words.order(turn))
        self.complete.set_look("outlined" if task.done else "filled")
        self.complete.setVisible(turn in row.actions)
        self.move_button.setVisible("move" in row.actions)
        self._list.setText(", ".join(body.places) if body is not None else "")
        self._show_due(row, task)
        own = body.entries[0].own if body is not None and body.entries else ""
        editable = "describe" in row.actions
        self.notes.say(own, editable=editable, instead=self.tr("Add notes") if editable else "")
        self.notes.setVisible(bool(own) or editable)
        self.links.show_links(body.entries[0].links if body is not None and body.entries else ())
        self._show_steps(row, body.steps if body is not None else ())
        self._show_ticks(row, task)

    def _show_due(self, row: Row, task: Task) -> None:
        now = self._clock.now()
        said = words.due(task, now, self._zone) or self.tr("No day")
        today = words.day(now.astimezone(self._zone).date(), now.astimezone(self._zone).date())
        late = words.is_overdue(task, now, self._zone)
        self.due_button.setText(self.tr("{day}, overdue").format(day=said) if late else said)
        urgent = late or (said == today and not task.done)
        self.due_button.setProperty("tone", "urgent" if urgent else "")
        self.due_button.style().unpolish(self.due_button)
        self.due_button.style().polish(self.due_button)
        self.due_button.setEnabled("due" in row.actions)
        self.due_button.setAccessibleName(self.tr("Due {day}").format(day=said))
        self.due_button.setToolTip(words.order("due") if "due" in row.actions else "")

    def _show_ticks(self, row: Row, task: Task) -> None:
        """Show the lines to tick off, where steps are no tasks."""
        if not task.steps and "check" not in row.actions:
            return
        self._below.show()
        if task.steps:
            done = sum(step.done for step in task.steps)
            said = self.tr("{n} of {all} done").format(n=done, all=len(task.steps))
            self._done.setText(said)
        while len(self._ticks) > len(task.steps):
            gone = self._ticks.pop()
            self._lines.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._ticks) < len(task.steps):
            made = TickStep()
            made.wanted.connect(self.wanted)
            controls.put(self._lines, made)
            self._ticks.append(made)
        for line, step in zip(self._ticks, task.steps, strict=True):
            line.show_step(row, step)

    def _show_steps(self, row: Row, steps: Sequence[Row]) -> None:
        adds = "subtask" in row.actions
        self._below.setVisible(adds or bool(steps))
        self._adding.setVisible(adds)
        self._last_line.setVisible(adds)
        done = sum(step.task is not None and step.task.done for step in steps)
        said = self.tr("{n} of {all} done").format(n=done, all=len(steps)) if steps else ""
        self._done.setText(said)
        steps = self._rest.first(steps)
        if [step.id for step in steps] != [step.id for step in self._steps]:
            controls.clear(self._lines)
            for _ in steps:
                made = TaskStep()
                made.wanted.connect(self.wanted)
                made.opened.connect(self.opened)
                controls.put(self._lines, made)
        self._steps = steps
        for at, step in enumerate(steps):
            shown = self._lines.itemAt(at)
            line = shown.widget() if shown is not None else None
            if isinstance(line, TaskStep):
                line.show_step(
                    step,
                    words.due(step.task, self._clock.now(), self._zone)
                    if step.task is not None
                    else "",
                )

    # --- what is pressed ---

    @Slot()
    def _show_more(self) -> None:
        if self._row is not None and self._body is not None:
            self._show_steps(self._row, self._body.steps)

    @Slot()
    def _turn(self) -> None:
        if self._row is not None:
            self.wanted.emit(turned(self._row))

    @Slot(str)
    def _describe(self, text: str) -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, "describe", Arguments(text=text)))

    @Slot()
    def _add(self) -> None:
        text = self.more.text().strip()
        if self._row is not None and text:
            self.more.clear()  # the next one can be typed at once
            self.wanted.emit(Wanted(self._row, "subtask", Arguments(text=text)))


def _caption(text: str) -> Label:
    label = Label(text, tone="text_2")
    label.setMinimumWidth(theme.px(_FACT))
    return label
