"""A short list of lines to choose from by keyboard: the palette's and the pickers'.

    choices = ChoiceList()
    choices.show_lines(lines)        # a line without a value is a heading and is never current
    choices.step(1), choices.step(-1), choices.next_group(), choices.take()
    choices.taken.connect(slot)      # Signal(object): the value of the line that was chosen

With the focus it goes by j, k and arrows, Enter takes, and so does a line's own keycap; else the
owner of the text box that has the focus calls `step` and `take`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from loopdesk.core.people import Handle
from loopdesk.ui import icons, theme
from loopdesk.ui.controls import draw_avatar
from loopdesk.ui.theme import Type

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_ROW = 36
_PAD = 12
_GAP = 12
_LEAD = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Args:
        more: beside the text, lighter.
        right: at the end: a time, a day.
        key: a keycap at the end.
        icon, mark, person: what stands in the icon column; `mark` is a service and a kind.
        words: what was typed, shown heavier where the text has it.
        value: what `taken` carries; None makes the line a heading.
    """

    text: str
    more: str = ""
    right: str = ""
    key: str = ""
    icon: str = ""
    mark: tuple[str, str] | None = None
    person: Handle | None = None
    words: tuple[str, ...] = ()
    value: object = None


class _Lines(QAbstractListModel):
    def __init__(self, view: QWidget) -> None:
        super().__init__(view)  # which must not outlive it, in whatever order Python lets go
        self.lines: tuple[Line, ...] = ()

    def show_lines(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (line.text, line.more, line.right, line.key) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.lines[index.row()].value is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Pen:
    """A painter that counts from the leading edge of one line, whichever side that is."""

    def __init__(self, painter: QPainter, frame: QRect, mirror: bool) -> None:
        self.painter = painter
        self.frame = frame
        self.mirror = mirror

    def box(self, x: float, width: float) -> QRectF:
        left = self.frame.right() + 1 - x - width if self.mirror else self.frame.left() + x
        return QRectF(left, self.frame.top(), width, self.frame.height())

    def write(
        self, x: float, room: float, text: str, kind: Type, token: str, words: Sequence[str] = ()
    ) -> float:
        """Write one elided line at `x`, matches heavier; return the width it took."""
        font = theme.font(kind)
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        layout = QTextLayout(text, font)
        layout.setFormats([_heavier(at, length) for at, length in _matches(text, words)])
        layout.beginLayout()
        line = layout.createLine()
        # Room for the heavier letters: what was elided by the lighter ones may be a little wider.
        line.setLineWidth(room + theme.px(16))
        # Then exactly as wide as it is, so that it stands at `x` from either side.
        line.setLineWidth(line.naturalTextWidth() + 1)
        layout.endLayout()
        width = min(line.width(), room)
        self.painter.setPen(theme.current().tokens.colour(token))
        box = self.box(x, width)
        layout.draw(self.painter, QPointF(box.left(), box.center().y() - line.height() / 2))
        return width

    def write_at_end(self, end: float, text: str) -> float:
        font = theme.font(Type.META, tabular=True)
        width = QFontMetricsF(font).horizontalAdvance(text) + 1
        self.painter.setFont(font)
        self.painter.setPen(theme.current().tokens.colour("text_3"))
        self.painter.drawText(self.box(end - width, width), Qt.AlignmentFlag.AlignCenter, text)
        return width

    def keycap(self, end: float, text: str) -> float:
        font = theme.font(Type.TAG)
        height = theme.px(16)
        width = max(height, QFontMetricsF(font).horizontalAdvance(text) + theme.px(10))
        box = self.box(end - width, width)
        cap = QRectF(
            box.left() + 0.5, round(box.center().y() - height / 2) + 0.5, width - 1, height
        )
        t = theme.current().tokens
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(t.colour("border"))
        self.painter.drawRoundedRect(cap, 4, 4)
        self.painter.setPen(t.colour("text_3"))
        self.painter.setFont(font)
        self.painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
        return width


def _matches(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    found = []
    low = text.casefold()
    # A text that changes its length when folded would be marked at the wrong place: leave it.
    for word in words if len(low) == len(text) else ():
        at = low.find(word.casefold())
        while word and at >= 0:
            found.append((at, len(word)))
            at = low.find(word.casefold(), at + len(word))
    return found


def _heavier(at: int, length: int) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = at
    made.length = length
    heavy = QTextCharFormat()
    heavy.setFontWeight(QFont.Weight.DemiBold)
    made.format = heavy
    return made


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Lines)  # noqa: S101
        line = model.lines[index.row()]
        frame: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = _Pen(painter, frame, option.direction == Qt.LayoutDirection.RightToLeft)
        x: float = theme.px(_PAD)
        end: float = frame.width() - theme.px(_PAD)
        if line.value is None:
            x += pen.write(x, end - x, line.text, Type.HEADING, "text_2") + theme.px(8)
            pen.write(x, end - x, line.more, Type.META, "text_3")
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().tokens.colour("selected"))
            painter.drawRoundedRect(QRectF(frame), 6, 6)
        if line.icon or line.mark or line.person:
            self._lead(pen, x, line)
            x += theme.px(_LEAD + 16)
        if line.key:
            end -= pen.keycap(end, line.key) + theme.px(_GAP)
        if line.right:
            end -= pen.write_at_end(end, line.right) + theme.px(_GAP)
        x += pen.write(x, end - x, line.text, Type.CONTROL, "text", line.words) + theme.px(_GAP)
        if line.more and end - x > theme.px(24):
            pen.write(x, end - x, line.more, Type.META, "text_3", line.words)
        painter.restore()

    def _lead(self, pen: _Pen, x: float, line: Line) -> None:
        size = theme.px(20 if line.person else _LEAD)
        centre = pen.box(x, theme.px(_LEAD)).center()
        box = QRectF(round(centre.x() - size / 2), round(centre.y() - size / 2), size, size)
        dpr = pen.painter.device().devicePixelRatioF()
        if line.person is not None:
            draw_avatar(pen.painter, box, line.person, 1)
        elif line.mark is not None:
            pen.painter.drawPixmap(box.topLeft(), icons.mark(*line.mark, _LEAD, dpr))
        else:
            pen.painter.drawPixmap(box.topLeft(), icons.pixmap(line.icon, "text_2", _LEAD, dpr))


