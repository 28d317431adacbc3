"""The person's own calendar from an `.ics`, served by the sandbox instead of its story.

Each event is read by itself, so that one that cannot be read stops no other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr
from icalendar import Calendar as IcalCalendar
from icalendar import Component, Event, vCalAddress

from loopdesk.sandbox.model import Calendar, Json, Skipped

_TOO_LARGE = 50 * 1024 * 1024
_BLOCK = re.compile(
    r"^BEGIN:VEVENT\r?$.*?(?:^END:VEVENT\r?$|(?=^BEGIN:VEVENT\r?$)|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_CALENDAR_NAME = re.compile(r"^X-WR-CALNAME:([^\s@]+@[^\s@]+)$", re.MULTILINE)
_INVITED = re.compile(r"^ATTENDEE\b.*mailto:([^\s@]+@[^\s@]+)$", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_UNTIL = re.compile(r";?UNTIL=[^;]*")
_ENDED = re.compile(r"END:VEVENT\s*\Z", re.IGNORECASE)
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_VIDEO = ("X-GOOGLE-CONFERENCE", "CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_MAIL = re.compile(r"(?:mailto:)?([^\s@]+@[^\s@]+)", re.IGNORECASE)


class _UnfitError(Exception):
    """An event that cannot be taken; its text is the reason."""


def calendars(path: Path, address: str, now: datetime) -> tuple[list[Calendar], list[Skipped]]:
    """Return the calendar in the file as the primary one of `address`, and what was left out.

    Args:
        now: aware; where the file names no zone, times without one are in this one's.

    Raises:
        OSError: there is no file at `path`, or it may not be read.
    """
    if path.stat().st_size > _TOO_LARGE:
        return [], [Skipped(path.name, "too large")]
    text = path.read_bytes().decode("utf-8-sig", "replace")
    shell, fault = _shell(text)
    zone = _named(str(shell.get("X-WR-TIMEZONE", ""))) or _zone_of(now) or "UTC"
    skipped = [Skipped(path.name, fault)] if fault else []
    events: dict[str, Json] = {}
    for number, block in enumerate(_BLOCK.findall(text), 1):
        try:
            event = _event(block, zone)
        except _UnfitError as unfit:
            skipped.append(Skipped(f"event {number}", str(unfit)))
            continue
        known = events.get(event["id"])
        if known is None or event["sequence"] >= known["sequence"]:
            events[event["id"]] = event
    for event in events.values():
        if event.get("recurringEventId") not in events:
            # Without its series it is a meeting of its own.
            event.pop("recurringEventId", None)
            event.pop("originalStartTime", None)
    entry = {
        "id": address,
        "summary": str(shell.get("X-WR-CALNAME", "")) or address,
        "primary": True,
        "selected": True,
        "accessRole": "owner",
        "timeZone": zone,
    }
    return [Calendar(entry, list(events.values()))], skipped


def first(text: str, zone: str) -> Json | None:
    """Return the first event of a calendar's text, None where there is none that can be taken."""
    block = _BLOCK.search(text)
    try:
        return _event(block[0], zone) if block else None
    except _UnfitError:
        return None


def owner(path: Path) -> str:
    """Return the address the calendar seems to belong to, "" where nothing speaks for one.

    Google names an exported calendar by its owner's address; else it is who is invited most.

    Raises:
        OSError: there is no file at `path`, or it may not be read.
    """
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r", "")
    if named := _CALENDAR_NAME.search(text):
        return named[1].lower()
    invited = Counter(address.lower() for address in _INVITED.findall(_FOLD.sub("", text)))
    return invited.most_common(1)[0][0] if invited else ""


def _shell(text: str) -> tuple[Component, str]:
    """Read all but the events: the calendar's name, and zones, which are then known by name."""
    try:
        read = IcalCalendar.from_ical(_BLOCK.sub("", text))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return IcalCalendar(), "no calendar, or one whose zones cannot be read"
    return (read, "") if isinstance(read, Component) else (IcalCalendar(), "no calendar")


