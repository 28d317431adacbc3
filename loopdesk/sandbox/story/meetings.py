"""The story's calendars, as Google Calendar shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from loopdesk.sandbox.model import Calendar, Json
from loopdesk.sandbox.story.cabinet import DOCUMENT, SHEET, link
from loopdesk.sandbox.story.cast import (
    ADA,
    COLLEAGUES,
    DANIEL,
    DESIGN,
    ELENI,
    ELIN,
    HALDEN,
    HARUKA,
    INES,
    JONAS,
    KOFI,
    LEGAL,
    LENA,
    MAREK,
    MIRA,
    MIRA_AT_HOME,
    PER,
    PRIYA,
    RUTH,
    SIGRID,
    SOFIA,
    TEACHER,
    TEAM,
    TOMAS,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.dropbox_files import PRESS_URL
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments, clock

TEAM_CALENDAR = "c_northwind_team@group.calendar.google.com"
REVIEW = "design-review"
TRAINING = "halden-training"

_OPEN, _YES, _MAYBE, _NO = "needsAction", "accepted", "tentative", "declined"
_WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LETTERS = "bcdfghjkmnpqrstvwxyz"


def event_id(seed: int, key: str) -> str:
    return mark("event", seed, key)


class Diary:
    """Writes down events, each under a name of its own from which its id is made."""

    def __init__(self, moments: Moments, seed: int) -> None:
        self._moments = moments
        self._seed = seed
        self.events: list[Json] = []

    def meet(
        self,
        key: str,
        title: str,
        at: datetime,
        minutes: int,
        organizer: Person,
        guests: Sequence[tuple[Person, str]] = (),
        *,
        words: str = "",
        place: str = "",
        video: bool = False,
        repeat: Sequence[str] = (),
        zone: str = "",
        status: str = "confirmed",
        notes: dict[str, str] | None = None,
        papers: Sequence[tuple[str, str]] = (),
    ) -> Json:
        """Put down a meeting.

        Args:
            guests: the invited with their answers; the organizer comes by themselves.
            zone: whose clock the times are shown in, where it is not the house's.
            notes: what some wrote with their answer, by address.
            papers: title and link of what hangs on it.
        """
        zone = zone or self._moments.zone
        event = self._event(key, title, organizer, words, place, status)
        event["start"] = {"dateTime": at.isoformat(), "timeZone": zone}
        event["end"] = {
            "dateTime": (at + timedelta(minutes=minutes)).isoformat(),
            "timeZone": zone,
        }
        if guests:
            event["attendees"] = [
                _guest(organizer, _YES, organizer, notes or {}),
                *(_guest(person, answer, organizer, notes or {}) for person, answer in guests),
            ]
        if video:
            event |= _video(Random(mark(self._seed, key)))
        if repeat:
            event["recurrence"] = list(repeat)
        if papers:
            event["attachments"] = [_paper(name, link) for name, link in papers]
        return event

    def days(
        self,
        key: str,
        title: str,
        first: date,
        count: int,
        organizer: Person,
        guests: Sequence[tuple[Person, str]] = (),
        words: str = "",
    ) -> Json:
        """Put down something that takes whole days."""
        event = self._event(key, title, organizer, words, "", "confirmed")
        event["start"] = {"date": first.isoformat()}
        event["end"] = {"date": (first + timedelta(days=count)).isoformat()}
        event["transparency"] = "transparent"
        if guests:
            event["attendees"] = [
                _guest(person, answer, organizer, {}) for person, answer in guests
            ]
        return event

    def change(self, series: Json, at: datetime, **other: object) -> Json:
        """Let one occurrence of a series differ: the one that should begin at `at`."""
        stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        zone = series["start"]["timeZone"]
        event = {name: value for name, value in series.items() if name != "recurrence"}
        length = datetime.fromisoformat(series["end"]["dateTime"]) - datetime.fromisoformat(
            series["start"]["dateTime"]
        )
        event |= {
            "id": f"{series['id']}_{stamp}",
            "recurringEventId": series["id"],
            "originalStartTime": {"dateTime": at.isoformat(), "timeZone": zone},
            "start": {"dateTime": at.isoformat(), "timeZone": zone},
            "end": {"dateTime": (at + length).isoformat(), "timeZone": zone},
            **other,
        }
        self.events.append(event)
        return event

    def _event(
        self, key: str, title: str, organizer: Person, words: str, place: str, status: str
    ) -> Json:
        name = event_id(self._seed, key)
        event: Json = {
            "id": name,
            "iCalUID": f"{name}@google.com",
            "status": status,
            "summary": title,
            "organizer": {"email": organizer.address, "displayName": organizer.name},
            "eventType": "default",
        }
        if words:
            event["description"] = words
        if place:
            event["location"] = place
        self.events.append(event)
        return event


def work(m: Moments, seed: int) -> list[Calendar]:
    """Return Mira's calendars at Northwind: her own and the team's."""
    own = Diary(m, seed)
    _today(own, m)
    _series(own, m)
    _coming(own, m)
    _past(own, m)
    team = Diary(m, seed)
    _team(team, m)
    return [
        Calendar(
            {
                "id": MIRA.address,
                "summary": MIRA.address,
                "primary": True,
                "selected": True,
                "accessRole": "owner",
                "timeZone": m.zone,
                "backgroundColor": "#9fe1e7",
                "defaultReminders": [{"method": "popup", "minutes": 10}],
            },
            own.events,
        ),
        Calendar(
            {
                "id": TEAM_CALENDAR,
                "summary": "Northwind team",
                "selected": True,
                "accessRole": "reader",
                "timeZone": m.zone,
                "backgroundColor": "#f6bf26",
            },
            team.events,
        ),
    ]


def home(m: Moments, seed: int) -> list[Calendar]:
    """Return the calendar of Mira's private account."""
    diary = Diary(m, seed)
    school = m.review_at + timedelta(minutes=15)
    diary.meet(
        "school-call",
        "School call",
        school,
        30,
        TEACHER,
        [(MIRA_AT_HOME, _YES)],
        words="About the class trip. Ten minutes a family, please be on the line in time.",
        video=True,
    )
    diary.meet(
        "choir",
        "Choir",
        m.workday(4, "19:30"),
        105,
        MIRA_AT_HOME,
        repeat=[f"RRULE:FREQ=WEEKLY;BYDAY={_DAYS[m.workday(4, '19:30').weekday()]}"],
        place="St. Olav, side door",
    )
    diary.meet(
        "dentist", "Dentist", m.workday(-3, "08:15"), 40, MIRA_AT_HOME, place="Market street 4"
    )
    diary.days(
        "father", "Father's birthday", m.today + timedelta(days=5), 1, ELIN, [(MIRA_AT_HOME, _YES)]
    )
    return [
        Calendar(
            {
                "id": MIRA_AT_HOME.address,
                "summary": "Mira",
                "primary": True,
                "selected": True,
                "accessRole": "owner",
                "timeZone": m.zone,
                "backgroundColor": "#16a765",
                "defaultReminders": [{"method": "popup", "minutes": 30}],
            },
            diary.events,
        )
    ]


