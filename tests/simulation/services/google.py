"""Google in a run: Ann's mail, calendar, tasks and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from loopdesk.core.actions import Action
from loopdesk.core.clients import Client
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google import oauth
from loopdesk.sandbox.model import Document, Mail, Remark, Shared, TaskList, Version, Who, World
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox import tiny
from tests.simulation.seams import START
from tests.simulation.service import BrokenError, Rows, Service, Sight, State, counted, first_line
from tests.simulation.sides import expect, nothing_left, said, taken

_SHARED = ("paper0", "paper2", "paper4")
"""Files of Bo's that Ann may change."""
_ANN, _BO = Who(tiny.ANN, "Ann Arber"), Who(tiny.BO, "Bo Berg")
# Labels have no names here, what is moved to a label or to spam is not compared, and a mail to
# leave a list by is in no mailbox of this world.
_NOT_DONE = frozenset({"label", "unlabel", "spam", "unsubscribe"})
_ANSWERS = {
    "pending": "needsAction",
    "accepted": "accepted",
    "tentative": "tentative",
    "declined": "declined",
}


@dataclass
class Google(Service):
    provider = PROVIDER
    client = Client(oauth.CLIENT_ID, oauth.CLIENT_SECRET)
    makes = ("compose", "meet", "task", "upload")
    faults = (
        "drop@POST/drafts/send*2",
        "503-after@POST/drafts/send*2,drop@PATCH/events*2",
        "drop@POST/upload*2,drop@PUT/upload*2",
        "drop@POST/tasks*2,503-after@PATCH/drive*2",
    )
    calm_s = 700.0
    friend = f"Bo Berg <{tiny.BO}>"
    lists = ("home", "work")
    folders = ("plans", "papers")
    _own: tiny.Client = field(init=False)
    _friend: tiny.Client = field(init=False)

    # --- what there is ----------------------------------------------------------------------------

    def put_into(self, world: World) -> None:
        made = tiny.world(_mails(), _events())
        made.accounts[0].tasks = _tasks()
        made.accounts[0].files = _files(self.folders)
        world.accounts = made.accounts

    def meet(self, sandbox: Sandbox) -> None:
        scope = f"{tiny.SCOPES} {tiny.AUTH}drive"
        self._own = tiny.sign_in(sandbox)
        self._friend = tiny.sign_in(sandbox, tiny.BO, scope=scope)

    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        draw = lots.random()
        if draw < 0.4:
            sandbox.deliver_mail(tiny.ANN, tiny.mail(f"Late news {name}", key=f"late-{name}"))
            return
        with suppress(AssertionError):  # what it would touch is gone
            if draw < 0.7:
                _touch_mail(self._own, lots)
            else:
                _touch_file(self._friend, lots, name)

    def expire_cursors(self, sandbox: Sandbox) -> None:
        sandbox.google.expire_cursors()

    # --- what the person does ---------------------------------------------------------------------

    def takes(self, row: Row, name: str) -> bool:
        of_mail = row.kind is Kind.MESSAGE and name in ("move", "delete")
        return name not in _NOT_DONE and not of_mail

    # --- what it came to --------------------------------------------------------------------------

    def words(self, state: State) -> Iterator[str]:
        for message in state["messages"]:
            if "SENT" in message["labelIds"]:
                # A forwarded mail's own words come before what it forwards.
                yield first_line(message["text"])
        yield from (str(event.get("summary", "")) for event in state["events"])
        # One that was moved is named as deleted where it was before.
        tasks = {
            task["id"]: task for task in sorted(state["tasks"], key=lambda one: not one["deleted"])
        }
        yield from (str(task.get("title", "")) for task in tasks.values())
        for file in state["files"]:
            if " LoopDesk, " not in file["name"]:  # not a copy beside what was changed meanwhile
                yield file["name"]
            for comment in file["comments"]:
                yield comment["text"]
                yield from (str(reply["text"]) for reply in comment["replies"])

    def copies(self, state: State) -> Iterator[tuple[str, bool]]:
        yield from ((first_line(draft["text"]), False) for draft in state["drafts"])

    def versions(self, state: State) -> Counter[str]:
        return Counter(one["sha256"] for file in state["files"] for one in file["revisions"])

    def check(self, done: Sequence[Action], state: State) -> None:
        times = counted(done)
        shared = sum("shared with you" in notice["subject"] for notice in state["drive_notices"])
        if shared > times["share"]:
            raise BrokenError(f"{shared} mails of {times['share']} shares")
        told = Counter(notice["what"] for notice in state["notices"])
        changed = times["edit"] + times["reschedule"]
        answered = times["accept"] + times["decline"] + times["tentative"] + times["propose"]
        for what, name in (("invited", "meet"), ("cancelled", "cancel")):
            if told[what] > times[name]:
                raise BrokenError(f"told {told[what]} times {what} for {times[name]} of {name}")
        if told["updated"] > changed or told["answered"] > answered:
            raise BrokenError(f"told {dict(told)} of {changed} changes and {answered} answers")

    def compare(self, sight: Sight, state: State) -> None:
        _compare_mail(sight, sight.rows[Kind.MESSAGE], state)
        _compare_meetings(sight, sight.rows[Kind.MEETING], state)
        _compare_tasks(sight, sight.rows[Kind.TASK], state)
        _compare_files(sight, sight.rows[Kind.FILE], state)


