"""A mail's HTML in the reader: its sheet, and what can be done about pictures and looks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Shown
from loopdesk.desk.rich import Rich
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Button, IconButton, Label
from loopdesk.ui.rich import Engines, FetchCid, RichView
from loopdesk.ui.text import Text
from loopdesk.ui.theme import Type

_RADIUS = 8
_EDGE = 4


class Sheet(QFrame):
    """Paper: light in both schemes, its corners round."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.plain = True

    @property
    def plain(self) -> bool:
        """Return whether there is no paper: what it holds stands in the reader itself."""
        return self._plain

    @plain.setter
    def plain(self, plain: bool) -> None:
        self._plain = plain
        edge = 0 if plain else theme.px(_EDGE)
        self.column.setContentsMargins(edge, edge, edge, edge)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._plain:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().tokens.colour("border"), 1))
        painter.setBrush(QColor("#FFFFFF"))
        radius = theme.px(_RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class RichPart(QWidget):
    """One mail that says more than its words. It asks to be filled when it is first seen."""

    wants = Signal(QWidget)
    pictures_wanted = Signal(QWidget)
    link = Signal(str)

    def __init__(self, item: ItemId, shown: Shown) -> None:
        super().__init__()
        self.item, self.entry = item, shown.id
        self._shown = shown
        self._rich: Rich | None = None
        self._fetch: FetchCid | None = None
        self._view: RichView | None = None
        self._asked = False
        self._pictures = Label("", Type.META, "text_2")
        self._show_pictures = Button(self.tr("Show pictures"), "quiet")
        self._show_pictures.setProperty("bar", True)
        self._show_pictures.clicked.connect(self._want_pictures)
        self._look = Button(self.tr("As plain text"), "quiet")
        self._look.setProperty("bar", True)
        self._look.setCheckable(True)
        self._look.toggled.connect(self._draw)
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, theme.px(4))
        bar.setSpacing(theme.px(8))
        bar.addWidget(self._pictures)
        bar.addWidget(self._show_pictures)
        bar.addStretch(1)
        bar.addWidget(self._look)
        self._bar.hide()
        self._note = Label("", Type.META, "text_2", wrap=True)
        self._note.hide()
        self._words = Text("\n\n".join(filter(None, (shown.own, shown.quoted))))
        self._words.linkActivated.connect(self.link)
        self._words.hide()
        self._sheet = Sheet()
        self._fold = IconButton("ellipsis", self.tr("Show what is quoted"))
        self._fold.setProperty("look", "fold")
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._draw)
        self._fold.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self._bar)
        column.addWidget(self._note)
        column.addWidget(self._words)
        column.addWidget(self._sheet)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)

    def show_mail(self, rich: Rich | None, engines: Engines, fetch: FetchCid) -> None:
        """Show the mail; None: there is no HTML after all, so its words."""
        self._rich, self._fetch = rich, fetch
        if self._view is None:
            self._view = RichView(engines)
            self._view.setAccessibleName(self._shown.own)
            self._view.link.connect(self.link)
            self._view.shown.connect(self._explain)
            self._sheet.column.addWidget(self._view)
        self._say_pictures(len(rich.remote) if rich is not None else 0)
        self._draw()

    def say_brought(self, refused: int) -> None:
        """Say how many of the pictures could not be had."""
        if refused:
            one, many = (
                self.tr("1 picture could not be had"),
                self.tr("{n} pictures could not be had"),
            )
            self._pictures.setText(words.counted(refused, one, many))
        self._show_pictures.setEnabled(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self.wants.emit(self)

    def _say_pictures(self, remote: int) -> None:
        one, many = self.tr("1 picture is not loaded"), self.tr("{n} pictures are not loaded")
        self._pictures.setText(words.counted(remote, one, many) if remote else "")
        self._show_pictures.setVisible(remote > 0)
        self._show_pictures.setToolTip(
            self.tr("Loads them now. Whoever wrote this learns that it was opened")
        )

    @Slot()
    def _want_pictures(self) -> None:
        self._show_pictures.setEnabled(False)
        self.pictures_wanted.emit(self)

    @Slot()
    def _draw(self) -> None:
        rich, as_words = self._rich, self._rich is None or self._look.isChecked()
        self._bar.setVisible(rich is not None and not rich.light)
        self._words.setVisible(as_words)
        self._sheet.setVisible(not as_words)
        self._fold.setVisible(not as_words and rich is not None and bool(rich.quoted_html))
        self._look.setText(
            self.tr("As it was sent") if self._look.isChecked() else self.tr("As plain text")
        )
        if self._view is None:
            return
        if as_words or rich is None or self._fetch is None:
            self._note.hide()
            self._view.clear()
            return
        self._sheet.plain = rich.light
        self._view.show_mail(rich, self._fetch, whole=self._fold.isChecked())

    @Slot()
    def _explain(self) -> None:
        """Say why a mail looks other than it was sent, where it does."""
        why = self._view.supported() if self._view is not None else ""
        light = self._rich is None or self._rich.light
        self._note.setVisible(bool(why) and not light)
        self._note.setText(
            self.tr("Shown in a simpler way, because {why}").format(why=why) if why else ""
        )
