"""Text that is changed where it stands: a title, notes, a description."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Label
from loopdesk.ui.formats import Formats
from loopdesk.ui.message_text import MessageText
from loopdesk.ui.theme import Type
from loopdesk.ui.writing import Writing

_LINES, _MOST_LINES = 5, 16
_KEEPS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class InPlace(QWidget):
    """Shows text; a click or Enter makes it a box, and leaving the box gives out what changed.

    Enter ends one line, Ctrl+Enter ends several; Esc leaves the text as it was. What is heard of
    the text while somebody types in it waits until they are done.
    """

    changed = Signal(str)
    formatted = Signal(str, str)
    """What changed where the text may have formats: the words, and how they look."""
    left = Signal()
    """A key ended it: Enter, Ctrl+Enter or Esc."""
    link = Signal(str)

    def __init__(self, name: str, *, lines: bool = False, title: bool = False) -> None:
        """Make it empty.

        Args:
            name: what it is, for screen readers and where there is nothing yet.
            lines: it may have several lines; empty is allowed then.
            title: in the type of a reader's title.
        """
        super().__init__()
        self._name, self._many, self._text, self._editable = name, lines, "", False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._label = MessageText("", "") if lines else Label("", Type.READER_TITLE, wrap=True)
        if not lines:
            self._label.setProperty("type", (Type.READER_TITLE if title else Type.CONTROL).name)
            self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setIndent(0)  # beside its border, Qt would leave half a letter
        self._label.installEventFilter(self)
        self._label.linkActivated.connect(self.link)
        self._label.linkHovered.connect(self._point_at)
        self._pointed = ""  # the link under the pointer
        self._column.addWidget(self._label)
        self._html, self._formats = "", False
        self._box: QLineEdit | QPlainTextEdit | Writing | None = None
        self._around: QWidget | None = None  # the box with what belongs to it
        self._loaded = ("", "")

    @property
    def editing(self) -> bool:
        return self._box is not None

    def say(
        self,
        text: str,
        *,
        editable: bool,
        instead: str = "",
        done: bool = False,
        html: str = "",
        formats: bool = False,
    ) -> None:
        """Show a text.

        Args:
            instead: shown where the text is empty.
            done: it is over, and stands back.
            html: of several lines, how they look.
            formats: that is changed, too; else what is changed is the text.
        """
        self._text, self._editable = text, editable
        self._html, self._formats = html, formats
        shown = text or instead or (self._name if editable else "")
        if isinstance(self._label, MessageText):
            self._label.say_rich(shown, html)
        else:
            self._label.setText(shown)
            self._label.setAccessibleName(shown)
        tone = "text_2" if done else "text" if text or not editable else "text_3"
        self._label.setProperty("tone", tone)
        self._label.setProperty("editable", editable)
        self._label.style().unpolish(self._label)
        self._label.style().polish(self._label)
        focus = Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus
        self._label.setFocusPolicy(focus)
        self._label.setCursor(
            Qt.CursorShape.IBeamCursor if editable else Qt.CursorShape.ArrowCursor
        )
        self._point_at("")
        self._label.setAccessibleDescription(self.tr("Press Enter to change") if editable else "")

    @Slot()
    def edit(self) -> None:
        """Make the text a box and give it the focus."""
        if self._box is not None or not self._editable:
            return
        box: QLineEdit | QPlainTextEdit | Writing
        around: QWidget | None = None
        if self._formats:
            box, around = self._writing()
        elif self._many:
            box = QPlainTextEdit(self._text)
            lines = max(_LINES, self._text.count("\n") + 2)
            box.setFixedHeight(theme.px(Type.BODY.line * min(lines, 12) + 16))
        else:
            box = QLineEdit(self._text)
            box.setMaxLength(1000)
            box.selectAll()  # last: what sets the limit takes the selection away
        box.setAccessibleName(self._name)
        box.setPlaceholderText(self._name)
        box.installEventFilter(self)
        self._box, self._around = box, around or box
        self._label.hide()
        controls.put(self._column, self._around)
        box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _writing(self) -> tuple[Writing, QWidget]:
        """Return the box of a text that may have formats, and that with its buttons."""
        box = Writing()
        box.least, box.most = (theme.px(Type.BODY.line) * lines for lines in (_LINES, _MOST_LINES))
        box.load(self._text, self._html, {})
        self._loaded = box.text(), box.html()
        around = QFrame()
        around.setProperty("surface", "card")
        column = QVBoxLayout(around)
        column.setContentsMargins(theme.px(11), theme.px(8), theme.px(11), theme.px(4))
        column.setSpacing(theme.px(4))
        column.addWidget(box)
        column.addWidget(Formats(box), 0, Qt.AlignmentFlag.AlignLeft)
        # A press beside the words is for them: else whatever is around would take the focus.
        around.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        around.setFocusProxy(box)
        return box, around

    def leave(self, *, keep: bool) -> None:
        """Make the box text again, and give out what was typed unless it is not to be kept."""
        box, self._box = self._box, None
        around, self._around = self._around, None
        if box is None or around is None:
            return
        typed = box.toPlainText() if isinstance(box, QPlainTextEdit) else box.text()
        typed = typed.strip()
        html = box.html() if isinstance(box, Writing) else ""
        had_focus = box.hasFocus()
        box.removeEventFilter(self)
        around.hide()
        around.deleteLater()
        self._label.show()
        if had_focus:
            self._label.setFocus(Qt.FocusReason.OtherFocusReason)
        if not keep:
            return
        if isinstance(box, Writing):
            if (typed, html) != (self._loaded[0].strip(), self._loaded[1]):
                plain = escape(typed, quote=False).replace("\n", "<br>")
                self.formatted.emit(typed, html or f"<div>{plain}</div>")
        elif typed != self._text and (typed or self._many):
            self.changed.emit(typed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._label:
            return self._at_label(event)
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            if event.reason() not in _KEEPS:
                self.leave(keep=True)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.leave(keep=False)
                self.left.emit()
                return True
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if enter and (ctrl or not self._many):
                self.leave(keep=True)
                self.left.emit()
                return True
        return False

    @Slot(str)
    def _point_at(self, link: str) -> None:
        self._pointed = link
        self._label.setToolTip(link or (self.tr("Click to change") if self._editable else ""))

    def _at_label(self, event: QEvent) -> bool:
        if not self._editable:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
                self.edit()
                return True
        elif (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            # A link is for the browser, and marked words are to be copied.
            and not self._pointed
            and not self._label.hasSelectedText()
        ):
            self.edit()
        return False