class ChoiceList(QListView):
    """Lines to choose from; always one is current while there is one."""

    taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._take)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Become `lines`, the first that can be chosen current."""
        self._lines.show_lines(lines)
        self._make_current(next((n for n, line in enumerate(lines) if line.value is not None), -1))

    def current(self) -> Line | None:
        index = self.currentIndex()
        return self._lines.lines[index.row()] if index.isValid() else None

    def height_for(self, most: int) -> int:
        """Return the height of all lines, `most` lines at most."""
        return theme.px(_ROW) * min(len(self._lines.lines), most)

    def step(self, by: int) -> None:
        """Go to the next line that can be chosen, in the direction of `by`, around the ends."""
        lines = self._lines.lines
        at = self.currentIndex().row()
        for _ in lines:
            at = (at + by) % len(lines)
            if lines[at].value is not None:
                break
        self._make_current(at if lines else -1)

    def next_group(self) -> None:
        """Go to the first line under the next heading, from the last group to the first."""
        lines = self._lines.lines
        here = self.currentIndex().row()
        starts = [
            n + 1 for n, line in enumerate(lines) if line.value is None and n + 1 < len(lines)
        ]
        if starts:
            self._make_current(next((n for n in starts if n > here), starts[0]))

    def take(self) -> None:
        self._take(self.currentIndex())

    def _take(self, index: QModelIndex) -> None:
        if index.isValid() and (value := self._lines.lines[index.row()].value) is not None:
            self.taken.emit(value)

    def _make_current(self, row: int) -> None:
        index = self._lines.index(row)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        if index.isValid():
            # The heading above the first line of a group belongs into sight with it.
            above = row - 1 if row and self._lines.lines[row - 1].value is None else row
            self.scrollTo(self._lines.index(above))
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_J):
            self.step(1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_K):
            self.step(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif at := [n for n, one in enumerate(self._lines.lines) if one.key == event.text() != ""]:
            self._take(self._lines.index(at[0]))
        else:
            event.ignore()
