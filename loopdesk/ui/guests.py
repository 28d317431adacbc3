"""Who is invited, and who of them has time.

guests = Guests(zone)
guests.show_people(handles), guests.people()
guests.changed, guests.looked_for        # Signal(), Signal(str): typed so far
guests.suggest(handles)                  # the people found for it
guests.show_time(start, end)             # the meeting's, UTC
guests.show_busy(busy)                   # by address: spans, None where nobody may know
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.people import Handle
from loopdesk.ui import theme, words
from loopdesk.ui.controls import Elided, Label, clear, laid_out_once
from loopdesk.ui.flow import Flow
from loopdesk.ui.more import More
from loopdesk.ui.recipients import Chip, Field
from loopdesk.ui.theme import Type

Span = tuple[datetime, datetime]
Busy = Mapping[str, Sequence[Span] | None]
_FROM, _UNTIL = time(7), time(20)
_NAME = 128
_SHOWN = 12


class Guests(QWidget):
    """Chips, a box for one more, and a line of the day for each."""

    changed = Signal()
    looked_for = Signal(str)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._time: Span | None = None
        self._busy: Busy = {}
        self._field = Field(self.tr("Guests"), self, open_always=True)
        self._field.box.setFixedWidth(theme.px(220))
        self._field.box.setPlaceholderText(self.tr("Add a guest by name or address"))
        self._field.changed.connect(self._change)
        self._field.looked_for.connect(self.looked_for)
        self._flow = Flow(gap=8, line_gap=6)
        self._flow.setContentsMargins(0, 4, 0, 4)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(self._flow)
        column.addLayout(self._lines)
        self._rest = More(_SHOWN)
        self._rest.wanted.connect(self._say)
        column.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignLeft)
        self._arrange()

    @property
    def box(self) -> QWidget:
        """Return where one more is typed."""
        return self._field.box

    def people(self) -> tuple[Handle, ...]:
        return self._field.people()

    def show_people(self, people: Iterable[Handle]) -> None:
        with laid_out_once(self):
            self._field.empty()
            for who in people:
                self._field.add(who)
            self._arrange()

    def suggest(self, handles: Iterable[Handle]) -> None:
        self._field.suggest(handles)

    def take_typed(self) -> bool:
        """Make a guest of an address that is typed; False: what is typed is none."""
        return not self._field.box.text().strip() or self._field.take_typed()

    def show_time(self, start: datetime | None, end: datetime | None) -> None:
        self._time = None if start is None or end is None else (start, end)
        self._say()

    def show_busy(self, busy: Busy) -> None:
        self._busy = busy
        self._say()

    @Slot()
    def _change(self) -> None:
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        while self._flow.takeAt(0) is not None:
            continue
        field = self._field
        for widget in (*field.chips, field.box):
            self._flow.addWidget(widget)
            if isinstance(widget, Chip):
                widget.show()
        self._say()
        self.updateGeometry()

    @Slot()
    def _say(self) -> None:
        clear(self._lines)
        named = self._rest.first(self.people() if self._time is not None else ())
        if self._time is None:
            return
        for who in named:
            known = who.address in self._busy
            spans = self._busy.get(who.address)
            self._lines.addWidget(_GuestLine(who, spans, self._time, self._zone, known=known))


class _GuestLine(QWidget):
    """One guest's day: what is taken of it, the meeting over it, and the answer in words."""

    def __init__(
        self, who: Handle, spans: Sequence[Span] | None, meant: Span, zone: tzinfo, *, known: bool
    ) -> None:
        super().__init__()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(8))
        name = Elided(words.name(who), Type.META, "text_2")
        name.setFixedWidth(theme.px(_NAME))
        across.addWidget(name)
        across.addWidget(_DayLine(spans or (), meant, zone, unknown=spans is None), 1)
        said, tone = _answer(spans, meant, zone, known=known)
        answer = Label(said, Type.META, tone)
        answer.setMinimumWidth(theme.px(120))
        across.addWidget(answer)
        self.setFixedHeight(theme.px(24))
        self.setAccessibleName(words.joined(words.name(who), said))


class _DayLine(QWidget):
    """The hours of a day on one line."""

    def __init__(self, spans: Sequence[Span], meant: Span, zone: tzinfo, *, unknown: bool) -> None:
        super().__init__()
        self._spans, self._meant, self._unknown = spans, meant, unknown
        on = meant[0].astimezone(zone).date()
        self._from = datetime.combine(on, _FROM, zone)
        self._until = datetime.combine(on, _UNTIL, zone)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme.current().tokens, QPainter(self)
        line = QRectF(0, (self.height() - theme.px(10)) / 2, self.width(), theme.px(10))
        painter.fillRect(line, t.colour("neutral_soft"))
        if not self._unknown:
            for span in self._spans:
                painter.fillRect(self._part(span, line), t.colour("control"))
        over = any(start < self._meant[1] and end > self._meant[0] for start, end in self._spans)
        mark = self._part(self._meant, line).adjusted(0, -theme.px(3), 0, theme.px(3))
        painter.setPen(t.colour("urgent" if over else "accent"))
        painter.drawRect(mark.adjusted(0.5, 0.5, -0.5, -0.5))

    def _part(self, span: Span, line: QRectF) -> QRectF:
        whole = (self._until - self._from) / timedelta(minutes=1)

        def at(moment: datetime) -> float:
            share = (moment - self._from) / timedelta(minutes=1) / whole
            return line.width() * min(max(share, 0.0), 1.0)

        left, right = at(span[0]), at(span[1])
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left, right = line.width() - right, line.width() - left
        return QRectF(left, line.top(), max(right - left, 0.0), line.height())


def _answer(
    spans: Sequence[Span] | None, meant: Span, zone: tzinfo, *, known: bool
) -> tuple[str, str]:
    """Return whether somebody has time, in words, and the tone they are said in."""
    if not known:
        return words.translate("guests", "Asking"), "text_3"
    if spans is None:
        return words.translate("guests", "Not known"), "text_3"
    over = [span for span in spans if span[0] < meant[1] and span[1] > meant[0]]
    if not over:
        return words.translate("guests", "Free"), "ok"
    said = words.translate("guests", "Busy {start} to {end}").format(
        start=words.clock(over[0][0], zone), end=words.clock(over[-1][1], zone)
    )
    return said, "urgent"