def _today(diary: Diary, m: Moments) -> None:
    diary.meet(
        REVIEW,
        "Design review",
        m.review_at,
        30,
        ADA,
        [(JONAS, _YES), (PRIYA, _MAYBE), (MIRA, _OPEN)],
        words="Three things, ten minutes each: the 2.4 page, the last onboarding screen, and"
        f" what Halden needs to see at {clock(m.call_at)}. Please read the agenda first, it is one"
        " page.",
        place="Room Fjord, second floor",
        video=True,
        notes={PRIYA.address: "On the train until ten past, may lose the line."},
        papers=[DESIGN.documents[0]],
    )
    diary.meet(
        "halden-call",
        "Halden call",
        m.call_at,
        45,
        ADA,
        [(INES, _YES), (PER, _MAYBE), (LEGAL, _YES), (MIRA, _YES)],
        words="Terms, clause 7, date of the start.\n\n" + HALDEN.link("halden-terms-v3.docx"),
        video=True,
    )
    diary.meet(
        "handover",
        "Handover to support",
        m.ago(hours=2).replace(minute=0, second=0, microsecond=0),
        30,
        YUSUF,
        [(KOFI, _YES), (MIRA, _YES)],
        place="Room Skerry",
    )
    diary.meet(
        "price-sheet",
        "Write the price sheet",
        m.call_at - timedelta(minutes=90),
        60,
        MIRA,
        words="Nobody, please.",
    )


