"""What others, and Ann's other devices, do at Microsoft while she acts, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from loopdesk.core.actions import Arguments
from loopdesk.core.approval import Request
from loopdesk.core.items import Kind
from loopdesk.sandbox.microsoft.calendar.store import CalendarStore
from loopdesk.sandbox.microsoft.todo.store import Task
from loopdesk.sandbox.model import Mail, Version, Who
from loopdesk.sandbox.offices import Said
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.google.mailbox import letter
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.microsoft import box, talk
from tests.providers.microsoft.week import (
    act,
    calendar_of,
    drive_of,
    event,
    held_file,
    held_task,
    main_calendar,
    new,
    todo_of,
)
from tests.providers.requests import Cost
from tests.sandbox.tiny_microsoft import ANN, CLEO

CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
_SAID = "I am on it"
_CLEO = Who(CLEO, "Cleo Carr")
_AT = NOW + timedelta(days=4)


# --- granting -------------------------------------------------------------------------------------


def refusals(bench: Bench) -> list[Refusal]:
    oauth = bench.sandbox.microsoft.oauth

    def one(number: str, reason: str) -> Refusal:
        return Refusal(lambda: oauth.refusals.update({ANN: number}), oauth.refusals.clear, reason)

    def challenge(number: str = "") -> None:
        oauth.challenged[ANN] = CLAIMS
        if number:
            oauth.refusals[ANN] = number

    return [
        Refusal(bench.sandbox.revoke_tokens, lambda: None, "password-changed"),
        one("53003", "not-allowed-here"),
        one("50057", "disabled"),
        one("50105", "disabled"),
        one("700016", "removed"),
        one("65001", "removed"),
        # Another proof lifts it, and nothing else.
        Refusal(challenge, lambda: None, "second-proof", '"acrs"'),
        Refusal(partial(challenge, "50076"), lambda: None, "second-proof", '"acrs"'),
    ]


def walls(bench: Bench) -> list[Wall]:
    microsoft = bench.sandbox.microsoft

    def build() -> None:
        # What was consented to before stays.
        microsoft.oauth.end_grants(microsoft.account(ANN))
        microsoft.oauth.approval.needed = True

    def approve(request: Request) -> None:
        answer = bench.visit(bench.http.place(request.page))
        assert answer is not None
        assert answer["admin_consent"] == "True"

    return [Wall(build, approve)]


WAIT_FOR_APPROVAL: list[Mapping[str, str]] = [
    {"error": "access_denied", "error_description": "AADSTS90094: Admin consent is required."},
    {"error": "consent_required", "error_description": "AADSTS90095: Admin consent is required."},
]


# --- meanwhile ------------------------------------------------------------------------------------


def closed(bench: Bench, mirror: Mirror) -> list[Met]:
    mails, todo, drive = box.box(bench), todo_of(bench).stores[ANN], drive_of(bench)
    team, home = calendar_of(bench).books[ANN].calendars[1], list(todo.lists.values())[1]
    quay = next(each for each in mails.folders.values() if each.name == "Quay")
    blob = bench.files.add("New.txt", "text/plain", b"Newly written")
    title = "Question 8"
    team_key = next(
        each.key for page in mirror.pages for each in page.places if each.name == "Team"
    )

    def reply() -> Any:
        return bench.action("reply", talk.target(), Arguments(text=_SAID))

    return [
        Met(
            bench.action("move", box.thread(mirror, title), Arguments(to=("Quay",))),
            lambda: mails.remove_folder(quay),
            lambda: box.folder_of(box.held(bench, title)) != "inbox",
            "gone",
        ),
        Met(
            new(bench, "meet", Kind.MEETING, subject="Offer", at=_AT, place=team_key),
            lambda: None,
            lambda: sum(each.body["subject"] == "Offer" for each in team.events.values()),
            "blocked",
        ),
        Met(
            new(bench, "task", Kind.TASK, subject="Ask Bo", place=home.key),
            lambda: todo.remove_list(home),
            lambda: any(each.body["title"] == "Ask Bo" for _, each in todo.all()),
            "gone",
        ),
        Met(
            act(bench, mirror, "rename", "Note0.txt", text="N.txt"),
            lambda: drive.locked.add(held_file(bench, "Note0.txt").id),
            lambda: any(each.name == "N.txt" for each in drive.store.items.values()),
            "locked",
        ),
        Met(
            new(bench, "upload", Kind.FILE, files=(blob,)),
            lambda: drive.full.add(ANN),
            lambda: any(each.name == "New.txt" for each in drive.store.items.values()),
            "no-room",
        ),
        Met(
            reply(),
            lambda: _leave(bench),
            lambda: talk.words(bench).count(_SAID),
            "gone",
        ),
    ]


def _leave(bench: Bench) -> None:
    held = talk.area(bench).store.talks[talk.LAUNCH]
    held.members = {key: who for key, who in held.members.items() if key != ANN}


OVERTAKEN = (
    "Microsoft's changes are of single fields, and of a file both versions are kept: whoever was "
    "faster in the same moment is met by a precondition."
)


def vanished(bench: Bench, mirror: Mirror) -> list[Met]:
    calendar, drive, mails = main_calendar(bench), drive_of(bench).store, box.box(bench)
    todo = todo_of(bench).stores[ANN]
    holder = next(held for held, task in todo.all() if task.body["title"] == "Milk")
    milk, note, asked = held_task(bench, "Milk"), held_file(bench, "Note1.txt"), "Question 9"
    notices = calendar_of(bench).meetings.notices

    def changed(word: str, **fields: Any) -> Callable[[], object]:
        return lambda: _event_changes(bench, word, **fields)

    return [
        Met(
            act(bench, mirror, "accept", "Asked1", text=_SAID),
            lambda: calendar.remove(event(bench, "asked1")),
            lambda: sum(each["comment"] == _SAID for each in notices),
            "cancelled",
        ),
        Met(
            act(bench, mirror, "edit", "Called1", location="Room 3"),
            changed("called1", isCancelled=True),
            lambda: event(bench, "called1").body["location"].get("displayName") == "Room 3",
            "cancelled",
        ),
        Met(
            act(bench, mirror, "complete", "Milk"),
            lambda: todo.remove(holder, milk),
            lambda: milk.is_done,
            "gone",
        ),
        Met(
            act(bench, mirror, "rename", "Note1.txt", text="N.txt"),
            lambda: drive.remove(note),
            lambda: note.name == "N.txt",
            "gone",
        ),
        Met(
            bench.action("archive", box.thread(mirror, asked), Arguments()),
            lambda: mails.remove(box.held(bench, asked)),
            lambda: any(m.letter.subject == asked for m in mails.messages.values()),
            "gone",
        ),
    ]


def _event_changes(bench: Bench, word: str, **fields: Any) -> None:
    held = event(bench, word)
    main_calendar(bench).put(held.key, {**held.body, **fields}, bench.clock.now())


def answered(bench: Bench, mirror: Mirror) -> list[Met]:
    title, launch = "Question 6", talk.area(bench).store.talks[talk.LAUNCH]
    reply = bench.action("reply", box.thread(mirror, title), Arguments(text=_SAID))
    notices = calendar_of(bench).meetings.notices
    more = letter(f"Re: {title}", "One more", at=NOW, to=f"Ann <{ANN}>", answers="question-6")
    now = bench.clock.now() + timedelta(seconds=5)

    def rewritten() -> None:
        last = launch.messages[-1]
        last.changed_at = bench.clock.now()
        last.said = replace(last.said, html="<p>No, later</p>", edited_at=last.changed_at)

    return [
        Met(
            reply,
            lambda: box.box(bench).add(Mail(more, now, frozenset({"INBOX", "UNREAD"}))),
            lambda: box.written_by(bench, reply.id, box.has_left),
        ),
        Met(
            act(bench, mirror, "accept", "Asked2", text=_SAID),
            lambda: _event_changes(bench, "asked2", subject="Asked otherwise"),
            lambda: sum(each["comment"] == _SAID for each in notices),
        ),
        Met(
            bench.action("reply", talk.target(), Arguments(text=_SAID)),
            rewritten,
            lambda: talk.words(bench).count(_SAID),
        ),
        Met(
            act(bench, mirror, "complete", "Tea"),
            lambda: _task_changes(bench, "Tea", "Green tea"),
            lambda: held_task(bench, "Green tea").is_done,
        ),
    ]


def _task_changes(bench: Bench, title: str, renamed: str) -> None:
    store = todo_of(bench).stores[ANN]
    holder, task = next(pair for pair in store.all() if pair[1].body["title"] == title)
    task.body = {**task.body, "title": renamed}
    store.put(holder, task, bench.clock.now())


def moved(bench: Bench, mirror: Mirror) -> list[Moved]:
    """Between calendars and lists what moves is another thing for Microsoft, with a new id."""
    book, mails, drive = calendar_of(bench).books[ANN], box.box(bench), drive_of(bench).store
    plan = CalendarStore("AAMkAGEAplan", {"name": "Plan", "canEdit": True})
    book.calendars.append(plan)
    todo = todo_of(bench).stores[ANN]
    main, home = list(todo.lists.values())[:2]
    archive = next(each for each in mails.folders.values() if each.word == "archive")
    folder = held_file(bench, "Old things").id

    def event_moves() -> None:
        held = event(bench, "asked3")
        main_calendar(bench).remove(held)
        plan.put(book.key("asked3 in the plan"), held.body, bench.clock.now())

    def task_moves() -> None:
        task, now = held_task(bench, "Tea"), bench.clock.now()
        todo.remove(main, task)
        copy = Task(f"{task.key}2", task.body, 0, now, now)
        todo.put(home, copy, now)

    def file_moves() -> None:
        note = held_file(bench, "Note2.txt")
        note.parent = folder
        drive.changed(note, Who(ANN, "Ann Arber"), bench.clock.now())

    return [
        Moved(
            "Question 7",
            lambda: mails.move(box.held(bench, "Question 7"), archive, bench.clock.now()),
            lambda item: "INBOX" not in item.places,
        ),
        Moved(
            "Asked3",
            event_moves,
            lambda item: item.meeting is not None and item.meeting.calendar.endswith("plan"),
        ),
        Moved(
            "Tea",
            task_moves,
            lambda item: item.task is not None and item.task.list == home.key,
        ),
        Moved(
            "Note2.txt",
            file_moves,
            lambda item: item.file is not None and item.file.folder == folder,
        ),
    ]


# --- costs ----------------------------------------------------------------------------------------


def costs(bench: Bench, mirror: Mirror) -> list[Cost]:
    """Deltas say what changed. Those of events, tasks and files bring it; those of mail name what
    is to be read, and of a file nobody says who has it and what its versions are: batches do."""
    mails, todo, drive = box.box(bench), todo_of(bench).stores[ANN], drive_of(bench).store
    main = next(iter(todo.lists.values()))
    tasks = next(key for key in mirror.streams if key.startswith("todo:"))
    events = next(key for key in mirror.streams if key.startswith("events:"))

    def arrives(label: str) -> Callable[[], object]:
        def happen() -> None:
            now = bench.clock.now()
            raw = letter(f"Fresh {label}", at=now, to=f"Ann <{ANN}>")
            mails.add(Mail(raw, now, frozenset({label})))

        return happen

    def written() -> None:
        report, now = held_file(bench, "Report.txt"), bench.clock.now()
        drive.hold(report, Version(_CLEO, now, b"Another"))
        drive.changed(report, _CLEO, now, content=True)

    def said() -> None:
        store = talk.area(bench).store
        store.add(store.talks[talk.LAUNCH], Said(_CLEO, bench.clock.now(), "<p>Now?</p>"))

    def gift() -> None:
        given, now = held_file(bench, "Gift.txt"), bench.clock.now()
        drive.changed(given, _CLEO, now)

    return [
        Cost("mail:folders", 1, 1, lambda: mails.add_folder("New", mails.root)),
        Cost("mail:", 1, 2, arrives("ARCHIVE"), parts=1, key="mail:archive"),
        Cost("mail:inbox", 1, 2, arrives("INBOX"), parts=1),
        Cost("calendars", 1, 1, lambda: main_calendar(bench).resource.update(name="Mine")),
        Cost(
            "events:",
            1,
            1,
            lambda: _event_changes(bench, "called2", subject="Called again"),
            key=events,
        ),
        Cost("todo-lists", 1, 1, lambda: todo.rename_list(main, "To do")),
        Cost("todo:", 1, 1, lambda: _task_changes(bench, "Milk", "Milk, three"), key=tasks),
        Cost("drive", 1, 2, written, parts=2),
        Cost("shared-files", 1, 2, gift, parts=2),
        Cost("chats", 1, 2, said, parts=1),
    ]
