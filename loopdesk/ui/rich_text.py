"""Mail's HTML in Qt's own text widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape

from PySide6.QtCore import QSize, QSizeF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from loopdesk.core.filetypes import sniff
from loopdesk.desk.rich import Rich
from loopdesk.ui import pictures, theme
from loopdesk.ui.theme import Type

_TABLES_LIMIT = 60
_LENGTH_LIMIT = 300_000
"""Laying out more than that in the window's own thread can be felt: its text alone is shown."""
_MARGIN = 16
_INK = QColor("#1B1B1E")


class TextSheet(QTextBrowser):
    """As high as its text; loads nothing by itself."""

    link = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._light = True
        self._pictures: dict[str, QImage] = {}
        self._serial = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", True)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.anchorClicked.connect(self._anchor)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.current().changed.connect(self._dress)

    def show_mail(self, rich: Rich, fetch: Callable[..., None]) -> None:
        """Show a mail's HTML; its own pictures appear as they come."""
        self._serial += 1
        self._pictures = {}
        self._light = rich.light
        self._dress()
        self.document().setDocumentMargin(0 if rich.light else theme.px(_MARGIN))
        if len(rich.html) > _LENGTH_LIMIT or rich.html.count("<table") > _TABLES_LIMIT:
            from loopdesk.desk.rich import words_of

            self.setPlainText(words_of(rich))
            return
        self.setHtml(rich.html)
        self._space_lines()
        serial = self._serial
        for cid in rich.cids:
            fetch(cid, lambda data, kind, cid=cid: self._take(serial, cid, data, kind))

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Give what is here already, and never look anywhere else."""
        url = QUrl(name).toString()
        if kind == QTextDocument.ResourceType.ImageResource.value:
            if url.startswith("data:"):
                return _from_data(url)
            return self._pictures.get(unescape(url.removeprefix("cid:")), QImage())
        return None

    def sizeHint(self) -> QSize:
        return QSize(theme.px(400), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(100), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _height(self) -> int:
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return max(round(self.document().size().height()) + below, theme.px(Type.BODY.line))

    @Slot()
    @Slot(QSizeF)
    def _fit(self, _size: QSizeF | None = None) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())

    @Slot(QUrl)
    def _anchor(self, url: QUrl) -> None:
        self.link.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    @Slot()
    def _dress(self) -> None:
        """Wear the window's colours, or ink."""
        tokens = theme.current().tokens
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Text, QColor(tokens.text) if self._light else _INK)
        palette.setColor(QPalette.ColorRole.Link, QColor(tokens.accent))
        self.setPalette(palette)
        # The window's sheet has its own colour for text, whatever the ground.
        self.setStyleSheet("" if self._light else f"color: {_INK.name()}")
        font = theme.font(Type.BODY)
        self.document().setDefaultFont(font)
        quote = QFontMetrics(font).horizontalAdvance("m")
        accent = tokens.accent if self._light else "#2458D6"
        self.document().setDefaultStyleSheet(
            f"{theme.HEAVY} a {{ color: {accent}; text-decoration: none }}"
            f" blockquote {{ margin-left: {quote}px }}"
        )

    def _space_lines(self) -> None:
        """Stand lines as a browser does, in the window's own measure.

        Qt gives a break at the end of a block a line of its own; and where empty lines part the
        paragraphs, as in Outlook, the margins that their styles took away would come on top.
        """
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        blocks = list(_blocks(self.document()))
        for block in blocks:
            if block.text().endswith("\N{LINE SEPARATOR}"):
                cursor.setPosition(block.position() + block.length() - 2)
                cursor.deleteChar()
        parted = any(not block.text().strip() for block in blocks)
        for block in blocks if self._light else ():
            look = QTextBlockFormat()
            look.setLineHeight(
                theme.px(Type.BODY.line), QTextBlockFormat.LineHeightTypes.MinimumHeight.value
            )
            if parted and not block.blockFormat().headingLevel() and block.textList() is None:
                look.setTopMargin(0)
                look.setBottomMargin(0)
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(look)
        cursor.endEditBlock()

    def _take(self, serial: int, cid: str, data: bytes, kind: str) -> None:
        image = pictures.decode(data, kind) if serial == self._serial else QImage()
        if image.isNull():
            return
        wide = max(self.viewport().width() - 2 * theme.px(_MARGIN), theme.px(100))
        if image.width() > wide:
            image = image.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        self._pictures[cid] = image
        self.document().addResource(
            QTextDocument.ResourceType.ImageResource.value, QUrl(f"cid:{cid}"), image
        )
        self.document().markContentsDirty(0, self.document().characterCount())


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _from_data(url: str) -> QImage:
    from base64 import b64decode

    try:
        data = b64decode(url.partition(",")[2])
    except ValueError:
        return QImage()
    return pictures.decode(data, sniff(data))
