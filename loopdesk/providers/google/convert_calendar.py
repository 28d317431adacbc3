"""Google's calendar events as items, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from loopdesk.content.html import html_to_text
from loopdesk.content.join_link import join_link
from loopdesk.core.changes import Busy
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import (
    FILE_HEADER,
    Answer,
    Attendee,
    Entry,
    Item,
    Kind,
    Meeting,
    ServiceKey,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.google import wire_calendar as wire
from loopdesk.providers.google.times import moment

ANSWERS = {
    "accept": "accepted",
    "decline": "declined",
    "tentative": "tentative",
}
"""Names of actions, and what Google calls the answer."""
_ANSWER_OF = {
    "needsAction": Answer.PENDING,
    "accepted": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
}
_ROLES = {
    "owner": "owner",
    "writer": "writer",
    "writerWithoutPrivateAccess": "writer",
    "reader": "reader",
    "freeBusyReader": "busy",
}
_MAY_WRITE = frozenset({"owner", "writer"})
# What Google itself puts there, or keeps in a form of its own.
_NOT_EDITED = frozenset({"birthday", "fromGmail", "workingLocation"})
_SNIPPET = 200


def event_key(calendar: str, event: str) -> ServiceKey:
    """Return an event's key: its id alone is the same in each guest's calendar."""
    return ServiceKey(f"{calendar}/{event}")


def split_key(key: str) -> tuple[str, str]:
    """Return the ids of the calendar and of the event."""
    calendar, _, event = key.rpartition("/")
    return calendar, event


def place(entry: wire.CalendarEntry) -> Place:
    return Place(
        key=entry.id,
        kind="calendar",
        name=entry.summaryOverride or entry.summary,
        chosen=is_chosen(entry),
        colour=entry.backgroundColor,
        role=_ROLES.get(entry.accessRole, ""),
        default=entry.primary,
        zone=entry.timeZone,
        reminders=_minutes(entry.defaultReminders),
    )


def is_chosen(entry: wire.CalendarEntry) -> bool:
    return entry.selected or entry.primary


def item(event: wire.Event, calendar: str, access_role: str, rule: str = "") -> tuple[Item, Entry]:
    """Return a meeting, and its description as its one entry.

    Args:
        rule: by which its series repeats.

    Raises:
        BadPayload: its times are none.
    """
    meeting = _meeting(event, calendar, rule)
    key = event_key(calendar, event.id)
    organizer = meeting.organizer or Handle("")
    others = [each.who for each in meeting.attendees if not each.me and not each.organizer]
    mine = event.organizer is not None and event.organizer.self
    people = tuple(dict.fromkeys([*([] if mine or not organizer.key else [organizer]), *others]))
    text = "\n\n".join(filter(None, (plain(event.description), files_text(event.attachments))))
    # Where somebody works is no appointment.
    wanted = meeting.answer is not Answer.DECLINED and event.eventType != "workingLocation"
    return (
        Item(
            key=key,
            kind=Kind.MEETING,
            title=Untrusted(event.summary),
            snippet=Untrusted(meeting.location or text[:_SNIPPET]),
            people=people,
            at=meeting.start_at,
            on=meeting.start_on,
            version=event.etag,
            places=frozenset({calendar}),
            in_pane=wanted,
            actions=tuple(_actions(event, access_role)),
            url=event.htmlLink,
            meeting=meeting,
        ),
        Entry(
            key=key,
            item=key,
            author=organizer,
            # An entry keeps its time for life: not that of the last change.
            at=_created_at(event, meeting),
            text=Untrusted(text),
            html=event.description if "<" in event.description else None,
            headers=tuple((FILE_HEADER, each.fileId) for each in event.attachments if each.fileId),
            places=frozenset({calendar}),
            mine=mine,
            version=event.etag,
        ),
    )


def _actions(event: wire.Event, access_role: str) -> Iterator[str]:
    """Yield what will work: others' meetings take no change, unless they allow it."""
    if _ROLES.get(access_role) not in _MAY_WRITE:
        return
    mine = event.organizer is not None and event.organizer.self
    invited = not mine and any(each.self and not each.organizer for each in event.attendees)
    if invited:
        yield from ANSWERS
        yield "propose"
    if event.locked or event.eventType in _NOT_EDITED:
        return
    if mine or (invited and event.guestsCanModify):
        yield from ("edit", "reschedule")
    if mine:
        yield "cancel"


