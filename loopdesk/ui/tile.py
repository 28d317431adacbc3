"""A file as a tile: its type in three letters."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from loopdesk.core.filenames import letters
from loopdesk.ui import theme
from loopdesk.ui.theme import Type


class Tile(QWidget):
    """Screen readers hear the file's name beside it instead."""

    def __init__(self, name: str, mime: str, size: int = 32) -> None:
        super().__init__()
        self._letters = letters(name, mime)
        self.setFixedSize(theme.px(size), theme.px(size))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_tile(QPainter(self), QRectF(self.rect()), self._letters)


def draw_tile(painter: QPainter, box: QRectF, letters: str, *, selected: bool = False) -> None:
    """Paint a tile with a few letters into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tokens = theme.current().tokens
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.colour("bg" if selected else "neutral_soft"))
    painter.drawRoundedRect(box, theme.px(6), theme.px(6))
    painter.setFont(theme.font(Type.TAG))
    painter.setPen(tokens.colour("text_2"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letters)
    painter.restore()
