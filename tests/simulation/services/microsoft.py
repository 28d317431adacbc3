"""Microsoft in a run: Ann's Outlook, calendar, OneDrive, To Do and chats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.clients import Client
from loopdesk.core.errors import Unknown
from loopdesk.core.items import Kind
from loopdesk.core.rows import Row
from loopdesk.desk.desk import Desk
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.sandbox.microsoft.drive import addresses
from loopdesk.sandbox.microsoft.registered import CLIENT_ID
from loopdesk.sandbox.model import Beat, Document, Mail, Shared, Version, Who, World
from loopdesk.sandbox.offices import FOLDER, Chat, Office, Said
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox import tiny, tiny_microsoft
from tests.simulation.seams import START
from tests.simulation.service import BrokenError, Rows, Service, Sight, State, counted, first_line
from tests.simulation.sides import expect, nothing_left, said, taken

_ANN, _CLEO = tiny_microsoft.ANN, tiny_microsoft.CLEO
_WHO_ANN, _WHO_CLEO = Who(_ANN, "Ann Arber"), Who(_CLEO, "Cleo Carr")
_DRIVE, _CLEOS = (addresses.drive_id(one, personal=False) for one in (_ANN, _CLEO))
_SHARED = tuple(addresses.item_id(_CLEOS, f"paper{number}") for number in (0, 2, 4))
"""Files of Cleo's that Ann may change."""
_CHATS = ("19:harbour@thread.v2", "19:ann_cleo@unq.gbl.spaces", "19:quiet@thread.v2")
_CATEGORIES = ("Clients", "Later")
# What is moved to a folder or to spam is not compared, and a mail to leave a list by is in no
# mailbox of this world.
_NOT_DONE = frozenset({"spam", "unsubscribe"})
_PLACES = {"inbox": "INBOX", "sentitems": "SENT", "archive": "ARCHIVE"}
_ANSWERS = {
    "pending": "notResponded",
    "accepted": "accepted",
    "tentative": "tentativelyAccepted",
    "declined": "declined",
}
_COPY = "'s LoopDesk, "