def _event(block: str, zone: str) -> Json:
    """Raises _UnfitError."""
    if not _ENDED.search(block):
        raise _UnfitError("cut short")
    try:
        read = Event.from_ical(block)
        if not isinstance(read, Event):
            raise _UnfitError("no event")
        return _converted(read, block, zone)
    # What a broken value makes the parser stumble over is not to be foreseen.
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise _UnfitError("unreadable") from error


def _converted(read: Event, block: str, zone: str) -> Json:
    start = _value(read, "DTSTART")
    if not isinstance(start, date):
        raise _UnfitError("no start")
    end = _end(read, start)
    uid = str(read.get("UID", "")) or blake2b(block.encode(), digest_size=10).hexdigest()
    event: Json = {
        "id": blake2b(uid.encode(), digest_size=16).hexdigest(),
        "iCalUID": uid,
        "status": _status(read),
        "summary": str(read.get("SUMMARY", "")),
        "sequence": int(read.get("SEQUENCE", 0)),
        "start": _time(start, zone),
        "end": _time(end, zone),
        "eventType": "default",
    }
    for name, field in (("DESCRIPTION", "description"), ("LOCATION", "location")):
        if words := str(read.get(name, "")):
            event[field] = words
    if str(read.get("TRANSP", "")).upper() == "TRANSPARENT":
        event["transparency"] = "transparent"
    if str(read.get("CLASS", "")).upper() in ("PRIVATE", "CONFIDENTIAL"):
        event["visibility"] = str(read["CLASS"]).lower()
    if recurrence := list(_recurrence(read)):
        event["recurrence"] = recurrence
    if isinstance(original := _value(read, "RECURRENCE-ID"), date):
        event["recurringEventId"] = event["id"]
        event["originalStartTime"] = _time(original, zone)
        event["id"] += f"_{_stamp(original, zone)}"
    event |= _people(read)
    event |= _video(read)
    if papers := list(_papers(read)):
        event["attachments"] = papers
    return event


def _end(read: Event, start: date) -> date:
    end = _value(read, "DTEND")
    if not isinstance(end, date):
        length = _value(read, "DURATION")
        if not isinstance(length, timedelta):
            length = timedelta(days=0 if isinstance(start, datetime) else 1)
        end = start + length
    if isinstance(end, datetime) and isinstance(start, datetime):
        if (end.tzinfo is None) is not (start.tzinfo is None):
            raise _UnfitError("a zone at one end only")
        if end < start:
            raise _UnfitError("ends before it starts")
        return end
    if isinstance(end, datetime) or isinstance(start, datetime):
        raise _UnfitError("a day at one end and a time at the other")
    # Some programs write the last day and mean it.
    return max(end, start + timedelta(days=1))


def _status(read: Event) -> str:
    status = str(read.get("STATUS", "")).lower()
    return status if status in ("cancelled", "tentative") else "confirmed"


def _recurrence(read: Event) -> Iterator[str]:
    for rule in _all(read, "RRULE"):
        text = rule.to_ical().decode()
        if _TOO_OFTEN & {str(word).upper() for word in rule.get("FREQ", [])}:
            raise _UnfitError("repeats more often than daily")
        try:
            rrulestr(_UNTIL.sub("", text), dtstart=_ANY_DAY)
            # With steps of nothing the unrolling would never end.
            if any(int(step) < 1 for step in rule.get("INTERVAL", [])):
                raise ValueError(text)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise _UnfitError("repeats by a rule that cannot be read") from error
        yield f"RRULE:{text}"
    for name in ("RDATE", "EXDATE"):
        for dates in _all(read, name):
            for one in dates.dts:
                if not isinstance(one.dt, date):
                    continue  # a period: Google Calendar has no such thing
                if isinstance(one.dt, datetime):
                    at = one.dt.astimezone(UTC) if one.dt.tzinfo else one.dt
                    yield f"{name}:{at:%Y%m%dT%H%M%S}{'Z' if at.tzinfo else ''}"
                else:
                    yield f"{name};VALUE=DATE:{one.dt:%Y%m%d}"


