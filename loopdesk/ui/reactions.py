"""Emoji under a message: how many gave each, and the person's own turned on and off by a press."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from loopdesk.core.items import Reaction
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import IconButton
from loopdesk.ui.flow import Flow


class Reactions(QWidget):
    """Chips in their order; the last button opens the picker."""

    turned = Signal(Reaction)
    more = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Reaction, ...] = ()
        self._takes = False
        self._flow = Flow(gap=4, line_gap=4)
        self._flow.setContentsMargins(0, theme.px(4), 0, 0)
        self.setLayout(self._flow)
        self.chips: list[QPushButton] = []
        self.hide()

    def show_reactions(self, given: Sequence[Reaction], *, takes: bool) -> None:
        """Show what was given; `takes`: the person may give and take back their own."""
        if (tuple(given), takes) == (self._shown, self._takes):
            return
        self._shown, self._takes = tuple(given), takes
        focused = next((n for n, chip in enumerate(self.chips) if chip.hasFocus()), None)
        controls.clear(self._flow)
        self.chips = []
        for one in given:
            chip = self._chip(one)
            self._flow.addWidget(chip)
            chip.show()
            self.chips.append(chip)
        if given and takes:
            more = IconButton("smile-plus", self.tr("Add a reaction"))
            more.setProperty("look", "reaction")
            more.clicked.connect(self.more)
            self._flow.addWidget(more)
            more.show()
        self.setVisible(bool(given))
        self.updateGeometry()
        if focused is not None and self.chips:
            self.chips[min(focused, len(self.chips) - 1)].setFocus()

    def _chip(self, one: Reaction) -> QPushButton:
        chip = QPushButton(f"{one.emoji} {words.count(one.count)}")
        chip.setProperty("look", "reaction")
        chip.setProperty("mine", one.mine)
        who = words.reacted(one)
        chip.setToolTip(who)
        chip.setAccessibleName(self.tr("{emoji}: {who}").format(emoji=one.name, who=who))
        chip.setEnabled(self._takes)
        chip.clicked.connect(lambda: self.turned.emit(one))
        return chip
