"""Everything that is kept here, in standard formats: mbox, ics, JSON and files."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from loopdesk.content.clean import clean_line
from loopdesk.core.filenames import safe_name
from loopdesk.core.items import AccountId, Answer, Entry, Kind, Meeting, Task, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.seams import Connection, Database
from loopdesk.desk.export_chats import export_chats
from loopdesk.store import accounts, blobs, items, marks, outbox, pane
from loopdesk.store.items import Stored
from loopdesk.store.vessel import Vessel

_BATCH = 200
_PIECE = 1024 * 1024
_EVERYTHING = 1 << 62
_PARTSTAT = {
    Answer.PENDING: "NEEDS-ACTION",
    Answer.ACCEPTED: "ACCEPTED",
    Answer.TENTATIVE: "TENTATIVE",
    Answer.DECLINED: "DECLINED",
}


def export(database: Database, vessel: Vessel, folder: Path) -> dict[str, int]:
    """Write all of it: by account one mbox, one ics (meetings and tasks) and a folder of files.

    What was said in conversations lies in a folder "ACCOUNT chats", a JSON file a conversation.
    Beside them lie `items.json`, `activity.json` and `settings.json`.

    Args:
        vessel: where the profile's larger files lie.
        folder: made where it is missing; files of the same names are replaced.

    Returns: how many of each kind were written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    counts = dict.fromkeys(
        ("messages", "said", "meetings", "tasks", "files", "items", "actions"), 0
    )
    for account in database.read(accounts.every):
        this = AccountId(account.id)
        found = _stored(database, this)
        mails, meetings = folder / f"{account.id}.mbox", folder / f"{account.id}.ics"
        mails.unlink(missing_ok=True)
        box = mailbox.mbox(mails)
        events: list[str] = []
        try:
            for stored, entries in found:
                if stored.item.chat is not None:
                    continue
                if stored.item.kind is Kind.MESSAGE:
                    for entry in entries:
                        box.add(_mail(stored, entry))
                        counts["messages"] += 1
                elif stored.item.meeting is not None:
                    events += _event(stored, stored.item.meeting, entries)
                    counts["meetings"] += 1
                elif stored.item.task is not None:
                    events += _task(stored, stored.item.task, entries)
                    counts["tasks"] += 1
        finally:
            box.close()
        # An account that has no such thing gets no empty file; of an earlier export none stays.
        if not mails.stat().st_size:
            mails.unlink()
        if events:
            _write(meetings, _calendar(events))
        else:
            meetings.unlink(missing_ok=True)
        counts["said"] += export_chats(database, this, folder / f"{this} chats")
        counts["files"] += _files(database, vessel, this, folder / account.id)
    with (folder / "items.json").open("w", encoding="utf-8") as file:
        for account in database.read(accounts.every):
            for stored, entries in _stored(database, AccountId(account.id)):
                file.write(
                    json.dumps(_facts(stored, entries), ensure_ascii=False, default=str) + "\n"
                )
                counts["items"] += 1
    actions = database.read(lambda db: outbox.latest(db, _EVERYTHING))
    counts["actions"] = len(actions)
    done = [
        {
            "action": action.id,
            "item": action.item,
            "name": action.name,
            "text": action.arguments.text,
            "to": list(action.target.to),
            "state": action.state,
            "written_at": action.written_at.isoformat(),
            "receipt": action.receipt,
        }
        for action in actions
    ]
    _write(folder / "activity.json", json.dumps(done, ensure_ascii=False, indent=1))
    _write(folder / "settings.json", settings(database))
    return counts


def settings(database: Database) -> str:
    """Return the person's settings as a JSON object; no secret is among them."""
    return json.dumps(database.read(marks.settings), ensure_ascii=False, indent=1)


