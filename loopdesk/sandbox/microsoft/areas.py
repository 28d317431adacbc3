"""The areas of Graph that this stand-in has: each a line here, each a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.calendar.area import CalendarArea
from loopdesk.sandbox.microsoft.directory import Directory
from loopdesk.sandbox.microsoft.drive.area import DriveArea
from loopdesk.sandbox.microsoft.method import Area
from loopdesk.sandbox.microsoft.todo.area import TodoArea

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.service import Microsoft


def areas(service: Microsoft) -> list[Area]:
    return [Directory(), CalendarArea(service), DriveArea(service), TodoArea(service)]
