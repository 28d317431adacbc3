"""The list under a person's hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from loopdesk.core.items import ItemId
from loopdesk.core.rows import Pane, Section
from loopdesk.ui import theme
from loopdesk.ui.delegate import HEADING_HEIGHT, ROW_HEIGHT, RowAction
from loopdesk.ui.list_view import Clicked, ListView
from tests.ui.rows import ZONE, StillClock, message, week


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def view(qtbot: QtBot, clock: StillClock) -> ListView:
    view = ListView(clock, ZONE)
    qtbot.addWidget(view)
    view.resize(theme.px(460), theme.px(800))
    view.show()
    view.show_pane(week())
    return view


def _ids(view: ListView) -> list[str]:
    model = view.desk_model
    return [row.id for at in range(model.rowCount()) if (row := model.row(at)) is not None]


def _heights_are_right(view: ListView) -> bool:
    model = view.desk_model
    return all(
        view.rowHeight(at) == theme.px(ROW_HEIGHT if model.row(at) is not None else HEADING_HEIGHT)
        for at in range(model.rowCount())
    )


def test_headings_keep_their_height_wherever_they_come_to_stand(view: ListView) -> None:
    assert _heights_are_right(view)
    pane = week()
    for rows in (pane.rows[4:], pane.rows[:2], (message("x"), *pane.rows), pane.rows[::-1]):
        view.show_pane(replace(pane, rows=rows), now=True)
        assert _heights_are_right(view)
        view.desk_model.collapse(Section.TODAY, True)
        assert _heights_are_right(view)
        view.desk_model.collapse(Section.TODAY, False)


def test_nothing_moves_for_two_seconds_after_a_key(view: ListView, clock: StillClock) -> None:
    before = _ids(view)
    pane = week()
    arrived = replace(pane, rows=(message("Fresh one"), message("Fresh two"), *reversed(pane.rows)))
    view.touched()
    view.show_pane(arrived)
    assert _ids(view) == before
    assert view.delegate.arrivals == {Section.NOW: 2}
    clock.move(1.9)
    view.settle()
    assert _ids(view) == before
    clock.move(0.2)
    view.settle()
    assert _ids(view)[:2] == ["Fresh one", "Fresh two"]
    assert view.delegate.arrivals == {}


def test_rows_that_are_here_show_what_is_new_about_them_at_once(
    view: ListView, clock: StillClock
) -> None:
    pane = week()
    view.touched()
    view.show_pane(replace(pane, rows=(replace(pane.rows[0], starred=True), *pane.rows[1:])))
    first = view.desk_model.row(1)
    assert first is not None
    assert first.starred


def test_pressing_a_heading_lets_in_what_gathered_there(qtbot: QtBot, view: ListView) -> None:
    pane = week()
    view.touched()
    view.show_pane(replace(pane, rows=(message("Fresh one"), *pane.rows)))
    heading = view.visualRect(view.desk_model.index(0, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=heading)  # type: ignore[no-untyped-call]
    assert _ids(view)[0] == "Fresh one"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=heading)  # type: ignore[no-untyped-call]
    assert "Fresh one" not in _ids(view)  # with nothing gathered, it folds the section


def test_steps_pass_over_headings_and_stop_at_the_ends(view: ListView) -> None:
    ids = _ids(view)
    walked = [view.current_row()]
    while view.step(+1):
        walked.append(view.current_row())
    assert [row.id for row in walked if row] == ids
    assert not view.step(+1)
    assert view.step_section(-1)
    current = view.current_row()
    assert current is not None
    assert current.section is Section.TODAY


def test_leaps_end_on_rows(view: ListView) -> None:
    ids = _ids(view)
    for key, there in ((Qt.Key.Key_End, -1), (Qt.Key.Key_Home, 0), (Qt.Key.Key_PageDown, -1)):
        QTest.keyClick(view, key)
        current = view.current_row()
        assert current is not None
        assert current.id == ids[there]


def test_when_a_row_leaves_the_next_one_is_selected(view: ListView) -> None:
    first, second = week().rows[:2]
    view.put(first, None)
    current = view.current_row()
    assert current is not None
    assert current.id == second.id
    assert [row.id for row in view.selected_rows()] == [second.id]


def test_the_selection_stays_with_its_row(view: ListView) -> None:
    view.step(+1)
    chosen = view.current_row()
    assert chosen is not None
    pane = week()
    view.show_pane(replace(pane, rows=(message("x"), message("y"), *pane.rows)), now=True)
    current = view.current_row()
    assert current is not None
    assert current.id == chosen.id
    assert [row.id for row in view.selected_rows()] == [chosen.id]


def test_after_an_answer_the_way_goes_on_where_the_row_stood(view: ListView) -> None:
    first, second, third, *rest = (message(f"n{at}", section=Section.NOW) for at in range(5))
    today = tuple(message(f"t{at}", section=Section.TODAY) for at in range(3))
    for by, there in ((+1, third), (-1, first)):
        view.show_pane(Pane((first, second, third, *rest, *today)), now=True)
        view.select(second.id)
        answered = replace(second, section=Section.TODAY)
        view.show_pane(Pane((first, third, *rest, *today, answered)), now=True)
        view.show_pane(Pane((first, third, *rest, *today[1:], answered)), now=True)
        assert view.step(by)
        current = view.current_row()
        assert current is not None
        assert current.id == there.id


def test_icons_over_a_row_act_on_that_row(qtbot: QtBot, view: ListView) -> None:
    second = week().rows[1]
    box = view.visualRect(view.desk_model.index(2, 0))
    end = box.right() - theme.px(16)
    place = QPoint(end - theme.px(28 * 3 - 14), box.top() + theme.px(18))
    heard: list[Clicked] = []
    view.clicked_action.connect(heard.append)
    qtbot.mouseMove(view.viewport(), place)  # type: ignore[no-untyped-call]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)  # type: ignore[no-untyped-call]
    assert [(c.row.id, c.action) for c in heard] == [(second.id, RowAction.DONE)]
    current = view.current_row()
    assert current is not None
    assert current.id != second.id


def test_the_heading_of_the_rows_sticks(view: ListView) -> None:
    rows = tuple(message(f"m{n}", section=Section.LATER) for n in range(60))
    view.show_pane(Pane(rows), now=True)
    view.step(+40)
    sticky = view.childAt(theme.px(60), theme.px(10))
    assert type(sticky).__name__ == "_Sticky"
    assert view.visualRect(view.currentIndex()).top() >= theme.px(HEADING_HEIGHT)


def test_of_many_rows_only_those_in_sight_are_drawn(view: ListView) -> None:
    row = message("m", section=Section.LATER)
    rows = tuple(replace(row, id=ItemId(f"m{n}")) for n in range(20_000))
    view.show_pane(Pane(rows), now=True)
    view.viewport().repaint()
    drawn = [item for item in view.delegate._pictures if item in {r.id for r in rows}]
    assert 0 < len(drawn) < 30


def test_gathering_rows_leaves_the_selection_alone_while_stepping(view: ListView) -> None:
    ids = _ids(view)
    view.mark_current()
    view.step(+1)
    view.step(+1)
    view.mark_current()
    assert [row.id for row in view.selected_rows()] == [ids[0], ids[2]]
    view.step(+1, extend=True)
    view.mark_current()
    view.mark_current()
    assert [row.id for row in view.selected_rows()] == [ids[0], ids[2], ids[3]]
    for row in view.selected_rows():
        view.put(row, None)
    current = view.current_row()
    assert current is not None
    assert [row.id for row in view.selected_rows()] == [current.id]


def test_until_somebody_chooses_the_first_row_is_the_current_one(view: ListView) -> None:
    pane = week()
    view.show_pane(replace(pane, rows=(message("Fresh one"), *pane.rows)), now=True)
    assert [row.id for row in view.selected_rows()] == ["Fresh one"]
    view.step(+1)
    view.show_pane(replace(pane, rows=(message("Fresher"), *pane.rows[1:])), now=True)
    current = view.current_row()  # the chosen one is gone: a neighbour, and it is selected
    assert current is not None
    assert [row.id for row in view.selected_rows()] == [current.id]


def test_what_was_sought_has_a_ground_behind_it(view: ListView) -> None:
    def pixels() -> int:
        shown = view.viewport().grab().toImage()
        mark = theme.current().tokens.colour("mark")
        return sum(
            shown.pixelColor(x, y) == mark
            for y in range(0, shown.height(), 2)
            for x in range(0, shown.width(), 2)
        )

    assert pixels() == 0
    view.delegate.mark(("halden", "ship"))
    assert pixels() > 100
    view.delegate.mark(("41",))  # nobody seeks a time of day
    assert pixels() == 0


def test_right_to_left_the_icons_stand_on_the_other_side(view: ListView) -> None:
    row = week().rows[1]
    wide = view.viewport().width()
    near_end = QPoint(wide - theme.px(16) - theme.px(14), theme.px(18))
    mirrored = QPoint(wide - near_end.x(), near_end.y())
    at = view.delegate.action_at
    assert at(row, wide, near_end, False) is RowAction.REPLY
    assert at(row, wide, mirrored, True) is RowAction.REPLY
    assert at(row, wide, near_end, True) is None
