"""The days: what is painted where, moved by hand, gone through by keys, and said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from loopdesk.core.changes import Account
from loopdesk.core.items import Answer, ItemId, Kind, Task
from loopdesk.core.places import Place
from loopdesk.core.rows import Row
from loopdesk.ui import theme
from loopdesk.ui.day import DAY, WEEK, WORK_WEEK, Days, DayView, Turned
from loopdesk.ui.day_block import contrast, edge, lines_in
from loopdesk.ui.day_grid import Drawn, Moved
from tests.ui.rows import ACCOUNT, NOW, ZONE, StillClock, meeting

TUESDAY = date(2026, 11, 24)
OWNER = Account(ACCOUNT, "google", "Mira", "mira@northwind.test", "1")
CALENDARS = (
    (OWNER, Place("mira", "calendar", "Mira Dahl", colour="#9fe1e7", default=True)),
    (OWNER, Place("home", "calendar", "Home", colour="#16a765", chosen=False)),
)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def held(
    title: str,
    start: datetime,
    minutes: int = 60,
    answer: Answer = Answer.ACCEPTED,
    actions: tuple[str, ...] = ("reschedule", "edit", "cancel"),
) -> Row:
    row = meeting(title, answer=answer)
    assert row.meeting is not None
    end = start + timedelta(minutes=minutes)
    there = replace(row.meeting, calendar="mira", start_at=start, end_at=end)
    return replace(row, at=start, actions=actions, meeting=there)


def task(title: str, on: date = TUESDAY) -> Row:
    row = meeting(title)
    return replace(
        row, kind=Kind.TASK, meeting=None, at=None, on=on, task=Task(due_on=on), actions=()
    )


def whole_day(title: str, first: date, days: int = 1) -> Row:
    row = held(title, at(0))
    assert row.meeting is not None
    end = first + timedelta(days)
    times = replace(row.meeting, start_at=None, end_at=None, start_on=first, end_on=end)
    return replace(row, at=None, on=first, meeting=times)


STANDUP = held("Stand-up", at(9), 30)
REVIEW = held("Design review", at(10), 30, Answer.PENDING, ("accept", "decline", "propose"))
CALL = held("Halden call", at(15), 45)
LUNCH = held("Lunch talk", at(12), answer=Answer.DECLINED)
PRICES = task("Send Halden price sheet")
FAIR = whole_day("Trade fair", TUESDAY, 2)
ROWS = (FAIR, PRICES, STANDUP, REVIEW, LUNCH, CALL)


@pytest.fixture
def view(qtbot: QtBot) -> DayView:
    view = DayView(StillClock(), ZONE)
    qtbot.addWidget(view)
    view.resize(theme.px(820), theme.px(820))
    view.show()
    qtbot.waitExposed(view)
    show(view, *ROWS)
    return view


def show(view: DayView, *rows: Row) -> None:
    view.show_days(Days(view.first, view.count, rows, CALENDARS))
    QApplication.processEvents()


def spot(view: DayView, moment: datetime, day: int = 0) -> QPoint:
    """Return the middle of a day's column at a time, as it is seen."""
    column = view.grid._mirrored(view.grid.column(day))
    return QPointF(column.center().x(), view.grid.y_of(day, moment)).toPoint()


def drag(view: DayView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.grid, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.grid, (start + end) / 2)
    QTest.mouseMove(view.grid, end)
    QTest.mouseRelease(view.grid, Qt.MouseButton.LeftButton, pos=end)


def test_what_overlaps_stands_side_by_side_and_in_its_hours(view: DayView) -> None:
    other = held("School call", at(10, 15), 30)
    show(view, REVIEW, other)
    first, second = view.grid.box_of(REVIEW.id), view.grid.box_of(other.id)
    assert first is not None
    assert second is not None
    assert not first.intersects(second)
    assert first.right() < second.left()
    assert first.top() == pytest.approx(view.grid.y_of(0, at(10)), abs=2)
    assert second.bottom() == pytest.approx(view.grid.y_of(0, at(10, 45)), abs=2)


