"""The list that mirrors flagged mails: what is done in one is done in the other."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from loopdesk.sandbox.microsoft.calendar import times
from loopdesk.sandbox.microsoft.mail.box import NOT_FLAGGED, Box, Message
from loopdesk.sandbox.microsoft.mail.shapes import web_link
from loopdesk.sandbox.microsoft.todo import forms
from loopdesk.sandbox.microsoft.todo.store import DONE, Task, TaskList, TodoStore, key_of
from loopdesk.sandbox.model import Json

_FLAGS = {True: "complete", False: "flagged"}


def mirror(store: TodoStore, held: TaskList, box: Box, zone: ZoneInfo, now: datetime) -> None:
    """Bring the list to where the mails are."""
    flagged = {
        box.id_of(message, immutable=True): message
        for message in box.messages.values()
        if message.flag["flagStatus"] != NOT_FLAGGED["flagStatus"]
    }
    known = {task.mail: task for task in held.tasks.values()}
    for mail, task in known.items():
        if mail not in flagged:
            store.remove(held, task)
    for mail, message in flagged.items():
        wanted = {
            "status": DONE if message.flag["flagStatus"] == "complete" else "notStarted",
            "dueDateTime": message.flag.get("dueDateTime"),
        }
        old = known.get(mail)
        if old is None:
            made = _made(store, mail, box, message)
            forms.take(made, {"title": message.letter.subject, **wanted}, zone, now)
            store.put(held, made, now)
        elif (old.is_done, old.due) != (wanted["status"] == DONE, _day(message.flag, zone)):
            forms.take(old, wanted, zone, now)
            store.put(held, old, now)


def tell(task: Task, box: Box, now: datetime) -> None:
    """Flag the mail of a task as the task is now."""
    message = box.find(task.mail)
    wanted = {**message.flag, "flagStatus": _FLAGS[task.is_done]}
    if message.flag != wanted:
        message.flag = wanted
        box.changed(message, now)


def forget(task: Task, box: Box, now: datetime) -> None:
    """Take the flag from the mail of a task that was deleted."""
    message = box.find(task.mail)
    message.flag = NOT_FLAGGED
    box.changed(message, now)


def followed(link: Json, box: Box) -> Json:
    """Return a link of a story: `mid:MESSAGE-ID` becomes the address of that mail."""
    scheme, _, name = str(link.get("webUrl", "")).partition("mid:")
    if scheme or not name:
        return link
    for message in box.messages.values():
        if message.message_id == name:
            return {**link, "webUrl": web_link(box.id_of(message, immutable=True))}
    return link


def _made(store: TodoStore, mail: str, box: Box, message: Message) -> Task:
    name = message.letter.subject
    link = {"applicationName": "Outlook", "displayName": name, "webUrl": web_link(mail)}
    task = Task(key_of(store.address, mail), {}, 0, message.at, message.at, mail=mail)
    task.links.append({"id": key_of(mail)[8:28], "externalId": mail, **link})
    return task


def _day(flag: Json, zone: ZoneInfo) -> date | None:
    due = flag.get("dueDateTime")
    return times.moment(due).astimezone(zone).date() if due else None