def read_settings(database: Database, text: str) -> int:
    """Take settings that were exported; return how many.

    Raises:
        ValueError: it is not an object of texts.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("not settings")

    def work(db: Connection) -> None:
        for name, value in found.items():
            marks.put_setting(db, name, value)

    database.own.transact(work)
    return len(found)


def _stored(database: Database, account: AccountId) -> Iterator[tuple[Stored, list[Entry]]]:
    """Yield every item of an account with its entries, a batch at a time."""
    after = ""
    while True:

        def work(db: Connection, after: str = after) -> list[tuple[Stored, list[Entry]]]:
            found = pane.of_account(db, account, after, _BATCH)
            return [
                (stored, items.entries(db, this))
                for this in found
                if (stored := items.get(db, this)) is not None
            ]

        batch = database.read(work)
        if not batch:
            return
        yield from batch
        after = batch[-1][0].id


def _files(database: Database, vessel: Vessel, account: AccountId, folder: Path) -> int:
    """Write what is here of attachments and files; return how many."""
    kept = database.read(lambda db: blobs.of_account(db, account))
    for number, blob in enumerate(kept):
        folder.mkdir(mode=0o700, exist_ok=True)
        # Many are called the same: what they belong to stands in items.json.
        with (folder / f"{number + 1:05} {safe_name(blob.name)}").open("wb") as file:
            for offset in range(0, blob.size_bytes, _PIECE):
                file.write(blobs.read(database, vessel, blob.id, offset, _PIECE))
    return len(kept)


def _mail(stored: Stored, entry: Entry) -> mailbox.mboxMessage:
    """Return a mail as it can be rebuilt from what is kept of it."""
    message = EmailMessage()
    message["From"] = _address(entry.author)
    for name, handles in (("To", entry.to), ("Cc", entry.cc)):
        if handles:
            message[name] = ", ".join(map(_address, handles))
    message["Subject"] = clean_line(stored.item.title)
    message["Date"] = format_datetime(entry.at)
    for name, value in entry.headers:
        if name not in message:
            message[name] = clean_line(Untrusted(value), 2000)
    message.set_content((entry.text or "").encode("utf-8", "replace").decode())
    if entry.html is not None:
        message.add_alternative(entry.html, subtype="html")
    wrapped = mailbox.mboxMessage(message)
    wrapped.set_flags(("" if entry.unread else "R") + ("F" if entry.starred else ""))
    return wrapped


def _address(handle: Handle) -> str:
    address = clean_line(handle.address) or "unknown@invalid"
    name = clean_line(handle.name).replace("\\", " ").replace('"', "'")
    return f'"{name}" <{address}>' if name else address


def _event(stored: Stored, meeting: Meeting, entries: Iterable[Entry]) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{_text(meeting.ical_uid or stored.id)}"]
    lines.append(f"DTSTAMP:{_stamp(datetime.now(UTC))}")
    if meeting.start_on is not None:
        lines.append(f"DTSTART;VALUE=DATE:{meeting.start_on:%Y%m%d}")
        end = meeting.end_on or meeting.start_on + timedelta(days=1)
        lines.append(f"DTEND;VALUE=DATE:{end:%Y%m%d}")
    elif meeting.start_at is not None:
        lines.append(f"DTSTART:{_stamp(meeting.start_at)}")
        lines.append(f"DTEND:{_stamp(meeting.end_at or meeting.start_at)}")
    lines.append(f"SUMMARY:{_text(stored.item.title)}")
    description = "\n".join(entry.text or "" for entry in entries).strip()
    for name, value in (
        ("LOCATION", meeting.location),
        ("URL", meeting.join_url),
        ("DESCRIPTION", description),
    ):
        if value:
            lines.append(f"{name}:{_text(value)}")
    if meeting.organizer is not None:
        lines.append(f"ORGANIZER:mailto:{_text(meeting.organizer.address)}")
    for attendee in meeting.attendees:
        said = _PARTSTAT.get(attendee.answer, "NEEDS-ACTION")
        lines.append(f"ATTENDEE;PARTSTAT={said}:mailto:{_text(attendee.who.address)}")
    return [*lines, "END:VEVENT"]


def _task(stored: Stored, task: Task, entries: Iterable[Entry]) -> list[str]:
    lines = ["BEGIN:VTODO", f"UID:{stored.id}", f"DTSTAMP:{_stamp(datetime.now(UTC))}"]
    lines.append(f"SUMMARY:{_text(stored.item.title)}")
    if task.due_at is not None:
        lines.append(f"DUE:{_stamp(task.due_at)}")
    elif task.due_on is not None:
        lines.append(f"DUE;VALUE=DATE:{task.due_on:%Y%m%d}")
    if task.done_at is not None:
        lines.append(f"COMPLETED:{_stamp(task.done_at)}")
    lines.append(f"STATUS:{'COMPLETED' if task.done else 'NEEDS-ACTION'}")
    steps = [f"[{'x' if step.done else ' '}] {step.title}" for step in task.steps]
    if notes := "\n".join([*(entry.text or "" for entry in entries), *steps]).strip():
        lines.append(f"DESCRIPTION:{_text(notes)}")
    return [*lines, "END:VTODO"]


def _calendar(events: list[str]) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//LoopDesk//LoopDesk//EN"]
    return "".join(f"{_folded(line)}\r\n" for line in [*head, *events, "END:VCALENDAR"])


def _folded(line: str) -> str:
    """Break a long line as iCalendar wants it: 75 bytes at most, never within a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _facts(stored: Stored, entries: Iterable[Entry]) -> dict[str, Any]:
    item = stored.item
    return {
        "id": stored.id,
        "account": stored.account,
        "kind": item.kind,
        "key": item.key,
        "title": item.title,
        "people": [{"name": who.name, "address": who.address} for who in item.people],
        "at": None if item.at is None else item.at.isoformat(),
        "on": None if item.on is None else item.on.isoformat(),
        "places": sorted(item.places),
        "unread": item.unread,
        "starred": item.starred,
        "url": item.url,
        "task": None if item.task is None else asdict(item.task),
        "file": None if item.file is None else asdict(item.file),
        "chat": None if item.chat is None else asdict(item.chat),
        "entries": [
            {
                "key": entry.key,
                "from": {"name": entry.author.name, "address": entry.author.address},
                "at": entry.at.isoformat(),
                "text": entry.text,
                "attachments": [part.name for part in entry.attachments],
            }
            for entry in entries
        ],
    }


def _write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
