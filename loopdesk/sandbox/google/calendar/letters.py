"""The mails by which Calendar tells people of a meeting, its changes and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loopdesk.sandbox.google.calendar import shapes, times
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Google

SENDER = "calendar-notification@google.com"
_INVITED = {
    "invited": ("Invitation", "REQUEST"),
    "updated": ("Updated invitation", "REQUEST"),
    "cancelled": ("Canceled event", "CANCEL"),
}
_ANSWERED = {
    "accepted": "Accepted",
    "declined": "Declined",
    "tentative": "Tentatively accepted",
}
_PARTSTAT = {"needsAction": "NEEDS-ACTION"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def told(google: Google, event: Json, to: str, what: str, now: datetime) -> None:
    """Write to a guest that they are invited, or of a change."""
    if "start" not in event:
        return
    word, method = _INVITED[what]
    organizer = event["organizer"]
    name = organizer.get("displayName") or organizer["email"]
    subject = f"{word}: {_title(event)} @ {_when(event)} ({to})"
    lines = list(_lines(event, to))
    if what == "cancelled":
        lines.insert(0, "This event has been cancelled.\n")
    _send(google, (name, organizer["email"]), to, subject, lines, event, method, now)


def answered(google: Google, event: Json, guest: Json, to: str, now: datetime) -> None:
    """Write to the organizer what a guest has said."""
    word = _ANSWERED.get(guest.get("responseStatus", ""))
    if word is None or "start" not in event:
        return
    who = guest.get("displayName") or guest["email"]
    lines = [f"{who} has {word.lower()} this invitation."]
    if note := guest.get("comment"):
        lines.append(f"\nNote from {who}:\n{note}")
    lines += ["", *_lines(event, to)]
    subject = f"{word}: {_title(event)} @ {_when(event)} ({guest['email']})"
    one = {**event, "attendees": [guest]}
    _send(google, (who, guest["email"]), to, subject, lines, one, "REPLY", now)


def _send(
    google: Google,
    sender: tuple[str, str],
    to: str,
    subject: str,
    lines: list[str],
    event: Json,
    method: str,
    now: datetime,
) -> None:
    mail = EmailMessage()
    mail["From"] = formataddr((f"{sender[0]} (Google Calendar)", SENDER))
    mail["Reply-To"] = formataddr(sender)
    mail["Sender"] = formataddr(("Google Calendar", SENDER))
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<calendar-{google.word(36)}@google.com>"
    mail["Auto-Submitted"] = "auto-generated"
    text = "\n".join(lines)
    mail.set_content(text)
    mail.add_alternative("<br>".join(escape(text).split("\n")), subtype="html")
    calendar = "\r\n".join(_vcalendar(event, method, now)) + "\r\n"
    mail.add_alternative(calendar, subtype="calendar", params={"method": method})
    mail.add_attachment(
        calendar.encode(), maintype="application", subtype="ics", filename="invite.ics"
    )
    if account := google.accounts_by_sender.get(to):
        account.deliver(mail.as_bytes(), now)
    else:
        google.on_letter(mail.as_bytes())


def _lines(event: Json, to: str) -> Iterator[str]:
    yield _title(event)
    yield f"When: {_when(event)}"
    if "location" in event:
        yield f"Where: {event['location']}"
    if "hangoutLink" in event:
        yield f"Join: {event['hangoutLink']}"
    if guests := event.get("attendees"):
        yield f"Who: {', '.join(str(one.get('displayName') or one['email']) for one in guests)}"
    if "description" in event:
        yield f"\n{event['description']}"
    yield f"\nView event: {shapes.event_address(event['id'], to)}"


def _title(event: Json) -> str:
    return str(event.get("summary") or "(No title)")


def _when(event: Json) -> str:
    start = event["start"]
    if "date" in start:
        return _day(date.fromisoformat(start["date"]))
    begins, ends = (datetime.fromisoformat(event[name]["dateTime"]) for name in ("start", "end"))
    zone = start.get("timeZone", "UTC")
    return f"{_day(begins)} {begins:%H:%M} - {ends:%H:%M} ({zone})"


def _day(at: date) -> str:
    # Not in the words of whatever language this process was set to.
    return f"{_DAYS[at.weekday()]} {at:%Y-%m-%d}"


def _vcalendar(event: Json, method: str, now: datetime) -> Iterator[str]:
    series = event.get("recurringEventId") or event["id"]
    yield from ("BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar//EN", "VERSION:2.0")
    yield from (f"METHOD:{method}", "BEGIN:VEVENT")
    yield f"UID:{event.get('iCalUID', f'{series}@google.com')}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART{_stamp(event['start'])}"
    yield f"DTEND{_stamp(event['end'])}"
    if "originalStartTime" in event:
        yield f"RECURRENCE-ID{_stamp(event['originalStartTime'])}"
    yield from event.get("recurrence", ())
    yield f"SUMMARY:{_escaped(_title(event))}"
    yield f"ORGANIZER:mailto:{event['organizer']['email']}"
    for guest in event.get("attendees", ()):
        answer = guest.get("responseStatus", "needsAction")
        yield f"ATTENDEE;PARTSTAT={_PARTSTAT.get(answer, answer.upper())}:mailto:{guest['email']}"
    yield f"SEQUENCE:{event.get('sequence', 0)}"
    yield f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _stamp(when: Json) -> str:
    if "date" in when:
        return f";VALUE=DATE:{when['date'].replace('-', '')}"
    return f":{times.stamp(when, ZoneInfo('UTC'))}"


def _escaped(text: str) -> str:
    for plain, coded in (("\\", "\\\\"), ("\n", "\\n"), (",", "\\,"), (";", "\\;")):
        text = text.replace(plain, coded)
    return text
