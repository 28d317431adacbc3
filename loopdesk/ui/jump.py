"""The palette at work: what it offers, and what is done with what the person chose."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.people import Handle
from loopdesk.core.rows import Pane, Row
from loopdesk.ui import keys
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.keys import Group
from loopdesk.ui.palette import Command, Everything, Palette
from loopdesk.ui.window import Window

_ROWS = 5
_PEOPLE = 3


class Jump(QObject):
    """Anywhere and anything, by typing."""

    commanded = Signal(str)
    opened = Signal(object)

    def __init__(self, bridge: Bridge, window: Window, zone: tzinfo) -> None:
        super().__init__(window)
        self._bridge, self._window, self._zone = bridge, window, zone
        self._palette = Palette(window, self._here)
        self._palette.looked_for.connect(self._look_for)
        self._palette.chosen.connect(self._chose)

    def ask(self) -> None:
        """Open the palette."""
        known = [
            Command(key.command, key.text(), keys.of(key.command))
            for key in keys.TABLE
            if not key.moves or key.group in (Group.GO, Group.WINDOW)
            if key.command not in ("palette", "next-part", "previous-part")
        ]
        self._palette.ask(
            [
                *known,
                Command("new-meeting", self.tr("New meeting"), icon="calendar-plus"),
                Command("new-task", self.tr("New task"), icon="circle-check"),
                Command("new-chat", self.tr("Message someone"), icon="message-square-plus"),
                Command("status", self.tr("Set your status"), icon="smile"),
                Command("show-on-day", self.tr("Show on the day"), icon="calendar"),
                *(
                    Command(f"do {name}", self.tr("Meeting: {order}").format(order=order))
                    for name, order in (
                        ("edit", self.tr("edit")),
                        ("reschedule", self.tr("move to another time")),
                        ("propose", self.tr("propose another time")),
                        ("cancel", self.tr("cancel")),
                    )
                ),
                Command("join", self.tr("Meeting: join"), icon="video"),
                Command("copy-link", self.tr("Meeting: copy the link"), icon="copy"),
                Command("go-accounts", self.tr("Accounts")),
                Command("go-keeping", self.tr("Kept on this computer")),
                Command("connect", self.tr("Connect a service")),
                Command("check-now", self.tr("Check now")),
            ]
        )

    @Slot(str)
    def _look_for(self, text: str) -> None:
        desk = self._bridge.desk

        def ask() -> tuple[Pane, tuple[Handle, ...]]:
            return desk.search(text), desk.people(text, _PEOPLE)

        def found(what: tuple[Pane, tuple[Handle, ...]]) -> None:
            rows = what[0].rows
            self._palette.show_found(text, rows[:_ROWS], what[1], len(rows))

        self._bridge.read(ask, found, _nothing, key="palette")

    @Slot(object)
    def _chose(self, what: object) -> None:
        if isinstance(what, Command):
            self.commanded.emit(what.name)
        elif isinstance(what, Row):
            self.opened.emit(what)
        elif isinstance(what, Handle):
            self._window.search.put(f"from:{what.address or what.name} ")
        elif isinstance(what, Everything):
            self._window.search.put(what.text)

    def _here(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)


def _nothing(_: object) -> None:
    """Half a search that cannot be read yet needs no words."""
