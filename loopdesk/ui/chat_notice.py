"""What a person should know of a conversation before they read or write in it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.items import Form
from loopdesk.core.rows import Row
from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Glyph, Label
from loopdesk.ui.theme import Type


class ChatNotices(QWidget):
    """Lines with an icon: its topic, who else reads it, what is missing of it."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[tuple[str, str, str]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.px(8))
        self._column.setSpacing(theme.px(4))
        self.hide()

    def show_row(self, row: Row, *, all_here: bool) -> None:
        """Say what holds for a conversation.

        Args:
            all_here: its first message that is here is shown: what is missing is before it.
        """
        chat = row.chat
        said: list[tuple[str, str, str]] = []
        if chat is not None and chat.topic and chat.form is not Form.THREAD:
            said.append(("tag", " ".join(chat.topic.split()), "text_2"))
        if chat is not None and chat.outside:
            said.append(("globe", self.tr("People of other organisations read this"), "warn"))
        if chat is not None and chat.hidden_before is not None and all_here:
            hidden = self.tr("Older messages exist. Their service does not give them out")
            said.append(("eye-off", hidden, "text_3"))
        if said == self._said:
            return
        self._said = said
        controls.clear(self._column)
        for icon, text, tone in said:
            line = QWidget()
            across = QHBoxLayout(line)
            across.setContentsMargins(0, 0, 0, 0)
            across.setSpacing(theme.px(8))
            across.addWidget(Glyph(icon, tone, 14))
            across.addWidget(Label(text, Type.META, tone, wrap=True), 1)
            controls.put(self._column, line)
        self.setVisible(bool(said))
