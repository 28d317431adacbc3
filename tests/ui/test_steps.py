"""Steps of a task that are lines to tick off, and what the task points at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from loopdesk.core.fold import fold
from loopdesk.core.items import Clean, Kind, Link, Step, Task
from loopdesk.core.rows import Body, Shown
from loopdesk.ui.part import Wanted
from loopdesk.ui.reader import Reader
from loopdesk.ui.task import TaskPart
from loopdesk.ui.task_steps import TickStep
from tests.ui.rows import MIRA, NOW, ZONE, StillClock, message

_TAKES = ("complete", "rename", "describe", "due", "check", "uncheck", "subtask", "delete")


def _sheet() -> Body:
    steps = (Step("s1", "Ask finance", done=True), Step("s2", "Put all three on one page"))
    row = replace(
        message("Send Halden price sheet"),
        kind=Kind.TASK,
        people=(),
        actions=_TAKES,
        task=Task(due_on=date(2026, 11, 24), list="L1", steps=steps),
    )
    link = Link("Re: Halden terms", "https://outlook.test/owa/?id=1")
    notes = Shown("t", MIRA, (), (), NOW, Clean(""), Clean(""), False, True, links=(link,))
    return Body(row, (notes,), "mira@harbourline.test", places=("Sales",))


def _open(qtbot: QtBot) -> tuple[Reader, TaskPart]:
    reader = Reader(StillClock(), ZONE, {})
    qtbot.addWidget(reader)
    reader.resize(800, 700)
    reader.show()
    reader.announce(_sheet().row)
    reader.show_body(_sheet())
    part = reader.part
    assert isinstance(part, TaskPart)
    return reader, part


def test_a_step_is_ticked_off_by_its_ring(qtbot: QtBot) -> None:
    reader, part = _open(qtbot)
    wanted: list[Wanted] = []
    reader.wanted.connect(wanted.append)
    first, second = part.findChildren(TickStep)
    assert (first.ring.done, second.ring.done) == (True, False)
    assert second.ring.accessibleName() == "Complete Put all three on one page"
    first.ring.click()
    second.ring.click()
    given = [(one.name, one.arguments.entry) for one in wanted]
    assert given == [("uncheck", "s1"), ("check", "s2")]
    # As the list and the reader have it in the next frame.
    row = fold(wanted[1].row, "check", wanted[1].arguments)
    reader.renew(row)
    assert part.findChildren(TickStep)[1].ring.done


def test_a_step_is_added_and_has_no_ring_to_press_until_it_is_known(qtbot: QtBot) -> None:
    reader, part = _open(qtbot)
    wanted: list[Wanted] = []
    reader.wanted.connect(wanted.append)
    assert part.more.placeholderText() == "Add a step"
    QTest.keyClicks(part.more, "Mail it")
    QTest.keyClick(part.more, Qt.Key.Key_Return)
    (added,) = wanted
    assert (added.name, added.arguments.text) == ("subtask", "Mail it")
    reader.renew(fold(added.row, added.name, added.arguments))
    last = part.findChildren(TickStep)[-1]
    assert last.title.isVisible()
    assert not last.ring.isEnabled()


def test_what_a_task_points_at_says_where_it_leads(qtbot: QtBot) -> None:
    reader, part = _open(qtbot)
    links: list[str] = []
    reader.link.connect(links.append)
    chip = next(b for b in part.findChildren(QPushButton) if "Halden terms" in b.text())
    assert "outlook.test" in chip.text()
    chip.click()
    assert links == ["https://outlook.test/owa/?id=1"]
