"""Raw mails: their headers, their parts, their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import getaddresses
from functools import lru_cache
from hashlib import sha256
from html import unescape

from loopdesk.sandbox.model import Json

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_ID = re.compile(r"<([^<>\s]+)>")
_HIDDEN_HTML = re.compile(r"(?is)<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->")
_TAG = re.compile(r"<[^>]*>")
_CALLED = re.compile(r'\b(name|filename)="([^"]*)"')
_SPACE = re.compile(r"\s+")
_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|sv|antw)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and what follows its empty line."""
    if end := _HEAD_END.search(raw):
        return raw[: end.start()], raw[end.end() :]
    return raw, b""


def fields(raw: bytes) -> list[tuple[str, str]]:
    """Return the top headers in order, unfolded; encoded words stay as they are."""
    found = []
    for line in _FOLD.sub(b"", split(raw)[0]).splitlines():
        if match := _FIELD.fullmatch(line.decode("utf-8", "replace")):
            found.append((match[1], match[2].strip()))
    return found


def decoded(value: str) -> str:
    """Return a header's text with its encoded words read; as it is where they are broken."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        return value


def base_subject(subject: str) -> str:
    """Return the subject without reply marks: what mails of one thread share."""
    return _SPACE.sub(" ", _PREFIX.sub("", subject)).strip().casefold()


@dataclass(frozen=True, slots=True)
class Head:
    """The headers that search and threading ask for, decoded."""

    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, raw: bytes) -> Head:
        return cls(tuple((name.lower(), decoded(value)) for name, value in fields(raw)))

    def all(self, name: str) -> str:
        return ", ".join(value for key, value in self.fields if key == name)

    def first(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")

    @property
    def message_id(self) -> str:
        value = self.first("message-id")
        match = _ID.search(value)
        return match[1] if match else value

    @property
    def references(self) -> list[str]:
        """Return the ids of earlier mails, the nearest first."""
        found = _ID.findall(self.first("references")) + _ID.findall(self.first("in-reply-to"))
        return list(dict.fromkeys(reversed(found)))

    def addresses(self, *names: str) -> list[str]:
        pairs = getaddresses([value for key, value in self.fields if key in names])
        return list(dict.fromkeys(address.lower() for _, address in pairs if "@" in address))


@lru_cache(maxsize=4)  # one mail is often asked for several things in a row
def parse(raw: bytes) -> Mime:
    """Return the tree of parts; a mail nested beyond all reason is one part of text."""
    try:
        return message_from_bytes(raw)
    except RecursionError:
        flat: Mime = Mime()
        flat.set_payload(split(raw)[1], "utf-8")
        return flat


def children(part: Mime) -> list[Mime]:
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Mime)] if isinstance(inner, list) else []


def content(part: Mime) -> bytes:
    if part.get_content_maintype() in ("multipart", "message") and children(part):
        return b"".join(child.as_bytes() for child in children(part))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def filename(part: Mime) -> str:
    try:
        return decoded(part.get_filename() or "")
    except (LookupError, ValueError):
        return ""


def content_type(raw: bytes) -> str:
    """Return the media type of the whole mail, from its headers alone."""
    return message_from_bytes(split(raw)[0] + b"\r\n\r\n").get_content_type()


def walk(part: Mime) -> Iterator[Mime]:
    """Yield the parts without those of mails inside this one."""
    if part.get_content_maintype() != "multipart":
        yield part
        return
    for child in children(part):
        yield from walk(child)


def filenames(raw: bytes) -> list[str]:
    return [name for part in walk(parse(raw)) if (name := filename(part))]


def files(raw: bytes) -> list[Json]:
    """Return what is attached, by name, type, size and the hash of its bytes."""
    held = [(part, content(part)) for part in walk(parse(raw)) if filename(part)]
    return [
        {
            "name": filename(part),
            "type": part.get_content_type(),
            "size": len(data),
            "sha256": sha256(data).hexdigest(),
        }
        for part, data in held
    ]


def html(raw: bytes) -> str:
    """Return the mail's HTML as it came, "" where it has none."""
    parts = (p for p in walk(parse(raw)) if p.get_content_type() == "text/html")
    return next((characters(part) for part in parts if not filename(part)), "")


def text(raw: bytes) -> str:
    """Return the mail's text: the plain part, else the HTML one without its tags."""
    html = ""
    for part in walk(parse(raw)):
        if filename(part):
            continue
        if part.get_content_type() == "text/plain":
            return characters(part)
        if part.get_content_type() == "text/html":
            html = html or characters(part)
    return unescape(_TAG.sub(" ", _HIDDEN_HTML.sub(" ", html)))


def characters(part: Mime) -> str:
    data = content(part)
    try:
        return data.decode(str(part.get_content_charset("utf-8")))
    except (LookupError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")


def form(media_type: str, body: bytes) -> tuple[tuple[str, bytes] | None, dict[str, str]]:
    """Return the file of a form with its name, and the form's other fields.

    Args:
        media_type: the body's `Content-Type`; of another one than a form's there is nothing.

    Raises:
        ValueError: it cannot be read.
    """
    head = message_from_bytes(b"Content-Type: " + media_type.encode())
    if head.get_content_type() != "multipart/form-data":
        return None, {}
    boundary = head.get_boundary("")
    pieces = re.split(rb"(?:^|\r\n)--" + re.escape(boundary.encode()), body)
    if not boundary or len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise ValueError("no form")
    file, others = None, {}
    for piece in pieces[1:-1]:
        raw, inside = split(piece.removeprefix(b"\r\n"))
        said = {name.lower(): value for name, value in fields(raw)}
        names = dict(_CALLED.findall(said.get("content-disposition", "")))
        if names.get("name") == "file" and "filename" in names:
            file = names["filename"], inside
        else:
            others[names.get("name", "")] = inside.decode("utf-8", "replace")
    return file, others


def rewritten(raw: bytes, changes: dict[str, str | None]) -> bytes:
    """Return the mail with some top headers replaced; None takes one away.

    Args:
        changes: by header name; a header that was not there is put in front.
    """
    head, body = split(raw)
    wanted = {name.lower(): (name, value) for name, value in changes.items()}
    kept, new = [], []
    for line in re.split(rb"\r?\n(?![ \t])", head):
        if line.partition(b":")[0].strip().lower().decode("latin-1") not in wanted:
            kept.append(line)
    for name, value in wanted.values():
        if value is not None:
            new.append(f"{name}: {value}".encode())
    return b"\r\n".join([*new, *kept]) + b"\r\n\r\n" + body
