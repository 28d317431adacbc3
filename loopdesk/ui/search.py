"""Search: the field, what its operators are, and what stands around its results.

field = SearchField()                  # in the title row
field.asked.connect(slot)              # str: search for this now; comes as one types
field.ended.connect(slot)              # it is empty again: show the pane
field.entered.connect(slot)            # Enter or Down: go on in the list
field.left.connect(slot)               # Esc in an empty field
field.begin()                          # the key /: focus, all selected
field.put("from:ada@northwind.test ")  # what the palette chose
field.lacks("kind")                    # that operator has a value that means nothing

head = SearchHead()                    # over the list while it shows results
head.show_pane(pane, text)             # how many of each kind
head.chosen.connect(field.narrow)
foot = SearchFoot()                    # under it
foot.show_pane(pane, behind)           # how many were found, and what was not searched
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QResizeEvent, QTextCharFormat
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from loopdesk.core.items import Kind
from loopdesk.core.rows import Pane
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, Glyph, IconButton, Label
from loopdesk.ui.keys import QT_TRANSLATE_NOOP
from loopdesk.ui.theme import Type

_OPERATORS = (
    ("from:", QT_TRANSLATE_NOOP("search", "who wrote it: from:ada")),
    ("to:", QT_TRANSLATE_NOOP("search", "who it went to: to:legal")),
    ("in:", QT_TRANSLATE_NOOP("search", "a label or a calendar: in:travel")),
    ("kind:", QT_TRANSLATE_NOOP("search", "message, meeting, task or file")),
    ("is:", QT_TRANSLATE_NOOP("search", "unread, read, new, starred, snoozed, pinned or muted")),
    ("has:", QT_TRANSLATE_NOOP("search", "attachment")),
    ("before:", QT_TRANSLATE_NOOP("search", "older than a day: before:2026-11-24")),
    ("after:", QT_TRANSLATE_NOOP("search", "from a day on: after:2026-11-24")),
    ('"', QT_TRANSLATE_NOOP("search", 'these words in this order: "clause 7"')),
    ("-", QT_TRANSLATE_NOOP("search", "without this word: -invoice")),
)
_TOKEN = re.compile(
    r'(?<!\S)-?(?:(?:from|to|in|kind|is|has|before|after):(?:"[^"]*"?|\S*)|"[^"]*"?|(?<=-)\w\S*)'
)

_KIND = re.compile(r"(?<!\S)kind:(\w+)")


class SearchField(QLineEdit):
    """Searches as one types; operators stand out from words."""

    asked = Signal(str)
    ended = Signal()
    entered = Signal()
    left = Signal()

    PAUSE_MS: ClassVar[int] = 60
    """A fast typist's letters are one search."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setPlaceholderText(self.tr("Search, or type a command"))
        self.setAccessibleName(self.tr("Search"))
        self.setTextMargins(theme.px(26), 0, theme.px(26), 0)
        self._glyph = Glyph("search")
        self._glyph.setParent(self)
        self._cross = IconButton("x", self.tr("Clear the search"), "Esc")
        self._cross.setProperty("small", True)
        self._cross.setParent(self)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.setCursor(Qt.CursorShape.ArrowCursor)
        self._cross.clicked.connect(self.clear)
        self._cross.hide()
        theme.current().changed.connect(self._paint_operators)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(self.PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._painting = False
        self._help = _Operators(self)
        self._help.chosen.connect(self._insert)
        self.textChanged.connect(self._changed)

    def begin(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def put(self, text: str) -> None:
        self.setText(text)
        self.setFocus()

    def lacks(self, operator: str) -> None:
        """Show what an operator takes: what is typed behind it means nothing, or nothing yet."""
        self._help.open_below(operator)

    @Slot(str)
    def narrow(self, kind: str) -> None:
        """Search for the same among one kind; "": among all."""
        wider = _KIND.sub("", self.text()).strip()
        self.setText(f"{wider} kind:{kind}" if kind else wider)

    @Slot()
    def _changed(self) -> None:
        if self._painting:
            return
        self._paint_operators()
        self._cross.setVisible(bool(self.text()))
        if self.text().strip():
            self._help.hide()
            self._pause.start()
        else:
            self._pause.stop()
            self.ended.emit()
            if self.hasFocus():
                self._help.open_below()

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self.text().strip())

    @Slot(str)
    def _insert(self, operator: str) -> None:
        text = self.text()
        self.setText(f"{text} {operator}" if text and not text.endswith(" ") else text + operator)

    @Slot()
    def _paint_operators(self) -> None:
        """Give operators the accent's soft ground.

        A line edit has no formats of its own; an input method's event brings them, without text.
        """
        colours = theme.current().tokens
        look = QTextCharFormat()
        look.setBackground(colours.colour("accent_soft"))
        look.setForeground(colours.colour("accent"))
        here = self.cursorPosition()
        kind = QInputMethodEvent.AttributeType.TextFormat
        formats = [
            QInputMethodEvent.Attribute(kind, m.start() - here, m.end() - m.start(), look)
            for m in _TOKEN.finditer(self.text())
        ]
        self._painting = True
        QCoreApplication.sendEvent(self, QInputMethodEvent("", formats))
        self._painting = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        pad, high = theme.px(10), self.height()
        for part, at_end in ((self._glyph, False), (self._cross, True)):
            part.adjustSize()
            if at_end == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight):
                left = self.width() - part.width() - pad
            else:
                left = pad
            part.move(left, (high - part.height()) // 2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.text():
            self._help.open_below()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._help.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self._pause.isActive():
                    self._pause.stop()
                    self._ask()
                self.entered.emit()
            case _:
                super().keyPressEvent(event)


class _Operators(QFrame):
    """What can be typed besides words; below the field while it is empty."""

    chosen = Signal(str)

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self.setProperty("surface", "dialog")
        self._title = Label("", Type.HEADING, "text_2")
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._title, 0, 0, 1, 2)
        for at, (operator, means) in enumerate(_OPERATORS, start=1):
            button = Button(operator, "link")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, operator=operator: self.chosen.emit(operator))
            grid.addWidget(button, at, 0, Qt.AlignmentFlag.AlignLeading)
            grid.addWidget(Label(words.translate("search", means), Type.META, "text_2"), at, 1)
        self.hide()

    def open_below(self, operator: str = "") -> None:
        """Stand under the field; `operator`: the one whose value is wanted."""
        title = self.tr("Narrow by")
        for sign, means in _OPERATORS:
            if operator and sign == f"{operator}:":
                means = words.translate("search", means)
                title = self.tr("{operator} takes {values}").format(operator=sign, values=means)
        self._title.setText(title)
        window = self._field.window()
        self.setParent(window)
        self.adjustSize()
        self.resize(max(self.width(), self._field.width()), self.height())
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + 4))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            corner.setX(corner.x() + self._field.width() - self.width())
        self.move(corner)
        self.show()
        self.raise_()


