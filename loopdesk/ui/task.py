"""A task in the reader: where it lies, whose it is, its notes, files, steps, what is said on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments
from loopdesk.core.items import Approval, Field, Task
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Row, Shown
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, theme, words
from loopdesk.ui.attachments import Cards
from loopdesk.ui.chat_names import matching
from loopdesk.ui.comments import Comments, Said
from loopdesk.ui.controls import Button, Elided, Glyph, Label, Line
from loopdesk.ui.in_place import InPlace
from loopdesk.ui.link_chips import LinkChips
from loopdesk.ui.more import More
from loopdesk.ui.part import Held, Part, Wanted, turned
from loopdesk.ui.task_marks import TaskMarks
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
        self._shown_fields: Sequence[Field] = ()
        self._ticks: list[TickStep] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(16))
        column.addLayout(self._buttons())
        column.addLayout(self._facts())
        column.addLayout(self._marks())
        self.notes = InPlace(self.tr("Notes"), lines=True)
        self.notes.changed.connect(self._describe)
        self.notes.formatted.connect(self._describe)
        self.notes.link.connect(self.link)
        column.addWidget(self.notes)
        self._fixed = Label(
            self.tr("Something in it can be changed at its service alone"), Type.META, "text_2"
        )
        self._fixed.hide()
        column.addWidget(self._fixed)
        self.links = LinkChips()
        self.links.link.connect(self.link)
        column.addWidget(self.links)
        self.files = QVBoxLayout()
        self.files.setSpacing(theme.px(8))
        column.addLayout(self.files)
        self._cards: Cards | None = None
        self._below = self._steps_part()
        column.addWidget(self._below)
        self.comments = Comments(zone, self.tr("Comment on the task"), answered=False, formats=True)
        self.comments.said.connect(self._comment)
        self.comments.dropped.connect(self._attach)
        self.comments.looked_for.connect(self._find_people)
        self.comments.link.connect(self.link)
        self.comments.hide()
        column.addWidget(self.comments)
        self.setAcceptDrops(True)

    def _buttons(self) -> QHBoxLayout:
        across = QHBoxLayout()
        across.setSpacing(theme.px(8))
        self.complete = Button("", "filled", "check")
        self.complete.clicked.connect(self._turn)
        across.addWidget(self.complete)
        self.answers = {
            "accept": Button(self.tr("Approve"), "filled", "check"),
            "request-changes": Button(words.order("request-changes")),
            "decline": Button(self.tr("Reject")),
        }
        for name, button in self.answers.items():
            button.clicked.connect(lambda _=False, name=name: self._want_one_of(name))
            across.addWidget(button)
        self.move_button = Button(words.order("move"), icon="folder-input")
        self.move_button.clicked.connect(lambda: self.asked.emit("move"))
        across.addWidget(self.move_button)
        self.attach_button = Button(words.order("attach"), icon="paperclip")
        self.attach_button.clicked.connect(lambda: self.attaching.emit(()))
        across.addWidget(self.attach_button)
        self.archive_button = Button("", icon="archive")
        self.archive_button.clicked.connect(lambda: self._want_one_of("archive", "restore"))
        across.addWidget(self.archive_button)
        self.like_button = Button("")
        self.like_button.clicked.connect(lambda: self._want_one_of("like", "unlike"))
        across.addWidget(self.like_button)
        across.addStretch()
        return across

    def _marks(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.px(8))
        self.people = TaskMarks("assign", "unassign", words.order("assign"))
        self.labels = TaskMarks("label", "unlabel", words.order("label"))
        self._fields = QVBoxLayout()
        self._fields.setSpacing(theme.px(8))
        self._captions: dict[TaskMarks, Label] = {}
        for marks, said in ((self.people, self.tr("People")), (self.labels, self.tr("Labels"))):
            marks.wanted.connect(self.wanted)
            marks.asked.connect(self.asked)
            marks.hide()
            across = QHBoxLayout()
            across.setSpacing(theme.px(8))
            caption = _caption(said)
            caption.hide()
            self._captions[marks] = caption
            across.addWidget(caption)
            across.addWidget(marks, 1)
            column.addLayout(across)
        column.addLayout(self._fields)
        return column

    def _facts(self) -> QHBoxLayout:
        across = QHBoxLayout()
        across.setSpacing(theme.px(8))
        self._list = Elided()
        across.addWidget(_caption(self.tr("List")))
        across.addWidget(self._list)
        across.addSpacing(theme.px(16))
        across.addWidget(_caption(self.tr("Due")))
        self.due_button = Button("", "fact")
        self.due_button.clicked.connect(lambda: self.asked.emit("due"))
        across.addWidget(self.due_button)
        self._milestone, _ = _badge(across, "diamond", self.tr("Milestone"))
        self._approval, self._answer = _badge(across, "badge-check", "")
        self._followed, _ = _badge(across, "bell", self.tr("Followed"))
        self._followed.setToolTip(self.tr("You follow it at its service"))
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
        elif what == "comment" and self.comments.box.isVisibleTo(self):
            self.comments.box.begin()
        return what in ("describe", "subtask", "comment")

    def anchor(self, what: str) -> QWidget | None:
        return {
            "due": self.due_button,
            "move": self.move_button,
            "assign": self.people.add,
            "label": self.labels.add,
        }.get(what)

    def stops(self) -> Sequence[QWidget]:
        return self.comments.stops()

    # --- what it shows ---

    def show_body(self, row: Row, body: Body | None) -> None:
        task = row.task
        if task is None:
            return
        self._row, self._body = row, body
        turn = turned(row).name
        self.complete.setText(words.order(turn))
        self.complete.set_look("outlined" if task.done else "filled")
        self._offer(self.complete, turn in row.actions)
        self._offer(self.move_button, "move" in row.actions)
        self._offer(self.attach_button, "attach" in row.actions)
        back = "restore" in row.actions
        self.archive_button.setText(words.order("restore" if back else "archive"))
        self._offer(self.archive_button, back or "archive" in row.actions)
        self._show_likes(row, task)
        self._followed.setVisible(task.followed)
        self._milestone.setVisible(task.milestone)
        self._show_approval(row, task)
        self._show_fields(task.fields)
        self._list.setText(", ".join(body.places) if body is not None else "")
        self._list.setToolTip(self._list.text())
        self._show_due(row, task)
        first = body.entries[0] if body is not None and body.entries else None
        own = first.own if first is not None else ""
        editable = "describe" in row.actions
        self.notes.say(
            own,
            editable=editable,
            instead=self.tr("Add notes") if editable else "",
            html=first.html if first is not None else "",
            formats=task.formats,
        )
        self.notes.setVisible(bool(own) or editable)
        self._fixed.setVisible(task.formats and not editable and "rename" in row.actions)
        self.links.show_links(first.links if first is not None else ())
        self._show_files(row, first)
        self._show_marks(row, task, body)
        self.comments.box.take_formats(taken=task.formats)
        self._show_said(row, body)
        self._show_steps(row, body.steps if body is not None else ())
        self._show_ticks(row, task)

    def _offer(self, button: Button, offered: bool) -> None:
        """Show a button or hide it; with it the keyboard would go to whatever comes next."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if button.hasFocus() and not offered and area is not None:
            area.setFocus(Qt.FocusReason.OtherFocusReason)
        button.setVisible(offered)

    def _show_likes(self, row: Row, task: Task) -> None:
        said = words.order("unlike" if task.liked else "like")
        able = not {"like", "unlike"}.isdisjoint(row.actions)
        count = words.count(task.likes) if task.likes else ""
        self.like_button.setText(words.joined(self.tr("Liked") if task.liked else said, count))
        self.like_button.setAccessibleName(words.joined(said, count))
        self.like_button.setToolTip(said if able else "")
        self.like_button.setEnabled(able)
        self.like_button.setVisible(able or bool(task.likes))

    def _show_approval(self, row: Row, task: Task) -> None:
        for name, button in self.answers.items():
            self._offer(button, name in row.actions)
        self.answers["accept"].set_look("outlined" if task.done else "filled")
        self._approval.setVisible(task.approval is not Approval.NONE)
        said = {
            Approval.PENDING: self.tr("Asks for an approval"),
            Approval.APPROVED: self.tr("Approved"),
            Approval.CHANGES: self.tr("Changes requested"),
            Approval.REJECTED: self.tr("Rejected"),
        }
        self._answer.setText(said.get(task.approval, ""))

    def _show_fields(self, fields: Sequence[Field]) -> None:
        if fields == self._shown_fields:
            return
        self._shown_fields = fields
        controls.clear(self._fields)
        for field in fields:
            line = QWidget()
            across = QHBoxLayout(line)
            across.setContentsMargins(0, 0, 0, 0)
            across.setSpacing(theme.px(8))
            caption = _caption(field.name)
            caption.setToolTip(field.name)
            across.addWidget(caption)
            value = Label(field.value, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            across.addWidget(value, 1)
            controls.put(self._fields, line)

    def _show_files(self, row: Row, first: Shown | None) -> None:
        """Show what is attached; as long as it is the same its cards stay."""
        shown = first.attachments if first is not None else ()
        if self._cards is not None and shown == self._cards.attachments:
            return
        controls.clear(self.files)
        self._cards = None
        if first is None or not shown:
            return
        self._cards = Cards(row.id, first.id, shown)
        self._cards.held.connect(self.held)
        controls.put(self.files, self._cards)
        for card in self._cards.cards:
            self.held.emit(replace(card.what, use="look"))

    def show_absent(self, held: Held) -> None:
        for card in self._cards.cards if self._cards is not None else ():
            if replace(card.what, use=held.use) == held:
                card.show_absent()

    def _show_marks(self, row: Row, task: Task, body: Body | None) -> None:
        around = body.around if body is not None else ()
        names = {place.key: place.name for place in around if place.kind == "member"}
        people = [
            who if who.name else replace(who, name=names.get(who.id, "")) for who in task.assignees
        ]
        self.people.show_people(row, people)
        labels = [one for one in around if one.kind == "label" and one.key in row.places]
        self.labels.show_labels(row, labels)
        for marks, caption in self._captions.items():
            caption.setVisible(marks.isVisibleTo(self))

    def _show_said(self, row: Row, body: Body | None) -> None:
        """Show what was said: all but the first, which is what the task says itself."""
        if body is None:
            return
        said = body.entries[1:]
        self.comments.show_entries(said, row.actions, self._clock.now())
        self.comments.setVisible(bool(said) or "comment" in row.actions)

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
        group = ""
        for line, step in zip(self._ticks, task.steps, strict=True):
            line.show_step(row, step, step.group if step.group != group else "")
            group = step.group

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

    def _want_one_of(self, *names: str) -> None:
        """Want whichever of two that undo each other the task takes now."""
        row = self._row
        name = next((one for one in names if row is not None and one in row.actions), "")
        if row is not None and name:
            self.wanted.emit(Wanted(row, name))

    @Slot(Said)
    def _comment(self, said: Said) -> None:
        if self._row is not None:
            given = Arguments(text=said.text, mentions=said.mentions, html=said.html)
            self.wanted.emit(Wanted(self._row, "comment", given))

    @Slot(str)
    def _find_people(self, typed: str) -> None:
        around = self._body.around if self._body is not None else ()
        people = [(f"@{one.name}", one.key) for one in around if one.kind == "member"]
        found = matching(f"@{typed}", people)
        self.comments.suggest([Handle(name[1:], id=key) for name, key in found])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        takes = self._row is not None and "attach" in self._row.actions
        if takes and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        paths = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.attaching.emit(paths)

    @Slot(list)
    def _attach(self, paths: list[str]) -> None:
        if self._row is not None and "attach" in self._row.actions:
            self.attaching.emit(tuple(map(Path, paths)))

    @Slot(str)
    @Slot(str, str)
    def _describe(self, text: str, html: str = "") -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, "describe", Arguments(text=text, html=html)))

    @Slot()
    def _add(self) -> None:
        text = self.more.text().strip()
        if self._row is not None and text:
            self.more.clear()  # the next one can be typed at once
            self.wanted.emit(Wanted(self._row, "subtask", Arguments(text=text)))


def _badge(across: QHBoxLayout, icon: str, said: str) -> tuple[QWidget, Label]:
    """Put a small icon with a word into a line; return both, and the word."""
    badge = QWidget()
    inside = QHBoxLayout(badge)
    inside.setContentsMargins(theme.px(8), 0, 0, 0)
    inside.setSpacing(theme.px(4))
    inside.addWidget(Glyph(icon))
    word = Label(said, Type.META, "text_2")
    inside.addWidget(word)
    across.addWidget(badge)
    return badge, word


def _caption(text: str) -> Label:
    label = Label(text, tone="text_2")
    label.setMinimumWidth(theme.px(_FACT))
    return label
