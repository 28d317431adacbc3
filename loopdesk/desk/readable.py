"""Bytes that are here, as the window can show them: nothing is opened to find out what they are."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import BinaryIO, cast

from loopdesk.content.clean import clean_handle, clean_line, clean_text
from loopdesk.content.office import office_rows, office_text
from loopdesk.content.tables import html_rows
from loopdesk.content.text import decode_text
from loopdesk.core.filenames import extension, safe_name
from loopdesk.core.filetypes import PDF, TEXT, Why, judge, look
from loopdesk.core.items import Clean
from loopdesk.core.people import Handle
from loopdesk.core.seams import Blob
from loopdesk.desk.files import DeskFiles

_WHOLE = 64 * 1024 * 1024
"""Pictures and documents above that are not shown here: they are held in memory for it."""
_TEXT = 1024 * 1024
_ROWS, _COLUMNS, _CELL = 2_000, 50, 500
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
_MARKUP = frozenset({"text/html", "image/svg+xml", "application/xml", "text/rtf"})
_TABLES = {"csv": ",", "tsv": "\t"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_WORDS = frozenset(
    {f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.presentationml.presentation"}
)
_WORKBOOK = f"{_OFFICE}.spreadsheetml.sheet"
_SHEETS = frozenset({"ods", "xls", "xlsm", "xlsx"})
_MAIL = "message/rfc822"
_MARKDOWN = frozenset({"md", "markdown"})


class Shape(StrEnum):
    PICTURE = "picture"
    PDF = "pdf"
    TEXT = "text"
    HTML = "html"
    TABLE = "table"
    MAIL = "mail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that came as a file. All text is clean; `files` are the names of what it carries."""

    subject: Clean
    author: Handle
    to: tuple[Handle, ...]
    cc: tuple[Handle, ...]
    at: datetime | None
    text: Clean
    files: tuple[Clean, ...]


@dataclass(frozen=True, slots=True)
class Readable:
    """One file, read as far as it is shown.

    Args:
        name: safe, as it is proposed for saving.
        type: by content; "" where the bytes say nothing.
        refused: why no other program is given it; None where one may be.
        data: of a picture or a PDF.
        text: of TEXT, and of HTML the words before they were made into it.
        html: of HTML, clean.
        mail: of MAIL.
        cut: only its beginning is here.
        bare: its words alone are, and not how they are laid out.
    """

    blob: Blob
    name: str
    type: str
    shape: Shape
    refused: Why | None
    data: bytes = b""
    text: str = ""
    html: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    mail: Forwarded | None = None
    cut: bool = False
    bare: bool = False


class BlobFile(io.RawIOBase):
    """Kept bytes as a file that can be sought: an archive's list is read, not the archive."""

    def __init__(self, files: DeskFiles, blob: Blob) -> None:
        self._files, self._blob, self._at = files, blob, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._blob.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        piece = self._files.read(self._blob.id, self._at, len(view))
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def opened(files: DeskFiles, blob: Blob) -> BinaryIO:
    """Return kept bytes as a file."""
    return cast(BinaryIO, io.BufferedReader(BlobFile(files, blob), 256 * 1024))


def read(files: DeskFiles, blob: Blob, name: str, said: str = "") -> Readable:
    """Read bytes that are here as far as the window shows them.

    Args:
        name: what a service or a sender calls them.
        said: the type that they say it is: believed where it tells a mail from other text.

    Raises:
        Unknown: they are not here any more.
        FileLost: they are not what was kept.
    """
    file = opened(files, blob)
    seen = look(file)
    verdict = judge(name, seen)
    found = Readable(blob, safe_name(name), seen.type, Shape.NONE, verdict.refused)
    if verdict.refused is None and seen.type in (*_WORDS, _WORKBOOK):
        return _bare(found, file)
    shape = _shape(seen.type, safe_name(name), said)
    if shape is Shape.MAIL and blob.size_bytes <= _WHOLE:
        return replace(found, shape=shape, mail=_mail(files.read(blob.id, 0, blob.size_bytes)))
    if shape in (Shape.PICTURE, Shape.PDF):
        if blob.size_bytes > _WHOLE:
            return found
        data = files.read(blob.id, 0, blob.size_bytes)
        return replace(found, shape=shape, data=data)
    if shape is Shape.NONE:
        return found
    data = files.read(blob.id, 0, _TEXT)
    text = clean_text(_decoded(data))
    cut = blob.size_bytes > _TEXT
    if shape is Shape.HTML:
        from loopdesk.content.markdown import to_html

        return replace(found, shape=shape, text=text, html=to_html(text), cut=cut)
    if shape is Shape.TABLE:
        rows = _rows(_decoded(data), extension(safe_name(name)))
        return replace(found, shape=shape, rows=rows, cut=cut or len(rows) >= _ROWS)
    return replace(found, shape=shape, text=text, cut=cut)


def _bare(found: Readable, file: BinaryIO) -> Readable:
    """Return an office document with its words, if it has any that can be read."""
    try:
        if found.type == _WORKBOOK:
            told = office_rows(file, _ROWS)
            rows = tuple(tuple(clean_text(cell, _CELL) for cell in row) for row in told)
            cut = len(rows) >= _ROWS
            return replace(found, shape=Shape.TABLE, rows=rows, cut=cut, bare=True)
        text = clean_text(office_text(file)[:_TEXT])
    except ValueError:
        return found
    return replace(found, shape=Shape.TEXT, text=text, bare=True) if text.strip() else found


def _shape(kind: str, name: str, said: str) -> Shape:
    if kind in _PICTURES:
        return Shape.PICTURE
    if kind == PDF:
        return Shape.PDF
    if kind == "text/html" and extension(name) in _SHEETS:
        return Shape.TABLE  # as its service shows a sheet
    if kind in _MARKUP:
        return Shape.TEXT  # its source: nothing in it is followed or run
    if kind != TEXT:
        return Shape.NONE
    ending = extension(name)
    if ending == "eml" or said == _MAIL:
        return Shape.MAIL
    if ending in _TABLES:
        return Shape.TABLE
    return Shape.HTML if ending in _MARKDOWN else Shape.TEXT


def _mail(data: bytes) -> Forwarded:
    from loopdesk.content.mail import read_mail

    mail = read_mail(data)
    return Forwarded(
        subject=clean_line(mail.subject),
        author=clean_handle(mail.author),
        to=tuple(map(clean_handle, mail.to)),
        cc=tuple(map(clean_handle, mail.cc)),
        at=mail.at,
        text=clean_text(mail.text),
        files=tuple(clean_line(one.name) for one in mail.attachments if not one.inline),
    )


def _decoded(data: bytes) -> str:
    for mark, charset in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(charset, "replace")
    return decode_text(data.removeprefix(b"\xef\xbb\xbf"), None)


def _rows(text: str, ending: str) -> tuple[tuple[str, ...], ...]:
    rows = _parted(text, _TABLES[ending]) if ending in _TABLES else html_rows(text, _ROWS)
    return tuple(tuple(clean_text(cell, _CELL) for cell in row[:_COLUMNS]) for row in rows)


def _parted(text: str, between: str) -> list[list[str]]:
    """Return rows of cells; where semicolons stand more often than commas, they part the cells."""
    first = text.partition("\n")[0]
    if between == "," and first.count(";") > first.count(","):
        between = ";"
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=between)
    rows: list[list[str]] = []
    with suppress(csv.Error):  # a cell of more than 128 KiB: what came before it is shown
        rows.extend(islice(reader, _ROWS))
    return rows
