"""A mailbox and two calendars, large enough for several pages of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Any

from loopdesk.sandbox.model import Calendar, Label, Mail, Mailbox, TaskList, World
from tests.providers.bench import NOW
from tests.providers.google.cupboard import DRIVE, files

ANN, BO, CY = "ann@lumen.example", "bo@lumen.example", "cy@far.example"
TEAM = "team@group.example"
HOME, WORK = "home-list", "work-list"
FILE = bytes(range(256)) * 4
INBOX = frozenset({"INBOX", "UNREAD"})


def letter(
    subject: str,
    text: str = "Hello\n",
    *,
    at: datetime,
    key: str = "",
    sender: str = f"Bo Berg <{BO}>",
    to: str = f"Ann Arber <{ANN}>",
    answers: str = "",
    html: str = "",
    file: bytes = b"",
    **headers: str,
) -> bytes:
    """Return a mail's bytes. `key` and `answers` are the left halves of message ids."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key or subject.casefold().replace(' ', '-')}@lumen.example>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@lumen.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    if file:
        mail.add_attachment(file, maintype="application", subtype="pdf", filename="Grüße.pdf")
    return mail.as_bytes()


@cache
def mails() -> tuple[Mail, ...]:
    """Return 30 threads in the inbox, 5 of them answered, 10 sent ones and 25 filed ones."""
    found: list[Mail] = []
    for number in range(30):
        at = NOW - timedelta(days=5, hours=number)
        about = f"Question {number}"
        source = letter(
            about,
            at=at,
            html=f"<p>Hello <b>{number}</b></p>" if number % 3 == 0 else "",
            file=FILE if number == 4 else b"",
        )
        found.append(Mail(source, at, INBOX if number % 2 else frozenset({"INBOX"})))
        if number < 5:
            answer = letter(
                f"Re: {about}",
                "Fine",
                at=at + timedelta(hours=1),
                key=f"mine-{number}",
                sender=f"Ann Arber <{ANN}>",
                to=f"Bo Berg <{BO}>",
                answers=f"question-{number}",
            )
            found.append(Mail(answer, at + timedelta(hours=1), frozenset({"SENT"})))
    for number in range(10):
        at = NOW - timedelta(days=100 + number)
        source = letter(f"Offer {number}", at=at, sender=f"Ann <{ANN}>", to="Cy <cy@far.example>")
        found.append(Mail(source, at, frozenset({"SENT"})))
    for number in range(25):
        at = NOW - timedelta(days=20, hours=number)
        found.append(Mail(letter(f"Filed {number}", at=at), at, frozenset({"Label_7"})))
    old = NOW - timedelta(days=400)
    found.append(Mail(letter("Very old", at=old), old, frozenset({"Label_7"})))
    found.append(Mail(letter("Old but here", at=old), old, frozenset({"INBOX"})))
    found.append(Mail(letter("Spam", at=NOW), NOW - timedelta(days=1), frozenset({"SPAM"})))
    return tuple(sorted(found, key=lambda mail: mail.at))


def event(
    key: str, at: datetime, *, organizer: str = BO, answer: str = "needsAction", **more: Any
) -> dict[str, Any]:
    usual = {
        "id": key,
        "status": "confirmed",
        "summary": f"Meeting {key}",
        "start": {"dateTime": at.isoformat(), "timeZone": "Europe/Zurich"},
        "end": {
            "dateTime": (at + timedelta(minutes=30)).isoformat(),
            "timeZone": "Europe/Zurich",
        },
        "organizer": {"email": organizer},
        "attendees": [
            {"email": BO, "displayName": "Bo Berg", "responseStatus": "accepted"},
            {"email": ANN, "responseStatus": answer},
            {"email": "cy@far.example", "responseStatus": "tentative", "comment": "Late"},
        ],
    }
    return usual | more


def calendars() -> list[Calendar]:
    tomorrow = NOW + timedelta(days=1)
    events = [event(f"own{number}", tomorrow + timedelta(hours=number)) for number in range(4)]
    series = event("series", NOW - timedelta(days=30), recurrence=["RRULE:FREQ=WEEKLY"])
    whole = event("trip", NOW, start={"date": "2026-12-01"}, end={"date": "2026-12-03"})
    far = event("far", NOW + timedelta(days=90))
    called = [
        event(
            f"called{number}",
            tomorrow + timedelta(hours=6 + number),
            organizer=ANN,
            attendees=[{"email": BO, "responseStatus": "accepted"}],
        )
        for number in range(3)
    ]
    team = [event(f"team{number}", tomorrow, organizer=TEAM) for number in range(2)]
    return [
        Calendar(
            {
                "id": ANN,
                "summary": "Ann",
                "primary": True,
                "accessRole": "owner",
                "timeZone": "Europe/Zurich",
            },
            [*events, *called, series, whole, far],
        ),
        Calendar(
            {"id": TEAM, "summary": "Team", "accessRole": "reader", "timeZone": "Europe/Zurich"},
            team,
        ),
    ]


def tasks() -> list[TaskList]:
    """Return two lists; what was done long ago is in one of them."""
    yesterday = (NOW - timedelta(days=1)).isoformat()
    home: list[dict[str, Any]] = [
        {"id": "milk", "title": "Milk", "due": "2026-11-26T00:00:00.000Z", "notes": "Two"},
        {"id": "oat", "title": "Oat", "parent": "milk"},
        {"id": "soy", "title": "Soy", "parent": "milk", "due": "2026-11-27T00:00:00.000Z"},
        {"id": "bins", "title": "Bins", "recurs": True},
        {"id": "tea", "title": "Tea", "status": "completed", "hidden": True},
        {"id": "old", "title": "Old", "status": "completed", "hidden": True},
    ]
    for task, done in ((home[4], yesterday), (home[5], "2026-01-05T10:00:00+00:00")):
        task |= {"completed": done, "updated": done}
    assigned: dict[str, Any] = {
        "id": "agenda",
        "title": "Agenda",
        "assignmentInfo": {
            "surfaceType": "DOCUMENT",
            "linkToTask": "https://docs.google.com/document/d/1agenda/edit?task=1",
            "driveResourceInfo": {"driveFileId": "1agenda"},
        },
    }
    mail = {
        "type": "email",
        "description": "Offer 3",
        "link": "https://mail.google.com/mail/#all/18c0",
    }
    answer: dict[str, Any] = {
        "id": "answer",
        "title": "Answer Cy",
        "notes": "By mail",
        "links": [mail],
    }
    return [
        TaskList(HOME, "Home", [{"updated": yesterday, **task} for task in home]),
        TaskList(WORK, "Work", [{"updated": yesterday, **task} for task in (assigned, answer)]),
    ]


def world(mail: Sequence[Mail] | None = None) -> World:
    return World(
        [
            Mailbox(
                ANN,
                "Ann Arber",
                mails() if mail is None else mail,
                [Label("Label_7", "Clients/ACME"), Label("Label_8", "Clients")],
                calendars(),
                aliases=[("sales@lumen.example", "Lumen Sales")],
                unverified=[("ann@old.example", "Ann")],
                signature="<p>Ann</p>",
                signatures={"sales@lumen.example": "<p>Lumen</p>"},
                tasks=tasks(),
                files=files(),
                drives=[DRIVE],
            )
        ]
    )
