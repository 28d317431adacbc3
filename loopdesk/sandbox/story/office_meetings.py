"""Mira's calendars at Harbourline, as Outlook has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape
from random import Random
from urllib.parse import quote

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.story import office_files
from loopdesk.sandbox.story.cast import (
    HANNE,
    INES,
    KOFI,
    MIRA,
    MIRA_AT_HARBOURLINE,
    NILS,
    OMAR,
    PER,
    RUTH,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.meetings import TRAINING, event_id
from loopdesk.sandbox.story.moments import Moments, clock

WORKSHOP, BERTHS = "workshop", "mole-2"

_OPEN, _YES, _MAYBE = "none", "accepted", "tentativelyAccepted"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UID = "040000008200E00074C5B7101A82E008"


def uid(seed: int, key: str) -> str:
    """Return the `iCalUId` of a meeting, of Outlook's own kind."""
    return f"{_UID}{'0' * 40}10000000{mark(seed, 'office', key)[:16].upper().rjust(32, '0')}"


def work(m: Moments, seed: int, more: int = 0) -> list[Json]:
    """Return her own calendar and one that she may only read.

    Args:
        more: meetings of the past year and the next half, for the large sizes.
    """
    own = _Diary(m, seed)
    _today(own, m)
    _series(own, m)
    _coming(own, m)
    _past(own, m)
    for number in range(more):
        _one_of_many(own, m, seed, number)
    traffic = _Diary(m, seed)
    _traffic(traffic, m)
    return [
        {"id": "own", "name": "Calendar", "color": "lightTeal", "events": own.events},
        {
            "id": "traffic",
            "name": "Harbour traffic",
            "color": "lightOrange",
            "hexColor": "#fcd116",
            "canEdit": False,
            "owner": {"name": HANNE.name, "address": HANNE.address},
            "events": traffic.events,
        },
    ]


def coffee(m: Moments, seed: int) -> Json:
    """Return an invitation that comes while somebody looks."""
    return _Diary(m, seed).meet(
        "coffee",
        "Coffee before the workshop?",
        m.workday(-2, "12:30"),
        20,
        OMAR,
        [(MIRA_AT_HARBOURLINE, _OPEN)],
        words="I can show you the bad day, the one of March.",
        place="North mole 1, the machine on the left",
    )


class _Diary:
    """Writes down events, each under a name of its own."""

    def __init__(self, m: Moments, seed: int) -> None:
        self._m = m
        self.seed = seed
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
        links: Sequence[tuple[str, str]] = (),
        place: str = "",
        teams: bool = False,
        repeat: Json | None = None,
        said: str = "",
        **other: object,
    ) -> Json:
        """Put down a meeting.

        Args:
            guests: the invited with their answers.
            links: name and address of what the words end with.
            repeat: the `pattern` of a series.
            said: what Mira has answered; "" where she is the organizer or has not.
        """
        event: Json = {
            "id": key,
            "iCalUId": uid(self.seed, key),
            "subject": title,
            "body": {"contentType": "html", "content": _page(words, links)},
            "start": self._clock(at),
            "end": self._clock(at + timedelta(minutes=minutes)),
            "organizer": {"emailAddress": _address(organizer)},
            "attendees": [_attendee(person, answer, at) for person, answer in guests],
            "lastModifiedDateTime": self._m.workday(3, "10:00").isoformat(),
        }
        if place:
            event["location"] = {"displayName": place}
        if said:
            event["responseStatus"] = {"response": said, "time": "2026-01-01T08:00:00Z"}
            event["showAs"] = "tentative" if said == _MAYBE else "busy"
        elif organizer is not MIRA_AT_HARBOURLINE:
            event["showAs"] = "tentative"
        if teams:
            event |= _teams(mark(self.seed, key))
        if repeat is not None:
            first = {"type": "noEnd", "startDate": at.date().isoformat()}
            event["recurrence"] = {"pattern": {"interval": 1, **repeat}, "range": first}
        event |= other
        self.events.append(event)
        return event

    def days(self, key: str, title: str, first: date, count: int, by: Person, shows: str) -> None:
        """Put down something that takes whole days."""
        begin = datetime.combine(first, datetime.min.time())
        self.meet(key, title, begin, count * 1_440, by, isAllDay=True, showAs=shows)
        self.events[-1]["responseStatus"] = {
            "response": "organizer" if by is MIRA_AT_HARBOURLINE else _YES,
            "time": "2026-01-01T08:00:00Z",
        }

    def change(self, series: Json, on: date, **other: object) -> None:
        """Let one occurrence of a series differ: the one of that day."""
        self.events.append(
            {"seriesMasterId": series["id"], "originalStart": on.isoformat(), **other}
        )

    def _clock(self, at: datetime) -> Json:
        return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": self._m.zone}


