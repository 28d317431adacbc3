"""The toast: what is about to leave, with the way to take it back; and plain notices.

    toast = Toast(reader, clock.now, composer)    # bottom centre of `reader`, above `composer`
    toast.undo.connect(slot)                      # Signal(ActionId)
    toast.send_now.connect(slot)                  # Signal(ActionId)
    toast.count_down(action_id, leaves_at)        # "Sending in 8 s - Undo - Send now"
    toast.say("Archived", undo=action_id)         # a notice, with a way back where there is one
    toast.settle(action)                          # its state has changed
    toast.offer("Archive its mail too", "Shift+M")      # with what it says, one thing more to do
    toast.taken_up.connect(slot)                  # the offer was pressed
    toast.offer_keys(True)                        # whether single keys are on

`current` is the action it speaks of, None where it is hidden: a second Ctrl+Enter sends that one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from loopdesk.core.actions import Action, ActionId, State
from loopdesk.ui import failures, theme, words
from loopdesk.ui.controls import Button, Keycap, Label

_HEIGHT = 44
_ABOVE = 16
_MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)
_TYPING = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)


class Toast(QFrame):
    """One line over the reader. It never takes the focus, and the newest one stands."""

    undo = Signal(str)
    send_now = Signal(str)
    taken_up = Signal()

    NOTICE_MS: ClassVar[int] = 5000
    """How long a notice stands, the pointer away from it."""

    def __init__(
        self, over: QWidget, now: Callable[[], datetime], above: QWidget | None = None
    ) -> None:
        """Make a hidden toast.

        Args:
            above: a part of `over` at its foot that the toast must not lie on.
        """
        super().__init__(over)
        self._over = over
        self._above = above
        self.setObjectName("toast")
        self._now = now
        self._keys = True
        self._high = False
        self.current: ActionId | None = None
        self._leaves_at: datetime | None = None
        self._whole_s = 0.0
        self._said = ""
        self.text = Label()
        self.undo_button = Button(self.tr("Undo"), "toast")
        self.undo_button.clicked.connect(self._ask_undo)
        self.keycap = Keycap("Z")
        self.send_button = Button(self.tr("Send now"), "toast")
        self.send_button.clicked.connect(self._ask_send)
        self.offer_button = Button("", "toast")
        self.offer_button.clicked.connect(self.taken_up)
        self.offer_keycap = Keycap("")
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(16, 0, 16, 0)
        self._lines.setSpacing(8)
        for parts in (
            (self.text, self.undo_button, self.keycap, self.send_button),
            (self.offer_button, self.offer_keycap),
        ):
            line = QHBoxLayout()
            line.setSpacing(8)
            for part in parts:
                line.addWidget(part)
            self._lines.addLayout(line)
        self._tick = QTimer(self)
        self._tick.setInterval(100)
        self._tick.timeout.connect(self._count)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(self.NOTICE_MS)
        self._end.timeout.connect(self.dismiss)
        over.installEventFilter(self)
        if above is not None:
            above.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101
        app.focusChanged.connect(self._show_key)
        self.hide()

    @property
    def counting(self) -> bool:
        """Whether it shows something that is about to leave, or has just begun to."""
        return self._leaves_at is not None

    @property
    def offering(self) -> bool:
        """Whether it offers one thing more to do."""
        return not self.isHidden() and not self.offer_button.isHidden()

    def count_down(
        self, action: ActionId, leaves_at: datetime, said: str = "", hasten: str = ""
    ) -> None:
        """Say that `action` leaves at `leaves_at`, and how to stop or hasten it.

        Args:
            said: what is said of it, with "{n}" for the seconds.
            hasten: the word for letting it leave at once.
        """
        self._said = said or self.tr("Sending in {n} s")
        self.send_button.setText(hasten or self.tr("Send now"))
        self.current = action
        self._leaves_at = leaves_at
        self._whole_s = max(0.001, (leaves_at - self._now()).total_seconds())
        self._end.stop()
        self._tick.start()
        self.offer_button.hide()
        self._count()
        self._appear()

    def say(self, text: str, undo: ActionId | None = None) -> None:
        """Show a notice for some seconds."""
        self.current = undo
        self._leaves_at = None
        self._tick.stop()
        self._end.start()
        self.text.setText(text)
        self.offer_button.hide()
        self._appear()

    def offer(self, text: str, key: str) -> None:
        """Offer one thing more, beside what is said now, for as long as that stands."""
        self.offer_button.setText(text)
        self.offer_keycap.setText(key)
        self.offer_button.show()
        if self._leaves_at is None:
            self._end.start()
        self._show_key()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def settle(self, action: Action) -> None:
        """Follow the action that is being shown; others change nothing here."""
        if action.id != self.current or self._leaves_at is None:
            return
        offered = self.offering
        if action.state is State.SENT:
            self.say(words.settled(action))
        elif action.state is State.UNDONE:
            self.dismiss()
        elif action.state is State.REFUSED:
            self.say(self.tr("Not sent. It stands with its item and in the outbox"))
        elif action.state is State.WAITING and action.error is not None:
            said = self.tr("Waits here and leaves with the network")
            if action.error.code != "offline":
                said = failures.refusal(action.error)
            self.say(said, undo=action.id)
        if offered and action.state in (State.SENT, State.WAITING):
            self.offer(self.offer_button.text(), self.offer_keycap.text())

    def offer_keys(self, on: bool) -> None:
        """Say whether Z works at all."""
        self._keys = on
        self._show_key()

    def dismiss(self) -> None:
        self._tick.stop()
        self._end.stop()
        self.current = None
        self._leaves_at = None
        self.hide()

    def _ask_undo(self) -> None:
        if self.current is not None:
            self.undo.emit(self.current)
            self.dismiss()

    def _ask_send(self) -> None:
        if self.current is not None:
            self.send_now.emit(self.current)

    def _left_s(self) -> float:
        if self._leaves_at is None:
            return 0.0
        return max(0.0, (self._leaves_at - self._now()).total_seconds())

    def _count(self) -> None:
        left = self._left_s()
        if left > 0:
            self.text.setText(self._said.format(n=ceil(left)))
        else:
            self._tick.stop()
            self.text.setText(self.tr("Sending"))
            self._end.start()
        self.send_button.setVisible(left > 0)
        self._show_key()
        self.update()

    def _appear(self) -> None:
        self.undo_button.setVisible(self.current is not None)
        self.send_button.setVisible(self._leaves_at is not None)
        self._show_key()
        self.show()
        self.raise_()
        self._settle_down()
        words = self.text.text()
        if self.current is not None:
            words = self.tr("{notice}. Undo is possible").format(notice=words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def stand_high(self, high: bool) -> None:
        """Stand at the upper edge: of what is read from its end, the foot is what one reads."""
        self._high = high
        self._settle_down()

    def stand_over(self, over: QWidget) -> None:
        """Float over another part of the window: the one that can be seen."""
        if over is self._over:
            return
        shown = not self.isHidden()
        self._over.removeEventFilter(self)
        self._over = over
        self.setParent(over)
        over.installEventFilter(self)
        self.setVisible(shown)
        self._settle_down()

    def _settle_down(self) -> None:
        # Where one line has no room for the offer too, it stands below.
        self._lines.setDirection(QBoxLayout.Direction.LeftToRight)
        high = theme.px(_HEIGHT)
        if self.offering and self.sizeHint().width() > self._over.width():
            self._lines.setDirection(QBoxLayout.Direction.TopToBottom)
            high *= 2
        self.setFixedHeight(high)
        self.adjustSize()
        foot = self._over.height()
        if self._above is not None and self._above.isVisible():
            foot = self._above.mapTo(self._over, QPoint(0, 0)).y()
        top = _ABOVE if self._high else foot - self.height() - _ABOVE
        self.move((self._over.width() - self.width()) // 2, top)

    def _show_key(self) -> None:
        typing = isinstance(QApplication.focusWidget(), _TYPING)
        self.keycap.setVisible(self._keys and self.current is not None and not typing)
        self.offer_keycap.setVisible(self._keys and not typing and not self.offer_button.isHidden())
        if not self.isHidden():
            self._settle_down()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._end.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self._leaves_at is None or not self._tick.isActive():
            self._end.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            self._settle_down()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._leaves_at is None:
            return
        # The line that runs out, along the lower edge, from where reading begins.
        share = min(1.0, self._left_s() / self._whole_s)
        inset = 8
        room = self.width() - 2 * inset
        left = (
            inset
            if self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            else self.width() - inset - room * share
        )
        painter = QPainter(self)
        # The toast has the colours of the other scheme, so its accent, too.
        accent = theme.tokens(not theme.current().dark).colour("accent")
        painter.fillRect(QRectF(left, self.height() - 2, room * share, 2), accent)
        painter.end()
