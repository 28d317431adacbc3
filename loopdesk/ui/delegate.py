"""How one line of the list is painted. Every x is logical: it counts from where reading begins."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from loopdesk.core.actions import State
from loopdesk.core.filenames import letters
from loopdesk.core.items import Answer, ItemId, Kind
from loopdesk.core.people import Handle
from loopdesk.core.rows import Row, Section
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, icons, theme, words
from loopdesk.ui.models import Heading, Line, More, Role
from loopdesk.ui.ring import draw_ring
from loopdesk.ui.theme import Type
from loopdesk.ui.tile import draw_tile

ROW_HEIGHT = 56
HEADING_HEIGHT = 36
_KEPT = 60  # pictures of rows: a screen and what is scrolled to next
_TWO_TAGS = 560
_ONE_LINE = (
    Qt.AlignmentFlag.AlignVCenter
    | Qt.AlignmentFlag.AlignAbsolute
    | Qt.TextFlag.TextSingleLine
    | Qt.TextFlag.TextDontClip
)
_STATE_ICONS = {
    State.WAITING: ("clock", "text_3"),
    State.SENDING: ("send", "text_3"),
    State.REFUSED: ("circle-alert", "danger"),
    State.SNOOZED: ("clock", "text_3"),
}


class RowAction(StrEnum):
    """What the icons do that stand over a row under the pointer, and a task's ring."""

    DONE = "done"
    SNOOZE = "snooze"
    REPLY = "reply"
    ACCEPT = "accept"
    DECLINE = "decline"
    COMPLETE = "complete"
    REOPEN = "reopen"
    DUE = "due"
    COMMENT = "comment"


_ICONS = {
    RowAction.DONE: "check",
    RowAction.SNOOZE: "clock",
    RowAction.REPLY: "reply",
    RowAction.ACCEPT: "check",
    RowAction.DECLINE: "x",
    RowAction.DUE: "calendar",
    RowAction.COMMENT: "message-square",
}


def row_actions(row: Row) -> tuple[RowAction, ...]:
    """Return the actions offered over a row, as far as it takes them."""
    if row.kind is Kind.MEETING:
        open_question = row.meeting is not None and row.meeting.answer is not Answer.NONE
        answers = (RowAction.ACCEPT, RowAction.DECLINE) if open_question else (RowAction.DONE,)
        return (*answers, RowAction.SNOOZE)
    last = {
        Kind.MESSAGE: RowAction.REPLY,
        Kind.TASK: RowAction.DUE,
        Kind.FILE: RowAction.COMMENT,
    }[row.kind]
    taken = (last,) if last in row.actions else ()
    return (RowAction.DONE, RowAction.SNOOZE, *taken)


def ring_action(row: Row) -> RowAction | None:
    """Return what a press on a task's ring does; None: it has none, or cannot be turned."""
    if row.task is None:
        return None
    turned = RowAction.REOPEN if row.task.done else RowAction.COMPLETE
    return turned if turned in row.actions else None


@dataclass(frozen=True, slots=True)
class _Text:
    """A piece of text: where its box begins, how wide that is, how it looks."""

    shown: str
    font: QFont
    x: float
    y: float
    width: float
    tone: str
    ground: QRectF | None = None
    ground_tone: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """All that a row's picture depends on besides the row and the colours."""

    width: int
    minute: int
    rtl: bool
    selected: bool
    current: bool
    hovered: bool
    action: RowAction | None
    focused: bool
    dpr: float


@dataclass(frozen=True, slots=True)
class _Picture:
    row: Row
    look: _Look
    pixmap: QPixmap


