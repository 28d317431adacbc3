"""What a person wants of a meeting, as bodies of Google Calendar's calls. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import getaddresses
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopdesk.core.actions import Action, Arguments
from loopdesk.core.errors import Rejected
from loopdesk.providers.google import wire_calendar as wire
from loopdesk.providers.google.appended import without
from loopdesk.providers.google.convert_calendar import (
    ANSWERS,
    day,
    files_text,
    instant,
    own_reminders,
    plain,
)

Body = dict[str, Any]
_USUAL = timedelta(minutes=30)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Rules that name days in a way that does not move along by simple counting.
_BOUND = re.compile(r"BY(MONTHDAY|YEARDAY|WEEKNO|SETPOS|MONTH)=|[0-9](MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})Z?)?")


# --- a new one ------------------------------------------------------------------------------------


def new_event(action: Action, calendar: str, zone: str) -> Body:
    """Return the body of a meeting to be made. Its id is the action's: a repeat makes no second.

    Args:
        calendar: id of the calendar it goes into; `zone` is that calendar's.
    """
    given = action.arguments
    start, end = _wanted_times(given, zone, zone, _USUAL)
    body: Body = {
        "id": action.id,
        "summary": given.subject,
        "description": given.html or given.text,
        "location": given.location,
        "start": _alone(start),
        "end": _alone(end),
    }
    if guests := _guests(given.to):
        # Google's own programs put the one who invites among the guests.
        own = {action.target.me: ""} if action.target.me.lower() == calendar.lower() else {}
        body["attendees"] = [
            *({"email": address, "responseStatus": "accepted"} for address in own),
            *(_new_guest(address, name) for address, name in guests.items()),
        ]
    if given.repeats:
        body["recurrence"] = [f"RRULE:{given.repeats}"]
    if given.call:
        body["conferenceData"] = _new_call(action)
    if given.reminders is not None:
        body["reminders"] = _reminders(given.reminders)
    return {name: value for name, value in body.items() if value}


def made_event(action: Action, zone: str) -> str:
    """Return the id of what was made; of a series that of its first occurrence."""
    if not action.arguments.repeats:
        return action.id
    start, _ = _wanted_times(action.arguments, zone, zone, _USUAL)
    return occurrence(action.id, start)


def occurrence(series: str, start: Body) -> str:
    """Return the id of a series' occurrence by when it begins."""
    if start.get("date"):
        return f"{series}_{start['date'].replace('-', '')}"
    at = datetime.fromisoformat(start["dateTime"]).astimezone(UTC)
    return f"{series}_{at:%Y%m%dT%H%M%SZ}"


# --- a change -------------------------------------------------------------------------------------


def changes(action: Action, event: wire.Kept) -> Body:
    """Return what an edit still has to change, times aside; empty where nothing."""
    given = action.arguments
    body: Body = {}
    for name, field, value, now in (
        ("subject", "summary", given.subject, event.summary),
        (
            "text",
            "description",
            without(given.text, files_text(event.attachments)),
            plain(event.description),
        ),
        ("location", "location", given.location, event.location),
    ):
        if (value or name in given.cleared) and value.strip() != now.strip():
            body[field] = given.html or value if name == "text" else value
    if given.to or "to" in given.cleared:
        guests = _invited(given, event)
        if guests != event.attendees:
            body["attendees"] = guests
    if given.call and event.conferenceData is None:
        body["conferenceData"] = _new_call(action)
    if "reminders" in given.cleared and own_reminders(event.reminders) is not None:
        body["reminders"] = {"useDefault": True, "overrides": []}
    elif given.reminders is not None and own_reminders(event.reminders) != _sorted(given.reminders):
        body["reminders"] = _reminders(given.reminders)
    if given.repeats and f"RRULE:{given.repeats}" not in event.recurrence:
        others = [line for line in event.recurrence if not line.startswith("RRULE:")]
        body["recurrence"] = [f"RRULE:{given.repeats}", *others]
    return body


def moved(given: Arguments, event: wire.Kept, zone: str) -> Body:
    """Return the new start and end of a meeting, empty where it is there already.

    Args:
        zone: the calendar's, for an event that has none.
    """
    length = _length(event)
    start, end = _wanted_times(
        given, event.start.timeZone or zone, event.end.timeZone or zone, length
    )
    body = {"start": start, "end": end}
    return {} if is_at(event, body) else body


