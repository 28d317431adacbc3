"""Meetings, tasks and files of every service that has them."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from loopdesk.core.items import Kind
from loopdesk.ui.part import Held

from .stage import Stage

MEETINGS = {"google": "Halden call", "microsoft": "Mole 2: which berth"}
TASKS = {
    "google": "Sign off the terms",
    "microsoft": "Second hour of the workshop",
    "asana": "Sign off the final terms",
    "trello": "Release of proof 2",
}
FILES = {
    "google": "Design review agenda",
    "microsoft": "Berth plan 2027.docx",
    "dropbox": "halden-terms-v3.docx",
}


def the_task(at: Stage) -> None:
    at.give("go-tasks")
    at.select(lambda row: row.kind is Kind.TASK and row.task is not None and not row.task.done)
    at.take("task")
    at.give("due")
    at.take("due")
    at.close_layers()
    at.give("go-inbox")


def the_cards(at: Stage) -> None:
    """Show a task of a board: whose it is, its labels, what is said on it."""
    at.give("go-tasks")
    at.open("Onboarding copy", "trello")
    at.take("card")
    at.give("assign")
    at.take("card-people")
    at.close_layers()
    at.give("move")
    at.take("card-move")
    at.close_layers()
    at.give("comment")
    at.main.window.reader.page(2)
    at.take("card-comments")
    at.open("Release of proof 2", "trello")
    at.take("card-checklists")
    at.give("go-inbox")


def the_file(at: Stage) -> None:
    at.give("go-files")
    at.select(lambda row: "share" in row.actions)
    at.take("file")
    at.give("share")
    at.take("share")
    at.close_layers()
    at.give("move")
    at.take("move")
    at.close_layers()
    at.give("go-inbox")


def previews(at: Stage) -> None:
    """Files opened inside: on their way, then here, each in its own view."""
    at.open("onboarding-last-screen.png")
    preview(at, "picture", "preview-waiting")
    at.take("file-here")
    at.open("halden-price-sheet.pdf")
    preview(at, "pdf")
    at.open("release-notes-2.4.md")
    preview(at, "text")
    at.open("tickets-week.csv")
    preview(at, "table")
    at.give("go-inbox")


def preview(at: Stage, name: str, waiting: str = "") -> None:
    reader, opening = at.main.window.reader, at.main.session.opening
    asked: list[Held] = []
    reader.held.connect(asked.append)
    button = next(b for b in reader.findChildren(QPushButton) if b.text() == "Open here")
    button.click()
    if waiting:
        at.take(waiting)
    at.engine.bring(asked[-1].item, asked[-1].entry, asked[-1].part)
    opening.want(asked[-1])
    at.take(f"preview-{name}")
    opening.preview.left.emit()
    at.settle()


def of_every_service(at: Stage) -> None:
    for kind, titles in ((Kind.MEETING, MEETINGS), (Kind.TASK, TASKS), (Kind.FILE, FILES)):
        at.give("go-inbox" if kind is Kind.MEETING else f"go-{kind}s")
        for service, title in titles.items():
            at.open(title, service, kind)
            at.take(f"{kind}-{service}")
            at.main.window.reader.page(2)
            at.take(f"{kind}-{service}-below")
    at.give("go-inbox")
