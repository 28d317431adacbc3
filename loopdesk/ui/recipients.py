"""Who a letter goes to, as chips, so that a reply to all is seen before it leaves.

line = Recipients()
line.show_people(to, cc)            # "Name <address>" or an address each
line.to(), line.cc()                # as they are now
line.changed, line.looked_for       # Signal(), Signal(str): typed so far
line.suggest(handles)               # the people found for it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from email.utils import formataddr, parseaddr

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QWidget

from loopdesk.core.people import Handle
from loopdesk.ui import theme
from loopdesk.ui.controls import Avatar, IconButton, Label
from loopdesk.ui.flow import Flow


def handle(text: str) -> Handle:
    """Return the person that "Name <address>" or an address names."""
    name, address = parseaddr(text)
    return Handle(name, address.lower())


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

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: list[Chip] = []
        self.label = Label(name, tone="text_3")
        self.more = IconButton("plus", self.tr("Add to {field}").format(field=name))
        self.more.setProperty("small", True)
        self.more.clicked.connect(self.type_one)
        self.box = QLineEdit()
        self.box.setProperty("bare", True)
        self.box.setFixedWidth(theme.px(180))
        self.box.setAccessibleName(name)
        self.box.setPlaceholderText(self.tr("Name or address"))
        self._found: dict[str, Handle] = {}
        self._names = QStringListModel(self)
        offers = QCompleter(self._names, self)
        offers.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        # The box writes the chosen text into itself after this signal; only then is it ours.
        offers.activated.connect(self._choose, Qt.ConnectionType.QueuedConnection)
        self._offers = offers
        self.box.setCompleter(offers)
        self.box.textEdited.connect(self.looked_for)
        self.box.installEventFilter(self)
        self.box.hide()

    def widgets(self) -> list[QWidget]:
        return [self.label, *self.chips, self.box, self.more]

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
        self.box.hide()
        self.more.show()

    @Slot()
    def type_one(self) -> None:
        self.more.hide()
        self.box.show()
        self.box.setFocus()

    def suggest(self, handles: Iterable[Handle]) -> None:
        self._found = {_words(who): who for who in handles}
        self._names.setStringList(list(self._found))
        if self.box.hasFocus() and self._found:
            self._offers.complete()

    def take_typed(self) -> bool:
        """Make a chip of what is typed, if it is an address."""
        who = handle(self.box.text().strip(" ,;"))
        if "@" not in who.address:
            return False
        self._choose(spelt(who))
        return True

    @Slot(str)
    def _choose(self, text: str) -> None:
        self.add(self._found.get(text) or handle(text))
        self.box.clear()
        self.changed.emit()
        self.box.setFocus()

    @Slot()
    def _remove(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self._drop(chip)
            self.more.setFocus()

    def _drop(self, chip: Chip) -> None:
        self.chips.remove(chip)
        chip.hide()
        chip.deleteLater()
        self.changed.emit()

    def _offering(self) -> bool:
        popup = self._offers.popup()
        return popup is not None and popup.isVisible()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self._offering():
            self.take_typed()
            if not self.box.text():
                self.box.hide()
                self.more.show()
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
    """To and Copy on one line, which wraps."""

    changed = Signal()
    looked_for = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._to = Field(self.tr("To"), self)
        self._cc = Field(self.tr("Copy"), self)
        self._to.label.setFixedWidth(theme.px(30))
        self._flow = Flow(gap=8, line_gap=6)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._flow)
        for kind in (self._to, self._cc):
            kind.changed.connect(self._changed)
            kind.looked_for.connect(self.looked_for)

    def show_people(self, to: Sequence[str], cc: Sequence[str]) -> None:
        for kind, people in ((self._to, to), (self._cc, cc)):
            kind.empty()
            for person in people:
                kind.add(handle(person))
        self._arrange()

    def to(self) -> tuple[str, ...]:
        return tuple(spelt(who) for who in self._to.people())

    def cc(self) -> tuple[str, ...]:
        return tuple(spelt(who) for who in self._cc.people())

    def suggest(self, handles: Iterable[Handle]) -> None:
        found = tuple(handles)
        for kind in (self._to, self._cc):
            if kind.box.hasFocus():
                kind.suggest(found)

    def take_typed(self) -> None:
        """Make chips of addresses that are typed and not yet ended."""
        self._to.take_typed()
        self._cc.take_typed()

    @Slot()
    def _changed(self) -> None:
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        while self._flow.takeAt(0) is not None:
            continue
        for kind in (self._to, self._cc):
            for widget in kind.widgets():
                self._flow.addWidget(widget)
                if isinstance(widget, Chip):
                    widget.show()
        self.updateGeometry()
