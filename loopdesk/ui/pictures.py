"""Pictures from outside, decoded within bounds."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

_FORMATS = {
    "image/png": b"png",
    "image/jpeg": b"jpeg",
    "image/gif": b"gif",
    "image/webp": b"webp",
    "image/bmp": b"bmp",
}
_SIDE = 8_000
_PIXELS = 24_000_000
_PAGE = 1600
_MEMORY_MB = 400
"""What one picture may take while it is decoded; a photograph of 60 megapixels takes 240."""


def decode(data: bytes, mime: str) -> QImage:
    """Return a picture, upright, made smaller where it is larger than a screen ever shows.

    May be called off the Qt thread.

    Args:
        mime: its type by content: no other decoder is tried.

    Returns: a null image where it cannot be read, or would take too much.
    """
    if mime not in _FORMATS:
        return QImage()  # without a name of one, Qt tries every decoder that it has
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_FORMATS[mime]))
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() * 4 > _MEMORY_MB * 1024 * 1024:
        return QImage()
    if size.width() * size.height() > _PIXELS or max(size.width(), size.height()) > _SIDE:
        reader.setScaledSize(size.scaled(QSize(4000, 4000), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def first_page(data: bytes) -> QImage:
    """Return the first page of a PDF on white; null where there is none to see.

    May be called off the Qt thread.
    """
    from PySide6.QtPdf import QPdfDocument

    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready or document.pageCount() < 1:
        return QImage()
    points = document.pagePointSize(0).toSize()
    size = points.scaled(QSize(_PAGE, _PAGE), Qt.AspectRatioMode.KeepAspectRatio)
    drawn = document.render(0, size)
    paper = QImage(drawn.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return paper