def is_at(event: wire.Kept, body: Body) -> bool:
    """Whether an event begins and ends as a body wants it."""
    return _same(event.start, body["start"]) and _same(event.end, body["end"])


def series_moved(given: Arguments, one: wire.Kept, series: wire.Kept, zone: str) -> Body:
    """Return how a series is when all of it moves as one of its occurrences does.

    By the clock on the wall: what was at nine and goes to ten is at ten in summer too.

    Args:
        one: the occurrence that the person saw; `given` says when that shall be.

    Raises:
        Rejected: it shall be on another day, and its rule is bound to days.
    """
    start, end = _wanted_times(
        given, one.start.timeZone or zone, one.end.timeZone or zone, _length(one)
    )
    if bool(start["date"]) != bool(one.start.date):
        raise Rejected("daysAndTimes")
    new, began = _wall(_time_of(start), zone), _wall(series.start, zone)
    shift = new - _wall(one.start, zone)
    length = _wall(_time_of(end), zone) - new
    begins = began + shift
    days = (begins.date() - began.date()).days
    return {
        "start": _at_wall(begins, series.start, series.start.timeZone or zone),
        "end": _at_wall(begins + length, series.end, series.end.timeZone or zone),
        "recurrence": [_shifted(line, days, shift) for line in series.recurrence],
    }


# --- an answer ------------------------------------------------------------------------------------


def answer(action: Action, event: wire.Kept, zone: str) -> Body:
    """Return how the owner's answer is given, empty where it is so already.

    Without a note, one's own line is enough: `attendeesOmitted` keeps the others as they are. A
    note is dropped in that form, so that it takes the whole list.

    Raises:
        Rejected: nobody invited the owner by name, or there are too many guests for a note.
    """
    own = next((guest for guest in event.attendees if guest.get("self") is True), None)
    if own is None:
        raise Rejected("notInvited")
    status = ANSWERS.get(action.name, "tentative")
    note = proposal(action, event, zone) if action.name == "propose" else action.arguments.text
    if own.get("responseStatus") == status and (not note or own.get("comment") == note):
        return {}
    if note:
        _needs_all(event)
    else:
        line = {"email": own.get("email"), "responseStatus": status}
        return {"attendeesOmitted": True, "attendees": [line]}
    answered = own | {"responseStatus": status, "comment": note}
    return {"attendees": [answered if guest is own else guest for guest in event.attendees]}


def proposal(action: Action, event: wire.Kept, zone: str) -> str:
    """Return the note that proposes another time: Google has no other way to say it.

    In words for who reads it, and as an ISO 8601 interval for a program that does.
    """
    given = action.arguments
    start, end = _wanted_times(
        given, event.start.timeZone or zone, event.end.timeZone or zone, _length(event)
    )
    if start["date"]:
        last = date.fromisoformat(end["date"]) - timedelta(days=1)
        words = f"{date.fromisoformat(start['date']):%Y-%m-%d}"
        words += f" to {last:%Y-%m-%d}" if last.isoformat() != start["date"] else ""
        exact = f"{start['date']}/{end['date']}"
    else:
        begins, ends = (datetime.fromisoformat(each["dateTime"]) for each in (start, end))
        name = _WEEKDAYS[begins.weekday()]
        words = f"{name} {begins:%Y-%m-%d}, {begins:%H:%M} to {ends:%H:%M}"
        words += f" ({start['timeZone']})" if start["timeZone"] else ""
        exact = f"{start['dateTime']}/{end['dateTime']}"
    asked = f"Proposed new time: {words} [{exact}]"
    return f"{given.text.strip()}\n\n{asked}" if given.text.strip() else asked


# --- times ----------------------------------------------------------------------------------------

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _wanted_times(
    given: Arguments, zone: str, end_zone: str, length: timedelta
) -> tuple[Body, Body]:
    """Return start and end as a PATCH wants them: what does not hold any more is named as null."""
    if given.on is not None:
        until = given.until_on or given.on + max(timedelta(days=1), timedelta(days=length.days))
        return _on(given.on), _on(until)
    if given.at is None:
        raise Rejected("timeNeeded")
    return _at(given.at, zone), _at(given.until or given.at + length, end_zone)


