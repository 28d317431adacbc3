"""How a meeting or a due task is painted on the days, and how it is said.

Filled: the time is taken. Hatched: maybe. A broken line round it: not answered. Struck and faint:
declined. A calendar's own colour is its leading edge, as dark or light as the ground needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from loopdesk.core.actions import State
from loopdesk.core.items import Answer
from loopdesk.core.rows import Row
from loopdesk.ui import icons, theme, words
from loopdesk.ui.theme import Type

EDGE = 3
PAD = 8
_NARROW = 56
_FEW = 3
_ENOUGH = 3.0
"""Contrast that a mark without words needs (WCAG 2.2, 1.4.11)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a block besides its row.

    Args:
        colour: of its calendar, "#rrggbb" or "".
        current: the person is on it.
        next: it is what the title row calls next.
        past: it is over.
        leaving: the person's order takes it away; it is about to go.
        begins, ends: it does so here, not on another day.
    """

    colour: str = ""
    current: bool = False
    next: bool = False
    past: bool = False
    leaving: bool = False
    begins: bool = True
    ends: bool = True


class Swatch(QWidget):
    """A calendar's colour; its name stands beside it."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(theme.px(12), theme.px(18))
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, side = QPainter(self), theme.px(12)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge(self._colour, theme.current().tokens.bg))
        painter.drawRoundedRect(QRectF(0, (self.height() - side) / 2, side, side), 3, 3)


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours (WCAG 2)."""

    def light(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    bright, dim = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@lru_cache(maxsize=256)
def edge(colour: str, ground: str) -> QColor:
    """Return a calendar's colour, moved from the ground until it can be told from it."""
    found = QColor(colour)
    behind = QColor(ground)
    if not found.isValid():
        return QColor(theme.current().tokens.control)
    dark = behind.lightnessF() < 0.5
    for _ in range(20):
        if contrast(found, behind) >= _ENOUGH:
            break
        lighter = found.lightnessF() + (0.04 if dark else -0.04)
        hue = max(found.hslHueF(), 0.0)  # of a grey it is none
        found = QColor.fromHslF(hue, found.hslSaturationF(), min(max(lighter, 0.0), 1.0))
    return found


def draw(
    painter: QPainter,
    box: QRectF,
    row: Row,
    look: Look,
    times: Sequence[str],
    direction: Qt.LayoutDirection,
) -> None:
    """Paint one block.

    Args:
        times: ways to say when it is, the longest first; the first that there is room for follows
            the title, or stands below it.
    """
    u, t = theme.px, theme.current().tokens
    answer = row.meeting.answer if row.meeting is not None else Answer.NONE
    busy = row.meeting is None or row.meeting.busy
    declined = answer is Answer.DECLINED
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.leaving:
        painter.setOpacity(0.4)
    radius = min(u(6), box.height() / 2)
    ground, fill, pen = t.bg, QBrush(Qt.BrushStyle.NoBrush), QPen(Qt.PenStyle.NoPen)
    if row.task is not None:
        ground = t.neutral_soft if row.task.done else t.urgent_soft
        fill = QBrush(QColor(ground))
    elif declined or not busy:
        fill, pen = QBrush(t.colour("bg")), QPen(t.colour("border"), 1)
    elif answer is Answer.PENDING:
        fill, pen = QBrush(t.colour("bg")), QPen(t.colour("accent"), 1, Qt.PenStyle.DashLine)
    elif answer is Answer.TENTATIVE:
        fill, pen = QBrush(t.colour("bg")), QPen(t.colour("border"), 1)
    else:
        ground = t.neutral_soft if look.past else t.selected
        fill = QBrush(QColor(ground))
    shape = QPainterPath()
    inside = box.adjusted(0.5, 0.5, -0.5, -0.5)
    shape.addRoundedRect(inside, radius, radius)
    painter.fillPath(shape, QBrush(t.colour("bg")))
    painter.fillPath(shape, fill)
    painter.save()
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    if answer is Answer.TENTATIVE:
        _hatch(painter, box, t.colour("border" if look.past else "accent_soft"), u(8))
    rtl = direction == Qt.LayoutDirection.RightToLeft
    if row.meeting is not None:
        strip = QRectF(box.left(), box.top(), u(EDGE), box.height())
        if rtl:
            strip.moveRight(box.right())
        painter.fillRect(strip, edge(look.colour, ground))
    painter.restore()
    if look.current:
        pen = QPen(t.colour("accent"), 2)
        shape = QPainterPath()
        shape.addRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
    painter.strokePath(shape, pen)
    faint = declined or look.past or (row.task is not None and row.task.done)
    tone = "text_3" if faint else "urgent" if row.task is not None else "text"
    _words(painter, box, row, look, times, tone, rtl)
    painter.restore()


