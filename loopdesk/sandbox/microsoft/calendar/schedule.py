"""When people have no time, and nothing else of what they do.

Source: learn.microsoft.com/graph/api/calendar-getschedule (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.calendar import forms, shapes, times
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.calendar.area import CalendarArea

_DIGITS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}
_LONGEST = timedelta(days=62)
_MOST = 20
_Span = tuple[datetime, datetime, str]


def get_schedule(area: CalendarArea, call: Call) -> Json:
    if call.account.is_personal:
        raise ApiError(403)
    body = call.body()
    try:
        low, high = times.moment(body["startTime"]), times.moment(body["endTime"])
        step = timedelta(minutes=int(body.get("availabilityViewInterval") or 30))
        wanted = [str(each) for each in body["schedules"]]
    except (KeyError, TypeError, AttributeError, ValueError):
        raise bad_request("The request is not whole.", "ErrorInvalidParameter") from None
    if not low < high <= low + _LONGEST or not timedelta(minutes=5) <= step <= timedelta(days=1):
        raise bad_request("The time is empty or too long.", "ErrorInvalidParameter")
    if not 1 <= len(wanted) <= _MOST:
        raise bad_request("Too many schedules, or none.", "ErrorInvalidParameter")
    zone = shapes.zone_of(call)
    return {"value": [_shown(area, call, key, low, high, step, zone) for key in wanted]}


def _shown(
    area: CalendarArea,
    call: Call,
    key: str,
    low: datetime,
    high: datetime,
    step: timedelta,
    zone: str,
) -> Json:
    address = key.lower()
    if address.rpartition("@")[2] != call.account.address.rpartition("@")[2]:
        error = {"message": "The address is in no directory here.", "responseCode": "5009"}
        return {"scheduleId": key, "availabilityView": "", "scheduleItems": [], "error": error}
    spans = sorted(_taken(area, address, low, high))
    view, at = "", low
    while at < high:
        held = [status for begins, ends, status in spans if begins < at + step and ends > at]
        view += max((_DIGITS.get(status, "2") for status in held), default="0")
        at += step
    return {
        "scheduleId": key,
        "availabilityView": view,
        "scheduleItems": [
            {
                "status": status,
                "start": times.written(begins, zone),
                "end": times.written(ends, zone),
            }
            for begins, ends, status in spans
        ],
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": call.account.office.zone},
        },
    }


def _taken(area: CalendarArea, address: str, low: datetime, high: datetime) -> Iterator[_Span]:
    """Yield when somebody is taken.

    Colleagues who have no account here are as busy as the meetings that others have with them.
    """
    if book := area.books.get(address):
        for event in book.calendars[0].view(low, high):
            if event.body["showAs"] != "free" and not event.body["isCancelled"]:
                yield event.begins, event.ends, str(event.body["showAs"])
        return
    known = set()
    for book in area.books.values():
        for event in book.calendars[0].view(low, high):
            body = event.body
            said = {forms.address_of(one): one["status"]["response"] for one in body["attendees"]}
            said[forms.address_of(body["organizer"])] = "organizer"
            if said.get(address, "declined") != "declined" and not body["isCancelled"]:
                sure = said[address] in ("accepted", "organizer")
                known.add((event.begins, event.ends, "busy" if sure else "tentative"))
    yield from known
