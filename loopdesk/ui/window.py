"""The window: its parts put together, its narrow modes, and who gets a key press.

It decides nothing: what is pressed or typed goes out as `commanded` and `typing`, and `Session`
acts on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.items import Kind
from loopdesk.core.seams import Clock
from loopdesk.ui import icons, keys, tab_order, theme
from loopdesk.ui.banner import Banner
from loopdesk.ui.chat_box import ChatBox
from loopdesk.ui.controls import FocusRing
from loopdesk.ui.floating import Layer
from loopdesk.ui.icons import CHAT
from loopdesk.ui.keys import KeyReader, Typing
from loopdesk.ui.list_view import Empty, ListView
from loopdesk.ui.part import Part
from loopdesk.ui.rail import Rail
from loopdesk.ui.reader import Reader
from loopdesk.ui.search import SearchField, SearchFoot, SearchHead
from loopdesk.ui.services import Service
from loopdesk.ui.status import StatusBar
from loopdesk.ui.title_row import TitleRow
from loopdesk.ui.toast import Toast

if TYPE_CHECKING:
    from loopdesk.ui.composer import Composer

NARROW_BELOW, SINGLE_BELOW = 1180, 900
_LIST, _LIST_NARROW, _LIST_LEAST, _LIST_MOST = 460, 392, 360, 640
_READER_LEAST = 420
_BESIDE_DAYS = 480
_NO_LIMIT = 16_777_215  # Qt's QWIDGETSIZE_MAX
_TYPED_IN = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
# Which kind of items a service's feature is for.
_KINDS: dict[str, str] = {
    "mail": Kind.MESSAGE,
    "calendar": Kind.MEETING,
    "tasks": Kind.TASK,
    "files": Kind.FILE,
    "chats": CHAT,
}
# What is not a letter and works also when single keys are switched off.
_NAMED = frozenset({"next", "previous", "open", "back", "next-part", "previous-part", "palette"})


class Window(QWidget):
    """All parts, and the keys."""

    commanded = Signal(str)
    typing = Signal(Typing)
    closing = Signal()
    composed = Signal(object)
    """Composer: the docked one has been made."""

    def __init__(self, services: Sequence[Service], clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self.setWindowTitle("LoopDesk")
        self.setWindowIcon(icons.application())
        self.setProperty("surface", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(640, 480)
        titles = {service.key: service.title for service in services}
        for service in services:
            parts = {_KINDS[one.key]: one for one in service.permissions if one.key in _KINDS}
            if len(parts) > 1:  # of a service of one kind its own name says it all
                titles |= {f"{service.key}-{kind}": one.title for kind, one in parts.items()}
        self._clock = clock
        self.single_keys = True
        self._reading = False
        self._days: QWidget | None = None
        self._narrow: bool | None = None
        self._single = False
        self._reader_of_keys = KeyReader()
        self.search = SearchField()
        self.title_row = TitleRow(self.search, clock)
        self.rail = Rail(titles)
        self.banner = Banner()
        self.list = ListView(clock, zone)
        self.empty = Empty()
        self.search_head = SearchHead()
        self.search_head.chosen.connect(self.search.narrow)
        self.search_foot = SearchFoot()
        self.reader = Reader(clock, zone, titles)
        self.chat_box = ChatBox(self.reader)
        self.reader.dock.addWidget(self.chat_box)
        self.toast = Toast(self.reader.ground, clock.now)
        self.reader.made.connect(self._place_toast)
        self.status = StatusBar(zone, titles)
        self._assemble()
        self._ring = FocusRing(self)
        self.list.installEventFilter(self)
        self._list_side.installEventFilter(self)
        for press, command in (("Ctrl+K", "palette"), ("F6", "next-part")):
            shortcut = QShortcut(QKeySequence(press), self)
            shortcut.activated.connect(lambda command=command: self.commanded.emit(command))
        back = QShortcut(QKeySequence("Shift+F6"), self)
        back.activated.connect(lambda: self.commanded.emit("previous-part"))
        self.banner.asked.connect(self.commanded)
        self._empty_command = ""
        self.empty.pressed.connect(self._press_empty)

    @cached_property
    def composer(self) -> Composer:
        """Return the docked composer; the first paint does not wait for it."""
        from loopdesk.ui.composer import Composer

        made = Composer(self.reader)
        self.reader.dock.insertWidget(0, made)
        self.composed.emit(made)
        return made

    @property
    def has_composer(self) -> bool:
        """Say whether the docked composer has been made yet."""
        return "composer" in vars(self)

    def _assemble(self) -> None:
        self._list_or_empty = QStackedWidget()
        self._list_or_empty.addWidget(self.list)
        self._list_or_empty.addWidget(self.empty)
        self._list_side = QWidget()
        self._list_side.setProperty("surface", "bg")
        self._list_side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side = QVBoxLayout(self._list_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.search_head)
        side.addWidget(self._list_or_empty, 1)
        side.addWidget(self.search_foot)
        self.search_foot.hide()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._list_side)
        # The reader, or what is written in its place.
        self._beside = QStackedWidget()
        self._beside.addWidget(self.reader)
        self._splitter.addWidget(self._beside)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._both = QWidget()
        both = QVBoxLayout(self._both)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self.banner)
        both.addWidget(self._splitter, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._both)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title_row)
        column.addLayout(middle, 1)
        column.addWidget(self.status)

    # --- what stands in the middle ---

    def show_list(self) -> None:
        """Show list and reader."""
        self._pages.setCurrentWidget(self._both)
        self.rail.show()
        self.search.show()

    def show_page(self, page: QWidget, *, alone: bool = False) -> None:
        """Show a page where list and reader stand; alone: without rail and search."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.rail.setVisible(not alone)
        self.search.setVisible(not alone)
        self.rail.select("")
        page.setFocus()

    @property
    def page(self) -> QWidget | None:
        """Return the page that is shown, None while it is list and reader."""
        shown = self._pages.currentWidget()
        return None if shown is self._both else shown

    def show_days(self, days: QWidget) -> None:
        """Show days where the list stands, with what is read beside them."""
        if self._days is None:
            self._days = days
            self._list_or_empty.addWidget(days)
        self._list_or_empty.setCurrentWidget(days)
        self.fit_beside()

    def show_beside(self, form: QWidget | None) -> None:
        """Show a form in the reader's place; None: the reader again."""
        shown = form or self.reader
        if self._beside.indexOf(shown) < 0:
            self._beside.addWidget(shown)
        self._beside.setCurrentWidget(shown)
        self._reading = form is not None
        self.fit_beside()

    @property
    def beside(self) -> QWidget | None:
        """Return the form that stands in the reader's place, None while it is the reader."""
        shown = self._beside.currentWidget()
        return None if shown is self.reader else shown

    def fit_beside(self) -> None:
        """Make room for what is read beside days, or give it back to them."""
        was = self._beside.isHidden()
        self._fit_reader()
        if self._days_shown and was and not self._beside.isHidden():
            self._part_sides()

    def _ground(self) -> QWidget:
        return self.reader.ground if self.beside is None else self._beside

    def show_rows(self) -> None:
        after_days = self._days_shown
        self._list_or_empty.setCurrentWidget(self.list)
        self._fit_reader()
        if after_days:
            self._part_sides()

    def show_empty(self, title: str, about: str, button: str = "", command: str = "") -> None:
        """Show that there is nothing, and the way on."""
        self.empty.say(title, about, button)
        self._empty_command = command
        self._list_or_empty.setCurrentWidget(self.empty)
        self._fit_reader()

    @Slot()
    def _press_empty(self) -> None:
        self.commanded.emit(self._empty_command)

    def show_reader(self, shown: bool) -> None:
        """Narrow, there is room for list or reader: choose."""
        self._reading = shown
        self._fit(force=True)

    @property
    def reading(self) -> bool:
        """Return whether the reader has its turn, where they take turns."""
        return self._reading

    @property
    def single(self) -> bool:
        """Return whether list and reader take turns."""
        return self._single

    @Slot(object)
    def _place_toast(self, part: Part) -> None:
        self.toast.stand_high(part.stays_below)

    # --- sizes ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *, force: bool = False) -> None:
        narrow = self.width() < theme.px(NARROW_BELOW)
        single = self.width() < theme.px(SINGLE_BELOW)
        if force or (narrow, single) != (self._narrow, self._single):
            self._narrow, self._single = narrow, single
            self.rail.set_narrow(narrow)
            self.reader.offer_back(single)
            self._fit_reader()
            self._list_side.setMinimumWidth(theme.px(_LIST_LEAST))
            self._beside.setMinimumWidth(theme.px(_READER_LEAST))
            self._part_sides()
        self._fit_title()

    def _part_sides(self) -> None:
        """Give the list its usual width; days get what the reader leaves."""
        wide = theme.px(_LIST_NARROW if self._narrow else _LIST)
        if self._days_shown:
            wide = max(self._splitter.width() - theme.px(_BESIDE_DAYS), theme.px(_LIST_LEAST))
        self._splitter.setSizes([wide, max(self.width() - wide, 0)])

    @property
    def _days_shown(self) -> bool:
        return self._days is not None and self._list_or_empty.currentWidget() is self._days

    def _fit_reader(self) -> None:
        bare = self._days_shown or self._list_or_empty.currentWidget() is self.empty
        nothing = bare and self.reader.row is None and self._beside.currentWidget() is self.reader
        self._beside.setVisible(not nothing and (not self._single or self._reading))
        self._list_side.setVisible(nothing or not self._single or not self._reading)
        self.toast.stand_over(self._list_side if self._beside.isHidden() else self._ground())
        self._list_side.setMaximumWidth(
            _NO_LIMIT if self._single or nothing or self._days_shown else theme.px(_LIST_MOST)
        )

    def _fit_title(self) -> None:
        usual = theme.px(_LIST_NARROW if self._narrow else _LIST)
        lists = self._beside.isVisible() and not self._single and not self._days_shown
        wide = self._list_side.width() if lists else usual
        self.title_row.fit(wide, narrow=bool(self._narrow))

    # --- keys ---

    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_order.move(self, QApplication.focusWidget(), forward=forward)

    def go_to_part(self, by: int) -> None:
        """Give the focus to the next part: rail, list, reader, composer."""
        first = self._days if self._days_shown and self._days is not None else self.list
        second = self.beside or self.reader.focus_part
        parts: list[QWidget] = [self.rail.focus_part, first, second]
        owners: list[QWidget] = [self.rail, self._list_side, self._beside]
        if self.has_composer and self.composer.letter is not None:
            parts.append(self.composer.words)
            owners.append(self.composer)
        if self.chat_box.writes:
            parts.append(self.chat_box.words)
            owners.append(self.chat_box)
        focus = QApplication.focusWidget()
        inside = [
            n
            for n, owner in enumerate(owners)
            if focus is not None and (owner is focus or owner.isAncestorOf(focus))
        ]
        at = inside[-1] if inside else -1 if by > 0 else 0
        for _ in parts:
            at = (at + by) % len(parts)
            if parts[at].isVisible():
                parts[at].setFocus(Qt.FocusReason.TabFocusReason)
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._list_side and event.type() == QEvent.Type.Resize:
            self._fit_title()
        # Before Qt makes Tab go to the next widget.
        return (
            watched is self.list
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            and self.single_keys
            and self._take(event)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if _inside_layer(focus):
            # What opened the sheet may have been the first letter of a word.
            self._take(event, only_typing=True)
            return
        if enter and isinstance(focus, QAbstractButton):
            focus.click()
        elif not self._take(event):
            super().keyPressEvent(event)

    def _take(self, event: QKeyEvent, *, only_typing: bool = False) -> bool:
        """Turn a key press into what it asks for; False: nothing."""
        press = keys.press_of(event)
        if not press:
            return False
        focus = QApplication.focusWidget()
        in_text = isinstance(focus, _TYPED_IN)
        if in_text and press not in ("Esc", "Ctrl+Q"):
            return False
        if press == "Tab" and focus is not self.list:
            return False
        self.list.touched()
        asked = self._reader_of_keys.press(
            press, self._clock.monotonic(), repeated=event.isAutoRepeat()
        )
        if isinstance(asked, Typing):
            for layer in self.findChildren(Layer):
                layer.close_layer()
            self.typing.emit(asked)
            return True
        if only_typing:
            return False
        if asked is None or not (self.single_keys or asked.command in _NAMED or len(press) > 1):
            return False
        self.commanded.emit(asked.command)
        return True

    # --- leaving ---

    def closeEvent(self, event: QCloseEvent) -> None:
        # The end of the desktop's session waits for nobody: what is in the outbox is on disk.
        app = QApplication.instance()
        if isinstance(app, QApplication) and app.isSavingSession():
            event.accept()
            return
        event.ignore()
        self.closing.emit()


def _inside_layer(widget: QWidget | None) -> bool:
    while widget is not None:
        if isinstance(widget, Layer):
            return True
        widget = widget.parentWidget()
    return False
