"""The mails by which a calendar tells of a meeting: each names the meeting it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cast import BY_ADDRESS, Person
from loopdesk.sandbox.story.letter import page
from loopdesk.sandbox.story.moments import clock, month_day, weekday
from loopdesk.sandbox.story.talk import Said, Talk

_LABELS = frozenset({"INBOX", "CATEGORY_UPDATES"})
_WORDS = {"REQUEST": "Invitation", "CANCEL": "Cancelled event"}
_HEADERS = (
    ("Sender", "Google Calendar <calendar-notification@google.com>"),
    ("Auto-Submitted", "auto-generated"),
)


def invitation(event: Json, guest: Person, at: datetime, method: str = "REQUEST") -> Talk:
    """Return the mail that invites `guest` to a timed meeting, or calls it off."""
    organizer = BY_ADDRESS[event["organizer"]["email"]]
    start = datetime.fromisoformat(event["start"]["dateTime"])
    end = datetime.fromisoformat(event["end"]["dateTime"])
    when = (
        f"{weekday(start)[:3]} {month_day(start)} {start.year} {clock(start)} - {clock(end)}"
        f" ({event['start']['timeZone']})"
    )
    link = event.get("hangoutLink", "")
    lines = [
        event["summary"],
        f"When: {when}",
        *([f"Where: {event['location']}"] if "location" in event else []),
        *([f"Join: {link}"] if link else []),
        f"Who: {', '.join(one.get('displayName', '') for one in event['attendees'])}",
        "",
        event.get("description", ""),
    ]
    shown = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    said = Said(
        organizer,
        at,
        "\n".join(lines),
        html=page(f"<h3>{_WORDS[method]}</h3>{shown}"),
        headers=_HEADERS,
        papers=(papers.ics("invite.ics", _vevent(event, method, start, end, at), method),),
        bare=True,
    )
    subject = f"{_WORDS[method]}: {event['summary']} @ {when} ({guest.address})"
    return Talk(f"invitation-{method}-{event['id']}", subject, (said,), _LABELS, unread=1)


def answer(event: Json, guest: Person, organizer: Person, at: datetime) -> Talk:
    """Return the mail that tells the organizer of a yes."""
    start = datetime.fromisoformat(event["start"]["dateTime"])
    end = datetime.fromisoformat(event["end"]["dateTime"])
    said = Said(
        guest,
        at,
        f"{guest.name} has accepted this invitation.\n\n{event['summary']}\nWhen:"
        f" {weekday(start)} {month_day(start)} {clock(start)} - {clock(end)}",
        to=(organizer,),
        headers=_HEADERS,
        papers=(papers.ics("invite.ics", _vevent(event, "REPLY", start, end, at), "REPLY"),),
        bare=True,
    )
    subject = f"Accepted: {event['summary']} @ {weekday(start)[:3]} {month_day(start)}"
    return Talk(f"answer-{event['id']}", subject, (said,), _LABELS, unread=1)


def _vevent(
    event: Json, method: str, start: datetime, end: datetime, at: datetime
) -> Sequence[str]:
    return (
        "BEGIN:VEVENT",
        f"UID:{event['iCalUID']}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{event['summary']}",
        f"ORGANIZER:mailto:{event['organizer']['email']}",
        *(
            f"ATTENDEE;PARTSTAT={_PARTSTAT[one['responseStatus']]}:mailto:{one['email']}"
            for one in event["attendees"]
        ),
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        "END:VEVENT",
    )


_PARTSTAT = {
    "needsAction": "NEEDS-ACTION",
    "accepted": "ACCEPTED",
    "tentative": "TENTATIVE",
    "declined": "DECLINED",
}