# --- its part of the world ------------------------------------------------------------------------


def _mails() -> list[Mail]:
    return [
        Mail(
            tiny.mail(f"Matter {number}", "Please send me the list by Friday."),
            START - timedelta(hours=6 - number),
            frozenset({"INBOX"} if number % 2 else {"INBOX", "UNREAD"}),
        )
        for number in range(6)
    ]


def _events() -> list[dict[str, Any]]:
    return [
        {
            "id": f"meeting{number}",
            "status": "confirmed",
            "summary": f"Talk meeting{number}",
            "start": {"dateTime": (START + timedelta(hours=5 + number)).isoformat()},
            "end": {"dateTime": (START + timedelta(hours=6 + number)).isoformat()},
            "organizer": {"email": tiny.ANN if number == 3 else tiny.BO},
            "attendees": [
                {"email": tiny.BO, "responseStatus": "accepted", "organizer": number != 3},
                {
                    "email": tiny.ANN,
                    "responseStatus": "accepted" if number == 3 else "needsAction",
                    "organizer": number == 3,
                },
            ],
        }
        for number in range(4)
    ]


def _tasks() -> list[TaskList]:
    def task(number: int) -> dict[str, Any]:
        due = START + timedelta(days=number - 1)
        return {
            "id": f"task{number}",
            "title": f"Task {number}",
            "due": f"{due:%Y-%m-%d}T00:00:00Z",
        }

    return [
        TaskList("home", "Home", [task(number) for number in range(4)]),
        TaskList("work", "Work", [task(number) for number in range(4, 6)]),
    ]


def _files(folders: tuple[str, ...]) -> list[Document]:
    made = [
        Document(
            key,
            key.title(),
            "application/vnd.google-apps.folder",
            _ANN,
            [Version(_ANN, START - timedelta(days=9))],
        )
        for key in folders
    ]
    at = START - timedelta(hours=8)
    papers = [
        Document(
            f"paper{number}",
            f"Paper {number}.txt",
            "text/plain",
            _ANN if number % 2 else _BO,
            [Version(_BO, at + timedelta(minutes=number), f"Text {number}".encode())],
            folder="plans" if number % 2 else "",
            shared=() if number % 2 else [Shared(_ANN, "writer", _BO, at)],
            remarks=[Remark(_BO, at, f"Is this right {number}?", quote="Text")],
        )
        for number in range(6)
    ]
    return [*made, *papers]


# --- other devices and people ---------------------------------------------------------------------


def _touch_mail(client: tiny.Client, lots: Random) -> None:
    threads = client.get("/gmail/v1/users/me/threads").get("threads", [])
    thread = lots.choice(threads or [{"id": "none"}])["id"]
    client.post(
        f"/gmail/v1/users/me/threads/{thread}/modify",
        {"addLabelIds": [lots.choice(["UNREAD", "IMPORTANT"])]},
    )


def _touch_file(client: tiny.Client, lots: Random, name: str) -> None:
    """Let a file's owner put a new version over it, or say something about it."""
    file, text = lots.choice(_SHARED), f"Bo's {name}"
    if lots.random() < 0.5:
        client.post(f"/drive/v3/files/{file}/comments", {"content": text}, fields="id")
        return
    client.send(
        "PATCH",
        f"/upload/drive/v3/files/{file}",
        text.encode(),
        headers={"Content-Type": "text/plain"},
        params={"uploadType": "media"},
    )


# --- both sides -----------------------------------------------------------------------------------


