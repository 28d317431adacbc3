"""The small parts that every view is made of: buttons, labels, avatars, marks, the focus ring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QStyle,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from loopdesk.core.people import Handle
from loopdesk.ui import icons, theme
from loopdesk.ui.theme import Type

_ICON_GAP = 4  # beyond the 4 that Qt leaves between a button's icon and its words


class Label(QLabel):
    """Text in one type and one tone. Plain text always: what it shows came from outside."""

    def __init__(
        self, text: str = "", kind: Type = Type.CONTROL, tone: str = "text", *, wrap: bool = False
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", kind.name)
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)

    def set_tone(self, tone: str) -> None:
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)


def inset(widget: QWidget, left: int, top: int, right: int, bottom: int) -> QHBoxLayout:
    """Return a layout that holds a widget with room around it.

    A label's own margins are lost whenever a style sheet dresses it anew.
    """
    row = QHBoxLayout()
    row.setContentsMargins(left, top, right, bottom)
    row.addWidget(widget, 1)
    return row


class Elided(Label):
    """A label of one line that gives way: it ends in an ellipsis where there is no room."""

    def __init__(self, text: str = "", kind: Type = Type.CONTROL, tone: str = "text") -> None:
        super().__init__(text, kind, tone)
        self.mode = Qt.TextElideMode.ElideRight
        self.setMinimumWidth(theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(24), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().tokens.colour(self.property("tone")))
        painter.setFont(self.font())
        shown = self.fontMetrics().elidedText(self.text(), self.mode, self.width())
        # Text of the other direction keeps its own order, and stands where this one's begins.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        align = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        flags = align | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
        painter.drawText(self.rect(), flags, shown)


class Middle(Elided):
    """A name of a file: without room it loses its middle, so that its ending is always seen."""

    def __init__(self, text: str = "", kind: Type = Type.CONTROL, tone: str = "text") -> None:
        super().__init__(text, kind, tone)
        self.mode = Qt.TextElideMode.ElideMiddle
        self.say(text)

    def say(self, text: str) -> None:
        self.setText(text)
        self.setToolTip(text)


class Button(QPushButton):
    """A button with words. `look`: filled, outlined, quiet, link or danger."""

    def __init__(self, text: str, look: str = "outlined", icon: str = "", tone: str = "") -> None:
        super().__init__(text)
        self.setProperty("look", look)
        self._icon = icon
        self._tone = tone or {"filled": "on_accent", "quiet": "text_2"}.get(look, "text")
        if icon:
            self.setIconSize(QSize(theme.px(16 + _ICON_GAP), theme.px(16)))
            theme.current().changed.connect(self._tint)
            self._tint()

    def set_look(self, look: str) -> None:
        self.setProperty("look", look)
        self._tone = {"filled": "on_accent", "quiet": "text_2"}.get(look, "text")
        self.style().unpolish(self)
        self.style().polish(self)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        if self._icon:
            self.setIcon(icons.icon(self._icon, self._tone, gap=_ICON_GAP))


class IconButton(QToolButton):
    """A button of one icon. Its name is what screen readers say and, with the key, its tooltip."""

    def __init__(self, icon: str, name: str, key: str = "", tone: str = "text_2") -> None:
        super().__init__()
        self.setProperty("look", "icon")
        self._icon = icon
        self._tone = tone
        self.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.name(name, key)
        theme.current().changed.connect(self._tint)
        self._tint()

    def name(self, name: str, key: str = "") -> None:
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  {key}" if key else name)

    def set_tone(self, tone: str) -> None:
        self._tone = tone
        self._tint()

    @Slot()
    def _tint(self) -> None:
        self.setIcon(icons.icon(self._icon, self._tone))


class Glyph(QLabel):
    """An icon that is not a button."""

    def __init__(self, icon: str, tone: str = "text_2", size: int = 16) -> None:
        super().__init__()
        self._icon, self._tone, self._size = icon, tone, size
        theme.current().changed.connect(self._tint)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        self.setPixmap(icons.pixmap(self._icon, self._tone, self._size, self.devicePixelRatio()))


class Mark(QLabel):
    """A service's mark; its full name is in the tooltip."""

    def __init__(self, service: str, kind: str = "", size: int = 14) -> None:
        super().__init__()
        self._of = (service, kind, size)
        theme.current().changed.connect(self._tint)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        self.setPixmap(icons.mark(*self._of, self.devicePixelRatio()))


