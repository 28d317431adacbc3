"""What a calendar program put into a mail, as far as it tells which meeting the mail is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopdesk.content.text import decode_text
from loopdesk.core.items import Untrusted
from loopdesk.core.people import Handle

_FOLD = re.compile(rb"\r?\n[ \t]")
_METHOD = re.compile(rb"(?im)^METHOD[ \t]*:[ \t]*(REQUEST|CANCEL|REPLY)[ \t]*\r?$")
_UID = re.compile(rb"(?im)^UID(?:;[^:\r\n]*)?:([^\r\n]{1,1000})")
LARGEST_BYTES = 256 * 1024


def meeting_uid(calendar: bytes) -> str:
    """Return the iCalendar UID of the meeting that is asked for, answered or called off, else "".

    Args:
        calendar: a `text/calendar` part; only its first 256 KiB are looked at.
    Source: RFC 5545, 3.8.4.7 (UID), 3.7.2 (METHOD); RFC 5546, 1.4
    """
    text = _FOLD.sub(b"", calendar[:LARGEST_BYTES])
    if _METHOD.search(text) is None:
        return ""
    # A zone has no UID, so the first one is the meeting's.
    found = _UID.search(text)
    return "" if found is None else found[1].decode("utf-8", "replace").strip()


# --- what it says ---------------------------------------------------------------------------------

_TEXT_LIMIT = 500
_LINES_LIMIT = 5000
_LINE = re.compile(r'([A-Za-z-]{1,60})((?:;(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z-]{1,40})=("[^"]*"|[^;"]*)')
_ESCAPED = re.compile(r"\\([\\;,nN])")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_READ = frozenset({"UID", "SUMMARY", "LOCATION", "ORGANIZER", "DTSTART", "DTEND", "DURATION"})
_DURATION = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting that a mail asks for, answers or calls off.

    At most one pair of times is set, as in `core.items.Meeting`; none where the zone is not known.

    Args:
        method: RFC 5546, upper case: "REQUEST", "REPLY", "CANCEL", ...; "" where it says none.
    """

    method: str
    uid: str
    summary: Untrusted
    location: Untrusted
    organizer: Handle | None
    start_at: datetime | None = None
    end_at: datetime | None = None
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Property:
    value: str
    parameters: Mapping[str, str]


def read_invitation(calendar: bytes, charset: str | None = None) -> Invitation | None:
    """Return the first meeting of a `text/calendar` part; None where there is none.

    Source: RFC 5545, 3.1 (lines), 3.3 (values), 3.6.1 (VEVENT)
    """
    text = decode_text(_FOLD.sub(b"", calendar[:LARGEST_BYTES]), charset)
    method, event = "", dict[str, _Property]()
    around: list[str] = []
    seen = False
    for line in islice(text.splitlines(), _LINES_LIMIT):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        name, value = found[1].upper(), found[3].strip()
        if name == "BEGIN" and len(around) < 10:
            around.append(value.upper())
            seen = seen or value.upper() == "VEVENT"
        elif name == "END" and around:
            if around.pop() == "VEVENT":
                break
        elif name == "METHOD" and around == ["VCALENDAR"]:
            method = value.upper()[:20]
        elif name in _READ and around[-1:] == ["VEVENT"]:
            parameters = {
                one[1].upper(): one[2].strip('"') for one in _PARAMETER.finditer(found[2])
            }
            event.setdefault(name, _Property(value, parameters))
    if not seen:
        return None
    start_at, start_on = _time(event.get("DTSTART"))
    end_at, end_on = _time(event.get("DTEND"))
    lasts = _duration(event["DURATION"].value) if "DURATION" in event else None
    with suppress(OverflowError):  # it would end after the last year there is
        if end_at is None and start_at is not None:
            end_at = start_at + (lasts or timedelta(0))
        if end_on is None and start_on is not None:
            end_on = start_on + max(lasts or timedelta(days=1), timedelta(days=1))
    return Invitation(
        method=method,
        uid=event["UID"].value[:1000] if "UID" in event else "",
        summary=_text(event.get("SUMMARY")),
        location=_text(event.get("LOCATION")),
        organizer=_organizer(event.get("ORGANIZER")),
        start_at=start_at,
        end_at=None if start_at is None else end_at,
        start_on=start_on,
        end_on=None if start_on is None else end_on,
    )


def _text(given: _Property | None) -> Untrusted:
    if given is None:
        return Untrusted("")
    said = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], given.value)
    return Untrusted(said[:_TEXT_LIMIT])


def _organizer(given: _Property | None) -> Handle | None:
    if given is None:
        return None
    address = _MAILTO.sub("", given.value, count=1).strip().lower()
    name = given.parameters.get("CN", "")[:200]
    return Handle(name, address if "@" in address and len(address) <= 320 else "")


def _time(given: _Property | None) -> tuple[datetime | None, date | None]:
    """Return a time in UTC, or a day, or neither."""
    if given is None:
        return None, None
    value = given.value
    try:
        if len(value) == 8:
            return None, datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC).date()
        local = datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
        if value.endswith("Z"):
            return local.replace(tzinfo=UTC), None
        zone = _zone(given.parameters.get("TZID", ""))
        return None if zone is None else local.replace(tzinfo=zone).astimezone(UTC), None
    except (ValueError, OverflowError):
        return None, None


def _zone(name: str) -> ZoneInfo | None:
    """Return a zone by its name or by Windows's; None for one that only the mail describes."""
    name = name.strip().strip("/")
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        known = WINDOWS_TO_OLSON.get(name)
        return ZoneInfo(known) if known else None


_ZONE = re.compile(r"[A-Za-z][\w+ .()/-]{1,60}", re.ASCII)


def _duration(value: str) -> timedelta | None:
    found = _DURATION.fullmatch(value)
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
