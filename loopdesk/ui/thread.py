"""A thread of mails in the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from loopdesk.core.rows import Body, Row, Shown
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, theme, words
from loopdesk.ui.controls import Button
from loopdesk.ui.entry import EntryPart
from loopdesk.ui.invitation import InvitationCard
from loopdesk.ui.more import More
from loopdesk.ui.part import Held, Part, Wanted

_SHOWN = 10
"""How many mails are shown at first."""


class ThreadPart(Part):
    """Its entries, oldest first; a long one begins with how many are not shown."""

    goes_to_new = True

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(clock, zone)
        self._row: Row | None = None
        self._body: Body | None = None
        self._parts: list[EntryPart] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(24))
        self._earlier = More(_SHOWN)
        self._earlier.wanted.connect(self._show_more)
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignLeft)
        self._cards = QVBoxLayout()
        self._column.addLayout(self._cards)
        self._meetings: list[Row] = []
        self._unsubscribe = Button(words.order("unsubscribe"), "link")
        self._unsubscribe.setToolTip(self.tr("Ask this list to send you nothing more"))
        self._unsubscribe.clicked.connect(self._leave_list)
        self._unsubscribe.hide()
        self._column.addWidget(self._unsubscribe, 0, Qt.AlignmentFlag.AlignLeft)

    def show_body(self, row: Row, body: Body | None) -> None:
        self._row, self._body = row, body
        entries = tuple(map(_looks, body.entries)) if body is not None else ()
        shown = self._earlier.last(entries)
        mine = body.account_name if body is not None else ""
        # What is the same stays as it is: unfolded, loaded, half read.
        known = {part.shown: part for part in self._parts}
        kept = [known.pop(entry, None) for entry in shown]
        for gone in known.values():
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._parts = []
        for at, (entry, part) in enumerate(zip(shown, kept, strict=True)):
            if part is None:
                part = self._made(row, entry, mine)
                controls.put(self._column, part, at=at + 1)  # after the line of the earlier ones
            part.time.setText(self._when(entry))
            self._parts.append(part)
            for card in part.cards:
                self.held.emit(replace(card.what, use="look"))

        self._unsubscribe.setVisible(body is not None and "unsubscribe" in row.actions)
        self._show_meetings(body.loop if body is not None else ())

    def _show_meetings(self, loop: Sequence[Row]) -> None:
        """Offer the answers that meetings of the loop still take."""
        meetings = [row for row in loop if row.meeting is not None and "accept" in row.actions]
        if meetings == self._meetings:
            return
        self._meetings = meetings
        controls.clear(self._cards)
        for row in meetings:
            card = InvitationCard(row, self._clock, self._zone)
            card.wanted.connect(self.wanted)
            card.opened.connect(self.opened)
            controls.put(self._cards, card)

    @Slot()
    def _leave_list(self) -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, "unsubscribe"))

    def show_absent(self, held: Held) -> None:
        for part in self._parts:
            for card in part.cards:
                if replace(card.what, use=held.use) == held:
                    card.show_absent()

    def stops(self) -> Sequence[QWidget]:
        return self._parts

    def first_unread(self) -> int | None:
        """Return which of the entries shown is the first that is unread."""
        return next((n for n, part in enumerate(self._parts) if part.unread), None)

    def _made(self, row: Row, entry: Shown, mine: str) -> EntryPart:
        part = EntryPart(row.id, entry, mine, self._when(entry))
        part.link.connect(self.link)
        part.held.connect(self.held)
        part.unfilled.connect(self.unfilled)
        return part

    def _when(self, entry: Shown) -> str:
        return words.moment(entry.at, self._clock.now(), self._zone, with_time=True)

    @Slot()
    def _show_more(self) -> None:
        if self._row is not None:
            self.show_body(self._row, self._body)


def _looks(entry: Shown) -> Shown:
    """Return what of an entry its part shows: that a picture among the words came is no news."""
    listed = {one.part for one in entry.attachments if not one.inline}
    return replace(entry, here=entry.here & listed)
