"""The calendar in the window, over a real desk: days, forms, and what leaves for the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.core.actions import Action, Arguments
from loopdesk.core.changes import Page
from loopdesk.core.items import (
    Answer,
    Attendee,
    File,
    Item,
    ItemId,
    Kind,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.places import Place
from loopdesk.core.seams import Connection
from loopdesk.engine.protocol import ToWindow
from loopdesk.store import errands, items, streams
from loopdesk.ui import theme
from loopdesk.ui.cancelling import Cancelling
from loopdesk.ui.floating import Layer
from loopdesk.ui.meeting_part import MeetingOpened
from loopdesk.ui.models import Heading
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Owner
from loopdesk.ui.session import Session
from loopdesk.ui.window import Window
from tests.ui.conftest import Profile
from tests.ui.rows import ACCOUNT, ADA, MIRA, NOW, ZONE

_GOOGLE = Service("google", "Google", (), "accounts.google.com")
TEAM = "team@group.test"


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def meeting(key: str, title: str, start: datetime, calendar: str = MIRA.address) -> Item:
    return Item(
        ServiceKey(f"{calendar}/{key}"),
        Kind.MEETING,
        Untrusted(title),
        people=(ADA,),
        at=start,
        url=f"https://calendar.test/{key}",
        actions=("reschedule", "edit", "cancel"),
        meeting=Meeting(
            start_at=start,
            end_at=start + timedelta(minutes=45),
            organizer=MIRA,
            attendees=(
                Attendee(MIRA, Answer.ACCEPTED, organizer=True, me=True),
                Attendee(ADA, Answer.ACCEPTED),
            ),
            answer=Answer.ACCEPTED,
            calendar=calendar,
            series="daily" if key.startswith("daily") else "",
            repeats="FREQ=DAILY" if key.startswith("daily") else "",
            join_url="https://meet.test/a",
        ),
    )


def task(key: str, title: str, due: date | None) -> Item:
    return Item(
        ServiceKey(f"mine/{key}"),
        Kind.TASK,
        Untrusted(title),
        at=None if due else NOW,
        on=due,
        url=f"https://tasks.test/{key}",
        actions=("complete", "due"),
        task=Task(due_on=due, list="mine"),
    )


def file(key: str, title: str, hours_ago: int) -> Item:
    changed = NOW - timedelta(hours=hours_ago)
    return Item(
        ServiceKey(key), Kind.FILE, Untrusted(title), at=changed, file=File("application/pdf")
    )


def id_of(item: Item) -> ItemId:
    return item_id(ACCOUNT, item.kind, item.key)


CALL = meeting("call", "Halden call", at(15))
DAILY = meeting("daily1", "Daily", at(17))
TEAMS = meeting("team", "Team lunch", at(12), TEAM)
HELD = (
    CALL,
    DAILY,
    TEAMS,
    task("late", "Late", date(2026, 11, 20)),
    task("today", "Price sheet", date(2026, 11, 24)),
    task("some day", "Some day", None),
    file("old", "Old.pdf", 30),
    file("new", "New.pdf", 1),
)
PLACES = (
    Place(MIRA.address, "calendar", "Mira Dahl", colour="#9fe1e7", default=True, role="owner"),
    Place(TEAM, "calendar", "Team", colour="#16a765", role="writer"),
    Place("mine", "list", "My tasks", default=True),
    Place("b1", "board", "Press"),
    Place("a1", "list", "Now", parent="b1"),
    Place("p1", "project", "Plans"),
    Place("s1", "section", "Doing", parent="p1"),
    Place("p2", "project", "Ideas"),
)


@dataclass
class Desktop:
    """A window somebody sits at, who looks at the days."""

    window: Window
    session: Session
    profile: Profile
    opened: list[str]
    qtbot: QtBot

    def press(self, *keys: str) -> None:
        for key in keys:
            self.profile.clock.move(1)
            QTest.keyClicks(QApplication.focusWidget() or self.window, key)

    def wait(self, until: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(until()))

    def outbox(self) -> list[tuple[str, Arguments]]:
        return [(action.name, action.arguments) for action in self.profile.desk.outbox()]

    def newest(self) -> Action:
        return self.profile.desk.outbox()[-1]

    def days(self) -> list[str]:
        return [row.title for row in self.session.planner.days.days.rows]

    def go_to_calendar(self) -> None:
        self.press("g", "c")
        self.wait(lambda: "Halden call" in self.days())

    def select(self, item: Item) -> None:
        assert self.session.planner.days.select(id_of(item))
        self.wait(lambda: self.window.reader.body is not None)

    def form(self) -> QWidget | None:
        """Return what is written in the reader's place."""
        return self.window.beside

    def toast(self) -> str:
        return self.window.toast.text.text() if self.window.toast.isVisible() else ""

    def button(self, text: str) -> QAbstractButton:
        found = self.window.findChildren(QAbstractButton)
        return next(b for b in found if b.text() == text and b.isVisible())

    def said(self) -> list[str]:
        return [label.text() for label in self.window.findChildren(QLabel) if label.isVisible()]

    def layer(self) -> Layer:
        return next(layer for layer in self.window.findChildren(Layer) if layer.isVisible())


