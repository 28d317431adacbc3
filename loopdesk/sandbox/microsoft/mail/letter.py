"""What stands in a mail, as Graph divides it: read from the bytes of one, or written here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.message import Message as Part
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime

from loopdesk.sandbox import mime
from loopdesk.sandbox.microsoft.mail import bodies

_IMPORTANCE = {"1": "high", "2": "high", "4": "low", "5": "low", "high": "high", "low": "low"}


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that comes with a mail.

    Args:
        number: its place in the mail, which its id is made of.
        kind: of `#microsoft.graph.` an "itemAttachment" is a mail, a "referenceAttachment" a link.
        link: where a reference leads.
    """

    number: int
    kind: str
    name: str
    type: str
    data: bytes = b""
    inline: bool = False
    content_id: str = ""
    link: str = ""


@dataclass(slots=True)
class Letter:
    """Args: html: "" where there is only text; `headers`: the top ones, decoded."""

    subject: str = ""
    html: str = ""
    text: str = ""
    sender: Person | None = None
    to: list[Person] = field(default_factory=list)
    cc: list[Person] = field(default_factory=list)
    bcc: list[Person] = field(default_factory=list)
    reply_to: list[Person] = field(default_factory=list)
    message_id: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    importance: str = "normal"
    headers: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attached] = field(default_factory=list)
    calendar: str = ""
    """The text of a meeting's part, which no attachment shows."""

    @property
    def words(self) -> str:
        """Return the whole text, of HTML without its marks."""
        return bodies.plain(self.html) if self.html else self.text

    @property
    def recipients(self) -> list[Person]:
        return [*self.to, *self.cc, *self.bcc]

    def raw(self, now: datetime) -> bytes:
        """Write it as the bytes of a mail."""
        mail = EmailMessage()
        if self.sender:
            mail["From"] = formataddr((self.sender.name, self.sender.address))
        for name, people in (
            ("To", self.to),
            ("Cc", self.cc),
            ("Bcc", self.bcc),
            ("Reply-To", self.reply_to),
        ):
            if people:
                mail[name] = ", ".join(formataddr((p.name, p.address)) for p in people)
        mail["Subject"] = self.subject.replace("\n", " ")
        mail["Date"] = format_datetime(self.sent_at or now)
        mail["Message-ID"] = f"<{self.message_id}>"
        if self.references:
            mail["In-Reply-To"] = f"<{self.references[-1]}>"
            mail["References"] = " ".join(f"<{one}>" for one in self.references)
        if self.importance != "normal":
            mail["Importance"] = self.importance
        for name, value in self.headers:
            if name.lower().startswith("x-"):
                mail[name] = value
        self._fill(mail)
        return mail.as_bytes()

    def _fill(self, mail: EmailMessage) -> None:
        mail.set_content(self.words)
        if self.html:
            mail.add_alternative(self.html, subtype="html")
            related = mail.get_payload()[-1]  # type: ignore[index]
            for each in self.attachments:
                if each.inline:
                    main, _, sub = each.type.partition("/")
                    cid = f"<{each.content_id}>"
                    related.add_related(  # type: ignore[union-attr]
                        each.data, main, sub, cid=cid, filename=each.name, disposition="inline"
                    )
        for each in self.attachments:
            if each.inline and self.html:
                continue
            if each.kind == "referenceAttachment":
                if mail.get_content_type() != "multipart/mixed":
                    mail.make_mixed()
                mail.attach(_reference(each))
                continue
            if each.kind == "itemAttachment":
                inner = message_from_bytes(each.data, policy=policy.default)
                mail.add_attachment(inner, filename=each.name)
                continue
            main, _, sub = each.type.partition("/")
            mail.add_attachment(each.data, main, sub or "octet-stream", filename=each.name)


def read(raw: bytes) -> Letter:
    """Read the bytes of a mail."""
    head = mime.Head.of(raw)
    plain = dict(_last(mime.fields(raw)))
    letter = Letter(
        subject=head.first("subject"),
        sender=next(iter(_people(plain.get("from", ""))), None),
        to=_people(plain.get("to", "")),
        cc=_people(plain.get("cc", "")),
        bcc=_people(plain.get("bcc", "")),
        reply_to=_people(plain.get("reply-to", "")),
        message_id=head.message_id,
        references=tuple(reversed(head.references)),
        sent_at=_moment(head.first("date")),
        importance=_IMPORTANCE.get(
            (head.first("importance") or head.first("x-priority")).lower()[:4].strip(), "normal"
        ),
        headers=[(name, mime.decoded(value)) for name, value in mime.fields(raw)],
    )
    for part in mime.walk(mime.parse(raw)):
        _take(letter, part)
    return letter


def _take(letter: Letter, part: Part) -> None:
    kind, name = part.get_content_type(), mime.filename(part)
    apart = bool(name) or part.get_content_disposition() == "attachment"
    if kind == "text/calendar" and not letter.calendar:
        letter.calendar = mime.characters(part)
        # What is about a meeting is none of the attachments.
        if not name or "\nMETHOD:" in letter.calendar:
            return
    if kind == "text/html" and not apart and not letter.html:
        letter.html = mime.characters(part)
        return
    if kind == "text/plain" and not apart and not letter.text:
        letter.text = mime.characters(part)
        return
    number = len(letter.attachments)
    content_id = str(part.get("Content-ID", "")).strip(" <>")
    link = str(part.get_param("url", "") or "") if kind == "message/external-body" else ""
    if link:
        attached = Attached(number, "referenceAttachment", name or link, kind, link=link)
    elif kind == "message/rfc822":
        inner = mime.content(part)
        title = name or mime.Head.of(inner).first("subject")
        attached = Attached(number, "itemAttachment", title, kind, inner)
    else:
        inline = bool(content_id) and part.get_content_disposition() != "attachment"
        attached = Attached(
            number, "fileAttachment", name or "part", kind, mime.content(part), inline, content_id
        )
    letter.attachments.append(attached)


def _reference(each: Attached) -> EmailMessage:
    part = EmailMessage()
    part["Content-Type"] = f'message/external-body; access-type="URL"; URL="{each.link}"'
    part["Content-Disposition"] = f'attachment; filename="{each.name}"'
    part.set_payload(f"Content-Type: {each.type}\r\n\r\n")
    return part


def _last(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in reversed(pairs)]


def _people(value: str) -> list[Person]:
    return [
        Person(mime.decoded(name) or address, address)
        for name, address in getaddresses([value])
        if "@" in address
    ]


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(re.sub(r"\s+", " ", text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
