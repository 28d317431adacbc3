"""What a file is by its bytes, and whether another program may be given it.

`look` says what the bytes are, reading nothing but the file it is handed; `judge` puts that beside
the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from loopdesk.core.filenames import extension, is_program, safe_name

_HEAD = 4096
_LISTED = 10_000
"""An archive of more members than this is not looked through."""

TEXT = "text/plain"
PDF = "application/pdf"
ZIP = "application/zip"
_OLE = "application/x-ole-storage"
_PROGRAM = "application/x-executable"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

# What another program may be given: the type by content, and the endings that agree with it. The
# first is what a name gets whose ending says something else.
_OPENED: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/bmp": ("bmp",),
    "image/tiff": ("tif", "tiff"),
    "image/heic": ("heic", "heif"),
    "image/avif": ("avif",),
    TEXT: ("txt", "text", "log", "md", "markdown", "csv", "tsv", "ics", "vcf", "json", "srt"),
    "text/rtf": ("rtf",),
    f"{_OFFICE}.wordprocessingml.document": ("docx", "dotx"),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx", "xltx"),
    f"{_OFFICE}.presentationml.presentation": ("pptx", "potx", "ppsx"),
    f"{_ODF}.text": ("odt",),
    f"{_ODF}.spreadsheet": ("ods",),
    f"{_ODF}.presentation": ("odp",),
    f"{_ODF}.graphics": ("odg",),
    "application/epub+zip": ("epub",),
    _OLE: ("doc", "xls", "ppt", "dot", "xlt", "pps", "vsd", "pub"),
    ZIP: ("zip",),
    "application/x-tar": ("tar",),
    "audio/mpeg": ("mp3",),
    "audio/flac": ("flac",),
    "audio/wav": ("wav",),
    "audio/ogg": ("ogg", "oga", "ogv", "opus"),
    "video/mp4": ("mp4", "m4v", "m4a", "mov", "3gp"),
    "video/webm": ("webm", "mkv", "mka"),
    "video/x-msvideo": ("avi",),
}
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"{\\rtf", "text/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"MZ", _PROGRAM),
    (0, b"#!/", _PROGRAM),
    (0, b"#! ", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\xfe\xed\xfa\xce", _PROGRAM),
    (0, b"\xfe\xed\xfa\xcf", _PROGRAM),
    (0, b"\xce\xfa\xed\xfe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\x00asm", _PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", _PROGRAM),  # a Windows shortcut
    (0, b"!<arch>", "application/vnd.debian.binary-package"),
    (0, b"\xed\xab\xee\xdb", "application/x-rpm"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_FTYP = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif"}
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_MARKUP = re.compile(
    rb"\s*(?:<\?xml|<!doctype|<!--|<html|<head|<body|<script|<svg|<meta|<iframe|<h\d|<div|<table)",
    re.IGNORECASE,
)
_LAUNCHER = re.compile(
    rb"\s*(?:#[^\n]*\n\s*)*\[(?:desktop entry|internetshortcut)\]", re.IGNORECASE
)
# An installer for Windows is an OLE file whose root has this class.
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


class Why(StrEnum):
    """Why no other program is given a file."""

    PROGRAM = "program"
    MACROS = "macros"
    HIDES = "hides-programs"
    CLOSED = "cannot-look-inside"
    MARKUP = "markup"
    UNKNOWN = "unknown-type"


@dataclass(frozen=True, slots=True)
class Look:
    """What the bytes of a file are.

    Args:
        type: MIME type; "" where the bytes say nothing.
        refused: why it is not handed on, whatever it is called; None where nothing speaks
            against it.
    """

    type: str
    refused: Why | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a file that the person wants opened by another program.

    Args:
        name: safe on every system, its ending that of its bytes.
        corrected: the ending was another one.
    """

    name: str
    refused: Why | None = None
    corrected: bool = False


def look(file: BinaryIO) -> Look:
    """Say what the bytes are. Reads the head, an archive's list of members, an old document whole.

    Args:
        file: can be sought; where it stands afterwards is not said.
    """
    file.seek(0)
    head = file.read(_HEAD)
    kind = sniff(head)
    if kind == _PROGRAM:
        return Look(kind, Why.PROGRAM)
    if kind == ZIP:
        return _zip(file)
    if kind == "application/x-tar":
        return _tar(file)
    if kind == _OLE:
        return _ole(file)
    if kind in ("text/html", "image/svg+xml", "application/xml"):
        return Look(kind, Why.MARKUP)
    if not kind:
        return Look(kind, Why.UNKNOWN)
    return Look(kind, None if kind in _OPENED else Why.CLOSED)