def test_a_meeting_over_midnight_stands_on_both_days(view: DayView) -> None:
    night = held("Night shift", at(22), 240)
    view.set_mode(WEEK)
    show(view, night)
    days = [block.day for block in view.grid._blocks]
    assert days == [1, 2]  # Tuesday and Wednesday
    wednesday = view.grid._blocks[1].box
    assert wednesday.top() == pytest.approx(view.grid.y_of(2, at(0, day=25)), abs=2)


def test_dragging_moves_by_quarters_and_keeps_the_length(qtbot: QtBot, view: DayView) -> None:
    with qtbot.waitSignal(view.moved) as came:
        drag(view, spot(view, at(15, 10)), spot(view, at(16, 38)))
    assert came.args == [Moved(CALL, at(16, 30), at(17, 15))]


def test_the_lower_edge_changes_the_length(qtbot: QtBot, view: DayView) -> None:
    foot = spot(view, at(15, 45)) - QPoint(0, 3)
    with qtbot.waitSignal(view.moved) as came:
        drag(view, foot, spot(view, at(16, 30)))
    assert came.args == [Moved(CALL, at(15), at(16, 30))]


def test_a_meeting_is_dragged_to_another_day(qtbot: QtBot, view: DayView) -> None:
    view.set_mode(WEEK)
    show(view, CALL)
    with qtbot.waitSignal(view.moved) as came:
        drag(view, spot(view, at(15, 5), 1), spot(view, at(9, 5, day=27), 4))
    assert came.args == [Moved(CALL, at(9, day=27), at(9, 45, day=27))]


def test_esc_puts_a_dragged_meeting_back(qtbot: QtBot, view: DayView) -> None:
    with qtbot.assertNotEmitted(view.moved, wait=20):
        QTest.mousePress(view.grid, Qt.MouseButton.LeftButton, pos=spot(view, at(15, 10)))
        QTest.mouseMove(view.grid, spot(view, at(17)))
        assert view.grid.dragging
        QTest.keyClick(view.grid, Qt.Key.Key_Escape)
        QTest.mouseRelease(view.grid, Qt.MouseButton.LeftButton, pos=spot(view, at(17)))


def test_what_the_person_may_not_move_stays_and_says_so(qtbot: QtBot, view: DayView) -> None:
    with qtbot.waitSignal(view.fixed) as came, qtbot.assertNotEmitted(view.moved):
        drag(view, spot(view, at(10, 10)), spot(view, at(11)))
    assert came.args == [REVIEW]


def test_dragging_over_free_time_marks_it_for_something_new(qtbot: QtBot, view: DayView) -> None:
    with qtbot.waitSignal(view.drawn) as came:
        drag(view, spot(view, at(16, 5)), spot(view, at(17, 20)))
    assert came.args == [Drawn(at(16), at(17, 30))]


