"""What a mail says about a meeting: its calendar part, in the words of Google Calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from loopdesk.sandbox.model import Json

_METHOD = re.compile(r"^METHOD:(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mailed:
    """Args:
    method: REQUEST, CANCEL or REPLY.
    event: as in `model.Calendar.events`; of a reply the one attendee is who has answered.
    note: what the mail says besides.
    """

    method: str
    event: Json
    note: str


def read(raw: bytes) -> Mailed | None:
    """Return what a mail says about a meeting, None where it says nothing that can be read."""
    if b"text/calendar" not in raw:
        return None
    # Here, since it brings a library that most who import this never need.
    from loopdesk.sandbox import own_events

    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
    part = next((one for one in mail.walk() if one.get_content_type() == "text/calendar"), None)
    if part is None:
        return None
    text = str(part.get_content()).replace("\r", "")
    method = _METHOD.search(text)
    event = own_events.first(text, "UTC")
    if method is None or event is None or "organizer" not in event:
        return None
    plain = mail.get_body(("plain",))
    note = str(plain.get_content()).strip() if plain is not None else ""
    return Mailed(method[1].upper(), event, note)
