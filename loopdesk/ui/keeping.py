"""What stays on this computer: how long, and how much of it.

page = KeepingPage()
page.show_keeping(keeping)        # core.keeping.Keeping, read anew
page.chosen.connect(slot)         # Chosen(limit, amount): keep it; of days 0 is for ever
page.left
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from loopdesk.core.keeping import Keeping, Limit
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Label, Line
from loopdesk.ui.page import Page
from loopdesk.ui.picker import Picker
from loopdesk.ui.theme import Type

_DAYS = (30, 90, 180, 365, 730, 0)
_OFFERED = {Limit.ATTACHMENT_MB: (0, 2, 10, 25, 100), Limit.TOTAL_MB: (0, 100, 500, 2000, 10_000)}
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chosen:
    limit: Limit
    amount: int


class KeepingPage(Page):
    """One line for each thing that can be chosen, with what it means."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__("", "")
        self.say(
            self.tr("Kept on this computer"),
            self.tr(
                "Everything lies here encrypted and can be read without a network. What is over "
                "and older than this leaves; at its service it stays as it is."
            ),
        )
        self._pickers: dict[Limit, Picker] = {}
        self._add_heading(self.tr("How long"))
        self._add(Limit.MESSAGE_DAYS, self.tr("Mail"), self.tr("out of the inbox"))
        self._add(Limit.MEETING_DAYS, self.tr("Meetings"), self.tr("that have been"))
        self._add(Limit.TASK_DAYS, self.tr("Tasks"), self.tr("that are done"))
        self._add(Limit.FILE_DAYS, self.tr("Files"), self.tr("that are no longer in the pane"))
        self.column.addWidget(Line())
        self._add_heading(self.tr("Attachments and files, brought here unasked"))
        self._add(
            Limit.ATTACHMENT_MB,
            self.tr("Each up to"),
            self.tr("of what you opened or pinned, and of what needs you now"),
        )
        self._add(
            Limit.TOTAL_MB,
            self.tr("All together up to"),
            self.tr(
                "beyond it what was used longest ago leaves, but nothing that you pinned or "
                "downloaded"
            ),
        )
        self.column.addWidget(Line())
        self.column.addSpacing(theme.px(24))
        back = Button(self.tr("Back"), "quiet")
        back.clicked.connect(self.left)
        self.column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)

    def show_keeping(self, keeping: Keeping) -> None:
        """Show what holds now."""
        for limit, picker in self._pickers.items():
            amount = keeping.amount(limit)
            # What was set elsewhere is shown, whether or not it is offered.
            amounts = sorted({*_OFFERED.get(limit, _DAYS), amount}, key=lambda n: (n == 0, n))
            picker.offer([(_told(limit, each), each) for each in amounts], amount)

    def _add_heading(self, text: str) -> None:
        self.column.addSpacing(theme.px(24))
        self.column.addWidget(Label(text, Type.HEADING))
        self.column.addSpacing(theme.px(8))

    def _add(self, limit: Limit, name: str, about: str) -> None:
        self.column.addWidget(Line())
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(24)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Label(name, Type.BUTTON))
        text.addWidget(Label(about, tone="text_2", wrap=True))
        row.addLayout(text, 1)
        picker = self._pickers[limit] = Picker(name)
        picker.picked.connect(partial(self._picked, limit))
        row.addWidget(picker)
        self.column.addLayout(row)

    def _picked(self, limit: Limit, amount: object) -> None:
        assert isinstance(amount, int)  # noqa: S101
        self.chosen.emit(Chosen(limit, amount))


def _told(limit: Limit, amount: int) -> str:
    translate = QCoreApplication.translate
    if limit in _OFFERED:
        return words.size(amount * _MB) if amount else translate("keeping", "Nothing")
    if not amount:
        return translate("keeping", "For ever")
    return translate("keeping", "{n} days").format(n=words.count(amount))
