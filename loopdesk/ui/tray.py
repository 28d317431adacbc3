"""The tray icon: how many need you now; its press opens the quick pane.

    tray = Tray(window)
    tray.pressed.connect(slot)         # QRect: where the icon is, null where nobody knows
    tray.window_asked, tray.quit_asked # from its menu
    tray.show_count(4)
    tray.present                       # whether this desktop has a tray at all

Where there is none, closing the window quits, and the first time `closing_note` says so.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from loopdesk.ui import icons, theme, words

_SIZES = (16, 22, 24, 32, 48, 64)
_MOST = 9


def picture(count: int, size: int) -> QPixmap:
    """Return the program's mark with a count in its lower corner, for a tray of that size."""
    drawn = QPixmap(icons.own(size, 1.0))
    if drawn.width() != size:
        drawn = drawn.scaled(size, size)
    if count:
        tokens = theme.current().tokens
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(size * 0.4, size * 0.4, size * 0.6, size * 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("urgent"))
        painter.drawEllipse(disc)
        text = f"{_MOST}+" if count > _MOST else str(count)
        font = theme.font(theme.Type.STRONG)
        font.setPixelSize(round(size * (0.46 if len(text) == 1 else 0.34)))
        painter.setFont(font)
        painter.setPen(tokens.colour("on_accent"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
    return drawn


class Tray(QObject):
    """Shown where the desktop has a place for it; without one it does nothing."""

    pressed = Signal(QRect)
    window_asked = Signal()
    quit_asked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._count = 0
        self._menu = QMenu(window)
        self._menu.addAction(self.tr("Needs you now")).triggered.connect(self._press)
        self._menu.addAction(self.tr("Open LoopDesk")).triggered.connect(self.window_asked)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Quit")).triggered.connect(self.quit_asked)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        theme.current().changed.connect(self._draw)
        self._draw()
        if self.present:
            self._icon.show()

    @property
    def present(self) -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def place(self) -> QRect:
        """Return where the icon is, a null rectangle where nobody knows."""
        return self._icon.geometry() if self.present else QRect()

    def show_count(self, count: int) -> None:
        self._count = count
        self._draw()

    def tell(self, text: str) -> None:
        """Say something beside the icon."""
        self._icon.showMessage("LoopDesk", text, icons.application())

    def closing_note(self) -> str:
        """Return what to say, once, when the window is closed for the first time."""
        if self.present:
            return self.tr("LoopDesk stays in the tray. Quit from its menu")
        return self.tr("This desktop has no tray, so closing the window quits LoopDesk")

    @Slot()
    def _draw(self) -> None:
        made = QIcon()
        for size in _SIZES:
            made.addPixmap(picture(self._count, size))
        self._icon.setIcon(made)
        said = self.tr("Nothing needs you now")
        if self._count:
            one, many = self.tr("1 needs you now"), self.tr("{n} need you now")
            said = words.counted(self._count, one, many)
            if self._count == 1:
                said = self.tr("1 needs you now")
        self._icon.setToolTip(f"LoopDesk: {said}")

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self._press()

    @Slot()
    def _press(self) -> None:
        self.pressed.emit(self.place)
