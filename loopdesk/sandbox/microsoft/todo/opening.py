"""A person's lists as a story hands them over."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.calendar import times
from loopdesk.sandbox.microsoft.mail.box import Box
from loopdesk.sandbox.microsoft.todo import flagged, forms
from loopdesk.sandbox.microsoft.todo.store import DEFAULT, FLAGGED, PLAIN, Task, TodoStore, key_of
from loopdesk.sandbox.model import Json

_USUAL: Json = {"id": "default", "displayName": "Tasks", "wellknownListName": DEFAULT}
_MAILS: Json = {"id": "flagged", "displayName": "Flagged emails", "wellknownListName": FLAGGED}


def opened(account: Account, box: Box, now: datetime) -> TodoStore:
    """Return the lists of an account, the default one and that of flagged mails among them."""
    store, zone = TodoStore(account.address), zone_of(account)
    given = list(account.office.lists)
    if not any(each.get("wellknownListName") == DEFAULT for each in given):
        given.insert(0, _USUAL)
    for each in (*given, _MAILS):
        role = str(each.get("wellknownListName") or PLAIN)
        held = store.add_list(str(each["id"]), str(each["displayName"]), role)
        for number, task in enumerate(each.get("tasks", ())):
            key = key_of(account.address, held.key, str(task.get("id", number)))
            made = _task(key, task, zone, now)
            made.links = [flagged.followed(link, box) for link in made.links]
            store.put(held, made, made.changed_at)
    return store


def zone_of(account: Account) -> ZoneInfo:
    return times.zone_of(account.office.zone) or ZoneInfo("UTC")


def _task(key: str, given: Json, zone: ZoneInfo, now: datetime) -> Task:
    body = dict(given)
    made_at, changed_at = (
        datetime.fromisoformat(body[name]) if name in body else now
        for name in ("createdDateTime", "lastModifiedDateTime")
    )
    steps, links = body.pop("checklistItems", ()), body.pop("linkedResources", ())
    done = body.pop("completedDateTime", None)
    task = Task(key, {}, 0, made_at, changed_at)
    forms.take(task, body, zone, changed_at)
    task.done_on = times.day(done) if done else task.done_on
    for number, each in enumerate(steps):
        usual = {"createdDateTime": times.stamp(made_at), "isChecked": False}
        task.steps.append({"id": _part_id(key, "step", number), **usual, **each})
    for number, each in enumerate(links):
        task.links.append({"id": _part_id(key, "link", number), **each})
    return task


def _part_id(*words: object) -> str:
    return key_of(*map(str, words))[8:28]
