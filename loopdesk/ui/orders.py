"""What a command does to the rows it was given for, and what is said about it.

The rows are taken when the command comes: an action never slides to another row because the list
went on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from loopdesk.core.actions import NOTHING, Action, Arguments, State, Target
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.ui import words
from loopdesk.ui.bridge import Acted, Bridge, Folded, NotActed
from loopdesk.ui.composer import Draft, Letter, Outgoing
from loopdesk.ui.list_view import Clicked
from loopdesk.ui.meeting import Answered
from loopdesk.ui.notices import Notices
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.snooze import Snooze, SnoozePicker
    from loopdesk.ui.why import Liked, WhyPopover

_LETTERS = ("reply", "reply-all")


class Orders(QObject):
    """Turns commands into actions, and says what became of them."""

    def __init__(
        self,
        bridge: Bridge,
        window: Window,
        zone: tzinfo,
        rows: Callable[[], Sequence[Row]],
        read: Callable[[Row], None],
    ) -> None:
        """Connect window and bridge.

        Args:
            rows: what a command would act on now.
            read: shows a row in the reader at once.
        """
        super().__init__(window)
        self._bridge, self._window, self._zone, self._rows = bridge, window, zone, rows
        self._read = read
        self.notices = Notices(bridge, window.toast)
        self._snoozing: tuple[Row, ...] = ()
        bridge.folded.connect(self._show_folded)
        bridge.acted.connect(self._acted)
        bridge.not_acted.connect(self._not_acted)
        window.list.clicked_action.connect(self._clicked)
        window.reader.answered.connect(self._answered)
        window.title_row.answered.connect(self._answered)
        composer = window.composer
        composer.asked.connect(self._answer_all)
        composer.sent.connect(self._send)
        composer.again.connect(self.notices.send_now)
        composer.kept.connect(self._keep)
        composer.looked_for.connect(self._look_for)
        composer.left.connect(self._letter_left)

    # --- commands ---

    def give(self, command: str) -> bool:
        """Carry out a command on the current rows; False: it is not one of these."""
        match command:
            case "reply" | "reply-all":
                self._begin_letter(command)
            case "snooze":
                self._ask_when(tuple(self._rows()))
            case "why":
                self._explain()
            case "undo":
                self._take_back()
            case "send" | "send-done":
                self._send_or_hasten(done=command == "send-done")
            case "retry" | "discard" | "edit-refused":
                self._settle_refused(command)
            case "done" | "star" | "accept" | "tentative" | "decline" | "read" | "unread":
                self.act(command, self._rows(), single_key=True)
            case "mute" | "trash" | "more" | "less" | "pin":
                self.act(command, self._rows(), single_key=True)
            case "done-previous" | "done-next":
                rows = list(self._rows())
                self._window.list.step(-1 if command == "done-previous" else 1)
                self.act("done", rows, single_key=True)
            case _ if command.startswith("do "):
                self.act(command.removeprefix("do "), self._rows())
            case _:
                return False
        return True

    def act(
        self,
        command: str,
        rows: Sequence[Row],
        arguments: Arguments = NOTHING,
        *,
        single_key: bool = False,
    ) -> None:
        """Do one thing to each of the rows; where it makes no sense, say so."""
        done = False
        for row in rows:
            name = _action(command, row)
            if name in row.actions:
                self._bridge.act(name, row, arguments, single_key=single_key)
                done = True
        if not done:
            said = self.tr("{order}: not possible with this").format(order=words.order(command))
            self._window.toast.say(said if rows else self.tr("Select a row first"))

    def take_back_typing(self, since: float) -> None:
        """Somebody typed words at the list: nothing of it shall stay."""
        self._bridge.take_back_since(since)
        self._window.toast.say(self.tr("Looks like typing. Press R to reply"))

    # --- letters ---

    def offer(self, row: Row | None) -> None:
        """Show the closed field under the item that is read."""
        if row is None or "reply" not in row.actions:
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

    def open_letter(self, row: Row, name: str, target: Target, text: str, sender: str = "") -> None:
        """Open the composer for an answer."""
        self._open_letter(Letter(row, name, target, sender, text))

    def _open_letter(self, letter: Letter) -> None:
        self._read(letter.row)
        if self._window.single:
            self._window.show_reader(True)
        self._window.composer.write(letter)

    @Slot()
    def _answer_all(self) -> None:
        row = self._window.reader.row
        if row is not None:
            name = "reply-all" if "reply-all" in row.actions else "reply"
            self._window.commanded.emit(name)

    @Slot()
    def _letter_left(self) -> None:
        self._window.list.setFocus()
        self.offer(self._window.reader.row)

    def _begin_letter(self, name: str) -> None:
        row = next(iter(self._rows()), None)
        if row is None or name not in row.actions:
            self.act(name, [row] if row is not None else [])
            return
        composer = self._window.composer
        written = ""
        if composer.letter is not None and composer.letter.row.id == row.id:
            if composer.letter.name == name:
                composer.words.setFocus()
                return
            written = composer.words.toPlainText()
        # It has the keyboard before this returns: the next key is already a letter of the answer.
        opened = Letter(row, name, text=written)
        self._open_letter(opened)
        desk = self._bridge.desk

        def ask() -> Letter:
            accounts = desk.accounts()
            mine = next((a.address for a in accounts if a.id == row.account), "")
            # Where there is only one account, From says nothing.
            sender = mine if len(accounts) > 1 else ""
            target = desk.recipients(row.id, name)
            return Letter(row, name, target, sender, "" if written else desk.letters.words(row.id))

        def failed(error: LoopDeskError) -> None:
            if composer.letter is opened:
                composer.leave()
            self._say_error(error)

        # Behind the drafts that are still being written: one of them may be this letter's.
        self._bridge.write(ask, partial(composer.complete, opened), failed)

    @Slot(object)
    def _send(self, letter: Outgoing) -> None:
        self._bridge.act(letter.name, letter.row, letter.arguments)
        self._keep(Draft(letter.row.id, ""))
        if letter.done:
            self.act("done", [letter.row])
        self._window.composer.offer("")
        self.offer(letter.row)
        self._window.list.setFocus()

    @Slot(object)
    def _keep(self, draft: Draft) -> None:
        desk = self._bridge.desk

        def kept(_: None) -> None:
            if draft.text:
                at = words.clock(self._bridge.clock.now(), self._zone)
                self._window.composer.confirm_kept(at)

        def keep() -> None:
            before = desk.letters.words(draft.item) if draft.goes_on else ""
            desk.letters.note(draft.item, before + draft.text)

        self._bridge.write(keep, kept)

    @Slot(str)
    def _look_for(self, typed: str) -> None:
        desk, composer = self._bridge.desk, self._window.composer
        self._bridge.read(lambda: desk.people(typed), composer.suggest, key="people")

    def _send_or_hasten(self, *, done: bool) -> None:
        """Send the letter that is being written; elsewhere, let what counts down leave at once."""
        composer, focus = self._window.composer, QApplication.focusWidget()
        if composer.letter is not None and focus is not None and composer.isAncestorOf(focus):
            composer.send(done)
        else:
            self.notices.send_now()

    # --- snooze, reasons, answers ---

    @cached_property
    def _why(self) -> WhyPopover:
        from loopdesk.ui.why import WhyPopover

        made = WhyPopover(self._window)
        made.liked.connect(self._liked)
        made.newest_first.connect(partial(self._window.commanded.emit, "order"))
        return made

    @cached_property
    def _snooze(self) -> SnoozePicker:
        from loopdesk.ui.snooze import SnoozePicker

        made = SnoozePicker(self._window, self._here)
        made.chosen.connect(self._snooze_until)
        return made

    def _ask_when(self, rows: tuple[Row, ...]) -> None:
        if not rows:
            self.act("snooze", rows)
            return
        if all("unsnooze" in row.actions for row in rows):
            self.act("unsnooze", rows)
            return
        self._snoozing = rows
        reader = self._window.reader
        beside = reader.snooze_button if reader.snooze_button.isVisible() else None
        self._snooze.ask(rows[0].id, beside)

    @Slot(object)
    def _snooze_until(self, chosen: Snooze) -> None:
        self.act("snooze", self._snoozing, Arguments(at=chosen.until))
        self._window.list.setFocus()

    def _explain(self) -> None:
        row = next(iter(self._rows()), None)
        if row is None:
            self.act("why", [])
            return
        button = self._window.reader.why_button
        self._why.explain(row, self._place(row), button if button.isVisible() else None)

    def _place(self, row: Row) -> str:
        pane = self._window.list.desk_model.pane
        mates = [other.id for other in pane.rows if other.section is row.section]
        total = max(pane.counts.get(row.section, 0), len(mates))
        if row.id not in mates:
            return words.section(row.section)
        return self.tr("{n} of {all} in {section}").format(
            n=words.count(mates.index(row.id) + 1),
            all=words.count(total),
            section=words.section(row.section),
        )

    @Slot(object)
    def _liked(self, liked: Liked) -> None:
        self.act(liked.name, [liked.row])

    @Slot(Answered)
    def _answered(self, answered: Answered) -> None:
        self.act(answered.name, [answered.row], Arguments(text=answered.note))

    @Slot(Clicked)
    def _clicked(self, clicked: Clicked) -> None:
        self._window.list.select(clicked.row.id)
        if clicked.action in ("snooze", "reply"):
            self.give(clicked.action)
        else:
            self.act(clicked.action, [clicked.row])

    def _settle_refused(self, command: str) -> None:
        row = next(iter(self._rows()), None)
        if row is None or row.pending is None or row.state is not State.REFUSED:
            self.act(command, [])
            return
        refused = row.pending
        if command == "retry":
            self._bridge.retry(refused)
            return
        if command == "edit-refused":
            desk = self._bridge.desk

            def edit(action: Action) -> None:
                self.open_letter(row, action.name, action.target, action.arguments.text)

            self._bridge.read(lambda: desk.action(refused), edit, self._say_error)
        self._bridge.discard(refused)

    # --- what became of it ---

    def _take_back(self) -> None:
        if self._bridge.take_back() is None:
            self._window.toast.say(self.tr("There is nothing to take back"))

    @Slot(Folded)
    def _show_folded(self, folded: Folded) -> None:
        self._window.list.put(folded.before, folded.after)
        if folded.after is not None:
            self._window.reader.renew(folded.after)

    @Slot(Acted)
    def _acted(self, acted: Acted) -> None:
        """Give the words of a letter that did not leave to the person again."""
        letter, row = acted.action, acted.row
        if not acted.back or letter.name not in _LETTERS or letter.state is not State.UNDONE:
            return
        self._keep(Draft(row.id, letter.arguments.text))
        reading = self._window.reader.row
        if reading is not None and reading.id == row.id and self._window.composer.letter is None:
            self.open_letter(row, letter.name, letter.target, letter.arguments.text)

    @Slot(NotActed)
    def _not_acted(self, not_acted: NotActed) -> None:
        if not_acted.row is not None:
            self._window.list.put(not_acted.row, not_acted.row)
            self._window.reader.renew(not_acted.row)

    def _say_error(self, error: LoopDeskError) -> None:
        self._window.toast.say(words.error(error))

    def _here(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)


def _action(command: str, row: Row) -> str:
    """Return the action that a command means for a row."""
    match command:
        case "done" if row.kind is Kind.MESSAGE and "archive" in row.actions:
            return "archive"
        case "star":
            return "unstar" if row.starred else "star"
        case "pin":
            return "unpin" if row.marks.pinned else "pin"
    return command


def _nothing(_: object) -> None:
    """What is no longer there needs no words."""
