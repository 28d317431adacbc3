"""The reader at work: an item is shown at once from what the list knows, its entries follow.

    reading = Reading(bridge, window, zone)
    reading.read(row)             # passed by; looked at for a while it is seen
    reading.open(row)             # opened: it is seen
    reading.renew(row)            # the same item, read anew with the list
    reading.heard_of(ids)         # something of them changed
    reading.clear()
    reading.next_meeting          # what the title row offers buttons for
    reading.turning               # Row: another item is about to be read
    reading.turned                # Row or None: what is read now

Reading is quiet: what is opened is noted as seen here, and no service hears of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Body, Row
from loopdesk.ui.bridge import Bridge
from loopdesk.ui.window import Window

_SEEN_AFTER_MS = 1000


class Reading(QObject):
    """Between the desk and the reader."""

    turning = Signal(Row)
    turned = Signal(object)

    def __init__(self, bridge: Bridge, window: Window, zone: tzinfo) -> None:
        super().__init__(window)
        self._bridge, self._window, self._zone = bridge, window, zone
        self._next_meeting: Row | None = None
        self._seeing = QTimer(self)
        self._seeing.setSingleShot(True)
        self._seeing.setInterval(_SEEN_AFTER_MS)
        self._seeing.timeout.connect(self._looked_at)

    @property
    def next_meeting(self) -> Row | None:
        return self._next_meeting

    @next_meeting.setter
    def next_meeting(self, row: Row | None) -> None:
        self._next_meeting = row
        self._follow_next_meeting()

    def read(self, row: Row) -> None:
        shown = self._window.reader.row
        if shown is not None and shown.id == row.id:
            return
        self.turning.emit(row)
        self._window.reader.announce(row)
        self._ask(row.id)
        self.turned.emit(row)
        self._follow_next_meeting()
        self._seeing.start()

    @Slot(object)
    def open(self, row: Row) -> None:
        """The person opened it, not only passed it."""
        self.read(row)
        if self._window.single:
            self._window.show_reader(True)
        self._see()

    def renew(self, row: Row) -> None:
        """Show how an item is now, if it is the one that is read."""
        shown = self._window.reader.row
        if shown is None or shown.id != row.id:
            return
        if row.pending != shown.pending or row.state != shown.state:
            self._ask(row.id)
        self._window.reader.renew(row)
        self._follow_next_meeting()

    def heard_of(self, items: Iterable[ItemId]) -> None:
        """Read the entries anew where they may be other ones by now."""
        shown, body = self._window.reader.row, self._window.reader.body
        if shown is None:
            return
        steps = body.steps if body is not None else ()  # tasks that are shown as its parts
        if {shown.id, *(step.id for step in steps)} & set(items):
            self._ask(shown.id)

    def clear(self) -> None:
        self._window.reader.clear()
        self.turned.emit(None)

    # --- its entries ---

    def _ask(self, item: ItemId) -> None:
        desk = self._bridge.desk
        self._bridge.read(lambda: desk.body(item), self._show_body, _nothing, key="body")

    def _show_body(self, body: Body) -> None:
        self._window.reader.show_body(body)
        if body.row.meeting is not None:
            self._look_beside(body.row)

    def _look_beside(self, meeting: Row) -> None:
        """Show what else is on while a meeting lasts, and in which calendar it stands."""
        from loopdesk.ui.meeting import Beside
        from loopdesk.ui.meeting_part import MeetingOpened

        agenda, zone = self._bridge.desk.agenda, self._zone
        at = meeting.at or self._bridge.clock.now()
        on = meeting.on or at.astimezone(zone).date()

        def known(beside: Beside) -> None:
            part = self._window.reader.part
            row = self._window.reader.row
            if isinstance(part, MeetingOpened) and row is not None and row.id == meeting.id:
                part.show_beside(beside)

        self._bridge.read(
            lambda: Beside(agenda.days(on, 1), agenda.calendars()), known, key="beside"
        )

    # --- that it was seen ---

    @Slot()
    def _looked_at(self) -> None:
        # What merely stands first when the window opens was not opened by anybody.
        if self._window.isActiveWindow() and self._window.list.by_person:
            self._see()

    def _see(self) -> None:
        row = self._window.reader.row
        if row is None or row.seen or not row.unread:
            return
        desk = self._bridge.desk
        self._bridge.write(lambda: desk.see(row.id))
        seen = replace(row, seen=True)
        self._window.list.desk_model.renew(seen)
        self._window.reader.renew(seen)

    def _follow_next_meeting(self) -> None:
        shown, coming = self._window.reader.row, self._next_meeting
        self._window.title_row.hide_buttons(
            shown is not None and coming is not None and shown.id == coming.id
        )


def _nothing(_: object) -> None:
    """What is no longer there needs no words."""
