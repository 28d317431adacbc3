"""Clean text for reading."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy

from loopdesk.ui import theme
from loopdesk.ui.theme import Type

_ADDRESS = re.compile(
    r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]"
    r"|(?P<mail>mailto:[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]"
    r"|\b[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}\b)"
)
_PARAGRAPH = re.compile(r"([^\n]+(?:\n[^\n]+)*)(\n*)")
_HEAD, _TAIL = 60, 12
"""How much is shown of an address that is longer than both: Qt's labels break no long word, and
what did not fit would be cut off."""
_RICHEST = 50_000
"""Longer text is shown without links: laying out rich text of that length can be felt."""


class Text(QLabel):
    """Clean text: 14/22, addresses as links, can be selected."""

    def __init__(self, text: str, tone: str = "text") -> None:
        super().__init__()
        self.setProperty("type", Type.BODY.name)
        self.setProperty("tone", tone)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._text = ""
        self.linkHovered.connect(self._say_where)
        theme.current().changed.connect(self._fill)
        self.say(text)

    def minimumSizeHint(self) -> QSize:
        # By itself a label is never narrower than its longest word: all beside it would be cut.
        return QSize(theme.px(24), super().minimumSizeHint().height())

    def say(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._fill()

    @Slot(str)
    def _say_where(self, address: str) -> None:
        self.setToolTip(address)

    @Slot()
    def _fill(self) -> None:
        if len(self._text) > _RICHEST:
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setText(self._text)
            return
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(self._dressed())

    def _dressed(self) -> str:
        """Return the text as HTML in the window's colours.

        What stands between empty lines is a paragraph, whose letters run in a direction of its own.
        """
        look = f"margin:0;line-height:{theme.px(Type.BODY.line)}px"
        empty = f'<p style="-qt-paragraph-type:empty;{look}"><br></p>'
        pieces = _PARAGRAPH.findall(self._text)
        return "".join(
            f'<p style="{look}">{linked(words)}</p>{empty * (len(gap) - 1)}'
            for words, gap in pieces
        )


def linked(text: str) -> str:
    """Return clean text as HTML: its addresses are links, its lines are lines."""
    accent = theme.current().tokens.accent
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        address, shown = escape(found[0]), escape(short(found[0]))
        if found["mail"] and not address.startswith("mailto:"):
            address = f"mailto:{address}"
        pieces.append(escape(text[end : found.start()]))
        pieces.append(
            f'<a href="{address}" style="color:{accent};text-decoration:none">{shown}</a>'
        )
        end = found.end()
    pieces.append(escape(text[end:]))
    return "".join(pieces).replace("\n", "<br>")


def short(address: str, head: int = _HEAD, tail: int = _TAIL) -> str:
    """Return an address as it is shown: of a long one both ends."""
    if len(address) <= head + tail:
        return address
    return f"{address[:head]}\N{HORIZONTAL ELLIPSIS}{address[-tail:]}"
