"""What belongs with an item, as chips under its title; and the mails that only announced it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.rows import Body, Row
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, icons, theme, words
from loopdesk.ui.controls import Button
from loopdesk.ui.flow import Flow
from loopdesk.ui.theme import Type

_MOST = 4
_LEAST = 2
_WIDEST, _READABLE, _NARROWEST = 240, 190, 120
_MORE = 48
_ROOM = 672
"""What the chips share on one line; a reader that is narrower wraps them."""
_HIGH, _PAD, _GAP, _MARK = 32, 10, 6, 14


def led_to(body: Body, address: str) -> Row | None:
    """Return the item here that an address of this one leads to, None where it is none of them.

    What belongs with an item was found by such addresses; which of them leads to which is told by
    the item's own page, or by what the link is called.
    """
    called = {
        link.title.casefold()
        for entry in body.entries
        for link in entry.links
        if link.url == address and link.title
    }
    return next(
        (row for row in body.loop if row.url == address or row.title.casefold() in called), None
    )


class LoopStrip(QWidget):
    """At most four chips, then how many more there are; pressed, each opens."""

    opened = Signal(Row)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone
        self._loop: tuple[Row, ...] = ()
        self._echoes: tuple[Row, ...] = ()
        self._whole = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(theme.px(4))
        self._flow = Flow(gap=8, line_gap=8)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._chips = QWidget()
        self._chips.setLayout(self._flow)
        column.addWidget(self._chips)
        self._by_mail = QHBoxLayout()
        column.addLayout(self._by_mail)
        self.hide()

    def show_rows(self, loop: Sequence[Row], echoes: Sequence[Row]) -> None:
        """Show what belongs with the item, nearest first, and the newest mail about it."""
        if (tuple(loop), tuple(echoes)) == (self._loop, self._echoes):
            return
        self._loop, self._echoes = tuple(loop), tuple(echoes)
        self._fill()
        controls.clear(self._by_mail)
        if echoes:
            at = words.when(echoes[0], self._clock.now(), self._zone)
            said = self.tr("Also by mail, {time}").format(time=at)
            if more := len(echoes) - 1:
                said = self.tr("Also by mail, {time}, and {n} more").format(time=at, n=more)
            mail = Button(said, "link")
            mail.clicked.connect(partial(self._open, echoes[0]))
            controls.put(self._by_mail, mail)
            self._by_mail.addStretch()
        self.setVisible(bool(loop or echoes))

    def _fill(self) -> None:
        with controls.laid_out_once(self._chips):
            controls.clear(self._flow)
            now = self._clock.now()
            shown = self._loop if self._whole else self._loop[:_MOST]
            chips = [Chip(row, words.when(row, now, self._zone)) for row in shown]
            widths = [chip.wanted for chip in chips]
            if not self._whole:
                widths = _shared(widths, more=len(shown) < len(self._loop))
            shown = shown[: len(widths)]
            for row, chip, wide in zip(shown, chips, widths, strict=False):
                chip.setFixedWidth(wide)
                chip.clicked.connect(partial(self._open, row))
                self._flow.addWidget(chip)
                chip.show()
            if left := len(self._loop) - len(shown):
                more = Button(f"+{left}")
                more.setAccessibleName(self.tr("{n} more").format(n=left))
                more.clicked.connect(self._unfold)
                self._flow.addWidget(more)
                more.show()
        self._chips.setVisible(bool(self._loop))

    def _open(self, row: Row, _checked: bool = False) -> None:
        self.opened.emit(row)

    @Slot()
    def _unfold(self) -> None:
        self._whole = True
        self._fill()


class Chip(QAbstractButton):
    """One thing: its mark, its name, when it is or was."""

    def __init__(self, row: Row, when: str) -> None:
        super().__init__()
        self._row, self._when = row, when
        name = words.who(row) if row.people and not row.title else row.title
        self._name = name or words.who(row)
        self.setAccessibleName(words.joined(self._name, when))
        self.setToolTip(self._name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name_font = theme.font(Type.BUTTON)
        self._time_font = theme.font(Type.CONTROL, tabular=True)
        time = QFontMetricsF(self._time_font).horizontalAdvance(when)
        fixed = theme.px(2 * _PAD + _MARK + 2 * _GAP) + time
        name_wide = QFontMetricsF(self._name_font).horizontalAdvance(self._name) + 1
        self.wanted = round(min(fixed + name_wide, theme.px(_WIDEST))) + 1
        self._time_wide = time
        self.setFixedSize(self.wanted, theme.px(_HIGH))

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current().tokens
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(tokens.colour("border"), 1))
        painter.setBrush(tokens.colour("hover" if self.underMouse() else "bg"))
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft

        def at(left: float, wide: float) -> QRectF:
            x = self.width() - left - wide if rtl else left
            return QRectF(x, 0, wide, self.height())

        side = theme.px(_MARK)
        mark = at(theme.px(_PAD), side)
        mark.moveTop((self.height() - side) / 2)
        mark.setHeight(side)
        painter.drawPixmap(
            mark.topLeft(),
            icons.mark(self._row.service, icons.kind(self._row), dpr=self.devicePixelRatioF()),
        )
        left = theme.px(_PAD) + side + theme.px(_GAP)
        room = self.width() - left - self._time_wide - theme.px(_GAP + _PAD)
        begin = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        flags = begin | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        metrics = QFontMetricsF(self._name_font)
        shown = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room + 1)
        painter.setFont(self._name_font)
        painter.setPen(tokens.colour("text"))
        painter.drawText(at(left, room + 1), flags, shown)
        painter.setFont(self._time_font)
        painter.setPen(tokens.colour("text_2"))
        painter.drawText(at(left + room + theme.px(_GAP), self._time_wide + 1), flags, self._when)


def _shared(wanted: Sequence[int], *, more: bool) -> list[int]:
    """Return widths that fit on one line: the widest chips give way first, down to a bound.

    The last ones may be left out, to be counted after them, so that the others' names can be read.

    Args:
        more: there are others beside these anyway.
    """
    shown = len(wanted)
    while shown > _LEAST and _line(wanted[:shown], theme.px(_READABLE)) > _room(shown, more):
        shown, more = shown - 1, True
    most = max(wanted, default=0)
    while most > theme.px(_NARROWEST) and _line(wanted[:shown], most) > _room(shown, more):
        most -= 1
    return [min(one, most) for one in wanted[:shown]]


def _line(wanted: Sequence[int], most: int) -> int:
    return sum(min(one, most) for one in wanted)


def _room(chips: int, more: bool) -> int:
    """Return what so many chips share on one line."""
    gaps = theme.px(8) * (chips - 1)
    return theme.px(_ROOM) - gaps - (theme.px(8 + _MORE) if more else 0)
