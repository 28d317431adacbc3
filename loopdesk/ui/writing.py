"""Answering: between the composer and the bridge.

writing = Writing(bridge, composer, zone)
writing.begin(row, "reply-all")        # reads who it goes to and the draft, then opens
writing.edit(action, row)              # takes a letter out of the outbox and opens it
writing.done.connect(slot)             # Row: sent, and the person is done with it
writing.refused.connect(slot)          # LoopDeskError: this row takes no such answer
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from loopdesk.core.actions import Action, State, Target
from loopdesk.core.rows import Row
from loopdesk.ui import words
from loopdesk.ui.bridge import Acted, Bridge
from loopdesk.ui.composer import Composer, Draft, Letter, Outgoing

LETTERS = frozenset({"reply", "reply-all", "forward", "comment"})
"""Actions whose words the person writes in the composer."""


class Writing(QObject):
    """Owns no widget: it opens letters in the composer and takes them out of it."""

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, bridge: Bridge, composer: Composer, zone: tzinfo) -> None:
        super().__init__(composer)
        self._bridge = bridge
        self._composer = composer
        self._zone = zone
        composer.sent.connect(self._send)
        composer.kept.connect(self._keep)
        composer.looked_for.connect(self._look)
        bridge.acted.connect(self._acted)

    def begin(self, row: Row, name: str) -> None:
        """Open the composer for an answer to `row`."""
        desk = self._bridge.desk

        def ask() -> tuple[Target, str, str]:
            accounts = desk.accounts()
            mine = next((a.address for a in accounts if a.id == row.account), "")
            # Where there is only one account, From says nothing.
            sender = mine if len(accounts) > 1 else ""
            return desk.recipients(row.id, name), desk.draft(row.id), sender

        def opened(read: tuple[Target, str, str]) -> None:
            target, draft, sender = read
            self._composer.write(Letter(row, name, target, sender, draft))

        self._bridge.read(ask, opened, self.refused.emit, key="letter")

    def edit(self, action: Action, row: Row) -> None:
        """Take a letter back and open it again; what leaves later is a new one."""
        self._bridge.write(
            partial(self._bridge.desk.undo, action.id), lambda back: self._reopen(back, row)
        )

    @Slot(object)
    def _send(self, letter: Outgoing) -> None:
        self._bridge.act(letter.name, letter.row, letter.arguments)
        if letter.done:
            self.done.emit(letter.row)

    @Slot(object)
    def _keep(self, draft: Draft) -> None:
        def kept(_: object) -> None:
            if self._composer.is_for(draft.item) and draft.text:
                now: datetime = self._bridge.clock.now()
                self._composer.confirm_kept(words.clock(now, self._zone))

        self._bridge.write(partial(self._bridge.desk.keep_draft, draft.item, draft.text), kept)

    @Slot(str)
    def _look(self, typed: str) -> None:
        self._bridge.read(
            partial(self._bridge.desk.people, typed), self._composer.suggest, key="recipients"
        )

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        if acted.back and acted.action.name in LETTERS:
            self._reopen(acted.action, acted.row)

    def _reopen(self, action: Action, row: Row) -> None:
        """Give the words of a letter that was taken back to the person again."""
        if action.state is not State.UNDONE:
            return  # on its way: it is taken back when the service has answered
        text = action.arguments.text
        self._bridge.write(partial(self._bridge.desk.keep_draft, row.id, text))
        if self._composer.letter is None:
            self._composer.write(Letter(row, action.name, action.target, "", text))