def _words(
    painter: QPainter, box: QRectF, row: Row, look: Look, times: Sequence[str], tone: str, rtl: bool
) -> None:
    u, t = theme.px, theme.current().tokens
    narrow = box.width() < u(_NARROW)
    left, right = (
        box.left() + u(EDGE + (3 if narrow else PAD)),
        box.right() - u(2 if narrow else 6),
    )
    dpr = painter.device().devicePixelRatio()
    line: int = theme.px(Type.BUTTON.line)
    tall = box.height() >= 2 * line + u(6)
    top = box.top() + (u(4) if tall else (box.height() - line) / 2)

    def place(inner: QRectF) -> QRectF:
        if not rtl:
            return inner
        return QRectF(box.left() + box.right() - inner.right(), inner.top(), *_size(inner))

    lead, sign = "", {State.WAITING: "clock", State.SENDING: "send", State.REFUSED: "circle-alert"}
    if row.task is not None:
        lead = "circle-check" if row.task.done else "circle"
    if lead and not narrow:
        picture = icons.pixmap(lead, tone, 14, dpr)
        spot = place(QRectF(left, top + (line - u(14)) / 2, u(14), u(14)))
        painter.drawPixmap(spot.topLeft(), picture)
        left += u(20)
    if row.state in sign and right - left > u(40):
        name = "danger" if row.state is State.REFUSED else "text_3"
        picture = icons.pixmap(sign[row.state], name, 12, dpr)
        spot = place(QRectF(right - u(12), top + (line - u(12)) / 2, u(12), u(12)))
        painter.drawPixmap(spot.topLeft(), picture)
        right -= u(18)
    title_font = theme.font(Type.STRONG if look.next else Type.BUTTON)
    title_font.setStrikeOut(row.meeting is not None and row.meeting.answer is Answer.DECLINED)
    painter.setFont(title_font)
    painter.setPen(t.colour(tone))
    align = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    flags = align | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    room = max(right - left, 0.0)
    title = row.title or words.translate("day", "No title")
    metrics = painter.fontMetrics()
    wide = metrics.horizontalAdvance(title)
    under = top + line
    if tall and wide > room:
        # A narrow column: the title goes on below, as far as the block does.
        under = top
        for part, high in lines_in(title, title_font, room, box.height() - u(8)):
            painter.drawText(place(QRectF(left, under, room, high)), flags, part)
            under += high
    else:
        shown = _shortened(title, QFontMetricsF(title_font), room)
        wide = metrics.horizontalAdvance(shown)
        painter.drawText(place(QRectF(left, top, room, line)), flags, shown)
    painter.setFont(theme.font(Type.META, tabular=True))
    painter.setPen(t.colour("text_3" if tone == "text_3" else "text_2"))
    if tall:
        spot = QRectF(left, under, room, theme.px(Type.META.line))
    else:
        beside = left + wide + u(8)
        spot = QRectF(beside, top, right - beside, line)
    metrics = painter.fontMetrics()
    fitting = (said for said in times if metrics.horizontalAdvance(said) <= spot.width())
    if not tall or spot.bottom() <= box.bottom():
        painter.drawText(place(spot), flags, next(fitting, ""))


def lines_in(text: str, font: QFont, room: float, most: float) -> list[tuple[str, float]]:
    """Return the lines that a text takes, each with its height: other scripts stand higher.

    Lines end between words. Where not even the first word fits, its beginning is all there is.

    Args:
        room: how wide they may be.
        most: how high all may be; what does not fit ends in an ellipsis. There is always one.
    """
    metrics = QFontMetricsF(font)
    layout = QTextLayout(text, font)
    how = QTextOption()
    how.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(how)
    layout.beginLayout()
    found: list[tuple[int, float]] = []
    used = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        used += line.height()
        if found and used > most:
            break
        if not found and line.naturalTextWidth() > room:
            layout.endLayout()
            return [(_shortened(text, metrics, room), line.height())]
        found.append((line.textStart(), line.height()))
    layout.endLayout()
    ends = [start for start, _ in found[1:]]
    ends.append(len(text))
    return [
        (_shortened(text[start:end].strip(), metrics, room), high)
        for (start, high), end in zip(found, ends, strict=True)
    ]


def _shortened(text: str, metrics: QFontMetricsF, room: float) -> str:
    """Return as much of a text as there is room for, with an ellipsis where it says anything."""
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    if shown == text or len(shown) > _FEW:
        return shown
    return next(
        (text[:end] for end in range(_FEW, 0, -1) if metrics.horizontalAdvance(text[:end]) <= room),
        "",
    )


def _size(box: QRectF) -> tuple[float, float]:
    return box.width(), box.height()


def _hatch(painter: QPainter, box: QRectF, colour: QColor, gap: int) -> None:
    painter.setPen(QPen(colour, gap / 2.5))
    at = box.left() - box.height()
    while at < box.right():
        painter.drawLine(
            QRectF(at, box.bottom(), 0, 0).topLeft(),
            QRectF(at + box.height(), box.top(), 0, 0).topLeft(),
        )
        at += gap


def sentence(row: Row, now: datetime, zone: tzinfo, calendar: str, *, is_next: bool) -> str:
    """Return a block as a screen reader says it."""
    title = row.title or words.translate("day", "No title")
    if row.task is not None:
        due = row.task.due_on or (
            row.task.due_at.astimezone(zone).date() if row.task.due_at else None
        )
        on = words.day(due, now.astimezone(zone).date()) if due is not None else ""
        done = words.translate("day", "done") if row.task.done else ""
        return words.joined(words.translate("day", "Task {title}").format(title=title), on, done)
    meeting = row.meeting
    if meeting is None:
        return title
    return words.joined(
        title,
        words.span(meeting, now, zone),
        words.translate("day", "comes next") if is_next else "",
        words.answer(meeting.answer),
        meeting.location,
        calendar,
        words.pending(row, now, zone),
    )
