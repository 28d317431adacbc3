"""Raw mails wherever they lie: an mbox, a Maildir, a folder or a zip of them.

Only header blocks are read here; a mail's whole bytes are read when somebody asks for them.
"""

from __future__ import annotations

import mmap
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from lzma import LZMAError
from os import walk
from pathlib import Path

from loopdesk.sandbox.model import Skipped

TOO_LARGE = 50 * 1024 * 1024
_HEAD_LIMIT = 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib.error, LZMAError, NotImplementedError, OSError, EOFError)
_FROM_LINE = re.compile(
    rb"From [^\n]{0,200}?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,][^\n]{0,40}\d:\d\d[^\n]{0,40})\n"
)
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_USUAL = re.compile(rb"^(?:from|date|received|return-path|message-id|delivered-to):", re.I | re.M)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FLAGS = re.compile(r"[:;!]2,([A-Z]*)$")

Data = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Found:
    """One raw mail.

    Args:
        where: its path, and in a file of several its number.
        head: its header block.
        source: reads the whole.
        at: what the place says about its time, None where it says nothing.
        flags: a Maildir's letters (`S` seen, `F` flagged ...); None elsewhere.
        folder: the Maildir folder below the one that was given, "" for that one and elsewhere.
    """

    where: str
    head: bytes
    source: Callable[[], bytes]
    at: datetime | None
    flags: str | None = None
    folder: str = ""


def find(path: Path) -> Iterator[Found | Skipped]:
    """Yield every mail at `path`, and what is none with the reason.

    Raises:
        OSError: there is nothing at `path`, or it may not be read.
    """
    if path.is_dir():
        yield from _folder(path)
    elif zipfile.is_zipfile(path):
        yield from _zip(path)
    else:
        # What is at fault with the one file that was named is not a matter of skipping it.
        path.open("rb").close()
        yield from _file(path, path.name)


def date_of(text: str) -> datetime | None:
    """Return the time a header's text stands for, None where it cannot be read."""
    try:
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _folder(top: Path) -> Iterator[Found | Skipped]:
    for name, folders, files in walk(top):
        folders.sort()
        here = Path(name)
        if {"cur", "new"} <= set(folders):
            kept = "/".join(map(_folder_name, here.relative_to(top).parts))
            for part in ("new", "cur"):
                folders.remove(part)
                yield from _maildir(top, here / part, kept)
        for file in sorted(files):
            yield from _file(here / file, str((here / file).relative_to(top)))


def _folder_name(name: str) -> str:
    # Maildir++ has `.Projects.Halden` where others nest folders.
    return name[1:].replace(".", "/") if name.startswith(".") else name


def _maildir(top: Path, part: Path, folder: str) -> Iterator[Found | Skipped]:
    for path in sorted(part.iterdir()):
        match = _FLAGS.search(path.name)
        flags = match[1] if match else ""
        yield from _file(path, str(path.relative_to(top)), flags, folder)


def _file(
    path: Path, where: str, flags: str | None = None, folder: str = ""
) -> Iterator[Found | Skipped]:
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            yield Skipped(where, "not a file")
            return
        if not kind.st_size:
            yield Skipped(where, "empty")
            return
        written_at = datetime.fromtimestamp(kind.st_mtime, UTC)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield from _mails(where, data, partial(_slice, path), written_at, flags, folder)
    except OSError:
        yield Skipped(where, "unreadable")


def _zip(path: Path) -> Iterator[Found | Skipped]:
    # Kept open by the mails that read from it, since opening it means reading its whole list.
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        yield Skipped(path.name, "unreadable")
        return
    for info in archive.infolist():
        if info.is_dir():
            continue
        if info.file_size > TOO_LARGE:
            yield Skipped(info.filename, "too large")
            continue
        if info.flag_bits & 1:
            yield Skipped(info.filename, "encrypted")
            continue
        try:
            data = archive.read(info)
        except _DAMAGE:
            yield Skipped(info.filename, "unreadable")
            continue
        try:
            written_at = datetime(*info.date_time, tzinfo=UTC)
        except ValueError:
            written_at = None
        yield from _mails(info.filename, data, partial(_member, archive, info), written_at)


def _mails(
    where: str,
    data: Data,
    read: Callable[[int, int], bytes],
    written_at: datetime | None,
    flags: str | None = None,
    folder: str = "",
) -> Iterator[Found | Skipped]:
    """Yield the mails of one file: one, or as many as an mbox holds."""
    start, at, number = 0, written_at, 0
    while start < len(data):
        head = start
        if line := _FROM_LINE.match(data, start):
            head = line.end()
            at = date_of(line[1].decode("latin-1")) or written_at
        end = _next_mail(data, head) if line else len(data)
        number += 1
        name = where if number == 1 and end == len(data) else f"{where}#{number}"
        if reason := _fault(data, head, end):
            yield Skipped(name, reason)
        else:
            block = data[head : _head_end(data, head, end)]
            source = partial(read, head, end)
            yield Found(name, block, source, at, flags, folder)
        start = end


def _next_mail(data: Data, start: int) -> int:
    """Return where the next mail of an mbox begins, or the end.

    A line that only looks like the start of one stands in a paragraph, has no date in it, or is
    not followed by a header.
    """
    place = data.find(b"\nFrom ", start)
    while place >= 0:
        line = _FROM_LINE.match(data, place + 1)
        after_blank = data[place - 1 : place] == b"\n" or data[place - 2 : place] == b"\n\r"
        if line and after_blank and _FIELD.match(data, line.end()):
            return place + 1
        place = data.find(b"\nFrom ", place + 1)
    return len(data)


def _fault(data: Data, start: int, end: int) -> str:
    if end == start:
        return "empty"
    if end - start > TOO_LARGE:
        return "too large"
    if not _FIELD.match(data, start):
        return "no headers"
    if not _USUAL.search(data[start : _head_end(data, start, end)]):
        return "no headers"
    return ""


def _head_end(data: Data, start: int, end: int) -> int:
    limit = min(end, start + _HEAD_LIMIT)
    ends = (data.find(blank, start, limit) for blank in (b"\n\n", b"\n\r\n"))
    return min((place for place in ends if place >= 0), default=limit)


def _slice(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return _plain(file.read(end - start), start)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, start: int, end: int) -> bytes:
    return _plain(archive.read(info)[start:end], start)


def _plain(data: bytes, start: int) -> bytes:
    # Only what stood behind a From line had such lines of its own escaped.
    return _ESCAPED_FROM.sub(rb"\1", data) if start else data
