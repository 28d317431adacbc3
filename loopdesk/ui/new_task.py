"""A task in the making: title, list, due day and notes, in the reader's place.

editor = NewTask(clock, zone)
editor.begin(title="...", notes="...", due=day), editor.offer(lists)
editor.ready        # Plan: what is to be made
editor.left
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from PySide6.QtCore import QDate, QLocale, Signal, Slot

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.ui import theme, words
from loopdesk.ui.form import Form, Notes
from loopdesk.ui.meeting_editor import Plan
from loopdesk.ui.picker import Picker
from loopdesk.ui.when import typed_day


class NewTask(Form):
    ready = Signal(Plan)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone
        self._was: tuple[str, str, str] | None = None
        self._known = False  # whether the lists are
        self.heading.setText(self.tr("New task"))
        self.send_button.setText(self.tr("Make the task"))
        self._title = self.field(self.tr("Title"), self.tr("What is to be done?"))
        self._title.textChanged.connect(self._judge)
        self.row("circle-check", [self._title], wide=True)
        self._due = self.field(self.tr("Due day"), self.tr("Due: tomorrow, Friday, 3 Dec"))
        self._due.setFixedWidth(theme.px(220))
        self._due.textEdited.connect(self._judge)
        self._due.editingFinished.connect(self._due_typed)
        self.row("calendar", [self._due])
        self._list = Picker(self.tr("List"))
        self.row("list", [self._list])
        self._notes = Notes(self.tr("Notes"))
        self.row("type", [self._notes], wide=True)
        self.column.addStretch(1)

    def offer(self, lists: Sequence[tuple[Account, Place]]) -> None:
        """Offer the lists in which it can stand."""
        self._known = True
        several = len({account.id for account, _ in lists}) > 1
        offered = [
            (
                words.joined(place.name, account.address if several else ""),
                (AccountId(account.id), place.key),
            )
            for account, place in lists
        ]
        first = next(
            ((AccountId(a.id), p.key) for a, p in lists if p.default),
            offered[0][1] if offered else None,
        )
        self._list.offer(offered, first)
        self._judge()

    def begin(self, *, title: str = "", notes: str = "", due: date | None = None) -> None:
        self._title.setText(title)
        self._notes.setPlainText(notes)
        self._due.setText("" if due is None else self._said(due))
        self._was = self._now()
        self._judge()
        self._title.setFocus()
        self._title.selectAll()

    @property
    def touched(self) -> bool:
        """Return whether something was entered that is not kept anywhere else."""
        return self._was is not None and self._now() != self._was

    def _now(self) -> tuple[str, str, str]:
        return self._title.text(), self._due.text(), self._notes.toPlainText()

    def _day(self) -> date | None:
        today = self._clock.now().astimezone(self._zone).date()
        return typed_day(self._due.text(), today)

    def _said(self, on: date) -> str:
        today = self._clock.now().astimezone(self._zone).date()
        text = QLocale().toString(QDate(on.year, on.month, on.day), "ddd d MMM")
        return text if typed_day(text, today) == on else on.isoformat()

    @Slot()
    def _due_typed(self) -> None:
        if (on := self._day()) is not None:
            self._due.setText(self._said(on))

    @Slot()
    def _judge(self, _: object = None) -> None:
        reason = ""
        if not self._known:
            reason = self.tr("Your lists are being read")
        elif self._list.value is None:
            reason = self.tr("No list of tasks is connected")
        elif not self._title.text().strip():
            reason = self.tr("There is no title yet")
        elif self._due.text().strip() and self._day() is None:
            reason = self.tr("The day is not understood. Try Tomorrow, Friday or 3 Dec")
        self.let_send(reason, "")

    @Slot()
    def submit(self) -> None:
        chosen = self._list.value
        if not self.send_button.isEnabled() or not isinstance(chosen, tuple):
            return
        account, key = chosen
        arguments = Arguments(
            subject=self._title.text().strip(),
            text=self._notes.toPlainText().strip(),
            on=self._day(),
            place=str(key),
        )
        self._was = self._now()
        self.ready.emit(Plan(account, (("task", arguments),)))
