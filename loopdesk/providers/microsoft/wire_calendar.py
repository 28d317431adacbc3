"""The fields we read of what Graph says about calendars and events, named as Graph names them."""

# ruff: noqa: N815

from __future__ import annotations

from typing import Any

import msgspec

from loopdesk.providers.microsoft.wire import EmailAddress, Recipient


class Calendar(msgspec.Struct):
    id: str
    name: str | None = None
    hexColor: str | None = None
    isDefaultCalendar: bool | None = None
    canEdit: bool | None = None
    owner: EmailAddress | None = None


class When(msgspec.Struct, frozen=True):
    """A clock's reading: with `timeZone` a moment, of whole days only its date counts."""

    dateTime: str = ""
    timeZone: str | None = None


class Body(msgspec.Struct):
    content: str | None = None
    contentType: str | None = None


class Response(msgspec.Struct):
    response: str | None = None
    time: str | None = None


class Slot(msgspec.Struct):
    start: When | None = None
    end: When | None = None


class Guest(Recipient):
    type: str | None = None
    status: Response | None = None
    proposedNewTime: Slot | None = None


class Location(msgspec.Struct):
    displayName: str | None = None


class OnlineMeeting(msgspec.Struct):
    joinUrl: str | None = None


class Pattern(msgspec.Struct):
    type: str = ""
    interval: int | None = None
    month: int | None = None
    dayOfMonth: int | None = None
    daysOfWeek: list[str] | None = None
    firstDayOfWeek: str | None = None
    index: str | None = None


class Range(msgspec.Struct):
    type: str = ""
    startDate: str | None = None
    endDate: str | None = None
    numberOfOccurrences: int | None = None
    recurrenceTimeZone: str | None = None


class Recurrence(msgspec.Struct):
    pattern: Pattern = msgspec.field(default_factory=Pattern)
    range: Range = msgspec.field(default_factory=Range)


class Event(msgspec.Struct):
    """An event, or what a delta says of one.

    Args:
        removed: it left what the delta is about; then there is nothing else.
    """

    id: str
    etag: str = msgspec.field(default="", name="@odata.etag")
    removed: dict[str, Any] | None = msgspec.field(default=None, name="@removed")
    type: str | None = None
    subject: str | None = None
    body: Body | None = None
    start: When | None = None
    end: When | None = None
    originalStartTimeZone: str | None = None
    isAllDay: bool | None = None
    isCancelled: bool | None = None
    isOrganizer: bool | None = None
    allowNewTimeProposals: bool | None = None
    hideAttendees: bool | None = None
    responseStatus: Response | None = None
    organizer: Recipient | None = None
    attendees: list[Guest] | None = None
    location: Location | None = None
    onlineMeeting: OnlineMeeting | None = None
    onlineMeetingUrl: str | None = None
    iCalUId: str | None = None
    seriesMasterId: str | None = None
    recurrence: Recurrence | None = None
    isReminderOn: bool | None = None
    reminderMinutesBeforeStart: int | None = None
    showAs: str | None = None
    webLink: str | None = None
    createdDateTime: str | None = None

    @property
    def bare(self) -> bool:
        """Whether it is an occurrence of which a delta says no more than when it is."""
        return self.type == "occurrence" and self.organizer is None


class Kept(msgspec.Struct):
    """An event before it is changed. What is sent back whole keeps fields that we do not know."""

    id: str = ""
    etag: str = msgspec.field(default="", name="@odata.etag")
    subject: str | None = None
    body: Body | None = None
    start: When = When()
    end: When = When()
    originalStartTimeZone: str | None = None
    isAllDay: bool | None = None
    isCancelled: bool | None = None
    isOrganizer: bool | None = None
    isOnlineMeeting: bool | None = None
    hideAttendees: bool | None = None
    responseStatus: Response | None = None
    attendees: list[dict[str, Any]] | None = None
    location: Location | None = None
    recurrence: Recurrence | None = None
    isReminderOn: bool | None = None
    reminderMinutesBeforeStart: int | None = None


class Busy(msgspec.Struct):
    status: str | None = None
    start: When | None = None
    end: When | None = None


class Schedule(msgspec.Struct):
    """One person's time. With `error` it may not be seen."""

    scheduleId: str = ""
    scheduleItems: list[Busy] | None = None
    error: dict[str, Any] | None = None


class Schedules(msgspec.Struct):
    value: list[Schedule] = []


class Settings(msgspec.Struct):
    timeZone: str | None = None
