"""What Microsoft's own pages show of calendars, drives and lists is read as what it is."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from loopdesk.core.items import ServiceKey
from loopdesk.core.people import Handle
from loopdesk.providers.microsoft import convert_calendar, convert_drive, convert_todo
from loopdesk.providers.microsoft import wire_calendar as calendar
from loopdesk.providers.microsoft import wire_drive as drive
from loopdesk.providers.microsoft import wire_todo as todo
from loopdesk.providers.payload import decode
from tests import specs
from tests.providers.bench import NOW
from tests.sandbox.tiny_microsoft import ANN

_FOLDER = specs.folder("microsoft")
_KINDS: tuple[tuple[str, type[msgspec.Struct] | None], ...] = (
    (r"/calendarPermissions|/attachments|/messages/|/calendarGroups$", None),
    (r"/me/calendars?$", calendar.Calendar),
    (r"/getSchedule", calendar.Schedule),
    (r"/mailboxSettings", calendar.Settings),
    (r"/events|/calendarView|/instances", calendar.Event),
    (r"/linkedResources", todo.Linked),
    (r"/todo/lists(/[^/]+)?$|/lists/delta", todo.TaskList),
    (r"/tasks", todo.Task),
    (r"/permissions|/invite", drive.Permission),
    (r"/drives?/", drive.DriveItem),
)


def _examples() -> list[tuple[type[msgspec.Struct], dict[str, Any]]]:
    if _FOLDER is None:
        return []
    shown = json.loads((_FOLDER / "docs-examples.json").read_text("utf-8"))["examples"]
    found = []
    for each in shown:
        path, body = each["url"].partition("?")[0], each.get("body")
        kind = next((kind for pattern, kind in _KINDS if re.search(pattern, path)), None)
        if kind is None or not isinstance(body, dict) or each["status"] >= 300:
            continue
        rows = body["value"] if isinstance(body.get("value"), list) else [body]
        # Some are cut down to the fields that a page is about.
        whole = kind in (todo.Linked, calendar.Schedule, calendar.Settings)
        found += [(kind, row) for row in rows if whole or "id" in row]
    return found


@pytest.mark.skipif(_FOLDER is None, reason="the published descriptions do not lie here")
def test_what_is_published_is_read() -> None:
    read: dict[type[msgspec.Struct], int] = {}
    known = convert_calendar.Owned(frozenset({ANN}), frozenset())
    me = convert_drive.Me("Ann Arber", ANN, "")
    for kind, row in _examples():
        one = decode(json.dumps(row).encode(), kind)
        read[kind] = read.get(kind, 0) + 1
        if isinstance(one, calendar.Event) and one.start and one.end:
            item, _ = convert_calendar.item(one, "main", known)
            assert item.title == (row.get("subject") or "")
            assert item.meeting is not None
            assert item.meeting.start_at or item.meeting.start_on
        elif isinstance(one, todo.Task) and one.createdDateTime:
            item, _ = convert_todo.item(one, "main", "", Handle("", ANN))
            assert item.title == row.get("title", "")
        elif isinstance(one, drive.DriveItem) and one.file and one.lastModifiedDateTime:
            item, _ = convert_drive.item(one, ServiceKey(one.id), me, NOW, convert_drive.Around())
            assert item.title == row.get("name", "")
    assert read.keys() == {kind for _, kind in _KINDS if kind is not None}
    assert sum(read.values()) > 40
