"""The banner over the list: one line about how things stand, and one way on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from loopdesk.ui import theme
from loopdesk.ui.controls import Button, Elided, Glyph


@dataclass(frozen=True, slots=True)
class Notice:
    """What the banner says.

    Args:
        surface: "surface" where nobody is needed, "warn" where the person is, else "danger".
        command: what the button gives; "": there is no button.
    """

    icon: str
    text: str
    surface: str = "surface"
    button: str = ""
    command: str = ""


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.notice: Notice | None = None
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(theme.px(20), theme.px(4), theme.px(16), theme.px(4))
        self._across.setSpacing(theme.px(12))
        self.setFixedHeight(theme.px(40))
        self.hide()

    def say(self, notice: Notice | None) -> None:
        """Show a notice; None: nothing."""
        if notice == self.notice:
            return
        self.notice = notice
        self.setVisible(notice is not None)
        while (item := self._across.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if notice is None:
            return
        tone = "text" if notice.surface == "surface" else notice.surface
        self.setProperty("surface", notice.surface)
        self.style().unpolish(self)
        self.style().polish(self)
        self._across.addWidget(Glyph(notice.icon, tone))
        said = Elided(notice.text, tone=tone)
        said.setToolTip(notice.text)
        self._across.addWidget(said, 1)
        self.setAccessibleName(notice.text)
        if notice.command:
            button = Button(notice.button)
            button.setProperty("bar", True)
            button.clicked.connect(self._press)
            self._across.addWidget(button)

    @Slot()
    def _press(self) -> None:
        if self.notice is not None:
            self.asked.emit(self.notice.command)
