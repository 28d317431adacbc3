"""What must hold when all is calm: both sides say the same of everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from loopdesk.core.items import Kind
from loopdesk.core.rows import Row, Shown
from loopdesk.core.seams import Connection, Database
from loopdesk.desk.desk import Desk
from loopdesk.desk.listing import View
from tests.sandbox import tiny
from tests.simulation.agreement import BrokenError

_ALL = 1000
_ANSWERS = {
    "pending": "needsAction",
    "accepted": "accepted",
    "tentative": "tentative",
    "declined": "declined",
}
_Rows = dict[str, Row]
"""Rows by the key that the service gives them."""


def compare(desk: Desk, database: Database, google: Mapping[str, Any]) -> None:
    """Look for anything that is here and not there, the other way round, or not the same."""

    def work(db: Connection) -> list[tuple[str, str]]:
        return db.execute("SELECT id, key FROM cache_item").fetchall()

    keys = dict(database.read(work))

    def rows(kind: Kind) -> _Rows:
        found = desk.top(_ALL, view=View.ALL, kind=kind).rows
        by_key = {keys.get(row.id, ""): row for row in found}
        if len(by_key) != len(found):
            raise BrokenError(f"twice here: {sorted(row.title for row in found)}")
        return by_key

    _compare_mail(desk, rows(Kind.MESSAGE), google)
    _compare_meetings(desk, rows(Kind.MEETING), google)
    _compare_tasks(desk, rows(Kind.TASK), google)
    _compare_files(desk, rows(Kind.FILE), google)


def _expect(what: str, here: object, there: object) -> None:
    if here != there:
        raise BrokenError(f"{what}: {here} here, {there} there")


def _taken(here: _Rows, key: str, title: str) -> Row:
    row = here.pop(key, None)
    if row is None:
        raise BrokenError(f"missing here: {title}")
    return row


def _nothing_left(here: _Rows) -> None:
    if here:
        raise BrokenError(f"no more there: {sorted(row.title for row in here.values())}")


def _said(desk: Desk, row: Row) -> dict[str, Shown]:
    return {entry.id: entry for entry in desk.body(row.id).entries}


def _compare_mail(desk: Desk, here: _Rows, google: Mapping[str, Any]) -> None:
    labels = {
        held["id"]: held["labelIds"]
        for message in google["messages"]
        for held in (message, *message["copies"])
        if held["account"] == tiny.ANN
    }
    for thread in google["threads"]:
        if thread["account"] != tiny.ANN:
            continue
        if "TRASH" in thread["labelIds"] or set(thread["labelIds"]) == {"DRAFT"}:
            here.pop(thread["id"], None)
            continue
        row = _taken(here, thread["id"], thread["id"])
        _expect(row.title, sorted(row.places), sorted(thread["labelIds"]))
        _expect(row.title, row.unread, "UNREAD" in thread["labelIds"])
        wanted = {one for one in thread["messages"] if "DRAFT" not in labels[one]}
        _expect(f"mails of {row.title}", wanted - set(_said(desk, row)), set())
    _nothing_left(here)


def _compare_meetings(desk: Desk, here: _Rows, google: Mapping[str, Any]) -> None:
    for event in google["events"]:
        if event["account"] != tiny.ANN or event.get("status") == "cancelled":
            continue
        row = _taken(here, f"{event['calendar']}/{event['id']}", event["summary"])
        meeting = row.meeting
        assert meeting is not None
        answers = {one.who.address: _ANSWERS.get(one.answer, "") for one in meeting.attendees}
        wanted = {one["email"]: one["responseStatus"] for one in event.get("attendees", ())}
        _expect(f"answers of {row.title}", answers, wanted)
        _expect("title", row.title, event["summary"])
        times = (meeting.start_at or meeting.start_on, meeting.end_at or meeting.end_on)
        _expect(f"times of {row.title}", times, (_time(event["start"]), _time(event["end"])))
        _expect("location", meeting.location, event.get("location", ""))
        _expect("description", _notes(desk, row), event.get("description", ""))
    _nothing_left(here)


def _time(told: Mapping[str, str]) -> datetime | date:
    if "date" in told:
        return date.fromisoformat(told["date"])
    return datetime.fromisoformat(told["dateTime"]).astimezone(UTC)


def _notes(desk: Desk, row: Row) -> str:
    return "\n".join(entry.own for entry in desk.body(row.id).entries)


def _compare_tasks(desk: Desk, here: _Rows, google: Mapping[str, Any]) -> None:
    for task in google["tasks"]:
        if task["deleted"]:
            continue
        row = _taken(here, f"{task['list']}/{task['id']}", task["title"])
        assert row.task is not None
        parent = f"{task['list']}/{task['parent']}" if task.get("parent") else ""
        facts = (row.title, row.task.done, str(row.task.due_on or ""), row.task.list)
        there = (
            task["title"],
            task["status"] == "completed",
            str(task.get("due") or "")[:10],
            task["list"],
        )
        _expect("a task", facts, there)
        _expect(f"parent of {row.title}", row.task.parent, parent)
        _expect(f"notes of {row.title}", _notes(desk, row), task.get("notes", ""))
    _nothing_left(here)


def _compare_files(desk: Desk, here: _Rows, google: Mapping[str, Any]) -> None:
    for file in google["files"]:
        if file["mimeType"].endswith("folder"):
            continue
        if file["trashed"] and file["id"] not in here:
            continue
        row = _taken(here, file["id"], file["name"])
        assert row.file is not None
        _expect("a file", (row.title, row.file.trashed), (file["name"], file["trashed"]))
        if file["trashed"]:
            continue
        # Where somebody else keeps it is theirs to know.
        folder = file["parents"][0] if file["owner"] == tiny.ANN else row.file.folder
        _expect(f"folder of {row.title}", row.file.folder, folder)
        shares = {one.who.address: one.role for one in row.file.shares}
        wanted = {one["address"]: one["role"] for one in file["permissions"]}
        _expect(f"shares of {row.title}", shares, wanted)
        _expect(f"version of {row.title}", row.file.revision, file["revisions"][-1]["id"])
        entries = _said(desk, row)
        for comment in file["comments"]:
            for one in (comment, *comment["replies"]):
                shown = entries.get(one["id"])
                if shown is None and not one["deleted"] and one["text"]:
                    raise BrokenError(f"a comment is not here: {row.title}")
            if comment["id"] in entries:
                resolved = entries[comment["id"]].resolved
                _expect(f"resolved in {row.title}", resolved, comment["resolved"])
        if row.marks.offline:
            _compare_bytes(desk, row, file)
    _nothing_left(here)


def _compare_bytes(desk: Desk, row: Row, file: Mapping[str, Any]) -> None:
    assert row.file is not None
    blob = desk.files.here(row.id, file["id"], row.file.read_as)
    if blob is None:
        raise BrokenError(f"not downloaded: {row.title}")
    _expect(f"size of {row.title}", blob.size_bytes, file["revisions"][-1]["size"])
    if file["text"]:
        text = desk.files.read(blob.id).decode("utf-8", "replace")
        _expect(f"text of {row.title}", text[: len(file["text"])], file["text"])
