"""What Quit asks while a letter counts down: let it go now, or keep it as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from math import ceil

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Action, State
from loopdesk.desk.letters import LETTERS
from loopdesk.ui import theme
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 480


def letters(outbox: Sequence[Action], now: datetime) -> tuple[Action, ...]:
    """Return the letters that still wait for their delay."""
    return tuple(
        action
        for action in outbox
        if action.name in LETTERS and action.state is State.WAITING and action.not_before_at > now
    )


class Leaving(Layer):
    """A sheet over the window. Esc: stay."""

    settled = Signal()

    def __init__(self, window: QWidget, bridge: Bridge, waiting: Sequence[Action]) -> None:
        super().__init__(window, width=theme.px(_WIDTH), dim=True)
        self._bridge, self._waiting = bridge, waiting
        first = min(action.not_before_at for action in waiting)
        seconds = max(1, ceil((first - bridge.clock.now()).total_seconds()))
        title = self.tr("One message leaves in {s} s").format(s=seconds)
        if len(waiting) > 1:
            title = self.tr("{n} messages leave, the first in {s} s").format(
                n=len(waiting), s=seconds
            )
        self.setAccessibleName(title)
        inside = QVBoxLayout()
        inside.setContentsMargins(*[theme.px(24)] * 4)
        inside.setSpacing(theme.px(8))
        inside.addWidget(Label(title, Type.READER_TITLE, wrap=True))
        said = self.tr("Send now, or keep as draft and quit. Everything else stays in the outbox.")
        inside.addWidget(Label(said, tone="text_2", wrap=True))
        inside.addSpacing(theme.px(8))
        keep = Button(self.tr("Keep as draft"))
        keep.clicked.connect(self._keep)
        self.send = Button(self.tr("Send now"), "filled")
        self.send.clicked.connect(self._send)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addStretch(1)
        row.addWidget(keep)
        row.addWidget(self.send)
        inside.addLayout(row)
        self.body.addLayout(inside)
        self.closed.connect(self.deleteLater)

    def first_focus(self) -> QWidget:
        return self.send

    @Slot()
    def _send(self) -> None:
        for action in self._waiting:
            self._bridge.send_now(action.id)
        self._end()

    @Slot()
    def _keep(self) -> None:
        left = self._bridge.desk.letters.left
        for action in self._waiting:
            self._bridge.undo(action.id)
            self._bridge.write(partial(left, action.id))  # what is taken back is a draft again
        self._end()

    def _end(self) -> None:
        self.close_layer()
        self.settled.emit()
