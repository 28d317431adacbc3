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

from loopdesk.core.actions import NOTHING, Action, Arguments, State
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.ui import failures, words
from loopdesk.ui.bridge import Bridge, Folded, NotActed
from loopdesk.ui.chats import Chats
from loopdesk.ui.letters import Letters
from loopdesk.ui.list_view import Clicked
from loopdesk.ui.meeting import Answered
from loopdesk.ui.notices import Notices
from loopdesk.ui.saying import Saying
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.later import LaterPicker
    from loopdesk.ui.why import Liked, WhyPopover


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
        self.letters = Letters(bridge, window, zone, read)
        self.letters.done.connect(self._done_with)
        self.chats = Chats(bridge, window, zone, self._do_to, read)
        self.chats.done.connect(self._done_with)
        self.saying = Saying(bridge, window, zone, self.chats.pick)
        self.notices = Notices(bridge, window.toast)
        self._snoozing: tuple[Row, ...] = ()
        bridge.folded.connect(self._show_folded)
        bridge.not_acted.connect(self._not_acted)
        window.list.clicked_action.connect(self._clicked)
        window.reader.answered.connect(self._answered)
        window.title_row.answered.connect(self._answered)
        self.letters.again.connect(self.notices.send_now)
        self.chats.again.connect(self.notices.send_now)

    # --- commands ---

    def give(self, command: str) -> bool:
        """Carry out a command on the current rows; False: it is not one of these."""
        match command:
            case "reply" | "reply-all" | "forward":
                self._begin_letter(command)
            case "compose":
                self.letters.begin("compose")
            case "snooze":
                self._ask_when(tuple(self._rows()))
            case "why":
                self._explain()
            case "undo":
                self._take_back()
            case "archive-mails":
                self.notices.archive_mails(single_key=True)
            case "send" | "send-done" if self.chats.send_or_not(done=command == "send-done"):
                pass
            case "send" | "send-done":
                self.letters.send_or_hasten(self.notices.send_now, done=command == "send-done")
            case "retry" | "discard" | "edit-refused":
                self._settle_refused(command)
            case "done" | "star" | "accept" | "tentative" | "decline" | "read" | "unread":
                self.act(command, self._rows(), single_key=True)
            case "complete" | "mute" | "trash" | "spam" | "more" | "less" | "pin" | "save":
                self.act(command, self._rows(), single_key=True)
            case "done-previous" | "done-next":
                rows = list(self._rows())
                self._window.list.step(-1 if command == "done-previous" else 1)
                self.act("done", rows, single_key=True)
            case _ if command.startswith("do "):
                self.act(command.removeprefix("do "), self._rows())
            case _:
                return self.chats.give(command) or self.saying.give(command)
        return True

    def act(
        self,
        command: str,
        rows: Sequence[Row],
        arguments: Arguments = NOTHING,
        *,
        single_key: bool = False,
    ) -> None:
        """Do one thing to each of the rows; where it makes no sense, say so.

        Before something goes from a place that is not seen here, it is asked for.
        """
        elsewhere = [row for row in rows if _goes_elsewhere_too(_action(command, row), row)]
        if elsewhere:
            self._ask_before(elsewhere, lambda: self._act(command, rows, arguments, single_key))
        else:
            self._act(command, rows, arguments, single_key)

    def _act(
        self, command: str, rows: Sequence[Row], arguments: Arguments, single_key: bool
    ) -> None:
        done = False
        for row in rows:
            name = _action(command, row)
            if name in row.actions:
                self._bridge.act(name, row, arguments, single_key=single_key)
                done = True
        if not done:
            said = self.tr("{order}: not possible with this").format(order=words.order(command))
            self._window.toast.say(said if rows else self.tr("Select a row first"))

    def _ask_before(self, elsewhere: Sequence[Row], delete: Callable[[], None]) -> None:
        from loopdesk.ui.sheet import Choice, Sheet

        if len(elsewhere) == 1:
            title = self.tr("Delete {title}?").format(title=words.who(elsewhere[0]))
            about, keep = words.goes_elsewhere_too(elsewhere[0]), self.tr("Keep it")
        else:
            title = self.tr("Delete {n} tasks?").format(n=words.count(len(elsewhere)))
            about = self.tr("They were assigned elsewhere, and go from there too.")
            keep = self.tr("Keep them")
        choices = (Choice("keep", keep), Choice("delete", self.tr("Delete"), "danger"))
        sheet = Sheet(self._window, title, about, choices)
        sheet.chosen.connect(lambda chosen: delete() if chosen == "delete" else None)
        sheet.open()

    def keep(self) -> None:
        """Have what is being written kept now: the person turns away."""
        self.letters.keep()
        self.chats.keep()

    def take_back_typing(self, since: float) -> None:
        """Somebody typed words at the list: nothing of it shall stay."""
        self._bridge.take_back_since(since)
        self._window.toast.say(self.tr("Looks like typing. Press R to reply"))

    def _begin_letter(self, name: str) -> None:
        row = next(iter(self._rows()), None)
        if row is not None and name == "reply" and "comment" in row.actions:
            self._window.commanded.emit("comment")
        elif row is None or name not in row.actions:
            self.act(name, [row] if row is not None else [])
        elif row.chat is not None:
            self.chats.begin(row)
        else:
            self.letters.begin(name, row)

    def _do_to(self, name: str, row: Row, arguments: Arguments) -> None:
        self.act(name, [row], arguments)

    @Slot(object)
    def _done_with(self, row: Row) -> None:
        self.act("done", [row])

    # --- snooze, reasons, answers ---

    @cached_property
    def _why(self) -> WhyPopover:
        from loopdesk.ui.why import WhyPopover

        made = WhyPopover(self._window)
        made.liked.connect(self._liked)
        made.newest_first.connect(partial(self._window.commanded.emit, "order"))
        return made

    @cached_property
    def _snooze(self) -> LaterPicker:
        from loopdesk.ui.later import LaterPicker

        made = LaterPicker(self._window, self._here)
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
        self._snooze.ask(self.tr("Snooze until"), self.tr("Snooze"), beside)

    @Slot(object)
    def _snooze_until(self, at: datetime) -> None:
        self.act("snooze", self._snoozing, Arguments(at=at))
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
        self.act(
            answered.name, [answered.row], Arguments(text=answered.note, series=answered.series)
        )

    @Slot(Clicked)
    def _clicked(self, clicked: Clicked) -> None:
        self._window.list.select(clicked.row.id)
        if clicked.action in ("snooze", "reply", "due", "comment"):
            self._window.commanded.emit(clicked.action)
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
        self._bridge.discard(refused)
        if command == "edit-refused":
            desk = self._bridge.desk

            def edit(action: Action) -> None:
                if row.chat is not None:
                    self.chats.take_back(action, row)
                else:
                    self.letters.take_back(action, row)

            self._bridge.write(
                lambda: desk.action(refused),
                edit,
                self._say_error,
            )

    # --- what became of it ---

    def _take_back(self) -> None:
        if self._bridge.take_back() is None:
            self._window.toast.say(self.tr("There is nothing to take back"))

    @Slot(Folded)
    def _show_folded(self, folded: Folded) -> None:
        self._window.list.put(folded.before, folded.after)
        if folded.after is not None:
            self._window.reader.renew(folded.after)

    @Slot(NotActed)
    def _not_acted(self, not_acted: NotActed) -> None:
        if not_acted.row is not None:
            self._window.list.put(not_acted.row, not_acted.row)
            self._window.reader.renew(not_acted.row)

    def _say_error(self, error: LoopDeskError) -> None:
        self._window.toast.say(failures.error(error))

    def _here(self) -> datetime:
        return self._bridge.clock.now().astimezone(self._zone)


def _goes_elsewhere_too(name: str, row: Row) -> bool:
    return name == "delete" and row.task is not None and bool(row.task.assigned)


def _action(command: str, row: Row) -> str:
    """Return the action that a command means for a row."""
    match command:
        case "done" if row.kind is Kind.MESSAGE and "archive" in row.actions:
            return "archive"
        case "done" if row.kind is Kind.MESSAGE and row.unread and "read" in row.actions:
            return "read"
        case "done" if row.task is not None and row.task.mine and "complete" in row.actions:
            return "complete"
        case "trash" if row.kind is not Kind.MESSAGE and "delete" in row.actions:
            return "delete"
        case "star":
            return "unstar" if row.starred else "star"
        case "save":
            return "unsave" if row.marks.saved else "save"
        case "pin":
            return "unpin" if row.marks.pinned else "pin"
    return command
