"""The calendar by days and weeks, and what is made in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from loopdesk.ui.day import DAY, WEEK
from loopdesk.ui.meeting_editor import Draft

from .stage import ADA, JONAS, MOMENT, NEXT, Stage

MEETING = Draft("Before the Halden call", MOMENT + NEXT, MOMENT + 2 * NEXT, guests=(ADA, JONAS))


def the_days(at: Stage) -> None:
    at.give("go-calendar")
    at.take("day")
    planner = at.main.session.planner
    coming = planner.days.days.rows
    planner.days.select(next(row.id for row in coming if "propose" in row.actions))
    at.take("day-meeting")
    planner.days.set_mode(WEEK)
    at.take("week")
    at.give("new-meeting")
    planner.editor.begin(MEETING)
    planner.editor.offer(planner.days.days.calendars)
    at.settle()
    answer = {ADA.address: [(MOMENT + NEXT, MOMENT + 2 * NEXT)], JONAS.address: []}
    planner.editor.show_busy(answer)
    at.take("meeting-editor")
    at.main.window.show_beside(None)
    planner.days.grid.setFocus()
    planner.days.set_mode(DAY)
    planner.days.select(None)
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    at.take("day-right-to-left")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    at.give("go-tasks")
    at.take("tasks")
    at.give("new-task")
    at.take("new-task")
    at.main.window.show_beside(None)
    at.give("go-files")
    at.take("files")
    at.give("go-inbox")
