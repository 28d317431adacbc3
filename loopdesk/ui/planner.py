"""The calendar at work: the days in the list's place, meetings and tasks in the making beside.

planner = Planner(bridge, window, zone, rows)
planner.open(), planner.refresh()
planner.give(command)      # True: it was one of the calendar's
planner.chosen             # Row or None: what the person is on now
planner.renewed            # Row or None: the same, read anew
planner.opened             # Row: to be read by itself
planner.link               # str
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import AccountId, ItemId, Kind
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Body, Row
from loopdesk.desk.desk import Desk
from loopdesk.desk.filling import BOARDS, HOLDERS, LANES
from loopdesk.ui import failures, words
from loopdesk.ui.bridge import Bridge, Folded
from loopdesk.ui.cancelling import Cancelling
from loopdesk.ui.day import Days, DayView, Turned
from loopdesk.ui.day_grid import Drawn, Moved
from loopdesk.ui.meeting_editor import Draft, MeetingEditor, Plan, Question
from loopdesk.ui.new_task import NewTask
from loopdesk.ui.sheet import Choice, Sheet
from loopdesk.ui.window import Window

_MODE = "days"
Places = tuple[tuple[Account, Place], ...]


@dataclass(frozen=True, slots=True)
class _Opening:
    """What an editor needs to begin."""

    places: Places
    body: Body | None = None


class Planner(QObject):
    chosen = Signal(object)
    renewed = Signal(object)
    opened = Signal(Row)
    link = Signal(str)

    def __init__(
        self, bridge: Bridge, window: Window, zone: tzinfo, rows: Callable[[], Sequence[Row]]
    ) -> None:
        """Connect window and bridge.

        Args:
            rows: what a command would act on now.
        """
        super().__init__(window)
        self._bridge, self._window, self._zone, self._rows = bridge, window, zone, rows
        self._next: ItemId | None = None
        self._shown = False
        self._fresh: ItemId | None = None  # just made: to be seen
        self._leaving_for: Callable[[], None] | None = None
        bridge.folded.connect(self._folded)

    # --- the days ---

    @property
    def shown(self) -> bool:
        """Return whether the days are where the list is otherwise."""
        return self._shown

    @cached_property
    def days(self) -> DayView:
        view = DayView(self._bridge.clock, self._zone)
        view.wanted.connect(self.refresh)
        view.chosen.connect(self._choose)
        view.opened.connect(self.opened)
        view.moved.connect(self._move)
        view.drawn.connect(self._draw)
        view.fixed.connect(self._say_fixed)
        view.calendar_turned.connect(self._turn_calendar)
        view.asked.connect(self._asked)
        return view

    def open(self) -> None:
        """Show the days, as the person left them."""
        first_time = "days" not in self.__dict__
        self._shown = True
        self._window.show_days(self.days)
        self.days.set_next(self._next)
        self.days.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        desk = self._bridge.desk

        def known(mode: str) -> None:
            if mode in ("5", "7"):
                self.days.set_mode(int(mode))

        if first_time:
            self._bridge.read(lambda: desk.setting(_MODE), known)
        self.refresh()

    def leave(self) -> None:
        """The list is shown again."""
        self._shown = False

    @Slot()
    def refresh(self) -> None:
        """Read anew what stands on the days that are shown."""
        if not self._shown:
            return
        agenda, first, count = self._bridge.desk.agenda, self.days.first, self.days.count

        def ask() -> Days:
            return Days(
                first, count, agenda.days(first, count), agenda.calendars(), agenda.boards()
            )

        self._bridge.read(ask, self._show, key="days")

    def set_next(self, row: Row | None) -> None:
        """Mark what the title row calls next."""
        self._next = None if row is None else row.id
        if "days" in self.__dict__:
            self.days.set_next(self._next)

    def _show(self, days: Days) -> None:
        if not self._shown:
            return
        before = self.days.current_row()
        self.days.show_days(days)
        fresh, self._fresh = self._fresh, None
        if fresh is not None:
            self.days.reveal(fresh)
        after = self.days.current_row()
        if before != after:
            self.renewed.emit(after)

    @Slot(object)
    def _choose(self, row: Row | None) -> None:
        self.chosen.emit(row)

    @Slot(Folded)
    def _folded(self, folded: Folded) -> None:
        if self._shown:
            self.days.put(folded.before, folded.after)

    @Slot(Moved)
    def _move(self, moved: Moved) -> None:
        row, meeting = moved.row, moved.row.meeting
        if meeting is None:
            return
        arguments = Arguments(at=moved.start_at, until=moved.end_at)
        self._bridge.act("reschedule", row, arguments)

    @Slot(Drawn)
    def _draw(self, drawn: Drawn) -> None:
        title = drawn.row.title if drawn.row is not None else ""
        notes = drawn.row.url if drawn.row is not None else ""
        self._begin_meeting(Draft(title, drawn.start_at, drawn.end_at, notes=notes))

    @Slot(Row)
    def _say_fixed(self, row: Row) -> None:
        said = self.tr("Only who made it can move it")
        if "propose" in row.actions:
            said = self.tr("Only the organiser can move it. You can propose another time")
        self._window.toast.say(said)

    @Slot(Turned)
    def _turn_calendar(self, turned: Turned) -> None:
        agenda = self._bridge.desk.agenda

        def turned_now(_: object) -> None:
            self._bridge.nudge()
            self.refresh()
            self._window.commanded.emit("refresh")

        self._bridge.write(
            lambda: agenda.choose(turned.account, turned.kind, turned.key, turned.on), turned_now
        )

    @Slot(str)
    def _asked(self, command: str) -> None:
        if command.startswith(f"{_MODE} "):
            desk, mode = self._bridge.desk, command.removeprefix(f"{_MODE} ")
            self._bridge.write(lambda: desk.set(_MODE, mode))
        else:
            self._window.commanded.emit(command)

    # --- commands ---

    def give(self, command: str) -> bool:
        """Carry out a command; False: it is none of the calendar's."""
        if command == "back" and self._window.page is None and self._window.beside is not None:
            self._leave_form()
            return True
        if self._shown and self._window.page is None and self._step(command):
            return True
        row = next(iter(self._rows()), None)
        match command:
            case "new-meeting":
                self._begin_meeting(Draft())
            case "new-task":
                self._begin_task()
            case "task-from":
                self._task_from(row)
            case "put-on-day":
                self._put_on_day(row)
            case "show-on-day":
                self._show_on_day(row)
            case "edit" | "do edit" | "do reschedule" if self._is_meeting(row):
                self._change(row, command.removeprefix("do "))
            case "do propose" if self._is_meeting(row):
                self._propose(row)
            case "do cancel" if self._is_meeting(row):
                self._cancel(row)
            case "copy-link" if self._is_meeting(row):
                self._copy_link(row)
            case "join" | "do join" if self._is_meeting(row):
                self._join(row)
            case _:
                return False
        return True

    def _step(self, command: str) -> bool:
        """Carry out what only makes sense among the days."""
        match command:
            case "next" | "previous":
                self.days.step(1 if command == "next" else -1)
            case "today":
                self.days.go_today()
            case "earlier" | "later":
                self.days.turn(1 if command == "later" else -1)
            case "compose":
                self._begin_meeting(Draft())
            case "open":
                row = self.days.current_row()
                if row is not None:
                    self.opened.emit(row)
            case "back" if self._window.single and self._window.reading:
                self._window.show_reader(False)
                self.days.grid.setFocus()
            case "back":
                if self.days.current_row() is not None:
                    self.days.select(None)
                self.days.grid.setFocus()
            case _:
                return False
        return True

    def _is_meeting(self, row: Row | None) -> bool:
        return row is not None and row.kind is Kind.MEETING

    def _join(self, row: Row | None) -> None:
        meeting = row.meeting if row is not None else None
        if meeting is not None and meeting.join_url:
            self.link.emit(meeting.join_url)
        else:
            self._window.toast.say(self.tr("It has no link to join by"))

    def _copy_link(self, row: Row | None) -> None:
        if row is None or row.meeting is None:
            return
        address = row.meeting.join_url or row.url
        if address:
            QGuiApplication.clipboard().setText(address)
            self._window.toast.say(self.tr("Link copied"))
        else:
            self._window.toast.say(self.tr("It has no link"))

    def _cancel(self, row: Row | None) -> None:
        if row is None or "cancel" not in row.actions:
            self._window.toast.say(self.tr("Only who made it can cancel it. You can decline it"))
            return
        sheet = Cancelling(self._window, row)
        sheet.chosen.connect(partial(self._bridge.act, "cancel", row))
        sheet.open()

    def _show_on_day(self, row: Row | None) -> None:
        """Lead to the day that something is on."""
        if row is None:
            return
        at = row.at or self._bridge.clock.now()
        on = row.on or at.astimezone(self._zone).date()
        self._window.commanded.emit("go-calendar")
        self.days.go_to(on)

    def _put_on_day(self, row: Row | None) -> None:
        """Hold time for something: a meeting with oneself, in the next free half hour."""
        if row is None:
            self._window.toast.say(self.tr("Select a row first"))
            return
        title, address = row.title, row.url
        view = self.days if self._shown else DayView(self._bridge.clock, self._zone)
        agenda, first = self._bridge.desk.agenda, view.today

        def ask() -> Days:
            return Days(first, 1, agenda.days(first, 1))

        def known(days: Days) -> None:
            if not self._shown:
                view.show_days(days)
            start, end = view.free()
            self._begin_meeting(Draft(title, start, end, notes=address))

        self._bridge.read(ask, known)

    # --- meetings and tasks in the making ---

    @cached_property
    def editor(self) -> MeetingEditor:
        editor = MeetingEditor(self._bridge.clock, self._zone)
        editor.left.connect(self._leave_form)
        editor.ready.connect(self._do)
        editor.looked_for.connect(self._look_for)
        editor.busy_asked.connect(self._ask_busy)
        return editor

    @cached_property
    def new_task(self) -> NewTask:
        form = NewTask(self._bridge.clock, self._zone)
        form.left.connect(self._leave_form)
        form.ready.connect(self._do)
        return form

    def _begin_meeting(self, draft: Draft) -> None:
        self._clear_for(partial(self._open_new, draft))

    def _open_new(self, draft: Draft) -> None:
        # It has the keyboard before this returns: the next key is already a letter of the title.
        self._window.show_beside(self.editor)
        self.editor.begin(draft)
        if self._shown and self.days.days.calendars:
            self.editor.offer(self.days.days.calendars)
            return
        self._bridge.read(self._bridge.desk.agenda.calendars, self.editor.offer)

    def _change(self, row: Row | None, name: str) -> None:
        if row is None or name not in row.actions:
            self._window.toast.say(
                self.tr("{order}: not possible with this").format(order=words.order(name))
            )
            return
        self._open_with_body(row, self._open_change)

    def _propose(self, row: Row | None) -> None:
        if row is None or "propose" not in row.actions:
            order = words.order("propose")
            self._window.toast.say(self.tr("{order}: not possible with this").format(order=order))
            return
        self._open_with_body(row, self._open_proposal)

    def _open_with_body(self, row: Row, show: Callable[[_Opening], None]) -> None:
        desk = self._bridge.desk

        def ask() -> _Opening:
            return _Opening(desk.agenda.calendars(), desk.body(row.id))

        self._clear_for(lambda: self._bridge.read(ask, show, self._say_error))

    def _open_change(self, opening: _Opening) -> None:
        if opening.body is not None:
            self._window.show_beside(self.editor)
            self.editor.change(opening.places, opening.body.row, _notes(opening.body))

    def _open_proposal(self, opening: _Opening) -> None:
        if opening.body is not None:
            self._window.show_beside(self.editor)
            self.editor.propose(opening.places, opening.body.row)

    def _begin_task(self, *, title: str = "", notes: str = "") -> None:
        desk = self._bridge.desk

        def lists() -> Places:
            return tuple(
                (account, place)
                for account in desk.accounts()
                for place in _lists(desk, AccountId(account.id))
            )

        def open_form() -> None:
            self._window.show_beside(self.new_task)
            self.new_task.begin(title=title, notes=notes)
            self._bridge.read(lists, self.new_task.offer)

        self._clear_for(open_form)

    def _task_from(self, row: Row | None) -> None:
        """Make a task of something, with the way back to it."""
        if row is None:
            self._window.toast.say(self.tr("Select a row first"))
            return
        self._begin_task(title=row.title, notes=row.url)

    @Slot(Plan)
    def _do(self, plan: Plan) -> None:
        self._close_form()
        for name, arguments in plan.orders:
            if plan.row is not None:
                self._bridge.act(name, plan.row, arguments)
            else:
                self._bridge.make(name, plan.account, arguments, self._made)
        if not plan.orders:
            self._window.toast.say(self.tr("Nothing was changed"))

    def _made(self, row: Row) -> None:
        """Show on its day what was just made."""
        if not self._shown:
            return
        self._fresh = row.id
        if row.kind is Kind.MEETING:
            at = row.at or self._bridge.clock.now()
            on = row.on or at.astimezone(self._zone).date()
            days = [self.days.first.toordinal(), self.days.first.toordinal() + self.days.count]
            if not days[0] <= on.toordinal() < days[1]:
                self.days.go_to(on)
                return
        self.refresh()

    @Slot(str)
    def _look_for(self, typed: str) -> None:
        desk = self._bridge.desk

        def found(people: tuple[Handle, ...]) -> None:
            self.editor.suggest(people)

        self._bridge.read(lambda: desk.people(typed), found, key="people")

    @Slot(Question)
    def _ask_busy(self, question: Question) -> None:
        facts = {
            "account": question.account,
            "people": list(question.people),
            "start": question.start_at.isoformat(),
            "end": question.end_at.isoformat(),
        }

        def answered(answer: dict[str, Any]) -> None:
            found = answer.get("busy") or {}
            # Where nobody could be asked, nobody's time is known.
            spans = {who: _spans(found.get(who)) for who in question.people}
            self.editor.show_busy(spans)

        self._bridge.errand("busy", facts, answered)

    # --- forms come and go ---

    def make_room(self) -> None:
        """Let something be read in a form's place, if nothing was written in it."""
        if not getattr(self._window.beside, "touched", True):
            self._window.show_beside(None)

    def _clear_for(self, then: Callable[[], None]) -> None:
        """Do something once the form that is open may go."""
        form = self._window.beside
        if form is None or not getattr(form, "touched", False):
            then()
            return
        self._leaving_for = then
        self._ask_to_leave()

    @Slot()
    def _leave_form(self) -> None:
        form = self._window.beside
        if form is None:
            return
        if getattr(form, "touched", False):
            self._leaving_for = None
            self._ask_to_leave()
        else:
            self._close_form()

    def _ask_to_leave(self) -> None:
        sheet = Sheet(
            self._window,
            self.tr("Discard what you have written?"),
            self.tr("It is kept nowhere else."),
            (
                Choice("keep", self.tr("Go on writing")),
                Choice("discard", self.tr("Discard"), "danger"),
            ),
        )
        sheet.chosen.connect(self._left)
        sheet.open()

    @Slot(str)
    def _left(self, choice: str) -> None:
        then, self._leaving_for = self._leaving_for, None
        if choice == "discard":
            self._close_form()
            if then is not None:
                then()

    def _close_form(self) -> None:
        self._window.show_beside(None)
        target = self.days.grid if self._shown else self._window.list
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_error(self, error: LoopDeskError) -> None:
        self._window.toast.say(failures.error(error))


def _notes(body: Body) -> str:
    """Return a meeting's description, as plain text."""
    first = next(iter(body.entries), None)
    return "" if first is None else "\n\n".join(part for part in (first.own, first.quoted) if part)


def _spans(found: object) -> list[tuple[datetime, datetime]] | None:
    if not isinstance(found, list):
        return None
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in found]


def _lists(desk: Desk, account: AccountId) -> list[Place]:
    """Return where a new task can stand, each called with what it is in."""
    lanes = [place for kind in LANES for place in desk.places(account, kind)]
    boards = [place for kind in BOARDS for place in desk.places(account, kind)]
    names = {place.key: place.name for place in (*lanes, *boards)}
    known = {lane.parent for lane in lanes}
    # A project of which no section is known; a board without a list takes nothing.
    whole = [board for board in boards if board.kind in HOLDERS[Kind.TASK]]
    found = [*lanes, *(board for board in whole if board.key not in known)]
    called = [
        replace(place, name=f"{names[place.parent]} · {place.name}")
        if place.parent in names and place.parent != place.key
        else place
        for place in found
    ]
    return sorted(called, key=lambda place: (not place.default, place.name.casefold()))