@dataclass
class Microsoft(Service):
    provider = PROVIDER
    client = Client(CLIENT_ID)
    makes = ("compose", "meet", "task", "upload")
    faults = (
        "drop@POST/send*2",
        "503-after@POST/messages*2,drop@PATCH/events*2",
        "drop@POST/events*2,503-after@POST/todo*2",
        "drop@PUT/handed*2,503-after@POST/createUploadSession*2",
        "drop@PATCH/todo*2,503-after@PATCH/drive*2,drop@POST/chats*2",
        "429=9@/microsoft/v1.0/$batch%30",
        "412@PATCH/events*1,409@POST/drive*1",
    )
    friend = f"Cleo Carr <{_CLEO}>"
    folders = tuple(addresses.item_id(_DRIVE, key) for key in ("plans", "papers"))
    _own: tiny_microsoft.Client = field(init=False)
    _friend: tiny_microsoft.Client = field(init=False)

    # --- what there is ----------------------------------------------------------------------------

    def put_into(self, world: World) -> None:
        ann = Office(
            _ANN,
            "Ann Arber",
            tenant=tiny_microsoft.TENANT,
            mails=_mails(),
            calendars=[{"id": "main", "name": "Calendar", "events": _events()}],
            lists=_lists(),
            files=_files(),
            chats=_chats(),
            categories=[(name, "preset7") for name in _CATEGORIES],
            zone="UTC",
        )
        world.offices = [ann, Office(_CLEO, "Cleo Carr", tenant=tiny_microsoft.TENANT)]

    def meet(self, sandbox: Sandbox) -> None:
        self._own = tiny_microsoft.sign_in(sandbox)
        self._friend = tiny_microsoft.sign_in(sandbox, _CLEO)

    def elsewhere(self, sandbox: Sandbox, lots: Random, name: str) -> None:
        draw = lots.random()
        if draw < 0.25:
            raw = tiny.mail(f"Late news {name}", to=f"Ann <{_ANN}>", key=f"office-{name}")
            sandbox.deliver_mail(_ANN, raw)
        elif draw < 0.5:
            said = Said(lots.choice([_WHO_CLEO, _WHO_ANN]), sandbox.now(), f"<p>News {name}</p>")
            beat = Beat(timedelta(), _ANN, said=(lots.choice(_CHATS), said))
            sandbox.microsoft.happen(beat)
        else:
            with suppress(AssertionError, LookupError):  # what it would touch is gone
                if draw < 0.75:
                    _touch_mail(self._own, lots)
                else:
                    _touch_file(self._friend, lots, name)

    def expire_cursors(self, sandbox: Sandbox) -> None:
        sandbox.microsoft.expire_cursors()

    # --- what the person does ---------------------------------------------------------------------

    def takes(self, row: Row, name: str) -> bool:
        of_mail = row.kind is Kind.MESSAGE and name in ("move", "delete")
        return name not in _NOT_DONE and not of_mail

    def given(self, desk: Desk, row: Row, name: str, words: str, lots: Random) -> Arguments | None:
        if name in ("check", "uncheck") and row.task is not None:
            steps = [
                one.key for one in row.task.steps if one.key and one.done is not (name == "check")
            ]
            if not steps:
                raise Unknown("entry")
            return Arguments(entry=lots.choice(steps))
        if name in ("label", "unlabel"):
            return Arguments(to=(lots.choice(_CATEGORIES),))
        return None

    # --- what it came to --------------------------------------------------------------------------

    def words(self, state: State) -> Iterator[str]:
        for message in state["messages"]:
            if message["account"] == _ANN and message["sent"]:
                # A forwarded mail's own words come before what it forwards.
                yield first_line(message["text"])
        yield from (one["subject"] for one in state["events"] if one["account"] == _ANN)
        roles = {held["id"]: held["role"] for held in state["task_lists"]}
        for task in state["tasks"]:
            if roles[task["list"]] == "flaggedEmails":
                continue  # it stands for a mail that says so itself
            yield task["title"]
            yield from (step["displayName"] for step in task["checklistItems"])
        for file in state["files"]:
            if _COPY not in file["name"]:  # not a copy beside what was changed meanwhile
                yield file["name"]
        for chat in state["chats"]:
            yield from (one["text"] for one in chat["messages"] if one["by"] == _ANN)

    def copies(self, state: State) -> Iterator[tuple[str, bool]]:
        for draft in state["drafts"]:
            if draft["account"] == _ANN:
                yield first_line(draft["text"]), draft["folder"] == "deleteditems"

    def versions(self, state: State) -> Counter[str]:
        return Counter(one["sha256"] for file in state["files"] for one in file["versions"])

    def check(self, done: Sequence[Action], state: State) -> None:
        times = counted(done)
        shared = sum("with you" in notice["subject"] for notice in state["drive_notices"])
        if shared > times["share"]:
            raise BrokenError(f"{shared} mails of {times['share']} shares")

    def compare(self, sight: Sight, state: State) -> None:
        messages = sight.rows[Kind.MESSAGE]
        _compare_chats(sight, messages, state)
        _compare_mail(sight, messages, state)
        _compare_meetings(sight, sight.rows[Kind.MEETING], state)
        _compare_tasks(sight, sight.rows[Kind.TASK], state)
        _compare_files(sight, sight.rows[Kind.FILE], state)


# --- its part of the world ------------------------------------------------------------------------


def _mails() -> list[Mail]:
    return [
        Mail(
            tiny.mail(f"Affair {number}", "Please send me the list by Friday.", to=f"Ann <{_ANN}>"),
            START - timedelta(hours=6 - number),
            frozenset({"INBOX"} if number % 2 else {"INBOX", "UNREAD"}),
        )
        for number in range(6)
    ]


def _events() -> list[dict[str, Any]]:
    def at(hours: float) -> dict[str, str]:
        moment = START + timedelta(hours=hours)
        return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}

    def person(address: str, name: str) -> dict[str, Any]:
        return {"emailAddress": {"address": address, "name": name}}

    def guest(address: str, name: str, response: str) -> dict[str, Any]:
        return {
            "type": "required",
            "status": {"response": response, "time": "2026-02-20T08:00:00Z"},
            **person(address, name),
        }

    own, others = person(_ANN, "Ann Arber"), person(_CLEO, "Cleo Carr")
    return [
        {
            "id": f"meeting{number}",
            "subject": f"Round {number}",
            "start": at(5 + number),
            "end": at(5.5 + number),
            "organizer": own if number == 3 else others,
            "attendees": [
                guest(_CLEO, "Cleo Carr", "accepted")
                if number == 3
                else guest(_ANN, "Ann Arber", "none"),
            ],
        }
        for number in range(4)
    ]


