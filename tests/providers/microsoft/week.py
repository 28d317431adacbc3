"""Ann's calendar, files and tasks at Microsoft, and how the stand-in holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from loopdesk.core.actions import Action, Arguments, Receipt, Target
from loopdesk.core.items import Item, Kind
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.sandbox.microsoft.calendar import shapes
from loopdesk.sandbox.microsoft.calendar.area import CalendarArea
from loopdesk.sandbox.microsoft.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.microsoft.drive.area import DriveArea
from loopdesk.sandbox.microsoft.drive.store import Stored as StoredFile
from loopdesk.sandbox.microsoft.todo.area import TodoArea
from loopdesk.sandbox.microsoft.todo.store import Task
from loopdesk.sandbox.model import Document, Shared, Version, Who, World
from loopdesk.sandbox.offices import FOLDER, Office
from tests.providers.bench import NOW, Bench, MemorySteps, Mirror, bench
from tests.sandbox.tiny_microsoft import ANN, BO, CLEO, EVE, TENANT
from tests.spec_microsoft import check_passed

ZONE = "W. Europe Standard Time"
DAN = "dan@harbour.example"
_ANN, _CLEO = Who(ANN, "Ann Arber"), Who(CLEO, "Cleo Carr")
_GRAPH = "https://graph.microsoft.com/"
JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc/0?context=x"


# --- the calendar ---------------------------------------------------------------------------------


def at(moment: datetime) -> dict[str, str]:
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def person(address: str, name: str = "") -> dict[str, Any]:
    return {"emailAddress": {"address": address, "name": name or address}}


def guest(address: str, response: str = "none", name: str = "") -> dict[str, Any]:
    status = {"response": response, "time": "2026-11-20T08:00:00Z"}
    return {"type": "required", "status": status, **person(address, name)}


def meeting(key: str, begins: datetime, **more: Any) -> dict[str, Any]:
    """Return a meeting of half an hour that Cleo has called and Ann is invited to."""
    return {
        "id": key,
        "subject": key.capitalize(),
        "start": at(begins),
        "end": at(begins + timedelta(minutes=30)),
        "organizer": person(CLEO, "Cleo Carr"),
        "attendees": [guest(ANN, name="Ann Arber"), guest(BO, "accepted", "Bo Berg")],
        "lastModifiedDateTime": "2026-11-20T08:00:00Z",
        **more,
    }


def own(key: str, begins: datetime, **more: Any) -> dict[str, Any]:
    """Return a meeting that Ann has called, with Bo and Cleo."""
    guests = [guest(BO, "accepted", "Bo Berg"), guest(CLEO, "none", "Cleo Carr")]
    called = {"organizer": person(ANN, "Ann Arber"), "attendees": guests}
    return meeting(key, begins, **(called | more))


def weekly(day: str, first: date, **more: Any) -> dict[str, Any]:
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [day], "firstDayOfWeek": "monday"}
    return {
        "recurrence": {"pattern": pattern, "range": {"type": "noEnd", "startDate": str(first)}},
        **more,
    }


def calendars() -> list[dict[str, Any]]:
    first = NOW - timedelta(days=30)  # a Monday
    events = [
        *(meeting(f"asked{number}", NOW + timedelta(days=number)) for number in range(1, 5)),
        *(own(f"called{number}", NOW + timedelta(days=number, hours=2)) for number in range(1, 5)),
        meeting("past", NOW - timedelta(days=20)),
        meeting("off", NOW + timedelta(days=2, hours=5), isCancelled=True),
        own("alone", NOW + timedelta(days=1, hours=4), attendees=[]),
        own(
            "trip",
            datetime(2026, 12, 1),  # noqa: DTZ001 - a day
            end={"dateTime": "2026-12-03T00:00:00", "timeZone": "UTC"},
            isAllDay=True,
            attendees=[],
        ),
        own("sync", first, **weekly("monday", first.date(), subject="Sync")),
        meeting("news", first.replace(hour=14), **weekly("monday", first.date(), subject="News")),
    ]
    team = [meeting("fair", NOW + timedelta(days=3), attendees=[], organizer=person(DAN, "Dan"))]
    return [
        {"id": "main", "name": "Calendar", "hexColor": "#A1B2C3", "events": events},
        {
            "id": "team",
            "name": "Team",
            "canEdit": False,
            "owner": {"name": "Dan", "address": DAN},
            "events": team,
        },
    ]


# --- tasks ----------------------------------------------------------------------------------------


def lists() -> list[dict[str, Any]]:
    day = {"dateTime": "2026-11-27T00:00:00", "timeZone": ZONE}
    steps = [
        {"id": "s1", "displayName": "Ask Bo", "isChecked": True},
        {"id": "s2", "displayName": "Write it"},
    ]
    link = {
        "id": "l1",
        "applicationName": "Outlook",
        "displayName": "The mail",
        "webUrl": "https://outlook.office365.com/owa/?ItemID=x",
    }
    tasks = [
        {"id": "figures", "title": "Send figures", "dueDateTime": day, "importance": "high"},
        {"id": "offer", "title": "Offer", "checklistItems": steps, "linkedResources": [link]},
        {"id": "tea", "title": "Tea", "body": {"content": "Green", "contentType": "text"}},
        {"id": "milk", "title": "Milk"},
        {"id": "bread", "title": "Bread", "status": "completed"},
    ]
    return [
        {"id": "main", "displayName": "Tasks", "wellknownListName": "defaultList", "tasks": tasks},
        {"id": "home", "displayName": "Home", "tasks": [{"id": "bins", "title": "Bins"}]},
    ]


# --- files ----------------------------------------------------------------------------------------


def file(key: str, days: float, **more: Any) -> Document:
    """Return a text of Ann's that was written so many days ago."""
    version = Version(_ANN, NOW - timedelta(days=days), f"This is {key}.".encode())
    given: dict[str, Any] = {"owner": _ANN, "versions": [version]} | more
    return Document(key, f"{key.capitalize()}.txt", "text/plain", **given)


