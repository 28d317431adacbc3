"""A layout that fills lines from the leading edge and goes on below: for chips."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class Flow(QLayout):
    """Widgets one after the other, as words in a paragraph, mirrored right to left."""

    def __init__(self, gap: int = 8, line_gap: int = 4) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width, as long as nothing changes
        self._gap = gap
        self._line_gap = line_gap

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()  # as Qt's own layouts do: else what is added waits for another reason

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def takeAt(self, index: int) -> QLayoutItem | None:
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # Qt asks again and again while it lays out what stands around.
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), place=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Lay the items into `rect`, or only measure; return the height they take."""
        room = rect.marginsRemoved(self.contentsMargins())
        parent = self.parentWidget()
        mirror = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = y = line = 0
        row: list[tuple[QLayoutItem, QRect]] = []

        def settle() -> None:
            for item, box in row if place else ():
                # The middles of one line stand at one height.
                box.moveTop(box.top() + (line - box.height()) // 2)
                if mirror:
                    box.moveRight(room.left() + room.right() - box.left())
                item.setGeometry(box)
            row.clear()

        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), room.width()))
            if x and x + size.width() > room.width():
                settle()
                x, y, line = 0, y + line + self._line_gap, 0
            row.append((item, QRect(QPoint(room.left() + x, room.top() + y), size)))
            x += size.width() + self._gap
            line = max(line, size.height())
        settle()
        margins = self.contentsMargins()
        return y + line + margins.top() + margins.bottom()
