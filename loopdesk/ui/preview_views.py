"""The ways a preview shows a file: a picture, a PDF, text, a table.

Each view answers the same questions, whatever it shows: how large, which page, where a word is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QSize,
    Qt,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QImage, QKeyEvent, QPalette, QPixmap, QTextDocument, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.people import Handle
from loopdesk.desk.readable import Forwarded, Readable, Shape
from loopdesk.ui import theme
from loopdesk.ui.controls import Label
from loopdesk.ui.text import Text
from loopdesk.ui.theme import Type

if TYPE_CHECKING:
    from PySide6.QtPdfWidgets import QPdfView

_STEP = 1.25
_LEAST, _MOST = 0.1, 8.0
_COMFORTABLE = 1.4
_COLUMN = 720
_TOP = QModelIndex()
_CODE = frozenset({"text/html", "image/svg+xml", "application/xml"})


class View(QWidget):
    """What a preview holds. `fits` is set where a zoom of "as wide as the view" exists."""

    changed = Signal()
    """The page or the number of pages is another one now."""
    link = Signal(str)
    failed = Signal()
    """What it was given cannot be shown."""

    fits = False
    zooms = True
    finds = True

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def pages(self) -> tuple[int, int]:
        """Return the page that is seen, from 1, and how many there are; (0, 0) without pages."""
        return 0, 0

    def begin(self) -> None:
        """Read what is to be shown; `changed` or `failed` follows, at once or later."""

    def go_to_page(self, page: int) -> None:
        """Show a page, from 1."""

    def zoom(self, by: int) -> None:
        """Make it larger or smaller by steps; 0: as large as fits."""

    def find_words(self, words: str, *, back: bool = False) -> bool:
        """Go to the next place where the words are; False: there is none."""
        return False


class PictureView(View):
    fits = True
    finds = False

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self._image, self._scale = image, 0.0
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area = _Wheeled(self)
        self._area.setWidget(self._label)
        self._area.setWidgetResizable(True)
        self._column.addWidget(self._area)

    def zoom(self, by: int) -> None:
        now = self._scale or self._fitting()
        self._scale = 0.0 if by == 0 else min(max(now * _STEP**by, _LEAST), _MOST)
        self._draw()

    def resizeEvent(self, event: object) -> None:
        self._draw()

    def _fitting(self) -> float:
        room = self._area.viewport().size() - QSize(8, 8)
        wide, high = max(self._image.width(), 1), max(self._image.height(), 1)
        return min(room.width() / wide, room.height() / high, 1.0)

    def _draw(self) -> None:
        dpr = self.devicePixelRatioF()
        scale = (self._scale or self._fitting()) * dpr
        size = QSize(
            max(1, round(self._image.width() * scale)), max(1, round(self._image.height() * scale))
        )
        smooth = Qt.TransformationMode.SmoothTransformation
        drawn = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        drawn.setDevicePixelRatio(dpr)
        self._label.setPixmap(QPixmap.fromImage(drawn))


class _Wheeled(QScrollArea):
    """Scrolls; with Ctrl the wheel makes it larger and smaller."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        self.setFrameShape(QFrame.Shape.NoFrame)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)