def files() -> list[Document]:
    then = NOW - timedelta(days=2)
    folder = Version(_ANN, NOW - timedelta(days=100))
    plan = [
        Version(_ANN, NOW - timedelta(days=9), b"First"),
        Version(_CLEO, NOW - timedelta(days=1), b"Second"),
    ]
    given = [Shared(_ANN, "writer", _CLEO, then)]
    seen = [Shared(_ANN, "reader", _CLEO, NOW - timedelta(days=60))]
    return [
        Document("work", "Work", FOLDER, _ANN, [folder]),
        Document("old", "Old things", FOLDER, _ANN, [folder], folder="work"),
        file("plan", 1, versions=plan, shared=[Shared(_CLEO, "writer", _ANN, then)]),
        *(file(f"note{number}", 3 + number, folder="work") for number in range(5)),
        file("report", 5),
        file("lately", 40),
        file("ancient", 400),
        file("gift", 1, owner=_CLEO, shared=given, versions=[Version(_CLEO, then, b"For Ann")]),
        file(
            "rules",
            1,
            owner=_CLEO,
            shared=seen,
            versions=[Version(_CLEO, NOW - timedelta(days=70), b"Rules")],
        ),
    ]


def world(**more: Any) -> World:
    """Return Ann's account with all this; `more` are further fields of her `Office`."""
    given: dict[str, Any] = {"calendars": calendars(), "lists": lists(), "files": files()} | more
    offices = [
        Office(ANN, "Ann Arber", tenant=TENANT, zone=ZONE, **given),
        Office(CLEO, "Cleo Carr", tenant=TENANT),
        Office(EVE, "Eve Ennis", kind="personal"),
    ]
    return World([], offices=offices)


@contextmanager
def week(
    folder: Path, *features: str, sockets: bool = False, **more: Any
) -> Iterator[tuple[Bench, Mirror]]:
    """Yield Ann's account with these features, and what was pulled of it."""
    with bench(PROVIDER, world(**more), folder, sockets=sockets, features=features) as found:
        mirror = Mirror(found)
        mirror.pull()
        check(found)
        found.wire.passed.clear()
        yield found, mirror
        check(found)


def check(bench: Bench) -> None:
    """Compare what passed between us and Graph with what Microsoft publishes of it."""
    check_passed(each for each in bench.wire.passed if _GRAPH in str(each[0].url))


# --- what the stand-in holds ----------------------------------------------------------------------


def _area(bench: Bench, key: str) -> object:
    return next(each for each in bench.sandbox.microsoft.areas if each.key == key)


def calendar_of(bench: Bench) -> CalendarArea:
    return cast(CalendarArea, _area(bench, "calendar"))


