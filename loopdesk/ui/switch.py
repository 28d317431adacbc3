"""A switch: on or off, at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from loopdesk.ui import theme

_WIDTH, _HEIGHT, _MARGIN = 32, 20, 2


class Switch(QAbstractButton):
    """On is the accent's colour; `name` is what screen readers say."""

    def __init__(self, name: str, *, on: bool) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_WIDTH), theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(self.rect())
        painter.setBrush(t.colour("accent" if self.isChecked() else "control"))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        size = track.height() - 2 * theme.px(_MARGIN)
        at_end = self.isChecked() == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
        left = track.right() - size - theme.px(_MARGIN) if at_end else theme.px(_MARGIN)
        painter.setBrush(t.colour("on_accent" if self.isChecked() else "bg"))
        painter.drawEllipse(QRectF(left, theme.px(_MARGIN), size, size))