class PdfView(View):
    """Imports Qt's PDF parts when the first one is shown."""

    fits = True

    def __init__(self, data: bytes) -> None:
        from PySide6.QtCore import QBuffer, QIODevice
        from PySide6.QtPdf import QPdfDocument, QPdfSearchModel
        from PySide6.QtPdfWidgets import QPdfView

        super().__init__()
        self._held = QByteArray(data)
        self._buffer = QBuffer(self._held, self)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document = QPdfDocument(self)
        self._search = QPdfSearchModel(self)
        self._search.setDocument(self._document)
        self._found = -1
        self._view: QPdfView = QPdfView(self)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setDocument(self._document)
        self._view.setSearchModel(self._search)
        self._column.addWidget(self._view)
        theme.current().changed.connect(self._dress)
        self._dress()
        self._view.pageNavigator().currentPageChanged.connect(self._turned)
        self._document.statusChanged.connect(self._loaded)
        self._error = QPdfDocument.Status.Error
        self._search.rowsInserted.connect(self._first_found)

    def begin(self) -> None:
        self._document.load(self._buffer)

    @property
    def pages(self) -> tuple[int, int]:
        count = self._document.pageCount()
        return (self._view.pageNavigator().currentPage() + 1, count) if count > 0 else (0, 0)

    def go_to_page(self, page: int) -> None:
        if 1 <= page <= self._document.pageCount():
            self._view.pageNavigator().jump(page - 1, QPointF(), 0)

    def zoom(self, by: int) -> None:
        mode = type(self._view).ZoomMode
        if by == 0:
            self._fit()
            return
        now = self._view.zoomFactor()
        if self._view.zoomMode() != mode.Custom:
            now = self._fitting()
            self._view.setZoomMode(mode.Custom)
        self._view.setZoomFactor(min(max(now * _STEP**by, _LEAST), _MOST))

    def find_words(self, words: str, *, back: bool = False) -> bool:
        if words != self._search.searchString():
            self._found = -1
            self._search.setSearchString(words)
            return bool(words)  # it is looked for page by page: the first place is gone to then
        count = self._search.rowCount(_TOP)
        if not count:
            return False
        self._go_to_found((self._found + (-1 if back else 1)) % count)
        return True

    @Slot()
    def _first_found(self) -> None:
        if self._found < 0:
            self._go_to_found(0)

    def _go_to_found(self, which: int) -> None:
        self._found = which
        self._view.setCurrentSearchResultIndex(which)
        found = self._search.resultAtIndex(which)
        self._view.pageNavigator().jump(found.page(), found.location(), 0)

    def _fitting(self) -> float:
        points = self._document.pagePointSize(max(self.pages[0] - 1, 0)).width()
        inch = points / 72 * self._view.logicalDpiX() if points > 0 else 1
        margins = self._view.documentMargins()
        return (self._view.viewport().width() - margins.left() - margins.right()) / inch

    @Slot()
    def _loaded(self) -> None:
        if self._document.status() == self._error:
            self.failed.emit()
        elif self._document.pageCount() > 0:
            self._fit()
            self.changed.emit()

    def _fit(self) -> None:
        """As wide as the view, but no larger than is comfortable to read."""
        mode = type(self._view).ZoomMode
        wide = self._fitting()
        self._view.setZoomMode(mode.FitToWidth if wide < _COMFORTABLE else mode.Custom)
        self._view.setZoomFactor(min(wide, _COMFORTABLE))

    @Slot()
    def _dress(self) -> None:
        # The ground around the pages.
        palette = self._view.palette()
        palette.setColor(QPalette.ColorRole.Dark, theme.current().tokens.colour("surface"))
        self._view.setPalette(palette)

    @Slot()
    def _turned(self) -> None:
        self.changed.emit()


class TextView(View):
    """Plain text, or HTML that was cleaned: its links go outside, and it loads nothing."""

    def __init__(self, found: Readable) -> None:
        super().__init__()
        self._box: QPlainTextEdit | QTextBrowser
        if found.shape is Shape.HTML:
            browser = _Closed()
            browser.setOpenLinks(False)
            browser.anchorClicked.connect(self._follow)
            self._html = found.html
            theme.current().changed.connect(self._dress)
            self._box = browser
            self._dress()
        else:
            plain = QPlainTextEdit(found.text)
            plain.setReadOnly(True)
            if found.type in _CODE:
                fixed = QFont("monospace")
                fixed.setStyleHint(QFont.StyleHint.Monospace)
                plain.setFont(fixed)
            self._box = plain
        self._box.setProperty("page", True)
        self._box.setAccessibleName(found.name)
        self.setFocusProxy(self._box)
        self._column.addWidget(self._box)
        self._size = theme.px(Type.BODY.size)
        self._scale_by(0)

    def zoom(self, by: int) -> None:
        self._scale_by(by)

    def find_words(self, words: str, *, back: bool = False) -> bool:
        flags = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        if self._box.find(words, flags):
            return True
        # Once around.
        where = self._box.textCursor()
        from_start = where.MoveOperation.End if back else where.MoveOperation.Start
        self._box.moveCursor(from_start)
        if words and self._box.find(words, flags):
            return True
        self._box.setTextCursor(where)
        return False

    def _scale_by(self, by: int) -> None:
        usual = theme.px(Type.BODY.size)
        wanted = usual if by == 0 else round(self._size * _STEP**by)
        self._size = min(max(wanted, 8), 60)
        # A style sheet has the last word on fonts.
        self._box.setStyleSheet(f"font-size: {self._size}px")

    @Slot()
    def _dress(self) -> None:
        if isinstance(self._box, QTextBrowser):
            accent = theme.current().tokens.accent
            self._box.document().setDefaultStyleSheet(
                f"{theme.HEAVY} a {{ color: {accent}; text-decoration: none }}"
                " td, th { padding: 4px 8px }"
            )
            self._box.setHtml(self._html)

    @Slot(QUrl)
    def _follow(self, address: QUrl) -> None:
        self.link.emit(address.toString())


