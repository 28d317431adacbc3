"""The icons over the item that is read."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.ui import keys, theme, words
from loopdesk.ui.controls import IconButton, Line

# What is asked for by a picker, a box or a sheet; anything else in the menu is done as it is.
_ASKED = frozenset(
    {
        "snooze", "move", "label", "due", "share", "upload", "comment", "rename", "describe",
        "subtask", "forward", "edit", "reschedule", "propose", "cancel", "assign", "attach",
    }
)  # fmt: skip
# What stands elsewhere in the reader, or needs to be told which entry is meant.
_ELSEWHERE = frozenset(
    {
        "reply", "reply-all", "done", "trash", "accept", "tentative", "decline", "draft", "join",
        "request-changes",
        "resolve", "unshare", "unlabel", "download", "undownload", "complete", "subtask",
        "describe", "unsubscribe", "react", "unreact", "check", "uncheck", "unassign",
    }
)  # fmt: skip
# What in a conversation is done to one message, or written in its box.
_OF_MESSAGES = frozenset({"edit", "delete", "upload"})
_SHOWN: dict[Kind, tuple[str, ...]] = {
    Kind.MESSAGE: ("snooze", "star", "trash"),
    Kind.MEETING: ("snooze", "pin"),
    Kind.TASK: ("snooze", "due", "move", "pin", "delete"),
    Kind.FILE: ("snooze", "comment", "share", "rename", "move", "upload", "open-browser"),
}
_ICONS = {
    "snooze": "clock",
    "star": "star",
    "comment": "message-square",
    "share": "users",
    "rename": "pencil",
    "due": "calendar",
    "move": "folder-input",
    "upload": "upload",
    "open-browser": "external-link",
    "pin": "pin",
    "save": "bookmark",
    "trash": "trash-2",
    "delete": "trash-2",
}


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
        self._forward = self._icon(answers, "forward", words.order("forward"), "forward")
        _split(answers)
        across.addWidget(self._answers)
        self._icon(across, "check", self.tr("Done"), "done")
        self._icons = {
            name: self._icon(across, icon, words.order(name), name) for name, icon in _ICONS.items()
        }
        self._more = IconButton("ellipsis", self.tr("More actions"))
        self._more.clicked.connect(self._show_more)
        across.addWidget(self._more)
        across.addStretch()
        self.why = self._icon(across, "circle-question-mark", self.tr("Why is this here"), "why")
        _split(across)
        self._icon(across, "chevron-up", self.tr("Previous"), "previous")
        self._icon(across, "chevron-down", self.tr("Next"), "next")

    @property
    def snooze(self) -> IconButton:
        return self._icons["snooze"]

    def show_for(self, row: Row) -> None:
        self._row = row
        for button, name in (
            (self._reply, "reply"),
            (self._reply_all, "reply-all"),
            (self._forward, "forward"),
        ):
            button.setVisible(name in row.actions)
        self._answers.setVisible("reply" in row.actions)
        shown = _SHOWN[row.kind] if row.chat is None else ("snooze", "save")
        takes = {*row.actions, "star" if "unstar" in row.actions else "", "pin", "save"}
        if row.url:
            takes.add("open-browser")
        for name, button in self._icons.items():
            button.setVisible(name in shown and name in takes)
        self._icons["star"].name(words.order("unstar" if row.starred else "star"), keys.of("star"))
        self._icons["star"].set_tone("accent" if row.starred else "text_2")
        self._icons["save"].name(words.order("unsave" if row.marks.saved else "save"))
        self._icons["save"].set_tone("accent" if row.marks.saved else "text_2")
        self._icons["pin"].name(words.order("unpin" if row.marks.pinned else "pin"))
        self._icons["pin"].set_tone("accent" if row.marks.pinned else "text_2")

    def _icon(self, across: QHBoxLayout, icon: str, name: str, command: str) -> IconButton:
        given = f"do {command}" if command == "delete" else command
        button = IconButton(icon, name, keys.of(command))
        button.clicked.connect(lambda: self.asked.emit(given))
        across.addWidget(button)
        return button

    @Slot()
    def _show_more(self) -> None:
        row = self._row
        if row is None:
            return
        menu = QMenu(self)
        shown = {name for name, button in self._icons.items() if button.isVisibleTo(self)}
        for name in row.actions:
            if name in shown | _ELSEWHERE or words.order(name) == name:
                continue
            if row.chat is not None and name in _OF_MESSAGES:
                continue
            # A comment is opened again where it stands.
            if name == "reopen" and row.kind is Kind.FILE:
                continue
            given = name if name in _ASKED else f"do {name}"
            action = menu.addAction(words.order(name))
            action.triggered.connect(lambda _=False, given=given: self.asked.emit(given))
        if row.url and "open-browser" not in shown:
            browse = menu.addAction(words.order("open-browser"))
            browse.triggered.connect(lambda: self.asked.emit("open-browser"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


def _split(across: QHBoxLayout) -> None:
    """Part two groups of icons."""
    upright = Line(upright=True)
    upright.setFixedHeight(theme.px(16))
    across.addSpacing(theme.px(8))
    across.addWidget(upright)
    across.addSpacing(theme.px(8))
