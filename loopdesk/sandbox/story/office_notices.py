"""The mails by which Outlook and OneDrive told Mira at Harbourline of meetings and files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.story import office_files, office_meetings, papers
from loopdesk.sandbox.story.cast import BY_ADDRESS, NILS, Person
from loopdesk.sandbox.story.letter import page
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.talk import INBOX, Said, Talk

_SHARES = "no-reply@sharepointonline.com"


def threads(m: Moments, calendars: Sequence[Json]) -> list[Talk]:
    """Return them in no particular order.

    Args:
        calendars: hers, as `office_meetings.work` makes them.
    """
    events = {event.get("id"): event for event in calendars[0]["events"]}
    return [
        _invitation(events[office_meetings.WORKSHOP], m.earlier(4, 2)),
        _invitation(events[office_meetings.BERTHS], m.earlier(2, 45)),
        _shared(office_files.PLAN, NILS, m.workday(7, "09:15")),
    ]


def _invitation(event: Json, at: datetime) -> Talk:
    """Return the mail that came with an invitation; what Outlook writes is the meeting's text."""
    organizer = BY_ADDRESS[event["organizer"]["emailAddress"]["address"]]
    said = Said(
        organizer,
        at,
        event["subject"],
        html=event["body"]["content"],
        papers=(papers.ics("invite.ics", _vevent(event, at), "REQUEST"),),
        bare=True,
    )
    return Talk(f"office-invitation-{event['id']}", event["subject"], (said,), INBOX, unread=1)


def _shared(key: str, by: Person, at: datetime) -> Talk:
    name, link = office_files.title(key), office_files.link(key)
    words = f"{by.name} invited you to edit a file"
    said = Said(
        Person(by.name, _SHARES),
        at,
        f"{words}\n\n{name}\n{link}",
        html=page(f'<p>{escape(words)}</p><p><a href="{escape(link)}">{escape(name)}</a></p>'),
        headers=(("Reply-To", f"{by.name} <{by.address}>"), ("Auto-Submitted", "auto-generated")),
        bare=True,
    )
    return Talk(f"office-share-{key}", f'{by.name} shared "{name}" with you', (said,), INBOX)


def _vevent(event: Json, at: datetime) -> Sequence[str]:
    return (
        "BEGIN:VEVENT",
        f"UID:{event['iCalUId']}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{_stamp(event['start'])}",
        f"DTEND:{_stamp(event['end'])}",
        f"SUMMARY:{event['subject']}",
        f"ORGANIZER:mailto:{event['organizer']['emailAddress']['address']}",
        *(f"ATTENDEE:mailto:{one['emailAddress']['address']}" for one in event["attendees"]),
        "STATUS:CONFIRMED",
        "END:VEVENT",
    )


def _stamp(when: Json) -> str:
    local = datetime.fromisoformat(when["dateTime"]).replace(tzinfo=ZoneInfo(when["timeZone"]))
    return f"{local.astimezone(UTC):%Y%m%dT%H%M%SZ}"
