"""What a change of an event is allowed to do, and what it means in the others' calendars.

Source: developers.google.com/workspace/calendar/api/v3/reference/events (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from loopdesk.sandbox.google.calendar import times
from loopdesk.sandbox.google.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.google.errors import ApiError
from loopdesk.sandbox.model import Json

ANSWERS = ("needsAction", "declined", "tentative", "accepted")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# Kept as they are, whatever a body says of them.
_FIXED = frozenset({
    "kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID",
    "recurringEventId", "originalStartTime", "hangoutLink", "locked", "privateCopy",
    "attendeesOmitted", "endTimeUnspecified",
})  # fmt: skip
# An update that leaves these out still keeps them.
KEPT_BY_UPDATE = _FIXED | {"sequence"}
# What a guest may change in their own copy.
_GUESTS = frozenset({"attendees", "colorId", "reminders", "transparency", "visibility"})

# Finds the primary calendar of an address, None where nobody here has it.
Lookup = Callable[[str], CalendarStore | None]


def merged(old: Any, new: Any) -> Any:
    """Return what a patch makes: objects are joined, null takes away, the rest is replaced."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    joined = dict(old)
    for name, value in new.items():
        if value is None:
            joined.pop(name, None)
        else:
            joined[name] = merged(joined.get(name), value)
    return joined


def checked(
    calendar: CalendarStore, old: Json, given: Json, *, conference: bool, attachments: bool
) -> Json:
    """Return what is left of a body: without what cannot be written and what was not announced.

    Args:
        conference: conferenceDataVersion=1 was sent.
        attachments: supportsAttachments=true was sent.
    Raises:
        ApiError: a guest may not change this.
    """
    wanted = {name: value for name, value in given.items() if name not in _FIXED}
    if not conference:
        wanted.pop("conferenceData", None)
    if not attachments:
        wanted.pop("attachments", None)
    organizer = old.get("organizer", {}).get("email", calendar.id)
    if organizer != calendar.id and not old.get("guestsCanModify"):
        for name in wanted.keys() - _GUESTS:
            if merged(old.get(name), wanted[name]) != old.get(name):
                raise ApiError(
                    403,
                    "forbiddenForNonOrganizer",
                    "Shared properties can only be changed by the organizer of the event.",
                    domain="calendar",
                )
    return wanted


def with_attendees(calendar: CalendarStore, old: Json, given: Json) -> list[Json] | None:
    """Return the guests after a change; None: it says nothing of them.

    With `attendeesOmitted` the own answer is all that is taken, without its note. Otherwise the
    list replaces the one before, and who comes without an answer has none any more.
    """
    if "attendees" not in given:
        return None
    guests = given["attendees"] or []
    if not isinstance(guests, list) or not all(isinstance(guest, dict) for guest in guests):
        raise ApiError(400, "invalid", "attendees is a list of guests.")
    for guest in guests:
        if not _ADDRESS.fullmatch(str(guest.get("email", ""))):
            raise ApiError(400, "invalid", "Invalid attendee email.")
        if guest.get("responseStatus", ANSWERS[0]) not in ANSWERS:
            raise ApiError(400, "invalid", "Invalid attendee response status.")
    if given.get("attendeesOmitted"):
        answer = next((g.get("responseStatus") for g in guests if _is(g, calendar.id)), None)
        return [
            {**guest, "responseStatus": answer} if answer and _is(guest, calendar.id) else guest
            for guest in old.get("attendees", [])
        ]
    kept = ("email", "displayName", "optional", "resource", "responseStatus", "comment")
    by_address = {
        str(guest["email"]).lower(): {
            "responseStatus": ANSWERS[0],
            **{name: guest[name] for name in (*kept, "additionalGuests") if name in guest},
        }
        for guest in guests
    }
    return list(by_address.values())


def with_times(calendar: CalendarStore, body: Json) -> Json:
    """Return the event with its times as they are kept; raises ApiError(400)."""
    start = times.normal(body.get("start"), calendar.zone, "start")
    end = times.normal(body.get("end"), calendar.zone, "end")
    if ("date" in start) != ("date" in end):
        raise ApiError(400, "invalid", "Start and end times must either both be dates or times.")
    begins = times.moment(start, calendar.zone)
    ends = times.moment(end, calendar.zone)
    if ends < begins or (ends == begins and "date" in start):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    recurrence = body.get("recurrence")
    if recurrence:
        if "date" not in start and "timeZone" not in body["start"]:
            raise ApiError(400, "required", "Missing time zone definition for start time.")
        times.check_rules(recurrence, begins)
    return {**body, "start": start, "end": end}