def _lists() -> list[dict[str, Any]]:
    def task(number: int) -> dict[str, Any]:
        day = START + timedelta(days=number - 1)
        due = {"dateTime": f"{day:%Y-%m-%dT00:00:00}", "timeZone": "UTC"}
        steps = [{"id": f"step{number}", "displayName": "Ask Bo"}, {"displayName": "Write it"}]
        return {
            "id": f"task{number}",
            "title": f"Errand {number}",
            "dueDateTime": due,
            "checklistItems": steps if number % 2 else [],
        }

    return [
        {
            "id": "main",
            "displayName": "Tasks",
            "wellknownListName": "defaultList",
            "tasks": [task(number) for number in range(4)],
        },
        {"id": "home", "displayName": "Home", "tasks": [task(4), task(5)]},
    ]


def _files() -> list[Document]:
    at = START - timedelta(hours=8)
    folders = [
        Document(key, key.title(), FOLDER, _WHO_ANN, [Version(_WHO_ANN, at - timedelta(days=9))])
        for key in ("plans", "papers")
    ]
    papers = [
        Document(
            f"paper{number}",
            f"Sheet {number}.txt",
            "text/plain",
            _WHO_ANN if number % 2 else _WHO_CLEO,
            [Version(_WHO_CLEO, at + timedelta(minutes=number), f"Text {number}".encode())],
            folder="plans" if number % 2 else "",
            shared=() if number % 2 else [Shared(_WHO_ANN, "writer", _WHO_CLEO, at)],
        )
        for number in range(6)
    ]
    return [*folders, *papers]


def _chats() -> list[Chat]:
    def said(by: Who, hours: float, text: str) -> Said:
        return Said(by, START - timedelta(hours=hours), f"<p>{text}</p>")

    both = (_WHO_ANN, _WHO_CLEO)
    read = {_ANN: START - timedelta(hours=3)}
    three = (*both, Who("dan@harbour.example", "Dan Dale"))
    words = (said(_WHO_ANN, 4, "Shall we?"), said(_WHO_CLEO, 2, "Yes"))
    return [
        Chat(_CHATS[0], "group", three, words, "Launch", read),
        Chat(_CHATS[1], "oneOnOne", both, (said(_WHO_CLEO, 5, "Lunch?"),), "", read),
        Chat(_CHATS[2], "group", three, (said(_WHO_CLEO, 30, "A note"),), "Quiet", read),
    ]


# --- other devices and people ---------------------------------------------------------------------


def _touch_mail(client: tiny_microsoft.Client, lots: Random) -> None:
    mails = client.get("/me/mailFolders/inbox/messages", select="id")["value"]
    change = lots.choice([{"isRead": False}, {"isRead": True}, {"categories": ["Later"]}])
    client.patch(f"/me/messages/{lots.choice(mails)['id']}", change)


def _touch_file(client: tiny_microsoft.Client, lots: Random, name: str) -> None:
    """Let a file's owner put a new version over it."""
    path = f"/me/drive/items/{lots.choice(_SHARED)}/content"
    client.send("PUT", path, f"Cleo's {name}".encode(), headers={"Content-Type": "text/plain"})


# --- both sides -----------------------------------------------------------------------------------


def _compare_chats(sight: Sight, here: Rows, state: State) -> None:
    for chat in state["chats"]:
        row = taken(here, chat["id"], chat["id"])
        last = chat["messages"][-1]
        unread = last["by"] != _ANN and chat["read_at"][_ANN] < last["at"]
        expect(f"{row.title} unread", row.unread, unread)
        shown = {key: one.own for key, one in said(sight, row).items()}
        wanted = {one["id"]: one["text"] for one in chat["messages"]}
        expect(f"words in {row.title}", shown, wanted)


