"""Fills the reader's mails with their HTML, and brings the pictures that they show."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from loopdesk.core.errors import LoopDeskError
from loopdesk.desk.rich import Picture, Rich
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.rich import Answer, Engines
from loopdesk.ui.rich_part import RichPart


class RichMails(QObject):
    """Between `RichPart`s and the desk. What is asked for a part that is gone is dropped."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.engines = Engines(self)

    @Slot(QWidget)
    def fill(self, part: QWidget) -> None:
        """Show a mail in a part that asked for it."""
        assert isinstance(part, RichPart)  # noqa: S101
        part.pictures_wanted.connect(self._bring)
        self._fill(part)

    def _fill(self, part: RichPart) -> None:
        desk, item, entry = self._bridge.desk, part.item, part.entry

        def read(rich: Rich | None) -> None:
            if isValid(part):
                part.show_mail(rich, self.engines, partial(self._fetch, part))

        self._bridge.read(lambda: desk.rich(item, entry), read)

    @Slot(QWidget)
    def _bring(self, part: QWidget) -> None:
        """Bring the pictures that a mail shows from elsewhere: the person asked for them."""
        assert isinstance(part, RichPart)  # noqa: S101

        def brought(answer: dict[str, Any]) -> None:
            if isValid(part):
                self._fill(part)
                part.say_brought(int(answer.get("refused", 0)))

        self._bridge.errand("pictures", {"item": part.item, "entry": part.entry}, brought)

    def _fetch(self, part: RichPart, cid: str, answer: Answer, *, again: bool = False) -> None:
        """Give one of a mail's own pictures; what is not here yet is brought first."""
        desk, item, entry = self._bridge.desk, part.item, part.entry

        def read(picture: Picture | None) -> None:
            if picture is None or (picture.data is None and again):
                answer(b"", "")
            elif picture.data is not None:
                answer(picture.data, picture.type)
            else:
                facts = {"item": item, "entry": entry, "part": picture.part}
                self._bridge.errand("fetch", facts, brought)

        def brought(facts: dict[str, Any]) -> None:
            if "blob" in facts and isValid(part):
                self._fetch(part, cid, answer, again=True)
            else:
                answer(b"", "")

        def failed(_: LoopDeskError) -> None:
            answer(b"", "")

        self._bridge.read(lambda: desk.rich.picture(item, entry, cid), read, failed)