def _today(diary: _Diary, m: Moments) -> None:
    me = (MIRA_AT_HARBOURLINE, _YES)
    diary.meet(
        BERTHS,
        "Mole 2: which berth for the night line",
        # Over the end of the design review at Northwind.
        m.review_at + timedelta(minutes=15),
        30,
        NILS,
        [(OMAR, _YES), (HANNE, _MAYBE), (MIRA_AT_HARBOURLINE, _OPEN)],
        words="Omar has the log of last night. I want one sentence at the end, not three.",
        links=[(office_files.title(office_files.PLAN), office_files.link(office_files.PLAN))],
        teams=True,
    )
    diary.meet(
        "hanne-talk",
        "Hanne and Mira: the workshop",
        m.call_at + timedelta(minutes=60),
        30,
        HANNE,
        [me],
        words="Who says what, and when is there coffee.",
        teams=True,
        said=_YES,
    )


def _series(diary: _Diary, m: Moments) -> None:
    first = m.workday(25, "10:00")
    weekly = {
        "type": "weekly",
        "daysOfWeek": [_DAYS[first.weekday()]],
        "firstDayOfWeek": "monday",
    }
    everybody = [(OMAR, _YES), (HANNE, _YES), (MIRA_AT_HARBOURLINE, _YES)]
    planning = diary.meet(
        "planning-round",
        "Planning round",
        first,
        45,
        NILS,
        everybody,
        words="Berths of the coming week. Whoever has nothing to say may leave early.",
        teams=True,
        repeat=weekly,
        said=_YES,
    )
    coming = first.date()
    while coming <= m.today:
        coming += timedelta(days=7)
    later = datetime.combine(coming, datetime.min.time()) + timedelta(hours=14)
    diary.change(
        planning,
        coming,
        start={"dateTime": f"{later:%Y-%m-%dT%H:%M:%S}", "timeZone": m.zone},
        end={
            "dateTime": f"{later + timedelta(minutes=45):%Y-%m-%dT%H:%M:%S}",
            "timeZone": m.zone,
        },
        body={"contentType": "text", "content": "In the afternoon: the crane is tested at ten."},
    )
    diary.change(planning, coming + timedelta(days=14), isCancelled=True)
    group = m.workday(60, "15:00")
    diary.meet(
        "steering",
        "Steering group",
        group,
        60,
        NILS,
        [(RUTH, _YES), (INES, _MAYBE), (MIRA_AT_HARBOURLINE, _MAYBE)],
        place="North mole 1, room with the window",
        repeat={
            "type": "relativeMonthly",
            "daysOfWeek": [_DAYS[group.weekday()]],
            "index": ("first", "second", "third", "fourth", "last")[(group.day - 1) // 7],
        },
        said=_MAYBE,
    )


def _coming(diary: _Diary, m: Moments) -> None:
    me = (MIRA_AT_HARBOURLINE, _OPEN)
    diary.meet(
        WORKSHOP,
        "Workshop: berths and crews",
        m.workday(-2, "13:00"),
        180,
        HANNE,
        [(NILS, _YES), (OMAR, _YES), (RUTH, _OPEN), me],
        words="Three hours, one page. Mira, the second hour would be yours. Can you come?",
        links=[(office_files.title(office_files.AGENDA), office_files.link(office_files.AGENDA))],
        place="North mole 1, first floor",
    )
    diary.meet(
        "questions-omar",
        "Three questions to Omar",
        m.workday(-1, "09:00"),
        30,
        MIRA_AT_HARBOURLINE,
        [(OMAR, _YES)],
        links=[
            (office_files.title(office_files.QUESTIONS), office_files.link(office_files.QUESTIONS))
        ],
        teams=True,
    )
    diary.meet(
        "sensors",
        "Sensors on mole 2: what they cost",
        m.workday(-3, "14:00"),
        45,
        OMAR,
        [(NILS, _OPEN), (MIRA_AT_HARBOURLINE, _MAYBE)],
        said=_MAYBE,
        teams=True,
    )
    diary.meet(
        "crane",
        "Canceled: Crane test, from outside",
        m.workday(-1, "10:00"),
        60,
        OMAR,
        [me],
        isCancelled=True,
        said=_YES,
    )
    # The same meeting is in her calendar at Northwind, where she made it.
    training = m.workday(-7, "09:00")
    diary.meet(
        "training",
        "Halden: training of the dispatchers",
        training,
        180,
        MIRA,
        [(INES, _YES), (PER, _OPEN), (KOFI, _MAYBE), (MIRA_AT_HARBOURLINE, _YES)],
        place="Halden Ferries, Quay 2",
        said=_YES,
        iCalUId=f"{event_id(diary.seed, TRAINING)}@google.com",
    )
    diary.days(
        "at-harbourline", "At Harbourline", m.workday(-2, "00:00").date(), 1,
        MIRA_AT_HARBOURLINE, "workingElsewhere",
    )  # fmt: skip
    diary.days("harbour-day", "Harbour day", m.today + timedelta(days=11), 2, HANNE, "free")


def _past(diary: _Diary, m: Moments) -> None:
    me = (MIRA_AT_HARBOURLINE, _YES)
    for key, title, at, organizer in (
        ("first-visit", "First visit, with helmets", m.workday(40, "10:00"), HANNE),
        ("log", "The import log, line by line", m.workday(4, "11:00"), OMAR),
        ("numbers", "Berths in numbers", m.workday(2, "13:30"), NILS),
    ):
        diary.meet(key, title, at, 45, organizer, [me], said=_YES, teams=key != "first-visit")


def _traffic(diary: _Diary, m: Moments) -> None:
    for number, ship in enumerate(("Sula", "Havn", "Vesle Brita", "Sula", "Nordlys II")):
        at = m.workday(-number, f"{6 + number * 2:02}:40")
        diary.meet(
            f"ship-{number}",
            f"{ship} at mole {1 + number % 2}",
            at,
            50,
            HANNE,
            words=f"In at {clock(at)}, out with the tide.",
            showAs="free",
            said=_YES,
        )


def _one_of_many(diary: _Diary, m: Moments, seed: int, number: int) -> None:
    lots = Random(mark(seed, "office-crowd", number))
    at = m.workday(lots.randint(-130, 260), f"{lots.randint(8, 17):02}:{lots.choice(('00', '30'))}")
    organizer = lots.choice((NILS, HANNE, OMAR))
    said = lots.choice((_YES, _YES, _MAYBE))
    diary.meet(
        f"crowd-{number}",
        f"{lots.choice(('Berths', 'Tides', 'Moles', 'Crews'))}: round {number}",
        at,
        lots.choice((15, 30, 60)),
        organizer,
        [(MIRA_AT_HARBOURLINE, said)],
        said=said,
    )


def _page(words: str, links: Sequence[tuple[str, str]]) -> str:
    lines = [f"<p>{escape(line)}</p>" for line in words.split("\n") if line]
    lines += [f'<p><a href="{escape(address)}">{escape(name)}</a></p>' for name, address in links]
    return f"<html><body>{''.join(lines)}</body></html>" if lines else ""


def _address(person: Person) -> Json:
    return {"name": person.name, "address": person.address}


def _attendee(person: Person, answer: str, at: datetime) -> Json:
    said = {"response": answer, "time": "0001-01-01T00:00:00Z"}
    if answer != _OPEN:
        said["time"] = f"{at - timedelta(days=2):%Y-%m-%dT08:00:00Z}"
    return {"type": "required", "status": said, "emailAddress": _address(person)}


def _teams(word: str) -> Json:
    thread = quote(f"19:meeting_{word}@thread.v2", safe="")
    return {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "onlineMeeting": {"joinUrl": f"https://teams.microsoft.com/l/meetup-join/{thread}/0"},
    }
