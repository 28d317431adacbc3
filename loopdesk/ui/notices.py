"""What the toast says of actions: from the bridge to one toast and back.

notices = Notices(bridge, toast)       # the window's and the quick pane's have one each
notices.send_now()                     # a second Ctrl+Enter
notices.archive_mails()                # what the toast offers once something is finished
notices.on = False                     # while its window is not looked at
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, Slot

from loopdesk.core.actions import Action, ActionId
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.fold import finishes
from loopdesk.core.rows import Row
from loopdesk.desk.shown import copied_as
from loopdesk.ui import failures, keys, words
from loopdesk.ui.bridge import Acted, Bridge, NotActed
from loopdesk.ui.toast import Toast

# Shorter delays are over before a count-down could be read.
_COUNTED = timedelta(seconds=2)
_TOGETHER_S = 2.0
"""What is finished within this time of each other has its mails offered together."""


class Notices(QObject):
    """Says what was done, counts down what is about to leave, and passes on Undo and Send now."""

    def __init__(self, bridge: Bridge, toast: Toast) -> None:
        super().__init__(toast)
        self.on = True
        self._bridge = bridge
        self._toast = toast
        self._uploads: set[ActionId] = set()  # new versions on their way
        self._finished: list[Acted] = []
        self._mails: tuple[Row, ...] = ()
        bridge.acted.connect(self._acted)
        bridge.not_acted.connect(self._not_acted)
        bridge.told.connect(self._told)
        bridge.outbox_changed.connect(self._follow)
        toast.undo.connect(self._undo)
        toast.send_now.connect(self._send_now)
        toast.taken_up.connect(self.archive_mails)

    def send_now(self) -> None:
        """Let what the toast counts down leave at once."""
        if self._toast.counting and self._toast.current is not None:
            self._bridge.send_now(self._toast.current)

    @Slot()
    def archive_mails(self, *, single_key: bool = False) -> None:
        """Archive the mails that the toast offers to, each at its own account."""
        if not self._toast.offering:
            self._toast.say(self.tr("No mail is offered to be archived"))
            return
        self._toast.dismiss()
        for mail in self._mails:
            self._bridge.act("archive", mail, single_key=single_key)

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        if not self.on:
            return
        action = acted.action
        if acted.back:
            self._toast.say(self.tr("Taken back: {what}").format(what=words.who(acted.row)))
        elif action.not_before_at - action.written_at >= _COUNTED:
            said, hasten = words.leaving(acted.row, action), words.at_once(action)
            self._toast.count_down(action.id, action.not_before_at, said, hasten)
        else:
            # It leaves at once: without an inverse there would be nothing to take back.
            back = action.id if action.inverse is not None else None
            self._toast.say(words.done(action.name, action.target.kind), undo=back)
        if action.name == "upload" and not acted.back:
            self._uploads.add(action.id)
        if acted.back or not finishes(acted.row, action.name, action.arguments):
            self._finished.clear()
        else:
            self._ask_for_mails(acted)

    def _ask_for_mails(self, acted: Acted) -> None:
        """Something is finished: offer to archive the mails that announced it, too."""
        until = acted.pressed_at - _TOGETHER_S
        self._finished = [one for one in self._finished if one.pressed_at > until] + [acted]

        def found(mails: tuple[Row, ...]) -> None:
            # It may speak of something else by now.
            if mails and self._toast.current == acted.action.id:
                self._mails = mails
                one = self.tr("Archive its mail too")
                many = self.tr("Archive the {n} mails about it too")
                said = words.counted(len(mails), one, many)
                self._toast.offer(said, keys.of("archive-mails"))

        ids = [one.row.id for one in self._finished]
        self._bridge.read(partial(self._bridge.desk.mails_left, ids), found, _gone)

    @Slot(Action)
    def _told(self, action: Action) -> None:
        if self.on:
            back = action.id if action.inverse is not None else None
            self._toast.say(words.done(action.name, action.target.kind), undo=back)

    @Slot(NotActed)
    def _not_acted(self, failed: NotActed) -> None:
        if self.on:
            self._toast.say(failures.error(failed.error))

    @Slot()
    def _follow(self) -> None:
        """The outbox changed: look how the action on show stands."""
        if self._toast.counting and self._toast.current is not None:
            ask = partial(self._bridge.desk.action, self._toast.current)
            self._bridge.read(ask, self._toast.settle, _gone)
        for upload in self._uploads:
            self._bridge.read(partial(self._bridge.desk.action, upload), self._uploaded, _gone)

    def _uploaded(self, action: Action) -> None:
        """Say where a new version went, if not over the file it was written for."""
        if action.settled_at is None or action.id not in self._uploads:
            return
        self._uploads.discard(action.id)
        if name := copied_as(action):
            self._toast.say(words.copied(name))

    @Slot(str)
    def _undo(self, action: str) -> None:
        self._bridge.undo(ActionId(action))

    @Slot(str)
    def _send_now(self, action: str) -> None:
        self._bridge.send_now(ActionId(action))


def _gone(_: LoopDeskError) -> None:
    """An account's actions go with it; there is nothing left to follow."""
