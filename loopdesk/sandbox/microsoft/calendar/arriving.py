"""Meetings that come by mail from those who have their calendar elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.calendar import rules, times
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.invitation import Mailed
    from loopdesk.sandbox.microsoft.calendar.book import Book
    from loopdesk.sandbox.microsoft.calendar.meetings import Meetings

_ANSWERS = {"accepted": "accepted", "declined": "declined", "tentative": "tentativelyAccepted"}


def take(meetings: Meetings, book: Book, mailed: Mailed, now: datetime) -> None:
    """Let what a mail says about a meeting become true in somebody's calendar."""
    given = mailed.event
    if "recurringEventId" in given:
        # Of a series only the whole is understood.
        return
    match mailed.method:
        case "REQUEST":
            meetings.put_from_outside(book, _event(given, book.account.address, now), now)
        case "CANCEL":
            meetings.cancel_copy(book, given["iCalUID"], None, now)
        case "REPLY" if given.get("attendees"):
            guest = given["attendees"][0]
            said = _said(guest, now)
            meetings.hear(book, given["iCalUID"], None, guest["email"], said, None, now)


def _event(given: Json, me: str, now: datetime) -> Json:
    """Return a meeting of Google's kind as one of Graph's."""
    guests = given.get("attendees", [])
    event: Json = {
        "iCalUId": given["iCalUID"],
        "subject": given["summary"],
        "body": {"contentType": "text", "content": given.get("description", "")},
        "location": {"displayName": given.get("location", "")},
        "isAllDay": "date" in given["start"],
        "start": _time(given["start"]),
        "end": _time(given["end"]),
        "organizer": {"emailAddress": _address(given["organizer"])},
        "attendees": [
            {"type": "required", "status": _said(one, now), "emailAddress": _address(one)}
            for one in guests
            if not one.get("organizer")
        ],
        "showAs": "tentative",
    }
    own: Json = next((one for one in guests if one["email"] == me), {})
    if own.get("responseStatus") in _ANSWERS:
        event |= {"responseStatus": _said(own, now), "showAs": "busy"}
    rule = next((one for one in given.get("recurrence", ()) if one.startswith("RRULE:")), "")
    if rule:
        start = times.moment(event["start"])
        event["recurrence"] = rules.read(rule.removeprefix("RRULE:"), start)
    return event


def _time(value: Json) -> Json:
    if "date" in value:
        return times.midnight(date.fromisoformat(value["date"]), "UTC")
    at = datetime.fromisoformat(value["dateTime"])
    zone = str(value.get("timeZone", "UTC"))
    local = at.astimezone(times.zone_of(zone)) if times.zone_of(zone) else at
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}", "timeZone": zone}


def _address(person: Json) -> Json:
    return {"name": person.get("displayName") or person["email"], "address": person["email"]}


def _said(guest: Json, now: datetime) -> Json:
    answer = _ANSWERS.get(guest.get("responseStatus", ""), "none")
    return {"response": answer, "time": times.NEVER if answer == "none" else times.stamp(now)}
