"""The rail: where one can go, and the accounts.

rail = Rail(titles)     # of the services
rail.gone_to            # str: a place of PLACES
rail.account_pressed    # Account: to be looked at; or, needing the person, to be signed in again
rail.connect_asked
rail.select("inbox"), rail.show_counts(counts), rail.show_accounts(accounts), rail.set_narrow(True)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QVBoxLayout, QWidget

from loopdesk.core.changes import Account, AccountState
from loopdesk.core.items import Kind
from loopdesk.desk.desk import Counts
from loopdesk.desk.listing import View
from loopdesk.ui import icons, theme, words
from loopdesk.ui.controls import Label
from loopdesk.ui.keys import QT_TRANSLATE_NOOP
from loopdesk.ui.theme import Type

WIDE, NARROW = 208, 56


@dataclass(frozen=True, slots=True)
class Destination:
    """A view of the list that the rail leads to.

    Args:
        text: not yet translated.
        kind: only items of this kind.
        gap: it begins a new group.
        order: "" as the pane has it, "due" by due day, "newest" by time, "days" as a calendar.
    """

    name: str
    icon: str
    text: str
    view: View = View.PANE
    kind: Kind | None = None
    gap: bool = False
    order: str = ""

    @property
    def title(self) -> str:
        return words.translate("rail", self.text)


DESTINATIONS = (
    Destination("inbox", "inbox", QT_TRANSLATE_NOOP("rail", "Inbox")),
    Destination(
        "messages", "message-square", QT_TRANSLATE_NOOP("rail", "Messages"), kind=Kind.MESSAGE
    ),
    Destination(
        "calendar",
        "calendar",
        QT_TRANSLATE_NOOP("rail", "Calendar"),
        kind=Kind.MEETING,
        order="days",
    ),
    Destination(
        "tasks", "circle-check", QT_TRANSLATE_NOOP("rail", "Tasks"), kind=Kind.TASK, order="due"
    ),
    Destination(
        "files", "file", QT_TRANSLATE_NOOP("rail", "Files"), kind=Kind.FILE, order="newest"
    ),
    Destination("starred", "star", QT_TRANSLATE_NOOP("rail", "Starred"), View.STARRED),
    Destination("sent", "send", QT_TRANSLATE_NOOP("rail", "Sent"), View.SENT),
    Destination("drafts", "file-pen", QT_TRANSLATE_NOOP("rail", "Drafts"), order="drafts"),
    Destination("snoozed", "clock", QT_TRANSLATE_NOOP("rail", "Snoozed"), View.SNOOZED, gap=True),
    Destination("owed", "hourglass", QT_TRANSLATE_NOOP("rail", "They owe"), View.OWED),
    Destination("done", "check", QT_TRANSLATE_NOOP("rail", "Done"), View.DONE),
    Destination("all", "archive", QT_TRANSLATE_NOOP("rail", "All"), View.ALL),
)


class Rail(QWidget):
    """Places first, accounts below; narrow, it keeps the icons and says the names in tooltips."""

    gone_to = Signal(str)
    account_pressed = Signal(Account)
    connect_asked = Signal()

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = titles
        self.setProperty("surface", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Places and accounts"))
        self._items: dict[str, _Item] = {}
        self._accounts: list[_Item] = []
        self._known: tuple[Account, ...] = ()
        self._narrow = False
        # A low window does not hold all of it: it scrolls, without a bar.
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setProperty("surface", "rail")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, theme.px(8), 0, theme.px(8))
        column.setSpacing(0)
        for there in DESTINATIONS:
            if there.gap:
                column.addSpacing(theme.px(8))
            item = _Item(there.title, 32, there.icon)
            item.setCheckable(True)
            item.clicked.connect(lambda _=False, name=there.name: self.gone_to.emit(name))
            self._items[there.name] = item
            column.addWidget(item)
        column.addSpacing(theme.px(8))
        self._heading = Label(self.tr("Accounts"), Type.HEADING, "text_2")
        self._heading.setContentsMargins(theme.px(20), theme.px(8), 0, theme.px(4))
        column.addWidget(self._heading)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._connect = _Item(self.tr("Connect a service"), 32, "plus")
        self._connect.clicked.connect(self.connect_asked)
        column.addWidget(self._connect)
        column.addStretch()
        self.setFixedWidth(theme.px(WIDE))

    def select(self, name: str) -> None:
        """Mark where the list is; "" marks nothing."""
        for known, item in self._items.items():
            item.setChecked(known == name)

    def show_counts(self, counts: Counts) -> None:
        """Show how many new ones there are."""
        self._items["inbox"].set_count(sum(counts.new.values()))
        for there in DESTINATIONS:
            if there.kind is not None:
                self._items[there.name].set_count(counts.new.get(there.kind, 0))

    def show_accounts(self, accounts: Sequence[Account]) -> None:
        known = tuple(accounts)
        if known == self._known:
            return
        self._known = known
        for item in self._accounts:
            item.deleteLater()
        self._accounts = []
        for account in known:
            name = words.account(account, known, self._titles)
            title = self._titles.get(account.service, "")
            whole = words.joined(title, account.address or account.name)
            item = _Item(name, 28, mark=account.service, whole=whole)
            item.clicked.connect(lambda _=False, a=account: self.account_pressed.emit(a))
            if account.state is AccountState.SIGN_IN:
                item.ask(self.tr("Sign in"))
            item.setAccessibleDescription(words.account_state(account))
            item.set_narrow(self._narrow)
            self._accounts.append(item)
            self._list.addWidget(item)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setFixedWidth(theme.px(NARROW if narrow else WIDE))
        self._heading.setVisible(not narrow)
        for item in (*self._items.values(), *self._accounts, self._connect):
            item.set_narrow(narrow)

    @property
    def focus_part(self) -> QWidget:
        """Return what takes the focus when the rail is gone to."""
        return next((i for i in self._items.values() if i.isChecked()), self._items["inbox"])


class _Item(QAbstractButton):
    """One line of the rail."""

    def __init__(
        self, text: str, height: int, icon: str = "", mark: str = "", whole: str = ""
    ) -> None:
        super().__init__()
        self.setText(text)
        self.setFixedHeight(theme.px(height))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._icon, self._mark, self._whole = icon, mark, whole
        self._count = 0
        self._asks = ""
        self._narrow = False
        theme.current().changed.connect(self._restyle)

    def set_count(self, count: int) -> None:
        self._count = count
        said = words.translate("rail", "{n} new").format(n=count) if count else ""
        self.setAccessibleDescription(said)
        self.update()

    def ask(self, text: str) -> None:
        """Say that the person is needed."""
        self._asks = text
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setToolTip(self._whole or (self.text() if narrow else ""))
        self.update()

    @Slot()
    def _restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(NARROW), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        u, t = theme.px, theme.current()
        high = self.height()
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            fill = "hover" if t.dark or not self.isChecked() else "bg"
            ground = t.tokens.colour("border" if fill == "hover" and not t.dark else fill)
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(u(8), 0, self.width() - u(16), high), u(6), u(6))
        picture = self._picture()
        size = picture.deviceIndependentSize()
        middle = self.width() / 2 if self._narrow else u(20) + u(8)
        corner = QPointF(middle - size.width() / 2, (high - size.height()) / 2)
        painter.drawPixmap(self._mirrored(QRectF(corner, size)).topLeft(), picture)
        if self._narrow:
            if self._count or self._asks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(t.tokens.colour("warn" if self._asks else "accent"))
                dot = QRectF(middle + u(5), corner.y() - u(1), u(6), u(6))
                painter.drawEllipse(self._mirrored(dot))
            return
        right = self.width() - u(16)
        if self._asks:
            right = self._paint_asks(painter, right)
        elif self._count:
            right = self._paint_end(painter, words.count(self._count), "text_3", Type.META, right)
        strong = self.isChecked()
        painter.setFont(theme.font(Type.STRONG if strong else Type.CONTROL))
        painter.setPen(t.tokens.colour("text" if strong else "text_2"))
        room = max(right - u(8) - u(44), 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        self._draw(painter, QRectF(u(44), 0, room, high), shown)

    def _paint_asks(self, painter: QPainter, right: int) -> int:
        u = theme.px
        left = self._paint_end(painter, self._asks, "warn", Type.CONTROL, right - u(4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().tokens.colour("warn"))
        dot = QRectF(left - u(16), (self.height() - u(8)) / 2, u(8), u(8))
        painter.drawEllipse(self._mirrored(dot))
        return left - u(16)

    def _paint_end(self, painter: QPainter, text: str, tone: str, kind: Type, right: int) -> int:
        """Write at the trailing end, and return where the text begins."""
        painter.setFont(theme.font(kind, tabular=True))
        painter.setPen(theme.current().tokens.colour(tone))
        wide = painter.fontMetrics().horizontalAdvance(text) + 1
        self._draw(painter, QRectF(right - wide, 0, wide, self.height()), text)
        return right - wide

    def _draw(self, painter: QPainter, box: QRectF, text: str) -> None:
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        aligned = Qt.AlignmentFlag(
            flags
            if self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            else Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        )
        painter.drawText(self._mirrored(box), aligned, text)

    def _mirrored(self, box: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return box
        return QRectF(self.width() - box.right(), box.top(), box.width(), box.height())

    def _picture(self) -> QPixmap:
        dpr = self.devicePixelRatio()
        if self._mark:
            return icons.mark(self._mark, dpr=dpr)
        return icons.pixmap(self._icon, "text" if self.isChecked() else "text_2", dpr=dpr)
