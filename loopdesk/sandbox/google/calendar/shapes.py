"""Which calendar a call is about, and how calendars and events are shown."""

from __future__ import annotations

from datetime import UTC

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.calendar import changes, times
from loopdesk.sandbox.google.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.google.mail.payload import to_base64url
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response, json_response

ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")


def calendar_of(call: Call) -> CalendarStore:
    wanted = call.path["calendarId"]
    for calendar in call.account.calendars:
        if wanted == calendar.id or (wanted == "primary" and calendar.entry.get("primary")):
            changes.finish_conferences(calendar, call.google.primary_of, call.now)
            return calendar
    raise ApiError(404)


def writable(call: Call) -> CalendarStore:
    calendar = calendar_of(call)
    check_writable(call, calendar)
    return calendar


def check_writable(call: Call, calendar: CalendarStore) -> None:
    """Raises ApiError(403) where this call may change nothing in a calendar."""
    role = ROLES.index(calendar.entry["accessRole"])
    narrow = call.scopes.isdisjoint({known.CALENDAR, known.CALENDAR_EVENTS})
    if role < ROLES.index("owner" if narrow else "writerWithoutPrivateAccess"):
        raise ApiError(
            403,
            "requiredAccessLevel",
            "You need to have writer access to this calendar.",
            domain="calendar",
        )


def event_address(event: str, calendar: str) -> str:
    """Return where a browser shows an event."""
    eid = to_base64url(f"{event} {calendar}".encode())
    return f"https://www.google.com/calendar/event?eid={eid}"


def entry(calendar: CalendarStore) -> Json:
    return {
        "kind": "calendar#calendarListEntry",
        "etag": f'"{calendar.kept_from + 1}"',
        "selected": True,
        "defaultReminders": [],
        **calendar.entry,
    }


def shown(call: Call, calendar: CalendarStore, stored: Stored) -> Json:
    body = stored.body
    most = call.number("maxAttendees", 100_000, 100_000)
    zone = times.zone_of(call.one("timeZone")) if call.one("timeZone") else None
    updated = f"{stored.updated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    owner = {"email": calendar.id}
    series = stored.series_id or stored.id
    event: Json = {
        "kind": "calendar#event",
        "etag": stored.etag,
        "status": "confirmed",
        "htmlLink": event_address(stored.id, calendar.id),
        "created": updated,
        "updated": updated,
        "creator": body.get("organizer", owner),
        "organizer": owner,
        "iCalUID": f"{series}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
        **body,
    }
    for who in ("creator", "organizer"):
        event[who] = _marked(event[who], calendar)
    if zone is not None:
        for name in ("start", "end", "originalStartTime"):
            if "dateTime" in event.get(name, {}):
                at = times.moment(event[name], calendar.zone).astimezone(zone)
                event[name] = {**event[name], "dateTime": at.isoformat()}
    if guests := body.get("attendees"):
        organizer = str(event["organizer"].get("email", "")).lower()
        event["attendees"] = [
            _marked(guest, calendar)
            | ({"organizer": True} if str(guest["email"]).lower() == organizer else {})
            for guest in guests
        ]
        if len(guests) > most:
            own = [guest for guest in event["attendees"] if guest.get("self")]
            others = [guest for guest in event["attendees"] if not guest.get("self")]
            event["attendees"] = [*own, *others][:most]
            event["attendeesOmitted"] = True
    return event


def _marked(who: Json, calendar: CalendarStore) -> Json:
    """Return a person, marked where it is whose calendar this is."""
    return {**who, "self": True} if str(who.get("email", "")).lower() == calendar.id else who


def listed(call: Call, calendar: CalendarStore, stored: Stored) -> Json:
    """Return an event as lists have it: of a cancelled one hardly more than its id is left."""
    if not stored.is_cancelled:
        return shown(call, calendar, stored)
    kept = ("id", "status", "recurringEventId", "originalStartTime")
    return {
        "kind": "calendar#event",
        "etag": stored.etag,
        **{name: stored.body[name] for name in kept if name in stored.body},
    }


def tagged(body: Json, stored: Stored) -> Response:
    return json_response(body, headers={"ETag": stored.etag})
