"""People offered below what is being typed, the first of them ready to be taken.

offers = Offers(box)            # a line or an area of text
offers.show_names(names, at)    # below `at`, a part of the box; no names: none are offered
offers.taken                    # Signal(str): the name that was chosen, by Enter, Tab or a press
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QRect,
    QSignalBlocker,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QListView, QWidget

from loopdesk.ui import theme

_GAP = 4
_TAKES = (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
WIDTH = 340
"""Of the list, in steps of the theme's scale: a name and its address."""


class Offers(QCompleter):
    """A list that leaves the keyboard with the box."""

    taken = Signal(str)

    def __init__(self, box: QWidget) -> None:
        self._names = QStringListModel()
        super().__init__(self._names, box)
        self._names.setParent(self)
        self.setWidget(box)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list = QListView()
        self._list.setProperty("surface", "offers")
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPopup(self._list)
        self._list.installEventFilter(self)
        # A box of one line writes the name into itself after this signal; only then is it ours.
        self.activated.connect(self.taken, Qt.ConnectionType.QueuedConnection)

    @property
    def are_shown(self) -> bool:
        return self._list.isVisible()

    def show_names(
        self, names: Iterable[str], at: QRect, *, first: bool = True, above: bool = False
    ) -> None:
        """Offer these.

        Args:
            first: Enter takes the first of them; without, it needs to be gone to.
            above: over `at` instead of below: the box stands at the foot of its window.
        """
        self._names.setStringList(list(names))
        if self._names.rowCount() == 0:
            self.hide()
            return
        at.setWidth(theme.px(WIDTH))
        self.complete(at)
        box = self.widget()
        if above and box is not None:
            self._list.move(box.mapToGlobal(at.topLeft()) - QPoint(0, self._list.height() + _GAP))
        if first:
            # Said aloud, the box would write the name over what is being typed.
            with QSignalBlocker(self):
                self._list.setCurrentIndex(self.completionModel().index(0, 0))

    def hide(self) -> None:
        self._list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        takes = (
            isinstance(event, QKeyEvent)
            and event.key() in _TAKES
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        )
        chosen = self._list.currentIndex()
        offered = self.are_shown and chosen.isValid()
        if takes and event.type() == QEvent.Type.KeyPress and offered:
            # Qt would hand it to the box: that leaves, or begins a line, without what was offered.
            self.hide()
            self.taken.emit(chosen.data())
            return True
        return super().eventFilter(watched, event)