def wishes_conference(body: Json) -> bool:
    """Say whether an event has asked for a conference that it has not got; raises ApiError(400)."""
    request = body.get("conferenceData", {}).get("createRequest")
    if not request or "entryPoints" in body["conferenceData"]:
        return False
    key = request.get("conferenceSolutionKey", {}).get("type", "hangoutsMeet")
    if not request.get("requestId") or key != "hangoutsMeet":
        raise ApiError(400, "invalid", "Invalid conference type value.")
    return True


def waiting(body: Json) -> Json:
    """Return the event as it is while its conference is being made."""
    request = {**body["conferenceData"]["createRequest"], "status": {"statusCode": "pending"}}
    return {**body, "conferenceData": {"createRequest": request}}


def with_conference(body: Json, letters: str) -> Json:
    """Return the event with the conference that it has asked for."""
    request = body["conferenceData"]["createRequest"]
    key = request.get("conferenceSolutionKey", {}).get("type", "hangoutsMeet")
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:10]}"
    link = f"https://meet.google.com/{code}"
    conference = {
        "createRequest": {
            "requestId": request["requestId"],
            "conferenceSolutionKey": {"type": key},
            "status": {"statusCode": "success"},
        },
        "conferenceId": code,
        "conferenceSolution": {"key": {"type": key}, "name": "Google Meet"},
        "entryPoints": [{"entryPointType": "video", "uri": link, "label": link[8:]}],
    }
    return {**body, "conferenceData": conference, "hangoutLink": link}


def finish_conferences(calendar: CalendarStore, lookup: Lookup, now: datetime) -> None:
    """Give events the conferences that are ready by now, the guests' copies too."""
    for event_id, letters in calendar.ready(now):
        stored = calendar.find(event_id)
        if stored.is_cancelled or not wishes_conference(stored.body):
            continue
        done = calendar.put(with_conference(stored.body, letters), now)
        spread(calendar, stored.body, done, lookup, now)


def spread(
    calendar: CalendarStore, before: Json, after: Stored, lookup: Lookup, now: datetime
) -> list[str]:
    """Bring a change into the calendars of the others; return whom it concerns.

    The organizer's change is everybody's; a guest's answer shows with everybody; a guest who takes
    the event out of their calendar has declined.
    """
    body = after.body
    guests = {str(guest["email"]).lower() for guest in body.get("attendees", [])}
    former = {str(guest["email"]).lower() for guest in before.get("attendees", [])} - guests
    organizer = str(body.get("organizer", {}).get("email", calendar.id)).lower()
    if organizer == calendar.id:
        for address in (guests | former) - {calendar.id}:
            if other := lookup(address):
                gone = {"status": "cancelled"} if address in former else {}
                other.put({**body, **gone}, now)
        return sorted((guests | former) - {calendar.id})
    own: Json = next((g for g in body.get("attendees", []) if _is(g, calendar.id)), {})
    if after.is_cancelled:
        own = {"responseStatus": "declined"}
    was: Json = next((g for g in before.get("attendees", []) if _is(g, calendar.id)), {})
    heard = ("responseStatus", "comment", "additionalGuests")
    told = {name: own[name] for name in heard if name in own}
    if told == {name: was[name] for name in heard if name in was}:
        return []
    for address in {organizer, *guests} - {calendar.id}:
        if other := lookup(address):
            _hear(other, after.id, calendar.id, told, now)
    return [organizer]


def _hear(other: CalendarStore, event_id: str, guest: str, told: Json, now: datetime) -> None:
    try:
        copy = other.find(event_id)
    except ApiError:
        return
    answered = [
        {**{n: v for n, v in g.items() if n != "comment"}, **told} if _is(g, guest) else g
        for g in copy.body.get("attendees", [])
    ]
    if not copy.is_cancelled:
        other.put({**copy.body, "attendees": answered}, now)


def _is(guest: Json, address: str) -> bool:
    return str(guest.get("email", "")).lower() == address
