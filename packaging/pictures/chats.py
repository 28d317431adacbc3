"""Conversations, and what is written in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from loopdesk.core.actions import Arguments, Failure
from loopdesk.ui.chat import ChatPart
from loopdesk.ui.message import MessageView

from .stage import MOMENT, Stage


def conversations(at: Stage) -> None:
    """Messages of two, of a channel and of a thread, and what is written in them."""
    at.open("Jonas", service="slack")
    at.take("chat-direct")
    at.open("#release-2-4")
    part, box = chat_of(at), at.main.window.chat_box
    at.take("chat-channel")
    light(part, lambda view: bool(view.shown.reactions))
    at.take("chat-reactions")
    part.edit("react")
    at.take("chat-emoji")
    at.close_layers()
    box.begin()
    box.insert("The tide view goes out with 2.4. Thank you @")
    at.settle()
    at.take_screen("chat-naming")
    box.words.clear()
    box.insert("Standup notes are in the doc.")
    box.later_button.click()
    at.take("chat-later")
    at.close_layers()
    box.send(False, MOMENT + timedelta(hours=20))
    at.settle()
    at.main.window.toast.dismiss()
    at.pull()
    at.take("chat-scheduled")
    row = at.open("Ada", service="slack")
    words = Arguments(text="Two minutes are fine, call me when the ferry is in.")
    at.refuse(at.desk.do("reply", row.id, words), Failure("rejected", "blocked"))
    at.take("chat-refused")
    at.desk.discard(at.desk.outbox()[-1].id)
    at.open("Who writes the line on crew swaps?")
    at.take("chat-thread")
    at.give("new-chat")
    at.take("new-chat")
    at.close_layers()
    at.give("status")
    at.take("status")
    at.close_layers()
    at.give("go-inbox")


def the_office(at: Stage) -> None:
    """What another service has of its own: its chats, and a task with steps to tick off."""
    rows = at.desk.top(1000).rows
    theirs = [row for row in rows if row.service == "microsoft"]
    chat = next((row for row in theirs if row.chat is not None), None)
    steps = next((row for row in theirs if row.task is not None and row.task.steps), None)
    for row, name in ((chat, "chat-office"), (steps, "task-steps")):
        if row is not None:
            at.main.session.open_item(row)
            at.take(name)
    at.give("go-inbox")


def chat_of(at: Stage) -> ChatPart:
    part = at.main.window.reader.part
    assert isinstance(part, ChatPart)  # noqa: S101
    return part


def light(part: ChatPart, wanted: Callable[[MessageView], bool]) -> None:
    """Put the pointer on a message."""
    views = [view for view in part.stops() if isinstance(view, MessageView)]
    next(view for view in reversed(views) if wanted(view)).lit.emit()
