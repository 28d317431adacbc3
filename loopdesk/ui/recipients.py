"""Who a letter goes to, as chips, so that a reply to all is seen before it leaves.

line = Recipients()                 # To, Copy and Hidden copy on one line, which wraps
rows = Recipients(rows=True)        # each on a line of its own
line.show_people(to, cc, bcc)       # "Name <address>" or an address each
line.to(), line.cc(), line.bcc()    # as they are now
line.changed, line.looked_for       # Signal(), Signal(str): typed so far
line.suggest(handles)               # the people found for it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from email.utils import formataddr

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from loopdesk.core.people import Handle, handle_of
from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Avatar, Button, IconButton, Label, Line
from loopdesk.ui.flow import Flow
from loopdesk.ui.offers import Offers

CAPTION = 62
"""Width of the names before the lines of a letter's heading."""
CAPTION_DOCKED = 50
_BOX, _IDLE = 180, 24


def spelt(who: Handle) -> str:
    """Return a person as an action's arguments spell them."""
    return formataddr((who.name, who.address)) if who.address else who.name


class Chip(QFrame):
    """One recipient, with a cross that takes them out."""

    removed = Signal()

    def __init__(self, who: Handle) -> None:
        super().__init__()
        self.who = who
        self.setProperty("surface", "chip")
        self.setFixedHeight(theme.px(24))
        self.setToolTip(who.address)
        name = Label(who.name or who.address)
        cross = IconButton("x", self.tr("Take out {name}").format(name=name.text()))
        cross.setProperty("small", True)
        cross.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(Avatar(who, 20, 1))
        row.addWidget(name)
        row.addWidget(cross)


