"""What there is at the service when a run begins: a little of every kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from loopdesk.sandbox.model import Document, Mail, Remark, Shared, TaskList, Version, Who, World
from tests.sandbox import tiny
from tests.simulation.seams import START

BO = f"Bo Berg <{tiny.BO}>"
CY = "cy@far.example"
LISTS = ("home", "work")
FOLDERS = ("plans", "papers")
SHARED = ("paper0", "paper2", "paper4")
"""Files of Bo's that Ann may change."""
_ANN, _BO = Who(tiny.ANN, "Ann Arber"), Who(tiny.BO, "Bo Berg")


def world() -> World:
    """Return six threads, three invitations, six tasks and six files of one person."""
    made = tiny.world(_mails(), _events())
    ann = made.accounts[0]
    ann.tasks = _tasks()
    ann.files = _files()
    return made


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


def _files() -> list[Document]:
    folders = [
        Document(
            key,
            key.title(),
            "application/vnd.google-apps.folder",
            _ANN,
            [Version(_ANN, START - timedelta(days=9))],
        )
        for key in FOLDERS
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
    return [*folders, *papers]
