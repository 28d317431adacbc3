"""The emoji picker: by typing, by arrows, by the pointer; what was given last stands first.

picker = EmojiPicker(window)
picker.chosen.connect(slot)          # Signal(str): the character
picker.ask(recent, beside=button)    # `recent`: characters, the newest first
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from loopdesk.core.emoji import Emoji
from loopdesk.ui import emoji, theme
from loopdesk.ui.controls import Label, inset
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_WIDTH = 356
_CELL = 36
_ACROSS = 9
_LINES = 6


class EmojiPicker(Layer):
    """The box keeps the keyboard; arrows go over the grid, Enter takes."""

    chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self.setAccessibleName(self.tr("Emoji"))
        self._recent: Sequence[Emoji] = ()
        self.box = QLineEdit()
        self.box.setPlaceholderText(self.tr("Search emoji"))
        self.box.setAccessibleName(self.tr("Search emoji"))
        self.box.textChanged.connect(self._typed)
        self.body.addLayout(inset(self.box, 12, 12, 12, 8))
        self._model = _Model()
        self.grid = QListView()
        self.grid.setModel(self._model)
        self.grid.setItemDelegate(_Cells(self))
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setUniformItemSizes(True)
        self.grid.setGridSize(QSize(theme.px(_CELL), theme.px(_CELL)))
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.grid.setMouseTracking(True)
        self.grid.setFixedHeight(theme.px(_CELL) * _LINES)
        self.grid.setAccessibleName(self.tr("Emoji"))
        self.grid.clicked.connect(self._take)
        self.grid.entered.connect(self._point_at)
        frame = QHBoxLayout()
        frame.setContentsMargins(theme.px(8), 0, 0, 0)
        frame.addWidget(self.grid)
        self.body.addLayout(frame)
        self.name = Label("", Type.META, "text_2")
        self.body.addLayout(inset(self.name, 16, 8, 16, 12))

    def ask(self, recent: Sequence[str], beside: QWidget | None = None) -> None:
        self._recent = emoji.of(recent)
        self.box.clear()
        self._typed("")
        self.open(beside)

    def first_focus(self) -> QWidget:
        return self.box

    @Slot(str)
    def _typed(self, text: str) -> None:
        known = set(self._recent)
        every = [*self._recent, *(one for one in emoji.every() if one not in known)]
        shown = emoji.found(text) if text.strip() else every
        self._model.show_emoji(shown)
        if shown:
            self._go(0)
        else:
            self.name.setText(self.tr("No emoji of that name"))

    def _go(self, row: int) -> None:
        row = max(0, min(row, self._model.rowCount() - 1))
        index = self._model.index(row, 0)
        self.grid.setCurrentIndex(index)
        self.grid.scrollTo(index)
        self._say(index)

    @Slot(QModelIndex)
    def _point_at(self, index: QModelIndex) -> None:
        self.grid.setCurrentIndex(index)
        self._say(index)

    def _say(self, index: QModelIndex) -> None:
        one: Emoji = index.data(Qt.ItemDataRole.UserRole)
        self.name.setText(f":{one.name}:")
        self.box.setAccessibleDescription(one.title)

    @Slot(QModelIndex)
    def _take(self, index: QModelIndex) -> None:
        one: Emoji | None = index.data(Qt.ItemDataRole.UserRole)
        if one is not None:
            self.close_layer()
            self.chosen.emit(one.char)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What the box leaves alone comes here.
        steps = {Qt.Key.Key_Down: _ACROSS, Qt.Key.Key_Up: -_ACROSS}
        here = self.grid.currentIndex()
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up if here.isValid():
                self._go(here.row() + steps[Qt.Key(event.key())])
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if here.isValid():
                self._take(here)
            case _:
                super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        here = self.grid.currentIndex()
        if here.isValid():
            self._go(here.row() + (1 if forward else -1))
        return True


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._shown: list[Emoji] = []

    def show_emoji(self, shown: Sequence[Emoji]) -> None:
        self.beginResetModel()
        self._shown = list(shown)
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one.char
            case Qt.ItemDataRole.UserRole:
                return one
            case Qt.ItemDataRole.AccessibleTextRole:
                return one.title
            case Qt.ItemDataRole.ToolTipRole:
                return f":{one.name}:"
        return None


class _Cells(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(_CELL), theme.px(_CELL))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().tokens.colour("selected"))
            painter.drawRoundedRect(option.rect, theme.px(6), theme.px(6))
        font = QFont(theme.font(Type.READER_TITLE))
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(theme.px(20))
        painter.setFont(font)
        painter.setPen(theme.current().tokens.colour("text"))
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, index.data())
        painter.restore()