class Field(QObject):
    """To, Copy or guests: its chips, and the box where one more is typed."""

    changed = Signal()
    looked_for = Signal(str)

    def __init__(self, name: str, parent: QWidget, *, open_always: bool = False) -> None:
        """`open_always`: the box stands there whether or not somebody types in it."""
        super().__init__(parent)
        self._open_always = open_always
        self.wanted = False  # asked for although nobody is in it
        self.shrinks = False  # the box gives way to the chips while nobody types
        self.chips: list[Chip] = []
        self.label = Label(name, tone="text_3")
        self.more = IconButton("plus", self.tr("Add to {field}").format(field=name))
        self.more.setParent(parent)  # shown without one, it would be a window of its own
        self.more.setProperty("small", True)
        self.more.clicked.connect(self.type_one)
        # Shown before anybody lays it out, it would be a window of its own.
        self.box = QLineEdit(parent)
        self.box.setProperty("bare", True)
        self.box.setProperty("line", True)
        self.box.setFixedWidth(theme.px(_BOX))
        self.box.setFixedHeight(theme.px(24))
        self.box.setAccessibleName(name)
        if not open_always:
            self.box.setPlaceholderText(self.tr("Name or address"))
        self._found: dict[str, Handle] = {}
        self._offers = Offers(self.box)
        self._offers.taken.connect(self._choose)
        self.box.setCompleter(self._offers)
        self.box.textEdited.connect(self.looked_for)
        self.box.installEventFilter(self)
        self._rest()

    def widgets(self) -> list[QWidget]:
        return [*self.chips, self.box, self.more]

    def people(self) -> tuple[Handle, ...]:
        return tuple(chip.who for chip in self.chips)

    def add(self, who: Handle) -> None:
        if who.key in {chip.who.key for chip in self.chips}:
            return
        chip = Chip(who)
        chip.removed.connect(self._remove)
        self.chips.append(chip)

    def empty(self) -> None:
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips.clear()
        self.box.clear()
        self.wanted = False
        self._rest()

    @Slot()
    def type_one(self) -> None:
        self.more.hide()
        self.box.show()
        self.box.setFocus()

    def suggest(self, handles: Iterable[Handle]) -> None:
        self._found = {_words(who): who for who in handles}
        if self.box.hasFocus():
            typed = self.box.text().strip().lower()
            addresses = [who.address.lower() for who in self._found.values()]
            # A whole address may be somebody else's than the one that is like it.
            first = "@" not in typed or any(each.startswith(typed) for each in addresses[:1])
            self._offers.show_names(self._found, self.box.rect(), first=first)

    def take_typed(self) -> bool:
        """Make chips of what is typed, as far as it is addresses."""
        typed = [part.strip() for part in self.box.text().replace(";", ",").split(",")]
        people = [handle_of(part) for part in typed if part]
        if not people or not all("@" in who.address.strip("@") for who in people):
            return False
        for who in people:
            self.add(who)
        self._taken()
        return True

    @Slot(str)
    def _choose(self, text: str) -> None:
        self.add(self._found.get(text) or handle_of(text))
        self._taken()

    def _taken(self) -> None:
        self.box.clear()
        self.changed.emit()

    @Slot()
    def _remove(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self._drop(chip)
            (self.box if self._open_always else self.more).setFocus()

    def _drop(self, chip: Chip) -> None:
        self.chips.remove(chip)
        chip.hide()
        chip.deleteLater()
        self.changed.emit()

    def fit_box(self) -> None:
        """Give the box the room it needs now."""
        if self.shrinks:
            idle = bool(self.chips) and not self.box.hasFocus() and not self.box.text()
            self.box.setFixedWidth(theme.px(_IDLE if idle else _BOX))

    def _rest(self) -> None:
        self.box.setVisible(self._open_always)
        self.more.setVisible(not self._open_always)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self._offers.are_shown:
            self.take_typed()
            if not self.box.text():
                self._rest()
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.fit_box()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            ends = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.text() in (
                ",",
                ";",
            )
            # Plain Enter only: with Ctrl it sends the letter.
            if ends and event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self.take_typed()
                return True
            if event.key() == Qt.Key.Key_Backspace and not self.box.text() and self.chips:
                self._drop(self.chips[-1])
                return True
        return False


def _words(who: Handle) -> str:
    return f"{who.name}  {who.address}" if who.name and who.address else who.name or who.address


class Recipients(QWidget):
    """To, Copy and Hidden copy; the latter two only where somebody is in them or is wanted."""

    changed = Signal()
    looked_for = Signal(str)

    def __init__(self, *, rows: bool = False) -> None:
        super().__init__()
        self._rows = rows
        self._to = Field(self.tr("To"), self, open_always=rows)
        self._cc = Field(self.tr("Copy"), self, open_always=rows)
        self._bcc = Field(self.tr("Hidden copy"), self, open_always=rows)
        self._kinds = (self._to, self._cc, self._bcc)
        self._offers = {kind: Button(kind.label.text(), "link") for kind in (self._cc, self._bcc)}
        for kind, offer in self._offers.items():
            offer.clicked.connect(lambda _=False, kind=kind: self._want(kind))
        for kind in self._kinds:
            kind.shrinks = rows
            kind.changed.connect(self._changed)
            kind.looked_for.connect(self.looked_for)
        self._lines: dict[Field, tuple[QWidget, Flow]] = {}
        self._build()

    @property
    def first_box(self) -> QWidget:
        """Return where the first recipient is typed."""
        return self._to.box

    def type_one(self, begun: str = "") -> None:
        """Have the keyboard where a recipient is typed."""
        self._to.box.setText(begun)
        self._to.type_one()

    def show_people(
        self, to: Sequence[str], cc: Sequence[str] = (), bcc: Sequence[str] = ()
    ) -> None:
        with controls.laid_out_once(self):
            for kind, people in zip(self._kinds, (to, cc, bcc), strict=True):
                kind.empty()
                for person in people:
                    kind.add(handle_of(person))
            self._arrange()

    def to(self) -> tuple[str, ...]:
        return tuple(spelt(who) for who in self._to.people())

    def cc(self) -> tuple[str, ...]:
        return tuple(spelt(who) for who in self._cc.people())

    def bcc(self) -> tuple[str, ...]:
        return tuple(spelt(who) for who in self._bcc.people())

    def suggest(self, handles: Iterable[Handle]) -> None:
        found = tuple(handles)
        for kind in self._kinds:
            if kind.box.hasFocus():
                kind.suggest(found)

    def take_typed(self) -> None:
        """Make chips of addresses that are typed and not yet ended."""
        for kind in self._kinds:
            kind.take_typed()

    def typed(self) -> str:
        """Return what is typed and is nobody."""
        return next((text for kind in self._kinds if (text := kind.box.text().strip())), "")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if not self._rows:
            holder, flow = self._line(None, column)
            self._lines = dict.fromkeys(self._kinds, (holder, flow))
            return
        for kind in self._kinds:
            self._lines[kind] = self._line(kind, column)

    def _line(self, kind: Field | None, column: QVBoxLayout) -> tuple[QWidget, Flow]:
        holder = QWidget()
        down = QVBoxLayout(holder)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        across = QHBoxLayout()
        gap = theme.px(8)
        across.setContentsMargins(0, gap if kind else 0, 0, gap if kind else 0)
        across.setSpacing(0)
        caption = self._to.label if kind is None else kind.label
        caption.setFixedWidth(theme.px(CAPTION_DOCKED if kind is None else CAPTION))
        caption.setFixedHeight(theme.px(24))
        across.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
        if kind is None:
            across.addSpacing(gap)
        chips = QWidget()
        flow = Flow(gap=8, line_gap=6)
        flow.setContentsMargins(0, 0, 0, 0)
        chips.setLayout(flow)
        across.addWidget(chips, 1)
        if kind in (None, self._to):
            for offer in self._offers.values():
                offer.setFixedHeight(theme.px(24))
                across.addWidget(offer, 0, Qt.AlignmentFlag.AlignTop)
        down.addLayout(across)
        if kind is not None:
            down.addWidget(Line())
        column.addWidget(holder)
        return holder, flow

    def _want(self, kind: Field) -> None:
        kind.wanted = True
        self._arrange()
        kind.type_one()

    @Slot()
    def _changed(self) -> None:
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        shown = [kind for kind in self._kinds if kind is self._to or kind.chips or kind.wanted]
        for kind, offer in self._offers.items():
            offer.setVisible(kind not in shown)
        flows = dict.fromkeys(flow for _, flow in self._lines.values())
        for flow in flows:
            while flow.takeAt(0) is not None:
                continue
        for kind in self._kinds:
            holder, flow = self._lines[kind]
            there = kind in shown
            if self._rows:
                holder.setVisible(there)
            widgets = kind.widgets()
            if not self._rows and kind is not self._to:
                widgets.insert(0, kind.label)
                kind.label.setVisible(there)
            for widget in widgets:
                if not there:
                    widget.setParent(None if widget in kind.chips else self)
                    widget.hide()
                    continue
                flow.addWidget(widget)
                if isinstance(widget, Chip):
                    widget.show()
            if there and not self._rows:
                typing = kind.box.hasFocus() or bool(kind.box.text())
                kind.box.setVisible(typing)
                kind.more.setVisible(not typing)
            elif there:
                kind.box.show()
                kind.more.hide()
                kind.fit_box()
        self.updateGeometry()
