"""What a person wants of a meeting, as bodies of Graph's calls. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import getaddresses
from html import escape
from typing import Any

import msgspec

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.errors import Rejected
from loopdesk.providers.microsoft import wire_calendar as wire
from loopdesk.providers.microsoft.convert_calendar import below, reminders, words
from loopdesk.providers.microsoft.convert_recurrence import rule, shifted, wanted
from loopdesk.providers.microsoft.convert_times import (
    day,
    instant,
    midnight,
    reading,
    zone_of,
)

Body = dict[str, Any]
MARK = "String {9b0c2f4e-5a7d-4c1b-8e39-2d6f7a1c4b50} Name LoopDeskAction"
"""The extended property by which a meeting that was made here is found again."""
_USUAL = timedelta(minutes=30)
_USUAL_REMINDER = 15


# --- a new one ------------------------------------------------------------------------------------


def new_event(action: Action, zone: str) -> Body:
    """Return the body of a meeting to be made; the action's id lets Outlook drop a repeat.

    Args:
        zone: the person's.
    """
    given = action.arguments
    body: Body = {
        "transactionId": action.id,
        "singleValueExtendedProperties": [{"id": MARK, "value": action.id}],
        "subject": given.subject,
        **_times(given, zone, _USUAL),
    }
    if given.text or given.html:
        body["body"] = _content(given, "")
    if given.location:
        body["location"] = {"displayName": given.location}
    if guests := _guests(given.to):
        body["attendees"] = [_new_guest(*each) for each in guests.items()]
    if given.repeats:
        body["recurrence"] = _recurrence(given.repeats, body, zone)
    if given.call:
        body["isOnlineMeeting"] = True
    if given.reminders is not None:
        body |= _reminder(given.reminders)
    return body


# --- a change -------------------------------------------------------------------------------------


def changes(action: Action, event: wire.Kept, zone: str) -> Body:
    """Return what an edit still has to change, times aside; empty where nothing."""
    given = action.arguments
    body: Body = {}
    if _differs(given, "subject", given.subject, event.subject or ""):
        body["subject"] = given.subject
    if _differs(given, "text", given.text, words(event.body)):
        body["body"] = _content(given, below(event.body))
    location = (event.location.displayName or "") if event.location else ""
    if _differs(given, "location", given.location, location):
        body["location"] = {"displayName": given.location}
    if given.to or "to" in given.cleared:
        guests = _invited(given, event)
        if guests != (event.attendees or []):
            body["attendees"] = guests
    if given.call and not event.isOnlineMeeting:
        body["isOnlineMeeting"] = True
    if "reminders" in given.cleared:
        # A calendar has no usual reminder here; this is what Outlook begins with.
        body |= _reminder((_USUAL_REMINDER,)) if reminders(event) != (_USUAL_REMINDER,) else {}
    elif given.reminders is not None and reminders(event) != _only(given.reminders):
        body |= _reminder(given.reminders)
    if given.repeats:
        times = {"start": {"dateTime": _wall(event.start, event, zone).isoformat()}}
        repeats = _recurrence(given.repeats, times, _zone_of(event, zone))
        if event.recurrence is None or rule(event.recurrence) != rule(_read(repeats)):
            body["recurrence"] = repeats
    return body


def moved(given: Arguments, event: wire.Kept, zone: str) -> Body:
    """Return the new start and end of a meeting, empty where it is there already."""
    body = _times(given, _zone_of(event, zone), length(event))
    return {} if is_at(event, body) else body


def is_at(event: wire.Kept, body: Body) -> bool:
    """Whether an event begins and ends as a body wants it."""
    whole = bool(event.isAllDay)
    if whole is not body["isAllDay"]:
        return False
    read = day if whole else instant
    return all(
        read(now, "Event") == read(msgspec.convert(body[name], wire.When), "Event")
        for name, now in (("start", event.start), ("end", event.end))
    )


def series_moved(given: Arguments, one: wire.Kept, series: wire.Kept, zone: str) -> Body:
    """Return how a series is when all of it moves as one of its occurrences does.

    By the clock on the wall: what was at nine and goes to ten is at ten in summer too.

    Args:
        one: the occurrence that the person saw; `given` says when that shall be.
    Raises:
        Rejected: it shall be on another day, and its pattern is bound to days.
    """
    if (given.on is not None) is not bool(one.isAllDay):
        raise Rejected("daysAndTimes")
    zone = _zone_of(series, zone)
    times = _times(given, zone, length(one))
    new, ends = (datetime.fromisoformat(times[name]["dateTime"]) for name in ("start", "end"))
    began = _wall(series.start, series, zone)
    begins = began + (new - _wall(one.start, one, zone))
    days = (begins.date() - began.date()).days
    body = {
        "isAllDay": times["isAllDay"],
        "start": {"dateTime": begins.isoformat(), "timeZone": times["start"]["timeZone"]},
        "end": {
            "dateTime": (begins + (ends - new)).isoformat(),
            "timeZone": times["end"]["timeZone"],
        },
    }
    if days and series.recurrence is not None:
        body["recurrence"] = shifted(series.recurrence, days)
    return body


def missing(event: wire.Kept, body: Body) -> Body:
    """Return a series' new times, empty where it has them."""
    recurrence = body.get("recurrence")
    if not is_at(event, body):
        return body
    if recurrence is None or event.recurrence is None:
        return {}
    return {} if rule(event.recurrence) == rule(_read(recurrence)) else body


