"""How the words of a letter may look: a bar of small buttons that act on the selection."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QFont, QTextListFormat
from PySide6.QtWidgets import QHBoxLayout, QWidget

from loopdesk.ui.controls import IconButton
from loopdesk.ui.writing import Writing


class Formats(QWidget):
    """None of its buttons takes the focus from the words."""

    def __init__(self, words: Writing) -> None:
        super().__init__()
        self._words = words
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self._bold = self._button(across, "bold", self.tr("Bold"), "Ctrl+B")
        self._italic = self._button(across, "italic", self.tr("Italic"), "Ctrl+I")
        self._underline = self._button(across, "underline", self.tr("Underline"), "Ctrl+U")
        self._bullets = self._button(across, "list", self.tr("List"))
        self._numbers = self._button(across, "list-ordered", self.tr("Numbered list"))
        self._quote = self._button(across, "text-quote", self.tr("Quote"))
        self._plain = self._button(across, "remove-formatting", self.tr("Remove formatting"))
        self._bold.clicked.connect(words.bold)
        self._italic.clicked.connect(words.italic)
        self._underline.clicked.connect(words.underline)
        self._bullets.clicked.connect(lambda: words.list_items(numbered=False))
        self._numbers.clicked.connect(lambda: words.list_items(numbered=True))
        self._quote.clicked.connect(words.quote)
        self._plain.clicked.connect(words.plain)
        self._plain.setCheckable(False)
        words.currentCharFormatChanged.connect(self._follow)
        words.cursorPositionChanged.connect(self._follow)

    def _button(self, across: QHBoxLayout, icon: str, name: str, key: str = "") -> IconButton:
        button = IconButton(icon, name, key)
        button.setCheckable(True)
        button.clicked.connect(self._back)
        across.addWidget(button)
        return button

    @Slot()
    def _back(self) -> None:
        self._words.setFocus()
        self._follow()

    @Slot()
    def _follow(self) -> None:
        look = self._words.currentCharFormat()
        self._bold.setChecked(look.fontWeight() > QFont.Weight.Medium)
        self._italic.setChecked(look.fontItalic())
        self._underline.setChecked(look.fontUnderline())
        style = self._words.list_style()
        self._bullets.setChecked(style == QTextListFormat.Style.ListDisc)
        self._numbers.setChecked(style == QTextListFormat.Style.ListDecimal)
        self._quote.setChecked(self._words.is_quoting())
