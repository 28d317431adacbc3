"""What can be done to one message: icons that float over the lit one, and the same as a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from loopdesk.core.rows import Row, Shown
from loopdesk.ui import keys, theme, words
from loopdesk.ui.controls import IconButton

QUICK = ("👍", "✅", "👀")
"""What most answers would have said."""


class MessageBar(QFrame):
    """One for all messages of a conversation; `do` carries what was pressed and where."""

    reacted = Signal(str)
    did = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        across.setSpacing(0)
        self._quick: list[QToolButton] = []
        for char in QUICK:
            button = QToolButton()
            button.setText(char)
            button.setProperty("look", "icon")
            button.setToolTip(self.tr("React with {emoji}").format(emoji=char))
            button.setAccessibleName(self.tr("React with {emoji}").format(emoji=char))
            button.clicked.connect(partial(self._react, char))
            across.addWidget(button)
            self._quick.append(button)
        self.pick = self._icon(across, "smile-plus", words.order("react"), "pick", keys.of("react"))
        self._thread = self._icon(
            across, "messages-square", self.tr("Answer in a thread"), "thread"
        )
        self._edit = self._icon(across, "pencil", words.order("edit"), "edit")
        self.more = self._icon(across, "ellipsis", self.tr("More actions"), "menu")
        for button in self.findChildren(QToolButton):
            # Everything here stands in the menu, which Enter opens.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_for(self, row: Row, shown: Shown) -> None:
        can = possible(row, shown)
        for button in (*self._quick, self.pick):
            button.setVisible("pick" in can)
        self._thread.setVisible("thread" in can)
        self._edit.setVisible("edit" in can)
        self.adjustSize()
        self.show()
        self.raise_()

    def _icon(
        self, across: QHBoxLayout, icon: str, name: str, what: str, key: str = ""
    ) -> IconButton:
        button = IconButton(icon, name, key)
        button.clicked.connect(lambda: self.did.emit(what))
        across.addWidget(button)
        return button

    def _react(self, char: str, _checked: bool = False) -> None:
        self.reacted.emit(char)


def possible(row: Row, shown: Shown) -> frozenset[str]:
    """Return what can be done to a message, by the names that `MessageBar.did` carries."""
    can = {"copy"}
    if shown.pending is not None or shown.leaves_at is not None:
        return frozenset(can)
    if "react" in row.actions:
        can.add("pick")
    chat = row.chat
    if "reply" in row.actions and chat is not None and not chat.closed and chat.threads:
        can.add("thread")
    if shown.mine:
        can |= {"edit", "delete"} & set(row.actions)
    elif "unread" in row.actions:
        can.add("unread")
    if row.url:
        can.add("open-browser")
    return frozenset(can)


def menu(parent: QWidget, row: Row, shown: Shown, did: Callable[[str], None]) -> QMenu:
    """Return the menu of a message."""
    made = QMenu(parent)
    can = possible(row, shown)
    lines: Sequence[tuple[str, str]] = (
        ("pick", words.order("react")),
        ("thread", words.translate("reader", "Answer in a thread")),
        ("edit", words.order("edit")),
        ("copy", words.translate("reader", "Copy the words")),
        ("unread", words.translate("reader", "Unread from here")),
        ("open-browser", words.order("open-browser")),
        ("delete", words.order("delete")),
    )
    for name, text in lines:
        if name in can:
            made.addAction(text).triggered.connect(partial(_do, did, name))
    return made


def _do(did: Callable[[str], None], name: str, _checked: bool = False) -> None:
    did(name)
