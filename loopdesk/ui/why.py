"""Why a row stands where it stands: its reasons with their weights, and two ways to teach.

why = WhyPopover(window)
why.explain(row, "First of 4 in Needs you now", beside=button)
why.liked.connect(slot)           # Liked(row, "more" or "less")
why.newest_first.connect(slot)    # the order is to be switched off
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLocale, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.rows import Reason, Row, Section
from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Glyph, Label, Line, clear
from loopdesk.ui.floating import Layer
from loopdesk.ui.theme import Type

_WIDTH = 440
_A_LITTLE = 0.15
_A_LOT = 0.35


@dataclass(frozen=True, slots=True)
class Liked:
    """The person wants more, or less, like this row: `name` is the action."""

    row: Row
    name: str


class WhyPopover(Layer):
    """The reasons of one row."""

    liked = Signal(object)
    newest_first = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH))
        self._row: Row | None = None
        self.setAccessibleName(self.tr("Why is this here"))
        head = QVBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.setSpacing(4)
        head.addWidget(Label(self.tr("Why is this here"), Type.READER_TITLE))
        self._place_words = Label("", tone="text_2")
        head.addWidget(self._place_words)
        self._reasons = QVBoxLayout()
        self._reasons.setContentsMargins(16, 0, 16, 12)
        self._reasons.setSpacing(0)
        more = Button(self.tr("More like this"))
        more.clicked.connect(self._more)
        less = Button(self.tr("Less like this"))
        less.clicked.connect(self._less)
        newest = Button(self.tr("Newest first"), "quiet")
        newest.clicked.connect(self._newest_first)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 12, 16, 12)
        buttons.setSpacing(8)
        buttons.addWidget(more)
        buttons.addWidget(less)
        buttons.addStretch(1)
        buttons.addWidget(newest)
        foot = QFrame()
        foot.setProperty("surface", "foot")
        within = QHBoxLayout(foot)
        within.setContentsMargins(16, 10, 16, 10)
        within.addWidget(Label(self.tr("Learnt on this computer only"), Type.META, "text_3"))
        self.body.addLayout(head)
        self.body.addLayout(self._reasons)
        self.body.addWidget(Line())
        self.body.addLayout(buttons)
        self.body.addWidget(foot)

    def explain(self, row: Row, place: str, beside: QWidget | None = None) -> None:
        """Show the reasons of `row`, strongest first. `place`: where it stands, in words."""
        self._row = row
        self._place_words.setText(place)
        clear(self._reasons)
        whole = sum(abs(reason.weight) for reason in row.reasons) or 1.0
        for reason in row.reasons:
            # What the row's tag says is what lifted it over the line.
            decides = row.section is Section.NOW and reason.text == row.tag
            self._reasons.addWidget(_Reason(reason, abs(reason.weight) / whole, decides=decides))
        if not row.reasons:
            self._reasons.addWidget(Label(self.tr("Nothing raises or lowers it"), tone="text_2"))
        self.open(beside)

    @Slot()
    def _more(self) -> None:
        self._like("more")

    @Slot()
    def _less(self) -> None:
        self._like("less")

    def _like(self, name: str) -> None:
        row = self._row
        self.close_layer()
        if row is not None:
            self.liked.emit(Liked(row, name))

    @Slot()
    def _newest_first(self) -> None:
        self.close_layer()
        self.newest_first.emit()


class _Reason(QWidget):
    """One reason: which way it moves the row, in words, and how much."""

    def __init__(self, reason: Reason, share: float, *, decides: bool) -> None:
        super().__init__()
        raises = reason.weight > 0
        if decides:
            icon, tone = "clock", "urgent"
            effect = self.tr("Puts it in Needs you now")
        elif raises:
            icon, tone = "chevron-up", "accent"
            effect = self.tr("Raises it")
        else:
            icon, tone = "chevron-down", "text_2"
            effect = self.tr("Lowers it")
        if not decides and share >= _A_LOT:
            effect = self.tr("Raises it a lot") if raises else self.tr("Lowers it a lot")
        elif not decides and share < _A_LITTLE:
            effect = self.tr("Raises it a little") if raises else self.tr("Lowers it a little")
        how_much = Label(effect, Type.META, "urgent" if decides else "text_3")
        weight = QLocale().toString(float(reason.weight), "f", 2)
        how_much.setToolTip(self.tr("Weight {n}").format(n=weight))
        how_much.setAccessibleDescription(self.tr("Weight {n}").format(n=weight))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        self.setFixedHeight(theme.px(32))
        line.addWidget(Glyph(icon, tone))
        line.addWidget(Label(reason.text), 1)
        line.addWidget(how_much)
