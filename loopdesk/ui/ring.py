"""The ring that completes a task: filled with a tick only when it is done."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton

from loopdesk.ui import theme

_SIZE = 20


class Ring(QAbstractButton):
    """Pressed, it asks; it turns full when it is shown so."""

    def __init__(self) -> None:
        super().__init__()
        self.done = False
        self.setFixedSize(theme.px(_SIZE), theme.px(_SIZE))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_done(self, done: bool, title: str) -> None:
        self.done = done
        said = self.tr("Reopen {task}") if done else self.tr("Complete {task}")
        self.setAccessibleName(said.format(task=title))
        self.setToolTip(self.tr("Reopen") if done else self.tr("Complete"))
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        hovered = self.underMouse() and self.isEnabled()
        draw_ring(QPainter(self), QRectF(self.rect()), done=self.done, hovered=hovered)


def draw_ring(painter: QPainter, box: QRectF, *, done: bool, hovered: bool = False) -> None:
    """Paint a ring into `box`; under the pointer an open one shows what a press would do."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tokens = theme.current().tokens
    line = box.width() * 1.5 / _SIZE
    inner = box.adjusted(line, line, -line, -line)
    if done:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("ok"))
        painter.drawEllipse(box.adjusted(line / 2, line / 2, -line / 2, -line / 2))
    else:
        painter.setBrush(tokens.colour("ok_soft") if hovered else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.colour("ok" if hovered else "control"), line))
        painter.drawEllipse(inner)
    if done or hovered:
        unit = box.width() / _SIZE
        corners = ((6, 10.4), (9, 13.2), (14, 7.4))
        tick = QPolygonF([box.topLeft() + QPointF(x, y) * unit for x, y in corners])
        pen = QPen(tokens.colour("bg" if done else "ok"), line * 1.1)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(tick)
    painter.restore()
