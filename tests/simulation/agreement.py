"""What must hold when all is calm: each effect once, and both sides saying the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from loopdesk.core.actions import Action, ActionId, State
from loopdesk.core.errors import Unknown
from loopdesk.core.items import ItemId, Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk, View
from tests.sandbox import tiny

_ALL = 1000
_MADE_OF = re.compile(r"Words [0-9a-f]{32}")
_MARKS = {
    name: (name.removeprefix("un"), not name.startswith("un"))
    for kind in ("pin", "mute", "save", "snooze", "download")
    for name in (kind, f"un{kind}")
}
_ANSWERS = {
    "pending": "needsAction",
    "accepted": "accepted",
    "tentative": "tentative",
    "declined": "declined",
    "none": "",
}


class BrokenError(Exception):
    """Something does not hold; the text says what, the seed how to see it again."""


def check(desk: Desk, google: Mapping[str, Any], written: Mapping[ActionId, str]) -> None:
    """Look for anything that does not hold.

    Args:
        google: the service's whole state.
        written: the words of each action of the person's.
    """
    _check_effects(desk, google, written)
    _check_order(desk)
    _check_marks(desk)
    _compare_mail(desk, google)
    _compare_meetings(desk, google)
    _compare_tasks(desk, google)
    _compare_files(desk, google)


def _check_effects(desk: Desk, google: Mapping[str, Any], written: Mapping[ActionId, str]) -> None:
    # A new name holds the old one, so that what was made is found by the words it was made with.
    arrived = Counter(found for told in _words(google) for found in _MADE_OF.findall(told))
    # The service forgets what was deleted; its making cannot be seen any more.
    deleted = {
        action.item
        for action in desk.activity(5000)
        if action.name == "delete" and action.state is State.SENT
    }
    for this, words in written.items():
        action = desk.action(this)
        if action.state in (State.WAITING, State.SENDING) and not _is_held_back(desk, action):
            raise BrokenError(f"{action.name} still {action.state}: {action.error}")
        if words:
            wanted = 1 if action.state is State.SENT else 0
            forgotten = action.item in deleted and not arrived[words]
            if arrived[words] != wanted and not forgotten:
                raise BrokenError(f"{action.name} {action.state}, arrived {arrived[words]} times")


def _is_held_back(desk: Desk, action: Action) -> bool:
    """Say whether an action waits for something whose making was refused."""
    return not action.target.key and any(
        other.item == action.item and other.state is State.REFUSED for other in desk.outbox()
    )


def _words(google: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words of everything that was ever made, also of what was deleted since."""
    for message in google["messages"]:
        if "SENT" in message["labelIds"]:
            # A forwarded mail's own words come before what it forwards.
            yield message["text"].strip().split("\n")[0].strip()
    yield from (str(event.get("summary", "")) for event in google["events"])
    # One that was moved is named as deleted where it was before.
    tasks = {
        task["id"]: task for task in sorted(google["tasks"], key=lambda one: not one["deleted"])
    }
    yield from (str(task.get("title", "")) for task in tasks.values())
    for file in google["files"]:
        yield file["name"]
        for comment in file["comments"]:
            yield comment["text"]
            yield from (str(reply["text"]) for reply in comment["replies"])


def _check_order(desk: Desk) -> None:
    """See that what was done to one item was delivered in the order in which it was done."""
    by_item: dict[ItemId | None, list[Action]] = {}
    for action in reversed(desk.activity(5000)):
        if action.state is State.SENT and action.receipt != {"here": True}:
            by_item.setdefault(action.item, []).append(action)
    for actions in by_item.values():
        # A refused one was tried again by nobody, so the order of making is that of sending.
        sent_at = [action.settled_at for action in actions if action.settled_at]
        if sent_at != sorted(sent_at):
            raise BrokenError(f"out of order: {[action.name for action in actions]}")