def _series(diary: Diary, m: Moments) -> None:
    standup = diary.meet(
        "standup",
        "Standup",
        m.workday(20, "09:15"),
        15,
        JONAS,
        [(MIRA, _YES), *((one, _YES) for one in (PRIYA, KOFI, YUSUF))],
        repeat=[_WEEKDAYS],
        video=True,
    )
    off = m.workday(-4, "09:15")
    diary.change(standup, off, status="cancelled")
    late = m.workday(-2, "09:15")
    diary.change(
        standup,
        late,
        start={"dateTime": late.replace(hour=10).isoformat(), "timeZone": m.zone},
        end={"dateTime": late.replace(hour=10, minute=30).isoformat(), "timeZone": m.zone},
        description="Later, because of the water.",
    )
    for key, with_whom, days, at in (
        ("one-ada", ADA, 9, "14:00"),
        ("one-jonas", JONAS, 8, "15:30"),
        ("one-priya", PRIYA, 7, "11:00"),
    ):
        first = m.workday(days, at)
        diary.meet(
            key,
            f"{with_whom.first} and Mira",
            first,
            30,
            MIRA,
            [(with_whom, _YES)],
            repeat=[f"RRULE:FREQ=WEEKLY;BYDAY={_DAYS[first.weekday()]}"],
            video=True,
        )
    first = m.workday(6, "16:00")
    diary.meet(
        "demo-hour",
        "Show and tell",
        first,
        60,
        TOMAS,
        [(MIRA, _YES), (SOFIA, _MAYBE), (LENA, _NO), (TEAM, _OPEN)],
        repeat=[f"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={_DAYS[first.weekday()]}"],
        place="Kitchen",
    )


def _coming(diary: Diary, m: Moments) -> None:
    diary.meet(
        "pricing",
        "Second harbour, one rule",
        m.workday(-1, "10:30"),
        45,
        ADA,
        [(LENA, _YES), (MIRA, _OPEN)],
        words="We agree on the rule and go for a walk with what is left of the time.",
        place="Room Skerry",
        papers=[("A second harbour: one rule", link("price-model", DOCUMENT))],
    )
    diary.meet(
        "fjordline",
        "Fjordline: two weeks of trial",
        m.workday(-1, "11:30"),
        30,
        RUTH,
        [(MIRA, _OPEN), (ADA, _YES)],
        video=True,
        papers=[("Fjordline trial: three questions", link("fjordline-trial", DOCUMENT))],
    )
    diary.meet(
        "aoki",
        "青木フェリー: training timetable",
        m.workday(-2, "08:00"),
        45,
        HARUKA,
        [(JONAS, _YES), (MIRA, _OPEN)],
        words="ミラ様、ヨナス様\n時間割の確認をお願いいたします。",
        zone="Asia/Tokyo",
        video=True,
    )
    diary.meet(
        "kyma",
        "Kyma: ανανέωση",
        m.workday(-3, "10:00"),
        60,
        ELENI,
        [(ADA, _YES), (MIRA, _MAYBE)],
        zone="Europe/Athens",
        video=True,
    )
    diary.meet(
        "daniel",
        "Decision: Daniel Okoro",
        m.workday(-2, "13:00"),
        30,
        TOMAS,
        [(KOFI, _YES), (JONAS, _YES), (MIRA, _YES)],
        place="Room Fjord, second floor",
        papers=[("Daniel Okoro: notes", link("interview-notes", DOCUMENT))],
    )
    diary.meet(
        "handbook",
        "Handbook on the press",
        m.workday(-3, "15:00"),
        90,
        MAREK,
        [(MIRA, _OPEN), (PRIYA, _YES)],
        words=f"We go by Mira's sheet, line by line: {PRESS_URL}\nWarm shoes, please.",
        place="Papierhaus, Mill lane 12",
    )
    diary.meet(
        "release",
        "2.4 goes out",
        m.workday(-1, "16:00"),
        30,
        JONAS,
        [(KOFI, _YES), (SOFIA, _YES), (MIRA, _YES)],
        words="If the notes are in. They will be in.",
    )
    diary.meet(
        "budget",
        "Budget, first round",
        m.workday(-4, "09:45"),
        75,
        LENA,
        [(TOMAS, _YES), (ADA, _OPEN), (MIRA, _OPEN)],
        place="Room Fjord, second floor",
        papers=[("Budget 2027, first round", link("budget", SHEET))],
    )
    diary.meet(
        TRAINING,
        "Halden: training of the dispatchers",
        m.workday(-7, "09:00"),
        180,
        MIRA,
        [(INES, _YES), (PER, _OPEN), (KOFI, _MAYBE)],
        place="Halden Ferries, Quay 2",
        notes={KOFI.address: "If the export is quiet by then."},
    )
    diary.meet(
        "fair-look-back",
        "Fair: what we take home",
        m.workday(-1, "14:00"),
        45,
        SOFIA,
        [(ADA, _YES), (MIRA, _YES)],
        status="cancelled",
    )
    diary.meet(
        "audit",
        "Year-end review: opening",
        m.workday(-6, "10:00"),
        60,
        SIGRID,
        [(LENA, _YES), (MIRA, _OPEN)],
    )
    diary.meet(
        "dinner",
        "Dinner with Halden",
        m.workday(-4, "19:00"),
        150,
        INES,
        [(ADA, _YES), (PER, _YES), (MIRA, _OPEN)],
        place="The Signal Box, Halden",
        words="If the contract is signed. And if not, all the more.",
    )
    diary.days("travel", "Halden (train 07:12)", m.workday(-4, "00:00").date(), 2, MIRA)
    diary.days("focus", "Handbook: no meetings", m.workday(-5, "00:00").date(), 1, MIRA)