def sniff(head: bytes) -> str:
    """Return the MIME type that the first bytes of a file (some thousand) tell, or ""."""
    for at, magic, kind in _MAGIC:
        if head.startswith(magic, at) and (len(magic) > 2 or not _is_text(head)):
            return kind
    if b"%PDF-" in head[:1024]:
        return PDF
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _FTYP.get(head[8:12], "video/mp4")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _LAUNCHER.match(text):
        return _PROGRAM
    if found := _MARKUP.match(text):
        lowered = text.lower()
        if b"<svg" in lowered:
            return "image/svg+xml"
        html = b"html" in lowered or not found[0].lstrip().lower().startswith(b"<?xml")
        return "text/html" if html else "application/xml"
    return TEXT if _is_text(head) else ""


def judge(name: str, seen: Look) -> Verdict:
    """Say under which name another program may be given a file, or why it may not."""
    named = safe_name(name)
    ending = extension(named)
    if seen.refused is not None:
        return Verdict(named, seen.refused)
    if is_program(named):
        macros = ending.endswith("m") and ending[:-1] + "x" in _endings()
        return Verdict(named, Why.MACROS if macros else Why.PROGRAM)
    agreed = _OPENED[seen.type]
    if ending in agreed:
        return Verdict(named)
    # "scan" and "photo.jpg" that is a PDF: what was no ending of a file stays part of the name.
    stem = named.rpartition(".")[0] if ending in _endings() else named
    return Verdict(safe_name(f"{stem}.{agreed[0]}"), corrected=True)


def _endings() -> frozenset[str]:
    return frozenset(ending for endings in _OPENED.values() for ending in endings)


def _is_text(head: bytes) -> bool:
    if not head:
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end inside a character; else some older encoding of one byte a character.
        return error.start > len(head) - 4 or sum(byte >= 0x80 for byte in head) < len(head) // 3
    return True


def _zip(file: BinaryIO) -> Look:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = [member.filename for member in members[: _LISTED + 1]]
            secret = any(member.flag_bits & 1 for member in members)
            declared = _declared(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return Look(ZIP, Why.CLOSED)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return Look(ZIP, Why.MACROS)
    kind = declared or _office(names)
    if "META-INF/MANIFEST.MF" in names and kind == ZIP:
        return Look(ZIP, Why.PROGRAM)
    if declared.startswith(_ODF) and any(name.startswith(("Basic/", "Scripts/")) for name in names):
        return Look(kind, Why.MACROS)
    if kind == ZIP and (secret or len(names) > _LISTED):
        return Look(ZIP, Why.CLOSED)
    if kind == ZIP and _hides(names):
        return Look(ZIP, Why.HIDES)
    return Look(kind, None if kind in _OPENED else Why.UNKNOWN)


def _declared(archive: object) -> str:
    """Return the type that an OpenDocument or a book names in its first member."""
    import zipfile

    assert isinstance(archive, zipfile.ZipFile)  # noqa: S101
    first = archive.infolist()[:1]
    if first and first[0].filename == "mimetype" and first[0].file_size < 200:
        return archive.read(first[0]).decode("ascii", "replace").strip()
    return ""


def _office(names: Iterable[str]) -> str:
    tops = {name.partition("/")[0] for name in names}
    if "[Content_Types].xml" not in tops:
        return ZIP
    for top, kind in (
        ("word", f"{_OFFICE}.wordprocessingml.document"),
        ("xl", f"{_OFFICE}.spreadsheetml.sheet"),
        ("ppt", f"{_OFFICE}.presentationml.presentation"),
    ):
        if top in tops:
            return kind
    return ""


def _tar(file: BinaryIO) -> Look:
    import tarfile

    kind, names = "application/x-tar", []
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            for member in archive:
                names.append(member.name)
                if member.isfile() and member.mode & 0o111:
                    return Look(kind, Why.HIDES)
                if len(names) > _LISTED:
                    return Look(kind, Why.CLOSED)
    except (tarfile.TarError, OSError, ValueError, EOFError):
        return Look(kind, Why.CLOSED)
    return Look(kind, Why.HIDES if _hides(names) else None)


def _hides(names: Iterable[str]) -> bool:
    # An archive in an archive is not looked into: it counts as hiding something.
    return any(is_program(name) or extension(name) in ("zip", "tar") for name in names)


def _ole(file: BinaryIO) -> Look:
    file.seek(0)
    before = b""
    while piece := file.read(1024 * 1024):
        seen = before + piece
        if _INSTALLER in seen:
            return Look(_OLE, Why.PROGRAM)
        if _MACROS in seen:
            return Look(_OLE, Why.MACROS)
        before = seen[-64:]
    return Look(_OLE)