def _on(when: date) -> Body:
    return {"date": when.isoformat(), "dateTime": None, "timeZone": None}


def _at(when: datetime, zone: str) -> Body:
    local = when.astimezone(_zone(zone))
    return {"date": None, "dateTime": local.isoformat(), "timeZone": zone or None}


def _alone(when: Body) -> Body:
    return {name: value for name, value in when.items() if value is not None}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")  # the name goes along; the moment is the same


def _time_of(when: Body) -> wire.EventTime:
    return wire.EventTime(**{name: value or "" for name, value in when.items()})


def _length(event: wire.Kept) -> timedelta:
    start_on, end_on = day(event.start), day(event.end)
    if start_on and end_on:
        return end_on - start_on
    start_at, end_at = instant(event.start), instant(event.end)
    return end_at - start_at if start_at and end_at else _USUAL


def _same(now: wire.EventTime, wanted: Body) -> bool:
    then = _time_of(wanted)
    return (instant(now), day(now)) == (instant(then), day(then))


def _wall(when: wire.EventTime, zone: str) -> datetime:
    """Return what clock and calendar on the wall show then, without a zone."""
    at = instant(when)
    if at is None:
        return datetime.combine(day(when) or date.min, datetime.min.time())
    return at.astimezone(_zone(when.timeZone or zone)).replace(tzinfo=None)


def _at_wall(wall: datetime, like: wire.EventTime, zone: str) -> Body:
    return _on(wall.date()) if like.date else _at(wall.replace(tzinfo=_zone(zone)), zone)


def _shifted(line: str, days: int, shift: timedelta) -> str:
    """Return a rule whose occurrences all are `shift` later, over the end of `days` days."""
    if not line.startswith("RRULE:"):
        return line
    if days and _BOUND.search(line):
        raise Rejected("ruleNamesDays")
    if days:
        line = re.sub(
            r"(?<=BYDAY=)[A-Z,]+",
            lambda names: ",".join(_later(name, days) for name in names[0].split(",")),
            line,
        )
    return _UNTIL.sub(lambda end: _until(end[1], end[2], days, shift), line)


def _later(name: str, days: int) -> str:
    return _DAYS[(_DAYS.index(name) + days) % len(_DAYS)] if name in _DAYS else name


def _until(last: str, time: str | None, days: int, shift: timedelta) -> str:
    if time is None:
        return f"UNTIL={date.fromisoformat(last) + timedelta(days=days):%Y%m%d}"
    at = datetime.fromisoformat(f"{last}T{time}+00:00") + shift
    return f"UNTIL={at:%Y%m%dT%H%M%SZ}"


# --- the rest -------------------------------------------------------------------------------------


def _guests(to: tuple[str, ...]) -> dict[str, str]:
    """Return names by address, in order, each once."""
    return {address.lower(): name for name, address in getaddresses(list(to)) if "@" in address}


def _new_guest(address: str, name: str) -> Body:
    return {"email": address} | ({"displayName": name} if name else {})


def _invited(given: Arguments, event: wire.Kept) -> list[Body]:
    """Return the guests as they shall be: who stays keeps what they answered."""
    _needs_all(event)
    wanted = _guests(given.to)
    known = {str(guest.get("email", "")).lower() for guest in event.attendees}

    def staying() -> Iterator[Body]:
        for guest in event.attendees:
            always = guest.get("self") or guest.get("organizer") or guest.get("resource")
            if always or str(guest.get("email", "")).lower() in wanted:
                yield guest

    fresh = (_new_guest(*each) for each in wanted.items() if each[0] not in known)
    return [*staying(), *fresh]


def _needs_all(event: wire.Kept) -> None:
    """Raises Rejected where a list that is sent back would leave guests out."""
    if event.attendeesOmitted:
        raise Rejected("tooManyGuests")


def _new_call(action: Action) -> Body:
    solution = {"type": "hangoutsMeet"}
    # The same request again is passed over.
    return {"createRequest": {"requestId": action.id, "conferenceSolutionKey": solution}}


def _reminders(minutes: tuple[int, ...]) -> Body:
    overrides = [{"method": "popup", "minutes": each} for each in _sorted(minutes)]
    return {"useDefault": False, "overrides": overrides}


def _sorted(minutes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(minutes)))
