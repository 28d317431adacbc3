"""One mail drawn by the web engine, in a widget as high as the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPoint, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QMenu, QScrollArea, QVBoxLayout, QWidget

from loopdesk.ui import theme
from loopdesk.ui.controls import Button
from loopdesk.ui.rich_engine import FetchCid, MailPage

if TYPE_CHECKING:
    from loopdesk.ui.rich import Engines

HEIGHT_LIMIT = 20_000
"""What is higher scrolls inside of it: a widget cannot be of any height."""
_GROWTHS_LIMIT = 40
_LOOKS_LIMIT = 20
_SAME_LIMIT = 1
_SETTLES_MS = 150
_LOW = 20
# What the page itself answers to; every other key is the window's.
_ITS_KEYS = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class WebSheet(QWidget):
    """Shows one document. It goes nowhere: links go out as a signal."""

    link = Signal(str)

    def __init__(self, engines: Engines) -> None:
        super().__init__()
        self._engines = engines
        self._view: _View | None = None
        self._given: tuple[str, tuple[str, ...], FetchCid] | None = None
        self._growths = self._looks = 0
        self._had: set[int] = set()  # its window's heights at this width
        self._again: Button | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLES_MS)
        self._settling.timeout.connect(self._measure_again)
        self._measuring = QTimer(self)
        self._measuring.setSingleShot(True)
        self._measuring.setInterval(_SETTLES_MS)
        self._measuring.timeout.connect(self._measured)
        self.setFixedHeight(theme.px(80))

    @property
    def view(self) -> QWebEngineView | None:
        """Return what draws it, None while nothing does."""
        return self._view

    def show_mail(self, document: str, cids: tuple[str, ...], fetch: FetchCid) -> None:
        self._given = (document, cids, fetch)
        self._load()

    def let_go(self) -> None:
        """Hold no engine; what it showed is drawn again when it is shown again."""
        if self._view is not None:
            view, self._view = self._view, None
            self._column.removeWidget(view)
            view.hide()
            page = view.page()
            view.deleteLater()
            page.deleteLater()
            self._engines.done(self)

    def rest(self) -> None:
        """Let go in favour of other mails; a press of a button draws it again."""
        self.let_go()
        again = Button(self.tr("Show this mail again"))
        again.clicked.connect(self._load)
        self._column.addWidget(again, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._again = again

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._view is None and self._again is None:
            self._load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        old, new = event.oldSize().width(), event.size().width()
        if old != new:
            self._had.clear()
        # Narrower it becomes higher by itself, unless its growths are spent; wider, its window must
        # first be lower than it.
        if 0 < old < new or (0 < new < old and self._growths >= _GROWTHS_LIMIT):
            self._settling.start()

    @Slot()
    def _load(self) -> None:
        if self._given is None:
            return
        if self._again is not None:
            self._again.deleteLater()
            self._again = None
        document, cids, fetch = self._given
        self.let_go()
        engine = self._engines.engine(self)
        page = engine.page(document, cids, fetch)
        page.link.connect(self.link)
        page.contentsSizeChanged.connect(self._grow)
        page.loadFinished.connect(self._finished)
        page.renderProcessTerminated.connect(self._ended)
        self._growths = 0
        self._view = _View(page)
        page.setParent(self._view)
        self._view.setFixedHeight(_LOW)
        self._column.addWidget(self._view, 0, Qt.AlignmentFlag.AlignTop)
        self._column.activate()  # it is measured at the width that it will have
        page.load(page.address)

    @Slot(QSizeF)
    def _grow(self, size: QSizeF) -> None:
        # A page is never lower than its window, and says so late: what is as high as the window was
        # before is no news, and would make it go to and fro.
        if self._view is not None and self._view.height() < round(size.height()) in self._had:
            return
        if self._growths < _GROWTHS_LIMIT:  # a page that grows with its window would never end
            self._growths += 1
            self._fit(size)

    def _fit(self, size: QSizeF) -> None:
        wanted = min(round(size.height()), HEIGHT_LIMIT)
        if wanted > _LOW + 1:
            self._measuring.stop()
        if wanted > 0 and self._view is not None:
            self._had.add(wanted)
            self._view.setFixedHeight(wanted)
            self.setFixedHeight(wanted)

    @Slot()
    def _measure_again(self) -> None:
        """Find the height for another width: a page is never lower than its window."""
        if self._view is not None:
            self._growths = self._looks = 0
            self._had = {self._view.height()}
            self._view.setFixedHeight(_LOW)
            self._measuring.start()

    @Slot()
    def _measured(self) -> None:
        """Take the height that did not change, and so was not heard of."""
        if self._view is None:
            return
        size = self._view.page().contentsSize()
        # A busy engine has yet to lay it out at this width, or has said the height of the page
        # that was not filled yet: a window of another height makes it say it again.
        stale = size.width() < self._view.width() - 1 or size.height() <= _LOW + 1
        same = round(size.height()) in self._had and self._looks < _SAME_LIMIT
        if (stale and self._looks < _LOOKS_LIMIT) or same:
            self._looks += 1
            self._view.setFixedHeight(_LOW + self._looks % 2)
            self._measuring.start()
        else:
            self._fit(size)

    @Slot(bool)
    def _finished(self, ok: bool) -> None:
        if self._view is not None and not ok:
            # What was shown before must not stand under another mail's head.
            self._view.hide()
        elif self._view is not None:
            self._measuring.start()

    @Slot()
    def _ended(self) -> None:
        self.let_go()


class _View(QWebEngineView):
    """Hands on to the window what is the window's: its keys and the wheel."""

    def __init__(self, page: MailPage) -> None:
        super().__init__(page)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAcceptDrops(False)

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        if event.added():
            event.child().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QKeyEvent) and not _is_the_pages(event):
            parent = self.parentWidget()
            if parent is not None:
                QApplication.sendEvent(parent, event)
            return True
        return super().eventFilter(watched, event)

    def _wheel(self, event: QWheelEvent) -> bool:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            return False  # a wide table scrolls inside of its sheet
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is None or self.height() >= HEIGHT_LIMIT:
            return False
        QApplication.sendEvent(area.verticalScrollBar(), event)
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_at(event.globalPos()).popup(event.globalPos())

    def menu_at(self, _where: QPoint) -> QMenu:
        """Return the menu of a place: copying is all that can be done with a mail here."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = self.page()
        copy = menu.addAction(self.tr("Copy"))
        copy.setEnabled(self.hasSelection())
        copy.triggered.connect(lambda: page.triggerAction(QWebEnginePage.WebAction.Copy))
        request = self.lastContextMenuRequest()
        address = request.linkUrl() if request is not None else None
        if address is not None and not address.isEmpty():
            link = menu.addAction(self.tr("Copy the link's address"))
            text = address.toString()
            link.triggered.connect(lambda: QApplication.clipboard().setText(text))
        every = menu.addAction(self.tr("Select all"))
        every.triggered.connect(lambda: page.triggerAction(QWebEnginePage.WebAction.SelectAll))
        return menu


def _is_the_pages(event: QKeyEvent) -> bool:
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if control:
        return event.key() in (Qt.Key.Key_C, Qt.Key.Key_A, Qt.Key.Key_Insert)
    return event.key() in _ITS_KEYS