def _past(diary: Diary, m: Moments) -> None:
    for key, title, at, minutes, organizer, guest in (
        ("interview", "Daniel Okoro: conversation", m.workday(3, "10:00"), 60, TOMAS, DANIEL),
        ("harbour-photo", "Photos at the quay", m.workday(4, "08:00"), 60, SOFIA, PRIYA),
        ("terms", "Halden: terms, second reading", m.workday(3, "13:00"), 60, LEGAL, ADA),
        ("kraken", "Illustrations, old and new", m.workday(6, "15:00"), 30, PRIYA, SOFIA),
        ("quarter", "Numbers of the quarter", m.workday(9, "10:00"), 90, LENA, TOMAS),
    ):
        diary.meet(key, title, at, minutes, organizer, [(guest, _YES), (MIRA, _YES)])


def _team(diary: Diary, m: Moments) -> None:
    diary.days("yusuf-five", "Yusuf: five years", m.workday(-2, "00:00").date(), 1, TOMAS)
    diary.days("kofi-away", "Kofi away", m.workday(-5, "00:00").date(), 3, KOFI)
    diary.days("on-call", "On call: Jonas", m.today - timedelta(days=m.today.weekday()), 7, JONAS)
    diary.days(
        "offsite",
        "Offsite? (held by the house)",
        m.today + timedelta(days=98),
        5,
        TOMAS,
        words="First or third week of March, Mira decides.",
    )
    diary.meet("fire", "Fire drill", m.workday(-3, "11:00"), 15, TOMAS)
    diary.meet("cake", "Cake for Yusuf", m.workday(-2, "15:00"), 30, PRIYA, place="Kitchen")


def crowd(m: Moments, seed: int, count: int) -> list[Json]:
    """Return `count` meetings spread over the past year and the next half, for the large sizes."""
    diary = Diary(m, seed)
    topics = ("Plan", "Review", "Interview", "Trial", "Budget", "Walk", "Training", "Workshop")
    for number in range(count):
        lots = Random(mark(seed, "crowd", number))
        organizer = lots.choice(COLLEAGUES)
        days = lots.randint(-130, 260)
        at = m.workday(days, f"{lots.randint(8, 17):02}:{lots.choice(('00', '30'))}")
        guests = [(MIRA, lots.choice((_OPEN, _YES, _YES, _MAYBE))), (lots.choice(COLLEAGUES), _YES)]
        title = f"{lots.choice(topics)}: {lots.choice(topics).lower()} {number}"
        diary.meet(
            f"crowd-{number}",
            title,
            at,
            lots.choice((15, 30, 60)),
            organizer,
            [guest for guest in guests if guest[0] is not organizer],
        )
    return diary.events


def _guest(person: Person, answer: str, organizer: Person, notes: dict[str, str]) -> Json:
    guest: Json = {
        "email": person.address,
        "displayName": person.name,
        "responseStatus": answer,
    }
    if person is organizer:
        guest["organizer"] = True
    if person.address in notes:
        guest["comment"] = notes[person.address]
    return guest


def _paper(name: str, link: str) -> Json:
    """Return a document that hangs on a meeting; one of Drive's is known by its id too."""
    found = re.search(r"//docs\.google\.com/(\w+)/d/([\w-]+)", link)
    kind = found[1].rstrip("s") if found else "document"
    paper = {"title": name, "fileUrl": link, "mimeType": f"application/vnd.google-apps.{kind}"}
    return paper | ({"fileId": found[2]} if found else {})


def _video(lots: Random) -> Json:
    letters = "".join(lots.choice(_LETTERS) for _ in range(10))
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    link = f"https://meet.google.com/{code}"
    return {
        "hangoutLink": link,
        "conferenceData": {
            "conferenceId": code,
            "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
            "entryPoints": [
                {"entryPointType": "video", "uri": link, "label": link.removeprefix("https://")},
                {
                    "entryPointType": "phone",
                    "uri": f"tel:+47-555-01{lots.randint(10, 99)}",
                    "pin": f"{lots.randint(100_000, 999_999)}",
                },
            ],
        },
    }