def proposal(action: Action, event: wire.Kept, zone: str) -> Body:
    """Return another time, as an answer may propose one."""
    times = _times(action.arguments, _zone_of(event, zone), length(event))
    return {"start": times["start"], "end": times["end"]}


def begins_at(given: Arguments, zone: str) -> datetime:
    """Return when a meeting begins that is given so."""
    times = _times(given, zone, _USUAL)
    return instant(msgspec.convert(times["start"], wire.When), "Event.start")


def length(event: wire.Kept) -> timedelta:
    if event.isAllDay:
        return day(event.end, "Event.end") - day(event.start, "Event.start")
    return instant(event.end, "Event.end") - instant(event.start, "Event.start")


# --- times ----------------------------------------------------------------------------------------


def _times(given: Arguments, zone: str, usual: timedelta) -> Body:
    """Return start and end.

    Raises:
        Rejected: no time was given.
    """
    zone = zone or "UTC"
    if given.on is not None:
        until = given.until_on or given.on + max(timedelta(days=1), timedelta(days=usual.days))
        return {
            "isAllDay": True,
            "start": midnight(given.on, zone),
            "end": midnight(until, zone),
        }
    if given.at is None:
        raise Rejected("timeNeeded")
    until_at = given.until or given.at + (usual if usual < timedelta(days=1) else _USUAL)
    return {"isAllDay": False, "start": reading(given.at, zone), "end": reading(until_at, zone)}


def _zone_of(event: wire.Kept, zone: str) -> str:
    """Return the zone in which a meeting was called, else the person's."""
    own = event.originalStartTimeZone or ""
    return own if zone_of(own) else zone


def _wall(when: wire.When, event: wire.Kept, zone: str) -> datetime:
    """Return what clock and calendar on the wall show then, without a zone."""
    if event.isAllDay:
        return datetime.combine(day(when, "Event"), datetime.min.time())
    there = zone_of(_zone_of(event, zone))
    return instant(when, "Event").astimezone(there or zone_of("UTC")).replace(tzinfo=None)


def _recurrence(repeats: str, body: Body, zone: str) -> Body:
    begins = datetime.fromisoformat(body["start"]["dateTime"]).date()
    return wanted(repeats, begins, zone or "UTC")


def _read(recurrence: Body) -> wire.Recurrence:
    return msgspec.convert(recurrence, wire.Recurrence)


# --- the rest -------------------------------------------------------------------------------------


def _differs(given: Arguments, name: str, value: str, now: str) -> bool:
    return bool(value or name in given.cleared) and value.strip() != now.strip()


def _content(given: Arguments, under: str) -> Body:
    """Return a description; what Teams put under it stays, since the call would end with it."""
    if not given.html and not under:
        return {"contentType": "text", "content": given.text}
    html = given.html or escape(given.text, quote=False).replace("\n", "<br>")
    return {"contentType": "html", "content": f"{html}{under}"}


def _guests(to: tuple[str, ...]) -> dict[str, str]:
    """Return names by address, in order, each once."""
    return {address.lower(): name for name, address in getaddresses(list(to)) if "@" in address}


def _new_guest(address: str, name: str) -> Body:
    named = {"name": name} if name else {}
    return {"emailAddress": {"address": address, **named}, "type": "required"}


def _invited(given: Arguments, event: wire.Kept) -> list[Body]:
    """Return the guests as they shall be: who stays keeps what they answered."""
    wanted_ones = _guests(given.to)
    now = event.attendees or []

    def staying() -> Iterator[Body]:
        for guest in now:
            called = (guest.get("status") or {}).get("response") == "organizer"
            if called or guest.get("type") == "resource" or _address(guest) in wanted_ones:
                yield guest

    known = {_address(guest) for guest in now}
    fresh = (_new_guest(*each) for each in wanted_ones.items() if each[0] not in known)
    return [*staying(), *fresh]


def _address(guest: Body) -> str:
    return str((guest.get("emailAddress") or {}).get("address") or "").lower()


def _reminder(minutes: tuple[int, ...]) -> Body:
    if not minutes:
        return {"isReminderOn": False}
    return {"isReminderOn": True, "reminderMinutesBeforeStart": _only(minutes)[0]}


def _only(minutes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the one reminder that Outlook keeps: that nearest to the meeting."""
    return (min(minutes),) if minutes else ()
