"""The icons over the item that is read."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.ui import keys, theme, words
from loopdesk.ui.controls import IconButton, Line


class Toolbar(QWidget):
    """Shows what the item takes; what is pressed goes out as `asked`."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme.px(48))
        self._row: Row | None = None
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        across.setSpacing(0)
        self.back = self._icon(across, "chevron-left", self.tr("Back to the list"), "back")
        self.back.hide()
        self._answers = QWidget()
        answers = QHBoxLayout(self._answers)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(0)
        self._reply = self._icon(answers, "reply", words.order("reply"), "reply")
        self._reply_all = self._icon(answers, "reply-all", words.order("reply-all"), "reply-all")
        _split(answers)
        across.addWidget(self._answers)
        self._done = self._icon(across, "check", self.tr("Done"), "done")
        self.snooze = self._icon(across, "clock", words.order("snooze"), "snooze")
        self._star = self._icon(across, "star", words.order("star"), "star")
        self._pin = self._icon(across, "pin", words.order("pin"), "pin")
        self._trash = self._icon(across, "trash-2", words.order("trash"), "trash")
        self._more = IconButton("ellipsis", self.tr("More actions"))
        self._more.clicked.connect(self._show_more)
        across.addWidget(self._more)
        across.addStretch()
        self.why = self._icon(across, "circle-question-mark", self.tr("Why is this here"), "why")
        _split(across)
        self._icon(across, "chevron-up", self.tr("Previous"), "previous")
        self._icon(across, "chevron-down", self.tr("Next"), "next")

    def show_for(self, row: Row) -> None:
        self._row = row
        for button, name in (
            (self._reply, "reply"),
            (self._reply_all, "reply-all"),
            (self._trash, "trash"),
        ):
            button.setVisible(name in row.actions)
        self._answers.setVisible("reply" in row.actions)
        self._star.setVisible(bool({"star", "unstar"} & set(row.actions)))
        self._star.name(words.order("unstar" if row.starred else "star"), keys.of("star"))
        self._star.set_tone("accent" if row.starred else "text_2")
        self._pin.setVisible(row.kind is not Kind.MESSAGE)
        self._pin.name(words.order("unpin" if row.marks.pinned else "pin"))
        self._pin.set_tone("accent" if row.marks.pinned else "text_2")

    def _icon(self, across: QHBoxLayout, icon: str, name: str, command: str) -> IconButton:
        button = IconButton(icon, name, keys.of(command))
        button.clicked.connect(lambda: self.asked.emit(command))
        across.addWidget(button)
        return button

    @Slot()
    def _show_more(self) -> None:
        if self._row is None:
            return
        menu = QMenu(self)
        here = {"done", "snooze", "reply", "reply-all", "trash", "accept", "tentative", "decline"}
        for name in self._row.actions:
            if name in here or words.order(name) == name:
                continue
            action = menu.addAction(words.order(name))
            action.triggered.connect(lambda _=False, name=name: self.asked.emit(f"do {name}"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


def _split(across: QHBoxLayout) -> None:
    """Part two groups of icons."""
    upright = Line(upright=True)
    upright.setFixedHeight(theme.px(16))
    across.addSpacing(theme.px(8))
    across.addWidget(upright)
    across.addSpacing(theme.px(8))