class _Closed(QTextBrowser):
    """Loads nothing, whatever its text names."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


class MailView(View):
    """A mail that came as a file: as it is read anywhere else, and nothing in it is loaded."""

    zooms = False

    def __init__(self, mail: Forwarded) -> None:
        super().__init__()
        self._box = QScrollArea()
        self._box.setFrameShape(QFrame.Shape.NoFrame)
        self._box.setWidgetResizable(True)
        self._box.setAccessibleName(mail.subject)
        page = QWidget()
        page.setProperty("surface", "bg")
        across = QHBoxLayout(page)
        across.setContentsMargins(theme.px(24), theme.px(24), theme.px(24), theme.px(24))
        holder = QWidget()
        holder.setMaximumWidth(theme.px(_COLUMN))
        across.addWidget(holder, 1000)
        across.addStretch(1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(Label(mail.subject or self.tr("No subject"), Type.READER_TITLE, wrap=True))
        for said in self._head(mail):
            column.addWidget(Label(said, Type.META, "text_2", wrap=True))
        column.addSpacing(theme.px(16))
        self._text = Text(mail.text)
        self._text.linkActivated.connect(self.link)
        column.addWidget(self._text)
        column.addStretch()
        self._box.setWidget(page)
        self.setFocusProxy(self._box)
        self._column.addWidget(self._box)
        self._words = mail.text.casefold()

    def find_words(self, words: str, *, back: bool = False) -> bool:
        at = self._words.find(words.casefold())
        if at < 0 or not words:
            return False
        bar = self._box.verticalScrollBar()
        bar.setValue(round(bar.maximum() * at / max(len(self._words), 1)))
        return True

    def _head(self, mail: Forwarded) -> list[str]:
        said = [self.tr("From {who}").format(who=_spelt((mail.author,)))]
        if mail.to:
            said.append(self.tr("To {who}").format(who=_spelt(mail.to)))
        if mail.cc:
            said.append(self.tr("Copy to {who}").format(who=_spelt(mail.cc)))
        if mail.at is not None:
            local = QDateTime.fromSecsSinceEpoch(int(mail.at.timestamp()))
            said.append(QLocale().toString(local, QLocale.FormatType.LongFormat))
        if mail.files:
            said.append(self.tr("With {files}").format(files=", ".join(mail.files)))
        return said


def _spelt(people: tuple[Handle, ...]) -> str:
    return ", ".join(f"{who.name} <{who.address}>" if who.name else who.address for who in people)


class TableView(View):
    zooms = False

    def __init__(self, rows: tuple[tuple[str, ...], ...]) -> None:
        super().__init__()
        self._rows = rows
        self._table = _Table()
        self._table.setModel(_Cells(rows, self._table))
        self._table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setWordWrap(False)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._table.horizontalHeader().setMaximumSectionSize(theme.px(360))
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(theme.px(28))
        self._table.resizeColumnsToContents()
        self.setFocusProxy(self._table)
        self._column.addWidget(self._table)

    def find_words(self, words: str, *, back: bool = False) -> bool:
        wanted = words.casefold()
        here = self._table.currentIndex()
        cells = [(r, c) for r, row in enumerate(self._rows[1:]) for c in range(len(row))]
        if back:
            cells.reverse()
        at = (here.row(), here.column())
        start = cells.index(at) + 1 if at in cells else 0
        for row, column in (*cells[start:], *cells[:start]):
            if wanted and wanted in self._rows[row + 1][column].casefold():
                self._table.setCurrentIndex(self._table.model().index(row, column))
                return True
        return False


class _Table(QTableView):
    """Letters are the preview's keys; Qt would look for a cell that begins with them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class _Cells(QAbstractTableModel):
    """Rows of text; the first one names the columns."""

    def __init__(self, rows: tuple[tuple[str, ...], ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._head, self._body = (rows[0] if rows else ()), rows[1:]
        self._wide = max(map(len, rows), default=0)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._body)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else self._wide

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        row = self._body[index.row()]
        shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return row[index.column()] if shown and index.column() < len(row) else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 2)
        return self._head[section] if section < len(self._head) else ""