@pytest.fixture
def desktop(qtbot: QtBot, profile: Profile) -> Desktop:
    def fill(db: Connection) -> None:
        streams.begin(db, ACCOUNT, "mail", NOW)
        page = Page(items=HELD, places=PLACES)
        items.apply(db, ACCOUNT, "mail", page, app.ranker())

    profile.database.cache.transact(fill)
    window = Window([_GOOGLE], profile.clock, ZONE)
    opened: list[str] = []
    session = Session(profile.bridge, window, ZONE, [_GOOGLE], Owner(), opened.append)
    qtbot.addWidget(window)
    window.resize(theme.px(1440), theme.px(900))
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    session.start()
    desktop = Desktop(window, session, profile, opened, qtbot)
    desktop.wait(lambda: window.list.desk_model.rowCount() > 2)
    return desktop


def test_the_calendar_opens_where_the_list_was_and_g_i_leads_back(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    days = desktop.session.planner.days
    assert days.isVisible()
    assert not desktop.window.list.isVisible()
    assert not desktop.window.reader.isVisible()  # nothing is read yet
    assert days.grid.hasFocus()
    desktop.select(CALL)
    assert desktop.window.reader.isVisible()
    assert desktop.window.reader.row is not None
    assert desktop.window.reader.row.id == id_of(CALL)
    desktop.press("g", "i")
    assert desktop.window.list.isVisible()
    assert not days.isVisible()
    desktop.wait(lambda: desktop.window.list.hasFocus())


def test_next_is_the_same_as_in_the_title_row(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    coming = desktop.session._standing
    assert coming is not None
    assert coming.next_meeting is not None
    assert coming.next_meeting.id == desktop.profile.review
    assert desktop.session.planner.days._next == desktop.profile.review


def test_y_answers_the_meeting_of_the_day(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    assert desktop.session.planner.days.select(desktop.profile.review)
    desktop.press("y")
    desktop.wait(lambda: [name for name, _ in desktop.outbox()] == ["accept"])
    desktop.wait(lambda: desktop.toast() == "Your answer leaves in 10 s")


def test_dragging_moves_at_once_and_z_moves_back(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    grid = desktop.session.planner.days.grid
    box = grid.box_of(id_of(CALL))
    assert box is not None
    start = QPointF(box.center().x(), box.top() + 8).toPoint()
    end = QPointF(box.center().x(), box.top() + 8 + theme.px(64)).toPoint()
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(grid, (start + end) / 2)
    QTest.mouseMove(grid, end)
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=end)
    moved = grid.box_of(id_of(CALL))
    assert moved is not None
    assert moved.top() > box.top()  # in this very frame
    desktop.wait(desktop.outbox)
    assert desktop.outbox() == [("reschedule", Arguments(at=at(16), until=at(16, 45)))]
    desktop.wait(lambda: desktop.toast() == "Everybody is told in 10 s")
    grid.setFocus()
    desktop.press("z")
    back = grid.box_of(id_of(CALL))
    assert back is not None
    assert back.top() == box.top()
    desktop.wait(lambda: not desktop.outbox())


def test_c_makes_a_meeting_and_it_stands_on_its_day_until_taken_back(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.press("c")
    editor = desktop.session.planner.editor
    desktop.wait(lambda: desktop.window.beside is editor)
    desktop.wait(editor._title.hasFocus)
    QTest.keyClicks(editor._title, "Budget")
    editor._start.setText("16:00")
    editor._start_typed()
    QTest.keyClick(editor._title, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(desktop.outbox)
    ((name, given),) = desktop.outbox()
    assert (name, given.subject, given.at, given.place) == (
        "meet",
        "Budget",
        at(16),
        MIRA.address,
    )
    desktop.wait(lambda: "Budget" in desktop.days())
    assert desktop.window.beside is None
    assert desktop.toast() == "The meeting is made in 10 s"
    desktop.session.planner.days.grid.setFocus()
    desktop.press("z")
    desktop.wait(lambda: "Budget" not in desktop.days())


def test_a_form_with_words_in_it_is_not_lost_by_esc(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.press("c")
    editor = desktop.session.planner.editor
    desktop.wait(editor._title.hasFocus)
    QTest.keyClick(editor._title, Qt.Key.Key_Escape)
    assert desktop.form() is None  # nothing was written
    desktop.press("c")
    desktop.wait(editor._title.hasFocus)
    QTest.keyClicks(editor._title, "Budget")
    QTest.keyClick(editor._title, Qt.Key.Key_Escape)
    assert desktop.form() is editor
    desktop.button("Go on writing").click()
    assert desktop.form() is editor
    QTest.keyClick(editor._title, Qt.Key.Key_Escape)
    desktop.button("Discard").click()
    assert desktop.form() is None
    assert desktop.outbox() == []


def test_editing_sends_what_changed_and_leads_there_from_the_reader(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.select(CALL)
    desktop.button("Edit").click()
    editor = desktop.session.planner.editor
    desktop.wait(lambda: desktop.window.beside is editor)
    assert editor._title.text() == "Halden call"
    editor._title.setText("Halden call, again")
    editor.submit()
    desktop.wait(desktop.outbox)
    assert desktop.outbox() == [("edit", Arguments(subject="Halden call, again"))]
    desktop.wait(lambda: "Halden call, again" in desktop.days())


def test_cancelling_a_series_asks_how_much_and_tells_why(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.select(DAILY)
    assert "Every day" in desktop.said()
    desktop.button("Cancel the meeting").click()
    sheet = desktop.layer()
    assert isinstance(sheet, Cancelling)
    QTest.keyClicks(sheet.note, "No more")
    desktop.button("Cancel the series").click()
    desktop.wait(desktop.outbox)
    assert desktop.outbox() == [("cancel", Arguments(text="No more", series=True))]
    desktop.wait(lambda: "Daily" not in desktop.days())
    desktop.wait(lambda: not desktop.window.reader.isVisible())


def test_keeping_a_meeting_keeps_it(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.select(CALL)
    desktop.button("Cancel the meeting").click()
    desktop.button("Keep it").click()
    assert desktop.outbox() == []


def test_a_meeting_says_its_calendar_and_what_it_overlaps(desktop: Desktop) -> None:
    over = meeting("over", "School call", at(15, 15), TEAM)

    def fill(db: Connection) -> None:
        page = Page(items=(over,))
        items.apply(db, ACCOUNT, "mail", page, app.ranker())

    desktop.profile.database.cache.transact(fill)
    desktop.go_to_calendar()
    desktop.select(CALL)
    desktop.wait(lambda: "Overlaps School call, 15:15 to 16:00" in desktop.said())
    assert {"Mira Dahl", "Accepted, in Team"} <= set(desktop.said())
    assert isinstance(desktop.window.reader.part, MeetingOpened)


def test_a_hidden_calendar_is_gone_from_days_and_pane(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    assert "Team lunch" in desktop.days()
    menu = desktop.session.planner.days._menu
    next(a for a in menu.actions() if a.text() == "Team").trigger()
    desktop.wait(lambda: "Team lunch" not in desktop.days())
    shown = [row.title for row in desktop.profile.desk.top(kind=Kind.MEETING).rows]
    assert "Team lunch" not in shown


def test_shift_t_makes_a_task_of_a_row_with_the_way_back(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.select(CALL)
    grid = desktop.session.planner.days.grid
    QTest.keyClick(grid, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    form = desktop.session.planner.new_task
    desktop.wait(lambda: desktop.window.beside is form)
    desktop.wait(form.send_button.isEnabled)
    offered = [text for text, *_ in form._list._offered]
    assert offered == ["My tasks", "Ideas", "Plans · Doing", "Press · Now"]
    form.submit()
    desktop.wait(desktop.outbox)
    ((name, given),) = desktop.outbox()
    assert (name, given.subject, given.text, given.place) == (
        "task",
        "Halden call",
        "https://calendar.test/call",
        "mine",
    )


def test_shift_d_holds_the_next_free_half_hour(desktop: Desktop) -> None:
    desktop.press("g", "k")
    desktop.wait(lambda: desktop.window.list.current_row() is not None)
    assert desktop.window.list.select(id_of(HELD[4]))
    desktop.window.list.setFocus()
    QTest.keyClick(desktop.window.list, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    editor = desktop.session.planner.editor
    desktop.wait(lambda: desktop.window.beside is editor)
    assert editor._title.text() == "Price sheet"
    assert editor._times() == (at(10, 30), at(11))  # at ten there is the review


def test_tasks_stand_by_their_day_and_files_newest_first(desktop: Desktop) -> None:
    desktop.press("g", "k")
    model = desktop.window.list.desk_model
    desktop.wait(lambda: model.rowCount() == 6)
    lines = [model.line(n) for n in range(model.rowCount())]
    said = [line.title if isinstance(line, Heading) else f"- {line.title}" for line in lines]  # type: ignore[union-attr]
    assert said == ["Overdue", "- Late", "Today", "- Price sheet", "No due day", "- Some day"]
    model.collapse("Today", True)
    assert model.rowCount() == 5
    desktop.press("g", "f")
    desktop.wait(lambda: model.rowCount() == 3)
    lines = [model.line(n) for n in range(model.rowCount())]
    titles = [getattr(line, "title", "") for line in lines]
    assert titles == ["Files", "New.pdf", "Old.pdf"]


def test_an_empty_form_makes_room_for_reading_and_a_written_one_stays(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.press("c")
    editor = desktop.session.planner.editor
    assert desktop.form() is editor
    desktop.wait(editor.send_button.isEnabled)
    desktop.session.planner.days.select(id_of(CALL))
    assert desktop.form() is None
    desktop.session.command("new-meeting")
    editor._title.setText("Budget")
    desktop.session.planner.days.select(id_of(DAILY))
    assert desktop.form() is editor


def test_c_and_the_pen_make_what_belongs_where_one_is(desktop: Desktop) -> None:
    pen = desktop.window.title_row.compose
    desktop.press("g", "k")
    desktop.wait(lambda: desktop.window.list.current_row() is not None)
    assert pen.accessibleName() == "New task"
    desktop.press("c")
    assert desktop.form() is desktop.session.planner.new_task
    desktop.session.command("back")
    desktop.go_to_calendar()
    assert pen.accessibleName() == "New meeting"
    pen.click()
    assert desktop.form() is desktop.session.planner.editor
    QTest.keyClick(desktop.session.planner.editor._title, Qt.Key.Key_Escape)
    desktop.press("g", "i")
    assert pen.accessibleName() == "New message"


def test_guests_time_is_asked_of_the_engine(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.select(CALL)
    desktop.session.command("do reschedule")
    editor = desktop.session.planner.editor
    desktop.wait(lambda: desktop.window.beside is editor)
    asked: list[errands.Errand] = []

    def look() -> bool:
        asked[:] = desktop.profile.database.own.transact(errands.take)
        return any(errand.name == "busy" for errand in asked)

    desktop.wait(look)
    errand = next(one for one in asked if one.name == "busy")
    assert errand.facts["people"] == [ADA.address]
    answer = {"busy": {ADA.address: [[at(15, 30).isoformat(), at(16).isoformat()]]}}
    desktop.profile.database.own.transact(lambda db: errands.answer(db, errand.id, answer))
    desktop.profile.engine.says.put(ToWindow(errands=(errand.id,)))
    desktop.wait(lambda: "Busy 15:30 to 16:00" in desktop.said())


def test_links_are_copied_and_followed(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.select(CALL)
    desktop.session.command("copy-link")
    assert QGuiApplication.clipboard().text() == "https://meet.test/a"
    desktop.session.command("join")
    assert desktop.opened == ["https://meet.test/a"]


def test_a_narrow_window_shows_the_days_or_the_meeting(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.window.resize(theme.px(820), theme.px(640))
    desktop.select(CALL)
    days = desktop.session.planner.days
    assert days.isVisible()
    QTest.keyClick(days.grid, Qt.Key.Key_Return)
    assert desktop.window.reader.isVisible()
    assert not days.isVisible()
    QTest.keyClick(QApplication.focusWidget() or desktop.window, Qt.Key.Key_Escape)
    assert days.isVisible()


def test_searching_shows_the_list_and_ends_in_the_days(desktop: Desktop) -> None:
    desktop.go_to_calendar()
    desktop.session._search("halden")
    desktop.wait(lambda: desktop.window.list.isVisible())
    desktop.session._search_ended()
    desktop.wait(lambda: desktop.session.planner.days.isVisible())
