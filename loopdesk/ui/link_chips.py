"""What an entry points at beside its words: a chip for each, with the host it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from loopdesk.core.items import Link
from loopdesk.ui import controls, theme
from loopdesk.ui.controls import Button
from loopdesk.ui.flow import Flow
from loopdesk.ui.message_text import host

_WIDEST = 360
_RIGHT = Qt.TextElideMode.ElideRight


class LinkChips(QWidget):
    """Pressed, each gives its address out."""

    link = Signal(str)

    def __init__(self, links: Sequence[Link] = ()) -> None:
        super().__init__()
        self._links: tuple[Link, ...] = ()
        self._flow = Flow(gap=8, line_gap=8)
        self._flow.setContentsMargins(0, theme.px(4), 0, 0)
        self.setLayout(self._flow)
        self.show_links(links)

    def show_links(self, links: Sequence[Link]) -> None:
        if tuple(links) == self._links:
            return
        self._links = tuple(links)
        controls.clear(self._flow)
        for one in links:
            where = host(one.url)
            said = one.title if not where or where == one.title else f"{one.title}  ·  {where}"
            chip = Button("", icon="link")
            most = theme.px(_WIDEST)
            chip.setText(chip.fontMetrics().elidedText(said or one.url, _RIGHT, most))
            chip.setProperty("bar", True)
            chip.setToolTip(one.url)
            chip.setAccessibleName(
                self.tr("Open {title} at {host}").format(title=one.title, host=where)
            )
            chip.clicked.connect(partial(self._open, one.url))
            self._flow.addWidget(chip)
            chip.show()
        self.setVisible(bool(links))

    def _open(self, address: str, _checked: bool = False) -> None:
        self.link.emit(address)