def test_a_due_task_is_dragged_to_the_hours(qtbot: QtBot, view: DayView) -> None:
    bar = next(bar for bar in view.head._bars if bar.row is PRICES)
    start = view.head._mirrored(bar.box).center().toPoint()
    end = view.head.mapFromGlobal(view.grid.mapToGlobal(spot(view, at(11, 5))))
    with qtbot.waitSignal(view.drawn) as came:
        QTest.mousePress(view.head, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(view.head, (start + end) / 2)
        QTest.mouseMove(view.head, end)
        QTest.mouseRelease(view.head, Qt.MouseButton.LeftButton, pos=end)
    assert came.args == [Drawn(at(11), at(11, 30), PRICES)]


def test_keys_go_from_one_to_the_next_and_each_is_said(view: DayView) -> None:
    said = []
    for _ in range(7):
        view.step(1)
        row = view.current_row()
        assert row is not None
        said.append((row.title, view.grid.accessibleDescription()))
    # From what comes next on; then to the end, and no further.
    assert [title for title, _ in said[:3]] == ["Design review", "Lunch talk", "Halden call"]
    assert said[3][0] == said[6][0] == "Halden call"
    assert said[0][1] == (
        "Design review, Today, 10:00 to 10:30, Not answered, Room Fjord, second floor, Mira Dahl"
    )
    view.set_next(REVIEW.id)
    assert "comes next" in view.sentence(REVIEW)
    for _ in range(5):
        view.step(-1)
    row = view.current_row()
    assert row is not None
    assert row.title == "Trade fair"


def test_arrows_go_from_day_to_day(view: DayView) -> None:
    view.set_mode(WEEK)
    later = held("Planning", at(11, day=26))
    show(view, CALL, later)
    view.select(CALL.id)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    assert view.current_row() == later
    QTest.keyClick(view.grid, Qt.Key.Key_Left)
    assert view.current_row() == CALL
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QTest.keyClick(view.grid, Qt.Key.Key_Left)
    assert view.current_row() == later


def test_turning_asks_for_other_days_and_forgets_late_answers(qtbot: QtBot, view: DayView) -> None:
    with qtbot.waitSignal(view.wanted):
        QTest.keyClick(view.grid, Qt.Key.Key_PageDown)
    assert view.first == date(2026, 11, 25)
    view.show_days(Days(TUESDAY, 1, (CALL,)))  # it was under way
    assert view.days.rows == ROWS
    show(view, held("Planning", at(11, day=25)))
    assert [row.title for row in view.days.rows] == ["Planning"]
    view.go_today()
    assert view.first == TUESDAY


@pytest.mark.parametrize(
    ("locale", "mode", "first", "count"),
    [
        ("en_GB", WEEK, date(2026, 11, 23), 7),
        ("en_US", WEEK, date(2026, 11, 22), 7),
        ("en_GB", WORK_WEEK, date(2026, 11, 23), 5),
        ("he_IL", WORK_WEEK, date(2026, 11, 22), 5),
        ("en_GB", DAY, TUESDAY, 1),
    ],
)
def test_weeks_begin_where_the_person_lives(
    qtbot: QtBot, locale: str, mode: int, first: date, count: int
) -> None:
    QLocale.setDefault(QLocale(locale))
    view = DayView(StillClock(), ZONE)
    qtbot.addWidget(view)
    view.set_mode(mode)
    assert (view.first, view.count) == (first, count)


def test_a_day_of_25_hours_is_higher_than_one_of_23(qtbot: QtBot) -> None:
    view = DayView(StillClock(), ZONE)
    qtbot.addWidget(view)
    heights = []
    for on in (date(2026, 3, 29), TUESDAY, date(2026, 10, 25)):
        view.go_to(on)
        show(view)
        heights.append(view.grid.height())
    hour = heights[1] - heights[0]
    assert hour == heights[2] - heights[1] == theme.px(64)


def test_right_to_left_is_the_mirror_image(view: DayView) -> None:
    left_to_right = view.grid.box_of(CALL.id)
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored = view.grid.box_of(CALL.id)
    assert left_to_right is not None
    assert mirrored is not None
    assert mirrored.left() == view.grid.width() - left_to_right.right()
    assert view.grid.row_at(mirrored.center()) == CALL


def test_the_next_free_half_hour(view: DayView) -> None:
    assert view.free() == (at(10, 30), at(11))  # it is 09:42, and at ten there is the review
    show(view, held("All day long", at(8), 60 * 11))
    assert view.free() == (at(8, day=25), at(8, 30, day=25))
    show(view, LUNCH)  # declined: the time is free
    assert view.free() == (at(9, 45), at(10, 15))


def test_the_persons_hand_shows_before_the_desk_has_answered(view: DayView) -> None:
    moved = held("Halden call", at(17), 45)
    view.put(CALL, moved)
    box = view.grid.box_of(CALL.id)
    assert box is not None
    assert box.top() == pytest.approx(view.grid.y_of(0, at(17)), abs=2)
    view.put(STANDUP, None)
    assert STANDUP.id in view.grid._leaving


def test_calendars_are_turned_on_and_off(qtbot: QtBot, view: DayView) -> None:
    names = {action.text(): action for action in view._menu.actions()}
    assert names["Mira Dahl"].isChecked()
    assert not names["Home"].isChecked()
    with qtbot.waitSignal(view.calendar_turned) as came:
        names["Home"].trigger()
    assert came.args == [Turned(ACCOUNT, "home", True)]


def test_boards_are_watched_and_left_where_calendars_are(qtbot: QtBot, view: DayView) -> None:
    press = (OWNER, Place("b1", "board", "Press", chosen=False))
    view.show_days(Days(view.first, view.count, view.days.rows, CALENDARS, (press,)))
    assert view._calendars.accessibleName() == "Calendars, boards and projects"
    names = {action.text(): action for action in view._menu.actions()}
    assert names["Home"].isCheckable()
    with qtbot.waitSignal(view.calendar_turned) as came:
        names["Press"].trigger()
    assert came.args == [Turned(ACCOUNT, "b1", True, "board")]


def test_what_stands_on_the_day_is_summed_up(view: DayView) -> None:
    assert "5 meetings, 1 not answered" in view.grid.accessibleName()
    show(view, CALL, held("Over it", at(15, 15)))
    assert "2 overlap" in view.grid.accessibleName()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("colour", ["#9fe1e7", "#ffffff", "#000000", "#fad165", "#16a765", ""])
def test_a_calendars_colour_can_be_told_from_every_ground(colour: str, dark: bool) -> None:
    tokens = theme.tokens(dark)
    for ground in (tokens.bg, tokens.selected, tokens.neutral_soft):
        assert contrast(edge(colour, ground), QColor(ground)) >= 3.0


def test_it_paints_every_kind_in_both_schemes_and_directions(view: DayView) -> None:
    maybe = held("1:1", at(13), answer=Answer.TENTATIVE)
    free = held("Train", at(17))
    assert free.meeting is not None
    free = replace(free, meeting=replace(free.meeting, busy=False))
    pictures = set()
    for mode in (DAY, WEEK):
        view.set_mode(mode)
        show(view, *ROWS, maybe, free)
        for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
            theme.current().choose(scheme)
            for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
                view.setLayoutDirection(direction)
                picture = view.grab().toImage()
                pictures.add(bytes(picture.constBits()))
    theme.current().choose(Qt.ColorScheme.Unknown)
    assert len(pictures) == 8  # each differs from the others


def test_a_title_that_does_not_fit_its_block_says_so(view: DayView) -> None:
    font = theme.font(theme.Type.BUTTON)
    whole = lines_in("Second harbour, one rule", font, 80, 200)
    assert "".join(part.replace(" ", "") for part, _ in whole) == "Secondharbour,onerule"
    high = whole[0][1]
    cut = lines_in("Second harbour, one rule", font, 80, 1.5 * high)
    assert len(cut) == 1
    assert cut[0][0].endswith("…")
    # No word is parted: where the first does not fit, its beginning is all there is.
    narrow = [part for part, _ in lines_in("Workshop: berths and crews", font, 45, 200)]
    assert len(narrow) == 1
    assert narrow[0].startswith("Wo")
    assert [part for part, _ in lines_in("Workshop", font, 14, 200)] == ["W"]


def test_unknown_items_are_not_selected(view: DayView) -> None:
    assert not view.select(ItemId("elsewhere"))
    assert view.select(CALL.id)
    show(view, STANDUP)
    assert view.current_row() is None


def test_the_clock_of_the_person(view: DayView) -> None:
    assert view.today == NOW.astimezone(ZONE).date()
    QLocale.setDefault(QLocale("en_US"))
    assert "9:00" in view.grid._said(view.grid._blocks[0])[-1]
    assert view.grid._said(view.grid._blocks[0])[-1].endswith("AM")
