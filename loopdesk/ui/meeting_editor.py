"""A meeting in the making, or one that is changed: a page in the reader's place.

editor = MeetingEditor(clock, zone)
editor.begin(Draft(...)), editor.offer(calendars)  # a new one; its calendars may come later
editor.change(calendars, row, notes)              # one that is there
editor.ready             # Plan: what is to be done
editor.left              # the person wants out; editor.touched: something was typed
editor.looked_for        # str: typed where a guest goes; answer with `suggest(handles)`
editor.busy_asked        # Question: who has time when; answer with `show_busy(busy)`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QWidget,
    QWidgetAction,
)

from loopdesk.core.actions import Arguments
from loopdesk.core.changes import Account
from loopdesk.core.items import AccountId, Meeting
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.ui import repeats, theme, words
from loopdesk.ui.controls import Button, IconButton, Label, clear
from loopdesk.ui.day import swatch
from loopdesk.ui.day_layout import gaps
from loopdesk.ui.flow import Flow
from loopdesk.ui.form import Form, Notes
from loopdesk.ui.guests import Busy, Guests, Span
from loopdesk.ui.picker import Picker
from loopdesk.ui.recipients import spelt
from loopdesk.ui.switch import Switch
from loopdesk.ui.when import (
    as_date,
    next_half_hour,
    said_length,
    typed_day,
    typed_length,
    typed_moment,
    typed_time,
)

_HALF_HOUR = timedelta(minutes=30)
_STEP = timedelta(minutes=15)
_LENGTHS = tuple(timedelta(minutes=n) for n in (15, 30, 45, 60, 90, 120, 240))
_REMINDERS = (None, (), (0,), (5,), (10,), (30,), (60,), (1440,))
_CUSTOM = "custom"
_DAYS_ASKED = 5
_MORNING, _EVENING = time(8), time(18)
_OFFERED = 4
_ASK_MS = 300
Calendars = Sequence[tuple[Account, Place]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new meeting begins with.

    Args:
        start_at, end_at: UTC; None: the next half hour.
    """

    title: str = ""
    start_at: datetime | None = None
    end_at: datetime | None = None
    guests: tuple[Handle, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the person decided: orders on a row, or for an account what is to be made."""

    account: AccountId
    orders: tuple[tuple[str, Arguments], ...]
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Who has time when?"""

    account: AccountId
    people: tuple[str, ...]
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class _Form:
    """The form as it stands, for seeing what changed."""

    title: str
    at: tuple[datetime, datetime] | None
    on: tuple[date, date] | None
    guests: tuple[str, ...]
    location: str
    call: bool
    repeats: str
    reminders: tuple[int, ...] | None
    notes: str


class _Typed(QLineEdit):
    """A box for a time: the arrows go by a quarter of an hour."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)


class MeetingEditor(Form):
    """Asks nobody and stores nothing."""

    ready = Signal(Plan)
    looked_for = Signal(str)
    busy_asked = Signal(Question)

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone
        self._row: Row | None = None
        self._was: _Form | None = None
        self._length = _HALF_HOUR
        self._busy: dict[str, Sequence[Span] | None] = {}
        self._asked: Question | None = None
        self._offered: list[datetime] = []
        self._proposing = False
        self._known = False  # whether the calendars are
        self._build()
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(_ASK_MS)
        self._asking.timeout.connect(self._ask_busy)

    # --- beginning ---

    def offer(self, calendars: Calendars) -> None:
        """Offer the calendars in which a new meeting can stand."""
        self._known = True
        self._offer_calendars(calendars, None)
        self._judge()
        self._asking.start()

    def begin(self, draft: Draft) -> None:
        """Make a new meeting."""
        self._row = None
        self._show_lines()
        self.heading.setText(self.tr("New meeting"))
        self.send_button.setText(self.tr("Make the meeting"))
        now = self._clock.now().astimezone(self._zone)
        start = draft.start_at.astimezone(self._zone) if draft.start_at else next_half_hour(now)
        end = draft.end_at.astimezone(self._zone) if draft.end_at else start + _HALF_HOUR
        self._fill(
            _Form(
                draft.title,
                (start, end),
                None,
                tuple(map(spelt, draft.guests)),
                "",
                bool(draft.guests),
                "",
                None,
                draft.notes,
            ),
            draft.guests,
        )
        self._series_line.hide()
        self._repeat_line.show()
        self._title.setFocus()

    def change(self, calendars: Calendars, row: Row, notes: str) -> None:
        """Change one that is there.

        Args:
            notes: its description, as plain text.
        """
        meeting = row.meeting
        if meeting is None:
            return
        self._row = row
        self._known = True
        self._show_lines()
        self.heading.setText(self.tr("Edit: {title}").format(title=row.title))
        self.send_button.setText(self.tr("Save"))
        self._offer_calendars(calendars, meeting)
        guests = tuple(a.who for a in meeting.attendees if not a.organizer and not a.me)
        at = on = None
        if meeting.start_at is not None and meeting.end_at is not None:
            at = (meeting.start_at, meeting.end_at)
        elif meeting.start_on is not None and meeting.end_on is not None:
            on = (meeting.start_on, meeting.end_on)
        self._fill(
            _Form(
                row.title,
                at,
                on,
                tuple(map(spelt, guests)),
                meeting.location,
                bool(meeting.join_url),
                meeting.repeats,
                meeting.reminders,
                notes,
            ),
            guests,
        )
        self._series_line.setVisible(bool(meeting.series))
        self._which.choose(False)
        # Google has the rule in the series, of which this is one occurrence.
        self._repeat_line.setVisible(not meeting.series)
        self._title.setFocus()

    def propose(self, calendars: Calendars, row: Row) -> None:
        """Ask for another time of somebody else's meeting: a time, and why."""
        self.change(calendars, row, "")
        self._proposing = True
        self.heading.setText(self.tr("Propose another time: {title}").format(title=row.title))
        self.send_button.setText(self.tr("Propose it"))
        for line in self._fixed_lines:
            line.hide()
        self._notes.setPlaceholderText(self.tr("Why, for the organiser"))
        self._all_day.hide()
        self._all_day_words.hide()
        self._judge()
        self._day.setFocus()
        self._day.selectAll()

    @property
    def touched(self) -> bool:
        """Return whether something was entered that is not kept anywhere else."""
        return self._was is not None and self._now() != self._was

    def suggest(self, handles: Iterable[Handle]) -> None:
        self._guests.suggest(handles)

    def show_busy(self, busy: Busy) -> None:
        """Show when guests have no time, and offer times when all of them have."""
        self._busy.update(busy)
        self._guests.show_busy(self._busy)
        self._offer_times()

    # --- building ---

    def _show_lines(self) -> None:
        """Show what a proposal hides."""
        self._proposing = False
        for line in self._fixed_lines:
            line.show()
        self._offers_line.hide()
        self._all_day.show()
        self._all_day_words.show()
        self._notes.setPlaceholderText(self._notes.accessibleName())

    def _build(self) -> None:
        self._title = self.field(self.tr("Title"), self.tr("What is it about?"))
        self._title.textChanged.connect(self._judge)
        title = self.row("type", [self._title], wide=True)
        self.setFocusProxy(self._title)
        self._build_times()
        self._build_repeats()
        self._guests = Guests(self._zone)
        self._guests.changed.connect(self._guests_changed)
        self._guests.looked_for.connect(self.looked_for)
        guests = self.row("users", [self._guests], wide=True)
        self._offers = Flow(gap=8, line_gap=4)
        self._offers.setContentsMargins(0, 0, 0, 0)
        holder = QWidget()
        holder.setLayout(self._offers)
        self._offers_line = self.row("search", [holder], wide=True)
        self._offers_line.hide()
        self._place = self.field(self.tr("Place"))
        self._call = Switch(self.tr("Video call"), on=False)
        self._call.toggled.connect(self._judge)
        place = self.row("map-pin", [self._place], wide=True)
        call = self.row("video", [self._call, Label(self.tr("With a link for a video call"))])
        self._calendar = Picker(self.tr("Calendar"))
        self._calendar.picked.connect(self._calendar_picked)
        calendar = self.row("calendar", [self._calendar])
        self._reminders = Picker(self.tr("Reminder"))
        bell = self.row("bell", [self._reminders])
        # All that nobody but the organiser can say.
        self._fixed_lines = (
            title,
            guests,
            place,
            call,
            calendar,
            bell,
            self._repeat_line,
            self._series_line,
        )
        self._notes = Notes(self.tr("Notes for everybody who is invited"))
        self._notes.textChanged.connect(self._judge)
        self.row("list", [self._notes], wide=True)
        self.column.addStretch(1)

    def _build_times(self) -> None:
        self._day = self.field(self.tr("Day"), self.tr("Tomorrow, Friday, 3 Dec"))
        self._day.setFixedWidth(theme.px(150))
        self._day.editingFinished.connect(self._day_typed)
        self._day.textEdited.connect(self._judge)
        self._start, self._end = _Typed(), _Typed()
        for box, name in ((self._start, self.tr("Starts")), (self._end, self.tr("Ends"))):
            box.setFixedWidth(theme.px(84))
            box.setAccessibleName(name)
            box.textEdited.connect(self._judge)
        self._start.setPlaceholderText("10:00")
        self._end.setPlaceholderText(self.tr("45 min"))
        self._start.editingFinished.connect(self._start_typed)
        self._end.editingFinished.connect(self._end_typed)
        self._start.stepped.connect(self._step_start)
        self._end.stepped.connect(self._step_end)
        self._until = self.field(self.tr("Last day"))
        self._until.setFixedWidth(theme.px(150))
        self._until.editingFinished.connect(self._until_typed)
        self._until.textEdited.connect(self._judge)
        self._to = Label(self.tr("to"), tone="text_2")
        self._length_picker = Picker(self.tr("Length"))
        self._length_picker.picked.connect(self._length_picked)
        self._all_day = Switch(self.tr("All day"), on=False)
        self._all_day.toggled.connect(self._turn_all_day)
        self._all_day_words = Label(self.tr("All day"))
        pick_day = IconButton("calendar", self.tr("Choose a day"))
        pick_day.clicked.connect(lambda: self._pick_day(pick_day))
        pick_time = IconButton("chevron-down", self.tr("Choose a time"))
        pick_time.clicked.connect(lambda: self._pick_time(pick_time))
        days, times = QHBoxLayout(), QHBoxLayout()
        for across in (days, times):
            across.setSpacing(theme.px(8))
        day_parts: tuple[QWidget, ...] = (
            self._day,
            pick_day,
            self._until,
            self._all_day,
            self._all_day_words,
        )
        for part in day_parts:
            days.addWidget(part)
        for part in (self._start, pick_time, self._to, self._end, self._length_picker):
            times.addWidget(part)
        self.row("clock", [days])
        self._times_line = self.row("hourglass", [times])

    def _build_repeats(self) -> None:
        self._repeat = Picker(self.tr("Repeats"))
        self._repeat.picked.connect(self._repeat_picked)
        self._rule = self.field(self.tr("Rule"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
        self._rule.setMinimumWidth(theme.px(260))
        self._rule.textChanged.connect(self._judge)
        self._rule.hide()
        self._repeat_line = self.row("repeat", [self._repeat, self._rule])
        self._which = Picker(self.tr("What is changed"))
        self._which.offer(
            [(self.tr("Only this one"), False), (self.tr("The whole series"), True)], False
        )
        self._which.picked.connect(self._judge)
        self._series_line = self.row("repeat", [self._which])

    def _offer_calendars(self, calendars: Calendars, meeting: Meeting | None) -> None:
        several = len({account.id for account, _ in calendars}) > 1
        offered = [
            (
                words.joined(place.name, account.address if several else ""),
                (AccountId(account.id), place.key),
                swatch(place.colour),
            )
            for account, place in calendars
            if place.role in ("", "owner", "writer")
        ]
        first = next(
            (
                (AccountId(account.id), place.key)
                for account, place in calendars
                if place.default and place.chosen
            ),
            offered[0][1] if offered else None,
        )
        if meeting is not None and self._row is not None:
            first = (self._row.account, meeting.calendar)
        self._calendar.offer(offered, first)
        # Nothing moves a meeting to another calendar here.
        self._calendar.setEnabled(meeting is None)

    # --- filling and reading ---

    def _fill(self, form: _Form, guests: Sequence[Handle]) -> None:
        self._busy, self._asked = {}, None
        self._title.setText(form.title)
        self._guests.show_people(guests)
        self._place.setText(form.location)
        self._call.setChecked(form.call)
        self._notes.setPlainText(form.notes)
        self._offer_reminders(form.reminders)
        self._all_day.setChecked(form.on is not None)
        if form.at is not None:
            start, end = (moment.astimezone(self._zone) for moment in form.at)
            self._length = form.at[1] - form.at[0]
            self._show_times(start, end)
            self._show_day(self._until, (end - timedelta(seconds=1)).date())
        elif form.on is not None:
            self._show_day(self._day, form.on[0])
            self._show_day(self._until, form.on[1] - timedelta(days=1))
        self._offer_repeats(form.repeats)
        self._turn_all_day(self._all_day.isChecked())
        self._was = self._now()
        self._judge()
        self._asking.start()

    def _now(self) -> _Form:
        times = self._times()
        return _Form(
            self._title.text().strip(),
            times,
            self._whole_days(),
            tuple(map(spelt, self._guests.people())),
            self._place.text().strip(),
            self._call.isChecked(),
            self._rule_now(),
            _reminders(self._reminders.value),
            self._notes.toPlainText().strip(),
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _on(self) -> date | None:
        return typed_day(self._day.text(), self._today())

    def _times(self) -> tuple[datetime, datetime] | None:
        """Return the times as typed, UTC; None while they are none, or whole days are meant."""
        on, clock = self._on(), typed_time(self._start.text())
        if self._all_day.isChecked() or on is None or clock is None:
            return None
        start = datetime.combine(on, clock, self._zone).astimezone(UTC)
        ends = typed_time(self._end.text())
        if ends is None:
            length = typed_length(self._end.text())
            return None if length is None else (start, start + length)
        end = datetime.combine(on, ends, self._zone).astimezone(UTC)
        # What ends before it begins ends on the next day, if it is meant to last.
        if end <= start:
            late = datetime.combine(on + timedelta(days=1), ends, self._zone).astimezone(UTC)
            end = late if self._length > timedelta(hours=6) or late - start < _NIGHT else end
        elif self._length > timedelta(days=1):
            end += timedelta(days=self._length.days)
        return start, end

    def _whole_days(self) -> tuple[date, date] | None:
        if not self._all_day.isChecked():
            return None
        first, last = self._on(), typed_day(self._until.text(), self._today())
        if first is None or last is None:
            return None
        return first, last + timedelta(days=1)

    def _rule_now(self) -> str:
        if self._repeat.value == _CUSTOM:
            return self._rule.text().strip().upper().removeprefix("RRULE:")
        return str(self._repeat.value or "")

    # --- days and times ---

    def _show_day(self, box: QLineEdit, on: date) -> None:
        """Show a day in words that are read back as the same day."""
        pattern = "ddd d MMM" if on.year == self._today().year else "d MMM yyyy"
        text = QLocale().toString(QDate(on.year, on.month, on.day), pattern)
        if typed_day(text, self._today()) != on:
            text = on.isoformat()
        box.setText(text)

    def _show_times(self, start: datetime, end: datetime) -> None:
        self._show_day(self._day, start.date())
        self._start.setText(words.clock(start, self._zone))
        self._end.setText(words.clock(end, self._zone))
        self._offer_lengths()

    def _offer_lengths(self) -> None:
        lengths = sorted({*_LENGTHS, self._length})
        self._length_picker.offer([(said_length(n), n) for n in lengths], self._length)

    @Slot()
    def _day_typed(self) -> None:
        meant = typed_moment(self._day.text(), self._today())
        if meant is None:
            return
        on, clock = meant
        first, last = self._on(), typed_day(self._until.text(), self._today())
        self._show_day(self._day, on)
        if clock is not None and not self._all_day.isChecked():
            self._start.setText(words.clock(datetime.combine(on, clock, self._zone), self._zone))
            self._keep_length()
        if last is None or last < on or (first is not None and first != on):
            self._show_day(self._until, on)
        self._offer_repeats(self._rule_now())
        self._time_changed()

    @Slot()
    def _until_typed(self) -> None:
        on = typed_day(self._until.text(), self._today())
        if on is not None:
            self._show_day(self._until, on)
        self._judge()

    @Slot()
    def _start_typed(self) -> None:
        clock = typed_time(self._start.text())
        if clock is None:
            return
        on = self._on() or self._today()
        self._start.setText(words.clock(datetime.combine(on, clock, self._zone), self._zone))
        self._keep_length()
        self._time_changed()

    @Slot()
    def _end_typed(self) -> None:
        times = self._times()
        if times is not None and times[1] > times[0]:
            self._length = times[1] - times[0]
            self._end.setText(words.clock(times[1], self._zone))
            self._offer_lengths()
        self._time_changed()

    def _keep_length(self) -> None:
        """Let the end follow a start that moved."""
        on, clock = self._on(), typed_time(self._start.text())
        if on is not None and clock is not None:
            start = datetime.combine(on, clock, self._zone).astimezone(UTC)
            self._end.setText(words.clock(start + self._length, self._zone))

    @Slot(int)
    def _step_start(self, by: int) -> None:
        times = self._times()
        if times is not None:
            start = (times[0] + by * _STEP).astimezone(self._zone)
            self._show_times(start, start + self._length)
            self._time_changed()

    @Slot(int)
    def _step_end(self, by: int) -> None:
        times = self._times()
        if times is not None:
            self._length = max(self._length + by * _STEP, _STEP)
            start = times[0].astimezone(self._zone)
            self._show_times(start, (times[0] + self._length).astimezone(self._zone))
            self._time_changed()

    @Slot(object)
    def _length_picked(self, length: object) -> None:
        if isinstance(length, timedelta):
            self._length = length
            self._keep_length()
            self._time_changed()

    @Slot(bool)
    def _turn_all_day(self, whole: bool) -> None:
        self._times_line.setVisible(not whole)
        self._until.setVisible(whole)
        if not whole and typed_time(self._start.text()) is None:
            start = next_half_hour(self._clock.now().astimezone(self._zone))
            self._start.setText(words.clock(start, self._zone))
            self._keep_length()
            self._offer_lengths()
        if whole and typed_day(self._until.text(), self._today()) is None:
            self._until.setText(self._day.text())
        self._time_changed()

    def _time_changed(self) -> None:
        times = self._times()
        self._guests.show_time(*(times or (None, None)))
        self._judge()
        self._asking.start()
        self._offer_times()

    def _pick_day(self, beside: QWidget) -> None:
        menu = QMenu(self)
        sheet = QCalendarWidget()
        sheet.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        on = self._on() or self._today()
        sheet.setSelectedDate(QDate(on.year, on.month, on.day))

        def chosen(day: QDate) -> None:
            menu.close()
            self._day.setText(as_date(day).isoformat())
            self._day_typed()

        sheet.clicked.connect(chosen)
        sheet.activated.connect(chosen)
        action = QWidgetAction(menu)
        action.setDefaultWidget(sheet)
        menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(beside.mapToGlobal(QPoint(0, beside.height())))
        sheet.setFocus()

    def _pick_time(self, beside: QWidget) -> None:
        menu = QMenu(self)
        on = self._on() or self._today()
        for half in range(14, 42):
            at = datetime.combine(on, time(half // 2, half % 2 * 30), self._zone)

            def chosen(_: bool = False, at: datetime = at) -> None:
                self._start.setText(words.clock(at, self._zone))
                self._start_typed()

            menu.addAction(words.clock(at, self._zone)).triggered.connect(chosen)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(beside.mapToGlobal(QPoint(0, beside.height())))

    # --- repeats, reminders, calendar ---

    def _offer_repeats(self, rule: str) -> None:
        on = self._on() or self._today()
        usual = [(said, known) for known, said in repeats.usual(on)]
        special = bool(rule) and rule not in [known for _, known in usual]
        follows = self._repeat.value not in (None, _CUSTOM, repeats.WEEKDAYS)
        if follows and rule.startswith(_WEEKLY_OR_MONTHLY):
            # "Every Tuesday" follows the meeting to another day.
            kind = rule.split(";")[0]
            ours = (known for _, known in usual if known != repeats.WEEKDAYS)
            rule = next((known for known in ours if known.startswith(f"{kind};BY")), rule)
            special = rule not in [known for _, known in usual]
        self._repeat.offer(
            [*usual, (self.tr("By another rule"), _CUSTOM)], _CUSTOM if special else rule
        )
        if special:
            self._rule.setText(rule)
        self._rule.setVisible(special)

    @Slot(object)
    def _repeat_picked(self, value: object) -> None:
        self._rule.setVisible(value == _CUSTOM)
        if value == _CUSTOM:
            self._rule.setFocus()
        self._judge()

    def _offer_reminders(self, now: tuple[int, ...] | None) -> None:
        known = [*_REMINDERS, *([] if now in _REMINDERS else [now])]
        self._reminders.offer([(_said_reminders(one), one) for one in known], now)

    @Slot(object)
    def _calendar_picked(self, _: object) -> None:
        self._busy, self._asked = {}, None
        self._asking.start()

    # --- who has time ---

    @Slot()
    def _guests_changed(self) -> None:
        if self._row is None and self._guests.people() and self._was is not None:
            self._call.setChecked(self._call.isChecked() or not self._was.guests)
        self._judge()
        self._asking.start()

    @Slot()
    def _ask_busy(self) -> None:
        account = self._account()
        times, people = self._times(), tuple(g.address for g in self._guests.people() if g.address)
        if account is None or times is None or not people:
            self._offer_times()
            return
        on = times[0].astimezone(self._zone).date()
        begins = datetime.combine(on, time(), self._zone).astimezone(UTC)
        ends = datetime.combine(on + timedelta(days=_DAYS_ASKED), time(), self._zone)
        question = Question(account, people, begins, ends.astimezone(UTC))
        if question != self._asked:
            self._asked = question
            self.busy_asked.emit(question)

    def _offer_times(self) -> None:
        """Offer times that suit everybody who can be asked, where the present one does not."""
        times = self._times()
        people = [g.address for g in self._guests.people()]
        known = [spans for who in people if (spans := self._busy.get(who)) is not None]
        taken = [span for spans in known for span in spans]
        now_taken = times is not None and any(s < times[1] and e > times[0] for s, e in taken)
        self._offers_line.setVisible(bool(known) and now_taken)
        offered = self._free(taken, times[0]) if times is not None and now_taken else []
        if offered == self._offered:
            return  # who leaves a field by pressing one of them would press none
        self._offered = offered
        clear(self._offers)
        for start in offered:
            button = Button(self._said_offer(start))
            button.setProperty("bar", True)
            button.clicked.connect(self._taker(start))
            self._offers.addWidget(button)

    def _free(self, taken: Sequence[Span], after: datetime) -> list[datetime]:
        on, found = after.astimezone(self._zone).date(), list[datetime]()
        for number in range(_DAYS_ASKED):
            day = on + timedelta(days=number)
            if day.isoweekday() not in {d.value for d in QLocale().weekdays()}:
                continue
            begins = datetime.combine(day, _MORNING, self._zone).astimezone(UTC)
            ends = datetime.combine(day, _EVENING, self._zone).astimezone(UTC)
            for start, end in gaps(taken, max(begins, self._clock.now()), ends, self._length):
                full = start + (begins - start) % _STEP
                if full + self._length <= end:
                    found.append(full)
                if len(found) == _OFFERED:
                    return found
        return found

    def _said_offer(self, start: datetime) -> str:
        local = start.astimezone(self._zone)
        return f"{words.day(local.date(), self._today())} {words.clock(local, self._zone)}"

    def _taker(self, start: datetime) -> Callable[[], None]:
        def take() -> None:
            local = start.astimezone(self._zone)
            self._show_times(local, (start + self._length).astimezone(self._zone))
            self._time_changed()

        return take

    # --- sending ---

    def _account(self) -> AccountId | None:
        chosen = self._calendar.value
        return chosen[0] if isinstance(chosen, tuple) else None

    @Slot()
    def _judge(self, _: object = None) -> None:
        if self._was is None:
            return
        self.let_send(self._missing(), self._effect())

    def _missing(self) -> str:
        """Return what keeps it from being sent, "" for nothing."""
        if not self._known:
            return self.tr("Your calendars are being read")
        if self._account() is None:
            return self.tr("There is no calendar that you may write to")
        if self._all_day.isChecked():
            days = self._whole_days()
            if days is None:
                return self.tr("A day is not understood. Try Tomorrow, Friday or 3 Dec")
            return "" if days[1] > days[0] else self.tr("It ends before it begins")
        if self._on() is None:
            return self.tr("The day is not understood. Try Tomorrow, Friday or 3 Dec")
        times = self._times()
        if times is None:
            return self.tr("The time is not understood. Try 10:30 or 45 min")
        if times[1] <= times[0]:
            return self.tr("It ends before it begins")
        if self._proposing and self._was is not None and times == self._was.at:
            return self.tr("Choose another time")
        rule = self._rule_now()
        if rule and not repeats.is_rule(rule):
            return self.tr("That is no rule that a calendar understands")
        return ""

    def _effect(self) -> str:
        count = len(self._guests.people())
        rule = self._rule_now()
        said = repeats.said(rule) if rule and self._repeat_line.isVisibleTo(self) else ""
        whom = ""
        if count and self._row is None:
            whom = self.tr("An invitation goes to {who}").format(who=words.people(count))
        elif self._proposing:
            whom = self.tr("The organiser gets a mail that asks for this time")
        elif count:
            whom = self.tr("The change is told to {who}").format(who=words.people(count))
        return words.joined(said, whom)

    @Slot()
    def submit(self) -> None:
        if not self._guests.take_typed():
            self.let_send(self.tr("What is typed among the guests is no address"), "")
            self._guests.box.setFocus()
            return
        account, was = self._account(), self._was
        if account is None or was is None or self._missing():
            self._judge()
            return
        now = self._now()
        if self._row is None:
            self.ready.emit(Plan(account, (("meet", self._made(now)),)))
        elif self._proposing and now.at is not None:
            asked = Arguments(at=now.at[0], until=now.at[1], text=now.notes)
            self.ready.emit(Plan(account, (("propose", asked),), self._row))
        else:
            series = self._series_line.isVisibleTo(self) and self._which.value is True
            self.ready.emit(Plan(account, _changes(was, now, series=series), self._row))
        self._was = now

    def _made(self, now: _Form) -> Arguments:
        chosen = self._calendar.value
        place = str(chosen[1]) if isinstance(chosen, tuple) else ""
        return replace(
            _at(now),
            subject=now.title or self.tr("Meeting"),
            text=now.notes,
            to=now.guests,
            place=place,
            location=now.location,
            call=now.call,
            repeats=now.repeats,
            reminders=now.reminders,
        )


_NIGHT = timedelta(hours=12)
_WEEKLY_OR_MONTHLY = ("FREQ=WEEKLY;BYDAY=", "FREQ=MONTHLY;BYMONTHDAY=")


def _at(form: _Form) -> Arguments:
    if form.at is not None:
        return Arguments(at=form.at[0], until=form.at[1])
    assert form.on is not None  # noqa: S101
    return Arguments(on=form.on[0], until_on=form.on[1])


def _changes(was: _Form, now: _Form, *, series: bool) -> tuple[tuple[str, Arguments], ...]:
    """Return the orders that make one of the other: only what differs is in them."""
    orders = []
    if (was.at, was.on) != (now.at, now.on):
        orders.append(("reschedule", replace(_at(now), series=series)))
    texts = {
        "subject": (was.title, now.title),
        "text": (was.notes, now.notes),
        "location": (was.location, now.location),
    }
    changed: dict[str, object] = {name: new for name, (old, new) in texts.items() if new != old}
    cleared = [name for name, new in changed.items() if not new]
    if now.guests != was.guests:
        changed["to"] = now.guests
        cleared += [] if now.guests else ["to"]
    if now.call != was.call:
        changed["call"] = now.call
        cleared += [] if now.call else ["call"]
    if now.reminders != was.reminders:
        changed["reminders"] = now.reminders
        cleared += [] if now.reminders is not None else ["reminders"]
    if now.repeats != was.repeats:
        changed["repeats"] = now.repeats
        cleared += [] if now.repeats else ["repeats"]
    if changed:
        given = Arguments(series=series, cleared=tuple(cleared), **changed)  # type: ignore[arg-type]
        orders.append(("edit", given))
    return tuple(orders)


def _reminders(value: object) -> tuple[int, ...] | None:
    return value if isinstance(value, tuple) else None


def _said_reminders(reminders: tuple[int, ...] | None) -> str:
    if reminders is None:
        return words.translate("editor", "Reminder as the calendar has it")
    if not reminders:
        return words.translate("editor", "No reminder")
    said = [
        words.translate("editor", "as it begins")
        if not n
        else words.translate("editor", "{length} before").format(
            length=said_length(timedelta(minutes=n))
            if n < 1440
            else words.counted(
                n // 1440, words.translate("editor", "1 day"), words.translate("editor", "{n} days")
            )
        )
        for n in reminders
    ]
    return words.translate("editor", "Reminder {times}").format(times=words.listed(said))
