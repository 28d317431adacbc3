"""Writes a mail as bytes. Pure: the time and the ids come from the caller."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from loopdesk.content.clean import clean_line, clean_text
from loopdesk.content.headers import parse_addresses
from loopdesk.core.errors import Incomplete
from loopdesk.core.people import Handle

_LINE_LIMIT = 998  # RFC 5322, 2.1.1
_REFERENCES_LIMIT = 30
_SPECIAL = re.compile(r"[^\w !#$%&\'*+/=?^`{|}~-]|=\?", re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


def compose(
    *,
    sender: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    subject: str,
    text: str,
    at: datetime,
    message_id: str,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a mail of plain text (RFC 5322, lines end with CRLF, all ASCII on the wire).

    No argument can add a header or a recipient by what it contains.

    Args:
        sender, to, cc, bcc: each "Name <address>" or an address.
        message_id, in_reply_to, references: with their angle brackets.
        headers: further ones.
    Raises:
        Incomplete: a sender or recipient has no address that mail can reach; names the argument.
    """
    body = clean_text(text).replace("\n", "\r\n")
    if body:
        body += "\r\n"
    plain = body.isascii() and max(map(len, body.split("\r\n"))) < _LINE_LIMIT
    fields: list[tuple[str, str]] = [
        ("From", _addresses("from", [sender])),
        ("To", _addresses("to", to)),
        ("Cc", _addresses("cc", cc)),
        ("Bcc", _addresses("bcc", bcc)),
        ("Subject", _words(clean_line(subject, _LINE_LIMIT), len("Subject: "))),
        ("Date", format_datetime(at)),
        ("Message-ID", "".join(_MESSAGE_ID.findall(message_id)[:1])),
        ("In-Reply-To", "".join(_MESSAGE_ID.findall(in_reply_to)[:1])),
        ("References", "\r\n ".join(_thread(references))),
        *(
            (name, _words(clean_line(value, _LINE_LIMIT), len(name) + 2))
            for name, value in (headers or {}).items()
            if _HEADER_NAME.fullmatch(name)
        ),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "7bit" if plain else "quoted-printable"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    data = body.encode() if plain else binascii.b2a_qp(body.encode(), istext=True)
    return head.encode("ascii") + b"\r\n" + data


def reply_subject(subject: str) -> str:
    """Return `subject` as an answer has it: one "Re:", whatever stood there before."""
    bare = re.sub(r"^(?:\s*(?:re|aw|sv|antw|rif)\s*(?:\[\d+\])?\s*:)+", "", subject, flags=re.I)
    return f"Re: {bare.strip()}"


def _thread(references: Sequence[str]) -> list[str]:
    """Return the ids, the first and the latest of a long thread (RFC 5537, 3.4.4)."""
    ids = [found for reference in references for found in _MESSAGE_ID.findall(reference)]
    return ids if len(ids) <= _REFERENCES_LIMIT else [ids[0], *ids[1 - _REFERENCES_LIMIT :]]


def _addresses(argument: str, given: Sequence[str]) -> str:
    found = [_address(argument, person) for one in given for person in parse_addresses(one)]
    if argument == "from" and len(found) != 1:
        raise Incomplete(argument)
    return ",\r\n ".join(found)


def _address(argument: str, person: Handle) -> str:
    local, _, domain = person.address.rpartition("@")
    try:
        reachable = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as problem:
        raise Incomplete(argument) from problem
    if not local or not domain or not reachable.isascii():
        raise Incomplete(argument)
    name: str = clean_line(person.name, 200)
    if not name:
        return reachable
    if not name.isascii() or "=?" in name:
        return f"{_words(name, 4)} <{reachable}>"
    if _SPECIAL.search(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{reachable}>"


def _words(text: str, used: int) -> str:
    """Return `text` folded, as encoded words (RFC 2047) where it is not ASCII.

    Args:
        used: characters that stand before it on its first line.
    """
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    # Its `header_name` is there only to be counted off the first line.
    return Header(text, charset, 76, header_name="x" * used).encode(linesep="\r\n")