def _people(read: Event) -> Json:
    found: Json = {}
    organizer = next((one for one in _all(read, "ORGANIZER")), None)
    if organizer is not None and (person := _person(organizer)):
        found["organizer"] = person
    attendees = []
    for one in _all(read, "ATTENDEE"):
        if not (guest := _person(one)):
            continue
        parameters = one.params
        answer = str(parameters.get("PARTSTAT", "")).upper()
        guest["responseStatus"] = _ANSWERS.get(answer, "needsAction")
        if str(parameters.get("ROLE", "")).upper() == "OPT-PARTICIPANT":
            guest["optional"] = True
        if str(parameters.get("CUTYPE", "")).upper() in ("RESOURCE", "ROOM"):
            guest["resource"] = True
        if note := str(parameters.get("X-RESPONSE-COMMENT", "")):
            guest["comment"] = note
        if guest["email"] == found.get("organizer", {}).get("email"):
            guest["organizer"] = True
        attendees.append(guest)
    if attendees:
        found["attendees"] = attendees
    return found


def _person(given: vCalAddress) -> Json:
    match = _MAIL.fullmatch(str(given).strip())
    if match is None:
        return {}
    person: Json = {"email": match[1].lower()}
    name = str(given.params.get("CN", ""))
    if name and "@" not in name:
        person["displayName"] = name
    return person


def _video(read: Event) -> Json:
    for name in _VIDEO:
        for one in _all(read, name):
            link = str(one).strip()
            if not link.startswith("https://"):
                continue
            video: Json = {
                "conferenceData": {
                    "conferenceId": link.rstrip("/").rpartition("/")[2],
                    "entryPoints": [{"entryPointType": "video", "uri": link}],
                }
            }
            if link.startswith("https://meet.google.com/"):
                video["hangoutLink"] = link
            return video
    return {}


def _papers(read: Event) -> Iterator[Json]:
    for one in _all(read, "ATTACH"):
        link = str(one)
        if link.startswith("https://"):
            yield {"fileUrl": link, "title": str(one.params.get("FILENAME", link))}


def _value(read: Event, name: str) -> object:
    return getattr(next(iter(_all(read, name)), None), "dt", None)


def _all(read: Event, name: str) -> list[Any]:
    found = read.get(name, [])
    return found if isinstance(found, list) else [found]


def _time(at: date, zone: str) -> Json:
    if not isinstance(at, datetime):
        return {"date": at.isoformat()}
    named = _zone_of(at, zone) or zone
    # An instant in the zone that has the name: the file's own rules for it may be odd ones.
    at = at.astimezone(ZoneInfo(named)) if at.tzinfo else at.replace(tzinfo=ZoneInfo(named))
    return {"dateTime": at.isoformat(), "timeZone": named}


def _stamp(at: date, zone: str) -> str:
    if not isinstance(at, datetime):
        return f"{at:%Y%m%d}"
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _zone_of(at: datetime, likely: str = "") -> str:
    """Return the IANA name of a time's zone, "" where it has none.

    Args:
        likely: tried first for a zone of the file's own making, which gets the name of one with
            the same offsets in that year.
    """
    if at.tzinfo is None:
        return ""
    if at.tzinfo is UTC:
        return "UTC"
    if name := _named(str(getattr(at.tzinfo, "key", "") or "")):
        return name
    samples = [at.replace(month=month, day=1, tzinfo=None) for month in (1, 4, 7, 10)]
    offsets = tuple(at.tzinfo.utcoffset(sample.replace(tzinfo=at.tzinfo)) for sample in samples)
    return _like(at.year, offsets, likely)


@lru_cache(maxsize=256)
def _like(year: int, offsets: tuple[timedelta | None, ...], likely: str) -> str:
    for name in filter(None, (likely, *sorted(available_timezones(), key=_plainness))):
        zone = ZoneInfo(name)
        same = (
            datetime(year, month, 1, tzinfo=zone).utcoffset() == offset
            for month, offset in zip((1, 4, 7, 10), offsets, strict=True)
        )
        if all(same):
            return name
    return ""


def _plainness(name: str) -> tuple[int, str]:
    """Put names that people know before the rest."""
    regions = ("Europe/", "America/", "Asia/", "Australia/", "Africa/", "Pacific/", "Etc/")
    return next((i for i, part in enumerate(regions) if name.startswith(part)), len(regions)), name


@lru_cache(maxsize=256)
def _named(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError):
        return ""
