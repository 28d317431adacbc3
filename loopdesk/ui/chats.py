"""Conversations at work: between the messages that are read, the box below, and the bridge.

chats = Chats(bridge, window, zone, act, read)
chats.turn_to(row)              # another item is read now
chats.begin(row)                # the box of a conversation has the keyboard
chats.take_back(action, row)    # a message that did not leave is in its box again
chats.give("react")             # a command on the conversation that is read; False: not one
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from loopdesk.core.actions import Action, ActionId, Arguments, State
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import ItemId
from loopdesk.core.rows import Row, Shown
from loopdesk.core.seams import Blob
from loopdesk.ui import emoji, failures, words
from loopdesk.ui.bridge import Acted, Bridge
from loopdesk.ui.chat import ChatPart, delete_question
from loopdesk.ui.chat_box import Kept, Written
from loopdesk.ui.chat_names import matching, named_places
from loopdesk.ui.part import Part
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.emoji_picker import EmojiPicker
    from loopdesk.ui.later import LaterPicker

_LOOK_MS = 60_000
_RECENT = "emoji-recent"
_WRITES = ("reply", "upload")


class Chats(QObject):
    """What is written stays with its conversation, whichever is read meanwhile."""

    done = Signal(object)
    """Row: the person is done with it, too."""
    again = Signal()
    """Ctrl+Enter where nothing is written."""
    opened = Signal(Row)
    looked = Signal(object)
    """Row: its service was asked about it just now."""

    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        zone: tzinfo,
        act: Callable[[str, Row, Arguments], None],
        read: Callable[[Row], None],
    ) -> None:
        """Connect the box and what is read.

        Args:
            act: does one thing to a row.
            read: shows a row in the reader at once.
        """
        super().__init__(window)
        self._bridge, self._window, self._zone = bridge, window, zone
        self._act, self._read = act, read
        self._files: dict[ItemId, tuple[Blob, ...]] = {}
        self._recent = ""
        self._picking: Callable[[str], None] = _nothing
        box = self._box = window.chat_box
        box.written.connect(self._send)
        box.again.connect(self.again)
        box.kept.connect(self._keep)
        box.asked_for.connect(self._look_for)
        box.edits.connect(lambda: self.give("edit-own"))
        box.attaching.connect(self._attach)
        box.later.connect(self._ask_when)
        box.picks.connect(lambda beside: self.pick(beside, box.insert))
        box.left.connect(window.list.setFocus)
        self._traces = self._left_by_now()
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK_MS)
        self._looking.timeout.connect(self._look_again)
        self._looking.start()
        window.reader.made.connect(self._made)
        bridge.acted.connect(self._acted)

    # --- the conversation that is read ---

    @Slot(object)
    def turn_to(self, row: Row | None) -> None:
        """Follow what is read: show the box of a conversation with what was written in it."""
        box = self._box
        before = box.row
        if before is not None and (row is None or row.id != before.id):
            self._files[before.id] = box.files.files()
        box.show_for(row if row is not None and row.chat is not None else None)
        if row is None or row.chat is None or (before is not None and before.id == row.id):
            return
        self._look(row)
        self._traces = self._left_by_now()
        letters, files = self._bridge.desk.letters, self._files.pop(row.id, ())

        def known(text: str) -> None:
            if box.row is not None and box.row.id == row.id:
                box.load(text, files)

        # Behind the words that are still being kept.
        self._bridge.write(lambda: letters.words(row.id), known, _unknown)

    def renew(self, row: Row) -> None:
        """Follow the conversation that is read: it may have been closed meanwhile."""
        if self._box.row is not None and self._box.row.id == row.id:
            self._box.show_for(row)

    def begin(self, row: Row) -> None:
        self._read(row)
        if self._window.single:
            self._window.show_reader(True)
        self.turn_to(row)
        self._box.begin()

    def give(self, command: str) -> bool:
        """Carry out a command on the conversation that is read; False: it is not one of these."""
        part, row = self._window.reader.part, self._window.reader.row
        if command == "check-this" and row is not None:
            self._look(row, now=True)
            return True
        if command not in ("react", "edit-own"):
            return False
        if not isinstance(part, ChatPart):
            self._say(self.tr("Open a conversation first"))
        elif not part.edit("own" if command == "edit-own" else command):
            self._say(self.tr("There is no message for that"))
        return True

    @Slot()
    def _look_again(self) -> None:
        """While somebody is at it, a conversation goes on. For one that only stands open nobody
        asks: some services forbid to be asked by a clock."""
        row, before = self._box.row, self._traces
        self._traces = self._left_by_now()
        if row is not None and self._traces != before and self._window.isActiveWindow():
            self._look(row)

    def _left_by_now(self) -> tuple[QPoint, str]:
        """Return what differs once the person has moved or written."""
        return QCursor.pos(), self._box.words.toPlainText()

    def _look(self, row: Row, *, now: bool = False) -> None:
        """Have the service asked; unless `now`, if what is here is older than it may be when looked
        at."""
        facts = {"account": row.account, "item": row.id, "now": now}
        self._bridge.errand("look", facts, lambda _: self.looked.emit(row))

    def keep(self) -> None:
        self._box.keep()

    @Slot(object)
    def _made(self, part: Part) -> None:
        if isinstance(part, ChatPart):
            part.picks.connect(lambda beside: self.pick(beside, part.react))
            part.sought.connect(self._open)
            part.taken_back.connect(lambda action: self._bridge.undo(ActionId(action)))
            part.deletes.connect(self._ask_before)
            part.threads.connect(self._box.answer)

    @Slot(str, str)
    def _open(self, item: str, key: str) -> None:
        """Read a thread, or the conversation it is in; what is not here is asked for."""
        desk = self._bridge.desk

        def bring(_: LoopDeskError) -> None:
            self._bring(key)

        self._bridge.read(lambda: desk.row(ItemId(item)), self.opened.emit, bring)

    def _bring(self, key: str) -> None:
        """Have something brought that only its service's key names, and read it."""
        desk, row = self._bridge.desk, self._window.reader.row
        if row is None or not key:
            self._not_here(LoopDeskError())
            return

        def brought(facts: dict[str, object]) -> None:
            item = ItemId(str(facts.get("item") or ""))
            self._bridge.read(lambda: desk.row(item), self.opened.emit, self._not_here)

        self._say(self.tr("It is being brought"))
        self._bridge.errand("look", {"account": row.account, "key": key}, brought)

    def _not_here(self, _: LoopDeskError) -> None:
        self._say(self.tr("It is not on this computer yet"))

    # --- what is done to a message ---

    @Slot(object)
    def _ask_before(self, shown: Shown) -> None:
        from loopdesk.ui.sheet import Choice, Sheet

        row = self._window.reader.row
        if row is None:
            return
        choices = (
            Choice("keep", self.tr("Keep it")),
            Choice("delete", words.order("delete"), "danger"),
        )

        def answered(chosen: str) -> None:
            if chosen == "delete":
                self._act("delete", row, Arguments(entry=shown.id))
                if self._box.in_thread is not None and self._box.in_thread.id == shown.id:
                    self._box.answer(None)

        sheet = Sheet(self._window, *delete_question(shown), choices)
        sheet.chosen.connect(answered)
        sheet.open()

    # --- writing ---

    @Slot(Written)
    def _send(self, written: Written) -> None:
        row, box = written.row, self._box
        given = Arguments(
            text=written.text,
            entry=written.entry,
            at=written.at,
            files=tuple(blob.id for blob in written.files),
            mentions=written.mentions,
        )
        letters = self._bridge.desk.letters
        self._bridge.write(lambda: letters.note(row.id, ""), failed=_unknown)
        self._act("reply", row, given)
        box.begin()
        if written.done:
            self.done.emit(row)

    @Slot(Kept)
    def _keep(self, kept: Kept) -> None:
        letters = self._bridge.desk.letters
        self._bridge.write(lambda: letters.note(kept.row.id, kept.text), failed=_unknown)

    def take_back(self, action: Action, row: Row) -> None:
        """Put the words of a message that did not leave into its box again."""
        letters, text = self._bridge.desk.letters, action.arguments.text
        box, part = self._box, self._window.reader.part
        if action.name == "edit" and isinstance(part, ChatPart):
            part.begin_edit(action.arguments.entry, text)
            return
        if box.row is not None and box.row.id == row.id:
            box.load(text)
            box.begin()
            return
        self._bridge.write(lambda: letters.note(row.id, text), failed=_unknown)

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        action = acted.action
        if not acted.back or acted.row.chat is None or action.state is not State.UNDONE:
            return
        if action.name in _WRITES:
            self.take_back(action, acted.row)

    @Slot(str)
    def _look_for(self, typed: str) -> None:
        """Find people and channels of the account for the name that is being typed."""
        row, part = self._box.row, self._window.reader.part
        if row is None:
            return
        desk = self._bridge.desk
        kind = "direct" if typed.startswith("@") else "channel"
        here = part.people() if isinstance(part, ChatPart) else ()

        def found() -> list[tuple[str, str]]:
            return matching(typed, named_places(desk.places(row.account, kind), kind, here))

        self._bridge.read(found, self._box.offer, key="chat-names")

    # --- files, emoji, later ---

    @Slot(tuple)
    def _attach(self, paths: tuple[str, ...]) -> None:
        row = self._box.row
        if row is None:
            return
        if paths:
            self._attach_files(row, paths)
            return
        asking = QFileDialog(self._window, self.tr("Attach files"))
        asking.setFileMode(QFileDialog.FileMode.ExistingFiles)
        asking.filesSelected.connect(lambda chosen: self._attach_files(row, tuple(chosen)))
        asking.finished.connect(asking.deleteLater)
        asking.finished.connect(lambda _: self._box.begin())
        asking.open()

    def _attach_files(self, row: Row, paths: tuple[str, ...]) -> None:
        files = self._bridge.desk.files
        for path in map(Path, paths):
            self._bridge.write(
                partial(files.attach, row.account, path.name, path),
                partial(self._box.add_file, row),
                self._say_error,
            )

    @cached_property
    def _picker(self) -> EmojiPicker:
        from loopdesk.ui.emoji_picker import EmojiPicker

        made = EmojiPicker(self._window)
        made.chosen.connect(self._picked)
        return made

    def pick(self, beside: QWidget, then: Callable[[str], None]) -> None:
        """Let the person choose an emoji, and give it to `then`."""
        desk = self._bridge.desk

        def known(kept: str) -> None:
            self._recent = kept
            self._picker.ask(emoji.recent(kept), beside)

        self._picking = then
        self._bridge.read(lambda: desk.setting(_RECENT), known)

    @Slot(str)
    def _picked(self, char: str) -> None:
        desk, kept = self._bridge.desk, emoji.used(self._recent, char)
        self._bridge.write(lambda: desk.set(_RECENT, kept))
        self._picking(char)

    @cached_property
    def _later(self) -> LaterPicker:
        from loopdesk.ui.later import LaterPicker

        made = LaterPicker(self._window, self._here)
        made.chosen.connect(lambda at: self._box.send(False, at))
        return made

    @Slot(QWidget)
    def _ask_when(self, beside: QWidget) -> None:
        self._later.ask(self.tr("Send at"), self.tr("Send then"), beside)

    def send_or_not(self, *, done: bool) -> bool:
        """Send what is being written in the box; False: the keyboard is elsewhere."""
        focus = QApplication.focusWidget()
        if focus is None or not self._box.isAncestorOf(focus):
            return False
        self._box.send(done)
        return True

    def _here(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)

    def _say(self, text: str) -> None:
        self._window.toast.say(text)

    def _say_error(self, error: LoopDeskError) -> None:
        self._say(failures.error(error))


def _nothing(_: str) -> None:
    """Nobody wants an emoji."""


def _unknown(_: LoopDeskError) -> None:
    """A conversation that is gone has no words to keep."""
