"""Writes a mail as bytes. Pure: the time and the ids come from the caller.

The same arguments give the same bytes, so that an upload which was cut off can go on.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import blake2b
from urllib.parse import quote

from loopdesk.content.clean import clean_line, clean_text
from loopdesk.content.headers import parse_addresses
from loopdesk.core.errors import Incomplete
from loopdesk.core.people import Handle

_LINE_LIMIT = 998  # RFC 5322, 2.1.1
_REFERENCES_LIMIT = 30
_NAME_LIMIT = 200
_SPECIAL = re.compile(r"[^\w !#$%&\'*+/=?^`{|}~-]|=\?", re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,250}")
_LINE_END = re.compile(r"\r\n|[\r\n]")
_ANY_TYPE = "application/octet-stream"
# Of a base64 line: 57 bytes make 76 characters.
_BASE64_LINE = 57
_PIECE = 60
"""Characters of one piece of a long parameter (RFC 2231, 3)."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along.

    Args:
        type: MIME type; one that is none counts as bytes.
        cid: set where the HTML shows it by `cid:...`, without angle brackets.
    """

    name: str
    type: str
    data: bytes
    cid: str = ""


def compose(
    *,
    sender: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    subject: str,
    text: str,
    html: str = "",
    enclosures: Sequence[Enclosure] = (),
    at: datetime,
    message_id: str,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a mail (RFC 5322, lines end with CRLF, all ASCII on the wire).

    No argument can add a header or a recipient by what it contains.

    Args:
        sender, to, cc, bcc: each "Name <address>" or an address.
        html: a whole document, or a part of one, that says the same as `text`; "" for a mail of
            plain text.
        enclosures: those with a `cid` travel beside the HTML, the others behind it.
        message_id, in_reply_to, references: with their angle brackets.
        headers: further ones.
    Raises:
        Incomplete: a sender or recipient has no address that mail can reach; names the argument.
    """
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
    ]
    head = _head(fields)
    shown = [each for each in enclosures if each.cid and html]
    behind = [each for each in enclosures if not (each.cid and html)]
    boundary = blake2b(head, digest_size=12).hexdigest()
    body = _text("plain", clean_text(text, len(text) + 1))
    if html:
        rich = _text("html", html)
        if shown:
            rich = _several("related", [rich, *map(_enclosed, shown)], f"=_r{boundary}")
        body = _several("alternative", [body, rich], f"=_a{boundary}")
    if behind:
        body = _several("mixed", [body, *map(_enclosed, behind)], f"=_m{boundary}")
    return b"".join([head, *body])


def size_bytes(text: str, html: str, enclosed_bytes: Sequence[int]) -> int:
    """Return about how large a mail becomes, before anything of it is brought."""
    coded = sum(-(-size // _BASE64_LINE) * (4 * _BASE64_LINE // 3 + 2) for size in enclosed_bytes)
    return len(text.encode("utf-8", "replace")) + len(html.encode("utf-8", "replace")) + coded


def is_reachable(person: str) -> bool:
    """Say whether `compose` takes this recipient."""
    try:
        return bool(_addresses("to", [person]))
    except Incomplete:
        return False


# --- headers --------------------------------------------------------------------------------------


def _head(fields: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields if value).encode("ascii")


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
    name: str = clean_line(person.name, _NAME_LIMIT)
    if not name:
        return reachable
    if not name.isascii() or "=?" in name:
        return f"{_words(name, 4)} <{reachable}>"
    if _SPECIAL.search(name):
        name = '"' + _escaped(name) + '"'
    return f"{name} <{reachable}>"


def _escaped(text: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", text)


def _words(text: str, used: int) -> str:
    """Return `text` folded, as encoded words (RFC 2047) where it is not ASCII.

    Args:
        used: characters that stand before it on its first line.
    """
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    # Its `header_name` is there only to be counted off the first line.
    return Header(text, charset, 76, header_name="x" * used).encode(linesep="\r\n")


def _parameter(key: str, value: str) -> str:
    """Return a parameter of a header, each piece on a line of its own (RFC 2231)."""
    if value.isascii() and len(value) <= _PIECE:
        return f';\r\n {key}="{_escaped(value)}"'
    coded = f"utf-8''{quote(value, safe='')}"
    if len(coded) <= _PIECE:
        return f";\r\n {key}*={coded}"
    # A piece must not end within the three characters of one byte.
    pieces = re.findall(rf"(?:%..|[^%]){{1,{_PIECE // 3}}}", coded)
    return "".join(f";\r\n {key}*{number}*={piece}" for number, piece in enumerate(pieces))


# --- parts: each as the pieces that its bytes are joined from ---------------------------------


def _text(kind: str, words: str) -> list[bytes]:
    body = "\r\n".join(_LINE_END.split(words.rstrip()))
    if body:
        body += "\r\n"
    data = body.encode("utf-8", "replace")
    plain = data.isascii() and max(map(len, data.split(b"\r\n"))) < _LINE_LIMIT
    head = _head(
        [
            ("Content-Type", f'text/{kind}; charset="utf-8"'),
            ("Content-Transfer-Encoding", "7bit" if plain else "quoted-printable"),
        ]
    )
    return [head, b"\r\n", data if plain else binascii.b2a_qp(data, istext=True)]


def _enclosed(enclosure: Enclosure) -> list[bytes]:
    kind = enclosure.type.lower()
    kind = kind if _TYPE.fullmatch(kind) and not kind.startswith("multipart/") else _ANY_TYPE
    data = _as_it_is(enclosure.data) if kind.startswith("message/") else None
    if data is None and kind.startswith("message/"):
        # What is itself made of headers may not be coded (RFC 2046, 5.2.1).
        kind = _ANY_TYPE
    name = clean_line(enclosure.name.replace("/", "_").replace("\\", "_"), _NAME_LIMIT)
    cid = enclosure.cid if _CONTENT_ID.fullmatch(enclosure.cid) else ""
    called = _parameter("filename", name) if name else ""
    head = _head(
        [
            ("Content-Type", kind + (_parameter("name", name) if name else "")),
            ("Content-Disposition", ("inline" if cid else "attachment") + called),
            ("Content-ID", f"<{cid}>" if cid else ""),
            ("Content-Transfer-Encoding", "base64" if data is None else "7bit"),
        ]
    )
    return [head, b"\r\n", *(_based(enclosure.data) if data is None else [data])]


def _as_it_is(data: bytes) -> bytes | None:
    """Return a mail that can travel uncoded, None for one that cannot."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    if not data.isascii() or b"\0" in data or max(map(len, lines)) >= _LINE_LIMIT:
        return None
    return None if any(b"\r" in line for line in lines) else b"\r\n".join(lines)


def _based(data: bytes) -> Iterator[bytes]:
    step = _BASE64_LINE * 8192
    for start in range(0, len(data), step):
        yield base64.encodebytes(data[start : start + step]).replace(b"\n", b"\r\n")


def _several(kind: str, parts: Sequence[list[bytes]], boundary: str) -> list[bytes]:
    cut = f"\r\n--{boundary}".encode()
    pieces = [_head([("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')])]
    for part in parts:
        pieces += [cut, b"\r\n", *part]
    return [*pieces, cut, b"--\r\n"]