def _meeting(event: wire.Event, calendar: str, rule: str) -> Meeting:
    if event.start is None or event.end is None:
        raise BadPayload("Event.start")
    attendees = tuple(_attendee(guest) for guest in event.attendees if not guest.resource)
    own = next((each.answer for each in attendees if each.me), Answer.NONE)
    start_at, end_at = instant(event.start), instant(event.end)
    start_on, end_on = day(event.start), day(event.end)
    if (start_at is None or end_at is None) and (start_on is None or end_on is None):
        raise BadPayload("Event.start")
    return Meeting(
        start_at=start_at,
        end_at=end_at,
        start_on=start_on,
        end_on=end_on,
        zone=event.start.timeZone,
        location=event.location,
        join_url=_join_url(event),
        organizer=_handle(event.organizer) if event.organizer else None,
        attendees=attendees,
        attendees_omitted=event.attendeesOmitted,
        answer=own,
        series=event.recurringEventId,
        ical_uid=event.iCalUID,
        calendar=calendar,
        repeats=rule if event.recurringEventId else "",
        reminders=own_reminders(event.reminders),
        busy=event.transparency != "transparent" and event.eventType != "workingLocation",
    )


def own_reminders(reminders: wire.Reminders | None) -> tuple[int, ...] | None:
    """Return a meeting's own reminders in minutes, None where the calendar's hold."""
    if reminders is None or reminders.useDefault:
        return None
    return _minutes(reminders.overrides)


def _minutes(reminders: list[wire.Reminder]) -> tuple[int, ...]:
    # The others are mails.
    return tuple(sorted(each.minutes for each in reminders if each.method == "popup"))


def rule_of(series: wire.Series) -> str:
    """Return the rule by which a series repeats, "" where it only names days."""
    rules = (line[6:] for line in series.recurrence if line.startswith("RRULE:"))
    return next(rules, "")


def _attendee(guest: wire.Guest) -> Attendee:
    return Attendee(
        who=_handle(guest),
        answer=_ANSWER_OF.get(guest.responseStatus, Answer.PENDING),
        organizer=guest.organizer,
        me=guest.self,
        optional=guest.optional,
        note=guest.comment,
    )


def _handle(guest: wire.Guest) -> Handle:
    return Handle(guest.displayName, guest.email.lower())


def instant(when: wire.EventTime) -> datetime | None:
    if not when.dateTime:
        return None
    return moment(when.dateTime, "Event.dateTime")


def day(when: wire.EventTime) -> date | None:
    if not when.date or when.dateTime:
        return None
    try:
        return date.fromisoformat(when.date)
    except ValueError as error:
        raise BadPayload("Event.date") from error


def _created_at(event: wire.Event, meeting: Meeting) -> datetime:
    try:
        created = instant(wire.EventTime(dateTime=event.created))
    except BadPayload:
        created = None
    start = meeting.start_at or datetime.combine(meeting.start_on or date.min, time(), UTC)
    return created or start


def _join_url(event: wire.Event) -> str:
    for way in event.conferenceData.entryPoints if event.conferenceData else ():
        if way.entryPointType == "video" and way.uri.startswith("https://"):
            return way.uri
    if event.hangoutLink.startswith("https://"):
        return event.hangoutLink
    # Where no conference is attached, the link stands in the text.
    return join_link(f"{event.location}\n{event.description}")


def busy(address: str, time: wire.FreeBusy | None) -> Busy:
    """Return when somebody has no time.

    Raises:
        BadPayload: its times are none.
    """
    if time is None or time.errors:
        return Busy(address, None)
    spans = []
    for span in time.busy:
        start = instant(wire.EventTime(dateTime=span.start))
        end = instant(wire.EventTime(dateTime=span.end))
        if start is None or end is None:
            raise BadPayload("FreeBusy.busy")
        spans.append((start, end))
    return Busy(address, tuple(spans))


def plain(description: str) -> str:
    return html_to_text(description) if "<" in description else description


def files_text(files: list[wire.EventFile]) -> str:
    """Return what hangs on a meeting, one a line."""
    return "\n".join(f"{each.title} {each.fileUrl}" for each in files)
