"""A page that stands where list and reader stand: a column on the background, which scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import Label
from loopdesk.ui.theme import Type

_COLUMN = 680


class Page(QScrollArea):
    """Title, a sentence, and `column` for the rest, `width` wide at most.

    `centred`: the column stands in the middle of a wide window, else at the leading edge.
    """

    def __init__(self, title: str, about: str, *, width: int = _COLUMN, centred: bool = False):
        super().__init__()
        self.setProperty("page", True)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("surface", "bg")
        ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(ground)
        holder = QWidget()
        holder.setMaximumWidth(theme.px(width))
        across = QHBoxLayout(ground)
        across.setContentsMargins(32, 32, 32, 32)
        across.setSpacing(0)
        if centred:
            across.addStretch(1)
        across.addWidget(holder, 1000)
        across.addStretch(1)
        self.column = QVBoxLayout(holder)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.title = Label(title, Type.TITLE)
        self.about = Label(about, tone="text_2", wrap=True)
        self.column.addWidget(self.title)
        self.column.addSpacing(8)
        # Beside a stretch, or a bound of its width would not count when its height is asked for.
        about_row = QHBoxLayout()
        about_row.addWidget(self.about, 1000)
        about_row.addStretch(1)
        self.column.addLayout(about_row)
        self.column.addSpacing(16)

    def say(self, title: str, about: str) -> None:
        self.setAccessibleName(title)
        self.title.setText(title)
        self.about.setText(about)
        self.about.setVisible(bool(about))
        if self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{title}. {about}"))
