"""When people have no time, and nothing else of what they do.

Source: developers.google.com/workspace/calendar/api/v3/reference/freebusy/query (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from loopdesk.sandbox.google.calendar import times
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.model import Json

Span = tuple[datetime, datetime]
_MOST = 50


def query(call: Call) -> Json:
    names = ("timeMin", "timeMax", "timeZone", "items", "groupExpansionMax", "calendarExpansionMax")
    body = call.body(*names)
    low, high = (times.bound(field_of(body, name, str, ""), name) for name in names[:2])
    if low is None or high is None or high <= low:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    wanted = [str(item.get("id", "")) for item in field_of(body, "items", list, [])]
    return {
        "kind": "calendar#freeBusy",
        "timeMin": _written(low),
        "timeMax": _written(high),
        "calendars": {
            key: _shown(_spans(call, key.lower(), low, high))
            if number < _MOST
            else _refused("calendar", "tooManyCalendarsRequested")
            for number, key in enumerate(wanted)
        },
    }


def _spans(call: Call, key: str, low: datetime, high: datetime) -> Iterable[Span] | None:
    """Return when a calendar or a person is taken, None where that may not be seen.

    Colleagues who have no account here are as busy as the meetings that others have with them.
    """
    for calendar in call.account.calendars:
        if calendar.id == key:
            return _of_calendar(calendar, key, low, high)
    if key.rpartition("@")[2] != call.account.address.rpartition("@")[2]:
        return None
    own = call.google.primary_of(key)
    if own is not None:
        return _of_calendar(own, key, low, high)
    shared = [c for account in call.google.accounts for c in account.calendars]
    return [span for c in shared for span in _of_guest(c, key, low, high)] or None


def _of_calendar(
    calendar: CalendarStore, owner: str, low: datetime, high: datetime
) -> Iterator[Span]:
    for body, span in _taken(calendar, low, high):
        guests = {str(g["email"]).lower(): g for g in body.get("attendees", [])}
        if guests.get(owner, {}).get("responseStatus") != "declined":
            yield span


def _of_guest(calendar: CalendarStore, guest: str, low: datetime, high: datetime) -> Iterator[Span]:
    for body, span in _taken(calendar, low, high):
        said = {str(g["email"]).lower(): g["responseStatus"] for g in body.get("attendees", [])}
        if said.get(guest, "declined") != "declined":
            yield span


def _taken(calendar: CalendarStore, low: datetime, high: datetime) -> Iterator[tuple[Json, Span]]:
    for stored in calendar.singles(low, high):
        body = stored.body
        free = body.get("transparency") == "transparent"
        if stored.is_cancelled or free or not calendar.touches(stored, low, high):
            continue
        begins, ends = (times.moment(body[name], calendar.zone) for name in ("start", "end"))
        yield body, (max(begins, low), min(ends, high))


def _shown(spans: Iterable[Span] | None) -> Json:
    if spans is None:
        return _refused("global", "notFound")
    joined: list[Span] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return {"busy": [{"start": _written(a), "end": _written(b)} for a, b in joined]}


def _refused(domain: str, reason: str) -> Json:
    return {"errors": [{"domain": domain, "reason": reason}], "busy": []}


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
