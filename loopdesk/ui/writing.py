"""Where a letter's words are written: plain until something is formatted.

    words = Writing()
    words.load(text, html, pictures)       # pictures: bytes by what the HTML calls them
    words.text(), words.html()             # html() is "" while nothing is formatted
    words.bold(), words.list_items(...)    # and the other formats; they act on the selection
    words.pictures_in()                    # what of its own pictures still stands in it
    words.pasted, words.dropped            # Signal(bytes): a picture; Signal(list): paths of files

HTML goes out as this module writes it, element by element, not as Qt would: what a mail needs and
nothing of this window's fonts and colours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QMimeData,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QFont,
    QImage,
    QKeyEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextImageFormat,
    QTextList,
    QTextListFormat,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

from loopdesk.core.filetypes import sniff
from loopdesk.ui import pictures, theme
from loopdesk.ui.theme import Type

_LINES = 3
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WIDEST = 640
_DELIMITER = re.compile(r"--\s?")
_CALLED = "cid:"
_BULLETS = QTextListFormat.Style.ListDisc
_NUMBERS = QTextListFormat.Style.ListDecimal
_ORDERED = frozenset(
    {
        QTextListFormat.Style.ListDecimal,
        QTextListFormat.Style.ListLowerAlpha,
        QTextListFormat.Style.ListUpperAlpha,
        QTextListFormat.Style.ListLowerRoman,
        QTextListFormat.Style.ListUpperRoman,
    }
)
_QUOTED = QTextFormat.Property.BlockQuoteLevel
_RULER = QTextFormat.Property.BlockTrailingHorizontalRulerWidth
_MONOSPACE = "monospace"
"""What Qt makes of code."""
_MINIMUM = QTextBlockFormat.LineHeightTypes.MinimumHeight.value


class Writing(QTextEdit):
    """As high as what is written, within bounds."""

    send = Signal(bool)
    leave = Signal()
    pasted = Signal(bytes)
    dropped = Signal(list)
    link_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.least = theme.px(Type.BODY.line) * _LINES
        self.most = self.least
        self.setProperty("bare", True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(theme.font(Type.BODY))
        self.document().setDefaultStyleSheet(theme.HEAVY)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)
        self.load("", "", {})

    # --- whole letters ---

    def load(self, text: str, html: str, pictures: Mapping[str, bytes]) -> None:
        """Become a letter, the cursor at the end of its words: above the signature."""
        self.clear()
        for called, data in pictures.items():
            self._keep_picture(called, data)
        if html:
            self.setHtml(html)
            self._close_gaps()
        else:
            self.setPlainText(text)
        self._space_lines()
        cursor = self.textCursor()
        cursor.setPosition(self._end_of_words())
        self.setTextCursor(cursor)
        self.document().clearUndoRedoStacks()

    def text(self) -> str:
        """Return the words as plain text, lists and links spelt out."""
        return "\n".join(_plain(block) for block in _blocks(self.document())).rstrip()

    def html(self) -> str:
        """Return the words as HTML, "" where plain text says the same."""
        if not self.is_formatted():
            return ""
        return _html(self.document())

    def is_formatted(self) -> bool:
        return any(
            _list_of(block) is not None
            or _stands_out(block.blockFormat())
            or any(_is_formatted(part.charFormat()) for part in _fragments(block))
            for block in _blocks(self.document())
        )

    def pictures_in(self) -> set[str]:
        """Return what the pictures are called that come along and stand in the text."""
        return {
            part.charFormat().toImageFormat().name().removeprefix(_CALLED)
            for block in _blocks(self.document())
            for part in _fragments(block)
            if part.charFormat().isImageFormat()
        }

    def list_style(self) -> QTextListFormat.Style | None:
        """Return what list the cursor stands in."""
        held = _list_of(self.textCursor().block())
        return None if held is None else held.format().style()

    def is_quoting(self) -> bool:
        return self.textCursor().blockFormat().hasProperty(_QUOTED)

    # --- formats ---

    def bold(self) -> None:
        heavy = self.currentCharFormat().fontWeight() > QFont.Weight.Medium
        made = QTextCharFormat()
        made.setFontWeight(QFont.Weight.Normal if heavy else QFont.Weight.DemiBold)
        self.mergeCurrentCharFormat(made)

    def italic(self) -> None:
        made = QTextCharFormat()
        made.setFontItalic(not self.currentCharFormat().fontItalic())
        self.mergeCurrentCharFormat(made)

    def underline(self) -> None:
        made = QTextCharFormat()
        made.setFontUnderline(not self.currentCharFormat().fontUnderline())
        self.mergeCurrentCharFormat(made)

    def list_items(self, *, numbered: bool) -> None:
        """Make the lines of the selection a list, or lines again if they are one of this kind."""
        style = _NUMBERS if numbered else _BULLETS
        cursor = self.textCursor()
        cursor.beginEditBlock()
        held = cursor.currentList()
        if held is not None and held.format().style() == style:
            for block in self._selected():
                if (its := _list_of(block)) is not None:
                    its.remove(block)
                    level = QTextBlockFormat()
                    level.setIndent(0)
                    QTextCursor(block).mergeBlockFormat(level)
        else:
            cursor.createList(style)
        cursor.endEditBlock()
        self._space_lines()

    def quote(self) -> None:
        """Mark the lines of the selection as somebody else's words, or their own again."""
        quoted = self.textCursor().blockFormat().hasProperty(_QUOTED)
        for block in self._selected():
            changed = block.blockFormat()
            if quoted:
                changed.clearProperty(_QUOTED)
                changed.setLeftMargin(0)
            else:
                changed.setProperty(_QUOTED, 1)
                changed.setLeftMargin(theme.px(16))
            QTextCursor(block).setBlockFormat(changed)

    def link(self, address: str) -> None:
        """Let the selected words lead to an address; without any, write the address itself."""
        cursor = self.textCursor()
        made = QTextCharFormat()
        made.setAnchor(True)
        made.setAnchorHref(address)
        made.setFontUnderline(True)
        made.setForeground(QBrush(theme.current().tokens.colour("accent")))
        plain = QTextCharFormat(self.currentCharFormat())
        if cursor.hasSelection():
            cursor.mergeCharFormat(made)
            cursor.clearSelection()
        else:
            cursor.insertText(address, made)
        self.setTextCursor(cursor)
        plain.clearProperty(QTextFormat.Property.AnchorHref)
        self.setCurrentCharFormat(plain)

    def plain(self) -> None:
        """Take every format from the selection, or from the line."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.setCharFormat(QTextCharFormat())
        for block in self._selected():
            if (its := _list_of(block)) is not None:
                its.remove(block)
            QTextCursor(block).setBlockFormat(QTextBlockFormat())
        self.setCurrentCharFormat(QTextCharFormat())
        self._space_lines()

    def put_picture(self, called: str, data: bytes) -> None:
        """Show a picture that comes along, where the cursor is."""
        picture = self._keep_picture(called, data)
        made = QTextImageFormat()
        made.setName(f"{_CALLED}{called}")
        made.setWidth(min(picture.width(), theme.px(_WIDEST)))
        self.textCursor().insertImage(made)

    def append_quote(self, text: str, html: str) -> None:
        """Put what is quoted below the words, to be written in."""
        cursor = self.textCursor()
        here = cursor.position()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        cursor.insertBlock()
        if html:
            cursor.insertHtml(html)
        else:
            cursor.insertText(text, QTextCharFormat())
        self._space_lines()
        cursor.setPosition(here)
        self.setTextCursor(cursor)

    # --- what Qt asks ---

    def sizeHint(self) -> QSize:
        text = round(self.document().size().height())
        return QSize(super().sizeHint().width(), max(self.least, min(text, self.most)))

    def event(self, event: QEvent) -> bool:
        # The window knows these keys, too: while this has the focus, they are this text's.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            ours = event.key() in (*_ENTER, Qt.Key.Key_Escape)
            if ours or (control and event.key() in _FORMATS and self.acceptRichText()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _ENTER and control:
            self.send.emit(bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
        elif modifiers == Qt.KeyboardModifier.ControlModifier and event.key() in _FORMATS:
            if self.acceptRichText():
                _FORMATS[event.key()](self)
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.dropped.emit(files)
        elif source.hasImage():
            self.pasted.emit(_png(QImage(source.imageData())))
        elif source.hasHtml() and self.acceptRichText():
            # Through a document of its own: what comes in is what would go out.
            foreign = QTextDocument()
            foreign.setHtml(source.html())
            self.textCursor().insertHtml(_html(foreign, pictures=False))
            self._space_lines()
        else:
            super().insertFromMimeData(source)

    # --- inside ---

    def _selected(self) -> list[QTextBlock]:
        cursor = self.textCursor()
        document = self.document()
        block = document.findBlock(cursor.selectionStart())
        end = document.findBlock(cursor.selectionEnd())
        found = [block]
        while block != end and block.isValid():
            block = block.next()
            found.append(block)
        return found

    def _keep_picture(self, called: str, data: bytes) -> QImage:
        picture = pictures.decode(data, sniff(data))  # a draft may have been written elsewhere
        kind = QTextDocument.ResourceType.ImageResource.value
        self.document().addResource(kind, QUrl(f"{_CALLED}{called}"), picture)
        return picture

    def _space_lines(self) -> None:
        """Set lines as far apart as the type scale says; pictures may be higher."""
        for block in _blocks(self.document()):
            spaced = QTextBlockFormat()
            spaced.setLineHeight(theme.px(Type.BODY.line), _MINIMUM)
            QTextCursor(block).mergeBlockFormat(spaced)

    def _close_gaps(self) -> None:
        """Make an empty line one line: Qt reads its break as a second."""
        for block in _blocks(self.document()):
            if block.text() == "\u2028":
                cursor = QTextCursor(block)
                cursor.deleteChar()

    def _end_of_words(self) -> int:
        for block in _blocks(self.document()):
            if _DELIMITER.fullmatch(block.text()):
                above = block.previous()
                # One empty line stands between the words and the signature.
                above = above.previous() if above.previous().isValid() else above
                return above.position() + above.length() - 1
        return self.document().characterCount() - 1


_FORMATS: Mapping[int, Callable[[Writing], None]] = {
    Qt.Key.Key_B: Writing.bold,
    Qt.Key.Key_I: Writing.italic,
    Qt.Key.Key_U: Writing.underline,
    Qt.Key.Key_K: lambda words: words.link_asked.emit(),
}


def _list_of(block: QTextBlock) -> QTextList | None:
    return block.textList()


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    at = block.begin()
    while not at.atEnd():
        yield at.fragment()
        at += 1


def _is_formatted(look: QTextCharFormat) -> bool:
    return (
        look.isImageFormat()
        or look.isAnchor()
        or look.fontWeight() > QFont.Weight.Medium
        or look.fontItalic()
        or look.fontUnderline()
        or look.fontStrikeOut()
        or _is_code(look)
    )


def _stands_out(look: QTextBlockFormat) -> bool:
    return (
        look.hasProperty(_QUOTED)
        or look.hasProperty(_RULER)
        or look.headingLevel() > 0
        or look.nonBreakableLines()
    )


def _is_code(look: QTextCharFormat) -> bool:
    return _MONOSPACE in (look.fontFamilies() or ())


def _plain(block: QTextBlock) -> str:
    words = "".join(_spelt(part) for part in _fragments(block))
    held = _list_of(block)
    if held is not None:
        ordered = held.format().style() in _ORDERED
        mark = f"{held.itemNumber(block) + 1}. " if ordered else "- "
        return "  " * max(0, held.format().indent() - 1) + mark + words
    return f"> {words}" if block.blockFormat().hasProperty(_QUOTED) else words


def _spelt(part: QTextFragment) -> str:
    look = part.charFormat()
    if look.isImageFormat():
        return ""
    words = part.text().replace("\u2028", "\n")
    address = look.anchorHref()
    if address and address not in (words, f"mailto:{words}"):
        return f"{words} <{address}>"
    return words


def _html(document: QTextDocument, *, pictures: bool = True) -> str:
    """Return a document as a mail has it."""
    made: list[str] = []
    lists: list[str] = []
    quoted = False
    for block in _blocks(document):
        look = block.blockFormat()
        head = min(look.headingLevel(), 2)
        inner = "".join(
            _marked_up(part, pictures=pictures, heading=head > 0, code=not look.nonBreakableLines())
            for part in _fragments(block)
        )
        held = _list_of(block)
        depth = 0 if held is None else max(1, held.format().indent())
        while len(lists) > depth:
            made.append(f"</{lists.pop()}>")
        if quoted and not block.blockFormat().hasProperty(_QUOTED):
            made.append("</blockquote>")
            quoted = False
        if not quoted and block.blockFormat().hasProperty(_QUOTED):
            made.append("<blockquote>")
            quoted = True
        if look.nonBreakableLines():
            # One block of code is a block a line.
            follows = bool(made) and made[-1] == "</pre>"
            made[-1:] = ["\n"] if follows else [*made[-1:], "<pre>"]
            made += [inner, "</pre>"]
            continue
        if look.hasProperty(_RULER):
            made.append("<hr>")
            continue
        if held is None:
            name = f"h{head}" if head else "div"
            made.append(f"<{name}>{inner or '<br>'}</{name}>")
            continue
        name = "ol" if held.format().style() in _ORDERED else "ul"
        if len(lists) == depth and lists[-1] != name:
            made.append(f"</{lists.pop()}>")
        while len(lists) < depth:
            lists.append(name)
            made.append(f"<{name}>")
        made.append(f"<li>{inner}</li>")
    made += [f"</{name}>" for name in reversed(lists)]
    return "".join(made) + ("</blockquote>" if quoted else "")


def _marked_up(
    part: QTextFragment, *, pictures: bool, heading: bool = False, code: bool = True
) -> str:
    """Return some words as HTML. `heading`: they are heavy without a word; `code` is marked."""
    look = part.charFormat()
    if look.isImageFormat():
        image = look.toImageFormat()
        if not pictures:
            return ""
        wide = f' width="{round(image.width())}"' if image.width() > 0 else ""
        return f'<img src="{escape(image.name())}"{wide}>'
    words = escape(part.text(), quote=False).replace("\u2028", "<br>").replace("  ", " &nbsp;")
    anchored = look.isAnchor() and look.anchorHref()
    for held, name in (
        (look.fontStrikeOut(), "s"),
        (look.fontUnderline() and not anchored, "u"),
        (look.fontItalic(), "i"),
        (look.fontWeight() > QFont.Weight.Medium and not heading, "b"),
        (code and _is_code(look), "code"),
    ):
        if held:
            words = f"<{name}>{words}</{name}>"
    return f'<a href="{escape(look.anchorHref())}">{words}</a>' if anchored else words


def _png(picture: QImage) -> bytes:
    data = QByteArray()
    out = QBuffer(data)
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(out, "PNG")  # type: ignore[call-overload]  # PySide's stub knows bytes only
    return bytes(data.data())
