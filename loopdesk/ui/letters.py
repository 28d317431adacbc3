"""Letters at work: between the two composers, the bridge, and what the person says.

letters = Letters(bridge, window, zone, read)
letters.begin("reply", row)          # the composer has the keyboard before this returns
letters.edit(draft, row)             # one that was begun before
letters.follow("mailto:...")         # one that a link begins
letters.offer(row)                   # the closed field under the item that is read
letters.turn_to(row)                 # another item is read now
letters.take_back(action)            # a letter that did not leave is written on
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from loopdesk.core.actions import Action, ActionId, State, Target
from loopdesk.core.drafts import Draft
from loopdesk.core.errors import LoopDeskError, Unknown
from loopdesk.core.items import AccountId
from loopdesk.core.rows import Row
from loopdesk.core.seams import Blob
from loopdesk.desk.letters import ANSWERS, LETTERS
from loopdesk.ui import failures, words
from loopdesk.ui.bridge import Acted, Bridge, Step
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.composer import (
        Attaching,
        Composer,
        Moved,
        Opened,
        Opening,
        Outgoing,
        Pasted,
        Turned,
        Unfinished,
    )


class Letters(QObject):
    """Both composers: the docked one answers, the page is for what is new."""

    done = Signal(object)
    """Row: the person is done with it, too."""
    again = Signal()
    """Ctrl+Enter where nothing is written."""

    def __init__(
        self, bridge: Bridge, window: Window, zone: tzinfo, read: Callable[[Row], None]
    ) -> None:
        """Connect the composers.

        Args:
            read: shows a row in the reader at once.
        """
        super().__init__(window)
        self._bridge, self._window, self._zone, self._read = bridge, window, zone, read
        bridge.acted.connect(self._acted)
        self._composers: list[Composer] = []
        window.composed.connect(self._take)

    @Slot(object)
    def _take(self, composer: Composer) -> None:
        self._composers.append(composer)
        composer.asked.connect(self._answer_all)
        composer.sent.connect(self._send)
        composer.again.connect(self.again)
        composer.kept.connect(self._keep)
        composer.rests.connect(self._put_down)
        composer.cut_short.connect(self._go_on)
        composer.looked_for.connect(partial(self._look_for, composer))
        composer.attaching.connect(partial(self._attach, composer))
        composer.pasted.connect(partial(self._paste, composer))
        composer.moved.connect(partial(self._move, composer))
        composer.turned.connect(partial(self._turn, composer))
        composer.discarded.connect(self.discard)
        composer.left.connect(self._left)

    @cached_property
    def writer(self) -> Composer:
        """Return the page on which something new is written."""
        from loopdesk.ui.composer import Composer

        made = Composer(self._window, page=True)
        self._take(made)
        return made

    # --- opening ---

    def begin(self, name: str, row: Row | None = None, *, entry: str = "") -> None:
        """Open the composer for an answer, or for something new.

        It has the keyboard before this returns: the next key is already a letter of the text. Who
        gets it, what had been written and what is quoted follow.
        """
        composer = self._composer(name)
        writing = composer.letter
        answers = {name, composer.name} == set(_TURNS)
        if answers and writing is not None and _same(writing.row, row):
            self._turn_to(name)
            return
        item = None if row is None else row.id
        letters = self._bridge.desk.letters
        self._open(name, row, lambda: letters.open(name, item=item, entry=entry))

    def follow(self, link: str) -> None:
        """Open the composer as a `mailto:` link fills it in; what is written there now is kept."""
        if self.writer.letter is not None:
            self.writer.leave()
        letters = self._bridge.desk.letters
        addressed = "@" in link.partition("?")[0]
        self._open("compose", None, lambda: letters.linked(link), addressed=addressed)

    def edit(self, draft: Draft, row: Row | None, *, typed: str = "") -> None:
        """Open a letter that was begun before; what was typed meanwhile goes on from it."""
        self._open(draft.name, row, lambda: draft, addressed=bool(draft.to))
        if typed:
            self._composer(draft.name).words.insertPlainText(typed)

    def take_back(self, action: Action, row: Row | None) -> None:
        """Open what an action did not send, if it is still to be had."""
        letters = self._bridge.desk.letters
        new = action.name not in ANSWERS

        def found(draft: Draft | None) -> None:
            shown = self._window.reader.row
            looked_at = new or (shown is not None and row is not None and shown.id == row.id)
            # Nothing is taken from under what is being written; it is found among the drafts.
            if draft is not None and looked_at and self._composer(action.name).letter is None:
                self.edit(draft, None if new else row)

        # Behind the order that took the action back.
        self._bridge.write(lambda: letters.left(action.id), found)

    def _composer(self, name: str) -> Composer:
        return self._window.composer if name in ANSWERS else self.writer

    def _open(
        self,
        name: str,
        row: Row | None,
        ask: Callable[[], Draft],
        *,
        addressed: bool = False,
    ) -> None:
        from loopdesk.ui.composer import Opening

        composer = self._composer(name)
        writing = composer.letter
        if writing is not None and composer.name == name and _same(writing.row, row):
            composer.words.setFocus()
            return
        if row is not None:
            self._read(row)
            if self._window.single:
                self._window.show_reader(True)
        else:
            self._window.show_list()
            self._window.show_beside(composer)
        opening = Opening(row, name, addressed)
        composer.write(opening)

        def failed(error: LoopDeskError) -> None:
            if composer.letter is opening:
                composer.leave()
            if row is None and isinstance(error, Unknown):
                self._window.toast.say(words.no_account_for(name))
            else:
                self._say_error(error)

        # Behind the drafts that are still being written: one of them may be this letter.
        self._bridge.write(lambda: self._opened(ask()), partial(composer.complete, opening), failed)

    def _opened(self, draft: Draft) -> Opened:
        """Return all that a composer shows of a letter. Waits for the store."""
        from loopdesk.ui.composer import Opened, Sender

        desk = self._bridge.desk
        senders = [
            Sender(AccountId(account.id), one.who)
            for account in desk.accounts()
            for one in desk.letters.identities(AccountId(account.id))
        ]
        turns = False
        if draft.item is not None and draft.name in _TURNS:
            takes = desk.row(draft.item).actions
            turns = all(name in takes for name in _TURNS)
        pictures = {
            blob.id: desk.files.read(blob.id)
            for blob in draft.files
            if f"cid:{blob.id}" in draft.html
        }
        return Opened(draft, tuple(senders), turns, pictures)

    # --- the closed field ---

    def offer(self, row: Row | None) -> None:
        """Show the closed field under the item that is read."""
        # A conversation has a box of its own.
        if row is None or row.chat is not None or "reply" not in row.actions:
            if self._window.has_composer:
                self._window.composer.offer("")
            return
        name = "reply-all" if "reply-all" in row.actions else "reply"

        def known(target: Target) -> None:
            reader = self._window.reader.row
            if reader is None or reader.id != row.id or self._window.composer.letter is not None:
                return
            people = words.addressed((*target.to, *target.cc))
            self._window.composer.offer(self.tr("Reply to {people}").format(people=people))

        self._bridge.read(
            lambda: self._bridge.desk.recipients(row.id, name), known, _nothing, key="offer"
        )

    def turn_to(self, row: Row) -> None:
        """Let go of what is written under another item than the one that is read now."""
        if self._window.beside in self._composers:
            self.writer.leave()
        if not self._window.has_composer:
            return
        composer = self._window.composer
        writing = composer.letter
        if writing is None or writing.row is None or writing.row.id != row.id:
            if writing is not None:
                composer.leave()
            composer.offer("")

    @Slot()
    def _answer_all(self) -> None:
        row = self._window.reader.row
        if row is not None:
            self._window.commanded.emit("reply-all" if "reply-all" in row.actions else "reply")

    @Slot()
    def _left(self) -> None:
        if self._window.beside in self._composers:
            self._window.show_beside(None)
        self._window.list.setFocus()
        self.offer(self._window.reader.row)

    # --- keeping and sending ---

    def send_or_hasten(self, hasten: Callable[[], None], *, done: bool) -> None:
        """Send the letter that is being written; elsewhere, let what counts down leave at once."""
        focus = QApplication.focusWidget()
        for composer in self._composers:
            if composer.letter is not None and focus is not None and composer.isAncestorOf(focus):
                composer.send(done)
                return
        hasten()

    def keep(self) -> None:
        """Have what is being written kept now: the person turns away."""
        for composer in self._composers:
            composer.rest()

    @Slot(object)
    def _send(self, letter: Outgoing) -> None:
        self._bridge.send(letter.draft, letter.row)
        if letter.done and letter.row is not None:
            self.done.emit(letter.row)
        self._left()

    @Slot(object)
    def _keep(self, draft: Draft) -> None:
        letters = self._bridge.desk.letters

        def keep() -> bool:
            if letters.is_empty(draft):
                if draft.changed_at is not None or letters.is_kept(draft.id):
                    letters.drop(draft.id)
                return False
            letters.keep(draft)
            return True

        def kept(is_kept: bool) -> None:
            self._bridge.nudge()
            if is_kept:
                at = words.clock(self._bridge.clock.now(), self._zone)
                for composer in self._composers:
                    composer.confirm_kept(draft.id, at)

        self._bridge.write(keep, kept)

    @Slot(str)
    def _put_down(self, draft: str) -> None:
        letters = self._bridge.desk.letters
        self._bridge.write(lambda: letters.put_down(draft), lambda _: self._bridge.nudge())

    @Slot(object)
    def _go_on(self, left: Unfinished) -> None:
        letters = self._bridge.desk.letters
        item = None if left.opening.row is None else left.opening.row.id
        self._bridge.write(
            lambda: letters.go_on(
                left.opening.name, item, left.text, to=left.to, subject=left.subject
            )
        )

    @Slot(object)
    def discard(self, draft: Draft) -> None:
        """Give a letter up, with a way back."""
        letters = self._bridge.desk.letters

        def drop() -> Action | None:
            # Kept first: what is taken back is what stood there last.
            letters.keep(draft)
            return letters.drop(draft.id)

        def dropped(deleting: Action | None) -> None:
            self._bridge.nudge()
            step = Step(
                ActionId(f"draft-{draft.id}"),
                partial(self._restore, draft, deleting),
                self._bridge.clock.monotonic(),
            )
            self._bridge.remember(step)
            self._window.toast.say(self.tr("Draft discarded"), undo=step.id)
            self._bridge.outbox_changed.emit()

        self._bridge.write(drop, dropped, self._say_error)

    def _restore(self, draft: Draft, deleting: Action | None) -> None:
        desk = self._bridge.desk

        def restore() -> tuple[Draft, Row | None]:
            if deleting is not None:
                desk.undo(deleting.id)
            kept = desk.letters.keep(draft)
            return kept, None if kept.item is None else desk.row(kept.item)

        def restored(found: tuple[Draft, Row | None]) -> None:
            self.edit(*found)

        self._bridge.write(restore, restored, self._say_error)

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        """Give a letter that did not leave to the person again."""
        letter = acted.action
        ours = letter.name in LETTERS and acted.row.chat is None
        if acted.back and ours and letter.state is State.UNDONE:
            self.take_back(letter, acted.row)

    # --- what goes along ---

    def _attach(self, composer: Composer, wanted: Attaching) -> None:
        if wanted.paths:
            self._attach_files(composer, wanted.opening, wanted.account, wanted.paths)
            return
        asking = QFileDialog(self._window, self.tr("Attach files"))
        asking.setFileMode(QFileDialog.FileMode.ExistingFiles)
        asking.filesSelected.connect(
            lambda paths: self._attach_files(composer, wanted.opening, wanted.account, paths)
        )
        asking.finished.connect(asking.deleteLater)
        asking.finished.connect(lambda _: self._go_on_writing(composer))
        asking.open()

    def _go_on_writing(self, composer: Composer) -> None:
        self._window.activateWindow()
        composer.words.setFocus()

    def _attach_files(
        self, composer: Composer, opening: Opening, account: AccountId, paths: tuple[str, ...]
    ) -> None:
        files = self._bridge.desk.files
        for path in map(Path, paths):
            self._bridge.write(
                partial(files.attach, account, path.name, path),
                partial(composer.add_file, opening),
                self._say_error,
            )

    def _paste(self, composer: Composer, pasted: Pasted) -> None:
        files = self._bridge.desk.files

        def added(blob: Blob) -> None:
            composer.add_picture(pasted.opening, blob, pasted.data)

        self._bridge.write(
            lambda: files.attach(pasted.account, "picture.png", pasted.data),
            added,
            self._say_error,
        )

    # --- recipients and senders ---

    def _look_for(self, composer: Composer, typed: str) -> None:
        desk = self._bridge.desk
        self._bridge.read(lambda: desk.people(typed), composer.suggest, key="people")

    def _move(self, composer: Composer, moved: Moved) -> None:
        letters = self._bridge.desk.letters
        address = moved.to.who.address

        def move() -> Draft:
            return letters.with_sender(moved.draft, moved.to.account, address)

        self._bridge.write(move, partial(composer.renew, moved.opening), self._say_error)

    def _turn(self, composer: Composer, turned: Turned) -> None:
        letters = self._bridge.desk.letters
        self._bridge.write(
            lambda: letters.turned(turned.draft, turned.name),
            partial(composer.renew, turned.opening),
            self._say_error,
        )

    def _turn_to(self, name: str) -> None:
        from loopdesk.ui.composer import Turned

        composer = self._window.composer
        opening, letter = composer.letter, composer.now()
        composer.words.setFocus()
        if opening is not None and letter is not None:
            self._turn(composer, Turned(opening, letter, name))

    def _say_error(self, error: LoopDeskError) -> None:
        self._window.toast.say(failures.error(error))


_TURNS = ("reply", "reply-all")


def _same(one: Row | None, other: Row | None) -> bool:
    return (one is None) == (other is None) and (one is None or other is None or one.id == other.id)


def _nothing(_: object) -> None:
    """What is no longer there needs no words."""
