"""A message of one's own, changed where it stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import Button
from loopdesk.ui.theme import Type

_MOST_LINES = 10


class MessageEdit(QWidget):
    """Ctrl+Enter gives the words out, Esc leaves them as they were."""

    given = Signal(object)
    """The new words; None: as they were."""

    def __init__(self, text: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        column.setSpacing(theme.px(8))
        self.words = QPlainTextEdit(text)
        self.words.setAccessibleName(self.tr("Your words"))
        self.words.setTabChangesFocus(True)
        self.words.moveCursor(QTextCursor.MoveOperation.End)
        self.words.installEventFilter(self)
        self.words.textChanged.connect(self._fit)
        column.addWidget(self.words)
        across = QHBoxLayout()
        across.setSpacing(theme.px(8))
        self.save = Button(self.tr("Save"), "filled")
        self.save.setToolTip(self.tr("Save  Ctrl+Enter"))
        self.save.clicked.connect(self._give)
        leave = Button(self.tr("Leave it"), "quiet")
        leave.setToolTip(self.tr("Leave it as it was  Esc"))
        leave.clicked.connect(lambda: self.given.emit(None))
        for button in (self.save, leave):
            button.setProperty("bar", True)
            across.addWidget(button)
        across.addStretch(1)
        column.addLayout(across)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        lines = min(max(self.words.blockCount(), 2), _MOST_LINES)
        self.words.setFixedHeight(theme.px(16 + Type.BODY.line * lines))
        self.save.setEnabled(bool(self.words.toPlainText().strip()))

    @Slot()
    def _give(self) -> None:
        if text := self.words.toPlainText().strip():
            self.given.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The window knows these keys, too: while this has the focus, they are this text's.
        if not isinstance(event, QKeyEvent):
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        sends = enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ours = bool(sends) or event.key() == Qt.Key.Key_Escape
        if ours and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if ours and event.type() == QEvent.Type.KeyPress:
            if sends:
                self._give()
            else:
                self.given.emit(None)
            return True
        return False
