"""Outlook's calendars and events as places and items. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from loopdesk.content.html import html_to_text
from loopdesk.content.join_link import join_link
from loopdesk.core.changes import Busy
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import (
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
from loopdesk.providers.microsoft import wire_calendar as wire
from loopdesk.providers.microsoft.convert_recurrence import rule
from loopdesk.providers.microsoft.convert_times import day, iana, instant, moment, zone_of

ANSWERS = {"accept": "accepted", "decline": "declined", "tentative": "tentativelyAccepted"}
"""Names of actions, and what Outlook calls the answer."""
_ANSWER_OF = {
    "accepted": Answer.ACCEPTED,
    "tentativelyAccepted": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
}
_FREE = frozenset({"free", "workingElsewhere", "unknown"})
_SNIPPET = 200
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# What Teams puts below the words: ruled off, and of no use to who has the link.
_BELOW = re.compile(r"(?:<(?:div|span|p|br)\b[^>]*>\s*)*_{20,}")

# An Outlook UID is a GlobalObjectId: a fixed beginning, the day of the occurrence, and then what is
# the same for the whole series. Source: [MS-OXOCAL] 2.2.1.27 (2026-11)
_OUTLOOK_UID = re.compile(r"040000008200E00074C5B7101A82E008[0-9A-F]+", re.IGNORECASE)
_DAY_STANDS = slice(32, 40)
_FOREIGN_UID = b"vCal-Uid\x01\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class Owned:
    """What is known of an account's calendars.

    Args:
        me: the addresses by which the owner is invited.
        own: keys of the calendars that are theirs to act in.
    """

    me: frozenset[str]
    own: frozenset[str]


def owned(calendars: list[wire.Calendar], address: str) -> Owned:
    mains = [each for each in calendars if each.isDefaultCalendar]
    me = frozenset({address.lower(), *map(_owner, mains)}) - {""}
    own = {each.id for each in calendars if each.canEdit and _owner(each) in {*me, ""}}
    return Owned(me, frozenset(own | {each.id for each in mains}))


def place(calendar: wire.Calendar, known: Owned) -> Place:
    colour = calendar.hexColor or ""
    own = calendar.id in known.own
    return Place(
        key=calendar.id,
        kind="calendar",
        name=calendar.name or "",
        # Outlook tells nobody which ones are ticked.
        chosen=own,
        colour=colour.lower() if _COLOUR.fullmatch(colour) else "",
        role="owner" if own else "writer" if calendar.canEdit else "reader",
        default=bool(calendar.isDefaultCalendar),
    )


def _owner(calendar: wire.Calendar) -> str:
    return (calendar.owner.address or "").lower() if calendar.owner else ""


def whole(event: wire.Event, master: wire.Event | None) -> wire.Event:
    """Return an occurrence with what its series says of it."""
    if master is None or not event.bare:
        return event
    return msgspec.structs.replace(
        master,
        id=event.id,
        type=event.type,
        start=event.start,
        end=event.end,
        seriesMasterId=master.id,
    )


def item(
    event: wire.Event, calendar: str, known: Owned, master: wire.Event | None = None
) -> tuple[Item, Entry]:
    """Return a meeting, and its description as its one entry.

    Args:
        master: its series.
    Raises:
        BadPayload: its times are none.
    """
    key = ServiceKey(event.id)
    meeting = _meeting(event, calendar, known, master)
    mine = bool(event.isOrganizer)
    organizer = meeting.organizer or Handle("")
    others = [each.who for each in meeting.attendees if not each.me and not each.organizer]
    people = tuple(dict.fromkeys([*([] if mine or not organizer.key else [organizer]), *others]))
    body = event.body or wire.Body()
    content = body.content or ""
    text = words(body)
    # An occurrence by itself has no version that all of Graph's ways of telling it agree on.
    version = master.etag if event.type == "occurrence" and master else event.etag
    return (
        Item(
            key=key,
            kind=Kind.MEETING,
            title=Untrusted(event.subject or ""),
            snippet=Untrusted(meeting.location or text[:_SNIPPET]),
            people=people,
            at=meeting.start_at,
            on=meeting.start_on,
            version=version,
            places=frozenset({calendar}),
            in_pane=not event.isCancelled and meeting.answer is not Answer.DECLINED,
            actions=tuple(_actions(event, meeting, calendar in known.own)),
            url=event.webLink or "",
            meeting=meeting,
        ),
        Entry(
            key=key,
            item=key,
            author=organizer,
            # An entry keeps its time for life: not that of the last change.
            at=_created_at(event, meeting),
            text=Untrusted(text),
            html=content if _is_html(body) and text else None,
            places=frozenset({calendar}),
            mine=mine,
            version=version,
        ),
    )


def _actions(event: wire.Event, meeting: Meeting, own: bool) -> Iterator[str]:
    """Yield what will work: in others' calendars, and in others' meetings, little does."""
    if not own or event.isCancelled:
        return
    if event.isOrganizer:
        yield from ("edit", "reschedule", "cancel")
    elif meeting.answer is not Answer.NONE:
        yield from ANSWERS
        if event.allowNewTimeProposals is not False:
            yield "propose"


def _meeting(event: wire.Event, calendar: str, known: Owned, master: wire.Event | None) -> Meeting:
    if event.start is None or event.end is None:
        raise BadPayload("Event.start")
    start_at = end_at = None
    start_on = end_on = None
    if event.isAllDay:
        start_on, end_on = day(event.start, "Event.start"), day(event.end, "Event.end")
        end_on = max(end_on, start_on + timedelta(days=1))
    else:
        start_at, end_at = instant(event.start, "Event.start"), instant(event.end, "Event.end")
    organizer = event.organizer.handle if event.organizer else Handle("")
    attendees = tuple(_attendees(event, organizer, known))
    recurrence = (master or event).recurrence
    return Meeting(
        start_at=start_at,
        end_at=end_at,
        start_on=start_on,
        end_on=end_on,
        zone=iana(event.originalStartTimeZone),
        location=(event.location.displayName or "") if event.location else "",
        join_url=_join_url(event),
        organizer=organizer if organizer.key else None,
        attendees=attendees,
        attendees_omitted=bool(event.hideAttendees),
        answer=_answer(event, any(each.me for each in attendees)),
        series=event.seriesMasterId or "",
        ical_uid=series_uid((master or event).iCalUId or ""),
        calendar=calendar,
        repeats=rule(recurrence) if recurrence and event.seriesMasterId else "",
        reminders=reminders(event),
        busy=event.showAs not in _FREE,
    )


def reminders(event: wire.Event | wire.Kept) -> tuple[int, ...]:
    minutes = event.reminderMinutesBeforeStart
    return (minutes,) if event.isReminderOn and minutes is not None else ()


def _answer(event: wire.Event, invited: bool) -> Answer:
    said = event.responseStatus.response if event.responseStatus else None
    if event.isOrganizer or said == "organizer":
        return Answer.NONE
    if said == "notResponded" or (said in (None, "none") and invited):
        return Answer.PENDING
    return _ANSWER_OF.get(said or "", Answer.NONE)


def _attendees(event: wire.Event, organizer: Handle, known: Owned) -> Iterator[Attendee]:
    for guest in event.attendees or ():
        who = guest.handle
        if guest.type == "resource" or not who.key:
            continue
        called = who.key == organizer.key
        me = who.address in known.me
        answer = _ANSWER_OF.get((guest.status and guest.status.response) or "", Answer.PENDING)
        if me and not event.isOrganizer:
            # Among the guests one's own answer may be old: what counts stands by itself.
            answer = _answer(event, invited=True)
        yield Attendee(
            who=who,
            answer=Answer.ACCEPTED if called else answer,
            organizer=called,
            me=me,
            optional=guest.type == "optional",
            note=_proposal(guest.proposedNewTime, event.originalStartTimeZone),
        )


def _proposal(slot: wire.Slot | None, zone: str | None) -> str:
    """Return in words which other time a guest would have, "" where none."""
    if slot is None or slot.start is None or slot.end is None:
        return ""
    there = zone_of(zone) or UTC
    begins, ends = (
        instant(each, "Guest.proposedNewTime").astimezone(there) for each in (slot.start, slot.end)
    )
    day_of_week = _WEEKDAYS[begins.weekday()]
    times = f"{begins:%H:%M} to {ends:%H:%M} ({iana(zone) or 'UTC'})"
    return f"Proposed new time: {day_of_week} {begins:%Y-%m-%d}, {times}"


def _created_at(event: wire.Event, meeting: Meeting) -> datetime:
    if event.createdDateTime:
        return moment(event.createdDateTime, "Event.createdDateTime")
    return meeting.start_at or datetime.combine(meeting.start_on or date.min, time(), UTC)


def _join_url(event: wire.Event) -> str:
    attached = event.onlineMeeting.joinUrl if event.onlineMeeting else None
    for url in (attached, event.onlineMeetingUrl):
        if url and url.startswith("https://"):
            return url
    location = (event.location.displayName or "") if event.location else ""
    return join_link(f"{location}\n{(event.body and event.body.content) or ''}")


def series_uid(uid: str) -> str:
    """Return the iCalendar UID as other services know it.

    Graph gives each occurrence one of its own, and wraps what came from elsewhere.
    """
    if not _OUTLOOK_UID.fullmatch(uid) or len(uid) % 2:
        return uid
    _, found, foreign = bytes.fromhex(uid).partition(_FOREIGN_UID)
    if found:
        return foreign.partition(b"\0")[0].decode("utf-8", "replace")
    return uid[: _DAY_STANDS.start] + "0" * 8 + uid[_DAY_STANDS.stop :]


# --- what is written in it ------------------------------------------------------------------------


def _is_html(body: wire.Body) -> bool:
    return (body.contentType or "").lower() == "html"


def words(body: wire.Body | None) -> str:
    """Return what somebody wrote, as text, without what Teams put below it."""
    if body is None:
        return ""
    content = body.content or ""
    above = content[: len(content) - len(_ruled_off(content))]
    return html_to_text(above).strip() if _is_html(body) else above.strip()


def below(body: wire.Body | None) -> str:
    """Return the HTML that Teams put below somebody's words: without it the link is gone."""
    content = (body.content or "") if body else ""
    return re.sub(r"</(?:body|html)>\s*", "", _ruled_off(content))


def _ruled_off(content: str) -> str:
    found = _BELOW.search(content)
    # A line of one's own is no such rule.
    if found is None or not join_link(content[found.start() :]):
        return ""
    return content[found.start() :]


# --- when people have time ------------------------------------------------------------------------


def busy(address: str, told: wire.Schedule | None) -> Busy:
    """Return when somebody has no time.

    Raises:
        BadPayload: its times are none.
    """
    if told is None or told.error or told.scheduleItems is None:
        return Busy(address, None)
    return Busy(
        address,
        tuple(
            (instant(span.start, "Schedule.start"), instant(span.end, "Schedule.end"))
            for span in told.scheduleItems
            if span.status not in _FREE and span.start and span.end
        ),
    )
