"""The mails by which Outlook tells people of a meeting, its changes and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape

from loopdesk.sandbox.microsoft.calendar import forms, rules, times
from loopdesk.sandbox.model import Json

# What each kind is called in Graph, in iCalendar, and before the subject.
_KINDS = {
    "request": ("eventMessageRequest", "meetingRequest", "REQUEST", ""),
    "cancel": ("eventMessage", "meetingCancelled", "CANCEL", "Canceled: "),
    "accepted": ("eventMessageResponse", "meetingAccepted", "REPLY", "Accepted: "),
    "tentativelyAccepted": (
        "eventMessageResponse",
        "meetingTenativelyAccepted",  # spelt so by the service
        "REPLY",
        "Tentative: ",
    ),
    "declined": ("eventMessageResponse", "meetingDeclined", "REPLY", "Declined: "),
}
_PARTSTAT = {
    "accepted": "ACCEPTED",
    "tentativelyAccepted": "TENTATIVE",
    "declined": "DECLINED",
    "organizer": "ACCEPTED",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about a meeting, as it is handed to a mailbox.

    Args:
        uid: the meeting's `iCalUId`.
        fields: what an `eventMessage` of Graph says besides what every mail does.
    """

    raw: bytes
    uid: str
    fields: Json


def letter(
    kind: str,
    event: Json,
    sender: Json,
    to: Json,
    now: datetime,
    word: str,
    *,
    original: date | None = None,
    comment: str = "",
    proposed: Json | None = None,
) -> Letter:
    """Write a mail.

    Args:
        kind: "request", "cancel" or an answer as `responseStatus` has it.
        sender, to: recipients of Graph.
        word: random letters, for the Message-ID.
    """
    type_, meeting, method, before = _KINDS[kind]
    mail = EmailMessage()
    mail["From"] = formataddr((sender["name"], sender["address"]))
    mail["To"] = formataddr((to["name"], to["address"]))
    mail["Subject"] = f"{before}{event['subject'].removeprefix(before)}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{word}@{sender['address'].rpartition('@')[2]}>"
    words = comment or (forms.text(event["body"]).strip() if method != "REPLY" else "")
    mail.set_content(words)
    mail.add_alternative(f"<html><body>{_html(words)}</body></html>", subtype="html")
    calendar = "\r\n".join(_vcalendar(event, method, kind, sender, original, now)) + "\r\n"
    mail.add_alternative(calendar, subtype="calendar", params={"method": method})
    fields: Json = {
        "@odata.type": f"#microsoft.graph.{type_}",
        "meetingMessageType": meeting,
        "type": "singleInstance" if not event["recurrence"] else "seriesMaster",
        "isOutOfDate": False,
        "isAllDay": event["isAllDay"],
        "isDelegated": False,
        "startDateTime": times.written(times.moment(event["start"]), "UTC"),
        "endDateTime": times.written(times.moment(event["end"]), "UTC"),
        "location": event["location"],
        "recurrence": event["recurrence"],
    }
    if kind == "request":
        fields |= {
            "responseRequested": event["responseRequested"],
            "allowNewTimeProposals": event["allowNewTimeProposals"],
            "meetingRequestType": "newMeetingRequest",
        }
    if method == "REPLY":
        fields |= {"responseType": kind, "proposedNewTime": proposed}
    return Letter(mail.as_bytes(), str(event["iCalUId"]), fields)


def _html(words: str) -> str:
    return "<br>".join(escape(words).split("\n"))


def _vcalendar(
    event: Json, method: str, kind: str, sender: Json, original: date | None, now: datetime
) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0")
    yield from (f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{event['iCalUId']}")
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART{_stamp(event, 'start')}"
    yield f"DTEND{_stamp(event, 'end')}"
    if original is not None:
        yield f"RECURRENCE-ID;VALUE=DATE:{original:%Y%m%d}"
    if event["recurrence"] and original is None:
        yield f"RRULE:{rules.written(event['recurrence'])}"
    yield f"SUMMARY:{_escaped(event['subject'])}"
    yield f"ORGANIZER:mailto:{forms.address_of(event['organizer'])}"
    if method == "REPLY":
        yield f"ATTENDEE;PARTSTAT={_PARTSTAT[kind]}:mailto:{sender['address']}"
    else:
        for guest in event["attendees"]:
            said = _PARTSTAT.get(guest["status"]["response"], "NEEDS-ACTION")
            yield f"ATTENDEE;PARTSTAT={said}:mailto:{guest['emailAddress']['address']}"
    if place := event["location"]["displayName"]:
        yield f"LOCATION:{_escaped(place)}"
    yield f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _stamp(event: Json, name: str) -> str:
    if event["isAllDay"]:
        return f";VALUE=DATE:{times.day(event[name]):%Y%m%d}"
    return f":{times.moment(event[name]).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for plain, coded in (("\\", "\\\\"), ("\n", "\\n"), (",", "\\,"), (";", "\\;")):
        text = text.replace(plain, coded)
    return text