class RowDelegate(QStyledItemDelegate):
    """Paints rows, headings and "more" lines.

    A row is drawn once for each of its looks and then kept as a picture: a frame of a full page
    costs as many copies as it has rows.
    """

    def __init__(self, clock: Clock, zone: tzinfo, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._zone = zone
        self._pictures: OrderedDict[ItemId, _Picture] = OrderedDict()
        self._sought: tuple[str, ...] = ()
        self.hovered: ItemId | None = None
        self.hovered_action: RowAction | None = None
        self.focused = False
        self.arrivals: dict[Section | None, int] = {}
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def mark(self, sought: tuple[str, ...]) -> None:
        """Lay a ground behind what a search looked for, wherever it stands in a row."""
        self._sought = tuple(word.casefold() for word in sought if word)
        self._pictures.clear()

    @Slot()
    def _restyle(self) -> None:
        self._tokens = theme.current().tokens
        self._scale = theme.current().scale
        self._fonts = {
            "row": theme.font(Type.BUTTON),
            "new": theme.font(Type.STRONG),
            "plain": theme.font(Type.CONTROL),
            "time": theme.font(Type.META, tabular=True),
            "tag": theme.font(Type.TAG),
            "heading": theme.font(Type.HEADING),
        }
        self._metrics = {name: QFontMetricsF(font) for name, font in self._fonts.items()}
        self._pictures.clear()

    # --- Qt's questions ---

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        line = index.data(Role.LINE)
        height = ROW_HEIGHT if isinstance(line, Row) else HEADING_HEIGHT
        return QSize(self._u(200), self._u(height))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line: Line = index.data(Role.LINE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.topLeft())
        if isinstance(line, Row):
            hovered = line.id == self.hovered
            look = _Look(
                rect.width(),
                int(self._clock.now().timestamp() // 60),
                rtl,
                selected=bool(state & QStyle.StateFlag.State_Selected),
                current=bool(state & QStyle.StateFlag.State_HasFocus),
                hovered=hovered,
                action=self.hovered_action if hovered else None,
                focused=self.focused,
                dpr=painter.device().devicePixelRatio(),
            )
            painter.drawPixmap(0, 0, self._picture(line, look))
        elif isinstance(line, Heading):
            self.paint_heading(painter, line, rect.width(), rtl)
        else:
            self._paint_more(painter, line, rect.width(), rtl)
        painter.restore()

    def action_at(self, row: Row, width: int, point: QPoint, rtl: bool) -> RowAction | None:
        """Return the action under a point of a hovered row, given from the row's corner."""
        ring = _mirrored(self._ring_box().adjusted(-4, -4, 4, 4), width, rtl)
        if (turned := ring_action(row)) is not None and ring.contains(QPointF(point)):
            return turned
        for box, action in self._action_boxes(row, width):
            if _mirrored(box, width, rtl).contains(QPointF(point)):
                return action
        return None

    # --- headings ---

    def paint_heading(self, painter: QPainter, line: Heading, width: int, rtl: bool) -> None:
        """Paint a heading at the painter's origin; also used for the one that sticks."""
        u = self._u
        height = u(HEADING_HEIGHT)
        painter.fillRect(0, 0, width, height, self._tokens.colour("bg"))
        dpr = painter.device().devicePixelRatio()
        shut = "chevron-left" if rtl else "chevron-right"
        arrow = icons.pixmap(shut if line.collapsed else "chevron-down", "text_2", dpr=dpr)
        self._draw_pixmap(painter, arrow, QRectF(u(12), u(10), u(16), u(16)), width, rtl)
        pieces: list[tuple[str, str, str, float]] = [(line.title, "heading", "text", u(32))]
        if new := self.arrivals.get(line.section, 0):
            x = u(32) + self._metrics["heading"].horizontalAdvance(line.title) + u(8)
            pieces.append((self.tr("{n} new").format(n=new), "tag", "accent", x))
        for text, font, tone, x in pieces:
            self._draw_text(painter, text, font, tone, x, 0, height, width, rtl)
        total = line.number
        x = width - u(16) - self._metrics["time"].horizontalAdvance(total)
        self._draw_text(painter, total, "time", "text_3", x, 0, height, width, rtl)

    def _paint_more(self, painter: QPainter, line: More, width: int, rtl: bool) -> None:
        text = self.tr("{n} more").format(n=words.count(line.hidden))
        height = self._u(HEADING_HEIGHT)
        self._draw_text(painter, text, "row", "accent", self._u(72), 0, height, width, rtl)

    # --- rows ---

    def _picture(self, row: Row, look: _Look) -> QPixmap:
        known = self._pictures.get(row.id)
        if known is not None and known.row is row and known.look == look:
            self._pictures.move_to_end(row.id)
            return known.pixmap
        size = QSize(look.width, self._u(ROW_HEIGHT))
        pixmap = QPixmap(size * look.dpr)
        pixmap.setDevicePixelRatio(look.dpr)
        pixmap.fill(self._tokens.colour("bg"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_row(painter, row, look)
        painter.end()
        self._pictures[row.id] = _Picture(row, look, pixmap)
        self._pictures.move_to_end(row.id)
        if len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        return pixmap

    def _paint_row(self, painter: QPainter, row: Row, look: _Look) -> None:
        u, colour = self._u, self._tokens.colour
        width, rtl, dpr = look.width, look.rtl, look.dpr
        ground = "bg"
        box = QRectF(u(8), 1, width - 2 * u(8), u(ROW_HEIGHT) - 2)
        if look.selected:
            ground = "selected" if look.focused else "hover"
        elif look.hovered:
            ground = "hover"
        if ground != "bg":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(ground))
            painter.drawRoundedRect(box, u(8), u(8))
        if look.selected and not look.focused:
            self._outline(painter, box, "border", 1)
        if look.current and look.focused and not look.selected:
            self._outline(painter, box, "accent", 2)
        self._paint_dot(painter, row, width, rtl)
        lead = _mirrored(QRectF(u(28), u(12), u(32), u(32)), width, rtl)
        if row.task is not None:
            pointed = look.action in (RowAction.COMPLETE, RowAction.REOPEN)
            circle = _mirrored(self._ring_box(), width, rtl)
            draw_ring(painter, circle, done=row.task.done, hovered=pointed)
        elif row.file is not None:
            shown = letters(row.title, row.file.type)
            draw_tile(painter, lead, shown, selected=look.selected)
        else:
            self._paint_lead(painter, row, lead, look.selected, dpr)
        mark = _mirrored(QRectF(u(50), u(34), u(14), u(14)), width, rtl)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(ground))
        ring = u(2)
        painter.drawRoundedRect(mark.adjusted(-ring, -ring, ring, ring), u(5), u(5))
        painter.drawPixmap(mark.topLeft(), icons.mark(row.service, icons.kind(row), dpr=dpr))
        texts, state_x = self._lay(row, look)
        for text in texts:
            self._paint_text(painter, text, width, rtl)
        if look.hovered:
            self._paint_actions(painter, row, look)
        elif row.state in _STATE_ICONS:
            icon, tone = _STATE_ICONS[row.state]
            place = QRectF(state_x, u(11), u(14), u(14))
            self._draw_pixmap(painter, icons.pixmap(icon, tone, 14, dpr), place, width, rtl)

    def _outline(self, painter: QPainter, box: QRectF, tone: str, thick: int) -> None:
        half = thick / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._tokens.colour(tone), thick))
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), self._u(8), self._u(8))

    def _paint_dot(self, painter: QPainter, row: Row, width: int, rtl: bool) -> None:
        if not row.unread:
            return
        u = self._u
        dot = _mirrored(QRectF(u(18), u(15), u(6), u(6)), width, rtl)
        accent = self._tokens.colour("accent")
        if row.seen:
            painter.setPen(QPen(accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
        painter.drawEllipse(dot)

    def _paint_lead(
        self, painter: QPainter, row: Row, lead: QRectF, selected: bool, dpr: float
    ) -> None:
        if row.kind is Kind.MESSAGE:
            controls.draw_avatar(painter, lead, row.people[0] if row.people else Handle(row.title))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._tokens.colour("bg" if selected else "neutral_soft"))
        painter.drawRoundedRect(lead, self._u(6), self._u(6))
        if row.at is None:
            size = self._u(16)
            glyph = icons.pixmap("calendar", "text_2", dpr=dpr)
            corner = lead.center() - QPointF(size / 2, size / 2)
            painter.drawPixmap(corner, glyph)
            return
        painter.setFont(self._fonts["row"])
        painter.setPen(self._tokens.colour("text_2"))
        hour = words.hour(row.at, self._zone)
        painter.drawText(lead, Qt.AlignmentFlag.AlignCenter, hour)

    def _ring_box(self) -> QRectF:
        u = self._u
        return QRectF(u(30), u(14), u(20), u(20))

    def _action_boxes(self, row: Row, width: int) -> list[tuple[QRectF, RowAction]]:
        u = self._u
        offered = row_actions(row)
        first = width - u(16) - u(28) * len(offered)
        return [
            (QRectF(first + n * u(28), u(4), u(28), u(28)), action)
            for n, action in enumerate(offered)
        ]

    def _paint_actions(self, painter: QPainter, row: Row, look: _Look) -> None:
        u = self._u
        for logical, action in self._action_boxes(row, look.width):
            box = _mirrored(logical, look.width, look.rtl)
            if action is look.action:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._tokens.colour("border"))
                painter.drawRoundedRect(box, u(6), u(6))
            icon = icons.pixmap(_ICONS[action], "text_2", dpr=look.dpr)
            painter.drawPixmap(box.topLeft() + QPointF(u(6), u(6)), icon)

    # --- laying out ---

    def _lay(self, row: Row, look: _Look) -> tuple[list[_Text], float]:
        """Return a row's texts, and where the icon of its state stands."""
        u, width = self._u, look.width
        right = float(width - u(16))
        texts: list[_Text] = []
        state_x = right
        if look.hovered:
            right = width - u(16) - u(28) * len(row_actions(row)) - u(4)
        else:
            time = words.when(row, self._clock.now(), self._zone)
            wide = self._metrics["time"].horizontalAdvance(time)
            late = row.task is not None and words.is_overdue(
                row.task, self._clock.now(), self._zone
            )
            tone = "urgent" if late else "text_3"
            texts.append(self._text(time, "time", tone, right - wide, u(9), wide + 1))
            right -= wide
            if row.state in _STATE_ICONS:
                state_x = right - u(4) - u(14)
                right = state_x
            right -= u(8)
        texts += self._first_line(row, u(72), right, width)
        texts += self._second_line(row, u(72), float(width - u(16)))
        return texts, state_x

    def _first_line(self, row: Row, left: float, right: float, width: int) -> list[_Text]:
        u, metrics = self._u, self._metrics["tag"]
        tags = _tags(row)[: 2 if width >= u(_TWO_TAGS) else 1]
        widest = 0.4 * (width - u(88))
        boxes = [min(metrics.horizontalAdvance(tag) + u(12) + 1, widest) for tag in tags]
        font = "new" if row.new else "row"
        who = words.who(row)
        # The name gives way before the tag does.
        room = right - left - sum(box + u(8) for box in boxes)
        wide = min(self._metrics[font].horizontalAdvance(who) + 1, max(room, u(40)))
        texts = [self._text(who, font, "text", left, u(9), wide)]
        x = left + wide + u(8)
        tone = "urgent" if row.section is Section.NOW else "text_2"
        soft = "urgent_soft" if row.section is Section.NOW else "neutral_soft"
        for tag, box in zip(tags, boxes, strict=True):
            box = min(box, right - x)
            if box < u(24):
                break
            ground = QRectF(x, u(9), box, u(18))
            inner = self._text(tag, "tag", tone, x + u(6), u(9), box - u(12), ground, soft)
            texts.append(inner)
            x += box + u(8)
        return texts

    def _second_line(self, row: Row, left: float, right: float) -> list[_Text]:
        what, rest = words.what(row)
        wide = min(self._metrics["plain"].horizontalAdvance(what) + 1, right - left)
        tone = "text" if row.new else "text_2"
        texts = [self._text(what, "plain", tone, left, self._u(29), wide)]
        x = left + wide + self._u(6)
        if rest and right - x > self._u(24):
            texts.append(self._text(rest, "plain", "text_3", x, self._u(29), right - x))
        return texts

    def _text(
        self,
        text: str,
        font: str,
        tone: str,
        x: float,
        y: float,
        width: float,
        ground: QRectF | None = None,
        ground_tone: str = "",
    ) -> _Text:
        shown = self._metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, width)
        return _Text(shown, self._fonts[font], x, y, width, tone, ground, ground_tone)

    def _paint_text(self, painter: QPainter, text: _Text, width: int, rtl: bool) -> None:
        if text.ground is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._tokens.colour(text.ground_tone))
            box = _mirrored(text.ground, width, rtl)
            painter.drawRoundedRect(box, self._u(4), self._u(4))
        painter.setFont(text.font)
        painter.setPen(self._tokens.colour(text.tone))
        box = _mirrored(QRectF(text.x, text.y, text.width, self._u(18)), width, rtl)
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        if text.ground is None and text.font is not self._fonts["time"] and not rtl:
            self._paint_marks(painter, text, box)
        painter.drawText(box, _ONE_LINE | side, text.shown)

    def _paint_marks(self, painter: QPainter, text: _Text, box: QRectF) -> None:
        folded = text.shown.casefold()
        # Some letters fold into two: then places in one are not places in the other.
        if not self._sought or len(folded) != len(text.shown):
            return
        advance = QFontMetricsF(text.font).horizontalAdvance
        for word in self._sought:
            at = folded.find(word)
            while at >= 0:
                left = box.left() + advance(text.shown[:at])
                wide = advance(text.shown[at : at + len(word)])
                ground = QRectF(left - 1, box.top() + 1, wide + 2, box.height() - 2)
                path = QPainterPath()
                path.addRoundedRect(ground, self._u(2), self._u(2))
                painter.fillPath(path, self._tokens.colour("mark"))
                at = folded.find(word, at + len(word))

    def _draw_text(
        self,
        painter: QPainter,
        text: str,
        font: str,
        tone: str,
        x: float,
        y: float,
        height: float,
        width: int,
        rtl: bool,
    ) -> None:
        wide = self._metrics[font].horizontalAdvance(text) + 1
        painter.setFont(self._fonts[font])
        painter.setPen(self._tokens.colour(tone))
        box = _mirrored(QRectF(x, y, wide, height), width, rtl)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _draw_pixmap(
        self, painter: QPainter, pixmap: QPixmap, place: QRectF, width: int, rtl: bool
    ) -> None:
        painter.drawPixmap(_mirrored(place, width, rtl).topLeft(), pixmap)

    def _u(self, length: float) -> int:
        return round(length * self._scale)


def _tags(row: Row) -> list[str]:
    """Return the words of the reasons that lift a row, strongest first; none in Later."""
    if not row.tag or row.section is Section.LATER:
        return []
    others = [r.text for r in row.reasons if r.weight > 0 and r.text != row.tag]
    return [row.tag, *others[:1]]


def _mirrored(box: QRectF, width: int, rtl: bool) -> QRectF:
    if not rtl:
        return box
    return QRectF(width - box.right(), box.top(), box.width(), box.height())