def _check_marks(desk: Desk) -> None:
    """See that what is kept here is as the last such action left it."""
    wanted: dict[ItemId, dict[str, bool]] = {}
    for action in reversed(desk.activity(5000)):
        if action.item is not None and action.name in _MARKS:
            kind, on = _MARKS[action.name]
            wanted.setdefault(action.item, {})[kind] = on
    for item, flags in wanted.items():
        with suppress(Unknown):  # it left the service; its marks are asked for with it
            marks = desk.row(item).marks
            here = {
                "pin": marks.pinned,
                "mute": marks.muted,
                "save": marks.saved,
                "download": marks.offline,
                "snooze": marks.snoozed_until is not None,
            }
            if any(here[kind] is not on for kind, on in flags.items()):
                raise BrokenError(f"marks of an item: {here}, wanted {flags}")


def _rows(desk: Desk, kind: Kind) -> list[Row]:
    return list(desk.top(_ALL, view=View.ALL, kind=kind).rows)


def _compare_mail(desk: Desk, google: Mapping[str, Any]) -> None:
    subjects = {
        (held["account"], held["id"]): message["subject"]
        for message in google["messages"]
        for held in (message, *message["copies"])
    }
    here = {row.title: row for row in _rows(desk, Kind.MESSAGE)}
    for thread in google["threads"]:
        if thread["account"] != tiny.ANN or {"TRASH", "DRAFT"} & set(thread["labelIds"]):
            continue
        title = subjects[thread["account"], thread["messages"][0]]
        row = here.get(title)
        if row is None:
            raise BrokenError(f"missing here: {title}")
        if set(row.places) != set(thread["labelIds"]):
            there = sorted(thread["labelIds"])
            raise BrokenError(f"{title}: {sorted(row.places)} here, {there} there")


def _compare_meetings(desk: Desk, google: Mapping[str, Any]) -> None:
    rows = {row.title: row for row in _rows(desk, Kind.MEETING)}
    for event in google["events"]:
        row = rows.get(event["summary"])
        cancelled = event.get("status") == "cancelled"
        if event["account"] != tiny.ANN or cancelled is (row is None):
            continue
        if row is None or row.meeting is None or cancelled:
            raise BrokenError(f"{event['summary']}: cancelled {cancelled} there, {row} here")
        own = [a for a in event.get("attendees", ()) if a["email"] == tiny.ANN]
        if own and own[0]["responseStatus"] != _ANSWERS[row.meeting.answer]:
            said = own[0]["responseStatus"]
            raise BrokenError(f"{row.title}: {row.meeting.answer} here, {said} there")


def _compare_tasks(desk: Desk, google: Mapping[str, Any]) -> None:
    here = {row.title: row.task for row in _rows(desk, Kind.TASK)}
    there = [task for task in google["tasks"] if not task["deleted"]]
    for task in there:
        row = here.pop(task["title"], None)
        if row is None:
            raise BrokenError(f"missing here: {task['title']}")
        facts = (row.done, str(row.due_on or ""), row.list)
        wanted = (task["status"] == "completed", str(task.get("due") or "")[:10], task["list"])
        if facts != wanted:
            raise BrokenError(f"{task['title']}: {facts} here, {wanted} there")
    if here:
        raise BrokenError(f"tasks that are no more: {sorted(here)}")


def _compare_files(desk: Desk, google: Mapping[str, Any]) -> None:
    here = {row.title: row for row in _rows(desk, Kind.FILE)}
    for file in google["files"]:
        row = here.get(file["name"])
        if file["mimeType"].endswith("folder") or row is None or row.file is None:
            if not file["mimeType"].endswith("folder") and not file["trashed"]:
                raise BrokenError(f"missing here: {file['name']}")
            continue
        if row.file.trashed != file["trashed"]:
            raise BrokenError(f"{row.title}: trashed {row.file.trashed} here")
        said = {entry.own for entry in desk.body(row.id).entries}
        missing = [one["text"] for one in file["comments"] if one["text"] not in said]
        if missing and not file["trashed"]:
            raise BrokenError(f"{row.title}: comments not here: {len(missing)}")