class OwnMark(QLabel):
    """The program's own mark."""

    def __init__(self, size: int = 16) -> None:
        super().__init__()
        self._size = size
        theme.current().changed.connect(self._tint)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        self.setPixmap(icons.own(self._size, self.devicePixelRatio()))


class Dot(QWidget):
    """A dot of 8 that draws the eye to the words after it."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._tone = tone
        self.setFixedSize(theme.px(8), theme.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().tokens.colour(self._tone))
        painter.drawEllipse(QRectF(self.rect()))


class Avatar(QWidget):
    """A person as a disc with initials; screen readers hear the name beside it instead."""

    def __init__(self, who: Handle, size: int = 28, letters: int = 2) -> None:
        super().__init__()
        self._who = who
        self._letters = letters
        self.setFixedSize(theme.px(size), theme.px(size))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_avatar(painter, QRectF(self.rect()), self._who, self._letters)


class Line(QFrame):
    """A line of one pixel across."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        self.setProperty("surface", "line")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Keycap(QLabel):
    """A key as it is written on the keyboard."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.setProperty("keycap", True)
        self.setFixedHeight(theme.px(18))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)


def put(layout: QBoxLayout, widget: QWidget, stretch: int = 0, at: int = -1) -> None:
    """Add a widget to what is on the screen already: Qt itself would show it a moment later.

    Args:
        layout: has its place in a widget: what is shown without one becomes a window.
    """
    layout.insertWidget(at, widget, stretch)
    widget.show()


@contextmanager
def laid_out_once(widget: QWidget) -> Iterator[None]:
    """Keep a widget out of sight while it is filled; who had the keyboard in it has it again.

    In sight, Qt lays everything out anew for each part that is shown: five hundred chips took
    sixteen seconds.
    """
    focus = QApplication.focusWidget()
    seen, inside = widget.isVisible(), focus is not None and widget.isAncestorOf(focus)
    if seen:
        widget.hide()
    try:
        yield
    finally:
        if seen:
            widget.show()
        if inside and focus is not None:
            focus.setFocus()


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            clear(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def initials(who: Handle, letters: int = 2) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = [w for w in (who.name or who.address.split("@")[0]).split() if w[:1].isalnum()]
    if not words:
        return "?"
    if len(words) == 1 or letters == 1:
        return words[0][:letters].upper() if letters == 1 else words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


def draw_avatar(painter: QPainter, box: QRectF, who: Handle, letters: int = 2) -> None:
    """Paint a person's disc into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.avatar(who.key))
    painter.drawEllipse(box)
    letter_font = theme.font(Type.BUTTON)
    letter_font.setPixelSize(round(box.height() * (0.55 if letters == 1 else 0.39)))
    painter.setFont(letter_font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(who, letters))
    painter.restore()


class FocusRing(QWidget):
    """The 2 px ring, 2 px outside the button that has the focus, in every window of ours.

    Style sheets cannot draw outside a widget, and Fusion's own frame is a hair line; so one
    overlay per window follows the focus. Text boxes and the list show theirs themselves.
    """

    _GAP = 4

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._on: QWidget | None = None
        self._watched: list[QWidget] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101
        app.focusChanged.connect(self._follow)

    @Slot(QWidget, QWidget)
    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        for widget in self._watched:
            # Pages and sheets that have gone meanwhile took theirs with them.
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        ours = isinstance(new, QAbstractButton) and new.window() is self.parentWidget()
        self._on = new if ours else None
        if self._on is None:
            self.hide()
            return
        # Whatever holds the button may scroll or slide with it.
        holder: QWidget | None = self._on
        while holder is not None and holder is not self.parentWidget():
            holder.installEventFilter(self)
            self._watched.append(holder)
            holder = holder.parentWidget()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        elif event.type() in (QEvent.Type.Hide, QEvent.Type.Destroy):
            self.hide()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if self._on is None or parent is None:
            return
        corner = self._on.mapTo(parent, self._on.rect().topLeft())
        self.setGeometry(
            corner.x() - self._GAP,
            corner.y() - self._GAP,
            self._on.width() + 2 * self._GAP,
            self._on.height() + 2 * self._GAP,
        )
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().tokens.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