def main_calendar(bench: Bench) -> CalendarStore:
    return calendar_of(bench).books[ANN].calendars[0]


def event(bench: Bench, key: str) -> Stored:
    """Return an event of Ann's as the service holds it."""
    return main_calendar(bench).find(shapes.key_of(event_key(bench, key)))


def event_key(bench: Bench, word: str) -> str:
    """Return the key that Ann's event of this name has."""
    return shapes.event_id(calendar_of(bench).books[ANN].key(word), immutable=True)


def put(bench: Bench, body: dict[str, Any]) -> str:
    """Let an event come into Ann's calendar now, or change; return its key."""
    book = calendar_of(bench).books[ANN]
    body = dict(body)
    word = body.pop("id")
    body.pop("lastModifiedDateTime", None)
    bench.clock.pass_by(seconds=1)
    whole = book.complete({"iCalUId": f"{word}@elsewhere.example", **body})
    book.calendars[0].put(book.key(word), whole, bench.clock.now())
    return event_key(bench, word)


def drive_of(bench: Bench) -> DriveArea:
    return cast(DriveArea, _area(bench, "drive"))


def held_file(bench: Bench, name: str) -> StoredFile:
    return next(each for each in drive_of(bench).store.items.values() if each.name == name)


def todo_of(bench: Bench) -> TodoArea:
    return cast(TodoArea, _area(bench, "todo"))


def held_task(bench: Bench, title: str) -> Task:
    held = (task for _, task in todo_of(bench).stores[ANN].all())
    return next(task for task in held if task.body["title"] == title)


def expected(bench: Bench) -> set[str]:
    """Return the keys of what is to be pulled of all this."""
    low = bench.clock.now().replace(hour=0, minute=0, second=0) - timedelta(days=7)
    window = (low, low + timedelta(days=67))
    meetings = {shapes.event_id(e.key, immutable=True) for e in main_calendar(bench).view(*window)}
    tasks = {
        f"{holder.key}/{task.key}"
        for holder, task in todo_of(bench).stores[ANN].all()
        if holder.role != "flaggedEmails"
    }
    kept = set()
    for each in drive_of(bench).store.items.values():
        role = drive_of(bench).store.role(each, ANN)
        own_one = drive_of(bench).store.owner(each).address == ANN
        if each.is_folder or not role or (own_one and each.name == "Ancient.txt"):
            continue
        kept.add(each.id if own_one else f"drive:{each.drive}:{each.id}")
    return meetings | tasks | kept


# --- acting ---------------------------------------------------------------------------------------


def titled(mirror: Mirror, title: str) -> Item:
    """Return the pulled item of a title; of a series the next one to come."""
    held = [each for each in mirror.items.values() if each.title == title]
    coming = [each for each in held if each.at is None or each.at >= NOW or each.meeting is None]
    return min(coming, key=lambda each: each.at or NOW)


def aimed(item: Item) -> Target:
    """Return where an action on an item goes, as the desk resolves it."""
    meeting, task, held = item.meeting, item.task, item.file
    place = meeting.calendar if meeting else task.list if task else held.folder if held else ""
    return Target(
        kind=item.kind,
        key=item.key,
        place=place,
        me=ANN,
        version=held.revision if held else item.version,
        series=meeting.series if meeting else "",
    )


def act(bench: Bench, mirror: Mirror, name: str, title: str, **given: Any) -> Action:
    return bench.action(name, aimed(titled(mirror, title)), Arguments(**given))


def new(bench: Bench, name: str, kind: Kind, **given: Any) -> Action:
    return bench.action(name, Target(kind=kind, me=ANN), Arguments(**given))


def do(bench: Bench, action: Action) -> Receipt:
    steps, receipt = MemorySteps(), None
    while receipt is None:
        receipt = bench.adapter.perform(action, steps)
    return receipt


def shown(mirror: Mirror, receipt: Receipt) -> dict[str, Item]:
    """Pull the streams that a receipt names; return what they brought."""
    found: dict[str, Item] = {}
    for key in receipt.streams:
        more = True
        while more:
            page = mirror.step(mirror.streams[key])
            found |= {each.key: each for each in page.items}
            more = page.more
    return found


def asked(bench: Bench) -> list[str]:
    """Return the requests since the last call, as verb and path."""
    sent = [f"{request.method} {request.path_url}" for request, _, _ in bench.wire.passed]
    check(bench)
    bench.wire.passed.clear()
    return sent
