"""Layers that float over the window: the palette, popovers, confirming sheets.

`Layer(window, dim=...)` covers its window and holds one `sheet`. `open(beside)` shows the sheet
below a widget, or centred `top` pixels from the window's upper edge. Esc and a press outside close
it, Tab stays inside it, and closing gives the focus back to where it was. Nothing here blocks: what
runs in the background goes on.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QStyle, QVBoxLayout, QWidget
from shiboken6 import isValid

_GAP = 8
_RISE = 8
_SHADOW = 12


class Layer(QWidget):
    """One floating sheet over a window. Subclasses fill `self.sheet`."""

    closed = Signal()

    MOTION_MS: ClassVar[int] = 120

    def __init__(self, window: QWidget, *, width: int, top: int = 96, dim: bool = False) -> None:
        super().__init__(window)
        self._window = window
        self._dim = dim
        self._top = top
        self._beside: QWidget | None = None
        self._focus_was: QWidget | None = None
        self.sheet = QFrame(self)
        self.sheet.setProperty("surface", "dialog")
        self.sheet.setFixedWidth(width)
        self.body = QVBoxLayout(self.sheet)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._slide = QPropertyAnimation(self.sheet, b"pos", self)
        self._slide.setDuration(self.MOTION_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self.update)
        window.installEventFilter(self)
        self.hide()

    def open(self, beside: QWidget | None = None) -> None:
        """Show the sheet, below `beside` where it is given, and take the focus."""
        self._beside = beside
        self._focus_was = QApplication.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        place = self._place()
        if self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0:
            self._slide.setStartValue(place - QPoint(0, _RISE))
            self._slide.setEndValue(place)
            self._slide.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
        else:
            self.sheet.move(place)
        first = self.first_focus()
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_layer(self) -> None:
        """Hide the sheet and give the focus back."""
        if self.isHidden():
            return
        self._slide.stop()
        self.hide()
        back = self._focus_was
        if back is None or not isValid(back) or not back.isVisible():
            # It went meanwhile, and what is out of sight must not keep the keys.
            back = self._window
        back.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_was = None
        self.closed.emit()

    def first_focus(self) -> QWidget:
        """Return what has the focus first: subclasses name the widget one would go on with."""
        return next(iter(self._stops()), self.sheet)

    def fit(self) -> None:
        """Take the size that the content now asks for, at the same place."""
        self._slide.stop()
        self.sheet.move(self._place())
        self.update()

    def _place(self) -> QPoint:
        self.sheet.ensurePolished()
        self.body.invalidate()
        self.body.activate()
        room = self.rect().adjusted(_GAP, _GAP, -_GAP, -_GAP)
        size = self.sheet.sizeHint().expandedTo(self.sheet.minimumSize())
        size.setWidth(self.sheet.minimumWidth())
        height = self.sheet.heightForWidth(size.width())
        size.setHeight(min(max(size.height(), height), room.height()))
        self.sheet.resize(size)
        if self._beside is None or not self._beside.isVisible():
            place = QPoint((self.width() - size.width()) // 2, self._top)
        else:
            corner = self._beside.mapTo(self._window, QPoint(0, 0))
            anchor = QRect(corner, self._beside.size())
            left = anchor.left()
            # Grows towards the side that has the room, as a menu of that button would.
            if left + size.width() > room.right():
                left = anchor.right() - size.width() + 1
            below = anchor.bottom() + _GAP
            if below + size.height() > room.bottom() and anchor.top() - _GAP >= size.height():
                below = anchor.top() - _GAP - size.height()
            place = QPoint(left, below)
        return QPoint(
            max(room.left(), min(place.x(), room.right() - size.width() + 1)),
            max(room.top(), min(place.y(), room.bottom() - size.height() + 1)),
        )

    def _stops(self) -> list[QWidget]:
        """Return the widgets that Tab reaches inside the sheet, in their order."""
        stops: list[QWidget] = []
        widget = self.sheet.nextInFocusChain()
        while widget is not None and widget is not self.sheet:
            if (
                self.sheet.isAncestorOf(widget)
                and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and widget.isVisibleTo(self.sheet)
                and widget.isEnabled()
            ):
                stops.append(widget)
            widget = widget.nextInFocusChain()
        return stops

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = self._stops()
        if not stops:
            return True
        here = QApplication.focusWidget()
        at = stops.index(here) if here in stops else -1
        step = 1 if forward else -1
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + step) % len(stops)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.close_layer()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and isinstance(focus, QAbstractButton)
            and self.isAncestorOf(focus)  # not what has the focus again, since this key closed it
        ):
            focus.click()
        # What the sheet leaves alone is no key of the window either, which sees only that
        # somebody types a word.
        event.setAccepted(not event.text().isalpha())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_layer()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Called also while this object is being taken apart: it may rely on nothing of its own.
        window = self.parentWidget()
        if event.type() == QEvent.Type.Resize and watched is window and window is not None:
            self.setGeometry(window.rect())
            if self.isVisible():
                self.fit()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        dark = self.palette().window().color().lightness() < 128
        if self._dim:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 153 if dark else 102))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # A blur would draw the whole sheet through a pixmap at each key; rings cost nothing.
        for ring in range(_SHADOW, 0, -1):
            painter.setBrush(QColor(0, 0, 0, 6 if dark else 2))
            edge = self.sheet.geometry().adjusted(-ring, 4 - ring, ring, 4 + ring)
            painter.drawRoundedRect(edge, 12 + ring, 12 + ring)
        painter.end()
