"""A mail's bytes become something that can be read. No bytes make this raise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from loopdesk.content.headers import decode_header, parse_addresses, parse_date
from loopdesk.content.html import html_to_text
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
_NAMES = {"message/rfc822": "message.eml", "text/calendar": "invite.ics"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, decoded and not yet cleaned.

    Args:
        at: the Date header's time, else that of the last relay; UTC.
        headers: those in `KEPT_HEADERS`, names in lower case, in the mail's order.
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


def read_mail(raw: bytes) -> Mail:
    """Return what a raw mail (RFC 5322, or nearly) says."""
    return mail_from(*read_parts(raw))


def mail_from(headers: Headers, root: MimePart) -> Mail:
    """Return the mail with these headers and parts, for services that send both taken apart."""
    headers = [(name.lower(), value) for name, value in headers]
    author = parse_addresses(_first(headers, "from") or _first(headers, "sender"))
    html = [part.text for part in _leaves(root) if _is_text(part) and part.type == "text/html"]
    return Mail(
        subject=Untrusted(decode_header(_first(headers, "subject"))),
        author=author[0] if author else Handle(""),
        to=_people(headers, "to"),
        cc=_people(headers, "cc"),
        bcc=_people(headers, "bcc"),
        reply_to=_people(headers, "reply-to"),
        at=_sent_at(headers),
        headers=tuple(_kept(headers)),
        text=Untrusted(_readable(root).strip("\n")),
        html="\n".join(html) or None,
        attachments=tuple(
            Attachment(
                part.path or "1",
                part.name or _NAMES.get(part.type, "attachment"),
                part.type,
                part.size_bytes,
                inline=bool(part.content_id) and part.disposition != "attachment",
                cid=part.content_id,
            )
            for part in _leaves(root)
            if not _is_text(part)
        ),
        nature=nature(headers, root),
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
    return unflow(part.text, delsp=part.delsp) if part.flowed else part.text


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
