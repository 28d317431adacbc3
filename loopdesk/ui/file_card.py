"""A file at the top of what is said about it: its beginning where it is here, else its name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from loopdesk.core.filenames import safe_name
from loopdesk.core.items import File
from loopdesk.desk.readable import Readable, Shape
from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Button, IconButton, Label, Middle
from loopdesk.ui.theme import Type
from loopdesk.ui.tile import Tile

_HIGH = 380
_LINES = 24


class FileCard(QFrame):
    """Pressed, it opens; it is shown from the bytes alone, and only once they are here."""

    used = Signal(str)
    """The use: show, save or open."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._image: QImage | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(10), theme.px(8), theme.px(10))
        column.setSpacing(theme.px(10))
        across = QHBoxLayout()
        across.setSpacing(theme.px(12))
        self._tile = QHBoxLayout()
        across.addLayout(self._tile)
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name = Middle("", Type.BUTTON)
        self._about = Label("", Type.META, "text_2")
        names.addWidget(self._name)
        names.addWidget(self._about)
        across.addLayout(names, 1)
        self.open = Button(self.tr("Open here"))
        self.open.setProperty("bar", True)
        self.open.clicked.connect(lambda: self.used.emit("show"))
        across.addWidget(self.open)
        elsewhere = IconButton("external-link", self.tr("Open in a program"))
        elsewhere.clicked.connect(lambda: self.used.emit("open"))
        across.addWidget(elsewhere)
        save = IconButton("download", self.tr("Save as"))
        save.clicked.connect(lambda: self.used.emit("save"))
        across.addWidget(save)
        column.addLayout(across)
        self._sheet = QFrame()
        self._sheet.setProperty("surface", "sheet")
        self._sheet.setCursor(Qt.CursorShape.PointingHandCursor)
        self._sheet.installEventFilter(self)
        inside = QVBoxLayout(self._sheet)
        inside.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._words = Label("", Type.META, "text_2", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self._picture)
        inside.addWidget(self._words)
        self._sheet.hide()
        column.addWidget(self._sheet)

    def name(self, title: str, file: File, *, by_others: str) -> None:
        """Say what it is called, and a line about it."""
        if self._name.text() != title:
            controls.clear(self._tile)
            controls.put(self._tile, Tile(safe_name(title), file.type))
            self._name.say(title)
        self._about.setText(by_others)
        self._about.setVisible(bool(by_others))

    def show_peek(self, found: Readable, image: QImage | None) -> None:
        """Show its beginning: a picture, a first page, some lines."""
        self._image = image if image is not None and not image.isNull() else None
        text = ""
        words = found.bare or found.type == "text/plain"
        if found.shape in (Shape.TEXT, Shape.HTML) and words:
            text = "\n".join(found.text.split("\n")[:_LINES])
        elif found.shape is Shape.TABLE:
            text = "\n".join("    ".join(row) for row in found.rows[:_LINES])
        self._words.setText(text)
        self._words.setVisible(bool(text))
        self._picture.setVisible(self._image is not None)
        self._sheet.setVisible(self._image is not None or bool(text))
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self.used.emit("show")
        return False

    @Slot()
    def _draw(self) -> None:
        if self._image is None:
            return
        dpr = self.devicePixelRatioF()
        wide = max(self.width() - theme.px(46), 40)
        size = self._image.size() / dpr
        size = size.boundedTo(
            size.scaled(wide, theme.px(_HIGH), Qt.AspectRatioMode.KeepAspectRatio)
        )
        drawn = self._image.scaled(
            size * dpr,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        drawn.setDevicePixelRatio(dpr)
        self._picture.setPixmap(QPixmap.fromImage(drawn))
