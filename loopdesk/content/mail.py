"""A mail's bytes become something that can be read. No bytes make this raise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from loopdesk.content.bounce import report_fields
from loopdesk.content.headers import decode_header, parse_addresses, parse_date
from loopdesk.content.html import html_to_text
from loopdesk.content.invitation import Invitation, read_invitation
from loopdesk.content.mime import REPORTS, Headers, MimePart, read_parts
from loopdesk.core.items import Attachment, Nature, Untrusted
from loopdesk.core.people import Handle

KEPT_HEADERS = frozenset(
    {
        "authentication-results",
        "auto-submitted",
        "delivered-to",
        "in-reply-to",
        "list-id",
        "list-post",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "precedence",
        "references",
        "reply-to",
        "sender",
        "x-failed-recipients",
        "x-loopdesk-action",
    }
)
"""What is kept of a mail's headers with its entry, names in lower case."""

_KEPT_LIMIT = 40
_KEPT_VALUE_LIMIT = 8192
_PLAIN = frozenset({"text/plain", "text/markdown", "text/enriched"})
# A plain part this short beside a longer HTML one says no more than "your program is too old".
_STUB = 300
_ARMOUR = re.compile(r"^-----BEGIN PGP (SIGNED )?MESSAGE-----\s*$", re.MULTILINE)
_ARMOUR_WITHIN = 4096  # behind a few words; what stands further down was quoted
_OUTCOME = re.compile(rb"^action[ \t]*:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_NAMES = {
    "application/ms-tnef": "winmail.dat",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/vnd.ms-tnef": "winmail.dat",
    "message/delivery-status": "report.txt",
    "message/rfc822": "message.eml",
    "text/calendar": "invite.ics",
    "text/rfc822-headers": "headers.txt",
}
# What HTML calls the parts that come along with it.
_CALLED = re.compile(r"""["'(=]\s*(?:cid:)?([^"'()<>=\s]{1,300})""", re.IGNORECASE)
# A file among the words, as was usual before MIME.
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} ([^\r\n]{1,200})\n(?:[ -`]{1,90}\n)+?(?:`?\n)?end[ \t]*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, decoded and not yet cleaned.

    Args:
        at: the Date header's time, else that of the last relay; UTC.
        headers: those in `KEPT_HEADERS`, names in lower case, in the mail's order; of a bounce the
            fields of its report follow, as `content.bounce.unreached` reads them.
        text: what there is to read, as plain text, also where the mail is HTML alone.
        html: the HTML as it came, None where there is none.
    """

    subject: Untrusted
    author: Handle
    to: tuple[Handle, ...]
    cc: tuple[Handle, ...]
    bcc: tuple[Handle, ...]
    reply_to: tuple[Handle, ...]
    at: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: Untrusted
    html: str | None
    attachments: tuple[Attachment, ...]
    nature: Nature = Nature.PLAIN
    invitation: Invitation | None = None


def read_mail(raw: bytes) -> Mail:
    """Return what a raw mail (RFC 5322, or nearly) says."""
    return mail_from(*read_parts(raw))


def mail_from(headers: Headers, root: MimePart) -> Mail:
    """Return the mail with these headers and parts, for services that send both taken apart."""
    headers = [(name.lower(), value) for name, value in headers]
    author = parse_addresses(_first(headers, "from") or _first(headers, "sender"))
    leaves = [*_leaves(root)]
    html = "\n".join(part.text for part in leaves if _is_text(part) and part.type == "text/html")
    named = {part.content_id for part in leaves} - {""}
    called = {unquote(found[1]) for found in _CALLED.finditer(html)} & named if named else named
    what = nature(headers, root)
    calendar = next((part for part in leaves if part.type == "text/calendar" and part.data), None)
    return Mail(
        subject=Untrusted(decode_header(_first(headers, "subject"))),
        author=author[0] if author else Handle(""),
        to=_people(headers, "to"),
        cc=_people(headers, "cc"),
        bcc=_people(headers, "bcc"),
        reply_to=_people(headers, "reply-to"),
        at=_sent_at(headers),
        headers=(*_kept(headers), *(_report(leaves) if what is Nature.BOUNCE else ())),
        text=Untrusted(_readable(root).strip("\n")),
        html=html or None,
        attachments=tuple(
            Attachment(
                part.path or "1",
                part.name or _NAMES.get(part.type, "attachment"),
                part.type,
                part.size_bytes,
                inline=part.content_id in called,
                cid=part.content_id,
            )
            for part in leaves
            if not _is_text(part)
        ),
        nature=what,
        invitation=(
            read_invitation(calendar.data, calendar.charset) if calendar is not None else None
        ),
    )


def nature(headers: Headers, root: MimePart) -> Nature:
    """Return what a mail is, by what it says of itself: nothing is decrypted and nothing verified.

    A notice that a mail arrived or is late is not a bounce, where its report can be read.

    Args:
        headers: names in lower case.
    Source: RFC 3464, RFC 6522 (reports); RFC 1847, 3156 (PGP/MIME); RFC 8551 (S/MIME); RFC 9580
        (the armour around PGP inside of text).
    """
    parts = [*_nodes(root)]
    if _is_bounce(headers, root, parts):
        return Nature.BOUNCE
    found = {_sealed(part) for part in parts}
    if found == {Nature.PLAIN}:
        text = next((part.text for part in parts if part.type in _PLAIN and _is_text(part)), "")
        armour = _ARMOUR.search(text, 0, _ARMOUR_WITHIN)
        if armour is not None:
            return Nature.SIGNED if armour[1] else Nature.ENCRYPTED
    return next(each for each in (Nature.ENCRYPTED, Nature.SIGNED, Nature.PLAIN) if each in found)


def _nodes(part: MimePart) -> Iterator[MimePart]:
    yield part
    for inner in part.parts:
        yield from _nodes(inner)


def _is_bounce(headers: Headers, root: MimePart, parts: Sequence[MimePart]) -> bool:
    if any(name == "x-failed-recipients" for name, _ in headers):
        return True
    if root.type == "multipart/report" and root.purpose in ("delivery-status", ""):
        status = next((part for part in parts if part.type in REPORTS), None)
        outcomes = _OUTCOME.findall(status.data) if status is not None else []
        return not outcomes or any(outcome.lower() == b"failed" for outcome in outcomes)
    author = parse_addresses(_first(headers, "from"))
    return bool(author) and author[0].address.startswith("mailer-daemon@")


def _sealed(part: MimePart) -> Nature:
    match part.type:
        case "multipart/signed":
            return Nature.SIGNED
        case "multipart/encrypted" | "application/pgp-encrypted":
            return Nature.ENCRYPTED
        case "application/pkcs7-mime" | "application/x-pkcs7-mime":
            if part.purpose == "certs-only":
                return Nature.PLAIN
            return Nature.SIGNED if part.purpose == "signed-data" else Nature.ENCRYPTED
        case _:
            return Nature.PLAIN


def _first(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name == wanted), "")


def _people(headers: Headers, wanted: str) -> tuple[Handle, ...]:
    # Some senders repeat the header instead of listing.
    return parse_addresses(", ".join(value for name, value in headers if name == wanted))


def _sent_at(headers: Headers) -> datetime | None:
    return parse_date(_first(headers, "date")) or parse_date(
        _first(headers, "received").rpartition(";")[2].strip()
    )


def _kept(headers: Headers) -> Iterator[tuple[str, str]]:
    kept = [(name, value) for name, value in headers if name in KEPT_HEADERS]
    for name, value in kept[:_KEPT_LIMIT]:
        yield name, " ".join(value[:_KEPT_VALUE_LIMIT].split())


def _report(leaves: Sequence[MimePart]) -> Iterator[tuple[str, str]]:
    for part in leaves:
        if part.type in REPORTS:
            for name, value in report_fields(part.data):
                yield name, " ".join(value[:_KEPT_VALUE_LIMIT].split())


def _leaves(part: MimePart) -> Iterator[MimePart]:
    if not part.parts:
        yield part
    for inner in part.parts:
        yield from _leaves(inner)


def _is_text(part: MimePart) -> bool:
    """Whether a leaf is for reading; what has a name or says so is an attachment."""
    if part.type.startswith("multipart/"):
        return True  # one whose boundaries are missing: read as it stands
    readable = part.type in _PLAIN or part.type == "text/html"
    return readable and part.disposition != "attachment" and not part.name


def _readable(part: MimePart) -> str:
    if part.type == "multipart/alternative" and part.parts:
        return _best(part)
    if part.parts:
        return "\n\n".join(filter(None, (_readable(inner).strip("\n") for inner in part.parts)))
    if not _is_text(part):
        return ""
    if part.type == "text/html":
        return html_to_text(part.text)
    text = unflow(part.text, delsp=part.delsp) if part.flowed else part.text
    return _UUENCODED.sub(r"[\1]", text) if "\nend" in text else text


def _best(part: MimePart) -> str:
    """Return the readable one of several that should say the same."""
    plain = next((_readable(inner) for inner in part.parts if inner.type in _PLAIN), "")
    if len(plain.strip()) >= _STUB:
        return plain
    others = (_readable(inner) for inner in part.parts if inner.type not in _PLAIN)
    rich = max(others, key=len, default="")
    return rich if not plain.strip() or len(rich) > 3 * len(plain) else plain


def unflow(text: str, *, delsp: bool = False) -> str:
    """Return RFC 3676 `format=flowed` text with its soft line ends taken out."""
    paragraphs: list[list[str]] = []
    open_depth = -1  # of the paragraph that goes on; -1 for none
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        kept = content[:-1] if soft and delsp else content
        if depth == open_depth and content != "-- ":
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([f"{'>' * depth} {kept}" if depth else kept])
        open_depth = depth if soft else -1
    return "\n".join(map("".join, paragraphs))
