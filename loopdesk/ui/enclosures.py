"""What goes along with a letter: a card for each file, and how much it is in all.

files = Enclosures()
files.show_files(blobs, carries)     # what was attached, and what comes along from another mail
files.files(), files.carries()       # as they are now
files.changed                        # Signal(): one was taken out
files.too_large()                    # more than mail services take
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import Carried
from loopdesk.core.seams import Blob
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Elided, IconButton, Label
from loopdesk.ui.flow import Flow
from loopdesk.ui.theme import Type
from loopdesk.ui.tile import Tile

MOST_BYTES = 25_000_000
"""What is attached to one mail, at most. Source: support.google.com/mail/answer/6584 (2026-11)"""
_CARD = 280


class Enclosures(QWidget):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._files: list[Blob | Carried] = []
        self._cards = Flow(gap=8, line_gap=8)
        self._cards.setContentsMargins(0, 0, 0, 0)
        cards = QWidget()
        cards.setLayout(self._cards)
        self._total = Label("", Type.META, "text_3")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(cards)
        column.addWidget(self._total)
        self.hide()

    def show_files(self, files: Sequence[Blob], carries: Sequence[Carried]) -> None:
        self._files = [*files, *carries]
        self._arrange()

    def add(self, file: Blob) -> None:
        self._files.append(file)
        self._arrange()

    def files(self) -> tuple[Blob, ...]:
        return tuple(one for one in self._files if isinstance(one, Blob))

    def carries(self) -> tuple[Carried, ...]:
        return tuple(one for one in self._files if isinstance(one, Carried))

    def size_bytes(self) -> int:
        return sum(one.size_bytes for one in self._files)

    def _arrange(self) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in self._files:
            card = _Card(one)
            card.removed.connect(self._remove)
            self._cards.addWidget(card)
            card.show()
        size = self.size_bytes()
        said = self.tr("{size} in all").format(size=words.size(size))
        if size > MOST_BYTES:
            most = words.size(MOST_BYTES)
            said = self.tr("{size} in all; a mail takes {most} at most").format(
                size=words.size(size), most=most
            )
        self._total.setText(said)
        self._total.set_tone("danger" if size > MOST_BYTES else "text_3")
        self._total.setVisible(len(self._files) > 1 or size > MOST_BYTES)
        self.setVisible(bool(self._files))
        self.updateGeometry()

    def _remove(self, file: Blob | Carried) -> None:
        self._files.remove(file)
        self._arrange()
        self.changed.emit()


class _Card(QFrame):
    removed = Signal(object)

    def __init__(self, file: Blob | Carried) -> None:
        super().__init__()
        name = file.name or self.tr("Without a name")
        self.setProperty("surface", "card")
        self.setFixedWidth(theme.px(_CARD))
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(8))
        across.setSpacing(theme.px(12))
        across.addWidget(Tile(name, file.type))
        column = QVBoxLayout()
        column.setSpacing(0)
        title = Elided(name, Type.BUTTON)
        title.setToolTip(name)
        column.addWidget(title)
        about = words.size(file.size_bytes)
        if isinstance(file, Carried):
            about = self.tr("{size}, from the mail").format(size=about)
        column.addWidget(Label(about, Type.META, "text_2"))
        across.addLayout(column, 1)
        cross = IconButton("x", self.tr("Take out {name}").format(name=name))
        cross.clicked.connect(lambda: self.removed.emit(file))
        across.addWidget(cross, 0, Qt.AlignmentFlag.AlignVCenter)
