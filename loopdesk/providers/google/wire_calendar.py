"""The fields we read of Google Calendar's answers, named as Google names them."""

# ruff: noqa: N815

from __future__ import annotations

from typing import Any

import msgspec


class Reminder(msgspec.Struct):
    method: str = ""
    minutes: int = 0


class CalendarEntry(msgspec.Struct):
    id: str
    summary: str = ""
    summaryOverride: str = ""
    primary: bool = False
    selected: bool = False
    hidden: bool = False
    deleted: bool = False
    accessRole: str = ""
    timeZone: str = ""
    backgroundColor: str = ""
    defaultReminders: list[Reminder] = []


class CalendarList(msgspec.Struct):
    items: list[CalendarEntry] = []
    nextPageToken: str = ""
    nextSyncToken: str = ""


class EventTime(msgspec.Struct):
    date: str = ""
    dateTime: str = ""
    timeZone: str = ""


class Guest(msgspec.Struct):
    """An organizer or an attendee."""

    email: str = ""
    displayName: str = ""
    self: bool = False
    organizer: bool = False
    optional: bool = False
    resource: bool = False
    responseStatus: str = "needsAction"
    comment: str = ""


class EntryPoint(msgspec.Struct):
    entryPointType: str = ""
    uri: str = ""


class ConferenceData(msgspec.Struct):
    entryPoints: list[EntryPoint] = []


class EventFile(msgspec.Struct):
    fileUrl: str = ""
    title: str = ""
    fileId: str = ""


class Reminders(msgspec.Struct):
    useDefault: bool = True
    overrides: list[Reminder] = []


class Event(msgspec.Struct):
    id: str
    etag: str = ""
    status: str = "confirmed"
    htmlLink: str = ""
    summary: str = ""
    description: str = ""
    location: str = ""
    created: str = ""
    start: EventTime | None = None
    end: EventTime | None = None
    recurringEventId: str = ""
    iCalUID: str = ""
    organizer: Guest | None = None
    attendees: list[Guest] = []
    attendeesOmitted: bool = False
    hangoutLink: str = ""
    conferenceData: ConferenceData | None = None
    attachments: list[EventFile] = []
    reminders: Reminders | None = None
    transparency: str = ""
    eventType: str = "default"
    guestsCanModify: bool = False
    locked: bool = False


class EventList(msgspec.Struct):
    items: list[msgspec.Raw] = []
    accessRole: str = ""
    timeZone: str = ""
    nextPageToken: str = ""
    nextSyncToken: str = ""


class Series(msgspec.Struct):
    """What a series has beyond its occurrences."""

    id: str = ""
    recurrence: list[str] = []


class SeriesList(msgspec.Struct):
    items: list[Series] = []
    nextPageToken: str = ""


class Kept(msgspec.Struct):
    """An event before it is changed. What is sent back whole keeps fields that we do not know.

    Args:
        attendees: as they came; not all of them where `attendeesOmitted`.
        conferenceData: likewise; None where it has none.
    """

    id: str = ""
    etag: str = ""
    status: str = "confirmed"
    summary: str = ""
    description: str = ""
    location: str = ""
    start: EventTime = msgspec.field(default_factory=EventTime)
    end: EventTime = msgspec.field(default_factory=EventTime)
    recurrence: list[str] = []
    attendees: list[dict[str, Any]] = []
    attendeesOmitted: bool = False
    attachments: list[EventFile] = []
    conferenceData: dict[str, Any] | None = None
    reminders: Reminders | None = None


class Span(msgspec.Struct):
    start: str = ""
    end: str = ""


class FreeBusy(msgspec.Struct):
    """One person's time. With `errors` it may not be seen."""

    busy: list[Span] = []
    errors: list[dict[str, Any]] = []


class FreeBusyList(msgspec.Struct):
    calendars: dict[str, FreeBusy] = {}
