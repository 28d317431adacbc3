"""Mails written as bytes, the same ones for the same letter.

Written by hand and not with `email`'s generator: twenty thousand of them are a matter of seconds,
and the odd forms that real mail comes in (charsets, encodings, missing parts) can be had at will.
"""

from __future__ import annotations

import base64
import binascii
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import blake2b
from html import escape

from loopdesk.sandbox.story.cast import Person

_WIDTH = 76


@dataclass(frozen=True, slots=True)
class Paper:
    """Something that travels with a mail.

    Args:
        cid: set for a picture that the HTML shows by this name.
    """

    name: str
    type: str
    data: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is bytes.

    Args:
        message_id: without angle brackets, as are `references` (oldest first).
        text: plain text, one line a paragraph; None for a mail of HTML alone.
        headers: further ones, put after the usual ones.
        encoding: how the text travels; "" chooses 7bit where it fits, else quoted-printable.
    """

    sender: Person
    to: Sequence[Person]
    subject: str
    at: datetime
    message_id: str
    text: str | None
    html: str = ""
    cc: Sequence[Person] = ()
    references: Sequence[str] = ()
    papers: Sequence[Paper] = ()
    headers: Sequence[tuple[str, str]] = ()
    charset: str = "utf-8"
    encoding: str = ""


def mark(*words: object) -> str:
    """Return 20 characters that are the same for the same words: for ids and boundaries."""
    return blake2b("\0".join(map(str, words)).encode(), digest_size=10).hexdigest()


def write(letter: Letter) -> bytes:
    head = [
        ("Date", format_datetime(letter.at)),
        ("From", _addresses([letter.sender], letter.charset)),
        ("To", _addresses(letter.to, letter.charset)),
    ]
    if letter.cc:
        head.append(("Cc", _addresses(letter.cc, letter.charset)))
    head += [
        ("Message-ID", f"<{letter.message_id}>"),
        ("Subject", _words(letter.subject, letter.charset)),
    ]
    if letter.references:
        head.append(("In-Reply-To", f"<{letter.references[-1]}>"))
        head.append(("References", "\r\n ".join(f"<{one}>" for one in letter.references)))
    head += letter.headers
    head.append(("MIME-Version", "1.0"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return lines.encode() + _body(letter)


def page(inner: str, style: str = "") -> str:
    """Return a whole HTML document, as mail programs send it."""
    return (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html">'
        f"{f'<style>{style}</style>' if style else ''}</head><body>{inner}</body></html>"
    )


def paragraphs(text: str) -> str:
    """Return plain text as the simple HTML that a mail program makes of it."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _body(letter: Letter) -> bytes:
    boundary = mark("boundary", letter.message_id)
    kinds = []
    if letter.text is not None:
        text = _wrap(letter.text)
        kinds.append(_text_part("plain", text, letter.charset, letter.encoding))
    if letter.html:
        html = _text_part("html", letter.html, letter.charset, letter.encoding)
        if shown := [paper for paper in letter.papers if paper.cid]:
            html = _several("related", [html, *map(_paper_part, shown)], f"=_r{boundary}")
        kinds.append(html)
    body = kinds[0] if len(kinds) == 1 else _several("alternative", kinds, f"=_a{boundary}")
    if carried := [paper for paper in letter.papers if not paper.cid]:
        body = _several("mixed", [body, *map(_paper_part, carried)], f"=_m{boundary}")
    return body


def _wrap(text: str) -> str:
    lines = (
        line
        if len(line) <= _WIDTH or line.startswith(">")
        else textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )
    return "\n".join(lines) + "\n"


def _text_part(kind: str, text: str, charset: str, encoding: str) -> bytes:
    try:
        data = text.encode(charset)
    except UnicodeEncodeError:
        charset, data = "utf-8", text.encode()
    if not encoding:
        short = max(map(len, data.split(b"\n"))) <= 990
        encoding = "7bit" if data.isascii() and short else "quoted-printable"
    if encoding == "base64":
        coded = _base64(data)
    elif encoding == "quoted-printable":
        coded = binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n")
    else:
        coded = data.replace(b"\n", b"\r\n")
    head = (
        f"Content-Type: text/{kind}; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + coded


def _paper_part(paper: Paper) -> bytes:
    name = paper.name if paper.name.isascii() else Header(paper.name, "utf-8").encode()
    # What is itself made of headers may not be coded.
    plain = paper.type.startswith("message/")
    head = [
        f'Content-Type: {paper.type}; name="{name}"',
        f'Content-Disposition: {"inline" if paper.cid else "attachment"}; filename="{name}"',
        f"Content-Transfer-Encoding: {'7bit' if plain else 'base64'}",
    ]
    if paper.cid:
        head.append(f"Content-ID: <{paper.cid}>")
    lines = "".join(f"{line}\r\n" for line in head)
    return lines.encode() + b"\r\n" + (paper.data if plain else _base64(paper.data))


def _several(kind: str, parts: Sequence[bytes], boundary: str) -> bytes:
    cut = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(cut + b"\r\n" + part + b"\r\n" for part in parts) + cut + b"--\r\n"


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _addresses(people: Sequence[Person], charset: str) -> str:
    return ",\r\n ".join(
        f"{_name(person.name, charset)} <{person.address}>" if person.name else person.address
        for person in people
    )


def _name(name: str, charset: str) -> str:
    if not name.isascii():
        return _words(name, charset)
    return f'"{name}"' if any(sign in name for sign in ',.:;@()[]<>"') else name


def _words(text: str, charset: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    return Header(text, charset, maxlinelen=_WIDTH).encode(linesep="\r\n")
