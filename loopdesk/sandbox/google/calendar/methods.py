"""Google Calendar v3, as far as LoopDesk uses it: the table of its methods.

Source: the discovery document calendar.v3; developers.google.com/workspace/calendar/api (2026-11)
"""

from __future__ import annotations

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.calendar import freebusy, reading, writing
from loopdesk.sandbox.google.method import Answer, Method

_LISTS = frozenset({
    known.CALENDAR,
    known.CALENDAR_READONLY,
    known.CALENDAR_LIST,
    known.CALENDAR_LIST_READONLY,
})  # fmt: skip
_WRITES = frozenset({known.CALENDAR, known.CALENDAR_EVENTS, known.CALENDAR_EVENTS_OWNED})
_READS = _WRITES | {known.CALENDAR_READONLY, known.CALENDAR_EVENTS_READONLY}
_TIMES = frozenset({known.CALENDAR, known.CALENDAR_READONLY, known.CALENDAR_FREE_BUSY})
_COLOURS = _LISTS | {known.CALENDAR_EVENTS_OWNED}
_SHOWN = frozenset({"maxAttendees", "timeZone", "alwaysIncludeEmail"})
_PAGES = frozenset({"maxResults", "pageToken", "timeMin", "timeMax", "showDeleted"})
_TELLS = frozenset({"sendUpdates"})
_SAVES = _TELLS | {
    "conferenceDataVersion",
    "supportsAttachments",
    "maxAttendees",
    "eventLabelVersion",
}
_EVENTS = "calendars/{calendarId}/events"
_ONE = f"{_EVENTS}/{{eventId}}"


def _method(
    name: str, verb: str, path: str, answer: Answer, scopes: frozenset[str], params: frozenset[str]
) -> Method:
    return Method(f"calendar.{name}", verb, f"/calendar/v3/{path}", answer, scopes, params)


METHODS = [
    _method(
        "calendarList.list",
        "GET",
        "users/me/calendarList",
        reading.list_calendars,
        _LISTS,
        frozenset(
            {"maxResults", "pageToken", "minAccessRole", "showHidden", "showDeleted", "syncToken"}
        ),
    ),
    _method(
        "calendarList.get",
        "GET",
        "users/me/calendarList/{calendarId}",
        reading.get_calendar,
        _LISTS,
        frozenset(),
    ),
    _method(
        "events.list",
        "GET",
        _EVENTS,
        reading.list_events,
        _READS,
        _SHOWN
        | _PAGES
        | {"singleEvents", "orderBy", "q", "iCalUID", "updatedMin", "syncToken", "eventTypes"},
    ),
    _method("events.get", "GET", _ONE, reading.get_event, _READS, _SHOWN),
    _method(
        "events.instances",
        "GET",
        f"{_ONE}/instances",
        reading.list_instances,
        _READS,
        _SHOWN | _PAGES,
    ),
    _method(
        "events.insert",
        "POST",
        _EVENTS,
        writing.insert_event,
        _WRITES,
        _SAVES,
    ),
    _method("events.patch", "PATCH", _ONE, writing.patch_event, _WRITES, _SAVES),
    _method("events.update", "PUT", _ONE, writing.update_event, _WRITES, _SAVES),
    _method("events.delete", "DELETE", _ONE, writing.delete_event, _WRITES, _TELLS),
    _method(
        "events.move",
        "POST",
        f"{_ONE}/move",
        writing.move_event,
        _WRITES,
        _TELLS | {"destination"},
    ),
    _method("freebusy.query", "POST", "freeBusy", freebusy.query, _TIMES, frozenset()),
    _method("colors.get", "GET", "colors", reading.get_colors, _COLOURS, frozenset()),
]
