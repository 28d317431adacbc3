"""A form in the reader's place: fields under each other, one filled button at its foot.

`form.left`: the person wants out. Ctrl+Enter sends, Esc leaves.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Elided, Glyph, IconButton, Label
from loopdesk.ui.theme import Type

_MARGIN, _COLUMN = 24, 720
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Notes(QPlainTextEdit):
    """A text of several lines; Tab goes on, Ctrl+Enter is the form's."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(theme.px(96))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape or (control and event.key() in _ENTER):
            event.ignore()
        else:
            super().keyPressEvent(event)


class Form(QWidget):
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.heading = Elided("", Type.READER_TITLE)
        cross = IconButton("x", self.tr("Close"), "Esc")
        cross.clicked.connect(self.left)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.px(_MARGIN), theme.px(8), theme.px(16), theme.px(8))
        bar.addWidget(self.heading, 1)
        bar.addWidget(cross)
        page = QWidget()
        page.setProperty("surface", "bg")
        across = QHBoxLayout(page)
        across.setContentsMargins(theme.px(_MARGIN), theme.px(8), theme.px(_MARGIN), theme.px(16))
        holder = QWidget()
        holder.setMaximumWidth(theme.px(_COLUMN))
        across.addWidget(holder, 1000)
        across.addStretch(1)
        self.column = QVBoxLayout(holder)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(12))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        self.send_button = Button("", "filled")
        self.send_button.clicked.connect(self.submit)
        self.note = Label("", Type.META, "text_3", wrap=True)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.px(_MARGIN), theme.px(8), theme.px(_MARGIN), theme.px(16))
        foot.setSpacing(theme.px(12))
        foot.addWidget(self.send_button)
        foot.addWidget(self.note, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(bar)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

    def row(self, icon: str, parts: Sequence[QWidget | QLayout], *, wide: bool = False) -> QWidget:
        """Add a line of fields after an icon; wide: the last one takes what room is left."""
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(8))
        sign = Glyph(icon)
        sign.setFixedSize(theme.px(24), theme.px(32))
        across.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        for number, part in enumerate(parts):
            stretch = 1 if wide and number == len(parts) - 1 else 0
            if isinstance(part, QLayout):
                across.addLayout(part, stretch)
            else:
                across.addWidget(part, stretch)
        if not wide:
            across.addStretch(1)
        self.column.addWidget(line)
        return line

    def field(self, name: str, hint: str = "") -> QLineEdit:
        box = QLineEdit()
        box.setAccessibleName(name)
        box.setPlaceholderText(hint or name)
        return box

    def let_send(self, reason: str, about: str) -> None:
        """Let the button be pressed unless there is a reason not to; say it, or what it does."""
        self.send_button.setEnabled(not reason)
        self.send_button.setToolTip(reason or "Ctrl+Enter")
        self.note.setText(reason or about)
        self.note.set_tone("text_2" if reason else "text_3")

    @Slot()
    def submit(self) -> None:
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in _ENTER and control:
            if self.send_button.isEnabled():
                self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
