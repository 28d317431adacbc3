"""Header values of mails: encoded words, addresses, dates. Nothing here raises on any text."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from loopdesk.content.text import decode_text
from loopdesk.core.people import Handle

_YEARS = range(1970, 2100)
_VALUE_LIMIT = 512 * 1024
_HANDLES_LIMIT = 2000

# RFC 2047, section 2, and what is written instead: blanks inside the text, no "=" before a blank.
_WORD = re.compile(r"=\?([\w!#$%&'*+./:^`{|}~-]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_BETWEEN_WORDS = re.compile(r"\?=\s+(?==\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|[\r\n\0]")

_TOKEN = re.compile(
    r"(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?\r\n]*\?=)"
    r'|"(?P<quoted>(?:[^"\\]|\\.)*)(?P<close>"?)'
    r"|<(?P<angle>[^<>,;]*)>?"
    r"|(?P<open>\()"
    r"|(?P<end>[,;])"
    r"|(?P<group>:)(?!//)"
    r"|(?P<atom>[^\"<(,;:=]+|.)",
    re.DOTALL,
)
_COMMENT = re.compile(r"\\.|[()]|[^()\\]+|\\", re.DOTALL)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\x00-\x1f\x7f]+@[^\s@<>(),;\"\x00-\x1f\x7f]+")
_ADDRESS_LIMIT = 320  # RFC 3696: 64 before the sign, 255 behind it


def decode_header(value: str) -> str:
    """Return a header's value unfolded, its encoded words (RFC 2047) decoded.

    Args:
        value: as it stands in the mail or in a service's JSON.
    """
    text = _FOLD.sub(" ", value[:_VALUE_LIMIT])
    if "=?" not in text:
        return text.strip()
    return "".join(_pieces(_BETWEEN_WORDS.sub("?=", text))).strip()


def _pieces(text: str) -> Iterator[str]:
    """Yield plain and decoded pieces; neighbouring words of one charset are decoded as one.

    A character of several bytes may be cut between two words, though no word should cut it.
    """
    charset, data, end = "", b"", 0
    for word in _WORD.finditer(text):
        decoded = _word_bytes(word[2], word[3])
        if data and (word.start() > end or word[1].lower() != charset):
            yield decode_text(data, charset)
            data = b""
        yield text[end : word.start()]
        charset, end = word[1].lower(), word.end()
        data += decoded
    yield decode_text(data, charset)
    yield text[end:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return decode_base64(data)


def decode_base64(data: bytes) -> bytes:
    """Return what of `data` is base64, decoded; a cut end costs no more than itself."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        digits = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        # One digit over holds less than a byte.
        digits = digits[:-1] if len(digits) % 4 == 1 else digits
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def parse_addresses(value: str) -> tuple[Handle, ...]:
    """Return the people of an address header, in order, at most 2,000 of them.

    Takes what is found in real mails: comments, groups, encoded words, missing quotes and ends.
    One without a usable address keeps its name.
    """
    handles: list[Handle] = []
    piece = _Piece()
    text = _FOLD.sub(" ", value[:_VALUE_LIMIT])
    position = 0
    while token := _TOKEN.match(text, position):
        position = token.end()
        if token["quoted"] is not None and not token["close"]:
            # Never closed: from here on quotes mean nothing, or they would hide the rest.
            text, position = text[token.start() :].replace('"', " "), 0
        elif token["open"]:
            comment, position = _comment(text, position)
            piece.comments.append(comment)
        elif token["group"]:
            # What stood before the colon is a group's name, not a person's.
            piece = _Piece()
        elif token["end"]:
            if len(handles) >= _HANDLES_LIMIT:
                break
            if token["end"] == "," and piece.is_bare_name and not piece.carried:
                # "Last, First <address>" without its quotes: a name's comma, not the list's.
                piece = _Piece(carried=piece.name)
            else:
                handles += piece.handles()
                piece = _Piece()
        elif token["angle"] is not None:
            piece.angle = token["angle"]
        elif token["quoted"] is not None:
            piece.words.append(re.sub(r"\\(.)", r"\1", token["quoted"]))
        else:
            piece.words.append(token[0].strip())
    handles += piece.handles()
    return tuple(handles[:_HANDLES_LIMIT])


def _comment(text: str, start: int) -> tuple[str, int]:
    """Return the comment that begins behind its parenthesis at `start`, and where it ends."""
    depth = 1
    inside: list[str] = []
    for token in _COMMENT.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if not depth:
            return "".join(inside), token.end()
        inside.append(token[0])
    return "".join(inside), len(text)


class _Piece:
    """One entry of an address list while it is read.

    Args:
        carried: a bare name before the comma before it.
    """

    def __init__(self, carried: str = "") -> None:
        self.carried = carried
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    @property
    def name(self) -> str:
        return " ".join(filter(None, self.words))

    @property
    def is_bare_name(self) -> bool:
        return self.angle is None and bool(self.name) and "@" not in self.name

    def handles(self) -> Iterator[Handle]:
        name = self.name
        if self.carried and self.angle is not None and name:
            name = f"{self.carried}, {name}"
        elif self.carried:
            yield _handle(self.carried, "")
        if self.angle is not None:
            yield _handle(name or " ".join(self.comments), self.angle)
        elif address := _ADDRESS.search(name):
            rest = name[: address.start()] + name[address.end() :]
            yield _handle(" ".join(self.comments) or rest, address[0])
        elif name:
            yield _handle(name, "")


def _handle(name: str, address: str) -> Handle:
    # The whole address, or none: a part of one would belong to somebody else.
    address = address.strip().removeprefix("mailto:")
    usable = _ADDRESS.fullmatch(address) is not None and len(address) <= _ADDRESS_LIMIT
    name = " ".join(decode_header(name).split())
    if len(name) > 2 and name[0] == name[-1] == "'":
        name = name[1:-1]
    return Handle(name[:200], address.lower() if usable else "")


def parse_date(value: str) -> datetime | None:
    """Return a Date header's time in UTC, None where it cannot be read or cannot be true."""
    try:
        at = parsedate_to_datetime(value[:200])
        # "-0000" says that the sender's zone is unknown; the time is in UTC then.
        at = (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.year in _YEARS else None