def _compare_mail(sight: Sight, here: Rows, state: State) -> None:
    conversations: dict[str, list[Mapping[str, Any]]] = {}
    for message in state["messages"]:
        if message["account"] == _ANN:
            conversations.setdefault(message["conversation"], []).append(message)
    for key, messages in conversations.items():
        there = [one for one in messages if one["folder"] in _PLACES]
        if not there:
            here.pop(key, None)
            continue
        row = taken(here, key, messages[0]["subject"])
        wanted = sorted({_PLACES[one["folder"]] for one in there})
        places = sorted(row.places & set(_PLACES.values()))
        expect(f"places of {row.title}", places, wanted)
        named = {name for one in there for name in one["categories"]}
        expect(f"categories of {row.title}", row.places & {*_CATEGORIES}, named)
        expect(f"{row.title} unread", row.unread, not all(one["read"] for one in there))
        expect(f"{row.title} starred", row.starred, any(one["flag"] == "flagged" for one in there))
        keys = {one["id"] for one in there}
        expect(f"mails of {row.title}", keys - set(said(sight, row)), set())
    nothing_left(here)


def _compare_meetings(sight: Sight, here: Rows, state: State) -> None:
    for event in state["events"]:
        if event["account"] != _ANN or event["isCancelled"]:
            continue
        row = taken(here, event["id"], event["subject"])
        meeting = row.meeting
        assert meeting is not None
        expect("title", row.title, event["subject"])
        times = (meeting.start_at, meeting.end_at)
        expect(f"times of {row.title}", times, (_time(event["start"]), _time(event["end"])))
        answer = event["responseStatus"]["response"]
        if answer != "organizer":
            wanted = {"none": "notResponded"}.get(answer, answer)
            expect(f"answer to {row.title}", _ANSWERS[meeting.answer], wanted)
        guests = {one.who.address for one in meeting.attendees} - {_ANN}
        asked = {one["emailAddress"]["address"] for one in event["attendees"]} - {_ANN}
        expect(f"guests of {row.title}", guests - {_CLEO}, asked - {_CLEO})
    nothing_left(here)


def _time(told: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(told["dateTime"][:19]).replace(tzinfo=UTC)


def _compare_tasks(sight: Sight, here: Rows, state: State) -> None:
    roles = {held["id"]: held["role"] for held in state["task_lists"]}
    for task in state["tasks"]:
        if task["account"] != _ANN or roles[task["list"]] == "flaggedEmails":
            continue
        row = taken(here, f"{task['list']}/{task['id']}", task["title"])
        assert row.task is not None
        facts = (row.title, row.task.done, str(row.task.due_on or ""))
        expect("a task", facts, (task["title"], task["status"] == "completed", task["due"]))
        steps = [(one.title, one.done) for one in row.task.steps]
        wanted = [(one["displayName"], one["isChecked"]) for one in task["checklistItems"]]
        expect(f"steps of {row.title}", steps, wanted)
        notes = "\n".join(entry.own for entry in sight.desk.body(row.id).entries)
        expect(f"notes of {row.title}", notes, task.get("body", {}).get("content", "").strip())
    nothing_left(here)


def _compare_files(sight: Sight, here: Rows, state: State) -> None:
    folders = {file["path"]: file["id"] for file in state["files"] if file["type"] == FOLDER}
    for file in state["files"]:
        own = file["owner"] == _ANN
        seen = own or any(one["address"] == _ANN for one in file["permissions"])
        if file["type"] == FOLDER or not seen:
            continue
        key = file["id"] if own else f"drive:{file['drive']}:{file['id']}"
        row = taken(here, key, file["name"])
        assert row.file is not None
        expect("a file", row.title, file["name"])
        expect(f"size of {row.title}", row.file.size_bytes, file["versions"][-1]["size"])
        if own:
            above = folders.get(file["path"].rpartition("/")[0])
            expect(f"folder of {row.title}", row.file.folder, above or row.file.folder)
            shares = {one.who.address for one in row.file.shares} - {_ANN, ""}
            wanted = {one["address"] for one in file["permissions"]} - {""}
            expect(f"shares of {row.title}", shares, wanted)
    nothing_left(here)