def sought_words(text: str) -> tuple[str, ...]:
    """Return the words and phrases of a search, without its operators and what it leaves out."""
    pieces = re.findall(r'(?<!\S)"([^"]+)"|(?<!\S)([^\s"-][^\s":]*)(?!\S)', text)
    return tuple(phrase or word for phrase, word in pieces)


class SearchHead(QFrame):
    """How much of each kind was found; pressing one narrows the search to it."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "bg")
        self._counts: dict[str, int] = {}
        self._wider = ""
        self._titles = {
            "": self.tr("All"),
            Kind.MESSAGE: self.tr("Messages"),
            Kind.MEETING: self.tr("Meetings"),
            Kind.TASK: self.tr("Tasks"),
            Kind.FILE: self.tr("Files"),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(0)
        self._buttons: dict[str, Button] = {}
        for name in self._titles:
            button = Button("", "quiet")
            button.setProperty("bar", True)
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose, str(name)))
            self._buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def show_pane(self, pane: Pane, text: str) -> None:
        """Show the kinds among what was found for `text`."""
        wider, narrowed = _KIND.sub("", text).strip(), _KIND.search(text)
        kind = narrowed[1] if narrowed else ""
        # Narrowed, the pane no longer says how much else there is: what was counted before does.
        if not kind or wider != self._wider:
            self._counts = {name: sum(row.kind == name for row in pane.rows) for name in Kind}
            self._counts[""] = len(pane.rows)
            self._wider = wider
        for name, button in self._buttons.items():
            count = self._counts[name]
            button.setText(f"{self._titles[name]}  {words.count(count)}")
            button.setChecked(name == kind)
            button.setVisible(bool(count) or not name)
        self.show()

    def _choose(self, kind: str) -> None:
        self.chosen.emit(kind)


class SearchFoot(QFrame):
    """How much was found, and where nobody looked."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "surface")
        self._glyph = Glyph("clock")
        self._left_out = Label(wrap=True)
        self._found = Label("", Type.META, "text_2")
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self._left_out)
        text.addWidget(self._found)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        self.hide()

    def show_pane(self, pane: Pane, behind: Sequence[str]) -> None:
        """Say how much a pane holds; `behind`: accounts whose items may not all be here."""
        missing = ", ".join(behind)
        self._left_out.setText(self.tr("Not searched: {what}").format(what=missing))
        self._left_out.setVisible(bool(missing))
        self._glyph.setVisible(bool(missing))
        found = words.count(len(pane.rows))
        text = self.tr("{n} found, all on this computer")
        if pane.more:
            text = self.tr("The newest {n} found, all on this computer")
        self._found.setText(text.format(n=found))
        self.show()