def _compare_mail(sight: Sight, here: Rows, google: State) -> None:
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
        row = taken(here, thread["id"], thread["id"])
        expect(row.title, sorted(row.places), sorted(thread["labelIds"]))
        expect(row.title, row.unread, "UNREAD" in thread["labelIds"])
        wanted = {one for one in thread["messages"] if "DRAFT" not in labels[one]}
        expect(f"mails of {row.title}", wanted - set(said(sight, row)), set())
    nothing_left(here)


def _compare_meetings(sight: Sight, here: Rows, google: State) -> None:
    for event in google["events"]:
        if event["account"] != tiny.ANN or event.get("status") == "cancelled":
            continue
        row = taken(here, f"{event['calendar']}/{event['id']}", event["summary"])
        meeting = row.meeting
        assert meeting is not None
        answers = {one.who.address: _ANSWERS.get(one.answer, "") for one in meeting.attendees}
        wanted = {one["email"]: one["responseStatus"] for one in event.get("attendees", ())}
        expect(f"answers of {row.title}", answers, wanted)
        expect("title", row.title, event["summary"])
        times = (meeting.start_at or meeting.start_on, meeting.end_at or meeting.end_on)
        expect(f"times of {row.title}", times, (_time(event["start"]), _time(event["end"])))
        expect("location", meeting.location, event.get("location", ""))
        expect("description", _notes(sight, row), event.get("description", ""))
    nothing_left(here)


def _time(told: Mapping[str, str]) -> datetime | date:
    if "date" in told:
        return date.fromisoformat(told["date"])
    return datetime.fromisoformat(told["dateTime"]).astimezone(UTC)


def _notes(sight: Sight, row: Row) -> str:
    return "\n".join(entry.own for entry in sight.desk.body(row.id).entries)


def _compare_tasks(sight: Sight, here: Rows, google: State) -> None:
    for task in google["tasks"]:
        if task["deleted"]:
            continue
        row = taken(here, f"{task['list']}/{task['id']}", task["title"])
        assert row.task is not None
        parent = f"{task['list']}/{task['parent']}" if task.get("parent") else ""
        facts = (row.title, row.task.done, str(row.task.due_on or ""), row.task.list)
        there = (
            task["title"],
            task["status"] == "completed",
            str(task.get("due") or "")[:10],
            task["list"],
        )
        expect("a task", facts, there)
        expect(f"parent of {row.title}", row.task.parent, parent)
        expect(f"notes of {row.title}", _notes(sight, row), task.get("notes", ""))
    nothing_left(here)


def _compare_files(sight: Sight, here: Rows, google: State) -> None:
    for file in google["files"]:
        if file["mimeType"].endswith("folder"):
            continue
        if file["trashed"] and file["id"] not in here:
            continue
        row = taken(here, file["id"], file["name"])
        assert row.file is not None
        expect("a file", (row.title, row.file.trashed), (file["name"], file["trashed"]))
        if file["trashed"]:
            continue
        # Where somebody else keeps it is theirs to know.
        folder = file["parents"][0] if file["owner"] == tiny.ANN else row.file.folder
        expect(f"folder of {row.title}", row.file.folder, folder)
        shares = {one.who.address: one.role for one in row.file.shares}
        wanted = {one["address"]: one["role"] for one in file["permissions"]}
        expect(f"shares of {row.title}", shares, wanted)
        expect(f"version of {row.title}", row.file.revision, file["revisions"][-1]["id"])
        entries = said(sight, row)
        for comment in file["comments"]:
            for one in (comment, *comment["replies"]):
                shown = entries.get(one["id"])
                if shown is None and not one["deleted"] and one["text"]:
                    raise BrokenError(f"a comment is not here: {row.title}")
            if comment["id"] in entries:
                resolved = entries[comment["id"]].resolved
                expect(f"resolved in {row.title}", resolved, comment["resolved"])
        if row.marks.offline:
            _compare_bytes(sight, row, file)
    nothing_left(here)


def _compare_bytes(sight: Sight, row: Row, file: Mapping[str, Any]) -> None:
    assert row.file is not None
    blob = sight.desk.files.here(row.id, file["id"], row.file.read_as)
    if blob is None:
        raise BrokenError(f"not downloaded: {row.title}")
    expect(f"size of {row.title}", blob.size_bytes, file["revisions"][-1]["size"])
    if file["text"]:
        text = sight.desk.files.read(blob.id).decode("utf-8", "replace")
        expect(f"text of {row.title}", text[: len(file["text"])], file["text"])
