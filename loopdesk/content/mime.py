"""The parts of a mail.

The standard library's parser looks at every line once for each multipart around it and calls
itself for each, so a mail can be built that takes it minutes or ends it. This one searches for
boundaries instead, goes a bounded depth, and copies only the text.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message

from loopdesk.content.headers import decode_base64, decode_header
from loopdesk.content.text import decode_text

Headers = Sequence[tuple[str, str]]

_DEPTH_LIMIT = 20
_PARTS_LIMIT = 500
_HEADER_BYTES_LIMIT = 512 * 1024
_HEADERS_LIMIT = 1000
_PARAMETERS_LIMIT = 4096
_NAME_LIMIT = 120
_TEXT_BYTES_LIMIT = 4 * 1024 * 1024

REPORTS = ("message/delivery-status", "message/global-delivery-status")
_PURPOSES = ("report-type", "smime-type", "method")

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MimePart:
    """One node of a mail's tree.

    Args:
        path: as IMAP counts: "" the mail itself, "1", "2.1".
        type: lower case, e.g. "text/html".
        disposition: "attachment", "inline" or "".
        name: file name, decoded; of a mail inside of a mail, its subject; "" where there is none.
        content_id: what HTML calls it by; its Content-Location (RFC 2557) where it has no id.
        flowed: RFC 3676 `format=flowed`; with `delsp` the blank at a soft line end goes.
        purpose: what kind of report or of sealed content its parameters say it is, lower case:
            `report-type` (RFC 6522), `smime-type` (RFC 8551), `method` (RFC 5546).
        data: decoded bytes, of text and delivery reports only.
        parts: what a multipart holds.
    """

    path: str
    type: str
    charset: str | None = None
    disposition: str = ""
    name: str = ""
    content_id: str = ""
    flowed: bool = False
    delsp: bool = False
    purpose: str = ""
    size_bytes: int = 0
    data: bytes = b""
    parts: tuple[MimePart, ...] = ()

    @property
    def text(self) -> str:
        return decode_text(self.data, self.charset).replace("\r\n", "\n")


def part_from(
    path: str,
    headers: Headers,
    *,
    data: bytes = b"",
    size_bytes: int = 0,
    parts: tuple[MimePart, ...] = (),
    subject: str = "",
) -> MimePart:
    """Return the part that its own headers describe.

    Args:
        subject: of a mail that is a part of another, as its header has it.
        data: the content with its transfer encoding taken off; needed for text only.
    """
    fields = _fields(headers)
    called = decode_header(_file_name(fields))
    if not called and fields.get_content_type() == "message/rfc822":
        about = " ".join(decode_header(subject).split())[:_NAME_LIMIT]
        called = f"{about}.eml" if about else ""
    return MimePart(
        path,
        fields.get_content_type(),
        charset=_parameter(fields, "charset"),
        disposition=fields.get_content_disposition() or "",
        name=called,
        content_id=(
            fields.get("content-id", "").strip().strip("<>")
            or fields.get("content-location", "").strip()
        ),
        flowed=(_parameter(fields, "format") or "").lower() == "flowed",
        delsp=(_parameter(fields, "delsp") or "").lower() == "yes",
        purpose=next(filter(None, (_parameter(fields, name) for name in _PURPOSES)), "").lower(),
        size_bytes=size_bytes,
        data=data,
        parts=parts,
    )


def read_parts(raw: bytes) -> tuple[Headers, MimePart]:
    """Return a whole mail's headers and its tree. Takes any bytes."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = 0
    if raw.startswith((b"From ", b">From ")):  # the line that an mbox puts before each mail
        start = raw.find(b"\n") + 1
    return _Reader(raw).read(start, len(raw), "", 0)


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._left = _PARTS_LIMIT

    def read(self, start: int, end: int, path: str, depth: int) -> tuple[Headers, MimePart]:
        headers, body = self._headers(start, end)
        fields = _fields(headers)
        if fields.get_content_maintype() == "multipart" and depth < _DEPTH_LIMIT:
            boundary = _parameter(fields, "boundary")
            spans = list(self._spans(boundary, body, end)) if boundary else []
            if spans:
                parts = tuple(
                    self.read(*span, f"{path}.{number}".lstrip("."), depth + 1)[1]
                    for number, span in enumerate(spans, 1)
                )
                return headers, part_from(path, headers, size_bytes=end - body, parts=parts)
        return headers, self._leaf(headers, fields, body, end, path)

    def _headers(self, start: int, end: int) -> tuple[Headers, int]:
        """Return the headers at `start`, and where the body begins."""
        raw = self._raw
        for empty in (b"\n", b"\r\n"):
            if raw.startswith(empty, start, end):
                return (), start + len(empty)
        found = _HEADERS_END.search(raw, start, end)
        stop, body = (found.start(), found.end()) if found else (end, end)
        return tuple(_split_headers(raw[start : min(stop, start + _HEADER_BYTES_LIMIT)])), body

    def _spans(self, boundary: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where each part of a multipart lies."""
        mark = re.escape(boundary.encode("utf-8", "replace"))
        # That of the headers serves the first one.
        line = re.compile(rb"\n--" + mark + rb"(--)?[ \t\r]*(?:\n|\Z)")
        at, begun = start - 1, None
        while self._left > 0 and (found := line.search(self._raw, at, end)):
            if begun is not None:
                self._left -= 1
                # The newline before a boundary is the boundary's, with its carriage return.
                stop = found.start()
                stop -= self._raw.startswith(b"\r", max(stop - 1, begun))
                yield begun, max(begun, stop)
            if found[1]:
                return
            # Its own newline may be the next boundary's.
            begun, at = found.end(), found.end() - 1
        if begun is not None and self._left > 0:
            self._left -= 1
            yield begun, end

    def _leaf(
        self, headers: Headers, fields: Message[str, str], start: int, end: int, path: str
    ) -> MimePart:
        encoding = fields.get("content-transfer-encoding", "").strip().lower()
        maintype = fields.get_content_maintype()
        based = encoding == "base64"
        size = _base64_size(self._raw, start, end) if based else end - start
        data, subject = b"", ""
        if maintype in ("text", "multipart") or fields.get_content_type() in REPORTS:
            data = _decode(self._raw[start : min(end, start + _TEXT_BYTES_LIMIT)], encoding)
        elif fields.get_content_type() == "message/rfc822":
            inner = _decode(self._raw[start : min(end, start + _HEADER_BYTES_LIMIT)], encoding)
            head = _split_headers(inner[: _blank_line(inner)])
            subject = next((value for name, value in head if name == "subject"), "")
        return part_from(path, headers, data=data, size_bytes=size, subject=subject)


def _blank_line(data: bytes) -> int:
    found = _HEADERS_END.search(data)
    return found.start() if found else len(data)


def _split_headers(block: bytes) -> Iterator[tuple[str, str]]:
    """Yield names in lower case and values; lines that are no header are passed over."""
    logical: list[list[bytes]] = []
    for line in block.replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if logical:
                logical[-1].append(line)
        elif len(logical) < _HEADERS_LIMIT:
            logical.append([line])
        else:
            break
    for lines in logical:
        if field := _HEADER.match(b"\n".join(lines)):
            yield field[1].decode("ascii").lower(), decode_text(field[2], None)


def _decode(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return decode_uu(data)
    return data


def decode_uu(data: bytes) -> bytes:
    """Return what of `data` is uuencoded, decoded; broken lines are passed over."""
    lines = data.splitlines()
    if lines and lines[0].startswith(b"begin "):
        del lines[0]
    decoded = bytearray()
    for line in lines:
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some programs write the length of the whole line for the last one too.
            with suppress(binascii.Error):
                decoded += binascii.a2b_uu(line[: 1 + ((line[0] - 32 & 63) * 4 + 5) // 3])
    return bytes(decoded)


def _base64_size(raw: bytes, start: int, end: int) -> int:
    digits = end - start - raw.count(b"\n", start, end) - raw.count(b"\r", start, end)
    padding = raw.count(b"=", max(start, end - 8), end)
    return max(0, digits * 3 // 4 - padding)


def _fields(headers: Iterable[tuple[str, str]]) -> Message[str, str]:
    """Return the content headers, the first of each, as the standard library reads them."""
    fields: Message[str, str] = Message()
    for name, value in headers:
        if name.lower().startswith("content-") and name not in fields:
            fields[name] = " ".join(value[:_PARAMETERS_LIMIT].replace("\0", " ").split())
    return fields


def _parameter(fields: Message[str, str], name: str) -> str | None:
    value = fields.get_param(name)
    if isinstance(value, tuple):  # RFC 2231: charset, language, text
        value = value[2]
    return value or None


def _file_name(fields: Message[str, str]) -> str:
    try:
        return fields.get_filename("")
    except (LookupError, ValueError):  # a charset that is none
        return ""
